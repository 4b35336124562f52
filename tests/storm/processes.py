"""The bot's processes in a storm: killed and started again."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]


class Processes:
    """One process for each role, which may be named several times; a context manager that ends them all."""

    def __init__(self, roles: Sequence[str], calendar: Path, environment: Mapping[str, str], folder: Path) -> None:
        self.roles = roles
        self._calendar = calendar
        self._environment = dict(environment)
        self._folder = folder
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self.require_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        for place in list(self._running):
            self.kill(place)

    def require_all(self) -> None:
        """Starts those that do not run."""
        for place, role in enumerate(self.roles):
            process = self._running.get(place)
            if process is None or process.poll() is not None:
                self._running[place] = self._start(role)

    def _start(self, role: str) -> "subprocess.Popen[bytes]":
        words = [sys.executable, "-m", "tests.storm.bot_process", role, str(self._calendar)]
        with (self._folder / f"{role}.log").open("ab") as log:
            return subprocess.Popen(words, env=self._environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)

    def kill(self, place: int) -> None:
        """kill -9"""
        process = self._running.pop(place, None)
        if process is not None:
            process.kill()
            process.wait()

    def logs(self) -> str:
        return "\n".join(path.read_text("utf-8", "replace") for path in sorted(self._folder.glob("*.log")))
