"""What `check` says of a database, where the tests' own cannot be made so: full disks, file systems, old versions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lamppu_bot.operating.checking_database import postgres_findings, sqlite_findings
from lamppu_bot.operating.findings import Level
from storage.condition import PostgresFacts, SqliteFacts, file_system_of

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
SQLITE = SqliteFacts(bytes=1_234_567, free=80_000_000_000, file_system="ext4", is_durable=True, damage="")
POSTGRES = PostgresFacts(version=180001, encoding="UTF8", free=90, limit=97, now=NOW, unsafe=())
MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:25 / /var/lib/lamppu rw shared:2 master:3 - nfs4 files.example.org:/lamppu rw,vers=4.2
31 22 0:26 / /srv/two\040words rw - tmpfs tmpfs rw
"""


def told(facts: SqliteFacts | PostgresFacts) -> list[str]:
    """What is not in order."""
    found = postgres_findings(facts, NOW) if isinstance(facts, PostgresFacts) else sqlite_findings("/a.db", facts)
    return [f"{one.level} {one.what} | {one.advice}" for one in found if one.level is not Level.OK]


def test_databases_that_are_well() -> None:
    assert told(SQLITE) == told(POSTGRES) == []
    assert next(sqlite_findings("/a.db", SQLITE)).what == "/a.db (1.2 MB): undamaged"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"damage": "row 7 missing from index"}, "FAIL /a.db (1.2 MB) is damaged: row 7 missing from index | stop the"),
        ({"damage": None}, "note /a.db (1.2 MB): too large to look at every page in 20 s | `python bot.py backup"),
        ({"is_durable": False}, "FAIL SQLite's write-ahead log cannot be used here | keep the file on a local disk"),
        ({"free": 900_000_000}, "note 900.0 MB are free on its disk | make room"),
        ({"free": 99_000_000}, "FAIL 99.0 MB are free on its disk | make room"),
        ({"file_system": "nfs4"}, "FAIL the file is on a network file system (nfs4), which may corrupt it | move it"),
        (
            {"file_system": "tmpfs"},
            "note the file is in memory: it is gone when the machine restarts (tmpfs) | keep",
        ),
        ({"file_system": "overlay"}, "note the file is in a container's own layer: it is gone with the container"),
    ],
)
def test_sqlite_that_is_not(change: dict[str, object], said: str) -> None:
    [only] = told(replace(SQLITE, **change))  # type: ignore[arg-type]
    assert only.startswith(said)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 130021}, "note PostgreSQL 13.21 gets no corrections any more | plan to move to 15 or newer"),
        ({"encoding": "LATIN1"}, "FAIL its encoding is LATIN1: it refuses some of what people write | make"),
        (
            {"unsafe": ["fsync"]},
            "note a power cut may lose what people were told is saved | switch on in",
        ),
        ({"free": 5}, "note 5 of 97 connections are free | one more `run` or `work` takes up to 7"),
        ({"now": NOW - timedelta(minutes=10)}, "FAIL this machine's clock is 600 s ahead of PostgreSQL's | from 300 s"),
    ],
)
def test_postgres_that_is_not(change: dict[str, object], said: str) -> None:
    [only] = told(replace(POSTGRES, **change))  # type: ignore[arg-type]
    assert only.startswith(said)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("/var/lib/lamppu/lamppu.db", "nfs4"),
        ("/var/lib/lamppu.db", "ext4"),
        ("/srv/two words/deep/lamppu.db", "tmpfs"),
    ],
)
def test_file_system_is_that_of_the_nearest_mount(file: str, kind: str) -> None:
    assert file_system_of(Path(file), MOUNTS.strip()) == kind


def test_file_system_that_nobody_tells() -> None:
    assert file_system_of(Path("/a.db"), "") is None
