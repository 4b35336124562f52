"""What holds for every day and every schedule, not only for the awkward ones."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from lamppu_bot.semester import Rung, Schedule, Semester, Term, WorkingCalendar, round_dates

# Reading a year's holidays for the first time takes longer than hypothesis allows an example by default.
unhurried = settings(deadline=None)

calendars = st.builds(
    WorkingCalendar,
    st.sampled_from(["FI", "SE", "DE"]),
    st.sampled_from(["Europe/Helsinki", "Europe/Stockholm", "Atlantic/Azores"]),
    st.times(time(8), time(15, 59)).map(lambda hour: hour.replace(second=0, microsecond=0)),
)
days = st.dates(date(2010, 1, 1), date(2030, 12, 31))
counts = st.integers(0, 40)
moments = st.datetimes(datetime(2010, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
schedules = st.builds(
    Schedule, st.integers(1, 40), st.lists(st.integers(1, 45), max_size=5).map(tuple), st.integers(1, 30)
)


@unhurried
@given(calendars, days)
def test_on_or_before_is_the_nearest_working_day_never_later(calendar, day):
    moved = calendar.on_or_before(day)
    assert moved <= day
    assert calendar.is_working_day(moved)
    assert not any(calendar.is_working_day(moved + timedelta(n)) for n in range(1, (day - moved).days + 1))


@unhurried
@given(calendars, days, days)
def test_on_or_before_keeps_the_order_of_days(calendar, one, other):
    first, second = sorted([one, other])
    assert calendar.on_or_before(first) <= calendar.on_or_before(second)


@unhurried
@given(calendars, days, counts)
def test_working_days_before_and_after_undo_each_other(calendar, day, count):
    start = calendar.on_or_before(day)
    assert calendar.working_days_after(calendar.working_days_before(start, count), count) == start


@unhurried
@given(calendars, days, counts)
def test_working_days_before_goes_back_with_the_count(calendar, day, count):
    further = calendar.working_days_before(day, count + 2)
    assert calendar.is_working_day(further)
    assert further < calendar.working_days_before(day, count + 1) < day


@unhurried
@given(calendars, moments)
def test_next_working_morning_is_never_earlier_and_one_may_prompt_then(calendar, moment):
    morning = calendar.next_working_morning(moment)
    assert morning >= moment
    assert calendar.in_prompting_hours(morning)
    assert morning.time() == calendar.hour
    assert calendar.next_working_morning(morning) == morning


@unhurried
@given(calendars, days, schedules)
def test_round_dates_stand_in_order_on_working_mornings(calendar, ends_on, schedule):
    dates = round_dates(Semester(ends_on.year, Term.SPRING, ends_on), schedule, calendar)
    reminded = [reminder.at for reminder in dates.reminders]
    story = [dates.preview_at, dates.opens_at, *reminded, dates.due_at, dates.report_at, dates.closes_at]
    assert [moment.astimezone(UTC) for moment in story] == sorted({m.astimezone(UTC) for m in story})
    assert dates.due_on <= ends_on
    assert calendar.is_working_day(dates.due_on)
    assert calendar.is_working_day(dates.closes_on)
    prompts = [dates.preview_at, dates.opens_at, *reminded, dates.report_at]
    assert all(calendar.in_prompting_hours(moment) and moment.time() == calendar.hour for moment in prompts)


@unhurried
@given(calendars, days, schedules)
def test_round_dates_ladder_ends_with_the_overview(calendar, ends_on, schedule):
    reminders = round_dates(Semester(ends_on.year, Term.SPRING, ends_on), schedule, calendar).reminders
    rungs = [reminder.rung for reminder in reminders]
    if len(rungs) > 1:
        assert rungs[-2:] == [Rung.DEPUTY_ANNOUNCED, Rung.DEPUTY_AND_OVERVIEW]
        assert set(rungs[:-2]) <= {Rung.CONTACT}
    else:
        assert set(rungs) <= {Rung.CONTACT_AND_OVERVIEW}
