"""Loading semesters and the calendar: dates that move, dates that lie behind, and dates that were moved in Slack."""

from datetime import date

from sqlalchemy import update

from lamppu_bot import loading
from lamppu_bot.steering import postponing
from lamppu_bot.steering.permission import Form
from storage.database import Database
from storage.models import Round
from storage.values import RoundState
from tests.storage.loading_rig import (
    BEFORE,
    PROJECT,
    advance,
    at,
    changed,
    contents,
    load,
    paths,
    person,
    project_of,
    round_of,
    without,
)


def postpone(database: Database, opens_on: date) -> None:
    katri = person(database, "katri@example.org")
    assert katri is not None
    found = round_of(database)
    with database.write() as session:
        form = Form(katri, f"V{opens_on}")
        postponing.postpone(session, form, found.id, found.opens_on, opens_on, BEFORE)


def test_load_old_semester_is_created_closed(database: Database) -> None:
    plan = load(database, now=at("2012-06-15T00:00"))
    assert round_of(database).state is RoundState.CLOSED
    assert round_of(database, "2012-autumn").state is RoundState.PLANNED
    assert "which is past: nobody is asked" in "\n".join(loading.describe(plan))


def test_load_semester_on_its_last_day_is_planned(database: Database) -> None:
    load(database, now=at("2012-06-14T23:59"))
    assert round_of(database).state is RoundState.PLANNED


def test_load_semester_added(database: Database) -> None:
    load(database, without(PROJECT, "2012-autumn"))
    plan = load(database)
    assert paths(plan) == ["added semesters.2012-autumn"]
    assert round_of(database, "2012-autumn").due_on == date(2012, 12, 14)


def test_load_calendar_moves_planned_rounds(database: Database) -> None:
    load(database)
    plan = load(database, changed(PROJECT, ("open_days_before = 15", "open_days_before = 12")))
    assert paths(plan) == [
        "changed calendar.open_days_before",
        "changed semesters.2012-spring.opens_on",
        "changed semesters.2012-autumn.opens_on",
    ]
    assert round_of(database).opens_on == date(2012, 5, 14)
    with database.read() as session:
        assert project_of(session).calendar["open_days_before"] == 12
        assert project_of(session).calendar["closes_days_after"] == 10


def test_load_postponed_and_calendar_changed_is_a_conflict(database: Database) -> None:
    load(database)
    postpone(database, date(2012, 5, 21))
    assert load(database).is_empty
    text = changed(PROJECT, ("open_days_before = 15", "open_days_before = 12"))
    plan = load(database, text)
    assert [(conflict.path, conflict.file, conflict.slack) for conflict in plan.conflicts] == [
        ("semesters.2012-spring.opens_on", "2012-05-14", "2012-05-21")
    ]
    assert "changed semesters.2012-autumn.opens_on" in paths(plan)
    assert round_of(database).opens_on == date(2012, 5, 21)
    before = contents(database)
    again = load(database, text)
    assert (again.conflicts, again.changes) == (plan.conflicts, ())
    assert contents(database) == before
    assert "semesters.2012-spring.opens_on: the file says 2012-05-14" in loading.describe(again)[0]


def test_load_conflict_ends_when_file_agrees(database: Database) -> None:
    load(database)
    postpone(database, date(2012, 5, 21))
    twelve = changed(PROJECT, ("open_days_before = 15", "open_days_before = 12"))
    load(database, twelve)
    agreed = changed(twelve, ("ends = 2012-05-31", "ends = 2012-05-31\nopens = 2012-05-21"))
    plan = load(database, agreed)
    assert (plan.changes, plan.conflicts) == ((), ())
    assert load(database, agreed).is_empty
    moved = load(database, changed(agreed, ("opens = 2012-05-21", "opens = 2012-05-22")))
    assert paths(moved) == ["changed semesters.2012-spring.opens_on"]


def test_load_conflict_ends_when_database_agrees(database: Database) -> None:
    load(database)
    postpone(database, date(2012, 5, 21))
    text = changed(PROJECT, ("open_days_before = 15", "open_days_before = 12"))
    load(database, text)
    postpone(database, date(2012, 5, 14))
    assert load(database, text).conflicts == ()
    assert load(database, text).is_empty


def test_load_due_before_postponed_opening_is_not_applied(database: Database) -> None:
    load(database)
    postpone(database, date(2012, 5, 28))
    plan = load(database, changed(PROJECT, ("ends = 2012-05-31", "ends = 2012-05-31\ndue = 2012-05-25")))
    assert [conflict.path.rpartition(".")[2] for conflict in plan.conflicts] == ["opens_on", "due_on", "closes_on"]
    assert "would not open before it is due" in plan.conflicts[1].reason
    assert (round_of(database).due_on, round_of(database).closes_on) == (date(2012, 5, 31), date(2012, 6, 14))


def test_load_open_round_keeps_its_opening_and_moves_what_lies_ahead(database: Database) -> None:
    load(database)
    advance(database)
    text = changed(PROJECT, ("ends = 2012-05-31", "ends = 2012-05-31\nopens = 2012-05-07\ncloses = 2012-06-20"))
    plan = load(database, text)
    assert paths(plan) == ["changed semesters.2012-spring.closes_on"]
    assert [conflict.reason for conflict in plan.conflicts] == ["the round has opened already"]
    assert load(database, text).conflicts == plan.conflicts
    assert (round_of(database).opens_on, round_of(database).closes_on) == (date(2012, 5, 9), date(2012, 6, 20))


def test_load_calendar_leaves_past_dates_without_a_word(database: Database) -> None:
    load(database)
    with database.write() as session:
        session.execute(update(Round).where(Round.key == "2012-spring").values(state="closed"))
    plan = load(database, changed(PROJECT, ("open_days_before = 15", "open_days_before = 12")))
    assert paths(plan) == ["changed calendar.open_days_before", "changed semesters.2012-autumn.opens_on"]
    assert plan.conflicts == ()
