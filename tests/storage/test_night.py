"""A round is due, and closes, at midnight: what the coordinators are told of that waits for the working day."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from lamppu_bot import rounds
from lamppu_bot.clock import MovableClock, Now
from storage.database import Database
from storage.models import Delivery, Round
from tests.storage.loading_rig import OPENING, advance, at, load


def overviews(database: Database) -> list[tuple[str, datetime]]:
    with database.read() as session:
        found = select(Delivery.key, Delivery.not_before).where(Delivery.kind == "overview").order_by(Delivery.id)
        return [(key.rpartition(":")[2], moment) for key, moment in session.execute(found)]


def step(database: Database, now: Now) -> None:
    with database.write() as session:
        rounds.advance(session, now)


def test_closing_at_midnight_is_told_on_the_next_working_morning(database: Database) -> None:
    load(database)
    advance(database, OPENING)
    with database.read() as session:
        closes_on = session.scalars(select(Round.closes_on).order_by(Round.id)).first()
    assert closes_on is not None
    step(database, at(f"{closes_on + timedelta(days=1)}T00:00"))
    [told] = [moment for occasion, moment in overviews(database) if occasion == "closed"]
    assert told == at("2012-06-15T09:00").real


def test_calendar_that_is_moved_by_hand_keeps_nothing_waiting(database: Database) -> None:
    load(database)
    advance(database, OPENING)
    now = MovableClock(at("2012-06-15T00:00").calendar)()
    step(database, now)
    assert [moment for occasion, moment in overviews(database) if occasion == "closed"] == [now.real]


@pytest.mark.parametrize(
    ("moment", "prompting"),
    [
        ("2012-06-14T10:30", "2012-06-14T10:30"),
        ("2012-06-14T07:59", "2012-06-14T09:00"),
        ("2012-06-14T16:00", "2012-06-15T09:00"),
        ("2012-06-15T16:00", "2012-06-18T09:00"),
    ],
)
def test_next_moment_in_which_people_may_be_prompted(database: Database, moment: str, prompting: str) -> None:
    load(database)
    with database.read() as session:
        calendar = rounds.working_calendar(rounds.queries.list_projects(session)[0])
    assert calendar.next_prompting(at(moment).calendar) == at(prompting).calendar
