"""The night of the deadline: forms arrive at a fixed pace, whether or not the earlier ones are answered yet."""

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

from sqlalchemy import func, select, update

from lamppu_bot.slack.client import build_client
from lamppu_bot.workspace import RateLimits, Workspace
from storage.database import Database
from storage.models import Delivery, Person, Revision
from tests.benchmarks.databases import databases
from tests.benchmarks.generator import Load, Turn, Writer, press_at_pace
from tests.benchmarks.subjects import start, stop
from tests.benchmarks.submissions import writers_of
from tests.benchmarks.table import Row
from tests.benchmarks.world import make_world

CONTACTS = int(os.environ.get("LAMPPU_NIGHT_CONTACTS", "2000"))
OBJECTIVES = 10
# Submissions a second and for how many seconds.
RATES = ((20, 25), (40, 25), (80, 25))
TOO_SLOW_MS = 1000.0
# So many hours an hour of Slack's limits takes: twenty thousand answers in an hour are 5.6 a second, 40 are seven times
# as many.
FACTOR = 0.14
WARM_UP = (5, 8)
RUNS = (("SQLite", ("run",)), ("PostgreSQL", ("listen", "work")))
CATCHING_UP_SECONDS = 400.0


@dataclass(slots=True)
class Night:
    """What came of it: a load for each rate, and how the cards followed."""

    loads: dict[int, Load] = field(default_factory=dict)
    sent: int = 0
    kept: int = 0
    cards: int = 0
    refused: int = 0
    behind: int = 0
    caught_up: float = 0.0
    left: int = 0


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="lamppu-bench-") as name, databases(Path(name)) as new:
        for number, (kind, commands) in enumerate(RUNS):
            night = _night(Path(name), new(kind, f"night{number}"), commands)
            yield from _rows(f"{kind}, {' and '.join(commands)}", night)


def _rows(what: str, night: Night) -> Iterator[Row]:
    for rate, load in night.loads.items():
        yield Row(f"{what}: p50 at {rate} forms/s", load.percentile(0.5), "ms")
        yield Row(f"{what}: p99 at {rate} forms/s", load.percentile(0.99), "ms")
    failures = sum(len(load.failures) for load in night.loads.values())
    yield Row(f"{what}: forms refused or not answered in 3 s", failures, "", "sent", night.sent)
    yield Row(f"{what}: answers in the database", night.kept, "", "acknowledged", night.sent - failures)
    yield Row(f"{what}: cards behind at the end", night.behind, "", "changed", night.cards)
    least = night.behind * 60 / 50 * FACTOR
    yield Row(f"{what}: until the cards have caught up", night.caught_up, "s", "50 updates a minute", least)
    yield Row(f"{what}: cards still behind", night.left, "")
    yield Row(f"{what}: refused as too fast (429)", night.refused, "")


def _night(folder: Path, url: str, commands: Sequence[str]) -> Night:
    night = Night()
    with Workspace() as workspace, closing(Database(url)) as database:
        writers = _prepared(workspace, database)
        workspace.server.rate_limits = RateLimits(time_factor=FACTOR)
        with ExitStack() as stack:
            for command in commands:
                log = stack.enter_context((folder / f"{command}.log").open("w"))
                words = ("-m", "tests.benchmarks.bot_process", str(FACTOR), command)
                stack.callback(stop, start(words, workspace, log, url))
            workspace.wait_connected(timeout=60)
            _press_on(workspace, writers, night)
            night.kept = _kept(database)
            _catch_up(database, night)
        night.refused = sum(call.outcome == "ratelimited" for call in workspace.calls)
    return night


def _prepared(workspace: Workspace, database: Database) -> list[Writer]:
    """Everybody has their card, and the first form before them."""
    people = [workspace.add_person(f"Yhteyshenkilö {n}", f"partner{n}@example.org") for n in range(1, CONTACTS + 1)]
    coordinator = workspace.add_person("Katri Koordinaattori", "katri@example.org")
    channel = workspace.add_channel("lamppu", members=[coordinator], private=True)
    names = {"coordinator": coordinator.id, "channel": channel.id}
    shares = make_world(database, [one.id for one in people], objectives=OBJECTIVES, **names)
    _post_cards(workspace, database)
    return list(writers_of(database, shares))


def _post_cards(workspace: Workspace, database: Database) -> None:
    """As a worker leaves them; one by one by a worker, thousands take longer than all the rest."""
    client = build_client(workspace.bot_token, workspace.api_url)
    with database.write() as session:
        session.execute(update(Delivery).values(state="dropped"))  # of the round before
        newest = select(func.max(Delivery.id)).group_by(Delivery.person_id)
        cards = session.execute(
            select(Delivery.id, Person.id, Person.slack_id)
            .join(Person, Person.id == Delivery.person_id)
            .where(Delivery.kind == "card", Delivery.id.in_(newest))
        ).all()
        for delivery_id, person_id, slack_id in cards:
            posted = client.chat_postMessage(channel=slack_id, text="Kortti")
            place = {"ts": posted["ts"], "channel": posted["channel"]}
            sent = {**place, "state": "sent", "shown": Delivery.wanted, "sent_at": datetime.now(UTC)}
            session.execute(update(Delivery).where(Delivery.id == delivery_id).values(sent))
            session.execute(update(Person).where(Person.id == person_id).values(dm_channel=posted["channel"]))


def _press_on(workspace: Workspace, writers: Sequence[Writer], night: Night) -> None:
    """Faster and faster, until the slowest hundredth waits too long. People take turns, so that nobody hurries."""
    turns = cycle([Turn(writer.slack_id, writer.form) for writer in writers])
    for rate, seconds in (WARM_UP, *RATES):
        load = press_at_pace(workspace, turns, rate, rate * seconds)
        night.sent += len(load.seconds)
        if (rate, seconds) != WARM_UP:
            night.loads[rate] = load
            if load.percentile(0.99) > TOO_SLOW_MS:
                break


def _kept(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Revision)) or 0


def _catch_up(database: Database, night: Night) -> None:
    """Until every card says what is answered, as far as Slack's limits let it."""
    began = time.monotonic()
    night.cards, night.behind = _cards(database)
    night.left = night.behind
    while night.left and time.monotonic() < began + CATCHING_UP_SECONDS:
        time.sleep(0.5)
        night.left = _cards(database)[1]
    night.caught_up = time.monotonic() - began


def _cards(database: Database) -> tuple[int, int]:
    """How many cards have changed since they were posted, and how many of those do not show it yet."""
    changed = select(func.count()).where(Delivery.kind == "card", Delivery.wanted > 1)
    with database.read() as session:
        behind = session.scalar(changed.where(Delivery.shown < Delivery.wanted))
        return session.scalar(changed) or 0, behind or 0
