"""Compiling a round and rendering it as Slack messages, Word forms and the Excel matrix: time a partner."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from lamppu_bot import reporting
from lamppu_bot.clock import present
from lamppu_bot.report.compile import Report
from lamppu_bot.report.form import render_form
from lamppu_bot.report.matrix import render_matrix
from storage import queries
from storage.database import Database
from tests.benchmarks.table import Row
from tests.benchmarks.world import answer_open_round, make_world

T = TypeVar("T")
SIZES = (10, 100, 1000, 10_000)
FORMS = 30  # of these a form's time is taken: each is rendered by itself


def measure() -> Iterator[Row]:
    found = {size: _of_size(size) for size in SIZES}
    for what in found[SIZES[0]]:
        for size in SIZES:
            name = f"{what}, {size:,} partners: time a partner"
            yield Row(name, found[size][what], "ms", f"{SIZES[0]} partners", found[SIZES[0]][what])


def _of_size(partners: int) -> dict[str, float]:
    """Milliseconds a partner."""
    with tempfile.TemporaryDirectory(prefix="lamppu-bench-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'report.db'}")
        try:
            make_world(database, [f"U9PARTNER{number}" for number in range(partners)])
            answer_open_round(database)
            return _measured(database, partners)
        finally:
            database.close()


def _measured(database: Database, partners: int) -> dict[str, float]:
    with database.read() as session:
        (project,) = queries.list_projects(session)
        round_id = queries.list_rounds(session, project.id)[-1].id
        report, compiling = _timed(lambda: reporting.report_of(session, round_id, present()))
        snapshot = queries.snapshot(session, round_id)
    today = present().calendar.date()
    _, posting = _timed(lambda: reporting.posted_report(snapshot, today))
    _, matrix = _timed(lambda: render_matrix(report))
    return {
        "compiling the report": compiling / partners,
        "its Slack messages": posting / partners,
        "its Word forms": _forms(report),
        "its Excel matrix": matrix / partners,
    }


def _forms(report: Report) -> float:
    every = max(1, len(report.forms) // FORMS)
    chosen = report.forms[::every][:FORMS]
    render_form(chosen[0])  # the first one reads the template
    _, milliseconds = _timed(lambda: [render_form(form) for form in chosen])
    return milliseconds / len(chosen)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work returns, and how many milliseconds it took."""
    began = time.perf_counter()
    outcome = work()
    return outcome, 1000 * (time.perf_counter() - began)
