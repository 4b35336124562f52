"""What is wrong in a file that a coordinator wrote: where it stands and what to write instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from lamppu_bot.errors import LamppuError
from lamppu_bot.project_file.toml_lines import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct. `line` counts from 1; None where the whole file is meant.

    `field` is spoken as in the file, positions counted from 1: `partners[2].contact`. Empty for the whole file.
    """

    file: str
    line: int | None
    field: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.field, self.message) if part)


class ProjectFileError(LamppuError):
    """A project or answers file cannot be used. Its text is one line for each problem, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda problem: (problem.line or 0, problem.field)))
        super().__init__("\n".join(map(str, self.problems)))


def spoken(path: Path) -> str:
    """A path as people read it, list positions counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant, whatever its case; None if none is near."""
    by_folded = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[near[0]] if near else None
