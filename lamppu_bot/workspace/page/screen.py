"""What the page shows to one person at one place, as JSON: the people, their conversations, messages, forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_date, format_time

from lamppu_bot.workspace.page.blocks import Describer
from lamppu_bot.workspace.page.cast import Role
from lamppu_bot.workspace.page.markup import Markup
from lamppu_bot.workspace.page.reading import Reading
from lamppu_bot.workspace.people import Person, VisibleMessage, VisibleView
from lamppu_bot.workspace.records import Channel, StoredFile

Json = dict[str, Any]

HOME = "home"
"""The place that is no conversation."""


@dataclass(frozen=True, slots=True)
class Look:
    """Where a page looks: as whom, at which conversation (or HOME), and at which thread there."""

    person: Person
    place: str
    thread: str | None = None


class Screen:
    """Describes what a look sees; `reading` knows what has been read."""

    def __init__(self, roles: Sequence[Role], reading: Reading) -> None:
        self._roles = roles
        self._reading = reading

    def describe(self, look: Look) -> Json:
        """Everything on the screen but the clock, of one moment."""
        person = look.person
        with person.state.lock:
            return {
                "me": {"id": person.id, "name": person.name, "language": person.user.locale[:2]},
                "people": [self._role(role) for role in self._roles],
                "everybody": self._everybody(person),
                "places": [self._place(person, channel) for channel in _channels(person)],
                "place": look.place,
                "messages": [] if look.place == HOME else self._messages(person, look.place),
                "thread": self._thread(look),
                "home": self._view(person, person.home) if look.place == HOME else None,
                "modal": self._view(person, person.modal),
            }

    def _role(self, role: Role) -> Json:
        person = role.person
        unread = sum(self._reading.unread(person, channel) for channel in _channels(person))
        return {"id": person.id, "name": person.name, "about": role.about, "unread": unread}

    def _everybody(self, person: Person) -> list[Json]:
        """Whom a menu of people offers."""
        people = [user for user in person.state.users.values() if not user.is_bot and not user.deactivated]
        return [{"id": user.id, "name": user.real_name} for user in sorted(people, key=lambda user: user.real_name)]

    def _place(self, person: Person, channel: Channel) -> Json:
        unread = self._reading.unread(person, channel)
        return {"id": channel.id, "kind": channel.kind, "name": channel.name, "unread": unread}

    def _messages(self, person: Person, place: str) -> list[Json]:
        """The conversation with what the bot shows to this person alone, in the order of time."""
        alone = [one for one in person.ephemerals if one.channel_id == place and not one.message.is_reply]
        shown = sorted([*person.messages(place), *alone], key=lambda message: message.ts)
        return [self._message(person, message) for message in shown]

    def _thread(self, look: Look) -> Json | None:
        if look.thread is None or look.place == HOME:
            return None
        found = look.person.messages(look.place, look.thread)
        alone = [one for one in look.person.ephemerals if one.thread_ts == look.thread]
        if not found:
            return None
        return {"ts": look.thread, "messages": [self._message(look.person, one) for one in [*found, *alone]]}

    def _message(self, person: Person, shown: VisibleMessage) -> Json:
        message = shown.message
        markup = Markup(person.reader)
        is_gone = message.subtype == "tombstone"
        facts: Json = {
            "ts": message.ts,
            "channel": message.channel_id,
            "author": shown.author,
            "bot": message.bot_id is not None,
            "mine": message.user_id == person.id and not is_gone,
            "edited": shown.is_edited,
            "alone": shown.is_ephemeral,
            "gone": is_gone,
            "reply": message.is_reply,
            "replies": 0 if message.is_reply else len(shown.thread),
            "files": [_file(file) for file in shown.files],
            **_moment(person, message.ts),
        }
        if message.blocks:
            facts["blocks"] = Describer(markup, person.chosen(shown), {}).describe(message.blocks)
        else:
            facts["text"] = markup.mrkdwn(message.text) if message.text else []
        return facts | ({"typed": shown.fallback} if facts["mine"] else {})

    def _view(self, person: Person, shown: VisibleView | None) -> Json | None:
        if shown is None:
            return None
        view = shown.view
        describer = Describer(Markup(person.reader), view.typed, view.errors)
        return {
            "id": view.id,
            "hash": view.hash,
            "title": shown.title,
            "submit": shown.submit_label,
            "close": shown.close_label,
            "errors": dict(view.errors),
            "refusals": view.refusals,
            "blocks": describer.describe(view.body["blocks"]),
        }


def _channels(person: Person) -> list[Channel]:
    """The conversations of a person: the bot's direct messages first."""
    return [person.dm, *(one for one in person.state.channels_of(person.id) if one.kind != "im" and not one.archived)]


def _moment(person: Person, ts: str) -> Mapping[str, str]:
    moment = datetime.fromtimestamp(float(ts), person.reader.tz)
    return {
        "day": format_date(moment, "full", person.reader.locale),
        "time": format_time(moment, "short", locale=person.reader.locale),
    }


def _file(file: StoredFile) -> Json:
    return {"id": file.id, "name": file.name, "title": file.title, "size": len(file.content or b"")}
