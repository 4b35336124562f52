"""The story of a rehearsal as it happens: who got what, when; and what it leaves in a folder."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lamppu_bot.workspace import Channel, Person, VisibleMessage, Workspace

WIDTH = 100
_COUNT = re.compile(r"\d/\d")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that has come, or changed from what it was `before`; `place` names whose it is, `reader` sees it."""

    place: str
    reader: Person
    message: VisibleMessage
    lines: tuple[str, ...]
    before: tuple[str, ...] | None

    @property
    def is_reply(self) -> bool:
        return self.message.thread_ts not in (None, self.message.ts)

    @property
    def gist(self) -> tuple[str, ...]:
        """The line or two that say what it is: of a change, the first and one that is new, best one that counts."""
        if self.before is not None:
            new = [line for line in self.lines[1:] if line not in self.before]
            said = [line for line in new if not line.startswith("[")]  # buttons alone say nothing of what has changed
            telling = [line for line in said if _COUNT.search(line)] or said
            return (*self.lines[:1], *telling[:1])
        return self.lines[: 1 if self.message.files or self.is_reply else 2]


class Story:
    """Tells each message when it arrives, and in words what is new in it when it has changed."""

    def __init__(
        self,
        workspace: Workspace,
        people: Mapping[str, Person],
        channel: Channel,
        *,
        zone: ZoneInfo,
        say: Callable[[str], None],
    ) -> None:
        self._workspace = workspace
        self._people = people
        self._channel = channel
        self._zone = zone
        self._say = say
        self._seen: dict[tuple[str, str], tuple[str, ...]] = {}

    def at(self, moment: datetime, what: str) -> None:
        """A new moment of the calendar begins."""
        self._say("")
        self._say(f"{moment.astimezone(self._zone):%a %Y-%m-%d %H:%M}  {what}")

    def tell(self, line: str) -> None:
        self._say(f"  {line}")

    def tell_news(self) -> None:
        """What has arrived or changed since the last time, in the order of the conversations; what reads alike once."""
        for line in dict.fromkeys(_told(arrival) for arrival in self.news()):
            self.tell(line)

    def news(self) -> list[Arrival]:
        """What has arrived or changed since it was asked for the last time, in the order of the conversations."""
        return list(self._news())

    def _news(self) -> Iterator[Arrival]:
        for reader, place, message in self.messages():
            lines = tuple(line.replace("*", "") for line in message.lines if line.strip())
            before = self._seen.get((message.channel_id, message.ts))
            if before != lines:
                self._seen[message.channel_id, message.ts] = lines
                yield Arrival(place, reader, message, lines, before)

    def messages(self) -> Iterator[tuple[Person, str, VisibleMessage]]:
        """Every message with who reads it, and whose it is: a person's name or the channel's."""
        for person in self._people.values():
            for message in person.messages():
                yield from ((person, person.name, one) for one in (message, *message.thread))
        coordinator = next(one for one in self._people.values() if one.id in self._channel.members)
        for message in coordinator.messages(self._channel):
            yield from ((coordinator, f"#{self._channel.name}", one) for one in (message, *message.thread))

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


def _told(arrival: Arrival) -> str:
    place = f"{arrival.place}, in the thread" if arrival.is_reply else arrival.place
    said = " · ".join(arrival.gist)
    if arrival.before is not None:
        return _clipped(f"{place}: (updated) {said}")
    files = len(arrival.message.files)
    count = f" ({files} {'files' if files > 1 else 'file'})" if files else ""
    return _clipped(f"{place}: {said}{count}")


def _clipped(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def _as_file_name(name: str) -> str:
    return name.casefold().replace(" ", "-")
