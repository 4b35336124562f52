"""The story of a rehearsal as it happens: who got what, when; and what it leaves in a folder."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lamppu_bot.workspace import Channel, Person, VisibleMessage, Workspace

WIDTH = 100
_COUNT = re.compile(r"\d/\d")


class Story:
    """Tells each message when it arrives, and in words what is new in it when it has changed."""

    def __init__(
        self,
        workspace: Workspace,
        people: Mapping[str, Person],
        channel: Channel,
        *,
        zone: str,
        say: Callable[[str], None],
    ) -> None:
        self._workspace = workspace
        self._people = people
        self._channel = channel
        self._zone = ZoneInfo(zone)
        self._say = say
        self._told: dict[tuple[str, str], list[str]] = {}

    def at(self, moment: datetime, what: str) -> None:
        """A new moment of the calendar begins."""
        self._say("")
        self._say(f"{moment.astimezone(self._zone):%a %Y-%m-%d %H:%M}  {what}")

    def tell(self, line: str) -> None:
        self._say(f"  {line}")

    def tell_news(self) -> None:
        """What has arrived or changed since the last time, in the order of the conversations; what reads alike once."""
        for line in dict.fromkeys(self._news()):
            self.tell(line)

    def _news(self) -> Iterator[str]:
        for place, message in self._messages():
            lines = [line.replace("*", "") for line in message.lines if line.strip()]
            before = self._told.get((message.channel_id, message.ts))
            if before != lines:
                self._told[message.channel_id, message.ts] = lines
                yield _clipped(f"{place}: {_arrived(message, lines) if before is None else _changed(before, lines)}")

    def _messages(self) -> Iterable[tuple[str, VisibleMessage]]:
        for person in self._people.values():
            for message in person.messages():
                yield from _with_replies(person.name, message)
        coordinator = next(one for one in self._people.values() if one.id in self._channel.members)
        for message in coordinator.messages(self._channel):
            yield from _with_replies(f"#{self._channel.name}", message)

    def leave(self, folder: Path) -> list[Path]:
        """Writes every conversation as text and every posted file; returns where they are."""
        messages = folder / "messages"
        messages.mkdir(parents=True, exist_ok=True)
        conversations = {self._channel.name: self._channel}
        conversations |= {person.name: person.dm for person in self._people.values()}
        left = []
        for name, channel in conversations.items():
            said = self._workspace.transcript(channel)
            if not said:  # somebody whom nothing concerned
                continue
            path = messages / f"{_as_file_name(name)}.txt"
            path.write_text(said, encoding="utf-8")
            left.append(path)
        return left + self._leave_files(folder / "files")

    def _leave_files(self, folder: Path) -> list[Path]:
        """What the channel was given last under each name; whatever was posted before lies in `earlier`, by day."""
        posted = [
            (float(share.ts), share.channel_id == self._channel.id, file.name, file.content)
            for file in self._workspace.state.files.values()
            for share in file.shares
            if file.content is not None
        ]
        last = {name: at for at, is_public, name, _ in sorted(posted) if is_public}
        left: dict[Path, None] = {}
        for at, is_public, name, content in sorted(posted):
            day = datetime.fromtimestamp(at, self._zone).date().isoformat()
            is_last = is_public and last[name] == at
            path = folder / name if is_last else folder / "earlier" / day / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            left[path] = None
        return list(left)


def _with_replies(place: str, message: VisibleMessage) -> Iterable[tuple[str, VisibleMessage]]:
    yield place, message
    for reply in message.thread:
        yield f"{place}, in the thread", reply


def _arrived(message: VisibleMessage, lines: Sequence[str]) -> str:
    """A message by its first lines, a reply by its first alone; of files, how many."""
    if message.files:
        return f"{lines[0]} ({len(message.files)} {'files' if len(message.files) > 1 else 'file'})"
    is_reply = message.thread_ts not in (None, message.ts)
    return lines[0] if is_reply else " · ".join(lines[:2])


def _changed(before: Sequence[str], lines: Sequence[str]) -> str:
    """A message by its first line and one that is new in it: best, one that counts something."""
    new = [line for line in lines[1:] if line not in before]
    telling = [line for line in new if _COUNT.search(line)] or new
    return " · ".join([f"(updated) {lines[0]}", *telling[:1]])


def _clipped(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def _as_file_name(name: str) -> str:
    return name.casefold().replace(" ", "-")
