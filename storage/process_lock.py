"""Who may run beside whom on one database. The operating system or PostgreSQL lets go when a process dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import text

from storage.database import Database, unavailable_named

LOCK_KEY = 0x4C616D7070750002  # "Lamppu" and a number of its own, among PostgreSQL's advisory locks


class Role(StrEnum):
    """What a process does with the database; the names are those of the commands."""

    RUN = "run"
    LISTEN = "listen"
    WORK = "work"
    TICK = "tick"
    WEB = "web"


class ProcessLockError(Exception):
    """This process must not start on this database now. Its text says why and what to do."""


@contextmanager
def process_lock(database: Database, role: Role) -> Iterator[None]:
    """Holds the place of one process of this role for the length of the block.

    SQLite: one `run` or `tick` per file, and nothing else. PostgreSQL: any number of `run`, `listen`, `work` and `web`,
    but no `tick` beside a `run` or `work`. Raises ProcessLockError at once, without waiting.
    """
    if database.is_sqlite:
        with file_lock(database, role):
            yield
    elif role in (Role.LISTEN, Role.WEB):
        yield
    else:
        with advisory_lock(database, role):
            yield


@contextmanager
def file_lock(database: Database, role: Role) -> Iterator[None]:
    if role not in (Role.RUN, Role.TICK):
        raise ProcessLockError(
            f"{role} wants PostgreSQL, for it shares the database with other processes:"
            " set DATABASE_URL to a postgresql:// address, or use run, which does everything in one process on SQLite"
        )
    file = Path(str(database.url.database)).resolve()
    if not file.parent.is_dir():
        raise ProcessLockError(f"the folder {file.parent} does not exist: make it, or correct DATABASE_URL")
    # No soft lock where the file system knows no locks: that one would outlive a killed process.
    lock = FileLock(f"{file}.lock", timeout=0, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise ProcessLockError(
            f"another process is already at work on {file}: stop it first, or use PostgreSQL to run several"
        ) from None
    except OSError as error:
        raise ProcessLockError(
            f"{lock.lock_file} cannot be locked ({error.strerror}): keep it on a local disk"
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def advisory_lock(database: Database, role: Role) -> Iterator[None]:
    """A lock of the PostgreSQL session, so it needs a connection of its own, and one that no pooler shares out."""
    attempt = "pg_try_advisory_lock" if role is Role.TICK else "pg_try_advisory_lock_shared"
    with unavailable_named():
        connection = database.engine.connect()
        connection.detach()
    with connection:
        with unavailable_named():
            granted = connection.scalar(text(f"SELECT {attempt}(:key)"), {"key": LOCK_KEY})
            connection.commit()  # the lock is the session's and stays; an open transaction would hold up VACUUM
        if not granted:
            raise ProcessLockError(
                "tick refuses beside a running run or work: stop those first, or leave the sending to them"
                if role is Role.TICK
                else f"a tick is under way on this database: start {role} again when it has ended"
            )
        yield
