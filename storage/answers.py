"""Writing answers: every change is a new revision. Core statements, since this is the path of every submission."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypedDict, Unpack

from sqlalchemy import bindparam, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from storage.models import IS_UNANSWERED, Answer, Objective, Participation, Partner, Person, Revision, Round
from storage.prepared import Prepared
from storage.queries import AnswerPlace, IsAsked
from storage.values import AnswerDetails, AnswerState, Document, RoundState, Source


class RevisionFields(TypedDict):
    """What is kept of every revision beside its answer and number."""

    state: AnswerState
    document: Document
    details: AnswerDetails
    note: str | None
    text: str
    person_id: int
    source: Source
    origin: str
    at: datetime


_ADD_REVISION = Prepared(
    insert(Revision).values(
        answer_id=bindparam("of_answer"),
        number=bindparam("new_version"),
        state=bindparam("new_state"),
        text=bindparam("new_text"),
        document=bindparam("new_document"),
        details=bindparam("new_details"),
        note=bindparam("new_note"),
        source=bindparam("new_source"),
        origin=bindparam("new_origin"),
        person_id=bindparam("writer_id"),
        at=bindparam("written_at"),
    )
)
_SET_ANSWER = Prepared(
    update(Answer)
    .where(Answer.id == bindparam("of_answer"))
    .values(
        state=bindparam("new_state"),
        version=bindparam("new_version"),
        text=bindparam("new_text"),
        document=bindparam("new_document"),
        details=bindparam("new_details"),
        note=bindparam("new_note"),
        open_until=bindparam("new_open_until"),
        entered_by_id=bindparam("new_entered_by_id"),
        updated_at=bindparam("written_at"),
        updated_by_id=bindparam("writer_id"),
    )
)


def add_revision(
    session: Session,
    place: AnswerPlace,
    *,
    open_until: date | None = None,
    entered_by_id: int | None = None,
    **fields: Unpack[RevisionFields],
) -> None:
    """Makes this the newest revision of the answer. The place must have been read in the same write."""
    written = {
        "of_answer": place.answer_id,
        "new_version": place.version + 1,
        "new_state": fields["state"],
        "new_text": fields["text"],
        "new_document": fields["document"],
        "new_details": fields["details"],
        "new_note": fields["note"],
        "writer_id": fields["person_id"],
        "written_at": fields["at"],
    }
    _ADD_REVISION.run(session, **written, new_source=fields["source"], new_origin=fields["origin"])
    _SET_ANSWER.run(session, **written, new_open_until=open_until, new_entered_by_id=entered_by_id)


def keep_aside(session: Session, place: AnswerPlace, **fields: Unpack[RevisionFields]) -> None:
    """Keeps a text that met somebody else's newer one, once per text and origin, without making it the answer."""
    same = (
        Revision.answer_id == place.answer_id,
        Revision.origin == fields["origin"],
        Revision.text == fields["text"],
    )
    if not session.scalar(select(exists().where(*same))):
        session.add(Revision(answer_id=place.answer_id, number=None, **fields))


def was_changed_by_others(session: Session, answer_id: int, person_id: int, since_version: int) -> bool:
    """Whether somebody else has saved a revision that a person who saw `since_version` has not read."""
    newer = (Revision.answer_id == answer_id, Revision.number > since_version, Revision.person_id != person_id)
    return bool(session.scalar(select(exists().where(*newer))))


def newest_origin(session: Session, answer_id: int) -> str | None:
    """The view or thread in which the answer's newest revision was written."""
    query = select(Revision.origin).where(Revision.answer_id == answer_id, Revision.number.is_not(None))
    return session.scalar(query.order_by(Revision.number.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One numbered revision of an answer; `person` is the name of whoever made it."""

    number: int
    state: AnswerState
    document: Document
    details: AnswerDetails
    note: str | None
    source: Source
    origin: str
    person_id: int
    person: str


_REVISION = (
    *(Revision.number, Revision.state, Revision.document, Revision.details, Revision.note),
    *(Revision.source, Revision.origin, Revision.person_id, Person.name),
)


def list_revisions(session: Session, answer_id: int, since: int = 0) -> list[RevisionView]:
    """The revisions of an answer from number `since` on, oldest first; what was kept aside is left out."""
    query = (
        select(*_REVISION)
        .join(Person, Person.id == Revision.person_id)
        .where(Revision.answer_id == answer_id, Revision.number >= since)
        .order_by(Revision.number)
    )
    return [
        RevisionView(number, AnswerState(state), document, details, note, Source(source), *rest)
        for number, state, document, details, note, source, *rest in session.execute(query)
    ]


def list_open_until(session: Session) -> list[tuple[int, date, int]]:
    """(answer id, last day, project id) of every answer that was returned until a day which has not been closed yet."""
    query = (
        select(Answer.id, Answer.open_until, Round.project_id)
        .join(Participation, Participation.id == Answer.participation_id)
        .join(Round, Round.id == Participation.round_id)
        .where(Answer.open_until.is_not(None))
        .order_by(Answer.id)
    )
    rows = session.execute(query)
    return [(answer_id, until, project_id) for answer_id, until, project_id in rows if until]


def list_told_of(session: Session, round_id: int, partner_id: int | None = None) -> list[int]:
    """Answers that are returned or wait for the partner's confirmation: in a round, or of one partner in it."""
    told = or_(Answer.note.is_not(None), Answer.entered_by_id.is_not(None))
    query = select(Answer.id).join(Participation, Participation.id == Answer.participation_id)
    query = query.where(Participation.round_id == round_id, told).order_by(Answer.id)
    return list(session.scalars(query if partner_id is None else query.where(Participation.partner_id == partner_id)))


def list_left_as_draft(session: Session) -> list[int]:
    """Answers that were returned and then begun anew, of which nobody can say the last word any more."""
    query = (
        select(Answer.id)
        .join(Participation, Participation.id == Answer.participation_id)
        .join(Round, Round.id == Participation.round_id)
        .where(Answer.state == AnswerState.DRAFT, Answer.note.is_not(None), Answer.open_until.is_(None))
        .where(Round.state == RoundState.CLOSED, Participation.open_until.is_(None))
        .order_by(Answer.id)
    )
    return list(session.scalars(query))


def end_return(session: Session, answer_id: int) -> None:
    """The day until which a returned answer was open is over. What was asked for stays beside the answer."""
    session.execute(update(Answer).where(Answer.id == answer_id).values(open_until=None))


_STATES = Prepared(
    select(Answer.id, Answer.state)
    .join(Participation, Participation.id == Answer.participation_id)
    .join(Objective, Objective.id == Answer.objective_id)
    .where(Answer.participation_id == bindparam("participation_id"))
    .where(IsAsked)
    .order_by(Objective.number, Objective.id)
)


def states_of(session: Session, participation_id: int) -> list[tuple[int, AnswerState]]:
    """(answer id, state) of a partner's answers in the order of the objectives."""
    rows = _STATES.all(session, participation_id=participation_id)
    return [(answer_id, AnswerState(state)) for answer_id, state in rows]


_UNANSWERED = (
    select(Answer.id)
    .join(Participation, Participation.id == Answer.participation_id)
    .join(Partner, Partner.id == Participation.partner_id)
    .join(Objective, Objective.id == Answer.objective_id)
    .where(Answer.round_id == bindparam("round_id"), IS_UNANSWERED)
    .where(IsAsked, Partner.archived_at.is_(None), Participation.skipped_at.is_(None))
)
_FIRST_UNANSWERED = Prepared(_UNANSWERED.limit(1))
# More answers than are being given at one moment: PostgreSQL takes 100 connections unless it is told otherwise.
MANY: Final = 200
_ONE_OF_MANY_UNANSWERED = Prepared(_UNANSWERED.limit(1).offset(MANY))
_WANT_REPORT = Prepared(
    update(Round).where(Round.id == bindparam("round_id")).values(report_wanted=Round.report_wanted + 1)
)


def is_round_complete(session: Session, round_id: int) -> bool:
    """Whether every partner that is asked has answered every objective that is theirs."""
    return _FIRST_UNANSWERED.first(session, round_id=round_id) is None


def lacks_many(session: Session, round_id: int) -> bool:
    """Whether so many answers are still to be given that those who are writing at this moment cannot give them all."""
    return _ONE_OF_MANY_UNANSWERED.first(session, round_id=round_id) is not None


def want_report(session: Session, round_id: int) -> None:
    """Says that the posted report has reason to change; `lamppu_bot.reporting` works it in."""
    _WANT_REPORT.run(session, round_id=round_id)


def find_participation(session: Session, round_id: int, partner_id: int) -> int | None:
    where = (Participation.round_id == round_id, Participation.partner_id == partner_id)
    return session.scalar(select(Participation.id).where(*where))


def set_reminded(session: Session, round_id: int, partner_ids: Iterable[int], at: datetime) -> None:
    session.execute(
        update(Participation)
        .where(Participation.round_id == round_id, Participation.partner_id.in_(list(partner_ids)))
        .values(reminded_at=at)
    )
