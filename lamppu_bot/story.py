"""The story of a rehearsal as it happens: who got what, when; and what it leaves in a folder."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lamppu_bot.workspace import Channel, Person, VisibleMessage, Workspace

WIDTH = 100


class Story:
    """Tells each message once when it arrives and once more whenever it has changed."""

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
        self._told: dict[tuple[str, str], str] = {}

    def at(self, moment: datetime, what: str) -> None:
        """A new moment of the calendar begins."""
        self._say("")
        self._say(f"{moment.astimezone(self._zone):%a %Y-%m-%d %H:%M}  {what}")

    def tell(self, line: str) -> None:
        self._say(f"  {line}")

    def tell_news(self) -> None:
        """What has arrived or changed since the last time, in the order of the conversations."""
        for place, message in self._messages():
            before = self._told.get((message.channel_id, message.ts))
            if before == message.text:
                continue
            self._told[message.channel_id, message.ts] = message.text
            self.tell(f"{'->' if before is None else '~>'} {place}: {_first_line(message)}")

    def _messages(self) -> Iterable[tuple[str, VisibleMessage]]:
        for person in self._people.values():
            for message in person.messages():
                yield from _with_replies(person.name, message)
        coordinator = next(one for one in self._people.values() if one.id in self._channel.members)
        for message in coordinator.messages(self._channel):
            yield from _with_replies(f"#{self._channel.name}", message)

    def leave(self, folder: Path) -> list[Path]:
        """Writes every conversation as text and every posted file; returns where they are."""
        messages, files = folder / "messages", folder / "files"
        messages.mkdir(parents=True, exist_ok=True)
        files.mkdir(parents=True, exist_ok=True)
        conversations = {self._channel.name: self._channel}
        conversations |= {person.name: person.dm for person in self._people.values()}
        left = []
        for name, channel in conversations.items():
            path = messages / f"{_as_file_name(name)}.txt"
            path.write_text(self._workspace.transcript(channel), encoding="utf-8")
            left.append(path)
        return left + self._leave_files(files)

    def _leave_files(self, folder: Path) -> list[Path]:
        """A file's newest version under its own name: what the channel was given last."""
        left: dict[Path, None] = {}
        for file in self._workspace.state.files.values():
            if file.content is not None and any(share.channel_id == self._channel.id for share in file.shares):
                path = folder / file.name
                path.write_bytes(file.content)
                left[path] = None
        return list(left)


def _with_replies(place: str, message: VisibleMessage) -> Iterable[tuple[str, VisibleMessage]]:
    yield place, message
    for reply in message.thread:
        yield f"{place}, in the thread", reply


def _first_line(message: VisibleMessage) -> str:
    line = " / ".join(line for line in message.lines if line.strip())
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def _as_file_name(name: str) -> str:
    return name.casefold().replace(" ", "-")
