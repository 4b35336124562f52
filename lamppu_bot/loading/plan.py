"""What loading a project file would do: values to look at before, and to apply after."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lamppu_bot.loading.facts import Facts
from lamppu_bot.loading.people import Merge


class Kind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    ARCHIVED = "archived"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that the file changes, in words for the command line.

    `path` names it as in the file, by keys: `partners.rovaniemi.contact`. `before` or `after` is None where there was
    or will be nothing.
    """

    path: str
    before: str | None
    after: str | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that the file changes and that is not applied, shown at every load until both agree.

    Either it was changed in Slack too (what is known of a person, by another project's file), and `slack` says to
    what; or `reason` says why it cannot be changed any more.
    """

    path: str
    file: str | None
    slack: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """The outcome of comparing three: the file as last loaded, as it is now, and the database.

    `changes` and `conflicts` are for people. The rest is for `apply_load`: `writes` has the fields to set by path,
    `archived` and `restored` the paths of what leaves and comes back, `definition` what the next load compares with,
    `ids` the people who are known by their refs, `people` what the file says of all of them.
    """

    project_key: str
    project_id: int | None
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    writes: Facts
    archived: tuple[str, ...]
    restored: tuple[str, ...]
    merges: tuple[Merge, ...]
    definition: Mapping[str, Any]
    is_new_definition: bool
    template: bytes | None
    ids: Mapping[str, int]
    people: Facts

    @property
    def is_empty(self) -> bool:
        """Whether applying it writes nothing at all."""
        return not (self.writes or self.archived or self.restored or self.merges or self.is_new_definition)
