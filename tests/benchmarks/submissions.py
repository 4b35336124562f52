"""Submissions committed per second and how long a person waits: the whole bot against a bare Bolt app, in each way."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from sqlalchemy import func, select

from lamppu_bot.slack import forms
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.pacing import UNPACED
from lamppu_bot.slack.runtime import Machinery
from lamppu_bot.workspace import Workspace
from storage import queries
from storage.database import Database
from storage.models import Revision
from tests.benchmarks.databases import New, databases
from tests.benchmarks.generator import Load, Turn, Writer, press, press_at_pace
from tests.benchmarks.subjects import cpu_seconds
from tests.benchmarks.table import Row
from tests.benchmarks.ways import Way, Words, served, ways
from tests.benchmarks.world import Share, make_world

PARTNERS = 200
WARM_UP = 10
AT_ONCE = (8, 32)
# At half of what it can do at most, for so long.
HALF_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Loads:
    """The load at each number of people writing at once, and at half of the highest rate; the warm-up's among them."""

    at_once: dict[int, Load]
    half: Load

    @property
    def taken(self) -> int:
        return self.half.taken + sum(load.taken for load in self.at_once.values())


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="lamppu-bench-") as name, databases(Path(name)) as new:
        for number, way in enumerate(ways()):
            with Workspace(request_url=way.request_url) as workspace:
                yield from _measured(way, workspace, Path(name), new, f"way{number}")


def _measured(way: Way, workspace: Workspace, folder: Path, new: New, database: str) -> Iterator[Row]:
    url = new(way.database, database)
    writers = prepare(workspace, url, 2 * PARTNERS)
    unused = f"sqlite:///{folder / 'bare.db'}"
    bare = {
        name: _load(way, [words] * way.copies, workspace, folder, unused, writers) for name, words in way.bare.items()
    }
    real = _load(way, way.real, workspace, folder, url, writers)
    _check(url, real.taken)
    for name, baseline in bare.items():
        for at_once in AT_ONCE:
            yield from _compared(
                f"{way.name}, {at_once} at once", real.at_once[at_once], name, baseline.at_once[at_once]
            )
        yield from _compared(f"{way.name}, half load", real.half, name, baseline.half)


def prepare(workspace: Workspace, url: str, partners: int = PARTNERS) -> list[Writer]:
    """A world in a new database, its cards posted in the workspace; a writer for each partner."""
    people = [
        workspace.add_person(f"Yhteyshenkilö {number}", f"partner{number}@example.org", tz="Europe/Helsinki")
        for number in range(1, partners + 1)
    ]
    coordinator = workspace.add_person("Katri Koordinaattori", "katri@example.org", tz="Europe/Helsinki")
    channel = workspace.add_channel("lamppu", members=[coordinator], private=True)
    with closing(Database(url)) as database:
        shares = make_world(database, [one.id for one in people], coordinator=coordinator.id, channel=channel.id)
        Machinery(database, build_client(workspace.bot_token, workspace.api_url), limits=UNPACED).tick()
        return list(writers_of(database, shares))


def writers_of(database: Database, shares: Iterable[Share]) -> Iterator[Writer]:
    """Everybody with the first of their forms before them."""
    with database.read() as session:
        for share in shares:
            person = queries.find_person(session, share.slack_id)
            if person is None:
                raise LookupError(share.slack_id)
            form = forms.answer_form(session, person, share.answer_ids[0])
            yield Writer(share.slack_id, form, len(share.answer_ids))


def _load(
    way: Way, programs: Sequence[Words], workspace: Workspace, folder: Path, url: str, writers: Sequence[Writer]
) -> Loads:
    """Half of the partners write at once, as many at each number; the others at half load, one after the other."""
    with served(way, programs, workspace, folder / "log.txt", url) as pids:
        loads = {2: press(workspace, writers[:WARM_UP], 2)}
        for turn, at_once in enumerate(AT_ONCE):
            used = sum(map(cpu_seconds, pids))
            load = press(workspace, writers[WARM_UP:PARTNERS][turn :: len(AT_ONCE)], at_once)
            load.cpu = (sum(map(cpu_seconds, pids)) - used) / len(load.seconds)
            loads[at_once] = load
        rate = max(loads[at_once].rate for at_once in AT_ONCE) / 2
        used = sum(map(cpu_seconds, pids))
        rest = writers[PARTNERS:]
        turns = cycle([Turn(writer.slack_id, writer.form) for writer in rest])
        half = press_at_pace(workspace, turns, rate, min(int(rate * HALF_SECONDS), _forms(rest)))
        half.cpu = (sum(map(cpu_seconds, pids)) - used) / len(half.seconds)
    return Loads(loads, half)


def _forms(writers: Sequence[Writer]) -> int:
    return sum(writer.forms for writer in writers)


def _check(url: str, taken: int) -> None:
    """Every acknowledged submission is in the database."""
    with closing(Database(url)) as database, database.read() as session:
        kept = session.scalar(select(func.count()).select_from(Revision)) or 0
    if kept < taken:
        raise RuntimeError(f"{taken} submissions were acknowledged, {kept} are in the database")


def _compared(what: str, real: Load, name: str, bare: Load) -> Iterator[Row]:
    yield Row(f"{what}: submissions committed", real.rate, "/s", name, bare.rate)
    for share, label in ((0.5, "p50"), (0.99, "p99")):
        yield Row(f"{what}: wait for the answer, {label}", real.percentile(share), "ms", name, bare.percentile(share))
    yield Row(f"{what}: refused, or not answered in 3 s", len(real.failures), "", name, len(bare.failures))
    yield Row(f"{what}: CPU time a submission", 1000 * real.cpu, "ms", name, 1000 * bare.cpu)
