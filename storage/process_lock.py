"""Who may run beside whom on one database. The operating system or PostgreSQL lets go when a process dies."""

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, text

from storage.database import Database, DatabaseUnavailableError, unavailable_named
from storage.errors import StorageError

logger = logging.getLogger(__name__)

LOCK_KEY = 0x4C616D7070750002  # "Lamppu" and a number of its own, among PostgreSQL's advisory locks


class Role(StrEnum):
    """What a process does with the database; the names are those of the commands."""

    RUN = "run"
    LISTEN = "listen"
    WORK = "work"
    TICK = "tick"
    WEB = "web"


class ProcessLockError(StorageError):
    """This process must not start on this database now. Its text says why and what to do."""


class ProcessLock:
    """The place of a process, where nothing can take it away."""

    def renew(self) -> None:
        """Takes the place again where it was lost; to be called every now and then."""


@contextmanager
def process_lock(database: Database, role: Role) -> Iterator[ProcessLock]:
    """Holds the place of one process of this role for the length of the block.

    SQLite: one `run` or `tick` per file, and nothing else. PostgreSQL: any number of `run`, `listen`, `work` and `web`,
    but no `tick` beside a `run` or `work`. Raises ProcessLockError at once, without waiting.
    """
    if database.is_sqlite:
        with file_lock(database, role):
            yield ProcessLock()
    elif role in (Role.LISTEN, Role.WEB):
        yield ProcessLock()
    else:
        with closing(AdvisoryLock(database, role)) as lock:
            yield lock


def is_at_work(database: Database) -> bool:
    """Whether a `run` or `tick` is at work on this SQLite file. One that starts at the very moment is told that one is.

    Makes no file: one that an administrator's account has made would keep the bot's own from starting.
    Raises OSError where this account may not look.
    """
    lock = lock_of(database)
    if not lock.exists():
        return False
    try:
        with FileLock(lock, timeout=0, fallback_to_soft=False):
            return False
    except Timeout:
        return True


def lock_of(database: Database) -> Path:
    return Path(f"{database.file}.lock")


@contextmanager
def file_lock(database: Database, role: Role) -> Iterator[None]:
    if role not in (Role.RUN, Role.TICK):
        raise ProcessLockError(
            f"{role} wants PostgreSQL, for it shares the database with other processes:"
            " set DATABASE_URL to a postgresql:// address, or use run, which does everything in one process on SQLite"
        )
    file = database.file
    if not file.parent.is_dir():
        raise ProcessLockError(f"the folder {file.parent} does not exist: make it, or correct DATABASE_URL")
    # No soft lock where the file system knows no locks: that one would outlive a killed process.
    lock = FileLock(lock_of(database), timeout=0, fallback_to_soft=False)
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


class AdvisoryLock(ProcessLock):
    """A lock of the PostgreSQL session, so it needs a connection of its own, and one that no pooler shares out.

    It goes with the session, when PostgreSQL restarts or the connection is cut: `renew` then takes it anew.
    """

    def __init__(self, database: Database, role: Role) -> None:
        self._database = database
        self._attempt = "pg_try_advisory_lock" if role is Role.TICK else "pg_try_advisory_lock_shared"
        self._connection: Connection | None = None
        if not self._take():
            raise ProcessLockError(
                "tick refuses beside a running run or work: stop those first, or leave the sending to them"
                if role is Role.TICK
                else f"a tick is under way on this database: start {role} again when it has ended"
            )

    def renew(self) -> None:
        try:
            if not self._is_held():
                self.close()
                self._take()  # not beside a tick: that one ends, and then it is taken
        except DatabaseUnavailableError as error:
            logger.info("the lock against a tick waits for the database: %s", error)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _is_held(self) -> bool:
        if self._connection is None:
            return False
        try:
            with unavailable_named():
                self._connection.scalar(text("SELECT 1"))
                self._connection.commit()
        except DatabaseUnavailableError:
            return False
        return True

    def _take(self) -> bool:
        with unavailable_named():
            connection = self._database.engine.connect()
            connection.detach()
            granted = bool(connection.scalar(text(f"SELECT {self._attempt}(:key)"), {"key": LOCK_KEY}))
            connection.commit()  # the lock is the session's and stays; an open transaction would hold up VACUUM
        self._connection = connection
        if not granted:
            self.close()
        return granted
