"""The programs under test, each in a process of its own: started, awaited, their CPU time read, stopped."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lamppu_bot.workspace import Workspace

ROOT = Path(__file__).parents[2]
REAL = ("bot.py", "run")
BARE = ("-m", "tests.benchmarks.bare_bolt")
BARE_WITH_DATABASE = ("-m", "tests.benchmarks.bare_bolt_with_database")


@contextmanager
def running(command: Sequence[str], workspace: Workspace, log: Path, database_url: str = "") -> Iterator[int]:
    """The process id of a Python program that has opened its first socket to the workspace."""
    with log.open("w") as output, start(command, workspace, output, database_url) as process:
        try:
            workspace.wait_until(
                lambda: workspace.sockets.connections or process.poll() is not None, 60, f"a socket of {command}"
            )
            if process.poll() is not None:
                raise RuntimeError(f"{command} ended: {log.read_text()}")
            yield process.pid
        finally:
            process.terminate()
            process.wait()
            workspace.wait_until(lambda: not workspace.sockets.connections, 10, "the sockets to close")


def start(
    command: Sequence[str], workspace: Workspace, output: object, database_url: str, **more: str
) -> subprocess.Popen[str]:
    variables = {
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "SLACK_API_URL": workspace.api_url,
        "DATABASE_URL": database_url,
        "LOG_LEVEL": "WARNING",
        "PYTHONDONTWRITEBYTECODE": "",  # as where it runs: only the first start of a version compiles it
        **more,
    }
    environment = {**os.environ, **variables}
    return subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, text=True
    )


def stop(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    process.wait()


def cpu_seconds(pid: int) -> float:
    """What the process and its children have used so far, by Linux's account; elsewhere nothing is known."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return float("nan")
    fields = stat.read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(map(cpu_seconds, children_of(pid)))


def resident_megabytes(pid: int, line: str = "VmRSS") -> float:
    """What the process holds in memory, or by `VmHWM` the most it ever held: by Linux's account alone."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return float("nan")
    (found,) = (said for said in status.read_text().splitlines() if said.startswith(f"{line}:"))
    return int(found.split()[1]) / 1024


def children_of(pid: int) -> list[int]:
    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]
