"""One answer as readers of the report may see it, out of a round's snapshot. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lamppu_bot.status import has_private_evidence, is_private, is_unchanged
from storage.values import (
    NO_DETAILS,
    AnswerDetails,
    AnswerState,
    AnswerView,
    Document,
    EvidenceView,
    ObjectiveView,
    PartnerView,
    RoundSnapshot,
    RoundView,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer as readers of the report may see it, with whose, to what and of which round it is.

    `note`, `open_until` and `entered_by` are as in `AnswerView`, `skipped` as in `RoundSnapshot`: what no reader may
    take for a plain answer. `followed` is the work of the round before that `details.follow_up` tells of.
    """

    round: RoundView
    partner: PartnerView
    objective: ObjectiveView
    state: AnswerState
    document: Document
    updated_at: datetime | None
    updated_by: str | None
    note: str | None = None
    open_until: date | None = None
    entered_by: str | None = None
    details: AnswerDetails = NO_DETAILS
    followed: str = ""
    is_unchanged: bool = False
    evidence: tuple[EvidenceView, ...] = ()
    skipped: str | None = None

    @property
    def is_asked(self) -> bool:
        """Whether it is the partner's to answer: not of one that is passed over, unless it has answered anyway."""
        return self.skipped is None or self.state.is_final


def entries_of(
    snapshots: Sequence[RoundSnapshot], partner: PartnerView, objectives: Iterable[ObjectiveView]
) -> Iterable[Entry]:
    """A partner's entries by objective and round; an objective that a round did not ask for has none there."""
    for objective in objectives:
        for snapshot in snapshots:
            answer = snapshot.answer(partner.id, objective.id)
            if answer:
                yield _entry(snapshot, partner, objective, answer)


def _entry(snapshot: RoundSnapshot, partner: PartnerView, objective: ObjectiveView, answer: AnswerView) -> Entry:
    hidden = is_private(snapshot, answer)
    earlier = snapshot.earlier.get((partner.id, objective.id))
    return Entry(
        snapshot.round,
        partner,
        objective,
        answer.state,
        document=[] if hidden else answer.document,
        updated_at=answer.updated_at,
        updated_by=answer.updated_by,
        note=answer.note,
        open_until=answer.open_until,
        entered_by=answer.entered_by,
        details=NO_DETAILS if hidden else answer.details,
        followed=earlier.details.continuing if earlier else "",
        is_unchanged=is_unchanged(snapshot, answer),
        evidence=() if has_private_evidence(snapshot, answer) else snapshot.evidence.get(answer.id, ()),
        skipped=snapshot.skipped.get(partner.id),
    )


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)
