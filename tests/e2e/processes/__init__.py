"""Real processes of the bot beside the local workspace, as an operator starts them."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from lamppu_bot.clock import MovableClock
from lamppu_bot.loading import apply_load, plan_load
from lamppu_bot.project_file import read_project
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.runtime import Machinery
from lamppu_bot.workspace import Channel, Person, Workspace
from storage.database import Database
from storage.migrate import upgrade

ROOT = Path(__file__).parents[3]
OPENING = "2099-05-08T09:00+03:00"


class House:
    """The LAMPPU project moved to 2099, so that its rounds are neither past nor near: `tick` opens one."""

    def __init__(self, workspace: Workspace, database_url: str, folder: Path) -> None:
        self.workspace = workspace
        self.database_url = database_url
        self.folder = folder
        self.people: dict[str, Person] = {}
        named = {
            "katri.koordinaattori@example.org": "Katri Koordinaattori",
            "yhteyshenkilo@example.org": "Etunimi Sukunimi",
            "oona.ojala@example.org": "Oona Ojala",
            "veikko.vaara@example.org": "Veikko Vaara",
            "niilo.niemela@example.org": "Niilo Niemelä",
        }
        for email, name in named.items():
            self.people[email] = workspace.add_person(name, email)
        coordinator = self.people["katri.koordinaattori@example.org"]
        self.channel: Channel = workspace.add_channel("lamppu-koordinaattorit", members=[coordinator])
        self.file = folder / "project.toml"
        text = (ROOT / "examples" / "lamppu-2012.toml").read_text(encoding="utf-8")
        text = text.replace("C0123456789", self.channel.id).replace("year = 2012", "year = 2099")
        self.file.write_text(text.replace("2012-", "2099-"), encoding="utf-8")

    @property
    def socket_mode(self) -> dict[str, str]:
        return {"SLACK_BOT_TOKEN": self.workspace.bot_token, "SLACK_APP_TOKEN": self.workspace.app_token}

    @property
    def signed_http(self) -> dict[str, str]:
        return {"SLACK_BOT_TOKEN": self.workspace.bot_token, "SLACK_SIGNING_SECRET": self.workspace.signing_secret}

    def environment(self, **variables: str) -> dict[str, str]:
        """Nothing of the tester's own settings, and no `.env` beside it: processes start in the test's folder."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        ours = {"DATABASE_URL": self.database_url, "SLACK_API_URL": self.workspace.api_url, "PYTHONPATH": str(ROOT)}
        return {**kept, **ours, **variables}

    def command(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end."""
        return subprocess.run(
            [sys.executable, str(ROOT / "bot.py"), *words],
            env=self.environment(**{**self.socket_mode, **variables}),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self, *words: str, variables: Mapping[str, str] | None = None) -> "Process":
        """Starts `bot.py` with these words, or gunicorn when they say so."""
        program = [str(ROOT / "bot.py"), *words] if words[0] != "gunicorn" else ["-m", *words]
        return Process([sys.executable, *program], self.environment(**(variables or self.socket_mode)), self.folder)

    def open_round(self) -> None:
        """Loads the project and opens its spring round: what `load` and `tick` do, without starting processes."""
        database = Database(self.database_url)
        upgrade(database)
        clock = MovableClock(datetime.fromisoformat(OPENING))
        with database.write() as session:
            plan = plan_load(session, read_project(self.file), template=None, now=clock())
            apply_load(session, plan, clock())
        client = build_client(self.workspace.bot_token, self.workspace.api_url)
        Machinery(database, client, clock=clock).tick()
        database.close()


class Process:
    """A process that is ended with the test, however it ends."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self._log = (folder / "process.log").open("ab")
        self._process = subprocess.Popen(
            arguments, env=dict(environment), cwd=folder, stdout=self._log, stderr=subprocess.STDOUT
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._log.close()

    @property
    def beside(self) -> set[int]:
        """The processes that it has started and that run."""
        tasks = Path(f"/proc/{self._process.pid}/task")
        return {int(pid) for task in tasks.glob("*/children") for pid in task.read_text().split()}

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def stop(self, timeout: float = 20.0) -> int:
        """As an operator stops it: SIGTERM, and wait. Returns the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout)

    def kill(self) -> None:
        """kill -9"""
        self._process.kill()
        self._process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def health_of(address: str) -> dict[str, Any]:
    """What the process tells of itself, with the HTTP status; nothing where nobody listens."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
            return {**json.load(answer), "status": answer.status}
    except urllib.error.HTTPError as ill:
        return {**json.load(ill), "status": ill.code}
    except OSError:
        return {}


def is_healthy(address: str) -> bool:
    return bool(health_of(address).get("ok"))
