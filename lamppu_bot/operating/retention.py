"""Taking what is personal out of projects that ended long ago: their answers and reports stay, nobody's name does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from sqlalchemy.orm import Session

from lamppu_bot.clock import Now
from storage import person_records, projects, retention
from storage import rounds as rows
from storage.retention import ProjectEnd
from storage.values import PersonView

# The name under which the answers of somebody who was erased go on, with a number; the same in every language.
ERASED = "N. N."


@dataclass(frozen=True, slots=True)
class Expiry:
    """What is to go. `projects` have ended so long ago, and `kept` not yet, each with the first day on which it may go
    (None where no end is known). `people` take part in no project that is kept; `staying` do, and in one of
    `projects` too. `named_in` has the ids of the projects that name a person. `words` counts what people wrote beside
    the answers; `files` has the ids of those of `projects` whose file is still known.
    """

    months: int
    projects: tuple[ProjectEnd, ...]
    kept: Mapping[str, date | None]
    people: tuple[PersonView, ...]
    staying: tuple[PersonView, ...]
    named_in: Mapping[int, frozenset[int]]
    words: int
    files: frozenset[int]

    @property
    def is_empty(self) -> bool:
        return not (self.people or self.words or self.files)

    def people_of(self, project: ProjectEnd) -> list[PersonView]:
        return [person for person in self.people if project.id in self.named_in.get(person.id, frozenset())]

    @property
    def in_no_project(self) -> list[PersonView]:
        return [person for person in self.people if not self.named_in.get(person.id)]


def plan(session: Session, months: int, now: Now) -> Expiry:
    """What personal data has been kept for more than so many months after the end of its project. Reads only."""
    gone, kept = [], {}
    for project in retention.list_ends(session):
        goes_on = project.ended_on + relativedelta(months=months, days=1) if project.ended_on else None
        today = now.calendar.astimezone(ZoneInfo(project.time_zone)).date()
        if goes_on and goes_on <= today:
            gone.append(project)
        else:
            kept[project.key] = goes_on
    gone_ids = {project.id for project in gone}
    before = now.real - relativedelta(months=months)
    named_in = {person: frozenset(ids) for person, ids in retention.projects_of_people(session).items()}
    in_touch = retention.in_touch_since(session, before)
    named = retention.list_named(session)
    people = [one for one in named if named_in.get(one.id, frozenset()) <= gone_ids and one.id not in in_touch]
    staying = [one for one in named if named_in.get(one.id, frozenset()) & gone_ids and one not in people]
    return Expiry(
        months=months,
        projects=tuple(gone),
        kept=kept,
        people=tuple(people),
        staying=tuple(staying),
        named_in=named_in,
        words=retention.count_words(session, gone_ids, [one.id for one in people], before),
        files=frozenset(one for one in gone_ids if retention.holds_file(session, one)),
    )


def apply(session: Session, months: int, now: Now) -> Expiry:
    """Takes it all out, in the caller's transaction; returns what that was. Once more takes out nothing."""
    projects.wait_for_other_loads(session)
    expiry = plan(session, months, now)
    if expiry.is_empty:
        return expiry
    gone_ids = [project.id for project in expiry.projects]
    retention.erase_words(session, gone_ids, now.real - relativedelta(months=months))
    person_records.erase(session, {person.id: f"{ERASED} {person.id}" for person in expiry.people})
    retention.end_projects(session, gone_ids, now.calendar)
    for project in expiry.projects:
        people = len(expiry.people_of(project))
        if people or project.id in expiry.files:
            rows.add_audit(session, project.id, None, "retention", now.calendar, months=months, people=people)
    return expiry


def told(expiry: Expiry) -> Iterator[str]:
    """In words for the command line, a line each."""
    for key, goes_on in expiry.kept.items():
        yield f"{key}: kept; may go from {goes_on} on" if goes_on else f"{key}: kept; it has no rounds yet"
    for project in expiry.projects:
        found = expiry.people_of(project)
        what = f"{_people(len(found))} to go" if found or project.id in expiry.files else "nothing of it is left to go"
        yield f"{project.key}: ended on {project.ended_on}, {what}"
        yield from (f"  {named(person)}" for person in found)
    if expiry.in_no_project:
        yield f"in no project: {_people(len(expiry.in_no_project))} to go"
        yield from (f"  {named(person)}" for person in expiry.in_no_project)
    if expiry.staying:
        yield "these stay, for they take part elsewhere or were in touch lately:"
        yield from (f"  {named(person)}" for person in expiry.staying)
    if expiry.words:
        yield f"messages to the bot, and words with questions and handovers: {expiry.words} to go"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def named(person: PersonView) -> str:
    """For the command line."""
    return f"{person.name} <{person.email or person.slack_id or 'no address'}>"
