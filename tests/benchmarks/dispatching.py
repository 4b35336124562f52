"""Submissions handed to `App.dispatch` by threads of this process: what they cost without sockets and their JSON."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slack_bolt import App, BoltRequest

from lamppu_bot.clock import present
from lamppu_bot.slack.app import build_app
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.services import Services
from lamppu_bot.workspace import Workspace
from storage.database import Database
from tests.benchmarks.bare_bolt import say_yes
from tests.benchmarks.generator import submission
from tests.benchmarks.statements import traced
from tests.benchmarks.submissions import prepare
from tests.benchmarks.table import Row

THREADS = 8
WARM_UP = 20

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spent:
    """Submissions per second, and CPU milliseconds of this process for one."""

    rate: float
    cpu: float


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="lamppu-bench-") as folder, Workspace() as workspace:
        file = Path(folder) / "prepared.db"
        payloads = [
            submission(workspace, writer.slack_id, writer.form) for writer in prepare(workspace, f"sqlite:///{file}")
        ]
        database = Database(f"sqlite:///{file}")
        statements = traced(database)
        real = _spent(_real(workspace, database), payloads)
        bare = {
            "bare Bolt": _spent(_bare(workspace, process_before_response=False), payloads),
            "bare Bolt, process_before_response": _spent(_bare(workspace, process_before_response=True), payloads),
        }
        database.close()
    yield Row("statements of a submission, BEGIN and COMMIT among them", len(statements) / len(payloads), "")
    for name, baseline in bare.items():
        yield Row(f"App.dispatch alone, {THREADS} threads: submissions committed", real.rate, "/s", name, baseline.rate)
        yield Row(f"App.dispatch alone, {THREADS} threads: CPU time a submission", real.cpu, "ms", name, baseline.cpu)


def _real(workspace: Workspace, database: Database) -> App:
    services = Services(database, present, lambda *, calendar=False: None)
    return build_app(services, build_client(workspace.bot_token, workspace.api_url))


def _bare(workspace: Workspace, *, process_before_response: bool) -> App:
    app = App(
        client=build_client(workspace.bot_token, workspace.api_url),
        request_verification_enabled=False,
        process_before_response=process_before_response,
    )
    app.view("answer_form")(say_yes)
    return app


def _spent(app: App, payloads: Sequence[Payload]) -> Spent:
    for payload in payloads[:WARM_UP]:
        _dispatch(app, payload)
    rest = payloads[WARM_UP:]
    with ThreadPoolExecutor(THREADS) as pool:
        began, used = time.perf_counter(), time.process_time()
        for _ in pool.map(lambda payload: _dispatch(app, payload), rest):
            pass
        seconds, cpu = time.perf_counter() - began, time.process_time() - used
    return Spent(len(rest) / seconds, 1000 * cpu / len(rest))


def _dispatch(app: App, payload: Payload) -> None:
    answer = app.dispatch(BoltRequest(mode="socket_mode", body=payload))
    if answer.status != 200 or "errors" in (answer.body or ""):
        raise RuntimeError(f"a submission was answered {answer.status}: {answer.body}")
