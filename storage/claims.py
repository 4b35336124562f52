"""The ledger as the worker sees it: what is due, a lease on it, and how the attempt came out. See docs/delivery.md.

A claim is held by a token of its own. Every later step is an UPDATE that names the token, so a worker whose lease ran
out and whose row went to another cannot write over what that one found. Functions take a session and never commit.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Boolean, Integer, Select, String, Table, and_, bindparam, case, func, literal, not_, or_, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from storage.ledger import DELIVERY, DROPPED, DUE, HOME, PARKED, SENT, D
from storage.models import IS_DUE, Person, UtcDateTime

PERSON = cast(Table, Person.__table__)
_PARENT = DELIVERY.alias("parent")


class LeaseLostError(Exception):
    """The lease ran out and another worker has taken the row: leave it alone."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this worker alone may send. `lease` is the token that proves it.

    `channel` is known once the message has a place; `thread_ts` is the ts of the message it replies to. `wanted` is the
    count of content changes it is rendered at. `attempted_at` without `ts` means that an earlier attempt's outcome is
    not known.
    """

    id: int
    key: str
    kind: str
    person_id: int | None
    channel: str | None
    subject: Mapping[str, Any]
    thread_ts: str | None
    wanted: int
    shown: int
    ts: str | None
    attempted_at: datetime | None
    attempts: int
    file_ids: Sequence[str]
    created_at: datetime
    sent_at: datetime | None
    cause: str | None
    lease: str

    @property
    def is_in_slack(self) -> bool:
        """Whether it was sent before: uploads and private answers have no `ts` by which to know."""
        return self.ts is not None or self.sent_at is not None

    @property
    def is_outcome_unknown(self) -> bool:
        return self.attempted_at is not None and not self.is_in_slack


@dataclass(frozen=True, slots=True)
class Busy:
    """What pacing does not let through just now: channels, all new messages, all updates, all Homes."""

    channels: frozenset[str] = frozenset()
    posts: bool = False
    updates: bool = False
    homes: bool = False


def due_ids(session: Session, now: datetime, *, limit: int, busy: Busy | None = None) -> list[int]:
    """What could be claimed now: the oldest row of each destination, oldest first.

    One row per destination, and none where one is being sent or waits for pacing: so nothing overtakes, and a channel
    with a hundred messages does not hold up the others. Needs no transaction that writes.
    """
    busy = busy or Busy()
    values = {
        "now": now,
        "limit": limit,
        "held_up": list(session.execute(_HELD_UP, {"now": now}).scalars()),
        "busy_channels": list(busy.channels),
        "posts_pass": not busy.posts,
        "updates_pass": not busy.updates,
        "homes_pass": not busy.homes,
    }
    return list(session.execute(_DUE_IDS, values).scalars())


def claim(
    session: Session, ids: Sequence[int], now: datetime, *, worker: str, lease: timedelta, limit: int = 1
) -> list[Claimed]:
    """Takes a lease on the first of the rows that are still free; one that another takes just now is passed over."""
    first = list(session.execute(_STILL_FREE, {"of_ids": list(ids), "now": now, "limit": limit}).scalars())
    token = f"{worker}:{secrets.token_hex(4)}"[-64:]
    session.execute(_LEASE, {"of_ids": first, "lease_until": now + lease, "leased_by": token})
    return [Claimed(**row._mapping, lease=token) for row in session.execute(_CLAIMED, {"of_ids": first})]


def begin_attempt(
    session: Session,
    claimed: Claimed,
    now: datetime,
    *,
    channel: str | None,
    lease: timedelta,
    file_ids: Sequence[str] = (),
) -> None:
    """Writes down that the message may be in Slack from now on, with the content it is about to have.

    Committed before the call that makes it so. Raises LeaseLostError.
    """
    _set(
        session,
        claimed,
        attempted_at=now,
        shown=claimed.wanted,
        channel=channel,
        file_ids=list(file_ids),
        lease_until=now + lease,
    )


def renew(session: Session, claimed: Claimed, *, lease_until: datetime) -> None:
    """The row stays with whoever has it. Raises LeaseLostError."""
    _set(session, claimed, lease_until=lease_until)


def keep_files(session: Session, claimed: Claimed, file_ids: Sequence[str], *, lease_until: datetime) -> None:
    """Slack has these files of the content that is rendered now, shared with nobody yet. Raises LeaseLostError."""
    _set(session, claimed, file_ids=list(file_ids), shown=claimed.wanted, lease_until=lease_until)


def forget_attempt(session: Session, claimed: Claimed) -> None:
    """Slack was looked through and does not have the message: the attempt came to nothing."""
    _set(session, claimed, attempted_at=None)


def settle_sent(session: Session, claimed: Claimed, now: datetime, *, ts: str | None, shown: int) -> None:
    """Slack has the message, with the content of `shown` changes; what changed meanwhile makes it due again."""
    _set(
        session,
        claimed,
        ts=ts,
        shown=shown,
        sent_at=claimed.sent_at or now,
        state=case((D.wanted > shown, DUE), else_=SENT),
        **_AT_REST,
    )


def settle_dropped(session: Session, claimed: Claimed, *, error: str | None = None) -> None:
    """Nobody wants it any more. A message that is in Slack already stays there as it is."""
    done = SENT if claimed.is_in_slack else DROPPED
    state = case((D.wanted > claimed.wanted, DUE), else_=done)
    _set(session, claimed, state=state, shown=claimed.wanted, **{**_AT_REST, "error": error})


def settle_failed(
    session: Session, claimed: Claimed, *, error: str, retry_at: datetime, keep_attempt: bool, keep_files: bool
) -> None:
    """It did not work, and is tried again at `retry_at`; others of the channel need not wait for it.

    `keep_attempt` when the message may be in Slack all the same, `keep_files` when what is up may still be shared.
    """
    attempt: dict[str, Any] = {} if keep_attempt else {"attempted_at": None}
    files: dict[str, Any] = {} if keep_files else {"file_ids": []}
    _set(session, claimed, error=error, not_before=retry_at, attempts=D.attempts + 1, **_NO_LEASE, **attempt, **files)


def settle_unknown(session: Session, claimed: Claimed, *, error: str, look_at: datetime, hold: bool) -> None:
    """Slack may have taken it: it is looked for at `look_at`. With `hold` the destination waits for that."""
    waiting: dict[str, Any] = {"lease_until": look_at} if hold else {"lease_until": None, "not_before": look_at}
    _set(session, claimed, error=error, attempts=D.attempts + 1, leased_by=None, **waiting)


def put_off(session: Session, claimed: Claimed, until: datetime) -> None:
    """It is not time yet for what it has to say."""
    _set(session, claimed, not_before=until, **_NO_LEASE)


def release(
    session: Session, claimed: Claimed, until: datetime, *, keep_attempt: bool, error: str | None = None
) -> None:
    """Gives the row back; nobody takes it, nor anything later for the same destination, before `until`."""
    attempt = {} if keep_attempt else {"attempted_at": None}
    _set(session, claimed, lease_until=until, leased_by=None, error=error, **attempt)


def park(session: Session, claimed: Claimed, now: datetime, *, error: str, keep_attempt: bool) -> None:
    """A person must do something first; see `storage.ledger.unpark`."""
    attempt = {} if keep_attempt else {"attempted_at": None}
    _set(session, claimed, state=PARKED, not_before=now, error=error, **_NO_LEASE, **attempt)


def has_due(session: Session, now: datetime) -> bool:
    """Whether anything is due, perhaps held up by a lease or by pacing."""
    return session.execute(_HAS_DUE, {"now": now}).first() is not None


def next_free_at(session: Session, now: datetime) -> datetime | None:
    """When the first of the rows that are not due or not free at `now` comes to be; later than `now`, pacing aside."""
    return session.execute(_NEXT_FREE_AT, {"now": now}).scalar()


_NO_LEASE: dict[str, Any] = {"lease_until": None, "leased_by": None}
_AT_REST: dict[str, Any] = {**_NO_LEASE, "attempted_at": None, "attempts": 0, "error": None}


def _set(session: Session, claimed: Claimed, **values: Any) -> None:
    held = DELIVERY.update().where(D.id == claimed.id, D.leased_by == claimed.lease)
    if session.execute(held.values(**values).returning(D.id)).first() is None:
        raise LeaseLostError(claimed.key)


# The statements of every second, built once.
_NOW = bindparam("now", type_=UtcDateTime())
_IS_HOME = D.kind == HOME
_IS_POST = and_(D.ts.is_(None), D.kind != HOME)
_CHANNEL = func.coalesce(D.channel, _PARENT.c.channel, PERSON.c.dm_channel)
_OWN = literal("row ") + sql_cast(D.id, String)
# The channel, or the person to whom no DM is open yet; an answer to a `response_url` has none, so it has its own. A
# Home is no message: neither do those in the person's DM wait for it, nor it for them.
_DESTINATION = case((_IS_HOME, _OWN), else_=func.coalesce(_CHANNEL, sql_cast(D.person_id, String), _OWN))
_IS_FREE = or_(D.lease_until.is_(None), D.lease_until <= _NOW)
_FREE_AT = case((D.lease_until > D.not_before, D.lease_until), else_=D.not_before)


def _ready(*columns: ColumnElement[Any]) -> Select[Any]:
    """Rows to be sent whose parent, if any, is in Slack."""
    parent = DELIVERY.outerjoin(_PARENT, D.thread_of == _PARENT.c.id)
    rows = select(*columns).select_from(parent.outerjoin(PERSON, D.person_id == PERSON.c.id))
    return rows.where(IS_DUE, or_(D.thread_of.is_(None), _PARENT.c.ts.is_not(None)))


def _first_of_each_destination() -> Select[Any]:
    turn = func.row_number().over(partition_by=_DESTINATION, order_by=D.id).label("turn")
    ready = _ready(D.id, turn).where(
        D.not_before <= _NOW,
        _IS_FREE,
        _DESTINATION.not_in(bindparam("held_up", expanding=True)),
        or_(not_(_IS_POST), func.coalesce(_CHANNEL, "").not_in(bindparam("busy_channels", expanding=True))),
        or_(not_(_IS_POST), bindparam("posts_pass", type_=Boolean())),
        or_(D.ts.is_(None), bindparam("updates_pass", type_=Boolean())),
        or_(not_(_IS_HOME), bindparam("homes_pass", type_=Boolean())),
    )
    rows = ready.subquery()
    return select(rows.c.id).where(rows.c.turn == 1).order_by(rows.c.id).limit(bindparam("limit", type_=Integer()))


_HELD_UP = _ready(_DESTINATION).where(D.lease_until > _NOW)
_DUE_IDS = _first_of_each_destination()
_HAS_DUE = _ready(D.id).where(D.not_before <= _NOW).limit(1)
_NEXT_FREE_AT = _ready(func.min(_FREE_AT)).where(_FREE_AT > _NOW)
_OF_IDS = D.id.in_(bindparam("of_ids", expanding=True))
_STILL_FREE = (
    select(D.id)
    .where(_OF_IDS, IS_DUE, D.not_before <= _NOW, _IS_FREE)
    .order_by(D.id)
    .limit(bindparam("limit", type_=Integer()))
    .with_for_update(skip_locked=True)
)
_LEASE = DELIVERY.update().where(_OF_IDS)
_LEASE = _LEASE.values(lease_until=bindparam("lease_until"), leased_by=bindparam("leased_by"))
_CLAIMED = (
    select(
        *(D[name] for name in Claimed.__dataclass_fields__ if name not in ("channel", "thread_ts", "lease")),
        func.coalesce(D.channel, _PARENT.c.channel).label("channel"),
        _PARENT.c.ts.label("thread_ts"),
    )
    .select_from(DELIVERY.outerjoin(_PARENT, D.thread_of == _PARENT.c.id))
    .where(_OF_IDS)
    .order_by(D.id)
)
