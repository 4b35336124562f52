"""From the start of `bot.py run` until Slack can reach it, and the imports that take the longest."""

import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from lamppu_bot.workspace import Workspace
from storage.database import Database
from storage.migrate import upgrade
from tests.benchmarks.subjects import BARE_WITH_DATABASE, REAL, ROOT, running
from tests.benchmarks.table import Row

TIMES = 5
COSTLIEST = 8
IMPORTED = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s*([\w.]+)")


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="lamppu-bench-") as name, Workspace() as workspace:
        folder = Path(name)
        url = f"sqlite:///{folder / 'start.db'}"
        database = Database(url)
        upgrade(database)  # the very first start makes the tables; every other one finds them
        database.close()
        bare = _seconds(BARE_WITH_DATABASE, workspace, folder, url)
        real = _seconds(REAL, workspace, folder, url)
    yield Row("start until the first socket is open", real, "s", "bare Bolt and SQLAlchemy", bare)
    for package, seconds in _imports():
        yield Row(f"of it importing {package}", seconds, "s", "the whole start", real)


def _seconds(command: Sequence[str], workspace: Workspace, folder: Path, url: str) -> float:
    """The median of several starts."""
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        with running(command, workspace, folder / "log.txt", url):
            found.append(time.perf_counter() - began)
    return median(found)


def _imports() -> list[tuple[str, float]]:
    """The packages that take the longest to import, without what they import of others; in seconds, slowest first."""
    command = [sys.executable, "-X", "importtime", "-c", "import bot, lamppu_bot.slack.serving"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr
    found: Counter[str] = Counter()
    for microseconds, module in IMPORTED.findall(told):
        found[module.partition(".")[0]] += int(microseconds)
    return [(package, microseconds / 1e6) for package, microseconds in found.most_common(COSTLIEST)]
