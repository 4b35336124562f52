"""The rehearsal in a browser: who is who, the commands, and a calendar that the page moves on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from babel.dates import format_date

from lamppu_bot.messages import limits, wording, words
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.rounds import working_calendar
from lamppu_bot.story import Arrival
from lamppu_bot.texts import Texts
from lamppu_bot.timeline import DUE, Happening, happenings
from lamppu_bot.workspace.page import Command, Moved, News, Page, Role, Script, Step
from storage import claims, participations, queries
from storage.values import ProjectView, RoundState

_UNDER_WAY: Final = (RoundState.OPEN, RoundState.DUE)
_PATIENCE_SECONDS: Final = 30.0
_NEWS: Final = 110  # characters: what it is, not all that it says


@contextmanager
def open_page(house: Rehearsal, *, port: int = 0) -> Iterator[Page]:
    """Lets the bot work by itself and serves the page; yields it once it can be looked at."""
    clock = RehearsalClock(house)
    with house.bot.running(), Page(house.workspace, script_of(house), clock, port=port) as page:
        yield page


def script_of(house: Rehearsal) -> Script:
    """What the page says about the project: its language, the people with what they are, the words of the command."""
    texts, project = house.texts, house.definition.project
    return Script(
        title=texts("page.title", project=project.short_name),
        language=texts.language,
        texts=page_texts(texts),
        roles=[Role(person, "; ".join(_parts_of(house, email))) for email, person in house.people.items()],
        commands=[Command("/lamppu", word, texts(f"command_word.{word}")) for word in command_words()],
    )


def page_texts(texts: Texts) -> dict[str, str]:
    """The page's own words, by the names that its scripts ask for; the browser fills in their values."""
    names = [key.removeprefix("page.") for key in texts.entries if key.startswith("page.")]
    return {name: texts.entries[f"page.{name}"][0] for name in names}


def command_words() -> tuple[str, ...]:
    """The words that may follow the slash command, those of the coordinators' tools last."""
    return (*words.COMMANDS, *words.TOOL_WORDS)


def _parts_of(house: Rehearsal, email: str) -> Iterator[str]:
    """Everything that somebody is in the project."""
    if any(email == coordinator.email for coordinator in house.definition.coordinators):
        yield house.texts("role.coordinator")
    for partner in house.definition.partners:
        if partner.contact.email == email:
            yield house.texts("role.contact", partner=partner.short_name)
        if partner.deputy and partner.deputy.email == email:
            yield house.texts("role.deputy", partner=partner.short_name)


def _stops(ahead: Sequence[Happening], going_on: Sequence[ProjectView], now: datetime) -> Iterator[datetime]:
    """The next happening, and while a round is under way, or goes on for somebody, the next working morning.

    For what was agreed with one person (more time, an absence, an answer to complete) ends on a day of its own.
    """
    for one in ahead[:1]:
        yield one.moment
    under_way = [one.project for one in ahead if one.round.state in _UNDER_WAY]
    for project in (*under_way, *going_on):
        yield working_calendar(project).next_working_morning(now + timedelta(minutes=1))


class RehearsalClock:
    """The rehearsal's calendar as the page moves it: from one happening to the next, so that none is passed over."""

    def __init__(self, house: Rehearsal) -> None:
        self._house = house
        self._texts: Texts = house.texts
        self._zone = house.definition.project.time_zone

    def now(self) -> str:
        """The calendar's moment with its weekday."""
        return self._said(self._house.clock.calendar)

    def steps(self) -> Sequence[Step]:
        """To the next happening, a day on, and to the end of the next due date."""
        ahead = self._ahead()
        return [self._step(key, target, ahead) for key, target in self._targets(ahead).items()]

    def move(self, key: str) -> Sequence[Moved]:
        """Goes there happening by happening; whatever was on the screen before is no news."""
        target = self._targets(self._ahead())[key]
        if target is None:
            return []
        self._settle()
        self._house.story.news()
        moved = []
        while self._house.clock.calendar < target:
            ahead = self._ahead()
            stop = min([target, *_stops(ahead, self._going_on(), self._house.clock.calendar)])
            come = self._come_to(stop, [one for one in ahead if one.moment == stop])
            if come.what or come.news or stop == target:
                moved.append(come)
        return moved

    def _ahead(self) -> list[Happening]:
        with self._house.database.read() as session:
            found = happenings(session)
        return [one for one in found if one.moment > self._house.clock.calendar]

    def _going_on(self) -> list[ProjectView]:
        with self._house.database.read() as session:
            return [queries.get_project(session, one) for one in sorted(participations.list_going_on(session))]

    def _targets(self, ahead: Sequence[Happening]) -> dict[str, datetime | None]:
        local = self._house.clock.calendar.astimezone(self._house.zone)
        return {
            "next": next((one.moment for one in ahead), None),
            "day": local + timedelta(days=1),
            "due": next((one.moment for one in ahead if one.kind == DUE), None),
        }

    def _step(self, key: str, target: datetime | None, ahead: Sequence[Happening]) -> Step:
        if target is None:
            return Step(key)
        on_the_way = [one for one in ahead if one.moment <= target]
        lines = [
            f"{self._said(moment)} · {self._what(list(together))}"
            for moment, together in groupby(on_the_way, key=lambda one: one.moment)
        ]
        return Step(key, self._said(target), tuple(lines))

    def _come_to(self, moment: datetime, what: Sequence[Happening]) -> Moved:
        self._house.clock.calendar = moment
        self._settle()
        news = dict.fromkeys(self._news(arrival) for arrival in self._house.story.news())
        return Moved(self._said(moment), self._what(what), tuple(news))

    def _settle(self) -> None:
        """Lets the bot do what is due and send it; a change may set another going, so twice."""
        for _ in range(2):
            self._house.bot.step()
            with suppress(AssertionError):  # what takes longer still comes, by itself
                self._house.workspace.wait_until(self._all_is_sent, _PATIENCE_SECONDS, "deliveries")

    def _all_is_sent(self) -> bool:
        with self._house.database.read() as session:
            return not claims.has_due(session, self._house.clock().real)

    def _news(self, arrival: Arrival) -> News:
        kind = {(False, False): "new", (False, True): "updated", (True, False): "reply", (True, True): "reply_updated"}
        files = len(arrival.message.files)
        gist = [*arrival.gist, *([self._texts.plural("news.files", files)] if files else [])]
        found = kind[arrival.is_reply, arrival.before is not None]
        said = self._texts(f"news.{found}", place=arrival.place, text=" · ".join(gist))
        thread = arrival.message.thread_ts if arrival.is_reply else None
        return News(limits.clip(said, _NEWS), arrival.reader.id, arrival.message.channel_id, thread)

    def _what(self, together: Sequence[Happening]) -> str:
        return "; ".join(self._happening(one) for one in together)

    def _happening(self, one: Happening) -> str:
        texts = self._texts
        what = texts(f"happening.{one.kind}", **({"number": one.number} if one.number else {}))
        semester = wording.semester(one.round, texts)
        return texts("happening.line", semester=semester, what=what)

    def _said(self, moment: datetime) -> str:
        local = moment.astimezone(self._house.zone)
        weekday = format_date(local, "ccc", locale=self._texts.locale)
        return self._texts("happening.moment", weekday=weekday, moment=self._texts.moment(moment, self._zone))
