"""Copies of an SQLite database: made while it is written to, refused when damaged, put back with the old one kept."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import select, text

from storage.backup import BackupError, back_up, restore
from storage.database import Database
from storage.migrate import upgrade
from storage.models import Pacing

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An SQLite file with all tables."""
    with closing(Database(f"sqlite:///{tmp_path / 'lamppu.db'}")) as found:
        upgrade(found)
        yield found


def write(database: Database, key: str) -> None:
    with database.write() as session:
        session.add(Pacing(key=key, next_at=1.0))


def keys_in(file: Path) -> set[str]:
    with closing(Database(f"sqlite:///{file}")) as found, found.read() as session:
        return set(session.scalars(select(Pacing.key)))


def test_backup_holds_all_that_was_committed_before_it(database: Database, tmp_path: Path) -> None:
    write(database, "a")
    copy = tmp_path / "copy.db"
    assert back_up(database, copy) == copy.stat().st_size
    write(database, "b")
    assert keys_in(copy) == {"a"}
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_backup_while_others_write_is_whole(database: Database, tmp_path: Path) -> None:
    stop, written = Event(), []

    def write_on() -> None:
        while not stop.is_set():
            write(database, f"key {len(written)}")
            written.append(len(written))

    writer = Thread(target=write_on)
    writer.start()
    try:
        for number in range(3):
            before = len(written)
            back_up(database, tmp_path / f"copy{number}.db")
            assert len(keys_in(tmp_path / f"copy{number}.db")) >= before
    finally:
        stop.set()
        writer.join()


def test_backup_writes_over_no_file(database: Database, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("something else")
    with pytest.raises(BackupError, match="is there already"):
        back_up(database, copy)
    assert copy.read_text() == "something else"


def test_backup_into_a_folder_that_is_not_there_says_so(database: Database, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="cannot be written"):
        back_up(database, tmp_path / "nowhere" / "copy.db")


def test_backup_of_a_postgres_names_its_own_tool() -> None:
    with (
        closing(Database("postgresql://lamppu@localhost/lamppu")) as away,
        pytest.raises(BackupError, match="pg_dump"),
    ):
        back_up(away, Path("copy.db"))


def test_restore_puts_the_copy_back_and_keeps_what_was_there(database: Database, tmp_path: Path) -> None:
    write(database, "a")
    back_up(database, tmp_path / "copy.db")
    write(database, "b")
    database.close()
    kept = restore(database, tmp_path / "copy.db", NOW)
    assert kept == tmp_path / "lamppu.db.replaced-20260504T090000Z"
    assert keys_in(tmp_path / "lamppu.db") == {"a"}
    assert keys_in(kept) == {"a", "b"}


def test_restore_keeps_what_a_killed_process_had_only_in_its_journal(database: Database, tmp_path: Path) -> None:
    back_up(database, tmp_path / "copy.db")
    write(database, "b")  # stands in the -wal file: the connection is not closed
    kept = restore(database, tmp_path / "copy.db", NOW)
    assert kept is not None
    assert keys_in(tmp_path / "lamppu.db") == set()
    assert keys_in(kept) == {"b"}


def test_restore_where_nothing_was(database: Database, tmp_path: Path) -> None:
    write(database, "a")
    back_up(database, tmp_path / "copy.db")
    with closing(Database(f"sqlite:///{tmp_path / 'new.db'}")) as new:
        assert restore(new, tmp_path / "copy.db", NOW) is None
    assert keys_in(tmp_path / "new.db") == {"a"}


def spoil_bytes(copy: Path) -> None:
    content = bytearray(copy.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    copy.write_bytes(bytes(content))


def make_newer(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda copy: copy.write_text("no database"), "no database of Lamppu"),
        (lambda copy: copy.unlink(), "does not exist"),
        (spoil_bytes, "damaged|no database"),
        (make_newer, "newer Lamppu"),
    ],
)
def test_restore_of_a_bad_copy_changes_nothing(database: Database, tmp_path: Path, spoil, said: str) -> None:
    write(database, "a")
    copy = tmp_path / "copy.db"
    back_up(database, copy)
    spoil(copy)
    with pytest.raises(BackupError, match=said):
        restore(database, copy, NOW)
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM pacing")) == 1
