"""From the start of `bot.py run` until Slack can reach it and until it answers; the imports that take the longest."""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from lamppu_bot.workspace import Workspace
from tests.benchmarks.generator import Writer, press
from tests.benchmarks.subjects import BARE_WITH_DATABASE, REAL, ROOT, cpu_seconds, running
from tests.benchmarks.submissions import prepare
from tests.benchmarks.table import Row

TIMES = 7
COSTLIEST = 8
AGAINST = "bare Bolt and SQLAlchemy"
IMPORTED = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s*([\w.]+)")
EVERYTHING = "import bot, lamppu_bot.operating.opening, lamppu_bot.slack.connection, lamppu_bot.slack.assembly"


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the start of the process, on the clock and of the processor.

    `reachable`: its first socket is open; `ready`: it has answered the form that was sent in at that moment.
    """

    reachable: float
    reachable_cpu: float
    ready: float
    ready_cpu: float


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="lamppu-bench-") as name, Workspace() as workspace:
        folder = Path(name)
        writer = prepare(workspace, f"sqlite:///{folder / 'prepared.db'}")[0]
        found: dict[Sequence[str], list[Start]] = {BARE_WITH_DATABASE: [], REAL: []}
        for _ in range(TIMES):  # in turns, for a busy machine is not always equally busy
            for command, starts in found.items():
                starts.append(_start(command, workspace, folder, writer))
    bare, real = (_median(starts) for starts in found.values())
    socket, form = "start until the first socket is open", "start until the first form is answered"
    yield Row(socket, real.reachable, "s", AGAINST, bare.reachable)
    yield Row(f"{socket}: processor time", real.reachable_cpu, "s", AGAINST, bare.reachable_cpu)
    yield Row(form, real.ready, "s", AGAINST, bare.ready)
    yield Row(f"{form}: processor time", real.ready_cpu, "s", AGAINST, bare.ready_cpu)
    for package, seconds in _imports():
        yield Row(f"of it importing {package}", seconds, "s")


def _start(command: Sequence[str], workspace: Workspace, folder: Path, writer: Writer) -> Start:
    file = (
        Path(tempfile.mkdtemp(dir=folder)) / "used.db"
    )  # a write-ahead log that is left behind must meet no other file
    shutil.copy(folder / "prepared.db", file)
    began = time.perf_counter()
    with running(command, workspace, folder / "log.txt", f"sqlite:///{file}") as pid:
        reachable, reachable_cpu = time.perf_counter() - began, cpu_seconds(pid)
        load = press(workspace, [Writer(writer.slack_id, writer.form, 1)], 1)
        if load.failures:
            raise RuntimeError(f"the first form failed: {load.failures[0]}")
        return Start(reachable, reachable_cpu, time.perf_counter() - began, cpu_seconds(pid))


def _median(starts: Sequence[Start]) -> Start:
    return Start(*(median(getattr(start, name) for start in starts) for name in Start.__dataclass_fields__))


def _imports() -> list[tuple[str, float]]:
    """The packages that take the longest to import, without what they import of others; in seconds, slowest first."""
    command = [sys.executable, "-X", "importtime", "-c", f"import gc; gc.disable(); {EVERYTHING}"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr
    found: Counter[str] = Counter()
    for microseconds, module in IMPORTED.findall(told):
        found[module.partition(".")[0]] += int(microseconds)
    return [(package, microseconds / 1e6) for package, microseconds in found.most_common(COSTLIEST)]
