"""Writing answers: every change is a new revision. Core statements, since this is the path of every submission."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import bindparam, exists, insert, select, update
from sqlalchemy.orm import Session

from storage.database import fetch
from storage.models import Answer, Objective, Participation, Partner, Revision, Round
from storage.queries import AnswerPlace, IsAsked
from storage.values import AnswerState, Document, Source

_FINAL = (AnswerState.ANSWERED, AnswerState.NOTHING)


class RevisionFields(TypedDict):
    """What is kept of every revision beside its answer and number."""

    state: AnswerState
    document: Document
    text: str
    person_id: int
    source: Source
    origin: str
    at: datetime


_ADD_REVISION = insert(Revision)
_SET_ANSWER = (
    update(Answer)
    .where(Answer.id == bindparam("of_answer"))
    .values(
        state=bindparam("new_state"),
        version=bindparam("new_version"),
        text=bindparam("new_text"),
        document=bindparam("new_document"),
        updated_at=bindparam("at"),
        updated_by_id=bindparam("person_id"),
    )
)


def add_revision(session: Session, place: AnswerPlace, **fields: Unpack[RevisionFields]) -> None:
    """Makes this the newest revision of the answer. The place must have been read in the same write."""
    number = place.version + 1
    fetch(session, _ADD_REVISION, answer_id=place.answer_id, number=number, **fields)
    fetch(
        session,
        _SET_ANSWER,
        of_answer=place.answer_id,
        new_state=fields["state"],
        new_version=number,
        new_text=fields["text"],
        new_document=fields["document"],
        at=fields["at"],
        person_id=fields["person_id"],
    )


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


_STATES = (
    select(Answer.id, Answer.state)
    .join(Participation, Participation.id == Answer.participation_id)
    .join(Objective, Objective.id == Answer.objective_id)
    .where(Answer.participation_id == bindparam("of_participation"))
    .where(IsAsked)
    .order_by(Objective.number, Objective.id)
)


def states_of(session: Session, participation_id: int) -> list[tuple[int, AnswerState]]:
    """(answer id, state) of a partner's answers in the order of the objectives."""
    rows = fetch(session, _STATES, of_participation=participation_id)
    return [(answer_id, AnswerState(state)) for answer_id, state in rows]


def is_round_complete(session: Session, round_id: int) -> bool:
    """Whether every partner has answered every objective that is theirs."""
    unanswered = (
        select(Answer.id)
        .join(Participation, Participation.id == Answer.participation_id)
        .join(Partner, Partner.id == Participation.partner_id)
        .join(Objective, Objective.id == Answer.objective_id)
        .where(Participation.round_id == round_id, Answer.state.not_in(_FINAL))
        .where(IsAsked, Partner.archived_at.is_(None))
    )
    return not session.scalar(select(unanswered.exists()))


def want_report(session: Session, round_id: int) -> None:
    """Says that the posted report has reason to change; `lamppu_bot.reporting` works it in."""
    session.execute(update(Round).where(Round.id == round_id).values(report_wanted=Round.report_wanted + 1))


def find_participation(session: Session, round_id: int, partner_id: int) -> int | None:
    where = (Participation.round_id == round_id, Participation.partner_id == partner_id)
    return session.scalar(select(Participation.id).where(*where))


def set_reminded(session: Session, round_id: int, partner_ids: Iterable[int], at: datetime) -> None:
    session.execute(
        update(Participation)
        .where(Participation.round_id == round_id, Participation.partner_id.in_(list(partner_ids)))
        .values(reminded_at=at)
    )
