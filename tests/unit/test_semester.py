"""Semesters and the dates of a round, on days where calendars are awkward."""

import subprocess
import sys
from datetime import UTC, date, datetime, time

import pytest

from lamppu_bot.semester import (
    Reminder,
    Rung,
    Schedule,
    Semester,
    Term,
    WorkingCalendar,
    round_dates,
)

FINLAND = WorkingCalendar("FI", "Europe/Helsinki", time(9))
LADDER = Schedule(open_days_before=15, remind_days_before=(10, 5, 2), closes_days_after=10)
SPRING_2012 = Semester(2012, Term.SPRING, date(2012, 5, 31))
AUTUMN_2012 = Semester(2012, Term.AUTUMN, date(2012, 12, 15))
SPRING_2013 = Semester(2013, Term.SPRING, date(2013, 5, 31))


def helsinki(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_semester_order_follows_time_not_spelling():
    assert sorted([SPRING_2013, AUTUMN_2012, SPRING_2012]) == [SPRING_2012, AUTUMN_2012, SPRING_2013]
    assert SPRING_2012 <= AUTUMN_2012 < SPRING_2013 > SPRING_2012


@pytest.mark.parametrize(
    ("asked", "moved_to"),
    [
        (date(2012, 5, 31), date(2012, 5, 31)),  # a Thursday stays
        (date(2012, 12, 15), date(2012, 12, 14)),  # the real autumn of 2012 ended on a Saturday
        (date(2012, 5, 1), date(2012, 4, 30)),  # vappu
        (date(2012, 6, 22), date(2012, 6, 21)),  # Midsummer Eve: by custom, not by law
        (date(2012, 6, 24), date(2012, 6, 21)),  # the Sunday after it
        (date(2012, 12, 24), date(2012, 12, 21)),  # Christmas Eve, likewise
        (date(2012, 12, 26), date(2012, 12, 21)),
        (date(2012, 12, 31), date(2012, 12, 31)),  # New Year's Eve is worked
        (date(2013, 1, 1), date(2012, 12, 31)),  # back across the year change
        (date(2012, 4, 9), date(2012, 4, 5)),  # Easter Monday: back before Good Friday
        (date(2012, 5, 17), date(2012, 5, 16)),  # Ascension Day
        (date(2012, 12, 6), date(2012, 12, 5)),  # Independence Day
        (date(2012, 2, 29), date(2012, 2, 29)),  # a Wednesday
        (date(2020, 2, 29), date(2020, 2, 28)),  # a Saturday
    ],
)
def test_on_or_before_moves_to_a_working_day(asked, moved_to):
    assert FINLAND.on_or_before(asked) == moved_to


def test_working_day_swedish_eves_kept_by_custom_are_off():
    sweden = WorkingCalendar("SE", "Europe/Stockholm", time(9))
    assert not sweden.is_working_day(date(2012, 6, 22))
    assert not sweden.is_working_day(date(2012, 12, 24))
    assert sweden.is_working_day(date(2012, 4, 30))  # Walpurgis: a shorter day, but a working morning


def test_working_day_flag_days_are_worked():
    assert FINLAND.is_working_day(date(2012, 2, 28))  # Kalevala Day
    assert FINLAND.is_working_day(date(2013, 6, 4))  # Defence Forces


def test_working_day_weekend_follows_the_country():
    israel = WorkingCalendar("IL", "Asia/Jerusalem", time(9))
    assert israel.is_working_day(date(2012, 2, 5))  # a Sunday
    assert not israel.is_working_day(date(2012, 2, 4))


def test_working_day_unknown_country():
    with pytest.raises(ValueError, match="'XX'"):
        WorkingCalendar("XX", "Europe/Helsinki", time(9)).is_working_day(date(2012, 5, 2))


def test_working_days_counted_over_vappu_and_ascension_day():
    assert FINLAND.working_days_before(date(2012, 5, 2), 1) == date(2012, 4, 30)
    assert FINLAND.working_days_before(date(2012, 5, 18), 2) == date(2012, 5, 15)
    assert FINLAND.working_days_after(date(2012, 4, 30), 1) == date(2012, 5, 2)
    assert FINLAND.working_days_after(date(2012, 12, 21), 3) == date(2012, 12, 31)


def test_working_days_none_counted_moves_earlier():
    assert FINLAND.working_days_before(date(2012, 6, 23), 0) == date(2012, 6, 21)
    assert FINLAND.working_days_after(date(2012, 6, 23), 0) == date(2012, 6, 21)


def test_working_days_across_29_february():
    assert FINLAND.working_days_before(date(2012, 3, 1), 1) == date(2012, 2, 29)
    assert FINLAND.working_days_before(date(2013, 3, 1), 1) == date(2013, 2, 28)


def test_moments_wall_time_stays_across_daylight_saving():
    assert FINLAND.morning_of(date(2012, 3, 23)).isoformat() == "2012-03-23T09:00:00+02:00"
    assert FINLAND.morning_of(date(2012, 3, 26)).isoformat() == "2012-03-26T09:00:00+03:00"
    assert FINLAND.morning_of(date(2012, 10, 26)).isoformat() == "2012-10-26T09:00:00+03:00"
    assert FINLAND.morning_of(date(2012, 10, 29)).isoformat() == "2012-10-29T09:00:00+02:00"


def test_start_of_day_where_midnight_is_skipped():
    chile = WorkingCalendar("CL", "America/Santiago", time(9))
    assert chile.start_of(date(2022, 9, 11)).isoformat() == "2022-09-11T01:00:00-03:00"


@pytest.mark.parametrize(
    ("moment", "morning"),
    [
        ("2012-05-31T08:59:59+03:00", "2012-05-31T09:00:00+03:00"),
        ("2012-05-31T09:00:00+03:00", "2012-05-31T09:00:00+03:00"),
        ("2012-05-31T09:00:01+03:00", "2012-06-01T09:00:00+03:00"),
        ("2012-06-21T12:00:00+03:00", "2012-06-25T09:00:00+03:00"),  # over Midsummer
        ("2012-10-26T20:00:00+03:00", "2012-10-29T09:00:00+02:00"),  # over the end of summer time
        ("2012-05-31T21:30:00+00:00", "2012-06-01T09:00:00+03:00"),  # already June in Helsinki
    ],
)
def test_next_working_morning(moment, morning):
    assert FINLAND.next_working_morning(helsinki(moment)).isoformat() == morning


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2012-05-31T07:59:59+03:00", False),
        ("2012-05-31T08:00:00+03:00", True),
        ("2012-05-31T15:59:59+03:00", True),
        ("2012-05-31T16:00:00+03:00", False),
        ("2012-05-31T05:30:00+00:00", True),  # half past eight in Helsinki
        ("2012-01-31T05:30:00+00:00", False),  # half past seven there in winter
        ("2012-06-02T10:00:00+03:00", False),  # Saturday
        ("2012-06-22T10:00:00+03:00", False),  # Midsummer Eve
    ],
)
def test_in_prompting_hours(moment, allowed):
    assert FINLAND.in_prompting_hours(helsinki(moment)) is allowed


def test_moment_without_zone_is_refused():
    naive = datetime(2012, 5, 31, 9)  # noqa: DTZ001  the mistake itself
    with pytest.raises(ValueError, match="time zone"):
        FINLAND.in_prompting_hours(naive)
    with pytest.raises(ValueError, match="time zone"):
        FINLAND.next_working_morning(naive)


def test_local_day_is_the_project_s_own():
    assert FINLAND.local_day(datetime(2012, 5, 31, 22, tzinfo=UTC)) == date(2012, 6, 1)


def test_round_dates_spring_2012():
    dates = round_dates(SPRING_2012, LADDER, FINLAND)
    assert dates.preview_at == helsinki("2012-05-08T09:00+03:00")
    assert dates.opens_at == helsinki("2012-05-09T09:00+03:00")  # Ascension Day does not count
    assert dates.reminders == (
        Reminder(helsinki("2012-05-16T09:00+03:00"), 1, Rung.CONTACT),
        Reminder(helsinki("2012-05-24T09:00+03:00"), 2, Rung.DEPUTY_ANNOUNCED),
        Reminder(helsinki("2012-05-29T09:00+03:00"), 3, Rung.DEPUTY_AND_OVERVIEW),
    )
    assert dates.due_on == date(2012, 5, 31)
    assert dates.due_at == helsinki("2012-06-01T00:00+03:00")
    assert dates.report_at == helsinki("2012-06-01T09:00+03:00")
    assert dates.closes_on == date(2012, 6, 14)
    assert dates.closes_at == helsinki("2012-06-15T00:00+03:00")


def test_round_dates_autumn_2012_ends_on_a_saturday_and_closes_after_the_year():
    dates = round_dates(AUTUMN_2012, LADDER, FINLAND)
    assert dates.opens_at == helsinki("2012-11-22T09:00+02:00")
    assert dates.due_on == date(2012, 12, 14)
    assert dates.report_at == helsinki("2012-12-17T09:00+02:00")
    assert dates.closes_on == date(2013, 1, 3)


def test_round_dates_across_the_start_of_summer_time():
    early = Semester(2012, Term.SPRING, date(2012, 3, 30))
    dates = round_dates(early, Schedule(8, (2,), 3), FINLAND)
    assert dates.opens_at.isoformat() == "2012-03-20T09:00:00+02:00"
    assert [reminder.at.isoformat() for reminder in dates.reminders] == ["2012-03-28T09:00:00+03:00"]


def test_round_dates_end_of_day_on_the_long_night():
    dates = round_dates(Semester(2012, Term.AUTUMN, date(2012, 10, 28)), Schedule(5, (), 1), FINLAND)
    assert dates.due_on == date(2012, 10, 26)
    assert dates.due_at.isoformat() == "2012-10-27T00:00:00+03:00"
    assert dates.closes_at.isoformat() == "2012-10-30T00:00:00+02:00"


def test_round_dates_overrides_move_earlier():
    dates = round_dates(
        SPRING_2012,
        LADDER,
        FINLAND,
        opens_on_override=date(2012, 5, 12),
        due_on_override=date(2012, 6, 23),
        closes_on_override=date(2012, 8, 4),
    )
    assert dates.opens_at == helsinki("2012-05-11T09:00+03:00")
    assert dates.due_on == date(2012, 6, 21)
    assert dates.closes_on == date(2012, 8, 3)


@pytest.mark.parametrize(
    ("opens_on", "rungs"),
    [
        (date(2012, 5, 15), [Rung.CONTACT, Rung.DEPUTY_ANNOUNCED, Rung.DEPUTY_AND_OVERVIEW]),
        (date(2012, 5, 16), [Rung.DEPUTY_ANNOUNCED, Rung.DEPUTY_AND_OVERVIEW]),
        (date(2012, 5, 24), [Rung.CONTACT_AND_OVERVIEW]),
        (date(2012, 5, 30), []),
    ],
)
def test_round_dates_postponed_opening_drops_reminders(opens_on, rungs):
    dates = round_dates(SPRING_2012, LADDER, FINLAND, opens_on_override=opens_on)
    assert [reminder.rung for reminder in dates.reminders] == rungs
    assert [reminder.number for reminder in dates.reminders] == list(range(1, len(rungs) + 1))


@pytest.mark.parametrize(
    "overrides",
    [
        {"opens_on_override": date(2012, 5, 31)},
        {"due_on_override": date(2012, 6, 2), "closes_on_override": date(2012, 6, 3)},
        {"closes_on_override": date(2012, 5, 1)},
    ],
)
def test_round_dates_impossible_order(overrides):
    with pytest.raises(ValueError, match="opens before it is due"):
        round_dates(SPRING_2012, LADDER, FINLAND, **overrides)


def test_import_does_not_load_the_holidays():
    program = "import lamppu_bot.semester, sys; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


ALONE = """
import sys
from datetime import date, time, timedelta
from lamppu_bot.semester import WorkingCalendar

for country in ("FI", "AX", "PR"):  # the last two are made of another country's class
    calendar = WorkingCalendar(country, "UTC", time(9))
    days = (date(2012, 1, 1) + timedelta(days=number) for number in range(366))
    print(country, *(day.isoformat() for day in days if calendar.is_working_day(day)))
sys.exit("holidays.countries.germany" in sys.modules)
"""
WITH_ALL_OTHERS = f"import holidays.countries\n{ALONE}"


def test_country_is_imported_alone_and_has_the_days_it_has_among_all():
    """In memory the others would cost more than all that Lamppu keeps of a project."""
    alone, among_all = (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        for program in (ALONE, WITH_ALL_OTHERS)
    )
    assert (alone.returncode, among_all.returncode) == (0, 1), alone.stderr + among_all.stderr
    assert alone.stdout == among_all.stdout
