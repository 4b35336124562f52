"""What grows with the partners and with the years: a submission's time, and what an idle worker asks the ledger."""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from slack_bolt import App, BoltRequest
from sqlalchemy import insert, text

from lamppu_bot.clock import present
from lamppu_bot.slack.app import build_app
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.pacing import SLACK_LIMITS, Pacer
from lamppu_bot.slack.services import Services
from lamppu_bot.workspace import Workspace
from storage import claims
from storage.database import Database
from storage.migrate import upgrade
from storage.models import Delivery
from tests.benchmarks.databases import databases
from tests.benchmarks.generator import Load, submission
from tests.benchmarks.submissions import writers_of
from tests.benchmarks.table import Row
from tests.benchmarks.world import answer_open_round, make_world

SIZES = (10, 100, 1000, 2000)
# So many forms each, one after the other; the last objectives of ten partners among them.
PARTNERS_THAT_WRITE = 10
OBJECTIVES = 10
LEDGER_SIZES = (0, 100_000)
POLLS = 200


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="lamppu-bench-") as name, databases(Path(name)) as new:
        for kind in ("SQLite", "PostgreSQL"):
            loads = {size: _submitted(new(kind, f"growth{size}"), size) for size in SIZES}
            yield from _rows(kind, loads)
        for kind in ("SQLite", "PostgreSQL"):
            polls = {size: _polled(new(kind, f"ledger{size}"), size) for size in LEDGER_SIZES}
            for size, milliseconds in polls.items():
                what = f"a look of an idle worker, {size:,} sent rows, {kind}"
                yield Row(what, milliseconds, "ms", "an empty ledger", polls[LEDGER_SIZES[0]])


def _rows(kind: str, loads: dict[int, tuple[Load, Load]]) -> Iterator[Row]:
    smallest = loads[SIZES[0]]
    against = f"{SIZES[0]} partners"
    for size, (load, last) in loads.items():
        yield Row(f"{size} partners, {kind}: forms/s, one at a time", load.rate, "/s", against, smallest[0].rate)
        p99, least = load.percentile(0.99), smallest[0].percentile(0.99)
        yield Row(f"{size} partners, {kind}: p99", p99, "ms", against, least)
        what = f"{size} partners, {kind}: a partner's last answer, p50"
        yield Row(what, last.percentile(0.5), "ms", "all their answers", load.percentile(0.5))


def _submitted(url: str, partners: int) -> tuple[Load, Load]:
    """The load of all forms, and of those that were the last of their partner's, where all others have answered."""
    with Workspace() as workspace, closing(Database(url)) as database:
        shares = make_world(database, _people(workspace, partners), objectives=OBJECTIVES)
        writing = shares[:: max(1, partners // PARTNERS_THAT_WRITE)][:PARTNERS_THAT_WRITE]
        writers = list(writers_of(database, writing))
        answer_open_round(database, but={share.partner_id for share in writing})
        services = Services(database, present, lambda *, calendar=False: None)
        app = build_app(services, build_client(workspace.bot_token, workspace.api_url))
        load, last = Load(), Load()
        began = time.perf_counter()
        for writer in writers:
            form = writer.form
            for number in range(writer.forms):
                payload = submission(workspace, writer.slack_id, form)
                seconds, form = _dispatched(app, payload, form)
                load.seconds.append(seconds)
                if number == writer.forms - 1:
                    last.seconds.append(seconds)
        load.duration = time.perf_counter() - began
        return load, last


def _people(workspace: Workspace, partners: int) -> list[str]:
    return [
        workspace.add_person(f"Yhteyshenkilö {number}", f"partner{number}@example.org").id
        for number in range(1, partners + 1)
    ]


def _dispatched(app: App, payload: dict[str, Any], form: dict[str, Any]) -> tuple[float, dict[str, Any]]:
    """The seconds it took, and the next form."""
    began = time.perf_counter()
    answer = app.dispatch(BoltRequest(mode="socket_mode", body=payload))
    seconds = time.perf_counter() - began
    body = json.loads(answer.body or "{}")
    if answer.status != 200 or body.get("response_action") == "errors":
        raise RuntimeError(f"a submission was answered {answer.status}: {answer.body}")
    return seconds, body.get("view", form)


def _polled(url: str, sent: int) -> float:
    """Milliseconds of a look where nothing is due: what a worker does once a second."""
    with closing(Database(url)) as database:
        upgrade(database)
        _fill(database, sent)
        pacer = Pacer(database, SLACK_LIMITS, present)
        return median(_poll(database, pacer) for _ in range(POLLS))


def _poll(database: Database, pacer: Pacer) -> float:
    began, now = time.perf_counter(), datetime.now(UTC)
    with database.read() as session:
        if claims.due_ids(session, now, limit=8, busy=pacer.busy(pacer.openings(session))):
            raise RuntimeError("something is due")
        claims.next_free_at(session, now)
    return 1000 * (time.perf_counter() - began)


def _fill(database: Database, sent: int) -> None:
    """The ledger after years."""
    now = datetime.now(UTC) - timedelta(days=1)
    row = {"kind": "card", "subject": {}, "state": "sent", "wanted": 3, "shown": 3, "not_before": now}
    row |= {"created_at": now, "sent_at": now, "attempts": 0, "file_ids": []}
    with database.write() as session:
        for start in range(0, sent, 10_000):
            numbers = range(start, min(sent, start + 10_000))
            found = [{**row, "key": f"card:{n}", "channel": f"D{n % 2000}", "ts": f"{n}.1"} for n in numbers]
            session.execute(insert(Delivery), found)
        session.execute(text("ANALYZE"))  # as PostgreSQL's autovacuum does, and as somebody may do on SQLite
