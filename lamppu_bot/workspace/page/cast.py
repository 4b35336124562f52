"""Whom one can act as on the page, and what whoever runs the rehearsal says about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lamppu_bot.workspace.people import Person


@dataclass(frozen=True, slots=True)
class Role:
    """A person with a line that tells who they are."""

    person: Person
    about: str


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command with one of its words, and what it does, for completion."""

    command: str
    word: str
    does: str


@dataclass(frozen=True, slots=True)
class Script:
    """Everything about a rehearsal that the workspace itself cannot know.

    `language` and `texts` are the page's own; a text may hold `{names}` of values that the page fills in.
    """

    title: str
    language: str
    texts: Mapping[str, str]
    roles: Sequence[Role]
    commands: Sequence[Command]
