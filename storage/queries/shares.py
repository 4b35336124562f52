"""Reading one partner's share of a round, and where an answer belongs: the way of every submission, form and card.

It takes two statements: one of all that is around the answers, with a row for each coordinator, and one of the answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from storage.database import is_postgres, is_writing
from storage.models import (
    Answer,
    Conversation,
    Coordinator,
    Handover,
    Participation,
    Partner,
    Person,
    Project,
    Round,
)
from storage.prepared import Prepared
from storage.queries import columns
from storage.queries.columns import Contact, Deputy
from storage.values import (
    AnswerDetails,
    AnswerState,
    Document,
    HandoverState,
    PartnerView,
    PersonView,
    ProjectView,
    RoundState,
    RoundView,
)

Coordinating = aliased(Person, name="coordinating")


@dataclass(frozen=True, slots=True)
class Share:
    """A partner in a round, without its answers. `is_archived` as in `RoundSnapshot`."""

    participation_id: int
    due_on: date | None
    reminded_at: datetime | None
    open_until: date | None
    skipped_at: datetime | None
    skip_reason: str | None
    report_wanted: int
    is_archived: bool
    round: RoundView
    partner: PartnerView
    project: ProjectView


@dataclass(frozen=True, slots=True)
class AnswerPlace:
    """Where an answer belongs and who may write it: what a submission must know before it writes."""

    answer_id: int
    objective_id: int
    state: AnswerState
    version: int
    document: Document
    details: AnswerDetails
    note: str | None
    open_until: date | None
    entered_by_id: int | None
    has_conversation: bool
    has_handover: bool  # somebody who is none of the partner's people has taken over some of its answers
    share: Share

    @property
    def people(self) -> frozenset[int]:
        """Ids of those who answer for the partner."""
        return frozenset(person.id for person in self.share.partner.people)

    @property
    def contact_id(self) -> int:
        return self.share.partner.contact.id

    @property
    def partner_id(self) -> int:
        return self.share.partner.id

    @property
    def partner_key(self) -> str:
        return self.share.partner.key

    @property
    def round_id(self) -> int:
        return self.share.round.id

    @property
    def round_key(self) -> str:
        return self.share.round.key

    @property
    def round_state(self) -> RoundState:
        return self.share.round.state

    @property
    def report_wanted(self) -> int:
        return self.share.report_wanted

    @property
    def project_id(self) -> int:
        return self.share.project.id

    @property
    def project_key(self) -> str:
        return self.share.project.key


_IS_ARCHIVED = or_(Partner.archived_at.is_not(None), Round.archived_at.is_not(None), Project.archived_at.is_not(None))
_SHARE = (
    *(Participation.id, *columns.PARTICIPATION, Round.report_wanted, _IS_ARCHIVED),
    *(*columns.ROUND, *columns.PARTNER, *columns.PROJECT),
    *columns.person_columns(Coordinating),
)


_OF_PARTNER = tuple(column.key for column in columns.PARTICIPATION)


def _around(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Joins to participations all that a Share is made of."""
    return (
        query.join(Round, Round.id == Participation.round_id)
        .join(Project, Project.id == Round.project_id)
        .join(Partner, Partner.id == Participation.partner_id)
        .join(Contact, Contact.id == Partner.contact_id)
        .outerjoin(Deputy, Deputy.id == Partner.deputy_id)
        .outerjoin(Coordinator, Coordinator.project_id == Project.id)
        .outerjoin(Coordinating, Coordinating.id == Coordinator.person_id)
        .order_by(Coordinator.position)
    )


_ANSWER = (
    *(Answer.id, Answer.objective_id, Answer.state, Answer.version, Answer.document),
    *(Answer.details, Answer.note, Answer.open_until, Answer.entered_by_id),
    exists().where(Conversation.answer_id == Answer.id, Conversation.done_at.is_(None)),
    exists().where(Handover.participation_id == Participation.id, Handover.state == HandoverState.ACCEPTED),
)
# Among PostgreSQL's advisory locks of two numbers; `conversations.DM_LOCK` is another.
_WRITERS_OF_SHARE: Final = 0x4C616D71
_WRITERS_OF_ROUND: Final = 0x4C616D72
_ONE_PLACE = _around(select(*_ANSWER, *_SHARE).join(Participation, Participation.id == Answer.participation_id)).where(
    Answer.id == bindparam("answer_id")
)
_PLACE = Prepared(_ONE_PLACE)
# One writer of a partner's answers after the other, as on SQLite: of two who give the last two at the same moment, the
# second is to find that nothing is left. The lock is no row's, for who moves the round on locks the round's row first.
# It is taken by a statement of its own: one that has waited still sees all but the rows it locks as they were before.
_TURN = Prepared(
    select(
        func.pg_advisory_xact_lock_shared(_WRITERS_OF_ROUND, Answer.round_id),
        func.pg_advisory_xact_lock(_WRITERS_OF_SHARE, Answer.participation_id),
    ).where(Answer.id == bindparam("answer_id"))
)
# The writers of a round together have one lock, for PostgreSQL keeps no more than some thousands.
_HOLD = select(func.pg_advisory_xact_lock(_WRITERS_OF_ROUND, bindparam("round_id")))
_ONE_SHARE = Prepared(
    _around(select(*_SHARE).select_from(Participation))
    .where(Participation.round_id == bindparam("round_id"), Participation.partner_id == bindparam("partner_id"))
    .where(Round.state != RoundState.PLANNED)
)


def find_answer_place(session: Session, answer_id: int) -> AnswerPlace | None:
    """On the path of every submission.

    In a write on PostgreSQL, nobody else gets at the partner's answers in this way until the commit. Whoever has
    locked the round's row, or any of the ledger, must not wait for that: writers lock those afterwards.
    """
    if is_writing(session) and is_postgres(session):
        _TURN.run(session, answer_id=answer_id)
    rows = _PLACE.all(session, answer_id=answer_id)
    if not rows:
        return None
    id_, objective_id, state, *others = rows[0][: len(_ANSWER)]
    others.append(_share([row[len(_ANSWER) :] for row in rows]))
    return AnswerPlace(id_, objective_id, AnswerState(state), *others)


def get_answer_place(session: Session, answer_id: int) -> AnswerPlace:
    """As `find_answer_place`, for an answer that is known to be there."""
    place = find_answer_place(session, answer_id)
    if place is None:
        raise LookupError(f"there is no answer {answer_id}")
    return place


def hold_writers(session: Session, round_id: int) -> None:
    """Returns once those have committed who are writing answers of the round; nobody else begins to, until the commit.

    SQLite lets in one writer anyway.
    """
    if is_postgres(session):
        session.execute(_HOLD, {"round_id": round_id})


def find_share(session: Session, round_id: int, partner_id: int) -> Share | None:
    """None for a partner who has not been asked."""
    rows = _ONE_SHARE.all(session, round_id=round_id, partner_id=partner_id)
    return _share(rows) if rows else None


def _share(rows: Sequence[Sequence[Any]]) -> Share:
    first = iter(rows[0])
    participation_id = next(first)
    of_partner = dict(zip(_OF_PARTNER, islice(first, len(columns.PARTICIPATION)), strict=True))
    report_wanted, is_archived = islice(first, 2)
    round_ = columns.round_of(islice(first, len(columns.ROUND)))
    partner = columns.partner_of(islice(first, len(columns.PARTNER)))
    project = list(islice(first, len(columns.PROJECT)))
    people = [row[-len(columns.PERSON) :] for row in rows]
    project.append(tuple(PersonView(*person) for person in people if person[0] is not None))
    return Share(
        participation_id=participation_id,
        **of_partner,
        report_wanted=report_wanted,
        is_archived=bool(is_archived),
        round=round_,
        partner=partner,
        project=ProjectView(*project),
    )
