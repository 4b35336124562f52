"""A wave of cards to a thousand contacts under Slack's limits: how near to them, how many 429s, every card once."""

import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from sqlalchemy import delete, func, select, update

from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.directory import find_people
from lamppu_bot.slack.pacing import UNPACED
from lamppu_bot.slack.runtime import Machinery
from lamppu_bot.workspace import RateLimits, Workspace
from lamppu_bot.workspace.hosting import HOST
from storage.database import Database
from storage.models import Delivery
from tests.benchmarks.databases import databases
from tests.benchmarks.subjects import start, stop
from tests.benchmarks.table import Row
from tests.benchmarks.ways import free_port, wait_for
from tests.benchmarks.world import make_world

CONTACTS = 1000
POSTS_A_MINUTE = 300
# An hour of Slack's limits takes so many hours here; 1 is the real pace.
FACTOR = 0.2
# So long after all workers say that they are there the cards are due.
HEAD_START = timedelta(seconds=3)
NOT_YET = timedelta(hours=1)
RUNS = (("SQLite", ("run",)), ("PostgreSQL", ("work",)), ("PostgreSQL", ("work", "work", "work")))


@dataclass(frozen=True, slots=True)
class Wave:
    """`seconds` from the moment at which the cards were due until the last was taken."""

    seconds: float
    least: float
    refused: int
    contacts_with_one: int


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="lamppu-bench-") as name, databases(Path(name)) as new:
        for number, (kind, commands) in enumerate(RUNS):
            wave = _wave(Path(name), new(kind, f"wave{number}"), commands)
            what = f"{CONTACTS} cards, {kind}, {len(commands)} worker{'s' * (len(commands) > 1)}"
            yield Row(f"{what}: time taken", wave.seconds, "s", "at 300 posts a minute", wave.least)
            yield Row(f"{what}: refused as too fast (429)", wave.refused, "")
            yield Row(f"{what}: contacts with exactly one", wave.contacts_with_one, "", "contacts", CONTACTS)


def _wave(folder: Path, url: str, commands: Sequence[str]) -> Wave:
    with Workspace() as workspace, closing(Database(url)) as database:
        _prepare(workspace, database)
        workspace.server.rate_limits = RateLimits(time_factor=FACTOR)
        _due_in(database, NOT_YET)
        with ExitStack() as stack:
            log = stack.enter_context((folder / "wave.log").open("w"))
            started = []
            for command in commands:
                words, port = ("-m", "tests.benchmarks.bot_process", str(FACTOR), command), free_port()
                started.append((start(words, workspace, log, url, PORT=str(port)), port))
                stack.callback(stop, started[-1][0])
            wait_for([process for process, _ in started], lambda: all(_is_there(port) for _, port in started))
            began = _due_in(database, HEAD_START)
            _wait_for_all(database, limit=120 + 3 * CONTACTS * 60 / POSTS_A_MINUTE * FACTOR)
        return _told(workspace, began)


def _prepare(workspace: Workspace, database: Database) -> None:
    """The round is open and nothing is sent; the calendar has opened the DMs in the days before.

    The cards of the round before, which were never sent either, would be dropped one by one before the first of these.
    """
    people = [workspace.add_person(f"Yhteyshenkilö {n}", f"partner{n}@example.org") for n in range(1, CONTACTS + 1)]
    coordinator = workspace.add_person("Katri Koordinaattori", "katri@example.org")
    channel = workspace.add_channel("lamppu", members=[coordinator], private=True)
    make_world(database, [one.id for one in people], coordinator=coordinator.id, channel=channel.id)
    bot = Machinery(database, build_client(workspace.bot_token, workspace.api_url), limits=UNPACED)
    find_people(database, Calls(bot.client, bot.worker.pacer), bot.services.clock, threading.Event())
    with database.write() as session:
        session.execute(delete(Delivery).where(Delivery.key.contains(":earlier:")))


def _due_in(database: Database, delay: timedelta) -> float:
    """Has the cards wait so long; returns the moment when they are due, as the workspace's calls tell it."""
    due = datetime.now(UTC) + delay
    with database.write() as session:
        session.execute(update(Delivery).values(not_before=due))
    return time.monotonic() + delay.total_seconds()


def _is_there(port: int) -> bool:
    try:
        with urlopen(f"http://{HOST}:{port}/healthz", timeout=5):
            return True
    except OSError:
        return False


def _wait_for_all(database: Database, limit: float) -> None:
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        time.sleep(1)
        with database.read() as session:
            if not session.scalar(select(func.count()).where(Delivery.state == "due")):
                return


def _told(workspace: Workspace, began: float) -> Wave:
    calls = list(workspace.calls)
    posted = [call.at for call in calls if call.method == "chat.postMessage" and call.outcome == "ok"]
    said = [message for channel in workspace.state.channels.values() for message in channel.messages.values()]
    cards = Counter(message.channel_id for message in said if message.metadata and _is_card(message.metadata))
    return Wave(
        seconds=max(posted) - began,
        least=len(posted) * 60 / POSTS_A_MINUTE * FACTOR,
        refused=sum(call.outcome == "ratelimited" for call in calls),
        contacts_with_one=sum(count == 1 for count in cards.values()),
    )


def _is_card(metadata: dict[str, Any]) -> bool:
    return str(metadata["event_payload"]["key"]).startswith("card:")
