"""Where an answer belongs: the first thing that every submission reads."""

from dataclasses import dataclass

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from storage.database import fetch
from storage.models import Answer, Conversation, Participation, Partner, Project, Round
from storage.values import AnswerState, Document, RoundState


@dataclass(frozen=True, slots=True)
class AnswerPlace:
    """Where an answer belongs and who may write it: what a submission must know before it writes."""

    answer_id: int
    state: AnswerState
    version: int
    document: Document
    updated_by_id: int | None
    objective_id: int
    participation_id: int
    partner_id: int
    partner_key: str
    contact_id: int
    deputy_id: int | None
    round_id: int
    round_key: str
    round_state: RoundState
    report_wanted: int
    project_id: int
    project_key: str
    has_conversation: bool

    @property
    def people(self) -> frozenset[int]:
        """Ids of those who answer for the partner."""
        return frozenset({self.contact_id} if self.deputy_id is None else {self.contact_id, self.deputy_id})


_PLACE = (
    select(
        Answer.id,
        Answer.state,
        Answer.version,
        Answer.document,
        Answer.updated_by_id,
        Answer.objective_id,
        Participation.id,
        Partner.id,
        Partner.key,
        Partner.contact_id,
        Partner.deputy_id,
        Round.id,
        Round.key,
        Round.state,
        Round.report_wanted,
        Project.id,
        Project.key,
        exists().where(Conversation.answer_id == Answer.id, Conversation.done_at.is_(None)),
    )
    .join(Participation, Participation.id == Answer.participation_id)
    .join(Partner, Partner.id == Participation.partner_id)
    .join(Round, Round.id == Participation.round_id)
    .join(Project, Project.id == Round.project_id)
    .where(Answer.id == bindparam("answer_id"))
    .with_for_update(of=Answer)
)


def find_answer_place(session: Session, answer_id: int) -> AnswerPlace | None:
    """One statement, on the path of every submission; on PostgreSQL it locks the answer until the commit."""
    row = fetch(session, _PLACE, answer_id=answer_id).first()
    if row is None:
        return None
    values = list(row)
    values[1], values[13] = AnswerState(values[1]), RoundState(values[13])
    return AnswerPlace(*values)


def get_answer_place(session: Session, answer_id: int) -> AnswerPlace:
    """As `find_answer_place`, for an answer that is known to be there."""
    place = find_answer_place(session, answer_id)
    if place is None:
        raise LookupError(f"there is no answer {answer_id}")
    return place
