"""Every message that a project will ever send: found out by playing its calendar with nobody answering."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table

from lamppu_bot.project_file import ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.texts import texts_for
from lamppu_bot.workspace import VisibleMessage

HEADS = ("when", "what", "to", "first line")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A message as it will first read; the same to several people is told once. `moment` is in the project's zone.

    `what` is its kind in words, `to` are people by name, or the coordinators' channel, perhaps a thread in it.
    """

    moment: datetime
    what: str
    to: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def first_line(self) -> str:
        return self.lines[0].replace("*", "")

    @property
    def cells(self) -> tuple[str, str, str, str]:
        return f"{self.moment:%a %Y-%m-%d %H:%M}", self.what, ", ".join(self.to), self.first_line


def foresee(
    project: ProjectDefinition, *, template: bytes | None = None, out: Path | None = None
) -> tuple[list[Foreseen], list[Path]]:
    """All messages in the order of time; and what is left in a folder, where one is named: `calendar.txt` with every
    message in full as it will be sent, and what a rehearsal leaves.

    Plays in a local workspace of its own, which is gone when this returns.
    """
    with Rehearsal(project, template=template, say=lambda _: None) as rehearsal:
        watching = _Watching(rehearsal)
        rehearsal.play((), after=watching.look)
        seen = sorted(watching.seen, key=lambda one: one.moment)
        left = [*_leave(seen, out), *rehearsal.story.leave(out)] if out else []
    return list(_together(seen)), left


class _Watching:
    """Writes down each message when it arrives: later it may read otherwise.

    What comes of a moment in the night, such as a round's closing, waits for the morning; in a rehearsal nothing waits.
    """

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        self._hours = rehearsal.definition.working_calendar
        self._known: set[tuple[str, str]] = set()
        self.seen: list[Foreseen] = []

    def look(self) -> None:
        moment = self._hours.next_prompting(self._rehearsal.clock.calendar).astimezone(self._rehearsal.zone)
        for _reader, place, message in self._rehearsal.story.messages():
            name = (message.channel_id, message.ts)
            if name not in self._known:
                self._known.add(name)
                to = f"{place}, in the thread" if message.message.is_reply else place
                self.seen.append(Foreseen(moment, _kind(message), (to,), tuple(message.lines)))


def _leave(seen: Sequence[Foreseen], folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "calendar.txt"
    told = ("\n".join([", ".join(one.cells[:2]), *one.to, "", *(f"    {line}" for line in one.lines)]) for one in seen)
    path.write_text("\n\n\n".join(told) + "\n", encoding="utf-8")
    return [path]


def _kind(message: VisibleMessage) -> str:
    """As its key in the ledger begins, in words; files carry no key."""
    metadata = message.message.metadata
    kind = str(metadata["event_payload"]["key"]).partition(":")[0] if metadata else "files"
    return texts_for("en")(f"parked.kind.{kind.replace('-', '_')}")


def _together(seen: Sequence[Foreseen]) -> Iterator[Foreseen]:
    """What reads alike at one moment is one line, with all whom it goes to."""
    alike: dict[tuple[datetime, str, str], Foreseen] = {}
    for one in seen:
        key = (one.moment, one.what, one.first_line)
        before = alike.get(key)
        alike[key] = replace(before, to=before.to + one.to) if before else one
    yield from alike.values()


def show(found: Sequence[Foreseen]) -> None:
    """A table on a terminal; elsewhere a line a message, its cells parted by tabs."""
    console = Console()
    if not console.is_terminal:
        for one in found:
            print("\t".join(one.cells))  # noqa: T201 - for programs: rich would break the lines
        return
    table = Table(*(Column(head, overflow="fold", no_wrap=head == "when") for head in HEADS))
    for one in found:
        table.add_row(*one.cells)
    console.print(table)
