"""What `bot.py run` takes while it is there: memory after the start and after submissions, the processor when idle."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lamppu_bot.workspace import Workspace
from tests.benchmarks.generator import Writer, press
from tests.benchmarks.subjects import BARE_WITH_DATABASE, REAL, cpu_seconds, resident_megabytes, running
from tests.benchmarks.submissions import prepare
from tests.benchmarks.table import Row

AGAINST = "bare Bolt and SQLAlchemy"
SUBMISSIONS = 200
# The worker looks each second, the calendar each 20 s, a socket pings each 10 s: twice the longest.
IDLE_SECONDS = 40
# Until what a start leaves to be done once it can be reached, and the first step of the calendar, are over.
SETTLING_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Residence:
    """Megabytes, and the share of one core in percent."""

    at_start: float
    idle: float
    after_submissions: float


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="lamppu-bench-") as name, Workspace() as workspace:
        folder = Path(name)
        writers = prepare(workspace, folder / "prepared.db")
        bare = _reside(BARE_WITH_DATABASE, workspace, folder / "bare.db", writers)
        real = _reside(REAL, workspace, folder / "prepared.db", writers)
    yield Row("memory after the start", real.at_start, "MB", AGAINST, bare.at_start)
    yield Row(f"memory after {SUBMISSIONS} submissions", real.after_submissions, "MB", AGAINST, bare.after_submissions)
    yield Row("processor when idle, of one core", real.idle, "%", AGAINST, bare.idle)


def _reside(command: Sequence[str], workspace: Workspace, file: Path, writers: Sequence[Writer]) -> Residence:
    with running(command, workspace, file.with_suffix(".log"), f"sqlite:///{file}") as pid:
        time.sleep(SETTLING_SECONDS)
        at_start, used = resident_megabytes(pid), cpu_seconds(pid)
        time.sleep(IDLE_SECONDS)
        idle = 100 * (cpu_seconds(pid) - used) / IDLE_SECONDS
        load = press(workspace, _filling_in(writers, SUBMISSIONS), 8)
        if load.failures:
            raise RuntimeError(f"{len(load.failures)} submissions failed: {load.failures[0]}")
        time.sleep(SETTLING_SECONDS)
        return Residence(at_start, idle, resident_megabytes(pid))


def _filling_in(writers: Sequence[Writer], forms: int) -> Iterator[Writer]:
    """As many of them as fill in that many forms together."""
    for writer in writers:
        if forms <= 0:
            return
        yield Writer(writer.slack_id, writer.form, min(forms, writer.forms))
        forms -= writer.forms
