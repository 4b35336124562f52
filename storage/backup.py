"""Copying an SQLite database while the bot runs, and putting such a copy back in its place."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from storage.database import Database
from storage.errors import StorageError
from storage.migrate import known_revisions

# Pages copied at a time; between two steps the bot writes.
PAGES_A_STEP = 1_000


class BackupError(StorageError):
    """The copy was not made, or not put back. Its text says why and what to do; what was there before still is."""


def back_up(database: Database, target: Path) -> int:
    """Writes a whole and checked copy to `target`, which must not exist; returns its size in bytes.

    It appears under that name only when it is complete. Raises BackupError.
    """
    source = _file_of(database)
    if target.exists():
        raise BackupError(f"{target} is there already: name a new file, such as one with today's date")
    unfinished = target.with_name(f"{target.name}.unfinished")
    with _told(target):
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # people's names are in it
        os.close(descriptor)
        try:
            _copy(source, unfinished)
            _require_whole(unfinished)
            _keep(unfinished)
            unfinished.rename(target)
        finally:
            unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def restore(database: Database, copy: Path, now: datetime) -> Path | None:
    """Puts a copy in the database's place; returns where the one that was there is kept, None where there was none.

    The caller holds the process lock and has no connection open. Raises BackupError.
    """
    place = _file_of(database, must_exist=False)
    _require_whole(copy)
    arriving = place.with_name(f"{place.name}.arriving")
    with _told(place):
        arriving.unlink(missing_ok=True)
        _copy(copy, arriving)
        _require_whole(arriving)
        _keep(arriving)
        kept = _put_aside(place, now) if place.exists() else None
        arriving.replace(place)
    return kept


def _file_of(database: Database, *, must_exist: bool = True) -> Path:
    if not database.is_sqlite:
        raise BackupError("the database is PostgreSQL: use pg_dump and pg_restore, which do this while the bot runs")
    file = database.file
    if must_exist and not file.exists():
        raise BackupError(f"{file} does not exist: is DATABASE_URL right?")
    return file


def _copy(source: Path, target: Path) -> None:
    with closing(_read_only(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written, pages=PAGES_A_STEP)
        written.execute("PRAGMA journal_mode=DELETE").close()  # one file, without a -wal beside it


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)


def _require_whole(file: Path) -> None:
    """Raises BackupError unless the file is an undamaged database that this version of Lamppu knows."""
    if not file.is_file():
        raise BackupError(f"{file} does not exist")
    try:
        with closing(_read_only(file)) as connection:
            damage = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")]
            [revision] = connection.execute("SELECT version_num FROM alembic_version").fetchone() or [None]
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{file} is no database of Lamppu: {error}") from error
    if damage != ["ok"]:
        raise BackupError(f"{file} is damaged ({damage[0]}): use another copy")
    if revision not in known_revisions():
        raise BackupError(f"{file} was made by a newer Lamppu (shape {revision}): install that version first")


def _put_aside(place: Path, now: datetime) -> Path:
    """The database that is replaced, perhaps a damaged one, with the files beside it that are a part of it."""
    kept = place.with_name(f"{place.name}.replaced-{now:%Y%m%dT%H%M%SZ}")
    for part in ("-wal", "-shm", ""):
        if (found := place.with_name(place.name + part)).exists():
            found.rename(kept.with_name(kept.name + part))
    return kept


def _keep(file: Path) -> None:
    """Not only in the system's memory: a power cut must find the copy on the disk."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"{file} cannot be written: {error}") from error
