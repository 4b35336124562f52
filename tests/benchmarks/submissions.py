"""Submissions committed per second and how long a person waits: the whole bot against a bare Bolt app."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
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
from tests.benchmarks.generator import Load, Writer, press
from tests.benchmarks.subjects import BARE, REAL, cpu_seconds, running
from tests.benchmarks.table import Row
from tests.benchmarks.world import Share, make_world

PARTNERS = 300
WARM_UP = 10
AT_ONCE = (8, 32)


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="lamppu-bench-") as name, Workspace() as workspace:
        folder = Path(name)
        writers = prepare(workspace, folder / "prepared.db")
        baselines = {
            "bare Bolt": _load(workspace, folder, writers, BARE),
            "bare Bolt, process_before_response": _load(
                workspace, folder, writers, (*BARE, "--process-before-response")
            ),
        }
        real = _load(workspace, folder, writers, REAL, prepared=folder / "prepared.db")
    for at_once in AT_ONCE:
        for name, baseline in baselines.items():
            yield from _compared(at_once, real[at_once], name, baseline[at_once])


def prepare(workspace: Workspace, file: Path, partners: int = PARTNERS) -> list[Writer]:
    """A world in a database file, its cards posted in the workspace; a writer for each partner."""
    people = [
        workspace.add_person(f"Yhteyshenkilö {number}", f"partner{number}@example.org", tz="Europe/Helsinki")
        for number in range(1, partners + 1)
    ]
    coordinator = workspace.add_person("Katri Koordinaattori", "katri@example.org", tz="Europe/Helsinki")
    channel = workspace.add_channel("lamppu", members=[coordinator], private=True)
    database = Database(f"sqlite:///{file}")
    try:
        shares = make_world(database, [one.id for one in people], coordinator=coordinator.id, channel=channel.id)
        Machinery(database, build_client(workspace.bot_token, workspace.api_url), limits=UNPACED).tick()
        return list(writers_of(database, shares))
    finally:
        database.close()


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
    workspace: Workspace, folder: Path, writers: Sequence[Writer], command: Sequence[str], prepared: Path | None = None
) -> dict[int, Load]:
    """The load at each number of people writing at once; half of the partners for each."""
    file = folder / "used.db"
    if prepared:
        shutil.copy(prepared, file)
    loads = {}
    with running(command, workspace, folder / "log.txt", f"sqlite:///{file}") as pid:
        warm_up, rest = writers[:WARM_UP], writers[WARM_UP:]
        press(workspace, warm_up, 2)
        for turn, at_once in enumerate(AT_ONCE):
            used = cpu_seconds(pid)
            load = press(workspace, rest[turn :: len(AT_ONCE)], at_once)
            load.cpu = (cpu_seconds(pid) - used) / len(load.seconds)
            loads[at_once] = load
            if load.failures:
                raise RuntimeError(f"{len(load.failures)} submissions failed: {load.failures[0]}")
    if prepared:
        _check(file, sum(writer.forms for writer in writers))
    return loads


def _check(file: Path, sent: int) -> None:
    """Every acknowledged submission is in the database."""
    database = Database(f"sqlite:///{file}")
    with database.read() as session:
        kept = session.scalar(select(func.count()).select_from(Revision))
    database.close()
    if kept != sent:
        raise RuntimeError(f"{sent} submissions were acknowledged, {kept} are in the database")


def _compared(at_once: int, real: Load, name: str, bare: Load) -> Iterator[Row]:
    yield Row(f"submissions committed, {at_once} at once", real.rate, "/s", name, bare.rate)
    for share, label in ((0.5, "p50"), (0.99, "p99")):
        what = f"wait for the answer, {label}, {at_once} at once"
        yield Row(what, real.percentile(share), "ms", name, bare.percentile(share))
    yield Row(f"CPU time a submission, {at_once} at once", 1000 * real.cpu, "ms", name, 1000 * bare.cpu)
