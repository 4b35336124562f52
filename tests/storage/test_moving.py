"""Moving everything to another database: every row, ids that go on, and nothing at all when something is wrong."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import event, select, text

from storage import ledger, moving
from storage.database import Database
from storage.migrate import upgrade
from storage.models import Objective, Pacing, Person, Project
from storage.moving import MoveError, move
from tests.conftest import admin_of

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(f"sqlite:///{tmp_path / 'lamppu.db'}")) as found:
        upgrade(found)
        fill(found)
        yield found


@pytest.fixture
def target(new_postgres_url: Callable[[str], str]) -> Iterator[Database]:
    with closing(Database(new_postgres_url("moved"))) as found:
        upgrade(found)
        yield found


def fill(database: Database) -> None:
    """Rows of every kind of column: times, dates, JSON, bytes, any text, a row that names another."""
    with database.write() as session:
        session.add(Person(id=7, name="Päivi Åkerström 🎈", away_until=date(2026, 6, 14), locale_asked_at=NOW))
        facts = {"time_zone": "UTC", "holidays": "FI", "channel": "C1", "short_name": "P", "language": "fi"}
        calendar = {"hour": "09:00", "remind": [10, 5], "ä": None}
        session.add(
            Project(id=3, key="p", name="P", calendar=calendar, definition={}, form_template=b"\x00PK\xff", **facts)
        )
        session.flush()
        session.add(Objective(id=5, project_id=3, key="o", number=1, title="O", text="O\nrivi"))
        session.flush()
        session.add_all(Pacing(key=f"key {number:04d}", next_at=number / 7) for number in range(1_203))
        root = ledger.order(session, "root", "card", now=NOW, person_id=7, subject={"round": 1})
        ledger.order(session, "reply", "files", now=NOW, thread_of=root)


def test_move_brings_every_row_over_and_ids_go_on(source: Database, target: Database) -> None:
    moved = move(source, target)
    assert (moved["person"], moved["pacing"], moved["delivery"]) == (1, 1_203, 2)
    with target.write() as session:
        assert session.get_one(Project, 3).form_template == b"\x00PK\xff"
        added = Person(name="Uusi")
        session.add(added)
        session.flush()
        assert added.id == 8
        assert ledger.order(session, "next", "card", now=NOW, person_id=8) == 3
    with source.read() as session:
        assert session.get_one(Person, 7).away_until == date(2026, 6, 14)


def test_move_to_a_database_that_lacks_letters_is_refused(
    source: Database, postgres_server: SimpleNamespace, new_postgres_url: Callable[[str], str]
) -> None:
    new_postgres_url("latin")
    with admin_of(postgres_server.uri("postgres")) as admin:
        admin.execute(text("DROP DATABASE latin"))
        admin.execute(text("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"))
    with closing(Database(postgres_server.uri("latin"))) as target:
        upgrade(target)
        with pytest.raises(MoveError, match="the target's encoding is LATIN1: name a new database"):
            move(source, target)


def test_move_to_a_database_that_holds_something_is_refused(source: Database, target: Database) -> None:
    with target.write() as session:
        session.add(Person(name="Joku"))
    with pytest.raises(MoveError, match=r"not empty \(person\)"):
        move(source, target)


def test_move_that_fails_half_way_leaves_the_target_empty(source: Database, target: Database, monkeypatch) -> None:
    def refuse(*_: object) -> int:
        raise MoveError("a row arrived changed")

    monkeypatch.setattr(moving, "_require_same", refuse)
    with pytest.raises(MoveError):
        move(source, target)
    with target.read() as session:
        assert session.scalars(select(Person)).all() == []


def test_move_notices_a_row_that_arrives_changed(source: Database, target: Database) -> None:
    def shorten(_conn, _cursor, statement, parameters, _context, _many):
        if statement.startswith("INSERT INTO person"):
            parameters = [
                {**row, "name": "Päivi"} for row in ([parameters] if isinstance(parameters, dict) else parameters)
            ]
            return statement, parameters if _many else parameters[0]
        return statement, parameters

    event.listen(target.engine, "before_cursor_execute", shorten, retval=True)
    with pytest.raises(MoveError, match="a row of person arrived changed"):
        move(source, target)
