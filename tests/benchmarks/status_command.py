"""`/lamppu status` of a coordinator: SQL statements, time until Slack has its yes and until the answer, by partners."""

import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median

from slack_bolt import App, BoltRequest
from sqlalchemy import func, select

from lamppu_bot.clock import present
from lamppu_bot.side_process import SideProcess
from lamppu_bot.slack.app import build_app
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.outbox import Outbox
from lamppu_bot.slack.reporter import reporter_of
from lamppu_bot.slack.services import Services
from lamppu_bot.workspace import Workspace
from lamppu_bot.workspace.events import slash_command
from lamppu_bot.workspace.people import Person
from storage import claims
from storage.database import Database
from storage.models import Delivery
from tests.benchmarks.statements import traced
from tests.benchmarks.table import Row
from tests.benchmarks.world import make_world

SIZES = (10, 100, 1000, 10_000)
TIMES = 5


def measure() -> Iterator[Row]:
    found = {}
    with Workspace() as workspace:
        coordinator = workspace.add_person("Katri Koordinaattori", "katri@example.org", tz="Europe/Helsinki")
        for size in SIZES:
            found[size] = _of_size(workspace, coordinator, size)
    smallest = f"{SIZES[0]} partners"
    for size in SIZES:
        yield Row(f"/lamppu status, {size:,} partners: statements", found[size][0], "", smallest, found[SIZES[0]][0])
    for place, what in ((1, "until the command is acknowledged"), (2, "until the answer is ready")):
        for size in SIZES:
            name = f"/lamppu status, {size:,} partners: {what}"
            yield Row(name, found[size][place], "ms", smallest, found[SIZES[0]][place])


def _of_size(workspace: Workspace, coordinator: Person, partners: int) -> tuple[int, float, float]:
    """How many statements one command takes, and the medians of its milliseconds: acknowledged, and done."""
    with tempfile.TemporaryDirectory(prefix="lamppu-bench-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'status.db'}")
        try:
            make_world(database, [f"U9PARTNER{number}" for number in range(partners)], coordinator=coordinator.id)
            return _measured(workspace, coordinator, database)
        finally:
            database.close()


def _measured(workspace: Workspace, coordinator: Person, database: Database) -> tuple[int, float, float]:
    services = Services(database, present, lambda *, calendar=False: None)
    app = build_app(services, build_client(workspace.bot_token, workspace.api_url))
    outbox = Outbox(services, SideProcess(partial(reporter_of, str(database.url))))
    _answer(workspace, coordinator, app, outbox, database)  # the first time imports, compiles and connects
    statements = traced(database)
    acknowledged, done = [], []
    for _ in range(TIMES):
        statements.clear()
        began = time.perf_counter()
        acknowledged.append(_answer(workspace, coordinator, app, outbox, database))
        done.append(1000 * (time.perf_counter() - began))
    return len(statements), median(acknowledged), median(done)


def _answer(workspace: Workspace, coordinator: Person, app: App, outbox: Outbox, database: Database) -> float:
    """What the listener does, and then what the worker does, all but the sending; the former's milliseconds."""
    dm = workspace.state.dm_with(coordinator.user)
    body = slash_command(workspace.state, coordinator.user, dm, "/lamppu", "status")
    began = time.perf_counter()
    answer = app.dispatch(BoltRequest(mode="socket_mode", body=body))
    acknowledged = 1000 * (time.perf_counter() - began)
    if answer.status != 200:
        raise RuntimeError(f"the command was answered {answer.status}")
    with database.write() as session:
        newest = session.scalars(select(func.max(Delivery.id))).one()
        [claimed] = claims.claim(session, [newest], present().real, worker="benchmark", lease=timedelta(minutes=1))
    with database.read() as session:
        content = outbox.render(session, claimed)
    if content is None:
        raise RuntimeError("the command was not answered")
    return acknowledged
