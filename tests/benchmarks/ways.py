"""The ways in which a submission reaches the bot: over Socket Mode or HTTP, on SQLite or PostgreSQL."""

import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import Popen

from aiohttp import ClientError

from lamppu_bot.workspace import Workspace
from lamppu_bot.workspace.hosting import HOST
from tests.benchmarks.subjects import BARE, REAL, start, stop

Words = tuple[str, ...]

FIRST = "bare Bolt, process_before_response"
LISTEN = ("bot.py", "listen")
SOCKETS_OF_BOT = 2
SOCKETS: Mapping[str, Words] = {"bare Bolt": BARE, FIRST: (*BARE, "--process-before-response")}
SERVER: Words = ("-m", "gunicorn", "--workers", "2", "--threads", "16", "--bind")


@dataclass(frozen=True, slots=True)
class Way:
    """`real` are the programs of the bot that answer Slack, beside each other; of each of `bare` run `copies`.

    On PostgreSQL a worker would run beside them; it is left out, for what is measured is the answering.
    """

    name: str
    database: str
    real: Sequence[Words]
    bare: Mapping[str, Words]
    copies: int = 1
    port: int | None = None

    @property
    def request_url(self) -> str | None:
        return f"http://{HOST}:{self.port}/slack/events" if self.port else None


def ways() -> Iterator[Way]:
    yield Way("SQLite, one process, Socket Mode", "SQLite", [REAL], SOCKETS)
    yield Way("PostgreSQL, two processes, Socket Mode", "PostgreSQL", [LISTEN, LISTEN], SOCKETS, copies=2)
    port = free_port()
    served = (*SERVER, f"{HOST}:{port}")
    bare = "tests.benchmarks.bare_bolt_http:"
    over_http = {"bare Bolt": (*served, f"{bare}default"), FIRST: (*served, f"{bare}first")}
    name = "PostgreSQL, gunicorn with two workers, HTTP"
    yield Way(name, "PostgreSQL", [(*served, "bot:web")], over_http, port=port)


@contextmanager
def served(way: Way, programs: Sequence[Words], workspace: Workspace, log: Path, url: str) -> Iterator[list[int]]:
    """Ids of the processes, once all of them take submissions."""
    with ExitStack() as stack:
        output = stack.enter_context(log.open("w"))
        started = []
        for words in programs:
            if way.port:
                process = start(words, workspace, output, url, **_over_http(way.port, workspace))
            else:
                process = start(words, workspace, output, url)
            stack.callback(stop, process)
            started.append(process)
        wait_for(started, partial(_is_ready, way, programs, workspace))
        yield [process.pid for process in started]
    workspace.wait_until(lambda: not workspace.sockets.connections, 10, "the sockets to close")


def _over_http(port: int, workspace: Workspace) -> dict[str, str]:
    return {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": workspace.signing_secret, "PORT": str(port)}


def _is_ready(way: Way, programs: Sequence[Words], workspace: Workspace) -> bool:
    if not way.port:
        return len(workspace.sockets.connections) >= sum(
            SOCKETS_OF_BOT if words in (REAL, LISTEN) else 1 for words in programs
        )
    with suppress(ClientError, TimeoutError):
        return workspace.verify_request_url()
    return False


def wait_for(started: Sequence[Popen[str]], is_ready: Callable[[], bool]) -> None:
    """Raises RuntimeError when one of the programs has ended, or is not ready within a minute."""
    deadline = time.monotonic() + 60
    while not is_ready():
        time.sleep(0.1)
        if time.monotonic() > deadline or any(process.poll() is not None for process in started):
            raise RuntimeError("a program under test ended, or was not ready within a minute")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
