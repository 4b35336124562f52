"""What an answer says and is asked beside its text: values, and the JSON that their columns hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from storage.plain import PlainError, mapping_of, number_of, text_of

# A text with its lists and links: the `elements` of one of Slack's rich_text blocks, reduced to what
# `lamppu_bot.richtext` lets through. It is what the database keeps, so nothing a person formatted is lost.
Document = list[dict[str, Any]]


class Carried(StrEnum):
    """What has become of the work that the partner told of in the round before."""

    CONTINUES = "continues"
    CHANGED = "changed"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class AnswerDetails:
    """What an answer says beside its text.

    `continuing` is the work that goes on in the next semester, which is then asked about; `follow_up` what has become
    of the work that was said to go on in the one before. `figures` are by the keys of the objective's indicators.
    """

    carried: Carried | None = None
    continuing: str = ""
    follow_up: Document = field(default_factory=list)
    figures: Mapping[str, Decimal] = field(default_factory=dict)

    def as_plain(self) -> dict[str, Any]:
        """For a JSON column. What is not said is left out: no details are `{}`."""
        figures = {key: format(number, "f") for key, number in self.figures.items()}
        plain = {
            "carried": self.carried,
            "continuing": self.continuing,
            "follow_up": self.follow_up,
            "figures": figures,
        }
        return {name: value for name, value in plain.items() if value}

    @classmethod
    def from_plain(cls, plain: Any) -> "AnswerDetails":
        """The details that `as_plain` was made from. Raises PlainError for anything else."""
        if not plain and isinstance(plain, dict):
            return NO_DETAILS
        said = mapping_of(plain, {"carried", "continuing", "follow_up", "figures"})
        carried, follow_up, figures = said.get("carried"), said.get("follow_up", []), said.get("figures", {})
        if carried is not None and carried not in tuple(Carried):
            raise PlainError(f"{carried!r} is nothing that can have become of work")
        if not isinstance(follow_up, list):
            raise PlainError(f"{follow_up!r} is no document")
        return cls(
            Carried(carried) if carried else None,
            text_of(said.get("continuing", "")),
            follow_up,
            {text_of(key): number_of(number) for key, number in mapping_of(figures).items()},
        )


NO_DETAILS: Final = AnswerDetails()


@dataclass(frozen=True, slots=True)
class DetailsSaid:
    """What somebody says of an answer's details. None, and a figure that is not named, leave what is there.

    A figure that is None is taken away.
    """

    carried: Carried | None = None
    continuing: str | None = None
    follow_up: Document | None = None
    figures: Mapping[str, Decimal | None] = field(default_factory=dict)

    def onto(self, details: AnswerDetails) -> AnswerDetails:
        """The details as they are once this is said."""
        figures = {**details.figures, **self.figures}
        return AnswerDetails(
            carried=self.carried or details.carried,
            continuing=details.continuing if self.continuing is None else self.continuing,
            follow_up=details.follow_up if self.follow_up is None else self.follow_up,
            figures={key: number for key, number in figures.items() if number is not None},
        )


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """A number that every partner gives with its answer; `target` is that of the whole project for a year.

    One that has left the project file is archived: it is asked no more, and figures given for it are still told.
    """

    key: str
    title: str
    unit: str
    target: Decimal | None = None
    is_archived: bool = False

    def as_plain(self) -> dict[str, Any]:
        target = None if self.target is None else format(self.target, "f")
        plain = {"key": self.key, "title": self.title, "unit": self.unit, "target": target}
        return {**plain, "is_archived": True} if self.is_archived else plain

    @classmethod
    def from_plain(cls, plain: Any) -> "IndicatorView":
        """The indicator that `as_plain` was made from. Raises PlainError for anything else."""
        said = mapping_of(plain, {"key", "title", "unit", "target", "is_archived"})
        key, title, unit = (text_of(said.get(name)) for name in ("key", "title", "unit"))
        target = None if said.get("target") is None else number_of(said["target"])
        return cls(key, title, unit, target, bool(said.get("is_archived")))


class EvidenceKind(StrEnum):
    LINK = "link"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A link or a file that shows what an answer tells; `address` is the link, or the file's id in Slack.

    `size` (in bytes) and `mimetype` are those that Slack told of a file.
    """

    id: int
    kind: EvidenceKind
    address: str
    title: str
    size: int | None = None
    mimetype: str | None = None


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """A link or a file that somebody gives; the fields are those of `EvidenceView`."""

    kind: EvidenceKind
    address: str
    title: str
    size: int | None = None
    mimetype: str | None = None
