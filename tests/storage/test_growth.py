"""What must not grow with the partners and the years is counted in what a database does for it, not in its time."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from storage import answers, claims, ledger, queries
from storage.database import Database
from storage.migrate import upgrade
from storage.models import Delivery
from tests.benchmarks.world import answer_open_round, make_world

NOW = datetime(2012, 5, 10, 9, tzinfo=UTC)
SENT, PARTNERS = 4000, 400


@pytest.fixture
def ready(empty_database_url: str) -> Iterator[Database]:
    with closing(Database(empty_database_url)) as database:
        upgrade(database)
        yield database


def effort(database: Database, look: Callable[[Session], object]) -> int:
    """Steps of SQLite's machine, rows that PostgreSQL reads: of a look when the database has counted its rows."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    database.close()
    with database.read() as session:
        look(session)  # the first one reads the tables' shape
        if database.is_sqlite:
            steps: list[None] = []
            driver = session.connection().connection.dbapi_connection
            driver.set_progress_handler(lambda: steps.append(None), 1)
            look(session)
            driver.set_progress_handler(None, 1)
            return len(steps)
        before = rows_read(session)
        look(session)
        return rows_read(session) - before


def rows_read(session: Session) -> int:
    """In this transaction."""
    read = "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
    return int(session.scalar(text(read)))


def look_for_due(session: Session) -> None:
    assert claims.due_ids(session, NOW, limit=8) == []
    assert claims.next_free_at(session, NOW) is None
    assert ledger.oldest_unsent(session) is None
    assert ledger.list_parked(session, before=NOW) == []


def fill_with_sent(database: Database, many: int) -> None:
    then = NOW - timedelta(days=1)
    sent = {"kind": "card", "subject": {}, "state": "sent", "wanted": 3, "shown": 3, "not_before": then, "attempts": 0}
    sent |= {"created_at": then, "sent_at": then, "file_ids": []}
    with database.write() as session:
        session.execute(insert(Delivery), [{**sent, "key": f"card:{n}", "ts": f"{n}.1"} for n in range(many)])


def test_look_for_what_is_due_does_not_grow_with_what_was_sent(ready: Database) -> None:
    fill_with_sent(ready, SENT)
    assert effort(ready, look_for_due) < SENT / 4


def test_look_whether_all_have_answered_does_not_grow_with_the_partners(ready: Database) -> None:
    make_world(ready, [f"U9PARTNER{number}" for number in range(PARTNERS)])
    answer_open_round(ready)
    with ready.read() as session:
        [project] = queries.list_projects(session)
        round_id = queries.list_rounds(session, project.id)[-1].id

    def look(session: Session) -> None:
        assert answers.is_round_complete(session, round_id)

    assert effort(ready, look) < PARTNERS / 4


def test_waiting_for_those_who_write_takes_one_lock_however_many_partners_there_are(
    new_postgres_url: Callable[[str], str],
) -> None:
    with closing(Database(new_postgres_url("writers"))) as database:
        make_world(database, [f"U9PARTNER{number}" for number in range(PARTNERS)])
        with database.write() as session:
            [project] = queries.list_projects(session)
            queries.hold_writers(session, queries.list_rounds(session, project.id)[-1].id)
            assert session.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")) == 1


def test_round_read_without_words_stands_as_it_does_with_them(ready: Database) -> None:
    make_world(ready, ["U9PARTNER0", "U9PARTNER1"])
    answer_open_round(ready, but={1})
    with ready.read() as session:
        [project] = queries.list_projects(session)
        round_id = queries.list_rounds(session, project.id)[-1].id
        whole, states = queries.snapshot(session, round_id), queries.states(session, round_id)
        outline = queries.outline(session, round_id)
    bare = {
        place: replace(answer, text="", document=[], updated_at=None, updated_by=None)
        for place, answer in whole.answers.items()
    }
    assert states == replace(whole, answers=bare, earlier={}, evidence={})
    assert outline == replace(states, objectives=(), answers={})
