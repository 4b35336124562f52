"""Reading the links and files that show what answers tell."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.models import Answer, Evidence, Participation
from storage.prepared import Prepared
from storage.queries import columns
from storage.values import EvidenceView

_STANDS = select(Evidence.answer_id, *columns.EVIDENCE).where(Evidence.removed_at.is_(None)).order_by(Evidence.id)
_ONE = Prepared(_STANDS.where(Evidence.id == bindparam("evidence_id")))
_OF_ROUND = Prepared(
    _STANDS.join(Answer, Answer.id == Evidence.answer_id)
    .join(Participation, Participation.id == Answer.participation_id)
    .where(Participation.round_id == bindparam("round_id"))
)


def find_evidence(session: Session, evidence_id: int) -> tuple[int, EvidenceView] | None:
    """The answer's id and the evidence; None for what was taken away."""
    row = _ONE.first(session, evidence_id=evidence_id)
    return (row[0], columns.evidence_of(row[1:])) if row else None


def of_round(session: Session, round_id: int) -> dict[int, tuple[EvidenceView, ...]]:
    """What stands of the round's evidence, by answer id."""
    found: dict[int, tuple[EvidenceView, ...]] = {}
    for answer_id, *row in _OF_ROUND.all(session, round_id=round_id):
        found[answer_id] = (*found.get(answer_id, ()), columns.evidence_of(row))
    return found
