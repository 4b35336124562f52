"""TOML text -> values and their lines. What is not valid TOML is told, and the rest is still read."""

from __future__ import annotations

import re
import tomllib
from calendar import monthrange
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from lamppu_bot.project_file.problems import Problem, ProjectFileError, spoken
from lamppu_bot.project_file.toml_lines import Kind, Path, Statement, TomlLines, locate

_ERROR_LINE = re.compile(r" \(at line (\d+), column \d+\)$| \(at end of document\)$")
_WRITTEN_DATE = re.compile(r"(\d{1,4})-(\d{1,2})-(\d{1,2})")
_FINNISH_DATE = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_LISTS = ("coordinators", "partners", "objectives", "semesters", "indicators", "answers")


Broken = tuple[Statement, int, str]
"""A statement that is not valid TOML, the line of its mistake, and what to write instead."""


@dataclass(frozen=True, slots=True)
class TomlDocument:
    """What a text holds. `values` has tuples for TOML's arrays.

    `unread` are the paths whose statements are not valid TOML; what is missing there has been told already.
    `whole` is False when so much is broken that nothing can be said about the rest.
    """

    file: str
    values: dict[str, Any]
    lines: TomlLines
    problems: tuple[Problem, ...] = ()
    unread: frozenset[Path] = frozenset()
    whole: bool = True

    def problem(self, path: Path, message: str) -> Problem:
        """A problem at the line of the path, or of the nearest thing around it."""
        return Problem(self.file, self.lines.line_of(path), spoken(path), message)


def read_text(path: FilePath) -> str:
    """The file's text, its line ends made plain. Raises ProjectFileError when there is none."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        message = "this is no UTF-8 text: save the file with the encoding UTF-8"
    except FileNotFoundError:
        message = "there is no such file: check its name and folder"
    except OSError as error:
        message = f"the file cannot be read ({error.strerror}): name a TOML file that you may read"
    raise ProjectFileError([Problem(str(path), None, "", message)])


def read_toml(text: str, file: str) -> TomlDocument:
    """Reads a text whose lines end in a plain newline; syntax errors become problems of the document."""
    try:
        lines = locate(text)
        return TomlDocument(file, _frozen(tomllib.loads(text)), lines)
    except tomllib.TOMLDecodeError:
        return _read_what_is_left(text, file, lines)
    except RecursionError:
        problem = Problem(file, None, "", "brackets stand within brackets too deep: write the file like the example")
        return TomlDocument(file, {}, TomlLines((), {}), (problem,), whole=False)


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(inner) for key, inner in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _read_what_is_left(text: str, file: str, lines: TomlLines) -> TomlDocument:
    """Tells every statement that is not valid by itself, then every one that does not fit what stands before it."""
    broken = _invalid_statements(lines)
    for statement, _, _ in broken:
        text = _without(text, statement)
    while _is_whole(broken, lines):
        try:
            values = _frozen(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            statement = _statement_at(_error_line(str(error), text), lines)
            broken.append((statement, statement.first_line, _conflict_message(statement, lines)))
            text = _without(text, statement)
        else:
            return _document(file, values, lines, broken, whole=True)
    return _document(file, {}, lines, broken, whole=False)


def _document(
    file: str, values: dict[str, Any], lines: TomlLines, broken: list[Broken], *, whole: bool
) -> TomlDocument:
    problems = tuple(Problem(file, line, spoken(statement.path), message) for statement, line, message in broken)
    unread = frozenset(statement.path for statement, _, _ in broken)
    return TomlDocument(file, values, lines, problems, unread, whole)


def _is_whole(broken: list[Broken], lines: TomlLines) -> bool:
    """Whether the rest can be read without these statements.

    Without its header, what follows would be read as part of another table; a statement that runs to the end of
    the file has swallowed what stands below it.
    """
    return not any(
        statement.kind is not Kind.VALUE
        or (statement in lines.statements[-1:] and statement.last_line > statement.first_line)
        for statement, _, _ in broken
    )


def _invalid_statements(lines: TomlLines) -> list[Broken]:
    found = []
    for statement in lines.statements:
        try:
            tomllib.loads(statement.source)
        except tomllib.TOMLDecodeError as error:
            inner = _ERROR_LINE.search(str(error))
            line = statement.first_line + (int(inner[1]) - 1 if inner and inner[1] else 0)
            found.append((statement, line, _syntax_message(statement, str(error))))
    return found


def _without(text: str, statement: Statement) -> str:
    """The text with the statement's lines left empty, so that all others keep their numbers."""
    lines = text.split("\n")
    for number in range(statement.first_line - 1, statement.last_line):
        lines[number] = ""
    return "\n".join(lines)


def _error_line(message: str, text: str) -> int:
    """The line that an error names, or the one with something on it that stands last before that place."""
    found = _ERROR_LINE.search(message)
    before = text.split("\n")[: int(found[1])] if found and found[1] else text.split("\n")
    return max((number for number, line in enumerate(before, 1) if line.strip()), default=1)


def _statement_at(line: int, lines: TomlLines) -> Statement:
    """The statement that covers the line; for a comment one that holds nothing else."""
    covering = (statement for statement in lines.statements if statement.first_line <= line <= statement.last_line)
    return next(covering, Statement(Kind.VALUE, (), line, line, ""))


def _conflict_message(statement: Statement, lines: TomlLines) -> str:
    """Why a statement that is valid by itself does not fit those before it: its name is taken."""
    if not statement.path:
        return "holds a control character: leave it out"
    name = str(next(part for part in reversed(statement.path) if isinstance(part, str)))
    first = next(other for other in lines.statements if other.path[: len(statement.path)] == statement.path)
    if statement.kind is Kind.VALUE:
        return f"stands twice, first in line {first.first_line}: keep one of the two"
    if name in _LISTS:
        header = ".".join(part for part in statement.path if isinstance(part, str))
        return f"is a list: write [[{header}]] in double brackets before each entry"
    return f"the table stands twice, first in line {first.first_line}: join the two"


def _syntax_message(statement: Statement, error: str) -> str:
    """What to write instead of a statement that is not valid TOML."""
    if statement.kind is not Kind.VALUE:
        return "a header stands alone on its line: write [project], or [[partners]] for an entry of a list"
    name, value = str(statement.path[-1]), statement.value
    written = _WRITTEN_DATE.fullmatch(value)
    finnish = _FINNISH_DATE.fullmatch(value)
    if numbers := written.groups() if written else finnish.groups()[::-1] if finnish else None:
        return _date_message(name, *map(int, numbers))
    if not value:
        return f'a line reads key = value: write for example {name} = "…"'
    if value[0].isalpha() or re.fullmatch(r"\d{1,2}:\d{2}", value):
        return f'text stands in quotes: write {name} = "{value}"'.replace('""', '"')
    if value.count('"') == 1 or value.count("'") == 1:
        return f"the closing quote is missing: write {name} = {value}{value[0]}"
    return f"is no valid TOML ({_ERROR_LINE.sub('', error)}): check its quotes, brackets and commas"


def _date_message(name: str, year: int, month: int, day: int) -> str:
    if not (1 <= month <= 12 and day >= 1 and year >= 1):
        return f"this date does not exist: write year-month-day, for example {name} = 2012-05-31"
    last = monthrange(year, month)[1]
    written = f"{name} = {year:04}-{month:02}-{min(day, last):02}"
    if day > last:
        return f"this date does not exist, the month has {last} days: write for example {written}"
    return f"a date is written year-month-day: write {written}"
