"""`bot.py check`: whether somebody is at work on the messages, and whether any of them waits for a person."""

from collections.abc import Iterator
from datetime import datetime

from lamppu_bot.operating.findings import Finding, fail, note, ok
from storage import ledger, parked, pulse
from storage.database import Database
from storage.process_lock import is_at_work

# A worker says every ten seconds that it lives.
SEEN_SECONDS = 30
# The cards of a large project take some minutes at Slack's pace, and each goes on its way within these.
LATE_SECONDS = 900
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


def _messages(count: int) -> str:
    return "1 message is" if count == 1 else f"{count} messages are"


def _span(seconds: float) -> str:
    """A length of time as people say it."""
    for unit, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds // unit:.0f} {name}"
    return f"{seconds:.0f} seconds"
