"""The ledger as an operator sees it: what waits and why, and settling by hand what no machine can."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.ledger import DELIVERY, DROPPED, DUE, PARKED, SENT, D
from storage.models import Person


@dataclass(frozen=True, slots=True)
class WaitingDelivery:
    """A message that is not in Slack as it should be. `since` is when it was due, or parked; `error` says why, `cause`
    is the id under which the log tells what wanted it."""

    id: int
    key: str
    kind: str
    state: str
    to: str
    attempts: int
    since: datetime
    error: str | None
    cause: str | None


def list_waiting(session: Session, *, now: datetime, states: Collection[str] = (DUE, PARKED)) -> list[WaitingDelivery]:
    """What is parked, and what is due and was not sent by now; oldest first."""
    query = (
        select(D.id, D.key, D.kind, D.state, Person.name, D.channel, D.attempts, D.not_before, D.error, D.cause)
        .select_from(DELIVERY.outerjoin(Person, Person.id == D.person_id))
        .where(D.state.in_(states), D.not_before <= now)
        .order_by(D.id)
    )
    return [
        WaitingDelivery(id_, key, kind, state, name or channel or "", attempts, since, error, cause)
        for id_, key, kind, state, name, channel, attempts, since, error, cause in session.execute(query)
    ]


def retry(session: Session, ids: Sequence[int], *, now: datetime) -> list[int]:
    """Makes these parked messages due again; returns those that were parked."""
    return _settle(session, ids, {"state": DUE, "not_before": now, "attempts": 0, "error": None})


def settle_as_sent(session: Session, ids: Sequence[int], *, now: datetime) -> list[int]:
    """Somebody has seen these parked messages in Slack: they are not sent again; returns those that were parked."""
    return _settle(session, ids, {"state": SENT, "sent_at": now, "shown": D.wanted, **_AT_REST})


def settle_as_dropped(session: Session, ids: Sequence[int]) -> list[int]:
    """Nobody wants these parked messages any more; returns those that were parked."""
    return _settle(session, ids, {"state": DROPPED, "shown": D.wanted, **_AT_REST})


_AT_REST = {"attempted_at": None, "attempts": 0, "error": None, "lease_until": None, "leased_by": None}


def _settle(session: Session, ids: Sequence[int], values: dict[str, object]) -> list[int]:
    parked = DELIVERY.update().where(D.id.in_(ids), D.state == PARKED).values(values)
    return sorted(session.execute(parked.returning(D.id)).scalars())
