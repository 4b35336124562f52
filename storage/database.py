"""The door to the database: one engine, a way to read and a way to write, on SQLite and on PostgreSQL."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, Self

import orjson
from sqlalchemy import Connection, CursorResult, Engine, Executable, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import InterfaceError, InternalError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from storage.errors import StorageError
from storage.sharing import Writers
from storage.turns import NoTurnError

# Slack waits 3 s for an answer; these three waits together, less than 2 s, leave time to say "try again".
LOCK_SECONDS = 0.8  # for other writers of this process; on PostgreSQL for any
BUSY_SECONDS = 0.5  # for another process that writes to the same SQLite file
POOL_SECONDS = 0.5
# Nobody waits for an answer from the calendar and the worker: rather late than tried again much later.
BACKGROUND_LOCK_SECONDS = 10.0
# As long as they let listeners go first. Under a load without end they are to have their turn, too.
BACKGROUND_GIVES_WAY = 1.0
# How long a connection to PostgreSQL may have been idle and yet be taken for alive.
TRUSTED_SECONDS = 0.5
LAST_USED = "lamppu_last_used"


# A cut that nobody announced (a firewall, a machine that lost its power) is noticed after so long, not in a quarter of
# an hour: libpq's settings, in seconds; the last in milliseconds.
NOTICE_CUTS = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
registry.register("sqlite.savepoints", "storage.savepoints", "SavepointsDialect")
READ_ONLY = "25006"  # PostgreSQL's code, of a standby that has not taken over yet
NO_MORE_CONNECTIONS = re.compile("too many (?:clients|connections)|remaining connection slots")


class DatabaseUnavailableError(StorageError):
    """The database could not take or give it in time. Nothing was written; trying again is safe."""


class Database:
    """Hands out sessions. A use case is one `with database.write() as session:`; it commits, or nothing happened.

    On SQLite one writer at a time runs inside the process (several wait for each other in a convoy), and those who
    follow each other at once share a transaction and its commit. It starts with BEGIN IMMEDIATE, so what a write reads
    cannot change before it writes.
    """

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = normalised_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = create_sqlite_engine(self.url) if self.is_sqlite else create_postgres_engine(self.url, pool_size)
        self._writing = self.engine.execution_options(lamppu_writes=True)
        # As on SQLite: all of a look's statements see the database as it was at the first.
        self._reading = (
            self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self._writers = Writers(self._writing)
        self._sessions = sessionmaker(self._writing, expire_on_commit=False)
        self._lock_seconds = LOCK_SECONDS
        self._gives_way = 0.0

    @property
    def file(self) -> Path:
        """The file of an SQLite database, there or not."""
        return Path(str(self.url.database)).resolve()

    def for_background(self) -> Self:
        """The same database as work in the background is given it: it lets listeners go first, and waits longer."""
        patient = copy(self)
        patient._lock_seconds = BACKGROUND_LOCK_SECONDS
        patient._gives_way = BACKGROUND_GIVES_WAY
        return patient

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are committed at the end of the block.

        Raises DatabaseUnavailableError when the database is locked, full, read-only or away.
        """
        with unavailable_named(), self._committed() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for one consistent look at the data; what it changes is rolled back."""
        with unavailable_named(), Session(self._reading, expire_on_commit=False) as session:
            yield session

    def _committed(self) -> AbstractContextManager[Session]:
        if self.is_sqlite:
            return self._writers.write(self._lock_seconds, gives_way=self._gives_way)
        return self._sessions.begin()

    def close(self) -> None:
        self.engine.dispose()


def is_writing(session: Session) -> bool:
    """Whether the session may change anything: only then does it lock what it reads for a change."""
    return bool(session.get_bind().get_execution_options().get("lamppu_writes", False))


def is_postgres(session: Session) -> bool:
    """Whether others may write at the same time; SQLite lets in one writer."""
    return session.get_bind().dialect.name == "postgresql"


def fetch(session: Session, statement: Executable, **values: Any) -> CursorResult[*tuple[Any, ...]]:
    """Runs a statement built once, for plain columns: a quarter of the time that entities take.

    What the session has pending is written first, as the session's own queries do.
    """
    session.flush()
    return session.connection().execute(statement, values)


@contextmanager
def unavailable_named() -> Iterator[None]:
    """Turns the driver's many ways of saying no into one."""
    try:
        yield
    except (OperationalError, InterfaceError, sqlite3.OperationalError) as error:
        reason = error if isinstance(error, sqlite3.Error) else error.orig
        raise DatabaseUnavailableError(said_of(str(reason))) from error
    except InternalError as error:
        if getattr(error.orig, "sqlstate", None) != READ_ONLY:
            raise
        raise DatabaseUnavailableError(said_of(str(error.orig))) from error
    except NoTurnError as error:
        raise DatabaseUnavailableError("the database is busy with another change") from error
    except PoolTimeoutError as error:
        raise DatabaseUnavailableError("all database connections are in use") from error


def said_of(reason: str) -> str:
    if NO_MORE_CONNECTIONS.search(reason):
        return (
            "the database takes no more connections: run fewer processes, or raise PostgreSQL's max_connections"
            " (docs/install.md says how many each process takes)"
        )
    return f"the database cannot be used: {' '.join(reason.split())}"  # PostgreSQL's driver says it in several lines


def normalised_url(url: str) -> URL:
    """`postgres://` and `postgresql://` as the psycopg driver's URL; anything else unchanged."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url)
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed


def create_sqlite_engine(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite+savepoints"),
        hide_parameters=True,  # an error that is logged must not show what people wrote
        json_deserializer=orjson.loads,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        pool_timeout=POOL_SECONDS,
        pool_use_lifo=True,  # the connection that wrote last has the newest pages at hand
    )
    event.listen(engine, "connect", prepare_sqlite_connection)
    event.listen(engine, "begin", begin_sqlite_transaction)
    return engine


def prepare_sqlite_connection(connection: Any, _record: Any) -> None:
    """WAL lets readers go on during a write; FULL makes a commit survive a power cut; what is erased is overwritten."""
    connection.isolation_level = None  # the driver's own BEGIN comes too late; see begin_sqlite_transaction
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def begin_sqlite_transaction(connection: Connection) -> None:
    """By the driver itself, in a tenth of the time that SQLAlchemy takes for a statement."""
    writes = connection.get_execution_options().get("lamppu_writes", False)
    driver: Any = connection.connection.dbapi_connection
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN").close()


def create_postgres_engine(url: URL, pool_size: int) -> Engine:
    wait = f"-c lock_timeout={int(LOCK_SECONDS * 1000)} -c statement_timeout=15000"
    engine = create_engine(
        url,
        hide_parameters=True,
        json_deserializer=orjson.loads,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_SECONDS + BUSY_SECONDS,  # there is no file to wait for
        connect_args={"options": wait, "connect_timeout": 2, **NOTICE_CUTS},
    )
    event.listen(engine, "checkin", note_use)
    event.listen(engine, "checkout", partial(look_whether_alive, engine))
    return engine


def note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[LAST_USED] = monotonic()


def look_whether_alive(engine: Engine, connection: Any, record: ConnectionPoolEntry, _lent: object) -> None:
    """Asks a connection that has been idle whether the server is still there; else all of them are opened anew.

    To ask each time, as SQLAlchemy does, takes as long as a statement. What is lost in use is told at once.
    """
    if monotonic() - record.info.get(LAST_USED, monotonic()) < TRUSTED_SECONDS:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error
