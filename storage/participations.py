"""Taking partners into a round: their participation, and a missing answer for each objective that is theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storage.models import Answer, Participation, Partner, Round

# Asked of a partner in a round: partner id -> the ids of their objectives.
Asked = Mapping[int, Sequence[int]]
_NOTHING_YET: dict[str, Any] = {"text": "", "document": []}


def take_in(session: Session, round_id: int, asked: Asked) -> None:
    """Brings the round up to what is asked; what is there already, answers above all, stays as it is.

    A handful of statements for any number of partners: it stands between a round's opening and everything else.
    """
    there = _participations(session, round_id)
    new = [{"round_id": round_id, "partner_id": partner_id} for partner_id in asked if partner_id not in there]
    if new:
        session.execute(insert(Participation), new)
        there = _participations(session, round_id)
    known = _answers(session, round_id)
    missing = [
        {"round_id": round_id, "participation_id": there[partner_id], "objective_id": objective_id, **_NOTHING_YET}
        for partner_id, objective_ids in asked.items()
        for objective_id in objective_ids
        if (there[partner_id], objective_id) not in known
    ]
    if missing:
        session.execute(insert(Answer), missing)


def set_participation(session: Session, round_id: int, partner_id: int, **values: Any) -> None:
    where = (Participation.round_id == round_id, Participation.partner_id == partner_id)
    session.execute(update(Participation).where(*where).values(**values))


def keep_people(session: Session, partner_id: int) -> None:
    """Nobody names others for the partner until the commit; those who were about to have committed."""
    session.execute(select(Partner.id).where(Partner.id == partner_id).with_for_update(read=True))


@dataclass(frozen=True, slots=True)
class Extended:
    """A partner with a due day of its own that is not over yet."""

    partner_id: int
    due_on: date
    reminded_at: datetime | None


def list_extended(session: Session, round_id: int) -> list[Extended]:
    """Those that are asked and answer longer than the others."""
    query = select(Participation.partner_id, Participation.open_until, Participation.reminded_at).where(
        Participation.round_id == round_id, Participation.skipped_at.is_(None)
    )
    return [Extended(partner_id, until, at) for partner_id, until, at in session.execute(query) if until]


def list_going_on(session: Session) -> set[int]:
    """The projects in which a partner has a day of its own that is not over yet, or an answer returned until one."""
    rounds = select(Round.project_id).join(Participation, Participation.round_id == Round.id).distinct()
    extended = rounds.where(Participation.open_until.is_not(None))
    returned = rounds.join(Answer, Answer.participation_id == Participation.id).where(Answer.open_until.is_not(None))
    return {*session.scalars(extended), *session.scalars(returned)}


def end_extensions(session: Session, round_id: int, today: date) -> set[int]:
    """Takes no more answers from those whose last day is over; returns their partner ids. Their due day stays."""
    over = update(Participation).where(Participation.round_id == round_id, Participation.open_until < today)
    return set(session.scalars(over.values(open_until=None).returning(Participation.partner_id)))


def drop_extensions(session: Session, round_id: int, due_on: date) -> None:
    """Everybody has at least until then: who had a day of their own before it, or on it, has it no more."""
    earlier = update(Participation).where(Participation.round_id == round_id, Participation.due_on <= due_on)
    session.execute(earlier.values(due_on=None, open_until=None))


def _participations(session: Session, round_id: int) -> dict[int, int]:
    query = select(Participation.partner_id, Participation.id).where(Participation.round_id == round_id)
    return {partner_id: id_ for partner_id, id_ in session.execute(query)}


def _answers(session: Session, round_id: int) -> set[tuple[int, int]]:
    query = (
        select(Answer.participation_id, Answer.objective_id)
        .join(Participation, Participation.id == Answer.participation_id)
        .where(Participation.round_id == round_id)
    )
    return {(participation_id, objective_id) for participation_id, objective_id in session.execute(query)}
