"""Where things stand in a TOML text: the line of every key, header and array element, and the statements.

`tomllib` gives the meaning and forgets the lines; this gives the lines and no meaning. It also reads texts that
are not valid TOML, so that an error can be told in its place and the rest still be checked.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import Enum

Path = tuple[str | int, ...]
"""Keys and list positions (from 0) from the top of the document: ("partners", 2, "contact", "email")."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_REST_OF_LINE = re.compile(r"[^\n]*")
_BARE_KEY = re.compile(r"[^\s=.,#\[\]{}\"']+")
_BARE_VALUE = re.compile(r"[^\s,#\]}]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}'  # multi-line: up to two quotes may stand before the end
    r'|"""[\s\S]*|\'\'\'[\s\S]*'  # multi-line without an end: the rest of the text
    r'|"(?:[^"\\\n]|\\.)*"?|\'[^\'\n]*\'?',
    re.DOTALL,
)


class Kind(Enum):
    """What a statement does."""

    TABLE = "[table]"
    ARRAY_TABLE = "[[table]]"
    VALUE = "key = value"


@dataclass(frozen=True, slots=True)
class Statement:
    """A header or a `key = value`, with the lines it covers (from 1, both included).

    `value` is what stands behind the equals sign, comments at its end left out; empty for headers.
    """

    kind: Kind
    path: Path
    first_line: int
    last_line: int
    source: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class TomlLines:
    """The statements of a text in their order, and the line of each path where it first stands."""

    statements: tuple[Statement, ...]
    lines: dict[Path, int]

    def line_of(self, path: Path) -> int | None:
        """The line of the path or of the nearest thing around it; None where nothing of it is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def locate(text: str) -> TomlLines:
    """The places of everything in a TOML text whose lines end in a plain newline."""
    scanner = _Scanner(text)
    scanner.scan_document()
    return TomlLines(tuple(scanner.statements), scanner.lines)


@dataclass(slots=True)
class _Scanner:
    text: str
    position: int = 0
    statements: list[Statement] = field(default_factory=list)
    lines: dict[Path, int] = field(default_factory=dict)
    array_lengths: dict[Path, int] = field(default_factory=dict)
    line_starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.line_starts = [0, *(found.end() for found in re.finditer("\n", self.text))]

    def scan_document(self) -> None:
        table: Path = ()
        while self._skip(_BLANK) < len(self.text):
            start = self.position
            if self.text[start] == "[":
                kind, table = self._scan_header()
                self._end_statement(kind, table, start, None)
            else:
                path, value_start = self._scan_assignment(table)
                self._end_statement(Kind.VALUE, path, start, value_start)

    def _end_statement(self, kind: Kind, path: Path, start: int, value_start: int | None) -> None:
        """Takes what is left of the line into the statement: a comment, or what should not be there."""
        content_end = self.position
        while self.position < len(self.text) and self.text[self.position] not in "\n#":
            self.position += 1
            if not self.text[self.position - 1].isspace():
                content_end = self.position
        self._skip(_REST_OF_LINE)
        value = "" if value_start is None else self.text[value_start:content_end].strip()
        first, last = self._line_at(start), self._line_at(self.position)
        self.statements.append(Statement(kind, path, first, last, self.text[start : self.position], value))

    def _scan_header(self) -> tuple[Kind, Path]:
        line = self._line_at(self.position)
        kind = Kind.ARRAY_TABLE if self.text.startswith("[[", self.position) else Kind.TABLE
        self.position += 2 if kind is Kind.ARRAY_TABLE else 1
        *around, name = self._scan_key()
        path = self._within((), around)
        if kind is Kind.TABLE:
            path = self._within(path, [name])
        else:
            self.lines.setdefault((*path, name), line)
            index = self.array_lengths.get((*path, name), 0)
            self.array_lengths[(*path, name)] = index + 1
            path = (*path, name, index)
        self.lines.setdefault(path, line)
        return kind, path

    def _within(self, path: Path, names: list[str]) -> Path:
        """Follows names downwards; an array of tables stands for its latest element."""
        for name in names:
            path = (*path, name)
            if path in self.array_lengths:
                path = (*path, self.array_lengths[path] - 1)
        return path

    def _scan_assignment(self, table: Path) -> tuple[Path, int]:
        """One `key = value`; gives its path and where the value starts."""
        line = self._line_at(self.position)
        path = table
        for name in self._scan_key():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self._skip(_SPACE)
        if self.text.startswith("=", self.position):
            self.position += 1
            self._skip(_SPACE)
        start = self.position
        self._scan_value(path)
        return path, start

    def _scan_key(self) -> list[str]:
        names = []
        while True:
            self._skip(_SPACE)
            names.append(self._scan_key_part())
            self._skip(_SPACE)
            if not self.text.startswith(".", self.position):
                return names
            self.position += 1

    def _scan_key_part(self) -> str:
        start = self.position
        if self.text[start : start + 1] in ("'", '"'):
            self._skip(_STRING)
            return _unquoted(self.text[start : self.position])
        self._skip(_BARE_KEY)
        return self.text[start : self.position]

    def _scan_value(self, path: Path) -> None:
        match self.text[self.position : self.position + 1]:
            case "'" | '"':
                self._skip(_STRING)
            case "[":
                self._scan_items(path, "]")
            case "{":
                self._scan_items(path, "}")
            case _:
                self._skip(_BARE_VALUE)

    def _scan_items(self, path: Path, closing: str) -> None:
        """The elements of an array or the assignments of an inline table."""
        self.position += 1
        index = 0
        while self._skip(_BLANK) < len(self.text):
            start = self.position
            if self.text[start] == closing:
                self.position += 1
                return
            if self.text[start] == ",":
                self.position += 1
            elif closing == "}":
                self._scan_assignment(path)
            else:
                self.lines.setdefault((*path, index), self._line_at(start))
                self._scan_value((*path, index))
                index += 1
            if self.position == start:  # a character that belongs nowhere
                self.position += 1

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.position)
        self.position = found.end() if found else self.position
        return self.position

    def _line_at(self, position: int) -> int:
        return bisect_right(self.line_starts, position)


def _unquoted(key: str) -> str:
    try:
        return str(json.loads(key)) if key.startswith('"') else key.strip("'")
    except json.JSONDecodeError:
        return key.strip('"')
