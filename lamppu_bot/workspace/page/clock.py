"""What the page knows of time: whoever runs the rehearsal says what comes next, and moves the calendar on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Step:
    """A way to move on: to which moment, and what will happen on the way, in words; impossible without a moment."""

    key: str
    moment: str = ""
    happens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """Something that somebody got: whom the page must act as, and where (perhaps in a thread), to see it."""

    text: str
    person_id: str
    channel_id: str
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A moment that the calendar came to, what it was, and who got what then."""

    moment: str
    what: str
    news: tuple[News, ...]


class Clock(Protocol):
    """A calendar that stands still until it is moved on; every method may be called from any thread."""

    def now(self) -> str:
        """The calendar's moment, in words."""

    def steps(self) -> Sequence[Step]:
        """The ways to move on from here."""

    def move(self, key: str) -> Sequence[Moved]:
        """Take the step of that key; returns when everything that it sets going has arrived."""
