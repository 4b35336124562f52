"""The next free moment of each method and channel, shared by all workers of all machines through one row each.

A row holds the moment by which the calls so far would have been made at an even pace. A call may come before it by as
many intervals as its limit allows in a burst. Moments are seconds since the epoch, by the machines' own clocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from storage.models import Pacing
from storage.upserting import insert_into

PACING = cast(Table, Pacing.__table__)
# Before a method's name: until when Slack has asked to leave it alone, for those who wait for their turn already.
HELD = "held:"


@dataclass(frozen=True, slots=True)
class Limit:
    """One call every `interval` seconds, and up to `burst` of them sooner than that.

    In any stretch of t seconds no more than `t / interval + burst + 1` calls begin.
    """

    interval: float
    burst: int = 0

    @property
    def head_start(self) -> float:
        return self.interval * self.burst


def reserve(session: Session, limits: Mapping[str, Limit], now: float, *, patience: float) -> float:
    """Takes the next moment that all the limits allow, and returns it (seconds since the epoch, `now` or later).

    When it is more than `patience` seconds away nothing is reserved; the moment is returned all the same.
    """
    next_at = _locked(session, sorted(limits))
    start = max(now, *(next_at[key] - limit.head_start for key, limit in limits.items()))
    if start - now <= patience:
        for key, limit in limits.items():
            _store(session, key, max(start, next_at[key]) + limit.interval)
    return start


def hold(session: Session, key: str, limit: Limit, until: float) -> None:
    """Nothing under this key before `until`: Slack said so."""
    held = HELD + key
    found = _locked(session, sorted((key, held)))
    _store(session, key, max(found[key], until + limit.head_start))
    _store(session, held, max(found[held], until))


def asked_until(session: Session, key: str) -> float:
    """Until when Slack has asked that nothing be called under this key, as it said last; 0 where it never did."""
    return session.execute(select(PACING.c.next_at).where(PACING.c.key == HELD + key)).scalar() or 0.0


def held_until(session: Session, now: float) -> dict[str, float]:
    """The keys whose even pace has run ahead of `now`, and how far (seconds since the epoch)."""
    ahead = select(PACING.c.key, PACING.c.next_at).where(PACING.c.next_at > now)
    rows = session.execute(ahead.where(PACING.c.key.not_like(f"{HELD}%")))
    return {row.key: row.next_at for row in rows}


def _locked(session: Session, keys: list[str]) -> dict[str, float]:
    """The rows of the keys, made where missing and locked in one order: no two workers wait for each other."""
    insert = insert_into(session, PACING)
    session.execute(insert.on_conflict_do_nothing(), [{"key": key, "next_at": 0.0} for key in keys])
    rows = session.execute(select(PACING).where(PACING.c.key.in_(keys)).order_by(PACING.c.key).with_for_update())
    return {row.key: row.next_at for row in rows}


def _store(session: Session, key: str, next_at: float) -> None:
    session.execute(PACING.update().where(PACING.c.key == key).values(next_at=next_at))
