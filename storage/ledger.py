"""The ledger of what must be said in Slack, as use cases see it: order, change, put off, look. See docs/delivery.md.

Every function takes the session of the use case, so that a message is wanted exactly when its cause is committed. `now`
is the real moment, never the calendar of a rehearsal. Each row keeps the id of what wanted it last (`storage.cause`).
The other side, claiming and settling, is `storage.claims`.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Executable, String, Table, Text, bindparam, case, func, or_, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from storage import cause
from storage.database import fetch
from storage.models import IS_DUE, IS_PARKED, Delivery, UtcDateTime
from storage.prepared import Prepared
from storage.upserting import OfDialect

if TYPE_CHECKING:
    from storage.upserting import Insert

DELIVERY = cast(Table, Delivery.__table__)
D = DELIVERY.c

DUE, SENT, PARKED, DROPPED = "due", "sent", "parked", "dropped"
# The kind of a row that is no message but a person's Home: shown anew rather than posted, it never has a `ts`.
HOME: Final = "home"


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """What is known of a delivery. `ts` is set once Slack has the message; `error` says why it is late or parked."""

    id: int
    key: str
    kind: str
    state: str
    person_id: int | None
    channel: str | None
    ts: str | None
    error: str | None
    cause: str | None
    subject: Mapping[str, Any]
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Order:
    """A message that is wanted, wherever it goes."""

    key: str
    kind: str
    subject: Mapping[str, Any]


_VIEW = [D[name] for name in DeliveryView.__dataclass_fields__]


def _ordering(insert: "Insert") -> "Insert":
    return insert.on_conflict_do_nothing(index_elements=[D.key])


def _showing(insert: "Insert") -> Executable:
    afresh = {name: insert.excluded[name] for name in ("subject", "not_before", "state", "attempts", "cause")}
    return insert.on_conflict_do_update(index_elements=[D.key], set_={**afresh, "wanted": D.wanted + 1})


# Built once: an order stands in the way of every submission's answer.
_INSERT_MANY, _SHOW = OfDialect(DELIVERY, _ordering), OfDialect(DELIVERY, _showing)
_ORDERED = (
    *("key", "kind", "subject", "not_before", "created_at", "state", "wanted", "shown", "attempts", "file_ids"),
    *("person_id", "channel", "thread_of", "cause"),
)
_NEW: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _ORDERED}
_INSERT = OfDialect(DELIVERY, lambda insert: Prepared(_ordering(insert).values(_NEW).returning(D.id)))
_ID_OF_KEY = Prepared(select(D.id).where(D.key == bindparam("of_key")))
# What is still on its way keeps its moment, so that a stream of changes cannot put it off for ever.
_CHANGE = update(DELIVERY).values(
    wanted=D.wanted + 1,
    not_before=case((D.state == DUE, D.not_before), else_=bindparam("from_moment", type_=UtcDateTime())),
    state=case((D.state == PARKED, PARKED), else_=DUE),
    cause=bindparam("of_cause", type_=String()),
)
_CHANGE_KEYS = _CHANGE.where(D.key.in_(bindparam("of_keys", expanding=True)))
_CHANGE_TWO = Prepared(_CHANGE.where(or_(D.key == bindparam("first_key"), D.key == bindparam("second_key"))))
_CHANGE_SENT = Prepared(
    _CHANGE.where(D.kind == bindparam("of_kind"), D.person_id == bindparam("of_person"), D.ts.is_not(None))
)
_CHANGE_IDS = _CHANGE.where(D.id.in_(bindparam("of_ids", expanding=True)))


def order(
    session: Session,
    key: str,
    kind: str,
    *,
    now: datetime,
    person_id: int | None = None,
    channel: str | None = None,
    subject: Mapping[str, Any] | None = None,
    thread_of: int | None = None,
    not_before: datetime | None = None,
) -> int:
    """Wants a message once; the same key again changes nothing. Returns the id of the delivery, new or known.

    It goes to `channel` when one is given, else as a reply to the delivery `thread_of`, else to the person. With
    `thread_of` it waits until that message is in Slack.
    """
    row = _new(Order(key, kind, subject or {}), now)
    row |= {"person_id": person_id, "channel": channel, "thread_of": thread_of, "not_before": not_before or now}
    found = _INSERT(session).first(session, **{f"new_{name}": row[name] for name in _ORDERED})
    return int((found or _ID_OF_KEY.one(session, of_key=key))[0])


def order_home(
    session: Session, key: str, person_id: int, *, now: datetime, subject: Mapping[str, Any] | None = None
) -> None:
    """Wants a person's Home shown as it is now, at once, whatever has become of it before. One statement."""
    row = _new(Order(key, HOME, subject or {}), now) | {"person_id": person_id}
    session.connection().execute(_SHOW(session), row)


def order_replies(session: Session, root: int, channel: str, orders: Sequence[Order], *, now: datetime) -> None:
    """Wants many replies to one message, as `order` does, in one statement: a large report has thousands."""
    found = [_new(order, now) | {"channel": channel, "thread_of": root, "person_id": None} for order in orders]
    if found:
        session.connection().execute(_INSERT_MANY(session), found)


def _new(order: Order, now: datetime) -> dict[str, Any]:
    return {
        "key": order.key,
        "kind": order.kind,
        "subject": _sorted(order.subject),
        "not_before": now,
        "created_at": now,
        "state": DUE,
        "wanted": 1,
        "shown": 0,
        "attempts": 0,
        "file_ids": [],
        "cause": cause.current(),
    }


def change(session: Session, keys: Sequence[str], *, now: datetime, not_before: datetime | None = None) -> None:
    """What these messages say has changed: a sent one is updated, a dropped one comes back, a parked one stays parked.

    Keys nobody ordered are passed over. `not_before` holds for messages that are not on their way already.
    """
    if 1 <= len(keys) <= 2:  # the cards of one partner, after every submission
        _CHANGE_TWO.run(session, first_key=keys[0], second_key=keys[-1], **_from(not_before or now))
    elif keys:
        fetch(session, _CHANGE_KEYS, of_keys=list(keys), **_from(not_before or now))


def change_ids(session: Session, ids: Sequence[int], *, now: datetime, not_before: datetime | None = None) -> None:
    """As `change`, by the ids that `order` returned."""
    if ids:
        fetch(session, _CHANGE_IDS, of_ids=list(ids), **_from(not_before or now))


def change_sent(session: Session, kind: str, person_ids: Collection[int], *, now: datetime) -> None:
    """As `change`, for the messages of a kind that these people have in their DMs.

    Always in the same order: of two writers that change those of the same people, one waits and none is given up.
    """
    for person_id in sorted(person_ids):
        _CHANGE_SENT.run(session, of_kind=kind, of_person=person_id, **_from(now))


def pass_cards(session: Session, gone_id: int, kept_id: int) -> None:
    """Two people turn out to be one: cards, which are found by their reader, are that one's, and none is there twice.

    A second card that is in Slack already stays there as it is.
    """
    for row in session.execute(select(D.id, D.key, D.ts).where(D.kind == "card", D.person_id == gone_id)).all():
        key = f"{row.key.rpartition(':')[0]}:{kept_id}"
        if find(session, key) is None:
            session.execute(DELIVERY.update().where(D.id == row.id).values(key=key))
        elif row.ts is None:  # whoever is about to send it finds that it is not theirs any more
            ended = {"state": DROPPED, "leased_by": None, "lease_until": None}
            session.execute(DELIVERY.update().where(D.id == row.id).values(ended))


def change_all(session: Session, prefix: str, *, now: datetime) -> None:
    """As `change`, for every message whose key begins so."""
    session.execute(_CHANGE.where(D.key.startswith(prefix, autoescape=True)), _from(now))


def _from(moment: datetime) -> dict[str, Any]:
    """A change's moment, and what it was that changed it."""
    return {"from_moment": moment, "of_cause": cause.current()}


def defer(session: Session, key: str, not_before: datetime) -> None:
    """Something was added to a message that is not sent yet: it waits until `not_before` and then says it all.

    One that is just being sent is updated at that moment instead; one that was sent stays as it is.
    """
    waiting = DELIVERY.update().where(D.key == key, D.state == DUE, D.ts.is_(None))
    session.execute(waiting.values(not_before=not_before, wanted=D.wanted + 1, cause=cause.current()))


def put_last(session: Session, keys: Sequence[str], *, not_before: datetime) -> None:
    """Of these messages, those that no worker has taken up go after all that is ordered so far, as if they were
    ordered now in this order, and none before that moment."""
    fresh = (IS_DUE, D.ts.is_(None), D.attempted_at.is_(None), D.leased_by.is_(None))
    for key in keys:
        taken_out = DELIVERY.delete().where(D.key == key, *fresh).returning(*(one for one in D if one is not D.id))
        if row := session.execute(taken_out).mappings().first():
            later = max(row["not_before"], not_before)
            session.execute(DELIVERY.insert().values({**row, "not_before": later}))


def list_parked(session: Session, *, before: datetime) -> list[DeliveryView]:
    """What was parked before that moment, oldest first."""
    rows = session.execute(select(*_VIEW).where(IS_PARKED, D.not_before < before).order_by(D.id))
    return _views(rows)


def unpark(session: Session, ids: Sequence[int], *, now: datetime) -> None:
    """Tries these parked messages afresh: whoever was told may have removed the obstacle since.

    One parked because its outcome could not be looked up is looked up again, and sent only if it is certainly not in
    Slack.
    """
    _unpark(session, D.id.in_(ids), now)


def unpark_for_person(session: Session, person_id: int, *, now: datetime) -> None:
    """As `unpark`, for somebody who can be reached now."""
    _unpark(session, D.person_id == person_id, now)


def unpark_for_channel(session: Session, channel: str, *, now: datetime) -> None:
    """As `unpark`, for all that was to be posted there."""
    _unpark(session, D.channel == channel, now)


def _unpark(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    parked = DELIVERY.update().where(IS_PARKED, which)
    session.execute(parked.values(state=DUE, not_before=now, attempts=0, error=None))


def get(session: Session, delivery_id: int) -> DeliveryView | None:
    return _first(session, D.id == delivery_id)


def set_subject(session: Session, delivery_id: int, subject: Mapping[str, Any], *, now: datetime) -> None:
    """Keeps the outcome of what a message asked with the message, which then shows it."""
    session.execute(DELIVERY.update().where(D.id == delivery_id).values(subject=_sorted(subject)))
    change_ids(session, [delivery_id], now=now)


def find(session: Session, key: str) -> DeliveryView | None:
    return _first(session, D.key == key)


def find_waiting(session: Session, kind: str, subject: Mapping[str, Any]) -> DeliveryView | None:
    """The newest delivery of a kind about this subject that no worker has taken up: it can still say more."""
    return _first(
        session,
        IS_DUE,
        D.ts.is_(None),
        D.attempted_at.is_(None),
        D.leased_by.is_(None),
        D.kind == kind,
        _is_about(subject),
    )


def oldest_unsent(session: Session) -> datetime | None:
    """Since when the longest overdue message has been due; None when nothing waits. Says whether sending keeps up.

    A reply whose parent is not in Slack yet waits for that, not for the worker.
    """
    parent = DELIVERY.alias("parent")
    rows = select(func.min(D.not_before)).select_from(DELIVERY.outerjoin(parent, D.thread_of == parent.c.id))
    ready = rows.where(IS_DUE, or_(D.thread_of.is_(None), parent.c.ts.is_not(None)))
    return session.execute(ready).scalar()


def counts(session: Session) -> dict[str, int]:
    """How many deliveries are in each state; states without any are left out."""
    rows = session.execute(select(D.state, func.count().label("total")).group_by(D.state))
    return {row.state: row.total for row in rows}


def _first(session: Session, *conditions: ColumnElement[bool]) -> DeliveryView | None:
    rows = session.execute(select(*_VIEW).where(*conditions).order_by(D.id.desc()).limit(1))
    return next(iter(_views(rows)), None)


def _views(rows: Iterable[Any]) -> list[DeliveryView]:
    return [DeliveryView(**row._mapping) for row in rows]


def _sorted(subject: Mapping[str, Any]) -> dict[str, Any]:
    """In one order of keys, so that the same subject is the same text: PostgreSQL's json type has no equality."""
    return dict(sorted(subject.items()))


def _is_about(subject: Mapping[str, Any]) -> ColumnElement[bool]:
    return sql_cast(D.subject, Text) == json.dumps(_sorted(subject))
