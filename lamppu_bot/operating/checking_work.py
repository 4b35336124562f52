"""`bot.py check`: whether the bot is at work, what it says of itself, and whether messages wait for a person."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lamppu_bot.operating.findings import Finding, fail, note, ok
from storage import ledger, parked, pulse
from storage.database import Database
from storage.process_lock import is_at_work

# A worker says every ten seconds that it lives.
SEEN_SECONDS = 30
# The cards of a large project take some minutes at Slack's pace, and each goes on its way within these.
LATE_SECONDS = 900
HEALTH_SECONDS = 5.0
START = "start it: python bot.py run (or work), or let cron run tick"


def work_findings(database: Database, now: datetime) -> Iterator[Finding]:
    """`now` is the real moment. Raises DatabaseUnavailableError."""
    yield _sqlite_worker(database) if database.is_sqlite else _postgres_worker(database, now)
    with database.read() as session:
        waiting = parked.list_waiting(session, now=now)
        oldest = ledger.oldest_unsent(session)
    late = (now - oldest).total_seconds() if oldest else 0
    due = sum(one.state == ledger.DUE for one in waiting)
    stuck = len(waiting) - due
    if late > LATE_SECONDS:
        advice = "is the bot at work, and does its log say why? `python bot.py deliveries` lists them"
        yield fail(f"{_messages(due)} not sent yet, the oldest for {_span(late)}", advice)
    else:
        yield ok(f"{_messages(due)} on the way" if due else "no message waits to be sent")
    if stuck:
        yield fail(f"{_messages(stuck)} parked, for a person to see to", "`python bot.py deliveries` says why")
    else:
        yield ok("no message is parked")


def _sqlite_worker(database: Database) -> Finding:
    try:
        at_work = is_at_work(database)
    except OSError as error:
        return note(f"it cannot be seen whether the bot is at work ({error.strerror})", "check as the bot's own user")
    return ok("the bot is at work on this database") if at_work else note("the bot is not at work now", START)


def _postgres_worker(database: Database, now: datetime) -> Finding:
    with database.read() as session:
        beaten = pulse.last_beat(session)
    if beaten is None:
        return note("no worker has ever been at work on this database", START)
    ago = max(0.0, (now - beaten).total_seconds())
    if ago <= SEEN_SECONDS:
        return ok(f"a worker was seen {ago:.0f} s ago")
    return note(f"no worker was seen for {_span(ago)}", START)


def health_findings(port: int | None) -> Iterator[Finding]:
    """What the bot says of itself at this port of this machine, where it has one."""
    if port is None:
        return
    where = f"/healthz at port {port}"
    try:
        told = _health(f"http://127.0.0.1:{port}/healthz")
    except OSError:
        yield note(f"{where}: nobody answers", "is the bot at work, on this machine and with this PORT?")
    except (ValueError, http.client.HTTPException):
        yield note(f"{where}: something else than Lamppu answers", "give each its own: set PORT to another")
    else:
        yield ok(f"{where}: well") if told.get("ok") else fail(f"{where}: ill", "; ".join(told.get("advice", [])))


def _health(address: str) -> dict[str, Any]:
    """Without a proxy: that is for what is outside. Raises OSError; ValueError, HTTPException for another's answer."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=HEALTH_SECONDS) as answer:
            said = answer.read()
    except urllib.error.HTTPError as ill:
        with ill:
            said = ill.read()
    found = json.loads(said)
    if not isinstance(found, dict) or "ok" not in found:
        raise ValueError("no health")
    return found


def _messages(count: int) -> str:
    return "1 message is" if count == 1 else f"{count} messages are"


def _span(seconds: float) -> str:
    """A length of time as people say it."""
    for unit, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds // unit:.0f} {name}"
    return f"{seconds:.0f} seconds"
