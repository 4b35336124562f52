"""Reading one partner's share of a round whole: what was answered, what stands beside it, and before it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import and_, bindparam
from sqlalchemy.orm import Session

from storage.models import Answer, Evidence, Participation
from storage.prepared import Prepared
from storage.queries import columns, earlier
from storage.queries.columns import IsAsked
from storage.queries.shares import Share
from storage.values import AnswerState, AnswerView, EarlierAnswer, EvidenceView, ObjectiveView, RoundSnapshot

_ANSWERS = Prepared(
    earlier.with_earlier(
        columns.answers_query(IsAsked, *columns.ANSWER, *columns.OBJECTIVE, *columns.EARLIER, *columns.EVIDENCE)
    )
    .outerjoin(Evidence, and_(Evidence.answer_id == Answer.id, Evidence.removed_at.is_(None)))
    .where(Participation.partner_id == bindparam("partner_id"))
    .order_by(Evidence.id)
)


def answers_of(session: Session, share: Share) -> tuple[RoundSnapshot, dict[int, AnswerState]]:
    """The share with its answers as they are now, and the states of those that are asked, by answer id in order."""
    partner_id = share.partner.id
    read = _Answers()
    for row in _ANSWERS.all(session, round_id=share.round.id, partner_id=partner_id):
        read.take(row)
    snapshot = RoundSnapshot(
        project=share.project,
        round=share.round,
        partners=(share.partner,),
        objectives=tuple(read.objectives),
        answers=read.answers,
        due_on={partner_id: share.due_on} if share.due_on else {},
        reminded_at={partner_id: share.reminded_at} if share.reminded_at else {},
        is_archived=share.is_archived,
        open_until={partner_id: share.open_until} if share.open_until else {},
        skipped={partner_id: share.skip_reason or ""} if share.skipped_at else {},
        earlier=read.earlier,
        evidence={answer_id: tuple(found) for answer_id, found in read.evidence.items()},
    )
    return snapshot, read.states


@dataclass(slots=True)
class _Answers:
    """What the rows of a partner's answers hold; an answer has as many as it has evidence, one at least."""

    objectives: list[ObjectiveView] = field(default_factory=list)
    answers: dict[tuple[int, int], AnswerView] = field(default_factory=dict)
    states: dict[int, AnswerState] = field(default_factory=dict)
    earlier: dict[tuple[int, int], EarlierAnswer] = field(default_factory=dict)
    evidence: dict[int, list[EvidenceView]] = field(default_factory=dict)

    def take(self, row: Sequence[Any]) -> None:
        rest = iter(row)
        is_asked = next(rest)
        answer, objective, said_before, evidence = (
            list(islice(rest, len(part)))
            for part in (columns.ANSWER, columns.OBJECTIVE, columns.EARLIER, columns.EVIDENCE)
        )
        if not self.objectives or self.objectives[-1].id != objective[0]:
            self._take_answer(columns.answer_of(answer), ObjectiveView(*objective), said_before, is_asked=is_asked)
        if evidence[0] is not None:
            self.evidence.setdefault(answer[0], []).append(columns.evidence_of(evidence))

    def _take_answer(
        self, answer: AnswerView, objective: ObjectiveView, said_before: Sequence[Any], *, is_asked: bool
    ) -> None:
        self.objectives.append(objective)
        self.answers[answer.partner_id, objective.id] = answer
        if said_before[0] is not None:
            self.earlier[answer.partner_id, objective.id] = columns.earlier_of(said_before)
        if is_asked:
            self.states[answer.id] = answer.state
