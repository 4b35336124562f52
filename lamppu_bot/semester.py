"""Semesters, working days, and the dates of a reporting round. Pure: the present moment is an argument."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum, StrEnum
from functools import cache, total_ordering
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
PROMPTING_STARTS = time(8)
PROMPTING_ENDS = time(16)


class Term(StrEnum):
    """Half of a school year's calendar year: spring (kevät) comes before autumn (syksy)."""

    SPRING = "spring"
    AUTUMN = "autumn"


def following(term: str, year: int) -> tuple[Term, int]:
    """The semester after that one."""
    return (Term.AUTUMN, year) if term == Term.SPRING else (Term.SPRING, year + 1)


@total_ordering
@dataclass(frozen=True, slots=True)
class Semester:
    """One term of a calendar year. `ends_on` is its last day and may be no working day.

    Semesters compare by time (year, term, end), not by the spelling of the term.
    """

    year: int
    term: Term
    ends_on: date

    @property
    def _position(self) -> tuple[int, bool, date]:
        return (self.year, self.term is Term.AUTUMN, self.ends_on)

    def __lt__(self, other: Semester) -> bool:
        return self._position < other._position


@cache
def _days_off(country: str, year: int) -> frozenset[date]:
    """Weekends and public holidays of a country in a year.

    Raises ValueError when the package `holidays` does not know the country.
    """
    # A fresh set for each year, never a shared HolidayBase: that one fills itself while it is read,
    # and a second thread would meet a year that is only half there.
    holidays = _holidays()
    try:
        known = holidays.country_holidays(country)
    except NotImplementedError as error:
        raise ValueError(f"the package holidays does not know the country {country!r}") from error
    # Eves on which schools and offices are closed without the law saying so: Finland's Midsummer Eve and
    # Christmas Eve stand among the package's public holidays, Sweden's in the category "de_facto". Nothing
    # further: "unofficial" and "workday" are flag days on which everyone works, "half_day" and "bank" are
    # days with a working morning, and a prompt goes out in the morning.
    closed = {"public", "de_facto"} & set(known.supported_categories)
    calendar = holidays.country_holidays(country, years=year, categories=tuple(sorted(closed)))
    days = (date(year, 1, 1) + ONE_DAY * number for number in range(366))
    return frozenset(day for day in days if day.year == year and not calendar.is_working_day(day))


@cache
def _holidays() -> ModuleType:
    """The package `holidays`, imported when a day is asked for and with the countries that are asked for.

    By itself it imports all 250 with the first one, for they stand in a folder whose `__init__` names them all: 8 MB
    that would stay, and a tenth of a second at every start. So the folder is known before it is run.
    """
    import holidays  # noqa: PLC0415

    folder = find_spec("holidays.countries")
    if folder:
        sys.modules.setdefault(folder.name, module_from_spec(folder))
    return holidays


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The working days of a country, and the local hour at which prompts go out.

    `country` is an ISO 3166 code (`FI`), `time_zone` an IANA name (`Europe/Helsinki`), `hour` local wall
    time: it stays the same across daylight saving. All moments given and returned are aware.
    """

    country: str
    time_zone: str
    hour: time

    @property
    def zone(self) -> ZoneInfo:
        """The time zone's rules. Raises `zoneinfo.ZoneInfoNotFoundError` for an unknown name."""
        return ZoneInfo(self.time_zone)

    def is_working_day(self, day: date) -> bool:
        """Whether people are at work on that day. Raises ValueError for an unknown country."""
        return day not in _days_off(self.country, day.year)

    def on_or_before(self, day: date) -> date:
        """The day itself or, when nobody works then, the last working day before it: never a later one."""
        while not self.is_working_day(day):
            day -= ONE_DAY
        return day

    def working_days_before(self, day: date, count: int) -> date:
        """The `count`-th working day before `day`; for 0, `on_or_before(day)`. `count` is not negative."""
        return self._step(day, count, -ONE_DAY) if count else self.on_or_before(day)

    def working_days_after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; for 0, `on_or_before(day)`. `count` is not negative."""
        return self._step(day, count, ONE_DAY) if count else self.on_or_before(day)

    def _step(self, day: date, count: int, step: timedelta) -> date:
        for _ in range(count):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def morning_of(self, day: date) -> datetime:
        """The moment of that day at which prompts go out."""
        return self._moment(day, self.hour)

    def start_of(self, day: date) -> datetime:
        """The first moment of that day; also the end of the day before."""
        return self._moment(day, time(0))

    def _moment(self, day: date, wall: time) -> datetime:
        # By way of UTC: where clocks skip this wall time, the moment after the gap is meant and shown.
        return datetime.combine(day, wall, self.zone).astimezone(UTC).astimezone(self.zone)

    def local_day(self, moment: datetime) -> date:
        """The date on the calendar of the project's time zone. Raises ValueError for a naive moment."""
        return self._local(moment).date()

    def next_working_morning(self, moment: datetime) -> datetime:
        """The first working day's prompting hour that is not before `moment`."""
        day = self._local(moment).date()
        while not self.is_working_day(day) or self.morning_of(day) < moment:
            day += ONE_DAY
        return self.morning_of(day)

    def in_prompting_hours(self, moment: datetime) -> bool:
        """Whether people may be prompted now: on a working day from 8:00 until before 16:00, local time."""
        local = self._local(moment)
        return self.is_working_day(local.date()) and PROMPTING_STARTS <= local.time() < PROMPTING_ENDS

    def next_prompting(self, moment: datetime) -> datetime:
        """The moment itself where people may be prompted then, else the next working morning."""
        return moment if self.in_prompting_hours(moment) else self.next_working_morning(moment)

    def _local(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise ValueError("the moment needs a time zone")
        return moment.astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a project counts its rounds, in working days before and after the due date."""

    open_days_before: int
    remind_days_before: tuple[int, ...]
    closes_days_after: int


class Rung(Enum):
    """How far a reminder reaches: a ladder, not a nag."""

    CONTACT = "contact"
    DEPUTY_ANNOUNCED = "deputy announced"
    """The contact, who also reads that the deputy is asked next."""
    DEPUTY_AND_OVERVIEW = "deputy and overview"
    """Contact and deputy; the coordinators get their overview."""
    CONTACT_AND_OVERVIEW = "contact and overview"
    """The only reminder of a round: no deputy, for nothing has announced that."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder of a round; `number` counts from 1."""

    at: datetime
    number: int
    rung: Rung


@dataclass(frozen=True, slots=True)
class RoundDates:
    """When everything in a round happens: dates of the project's time zone, moments aware.

    preview_at < opens_at < each reminder < due_at <= report_at < closes_at.
    """

    preview_at: datetime
    opens_at: datetime
    reminders: tuple[Reminder, ...]
    due_on: date
    due_at: datetime
    """The end of the due day: the first moment of the day after it."""
    report_at: datetime
    closes_on: date
    closes_at: datetime
    """The end of the closing day, until which a late answer still counts."""


def round_dates(
    semester: Semester,
    schedule: Schedule,
    calendar: WorkingCalendar,
    *,
    opens_on_override: date | None = None,
    due_on_override: date | None = None,
    closes_on_override: date | None = None,
) -> RoundDates:
    """The dates of the round of a semester.

    An override takes the place of the counted date and, like the semester's end, moves earlier to a working
    day. Opening and closing are counted from the due date in force, so whoever moves the due date of a round
    that is already open gives its opening along. A reminder not after the opening day vanishes.

    Raises ValueError unless the round then opens before it is due and closes after it.
    """
    due_on = calendar.on_or_before(due_on_override or semester.ends_on)
    opens_on = calendar.working_days_before(due_on, schedule.open_days_before)
    if opens_on_override:
        opens_on = calendar.on_or_before(opens_on_override)
    closes_on = calendar.working_days_after(due_on, schedule.closes_days_after)
    if closes_on_override:
        closes_on = calendar.on_or_before(closes_on_override)
    if not opens_on < due_on < closes_on:
        raise ValueError(f"a round opens before it is due and closes after it: {opens_on}, {due_on}, {closes_on}")
    days = {calendar.working_days_before(due_on, count) for count in schedule.remind_days_before}
    due_at = calendar.start_of(due_on + ONE_DAY)
    return RoundDates(
        preview_at=calendar.morning_of(calendar.working_days_before(opens_on, 1)),
        opens_at=calendar.morning_of(opens_on),
        reminders=_ladder([calendar.morning_of(day) for day in sorted(days) if day > opens_on]),
        due_on=due_on,
        due_at=due_at,
        report_at=calendar.next_working_morning(due_at),
        closes_on=closes_on,
        closes_at=calendar.start_of(closes_on + ONE_DAY),
    )


def _ladder(moments: list[datetime]) -> tuple[Reminder, ...]:
    """Reminders from the first to the last, the rungs counted from the end."""
    top = [Rung.DEPUTY_ANNOUNCED, Rung.DEPUTY_AND_OVERVIEW] if len(moments) > 1 else [Rung.CONTACT_AND_OVERVIEW]
    rungs = [Rung.CONTACT] * (len(moments) - len(top)) + top
    numbered = enumerate(zip(moments, rungs, strict=False), start=1)
    return tuple(Reminder(at, number, rung) for number, (at, rung) in numbered)
