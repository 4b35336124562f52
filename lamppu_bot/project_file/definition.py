"""A project as its file defines it: plain frozen values in the file's own shape and order."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from lamppu_bot.project_file.fields import (
    ChannelId,
    Country,
    Email,
    FormTemplate,
    Hour,
    Key,
    ModalName,
    Name,
    Phone,
    Prose,
    Room,
    ShortName,
    SlackUserId,
    Target,
    TimeZone,
    Title,
    Unit,
    wrong,
)
from lamppu_bot.semester import RoundDates, Schedule, Semester, Term, WorkingCalendar, round_dates


class Table(BaseModel):
    """A table of a file: nothing is converted, nothing unknown is passed over, nothing changes afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


MOST_INDICATORS: Final = 3
"""Of one objective: its form asks several other things, and people fill in about six fields before they tire."""


def _few(indicators: tuple[IndicatorTable, ...]) -> tuple[IndicatorTable, ...]:
    if len(indicators) > MOST_INDICATORS:
        raise wrong(f"has {len(indicators)} indicators: keep at most {MOST_INDICATORS}, so that the form stays short")
    return indicators


Language = Literal["fi", "sv", "en"]
LANGUAGES: Final[tuple[str, ...]] = get_args(Language)


class ProjectTable(Table):
    """What the project is. `form_template` is a path from the file's own folder; `room` is that of objectives which
    say none of their own."""

    key: Key
    name: Name
    short_name: ModalName
    language: Language
    time_zone: TimeZone
    holidays: Country
    channel: ChannelId
    form_template: FormTemplate | None = None
    room: Room | None = None


class CalendarTable(Table):
    """The rhythm of a round, in working days; `hour` is local time."""

    open_days_before: Annotated[int, Field(ge=1, le=90)] = 15
    remind_days_before: tuple[Annotated[int, Field(ge=1, le=90)], ...] = (10, 5, 2)
    hour: Hour = time(9)
    closes_days_after: Annotated[int, Field(ge=1, le=90)] = 10

    @property
    def schedule(self) -> Schedule:
        return Schedule(self.open_days_before, self.remind_days_before, self.closes_days_after)


class CoordinatorTable(Table):
    """Who runs the project; found in Slack by `slack` where given, otherwise by `email`."""

    name: Name
    email: Email | None = None
    slack: SlackUserId | None = None

    @model_validator(mode="after")
    def _can_be_found(self) -> CoordinatorTable:
        if not (self.email or self.slack):
            raise wrong('cannot be found in Slack: write email = "…" or slack = "U…"')
        return self


class ContactTable(Table):
    """Who answers for a partner; `email` and `phone` also stand on the funder's form."""

    name: Name
    email: Email
    slack: SlackUserId | None = None
    phone: Phone | None = None


class PartnerTable(Table):
    """One organisation in the project."""

    key: Key
    name: Name
    short_name: ShortName
    contact: ContactTable
    deputy: ContactTable | None = None


class IndicatorTable(Table):
    """A number that is asked with an objective; `target` is that of the whole project for a year."""

    key: Key
    title: Title
    unit: Unit
    target: Target | None = None


class ObjectiveTable(Table):
    """One objective of the project plan; `partner` is the key of the only partner it concerns, None for all.

    `room` is how many characters its cell on the funder's form holds.
    """

    key: Key
    title: Title
    text: Prose
    partner: str | None = None
    room: Room | None = None
    indicators: Annotated[tuple[IndicatorTable, ...], AfterValidator(_few)] = ()

    def concerns(self, partner_key: str) -> bool:
        return self.partner in (None, partner_key)


class SemesterTable(Table):
    """One semester; `due`, `opens` and `closes` take the place of dates that are otherwise counted."""

    key: Key
    term: Literal["spring", "autumn"]
    year: Annotated[int, Field(ge=2000, le=2100)]
    ends: date
    opens: date | None = None
    due: date | None = None
    closes: date | None = None

    @property
    def semester(self) -> Semester:
        return Semester(self.year, Term(self.term), self.ends)

    def round_dates(self, schedule: Schedule, calendar: WorkingCalendar) -> RoundDates:
        """Raises ValueError unless the round opens before it is due and closes after it."""
        return round_dates(
            self.semester,
            schedule,
            calendar,
            opens_on_override=self.opens,
            due_on_override=self.due,
            closes_on_override=self.closes,
        )


class ProjectDefinition(Table):
    """A checked project file. Equal when the files mean the same; the order of lists is part of the meaning."""

    project: ProjectTable
    calendar: CalendarTable = CalendarTable()
    coordinators: tuple[CoordinatorTable, ...] = Field(min_length=1)
    partners: tuple[PartnerTable, ...] = Field(min_length=1)
    objectives: tuple[ObjectiveTable, ...] = Field(min_length=1)
    semesters: tuple[SemesterTable, ...] = Field(min_length=1)

    @property
    def working_calendar(self) -> WorkingCalendar:
        return WorkingCalendar(self.project.holidays, self.project.time_zone, self.calendar.hour)

    def round_dates(self, semester: SemesterTable) -> RoundDates:
        """The dates of a semester's round, its overrides taken into account."""
        return semester.round_dates(self.calendar.schedule, self.working_calendar)

    def objectives_of(self, partner_key: str) -> tuple[ObjectiveTable, ...]:
        """What the partner is asked: the common objectives and its own, in the order of the file."""
        return tuple(objective for objective in self.objectives if objective.concerns(partner_key))

    def room_of(self, objective: ObjectiveTable) -> int | None:
        """How many characters the objective's cell holds, where the file says it."""
        return objective.room or self.project.room

    def as_plain(self) -> dict[str, Any]:
        """Only what JSON knows: for a JSON column, and for comparing field by field."""
        return self.model_dump(mode="json")

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> ProjectDefinition:
        """The definition that `as_plain` was made from. Raises `pydantic.ValidationError` for anything else."""
        return cls.model_validate_json(json.dumps(plain))
