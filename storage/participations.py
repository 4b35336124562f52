"""Taking partners into a round: their participation, and a missing answer for each objective that is theirs."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storage.models import Answer, Participation

# Asked of a partner in a round: partner id -> the ids of their objectives.
Asked = Mapping[int, Sequence[int]]


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
        {"participation_id": there[partner_id], "objective_id": objective_id, "text": "", "document": []}
        for partner_id, objective_ids in asked.items()
        for objective_id in objective_ids
        if (there[partner_id], objective_id) not in known
    ]
    if missing:
        session.execute(insert(Answer), missing)


def set_participation(session: Session, round_id: int, partner_id: int, **values: Any) -> None:
    where = (Participation.round_id == round_id, Participation.partner_id == partner_id)
    session.execute(update(Participation).where(*where).values(**values))


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
