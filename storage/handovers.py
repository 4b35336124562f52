"""Handovers: who was asked by a contact to give which of the partner's answers, and what they said."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session, aliased

from storage.models import Handover, Participation, Partner, Person, Project, Round
from storage.queries import SpringFirst
from storage.queries.columns import person_columns
from storage.values import HandoverState, HandoverView, PersonView, RoundState

_LIVE = (HandoverState.ASKED, HandoverState.ACCEPTED)
_Asker = aliased(Person, name="asker")
_Colleague = aliased(Person, name="colleague")
_ASKER, _COLLEAGUE = person_columns(_Asker), person_columns(_Colleague)
_HANDOVER: Select[*tuple[Any, ...]] = (
    select(
        *(Handover.id, Handover.participation_id, Participation.round_id, Participation.partner_id),
        *(Handover.answer_ids, Handover.state, Handover.message, Handover.reason),
        *(*_ASKER, *_COLLEAGUE),
    )
    .join(Participation, Participation.id == Handover.participation_id)
    .join(_Asker, _Asker.id == Handover.from_id)
    .join(_Colleague, _Colleague.id == Handover.to_id)
    .order_by(Handover.id)
)


def _view(row: Any) -> HandoverView:
    id_, participation_id, round_id, partner_id, answer_ids, state, message, reason, *people = row
    asker, colleague = PersonView(*people[: len(_ASKER)]), PersonView(*people[len(_ASKER) :])
    where = (id_, participation_id, round_id, partner_id)
    return HandoverView(*where, frozenset(answer_ids), asker, colleague, HandoverState(state), message, reason)


def add(
    session: Session,
    participation_id: int,
    answer_ids: Iterable[int],
    *,
    from_id: int,
    to_id: int,
    message: str,
    origin: str,
    at: datetime,
) -> HandoverView:
    values = {"participation_id": participation_id, "answer_ids": sorted(answer_ids), "from_id": from_id}
    values |= {"to_id": to_id, "message": message, "origin": origin, "asked_at": at}
    values |= {"state": HandoverState.ASKED, "reason": ""}
    id_ = session.execute(insert(Handover).values(**values).returning(Handover.id)).scalar_one()
    return _view(session.execute(_HANDOVER.where(Handover.id == id_)).one())


def find(session: Session, handover_id: int, *, lock: bool = False) -> HandoverView | None:
    """With `lock`, nobody else settles it until the commit of this write."""
    query = _HANDOVER.where(Handover.id == handover_id)
    row = session.execute(query.with_for_update(of=Handover) if lock else query).first()
    return _view(row) if row else None


def find_of_origin(session: Session, origin: str) -> HandoverView | None:
    row = session.execute(_HANDOVER.where(Handover.origin == origin)).first()
    return _view(row) if row else None


def list_live_of_round(session: Session, round_id: int) -> list[HandoverView]:
    where = (Participation.round_id == round_id, Handover.state.in_(_LIVE))
    return [_view(row) for row in session.execute(_HANDOVER.where(*where))]


def list_live_of_share(session: Session, round_id: int, partner_id: int) -> list[HandoverView]:
    """Of one partner in one round, what is asked or accepted."""
    where = (Participation.round_id == round_id, Participation.partner_id == partner_id, Handover.state.in_(_LIVE))
    return [_view(row) for row in session.execute(_HANDOVER.where(*where))]


def list_asked_of(session: Session, person_id: int) -> list[HandoverView]:
    """What somebody is asked and has not answered yet."""
    where = (Handover.to_id == person_id, Handover.state == HandoverState.ASKED)
    return [_view(row) for row in session.execute(_HANDOVER.where(*where))]


def list_live_of(session: Session, person_id: int) -> list[HandoverView]:
    """What somebody is asked or has taken over; nobody else settles it until the commit of this write."""
    where = (Handover.to_id == person_id, Handover.state.in_(_LIVE))
    return [_view(row) for row in session.execute(_HANDOVER.where(*where).with_for_update(of=Handover))]


def list_taken(session: Session, person_id: int) -> list[HandoverView]:
    """What somebody has taken over, in rounds of projects that are there still, the rounds under way first."""
    query = (
        _HANDOVER.join(Partner, Partner.id == Participation.partner_id)
        .join(Round, Round.id == Participation.round_id)
        .join(Project, Project.id == Round.project_id)
        .where(Handover.to_id == person_id, Handover.state == HandoverState.ACCEPTED)
        .where(Partner.archived_at.is_(None), Project.archived_at.is_(None), Round.archived_at.is_(None))
    )
    under_way = Round.state.in_((RoundState.OPEN, RoundState.DUE))
    ordered = query.order_by(None).order_by(
        under_way.desc(), Project.id, Round.year, SpringFirst, Partner.position, Handover.id
    )
    return [_view(row) for row in session.execute(ordered)]


def taken_answers(session: Session, round_id: int, partner_id: int, person_id: int) -> frozenset[int]:
    """The answers of a partner in a round that somebody has taken over."""
    query = (
        select(Handover.answer_ids)
        .join(Participation, Participation.id == Handover.participation_id)
        .where(Participation.round_id == round_id, Participation.partner_id == partner_id)
        .where(Handover.to_id == person_id, Handover.state == HandoverState.ACCEPTED)
    )
    return frozenset(answer_id for answer_ids in session.scalars(query) for answer_id in answer_ids)


def settle(session: Session, handover_id: int, state: HandoverState, at: datetime, reason: str = "") -> None:
    values = {"state": state, "settled_at": at, "reason": reason}
    session.execute(update(Handover).where(Handover.id == handover_id).values(**values))


def lock_participation(session: Session, round_id: int, partner_id: int) -> int | None:
    """Lets one at a time ask for the answers of a partner in a round; None where the partner was never asked."""
    where = (Participation.round_id == round_id, Participation.partner_id == partner_id)
    return session.scalar(select(Participation.id).where(*where).with_for_update(key_share=True))
