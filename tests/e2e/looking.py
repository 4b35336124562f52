"""What these tests look at: people's messages, the coordinators' channel, and what went over the wire."""

import copy
from collections import Counter
from typing import Any

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person, VisibleMessage
from tests.e2e.acting import FI
from tests.e2e.conftest import KATRI

GREETING = FI("reminder.greeting")


def channel(house: Rehearsal) -> list[VisibleMessage]:
    """The coordinators' channel from top to bottom, threads left out."""
    return house.people[KATRI].messages(house.channel)


def titles(messages: list[VisibleMessage]) -> list[str]:
    """The first line of each message."""
    return [message.lines[0] for message in messages]


def reminders(person: Person, greeting: str = GREETING) -> list[VisibleMessage]:
    return [message for message in person.messages() if message.lines[0] == greeting]


def cards(person: Person) -> list[VisibleMessage]:
    return [message for message in person.messages() if "tulokset" in message.lines[0] and ":" in message.lines[0]]


def posts(house: Rehearsal) -> Counter[str]:
    """How often each delivery's key was posted, as Slack heard it."""
    calls = house.workspace.calls_to("chat.postMessage")
    return Counter(str(call.args["metadata"]["event_payload"]["key"]) for call in calls)


def newest_payload(house: Rehearsal, kind: str) -> dict[str, Any]:
    """The newest thing of a kind (`view_submission`, `block_actions`) that Slack told the bot."""
    return next(d.payload for d in reversed(house.workspace.deliveries) if d.payload.get("type") == kind)


def forge(house: Rehearsal, payload: dict[str, Any], person: Person) -> dict[str, Any]:
    """The same payload as if that person had sent it; returns the bot's answer."""
    forged = copy.deepcopy(payload)
    forged["user"]["id"] = person.id
    delivery = house.workspace.deliver("interactive", forged)
    assert delivery.done.wait(10)
    house.settle()
    return delivery.response or {}


def summary(house: Rehearsal) -> VisibleMessage:
    """The one posted report there is."""
    [found] = [message for message in channel(house) if message.lines[0].endswith((" raportti", " raportin tilanne"))]
    return found


def part(house: Rehearsal, title: str) -> VisibleMessage:
    """The first message of the report's thread about an objective."""
    return next(reply for reply in summary(house).thread if reply.lines[0].startswith(f"Tavoite {title}"))


def uploads(house: Rehearsal) -> list[VisibleMessage]:
    """The messages with files in the report's thread."""
    return [reply for reply in summary(house).thread if reply.files]


def updates(house: Rehearsal) -> list[str]:
    """The keys of the messages that were updated, in that order."""
    return [str(c.args["metadata"]["event_payload"]["key"]) for c in house.workspace.calls_to("chat.update")]


def block_types(message: VisibleMessage) -> set[str]:
    return {block["type"] for block in message.message.blocks}
