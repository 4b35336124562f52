"""A conversation as text for people."""

from collections.abc import Iterator
from datetime import datetime

from lamppu_bot.workspace.people.rendering import Reader
from lamppu_bot.workspace.people.screen import VisibleMessage
from lamppu_bot.workspace.records import Channel
from lamppu_bot.workspace.state import WorkspaceState

INDENT = "    "


def transcript(state: WorkspaceState, channel: Channel) -> str:
    """The messages oldest first, each with author and time, replies indented below their parent.

    Times and dates are shown as the channel's first human member sees them.
    """
    with state.lock:
        people = sorted(channel.members - {state.identity.bot_user_id})
        reader = Reader(state, state.users[people[0] if people else state.identity.bot_user_id])
        shown = [VisibleMessage(state, reader, one) for one in channel.messages.values() if not one.is_reply]
        return "\n".join(line for message in shown for line in _lines(message, reader, ""))


def _lines(message: VisibleMessage, reader: Reader, indent: str) -> Iterator[str]:
    moment = datetime.fromtimestamp(float(message.ts), reader.tz)
    edited = " (edited)" if message.is_edited else ""
    yield f"{indent}{message.author}, {moment:%Y-%m-%d %H:%M}{edited}"
    yield from (f"{indent}{INDENT}{line}".rstrip() for line in message.lines)
    for reply in message.thread:
        yield from _lines(reply, reader, indent + INDENT)
    if not indent:
        yield ""
