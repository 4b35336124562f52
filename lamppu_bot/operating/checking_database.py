"""`bot.py check`: how the database is, and what to do about it."""

import math
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy.exc import DatabaseError

from lamppu_bot.operating.checking_clock import clock_finding
from lamppu_bot.operating.findings import Finding, fail, note, ok
from storage.condition import PostgresFacts, SqliteFacts, commit, postgres_facts, sqlite_facts
from storage.database import Database, DatabaseUnavailableError
from storage.migrate import DatabaseIsNewerError, known_revisions, stored_revision

# A project of 1,000 partners takes some 100 MB in ten years.
FREE_LITTLE, FREE_TOO_LITTLE = 1_000_000_000, 100_000_000
LOOKING_SECONDS = 20.0  # at every page of an SQLite file
SLOW_COMMIT_SECONDS = 0.5  # Slack waits three for an answer, and others wait meanwhile
# PostgreSQL's own people look after no version before this one.
OLDEST_POSTGRES = 15
CONNECTIONS_OF_A_PROCESS = 7  # of a `run` or `work`, the most that one takes: docs/install.md
OVER_THE_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "lustre", "afs", "fuse.sshfs"}
FOR_A_WHILE = {
    "tmpfs": "in memory: it is gone when the machine restarts",
    "ramfs": "in memory: it is gone when the machine restarts",
    "overlay": "in a container's own layer: it is gone with the container",
}


def shape_finding(database: Database) -> Finding:
    """Whether the database can be used at all. Makes none and changes none."""
    if database.is_sqlite and not database.file.exists():
        advice = "load a project, which makes it (python bot.py load FILE), or correct DATABASE_URL"
        return fail(f"there is no file {database.file}", advice)
    try:
        revision = stored_revision(database)
    except DatabaseUnavailableError as error:
        return fail(f"{error}", "see that it runs, that this machine reaches it, and that DATABASE_URL is right")
    except DatabaseIsNewerError as error:
        what, _, advice = str(error).partition(": ")
        return fail(what, advice)
    except DatabaseError as error:  # SQLite's word for a file that is something else, or damaged
        advice = f"{error.orig}: stop the bot and put a backup back (docs/install.md, Backup)"
        return fail("the database cannot be read", advice)
    return _revision_finding(database, revision)


def _revision_finding(database: Database, revision: str | None) -> Finding:
    newest = known_revisions()[-1]
    if revision is None:
        return fail("the database is empty", "load a project: python bot.py load FILE")
    if revision != newest:
        what = f"the database has the shape {revision}, this Lamppu wants {newest}; nothing more is looked at in it"
        return fail(what, "the next start brings it up to date: back it up, restart the bot, check again")
    return ok(f"{'SQLite' if database.is_sqlite else 'PostgreSQL'}: there, in the newest shape ({newest})")


def condition_findings(database: Database, now: datetime) -> Iterator[Finding]:
    """`now` is the real moment. Raises what `guarded` tells."""
    if database.is_sqlite:
        yield from sqlite_findings(str(database.file), sqlite_facts(database, patience=LOOKING_SECONDS))
    else:
        yield from postgres_findings(postgres_facts(database), now)


def guarded(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Passes them on; a database that fails meanwhile is one more."""
    try:
        yield from findings
    except (DatabaseUnavailableError, DatabaseError) as error:
        yield fail(_said(error), "it answered a moment ago: see what has become of it, and check again")


def _said(error: DatabaseUnavailableError | DatabaseError) -> str:
    """In one line, without the statement."""
    reason = error.orig if isinstance(error, DatabaseError) else error
    return " ".join(str(reason).split())


def commit_finding(database: Database, now: datetime) -> Finding:
    """Whether answers can be saved at all, tried. `now` is the real moment."""
    try:
        seconds = commit(database, now)
    except (DatabaseUnavailableError, DatabaseError) as error:
        advice = "see to this account's rights on it (SQLite: on its folder too), and to its disk"
        return fail(f"nothing can be written: {_said(error)}", advice)
    what = f"a commit takes {max(1, round(1000 * seconds))} ms"
    if seconds < SLOW_COMMIT_SECONDS:
        return ok(what)
    return note(what, "people wait for it, and Slack for three seconds at most: look what keeps the disk busy")


def sqlite_findings(file: str, facts: SqliteFacts) -> Iterator[Finding]:
    what = f"{file} ({_size(facts.bytes)})"
    if facts.damage is None:
        advice = "`python bot.py backup FILE` looks at every page of its copy"
        yield note(f"{what}: too large to look at every page in {LOOKING_SECONDS:.0f} s", advice)
    elif facts.damage:
        advice = "stop the bot, keep the file, and put a backup back (docs/install.md, Backup)"
        yield fail(f"{what} is damaged: {facts.damage}", advice)
    else:
        yield ok(f"{what}: undamaged")
    if facts.is_durable:
        yield ok("what people are told is saved is on the disk (write-ahead log, synchronous=FULL)")
    else:
        yield fail("SQLite's write-ahead log cannot be used here", "keep the file on a local disk")
    yield from _place_findings(facts)


def _place_findings(facts: SqliteFacts) -> Iterator[Finding]:
    what = f"{_size(facts.free)} are free on its disk"
    if facts.free >= FREE_LITTLE:
        yield ok(what)
    else:
        give = fail if facts.free < FREE_TOO_LITTLE else note
        yield give(what, "make room, such as by deleting old backups: without room nothing can be saved")
    kind = facts.file_system
    if kind in OVER_THE_NETWORK:
        yield fail(f"the file is on a network file system ({kind}), which may corrupt it", "move it to a local disk")
    elif kind in FOR_A_WHILE:
        yield note(f"the file is {FOR_A_WHILE[kind]} ({kind})", "keep it on a disk or volume that lasts")
    elif kind:
        yield ok(f"it is on a local file system ({kind})")


def postgres_findings(facts: PostgresFacts, now: datetime) -> Iterator[Finding]:
    major = facts.version // 10_000
    what = f"PostgreSQL {major}.{facts.version % 10_000}"
    if major < OLDEST_POSTGRES:
        yield note(f"{what} gets no corrections any more", f"plan to move to {OLDEST_POSTGRES} or newer")
    else:
        yield ok(what)
    if facts.encoding == "UTF8":
        yield ok("it takes every letter (UTF8)")
    else:
        advice = "make a database with ENCODING 'UTF8', and move there: python bot.py move"
        yield fail(f"its encoding is {facts.encoding}: it refuses some of what people write", advice)
    if facts.unsafe:
        advice = f"switch on in PostgreSQL: {', '.join(facts.unsafe)}"
        yield note("a power cut may lose what people were told is saved", advice)
    else:
        yield ok("what people are told is saved is on the disk (fsync, synchronous_commit)")
    yield _connections_finding(facts)
    yield clock_finding("PostgreSQL's", (now - facts.now).total_seconds())


def _connections_finding(facts: PostgresFacts) -> Finding:
    what = f"{facts.free} of {facts.limit} connections are free"
    if facts.free >= CONNECTIONS_OF_A_PROCESS:
        return ok(what)
    advice = (
        f"one more `run` or `work` takes up to {CONNECTIONS_OF_A_PROCESS}: run fewer processes, or raise the limit"
        " (docs/install.md says how many each takes)"
    )
    return note(what, advice)


def _size(count: float) -> str:
    """Bytes as people say them: 1.2 MB."""
    power = min(4, int(math.log(max(1, count), 1000)))
    return f"{count / 1000**power:.{0 if power == 0 else 1}f} {('bytes', 'kB', 'MB', 'GB', 'TB')[power]}"
