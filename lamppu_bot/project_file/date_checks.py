"""What must hold between the dates of a project file: reminders after the opening, semesters one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import TypeVar

from pydantic import ValidationError

from lamppu_bot.project_file.checks import Found, entries
from lamppu_bot.project_file.definition import CalendarTable, ProjectTable, SemesterTable, Table
from lamppu_bot.project_file.problems import Problem, spoken
from lamppu_bot.project_file.toml_lines import Path
from lamppu_bot.project_file.toml_reading import TomlDocument
from lamppu_bot.semester import RoundDates, WorkingCalendar

T = TypeVar("T", bound=Table)

_FIRST_ENDS = {"spring": 1, "autumn": 8}
_LAST_ENDS = {"spring": (0, 7), "autumn": (1, 2)}
_LONGEST_OVERRIDE = timedelta(days=183)


def date_problems(document: TomlDocument) -> Iterator[Problem]:
    """All mistakes between the dates of the document, as far as the dates themselves are right."""
    for path, message in (*_reminders(document), *_semesters(document)):
        yield document.problem(path, message)


def _valid(model: type[T], values: object) -> T | None:
    try:
        return model.model_validate(values)
    except ValidationError:
        return None


def _reminders(document: TomlDocument) -> Iterator[Found]:
    calendar = _valid(CalendarTable, document.values.get("calendar", {}))
    if calendar is None:
        return
    path: Path = ("calendar", "remind_days_before")
    days = calendar.remind_days_before
    if list(days) != sorted(set(days), reverse=True):
        yield path, f"each reminder comes later than the one before: write {sorted(set(days), reverse=True)}"
    if too_early := [count for count in days if count >= calendar.open_days_before]:
        yield (
            path,
            f"nobody can be reminded {max(too_early)} working days before the due date, the round opens "
            f"{calendar.open_days_before} before it: write smaller numbers, or open earlier",
        )


def _semesters(document: TomlDocument) -> Iterator[Found]:
    semesters = [
        (path, semester) for path, entry in entries(document, "semesters") if (semester := _valid(SemesterTable, entry))
    ]
    for path, semester in semesters:
        yield from _within_its_term(path, semester)
        yield from _overrides(path, semester)
    in_order = True
    for earlier, later in pairwise(semesters):
        for found in _after_each_other(document, earlier, later):
            in_order = False
            yield found
    if in_order:
        yield from _rounds(document, semesters)


def _within_its_term(path: Path, semester: SemesterTable) -> Iterator[Found]:
    years, month = _LAST_ENDS[semester.term]
    ends = (semester.ends.year, semester.ends.month)
    if not (semester.year, _FIRST_ENDS[semester.term]) <= ends <= (semester.year + years, month):
        likely = "2012-05-31" if semester.term == "spring" else "2012-12-15"
        example = f"{semester.year}{likely[4:]}"
        yield (
            (*path, "ends"),
            f"{semester.ends} is no end of {semester.term} {semester.year}: write for example {example}",
        )


def _overrides(path: Path, semester: SemesterTable) -> Iterator[Found]:
    """A date of its own in the wrong year is a slip; it would keep a round open for a year."""
    for field, day in (("opens", semester.opens), ("due", semester.due), ("closes", semester.closes)):
        if day and abs(day - semester.ends) > _LONGEST_OVERRIDE:
            yield (
                (*path, field),
                f"{day} is more than half a year from the semester's end {semester.ends}: check the year",
            )


def _after_each_other(
    document: TomlDocument, earlier: tuple[Path, SemesterTable], later: tuple[Path, SemesterTable]
) -> Iterator[Found]:
    (before, first), (path, second) = earlier, later
    place = f"{spoken(before)} in line {document.lines.line_of(before)}"
    if (first.year, first.term) == (second.year, second.term):
        yield (*path, "term"), f"{second.term} {second.year} is already {place}: write another term or year"
    elif second.semester < first.semester or second.ends <= first.ends:
        yield path, f"comes before {place}: write the semesters in the order of time"


def _rounds(document: TomlDocument, semesters: list[tuple[Path, SemesterTable]]) -> Iterator[Found]:
    calendar = _valid(CalendarTable, document.values.get("calendar", {}))
    working_calendar = _working_calendar(document, calendar)
    if calendar is None or working_calendar is None:
        return
    previous: tuple[Path, RoundDates] | None = None
    for path, semester in semesters:
        if misplaced := list(_misplaced(path, semester, working_calendar)):
            yield from misplaced
            continue
        dates = semester.round_dates(calendar.schedule, working_calendar)
        if previous and working_calendar.local_day(dates.opens_at) <= previous[1].closes_on:
            yield path, _overlap(previous, dates)
        previous = (path, dates)


def _working_calendar(document: TomlDocument, calendar: CalendarTable | None) -> WorkingCalendar | None:
    """The project's working days, when its country and time zone are right whatever else is wrong with it."""
    values = document.values.get("project")
    sound = {"key": "any", "name": "any", "short_name": "any", "language": "fi", "channel": "C0000000000"}
    given = values if isinstance(values, dict) else {}
    places = {name: given.get(name) for name in ("time_zone", "holidays")}
    project = _valid(ProjectTable, sound | places)
    return WorkingCalendar(project.holidays, project.time_zone, calendar.hour) if project and calendar else None


def _misplaced(path: Path, semester: SemesterTable, calendar: WorkingCalendar) -> Iterator[Found]:
    """Overrides by which the round would open on its due date or later, or close by then."""
    due = calendar.on_or_before(semester.due or semester.ends)
    if semester.opens and calendar.on_or_before(semester.opens) >= due:
        yield (*path, "opens"), f"the round is due on {due}: write a working day before that"
    if semester.closes and calendar.on_or_before(semester.closes) <= due:
        yield (*path, "closes"), f"the round is due on {due}: write a working day after that"


def _overlap(previous: tuple[Path, RoundDates], dates: RoundDates) -> str:
    return (
        f"its round opens on {dates.opens_at:%Y-%m-%d}, while that of {spoken(previous[0])} is open until "
        f"{previous[1].closes_on}: move an end, or open later, or close earlier"
    )
