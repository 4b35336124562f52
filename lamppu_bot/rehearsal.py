"""A rehearsal: the real bot in the local workspace, simulated partners, and a calendar that is moved on."""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from lamppu_bot import loading, timeline
from lamppu_bot.clock import MovableClock
from lamppu_bot.errors import LamppuError
from lamppu_bot.played_form import fill_in
from lamppu_bot.project_file import (
    ContactTable,
    CoordinatorTable,
    PartnerTable,
    PlayedAnswer,
    ProjectDefinition,
)
from lamppu_bot.slack.app import build_app
from lamppu_bot.slack.booking import Timing
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.connection import SocketModeConnection
from lamppu_bot.slack.pacing import UNPACED
from lamppu_bot.slack.runtime import Machinery
from lamppu_bot.story import Story
from lamppu_bot.texts import Texts, texts_for
from lamppu_bot.timeline import happenings
from lamppu_bot.workspace import Channel, Person, Workspace
from lamppu_bot.workspace.people.forms import REFUSALS
from storage.database import Database
from storage.migrate import upgrade

Say = Callable[[str], None]
_PROMPTS = (timeline.OPENS, timeline.REMINDER)
_WORDS = {
    timeline.PREVIEW: "the coordinators see what will be sent",
    timeline.OPENS: "the round opens",
    timeline.REMINDER: "reminder {number}",
    timeline.DUE: "the due day is over",
    timeline.REPORT: "the report is posted",
    timeline.CLOSES: "the round closes",
}
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
        say: Say = print,
        timing: Timing | None = None,
    ) -> None:
        self.texts: Texts = texts_for(project.project.language)
        self.definition = _found_by_email(project)
        self._template = template
        self._say = say
        self._timing = timing
        self._stack = ExitStack()

    def __enter__(self) -> "Rehearsal":
        first = min(semester.ends for semester in self.definition.semesters)
        self.clock = MovableClock(datetime(first.year, 1, 2, 9, tzinfo=UTC))
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="lamppu-rehearsal-")))
        self.workspace = self._stack.enter_context(Workspace(clock=self._seconds))
        self.workspace.settings.refusals = {name: self.texts.entries[f"slack.{name}"][0] for name in REFUSALS}
        self.people = self._invite()
        self.channel = self._open_channel()
        self.zone = ZoneInfo(self.definition.project.time_zone)
        self.story = Story(self.workspace, self.people, self.channel, zone=self.zone, say=self._say)
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
        named = [(person.name, person.email) for person in self.definition.coordinators]
        for partner in self.definition.partners:
            named += [(person.name, person.email) for person in (partner.contact, partner.deputy) if person]
        zone = self.definition.project.time_zone
        found: dict[str, Person] = {}
        for name, email in named:
            if email and email not in found:
                found[email] = self.workspace.add_person(name, email, locale=self.texts.tag, tz=zone)
        return found

    def _open_channel(self) -> Channel:
        members = [self.people[person.email] for person in self.definition.coordinators if person.email]
        return self.workspace.add_channel(self.texts("rehearsal.channel"), members=members, private=True)

    def _start_bot(self) -> None:
        """The bot itself, with nothing changed but the addresses it talks to, its calendar and Slack's limits."""
        upgrade(self.database)
        client = build_client(self.workspace.bot_token, self.workspace.api_url)
        self.bot = Machinery(self.database, client, clock=self.clock, timing=self._timing, limits=UNPACED)
        self._stack.callback(self.bot.close)
        here = self.definition.project.model_copy(update={"channel": self.channel.id})
        definition = self.definition.model_copy(update={"project": here})
        with self.database.write() as session:
            plan = loading.plan_load(session, definition, template=self._template, now=self.clock())
            loading.apply_load(session, plan, self.clock())
        self._stack.enter_context(self.bot.missed.reading())
        self.connect()
        self._stack.callback(self.disconnect)

    def connect(self) -> None:
        """Lets the workspace reach the bot."""
        self._connection = SocketModeConnection(
            build_app(self.bot.services, self.bot.client),
            app_token=self.workspace.app_token,
            api_url=self.workspace.api_url,
            on_connected=self.bot.missed.want,
            on_unheard=self.bot.missed.want_later,
        )
        self._connection.start()

    def disconnect(self) -> None:
        """Leaves the bot out of reach, as when it is down, until it is connected again."""
        self._connection.stop()

    def play(self, answers: Sequence[PlayedAnswer], after: Callable[[], None] = lambda: None) -> None:
        """Moves the calendar from one event to the next; partners answer at one prompt or another, each at its own.

        `after` is called after each event.
        """
        with self.database.read() as session:
            events = happenings(session)
        prompts: dict[str, list[datetime]] = defaultdict(list)
        for event in events:
            if event.kind in _PROMPTS:
                prompts[event.round.key].append(event.moment)
        turns = {key: self._turns(key, answers, moments) for key, moments in prompts.items()}
        for event in events:
            key = event.round.key
            self.move_to(event.moment, f"{key}: {_WORDS[event.kind].format(number=event.number)}")
            for partner in turns[key].pop(event.moment, ()):
                self._answer(partner, [a for a in answers if (a.semester, a.partner) == (key, partner.key)])
            after()

    def _turns(
        self, semester: str, answers: Sequence[PlayedAnswer], prompts: Sequence[datetime]
    ) -> dict[datetime, list[PartnerTable]]:
        """Who answers after which prompt: the first partner after the card, the next after the first reminder."""
        answering = {answer.partner for answer in answers if answer.semester == semester}
        found: dict[datetime, list[PartnerTable]] = defaultdict(list)
        for number, partner in enumerate(p for p in self.definition.partners if p.key in answering):
            found[prompts[number % len(prompts)]].append(partner)
        return found

    def _answer(self, partner: PartnerTable, answers: Sequence[PlayedAnswer]) -> None:
        """The contact opens the form from the card, fills it in, and goes on while there is something to say."""
        person = self.people[partner.contact.email]
        asked = len(self.definition.objectives_of(partner.key))
        self.story.tell(f"{person.name} answers {len(answers)} of {asked} objectives of {partner.short_name}")
        titles = {objective.key: objective.title for objective in self.definition.objectives}
        for answer in answers:
            self._open_form(person, partner, titles[answer.objective])
            fill_in(person, answer, self.texts)
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
