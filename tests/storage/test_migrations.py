"""The steps: an empty database gets the models' shape and goes back to nothing; starting together migrates once."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from storage import migrate
from storage.database import Database
from storage.migrate import DatabaseIsNewerError, downgrade, known_revisions, stored_revision, upgrade
from storage.models import Answer, Base, Objective, Revision
from storage.values import NO_DETAILS

STARTER = """
import sys
from storage.database import Database
from storage.migrate import upgrade
database = Database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
upgrade(database)
print("alembic" in sys.modules)
"""

AT = "'2012-05-10 06:00:00'"
ROWS_OF_THE_FIRST_STEP = (
    "INSERT INTO person (id, name) VALUES (1, 'Oona')",
    "INSERT INTO project (id, key, name, short_name, language, time_zone, holidays, channel, calendar, definition)"
    " VALUES (1, 'p', 'P', 'P', 'fi', 'UTC', 'FI', 'C1', '{}', '{}')",
    "INSERT INTO partner (id, project_id, key, name, short_name, position, contact_id)"
    " VALUES (1, 1, 'k', 'K', 'K', 0, 1)",
    "INSERT INTO objective (id, project_id, key, number, title, text) VALUES (1, 1, 'o', 1, 'O', 'O')",
    "INSERT INTO round (id, project_id, key, year, term, opens_on, due_on, closes_on, state, reminders_done,"
    " report_wanted, report_built, files_built)"
    " VALUES (1, 1, 'r', 2012, 'spring', '2012-05-09', '2012-05-31', '2012-06-14', 'open', 0, 0, 0, 0)",
    "INSERT INTO participation (id, round_id, partner_id) VALUES (1, 1, 1)",
    "INSERT INTO answer (id, participation_id, objective_id, state, version, text, document)"
    " VALUES (1, 1, 1, 'answered', 1, 'Sanat.', '[]')",
    "INSERT INTO revision (id, answer_id, number, state, text, document, source, origin, person_id, at)"
    f" VALUES (1, 1, 1, 'answered', 'Sanat.', '[]', 'form', 'V1', 1, {AT})",
)


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    with closing(Database(empty_database_url)) as database:
        yield database


@pytest.fixture
def old(empty: Database) -> Database:
    """A database that was made by the first step, and has been brought up to date since."""
    with migrate.migration_connection(empty) as connection:
        migrate.move(connection, "0001")
        for statement in ROWS_OF_THE_FIRST_STEP:
            connection.execute(text(statement))
    upgrade(empty)
    return empty


def tables_of(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def start(url: str) -> "subprocess.Popen[str]":
    """A process that has everything ready and migrates at a line on its standard input."""
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_upgrade_empty_database_has_exactly_the_shape_of_the_models(empty):
    upgrade(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    assert tables_of(empty) == {*Base.metadata.tables, "alembic_version"}


def test_downgrade_leaves_no_table(empty):
    upgrade(empty)
    downgrade(empty)
    assert tables_of(empty) == {"alembic_version"}
    upgrade(empty)
    assert tables_of(empty) == {*Base.metadata.tables, "alembic_version"}


def test_upgrade_twice_keeps_what_is_stored(empty):
    upgrade(empty)
    with empty.write() as session:
        session.execute(text("INSERT INTO pacing (key, next_at) VALUES ('chat.postMessage', 1.5)"))
    upgrade(empty)
    with empty.read() as session:
        assert session.scalar(text("SELECT next_at FROM pacing")) == 1.5


def test_upgrade_leaves_the_waits_and_checks_of_connections_as_they_were(empty):
    upgrade(empty)
    with empty.engine.connect() as connection:
        settings = ("foreign_keys", "busy_timeout") if empty.is_sqlite else ("lock_timeout", "statement_timeout")
        told = [connection.exec_driver_sql(f"{'PRAGMA' if empty.is_sqlite else 'SHOW'} {s}").scalar() for s in settings]
    assert told == ([1, 500] if empty.is_sqlite else ["800ms", "15s"])


def test_upgrade_interrupted_leaves_the_database_as_it_was(empty, monkeypatch):
    move = migrate.move

    def move_and_break(connection, revision):
        move(connection, revision)
        raise KeyboardInterrupt

    monkeypatch.setattr(migrate, "move", move_and_break)
    with pytest.raises(KeyboardInterrupt):
        upgrade(empty)
    assert tables_of(empty) == set()


def test_upgrade_by_several_processes_at_once_migrates_once(empty_database_url):
    processes = [start(empty_database_url) for _ in range(3)]
    outputs = [process.communicate("go\n", timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 3
    assert "True\n" in outputs
    with closing(Database(empty_database_url)) as database:
        assert stored_revision(database) == known_revisions()[-1]


def test_upgrade_when_nothing_is_to_be_done_does_not_load_alembic(empty, empty_database_url):
    upgrade(empty)
    assert start(empty_database_url).communicate("go\n", timeout=60)[0] == "False\n"


def test_upgrade_refuses_a_database_made_by_a_newer_version(empty):
    upgrade(empty)
    with empty.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseIsNewerError, match="has the shape 9999"):
        upgrade(empty)


def test_steps_are_numbered_in_the_order_alembic_runs_them():
    steps = ScriptDirectory(str(migrate.STEPS.parent)).walk_revisions()
    assert [step.revision for step in steps] == known_revisions()[::-1]


def test_second_step_keeps_the_rows_of_the_first_and_gives_them_no_details(old):
    with old.read() as session:
        assert session.execute(select(Answer.text, Answer.details, Answer.note, Answer.open_until)).all() == [
            ("Sanat.", NO_DETAILS, None, None)
        ]
        assert session.scalars(select(Revision.details)).all() == [NO_DETAILS]
        assert session.execute(select(Objective.room, Objective.indicators)).all() == [(None, ())]


def test_third_step_gives_answers_their_round_and_goes_back(old):
    with old.read() as session:
        assert session.execute(select(Answer.id, Answer.round_id)).all() == [(1, 1)]
    with migrate.migration_connection(old) as connection:
        migrate.move(connection, "0002")
    with old.read() as session:
        assert session.scalar(text("SELECT text FROM answer WHERE participation_id = 1")) == "Sanat."
