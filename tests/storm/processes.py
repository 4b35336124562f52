"""The bot's processes in a storm: killed, stopped and started again."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

import psutil

from tests.storm.bot_process import CALENDAR

ROOT = Path(__file__).parents[2]
WEB = "web"
RUN = "run"
WORK = "work"
# As in the Procfile, but for the control socket, which has one address for all storms of a machine.
GUNICORN = ("gunicorn", "tests.storm.bot_process:web", "--workers", "2", "--threads", "16", "--no-control-socket")
GUNICORN_TIMES = ("--timeout", "30", "--graceful-timeout", "10")
STOPPING_SECONDS = 60.0
STARTING_SECONDS = 10.0


class Processes:
    """One process for each role, which may be named several times; a context manager that ends them all.

    `web` is gunicorn with its workers. `by_http` tells which way a `run` takes, for it takes but one.
    """

    def __init__(
        self, roles: Sequence[str], environment: Mapping[str, str], *, port: int, calendar: Path, by_http: bool
    ) -> None:
        self.roles = roles
        self.by_http = by_http
        self._port = port
        self._environment = {**environment, CALENDAR: str(calendar)}
        self._folder = calendar.parent
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self.ended: Counter[str] = Counter()  # those that ended by themselves, and were started again

    def __enter__(self) -> Self:
        self.require_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        for place in list(self._running):
            self.kill(place)

    @property
    def places(self) -> range:
        return range(len(self.roles))

    @property
    def web_places(self) -> list[int]:
        return [place for place, role in enumerate(self.roles) if role == WEB]

    def require_all(self) -> None:
        """Starts those that do not run."""
        for place, role in enumerate(self.roles):
            process = self._running.get(place)
            if process is not None and process.poll() is not None:
                self.ended[f"{role} ended by itself with {process.returncode}"] += 1
            if process is None or process.poll() is not None:
                self._running[place] = self._start(role)

    def _start(self, role: str) -> "subprocess.Popen[bytes]":
        words = [sys.executable, "-m", "tests.storm.bot_process", role]
        environment = dict(self._environment)
        if role == WORK:
            del environment["SLACK_APP_TOKEN"]  # then it reads up by itself, for no lost connection would tell it to
        if role == WEB:
            words = [sys.executable, "-m", *GUNICORN, *GUNICORN_TIMES, "--bind", f"127.0.0.1:{self._port}"]
        if role == RUN:
            environment["PORT"] = str(self._port)
            if self.by_http:
                del environment["SLACK_APP_TOKEN"]
        with (self._folder / f"{role}.log").open("ab") as log:
            return subprocess.Popen(words, env=environment, cwd=self._folder, stdout=log, stderr=subprocess.STDOUT)

    def kill(self, place: int) -> None:
        """kill -9. gunicorn's workers notice that their master is gone, and end; before, their port is taken."""
        process = self._running.pop(place, None)
        if process is None:
            return
        workers = _workers_of(process)
        process.kill()
        process.wait()
        deadline = time.monotonic() + STOPPING_SECONDS
        while any(map(_is_alive, workers)) and time.monotonic() < deadline:
            time.sleep(0.05)

    def kill_worker(self, place: int, number: int) -> None:
        """kill -9 for one of gunicorn's workers; the master starts another."""
        workers = _workers_of(self._running[place])
        if workers:
            with suppress(psutil.NoSuchProcess):
                workers[number % len(workers)].kill()

    def stop(self, place: int) -> None:
        """As an operator stops it: SIGTERM, and wait."""
        process = self._running.pop(place, None)
        if process is not None:
            process.terminate()
            try:
                process.wait(STOPPING_SECONDS)
            finally:
                process.kill()

    def reload(self, place: int) -> None:
        """gunicorn's workers are replaced, each finishing what it has."""
        self._running[place].send_signal(signal.SIGHUP)

    def described(self) -> Iterator[tuple[str, int, str]]:
        """Role, id, and what is known, of each process."""
        for place, process in sorted(self._running.items()):
            workers = [worker.pid for worker in _workers_of(process)]
            yield self.roles[place], process.pid, f"exit code {process.poll()}, started {workers}"

    def of_ours(self) -> Iterator[int]:
        """The ids of those that run the bot's code, and have done so for a while."""
        for place, process in sorted(self._running.items()):
            with suppress(psutil.NoSuchProcess):
                own = [psutil.Process(process.pid)]
                for one in _workers_of(process) if self.roles[place] == WEB else own:
                    if _is_alive(one) and time.time() - one.create_time() > STARTING_SECONDS:
                        yield one.pid

    def logs(self) -> str:
        return "\n".join(path.read_text("utf-8", "replace") for path in sorted(self._folder.glob("*.log")))


def _is_alive(worker: psutil.Process) -> bool:
    """Not when it has ended and nobody has taken notice yet."""
    try:
        return worker.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _workers_of(process: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(process.pid).children()
    return []
