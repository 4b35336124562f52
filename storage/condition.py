"""How the database is: facts for an operator to judge. Only `commit` leaves anything: that it was there."""

import re
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from sqlalchemy import text

from storage import pulse
from storage.database import Database, unavailable_named

MOUNTS = Path("/proc/self/mountinfo")  # of Linux; elsewhere nobody says what a folder is on
_STEPS = 10_000  # of SQLite's machine, between two looks at the clock


def commit(database: Database, now: datetime) -> float:
    """Commits something, as every answer is; returns how many seconds that took. Raises DatabaseUnavailableError."""
    began = time.monotonic()
    with database.write() as session:
        pulse.beat(session, now, pulse.CHECK)
    return time.monotonic() - began


@dataclass(frozen=True, slots=True)
class SqliteFacts:
    """`bytes` and `free` (of its disk) count bytes; `file_system` is None where the system does not say; `damage` is
    what `PRAGMA quick_check` said first, "" when all is well and None when there was no time to look at everything."""

    bytes: int
    free: int
    file_system: str | None
    is_durable: bool
    damage: str | None


def sqlite_facts(database: Database, *, patience: float) -> SqliteFacts:
    """Looks through the file for at most `patience` seconds; the bot may write meanwhile."""
    file = database.file
    with unavailable_named(), database.engine.connect() as connection:
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    return SqliteFacts(
        bytes=file.stat().st_size,
        free=shutil.disk_usage(file.parent).free,
        file_system=file_system_of(file, MOUNTS.read_text(encoding="utf-8")) if MOUNTS.exists() else None,
        is_durable=(journal, synchronous) == ("wal", 2),
        damage=_damage(file, time.monotonic() + patience),
    )


def _damage(file: Path, deadline: float) -> str | None:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        try:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.OperationalError as error:
            return None if str(error) == "interrupted" else str(error)
        except sqlite3.DatabaseError as error:
            return str(error)
    return "" if found == "ok" else " ".join(found.split())


def file_system_of(file: Path, mounts: str) -> str | None:
    """The kind of file system that a file is on, such as ext4 or nfs4; `mounts` as in /proc/self/mountinfo."""
    kinds: dict[PurePosixPath, str] = {}
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        place = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), before.split()[4])
        kinds[PurePosixPath(place)] = after.split()[0]
    return next((kinds[folder] for folder in map(PurePosixPath, map(str, file.parents)) if folder in kinds), None)


@dataclass(frozen=True, slots=True)
class PostgresFacts:
    """`version` as PostgreSQL numbers it (180001). `free` is how many more connections this role may open to this
    database now; `now` is the server's clock. `unsafe` names the settings under which a power cut loses commits."""

    version: int
    encoding: str
    free: int
    limit: int
    now: datetime
    unsafe: Sequence[str]


_CONNECTIONS = text("""
SELECT count(*) AS used,
       count(*) FILTER (WHERE usename = current_user) AS by_role,
       count(*) FILTER (WHERE datname = current_database()) AS by_database,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true)::int, 0) AS of_server,
       (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS of_role,
       (SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS of_database
FROM pg_stat_activity WHERE backend_type = 'client backend'
""")
_SERVER = text("""
SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
       clock_timestamp() AS now, current_setting('fsync') AS fsync,
       current_setting('synchronous_commit') AS synchronous_commit,
       current_setting('full_page_writes') AS full_page_writes
""")


def postgres_facts(database: Database) -> PostgresFacts:
    """Raises DatabaseUnavailableError."""
    with unavailable_named(), database.engine.connect() as connection:
        there = connection.execute(_CONNECTIONS).one()
        server = connection.execute(_SERVER).one()
    limits = ((there.of_server, there.used), (there.of_role, there.by_role), (there.of_database, there.by_database))
    bounds = [(limit - used, limit) for limit, used in limits if limit >= 0]  # -1 is no limit
    free, limit = min(bounds)
    unsafe = [name for name in ("fsync", "synchronous_commit", "full_page_writes") if getattr(server, name) == "off"]
    return PostgresFacts(server.version, server.encoding, free, limit, server.now, unsafe)
