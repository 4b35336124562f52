"""Calendars of several processes that look at the same moment, and a coordinator between them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from lamppu_bot import loading, rounds
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.project_file import parse_project
from storage import queries
from storage.database import Database
from storage.models import Answer, Delivery, Round
from storage.values import PersonView
from tests.storage.loading_rig import PROJECT

HELSINKI = ZoneInfo("Europe/Helsinki")


def now(text: str) -> Now:
    return Now(datetime.fromisoformat(text).replace(tzinfo=HELSINKI), datetime.now(UTC))


def at_once(*doings: Callable[[], None]) -> list[BaseException | None]:
    """Runs them together; returns what each raised."""
    barrier = Barrier(len(doings))

    def run(doing: Callable[[], None]) -> None:
        barrier.wait(10)
        doing()

    with ThreadPoolExecutor(len(doings)) as pool:
        return [future.exception() for future in [pool.submit(run, doing) for doing in doings]]


@pytest.fixture
def loaded(database: Database) -> Database:
    with database.write() as session:
        plan = loading.plan_load(session, parse_project(PROJECT), template=None, now=now("2012-03-01 09:00"))
        loading.apply_load(session, plan, now("2012-03-01 09:00"))
    return database


def advance(database: Database, moment: str) -> None:
    with database.write() as session:
        rounds.advance(session, now(moment))


def kinds(database: Database) -> dict[str, int]:
    with database.read() as session:
        counted = session.execute(select(Delivery.kind, func.count()).group_by(Delivery.kind))
        return {kind: count for kind, count in counted}


def test_calendars_at_the_same_moment_do_everything_once(loaded: Database) -> None:
    for moment in ("2012-05-08 09:00", "2012-05-09 09:00", "2012-05-16 09:00", "2012-05-29 09:00"):
        raised = at_once(*[lambda moment=moment: advance(loaded, moment)] * 4)
        assert raised == [None] * 4
    assert kinds(loaded) == {"preview": 1, "card": 2, "reminder": 4, "overview": 1}
    with loaded.read() as session:
        assert session.scalar(select(func.count(Answer.id))) == 4


@pytest.mark.parametrize("attempt", range(3))
def test_round_is_either_opened_or_postponed(loaded: Database, attempt: int) -> None:
    advance(loaded, "2012-05-08 09:00")
    with loaded.read() as session:
        (project,) = queries.list_projects(session)
        round_id = queries.list_rounds(session, project.id)[0].id
    katri: PersonView = project.coordinators[0]

    def postpone() -> None:
        with loaded.write() as session:
            rounds.postpone(session, katri, round_id, date(2012, 5, 14 + attempt), now("2012-05-09 09:00"))

    raised = at_once(postpone, lambda: advance(loaded, "2012-05-09 09:00"))
    with loaded.read() as session:
        state, opens_on = session.execute(select(Round.state, Round.opens_on).where(Round.id == round_id)).one()
    if raised[0] is None:
        assert (state, opens_on) == ("planned", date(2012, 5, 14 + attempt))
        assert "card" not in kinds(loaded)
    else:
        assert isinstance(raised[0], RefusedError)
        assert (state, opens_on) == ("open", date(2012, 5, 9))
        assert kinds(loaded)["card"] == 2
