"""What a renderer hands to the worker: a message, a Home, files, an answer to a `response_url`, or *too early*."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol


class Sayable(Protocol):
    """The text that screen readers and notifications read, and the blocks that people see."""

    @property
    def text(self) -> str: ...

    @property
    def blocks(self) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Post:
    """A message, posted or updated. `fallback` says the same in plain blocks, for when Slack refuses the others."""

    message: Sayable
    fallback: Sayable


@dataclass(frozen=True, slots=True)
class Publish:
    """A person's Home, which takes the place of what stands there; `fallback` as in Post, `digest` tells it apart."""

    view: Mapping[str, Any]
    fallback: Mapping[str, Any]
    digest: str


class File(NamedTuple):
    name: str
    title: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """Files that appear in one message under `comment` (Slack mark-up); in a thread if the delivery is a reply.

    Once shared it stays: Slack cannot replace a file, so a newer version is a delivery of its own.
    """

    files: tuple[File | tuple[str, str, bytes], ...]
    comment: str


class Obstacle(StrEnum):
    """Why a file that somebody shared cannot be handed on, whatever is tried."""

    GONE = "gone"
    TOO_LARGE = "too_large"
    ELSEWHERE = "elsewhere"  # it only stands for a file that is not in Slack


@dataclass(frozen=True, slots=True)
class Relay:
    """A file that somebody shared with the bot alone, handed on as an Upload is; in its place a word on why it is not.

    Its bytes are fetched when they are sent, no more of them at once than of one file.
    """

    file_id: str
    title: str
    comment: str
    instead: Mapping[Obstacle, Post]


@dataclass(frozen=True, slots=True)
class Respond:
    """A late answer that only the asker sees. Nobody can look whether it arrived, so it is tried once.

    Where Slack refuses its blocks, `fallback` says the same in plain ones. With `replaces` it takes the place of the
    message whose button was pressed. `more` follows it in that order: Slack takes five answers at one `response_url`.
    """

    response_url: str
    message: Sayable
    fallback: Sayable
    replaces: bool = False
    more: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True)
class NotYet:
    """It is wanted, but not before `until` (real time, aware)."""

    until: datetime


Content = Post | Publish | Upload | Relay | Respond | NotYet
