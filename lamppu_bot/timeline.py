"""What the calendar holds for the rounds of all projects: each moment at which something happens."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot import rounds
from lamppu_bot.semester import RoundDates
from storage import queries
from storage.values import ProjectView, RoundState, RoundView

PREVIEW: Final = "preview"
OPENS: Final = "opens"
REMINDER: Final = "reminder"
DUE: Final = "due"
REPORT: Final = "report"
CLOSES: Final = "closes"


@dataclass(frozen=True, slots=True)
class Happening:
    """A moment (aware) of a round; `number` is that of a reminder, else 0."""

    moment: datetime
    project: ProjectView
    round: RoundView
    kind: str
    number: int = 0


def happenings(session: Session) -> list[Happening]:
    """All that is known to come or to have been, in order, by the dates in force; a closed round is over."""
    found = [
        Happening(moment, project, round_, kind, number)
        for project in queries.list_projects(session)
        for round_ in queries.list_rounds(session, project.id)
        if round_.state is not RoundState.CLOSED
        for moment, kind, number in _moments(rounds.dates_of(project, round_))
    ]
    return sorted(found, key=lambda one: (one.moment, one.project.key, one.round.key))


def _moments(dates: RoundDates) -> Iterator[tuple[datetime, str, int]]:
    yield dates.preview_at, PREVIEW, 0
    yield dates.opens_at, OPENS, 0
    for reminder in dates.reminders:
        yield reminder.at, REMINDER, reminder.number
    yield dates.due_at, DUE, 0
    yield dates.report_at, REPORT, 0
    yield dates.closes_at, CLOSES, 0
