"""Statements compiled once: the same values in and out as SQLAlchemy's own execution, on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import bindparam, exists, insert, select, update
from sqlalchemy.exc import IntegrityError, NoResultFound

from storage.database import Database
from storage.models import Delivery, Person
from storage.prepared import Prepared

NAMES = ("key", "kind", "subject", "state", "wanted", "shown", "attempts", "file_ids", "not_before", "created_at")
ADD = Prepared(insert(Delivery).values({name: bindparam(f"new_{name}") for name in NAMES}))
FIND = Prepared(
    select(Delivery.subject, Delivery.not_before, Delivery.sent_at, exists().where(Person.id == Delivery.person_id))
    .where(Delivery.key == bindparam("key"), Delivery.state == "due")
    .order_by(Delivery.id)
)
MOMENT = datetime(2012, 5, 31, 23, 30, tzinfo=timezone(timedelta(hours=3)))


def delivery(key: str) -> dict[str, Any]:
    values = {"subject": {"round": 1, "nimi": "ä 🙂"}, "state": "due", "wanted": 1, "shown": 0, "attempts": 0}
    moments = {"not_before": MOMENT, "created_at": MOMENT}
    return {
        f"new_{name}": value
        for name, value in {"key": key, "kind": "card", "file_ids": [], **values, **moments}.items()
    }


def test_values_go_in_and_come_out_as_they_were(database: Database) -> None:
    with database.write() as session:
        ADD.run(session, **delivery("card:1"))
    with database.read() as session:
        [(subject, not_before, sent_at, has_person)] = FIND.all(session, key="card:1")
        assert session.scalars(select(Delivery.not_before)).one() == MOMENT
    assert subject == {"round": 1, "nimi": "ä 🙂"}
    assert not_before == MOMENT
    assert not_before.tzinfo is UTC
    assert sent_at is None
    assert has_person is False


def test_one_raises_where_there_is_none(database: Database) -> None:
    with database.read() as session:
        assert FIND.first(session, key="nobody ordered this") is None
        with pytest.raises(NoResultFound):
            FIND.one(session, key="nobody ordered this")


def test_statement_sees_what_the_session_has_pending(database: Database) -> None:
    by_name = Prepared(select(Person.id).where(Person.name == bindparam("name")))
    with database.write() as session:
        session.add(Person(name="Oona Ojala"))
        assert by_name.first(session, name="Oona Ojala") is not None


def add_twice(database: Database) -> None:
    with database.write() as session:
        ADD.run(session, **delivery("card:1"))
        ADD.run(session, **delivery("card:1"))


def test_error_is_sqlalchemys_and_nothing_is_kept(database: Database) -> None:
    with pytest.raises(IntegrityError):
        add_twice(database)
    with database.read() as session:
        assert FIND.all(session, key="card:1") == []


def test_update_keeps_constants_of_the_statement(database: Database) -> None:
    park = Prepared(update(Delivery).where(Delivery.key == bindparam("of_key")).values(state="parked", error=None))
    with database.write() as session:
        ADD.run(session, **delivery("card:1"))
        park.run(session, of_key="card:1")
    with database.read() as session:
        assert session.scalars(select(Delivery.state)).one() == "parked"
