"""A rehearsal: the real bot in the local workspace, simulated partners, and a calendar that is moved on."""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from lamppu_bot import loading, rounds
from lamppu_bot.clock import MovableClock
from lamppu_bot.errors import LamppuError
from lamppu_bot.project_file import (
    ContactTable,
    CoordinatorTable,
    PartnerTable,
    PlayedAnswer,
    ProjectDefinition,
)
from lamppu_bot.semester import RoundDates
from lamppu_bot.slack.app import build_app
from lamppu_bot.slack.booking import Timing
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.connection import SocketModeConnection
from lamppu_bot.slack.pacing import UNPACED
from lamppu_bot.slack.runtime import Machinery
from lamppu_bot.story import Story
from lamppu_bot.texts import Texts, texts_for
from lamppu_bot.workspace import Channel, Person, Workspace
from storage import queries
from storage.database import Database
from storage.migrate import upgrade
from storage.values import AnswerState, ProjectView, RoundView

Say = Callable[[str], None]
Individual = TypeVar("Individual", ContactTable, CoordinatorTable)


class Rehearsal:
    """Plays every semester of a project from the first prompt to the posted report.

    `say` is given the story line by line as it happens; `story.leave` leaves all messages and posted files in a folder.
    A context manager: while it is open, the workspace and the bot are there to be acted in.
    """

    def __init__(
        self,
        project: ProjectDefinition,
        *,
        template: bytes | None = None,
        port: int = 0,
        say: Say = print,
        timing: Timing | None = None,
    ) -> None:
        self.texts: Texts = texts_for(project.project.language)
        self._definition = _found_by_email(project)
        self._template = template
        self._port = port
        self._say = say
        self._timing = timing
        self._stack = ExitStack()

    def __enter__(self) -> "Rehearsal":
        first = min(semester.ends for semester in self._definition.semesters)
        self.clock = MovableClock(datetime(first.year, 1, 2, 9, tzinfo=UTC))
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="lamppu-rehearsal-")))
        self.workspace = self._stack.enter_context(Workspace(port=self._port, clock=self._seconds))
        self.people = self._invite()
        self.channel = self._open_channel()
        zone = self._definition.project.time_zone
        self.story = Story(self.workspace, self.people, self.channel, zone=zone, say=self._say)
        self.database = Database(f"sqlite:///{folder / 'rehearsal.db'}")
        self._stack.callback(self.database.close)
        self._start_bot()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stack.close()

    def _seconds(self) -> float:
        return self.clock.calendar.timestamp()

    def _invite(self) -> dict[str, Person]:
        """Everybody whom the project names, by e-mail; they read its language."""
        named = [(person.name, person.email) for person in self._definition.coordinators]
        for partner in self._definition.partners:
            named += [(person.name, person.email) for person in (partner.contact, partner.deputy) if person]
        zone = self._definition.project.time_zone
        found: dict[str, Person] = {}
        for name, email in named:
            if email and email not in found:
                found[email] = self.workspace.add_person(name, email, locale=self.texts.tag, tz=zone)
        return found

    def _open_channel(self) -> Channel:
        members = [self.people[person.email] for person in self._definition.coordinators if person.email]
        return self.workspace.add_channel(self.texts("rehearsal.channel"), members=members, private=True)

    def _start_bot(self) -> None:
        """The bot itself, with nothing changed but the addresses it talks to, its calendar and Slack's limits."""
        upgrade(self.database)
        client = build_client(self.workspace.bot_token, self.workspace.api_url)
        self.bot = Machinery(self.database, client, clock=self.clock, timing=self._timing, limits=UNPACED)
        here = self._definition.project.model_copy(update={"channel": self.channel.id})
        definition = self._definition.model_copy(update={"project": here})
        with self.database.write() as session:
            plan = loading.plan_load(session, definition, template=self._template, now=self.clock())
            loading.apply_load(session, plan, self.clock())
        self.connect()
        self._stack.callback(self.disconnect)

    def connect(self) -> None:
        """Lets the workspace reach the bot."""
        self._connection = SocketModeConnection(
            build_app(self.bot.services, self.bot.client),
            app_token=self.workspace.app_token,
            api_url=self.workspace.api_url,
            on_connected=self.bot.read_missed,
        )
        self._connection.start()

    def disconnect(self) -> None:
        """Leaves the bot out of reach, as when it is down, until it is connected again."""
        self._connection.stop()

    def play(self, answers: Sequence[PlayedAnswer]) -> None:
        """Moves the calendar from one event to the next; partners answer at one prompt or another, each at its own."""
        schedule = {found.key: rounds.dates_of(project, found) for project, found in self._rounds()}
        turns = {key: self._turns(key, answers, dates) for key, dates in schedule.items()}
        events = [(moment, key, what) for key, dates in schedule.items() for moment, what in _events(dates)]
        for moment, key, what in sorted(events, key=lambda event: event[0]):
            self.move_to(moment, f"{key}: {what}")
            for partner in turns[key].pop(moment, ()):
                self._answer(partner, [a for a in answers if (a.semester, a.partner) == (key, partner.key)])

    def _rounds(self) -> list[tuple[ProjectView, RoundView]]:
        with self.database.read() as session:
            (project,) = queries.list_projects(session)
            return [(project, found) for found in queries.list_rounds(session, project.id)]

    def _turns(
        self, semester: str, answers: Sequence[PlayedAnswer], dates: RoundDates
    ) -> dict[datetime, list[PartnerTable]]:
        """Who answers after which prompt: the first partner after the card, the next after the first reminder."""
        prompts = [dates.opens_at, *(reminder.at for reminder in dates.reminders)]
        answering = {answer.partner for answer in answers if answer.semester == semester}
        found: dict[datetime, list[PartnerTable]] = defaultdict(list)
        for number, partner in enumerate(p for p in self._definition.partners if p.key in answering):
            found[prompts[number % len(prompts)]].append(partner)
        return found

    def _answer(self, partner: PartnerTable, answers: Sequence[PlayedAnswer]) -> None:
        """The contact opens the form from the card, fills it in, and goes on while there is something to say."""
        person = self.people[partner.contact.email]
        asked = len(self._definition.objectives_of(partner.key))
        self.story.tell(f"{person.name} answers {len(answers)} of {asked} objectives of {partner.short_name}")
        titles = {objective.key: objective.title for objective in self._definition.objectives}
        for answer in answers:
            self._open_form(person, partner, titles[answer.objective])
            state = AnswerState.ANSWERED if answer.text else AnswerState.NOTHING
            person.fill(self.texts("answer_form.text"), answer.text or answer.nothing_to_report)
            person.fill(self.texts("answer_form.choice"), self.texts(f"answer_form.choice.{state}"))
            person.submit()
            _require_taken(person, answer)
        person.close_modal()
        self.settle()

    def _open_form(self, person: Person, partner: PartnerTable, title: str) -> None:
        """The form of one objective: the one that saving has moved on to, or the one behind its button on the card."""
        if person.modal and title in person.modal.text:
            return
        if person.modal:
            person.close_modal()
        open_now = self.texts("card.button.missing")
        cards = [one for one in person.messages() if partner.name in one.text and open_now in one.buttons]
        person.click(open_now, cards[-1], near=title)

    def move_to(self, moment: datetime, what: str) -> None:
        """Sets the calendar to a moment and lets the bot do what is due then."""
        self.clock.calendar = moment
        self.story.at(moment, what)
        self.settle()

    def settle(self) -> None:
        """Lets the bot send everything that is due now, and tells what of it arrived."""
        self.bot.tick()
        self.story.tell_news()


def _require_taken(person: Person, answer: PlayedAnswer) -> None:
    """Raises LamppuError where the form came back with an error instead of moving on."""
    if person.modal and person.modal.errors:
        said = " ".join(person.modal.errors.values())
        raise LamppuError(f"the answer of {answer.partner} to {answer.objective} was not taken: {said}")


def _found_by_email(definition: ProjectDefinition) -> ProjectDefinition:
    """The project with everybody's address in place of their id in another Slack workspace."""

    def person(found: Individual) -> Individual:
        email = found.email or f"{found.slack}@slack.invalid".lower()
        return found.model_copy(update={"slack": None, "email": email})

    def partner(found: PartnerTable) -> PartnerTable:
        deputy = person(found.deputy) if found.deputy else None
        return found.model_copy(update={"contact": person(found.contact), "deputy": deputy})

    return definition.model_copy(
        update={
            "coordinators": tuple(person(found) for found in definition.coordinators),
            "partners": tuple(partner(found) for found in definition.partners),
        }
    )


def _events(dates: RoundDates) -> Iterator[tuple[datetime, str]]:
    """The moments of a round at which something happens, in order."""
    yield dates.preview_at, "the coordinators see what will be sent"
    yield dates.opens_at, "the round opens"
    for reminder in dates.reminders:
        yield reminder.at, f"reminder {reminder.number}"
    yield dates.due_at, "the due day is over"
    yield dates.report_at, "the report is posted"
    yield dates.closes_at, "the round closes"
