"""What `bot.py run` takes while it is there: memory after the start and after submissions, the processor when idle."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lamppu_bot.workspace import Workspace
from tests.benchmarks.generator import Writer, press
from tests.benchmarks.subjects import BARE_WITH_DATABASE, REAL, children_of, cpu_seconds, resident_megabytes, running
from tests.benchmarks.submissions import prepare
from tests.benchmarks.table import Row

AGAINST = "bare Bolt and SQLAlchemy"
# Few, so that the direct messages are soon read: at Slack's pace those of 300 take minutes.
IDLE_PARTNERS = 5
# The worker looks each second, the calendar each 20 s, a socket pings each 10 s: twice the longest.
IDLE_SECONDS = 40
# Until the calendar's first step and what the submissions have ordered are over.
SETTLING_SECONDS = 10
PARTNERS, FORMS_EACH, COMPLETE = 110, 2, 10


@dataclass(frozen=True, slots=True)
class Residence:
    """Megabytes, and the share of one core in percent."""

    at_start: float
    idle: float
    after_submissions: float
    after_reports: float
    beside: float


def measure() -> Iterator[Row]:
    bare, real = _reside(BARE_WITH_DATABASE), _reside(REAL)
    submissions = (PARTNERS - COMPLETE) * FORMS_EACH
    yield Row("memory after the start", real.at_start, "MB", AGAINST, bare.at_start)
    yield Row("processor when idle, of one core", real.idle, "%", AGAINST, bare.idle)
    yield Row(f"memory after {submissions} submissions", real.after_submissions, "MB", AGAINST, bare.after_submissions)
    what = f"memory after making the files of {COMPLETE} partners too"
    yield Row(what, real.after_reports, "MB", AGAINST, bare.after_reports)
    yield Row("the most that the process beside it held, which makes them and then ends", real.beside, "MB")


def _reside(command: Sequence[str]) -> Residence:
    return Residence(*_idle(command), *_after_submissions(command))


def _idle(command: Sequence[str]) -> tuple[float, float]:
    with tempfile.TemporaryDirectory(prefix="lamppu-bench-") as name, Workspace() as workspace:
        file = Path(name) / "used.db"
        prepare(workspace, f"sqlite:///{file}", IDLE_PARTNERS)
        with running(command, workspace, file.with_suffix(".log"), f"sqlite:///{file}") as pid:
            time.sleep(SETTLING_SECONDS)
            held, used = resident_megabytes(pid), cpu_seconds(pid)
            time.sleep(IDLE_SECONDS)
            return held, 100 * (cpu_seconds(pid) - used) / IDLE_SECONDS


def _after_submissions(command: Sequence[str]) -> tuple[float, float, float]:
    """First of partners who leave something open, so that no file is made; then of some who answer everything."""
    with tempfile.TemporaryDirectory(prefix="lamppu-bench-") as name, Workspace() as workspace:
        file = Path(name) / "used.db"
        writers = prepare(workspace, f"sqlite:///{file}", PARTNERS)
        with running(command, workspace, file.with_suffix(".log"), f"sqlite:///{file}") as pid:
            some = [Writer(writer.slack_id, writer.form, FORMS_EACH) for writer in writers[COMPLETE:]]
            held = _held_after(workspace, some, pid), _held_after(workspace, writers[:COMPLETE], pid)
            return *held, sum(resident_megabytes(child, "VmHWM") for child in children_of(pid))


def _held_after(workspace: Workspace, writers: Sequence[Writer], pid: int) -> float:
    load = press(workspace, writers, 8)
    if load.failures:
        raise RuntimeError(f"{len(load.failures)} submissions failed: {load.failures[0]}")
    time.sleep(SETTLING_SECONDS)
    return resident_megabytes(pid)
