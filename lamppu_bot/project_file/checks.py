"""What must hold between the fields of a project file: names that meet, people that are told apart.

The checks read the plain values and pass over what is not of the right kind (that is told elsewhere), so that one
broken field does not hide the other mistakes of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lamppu_bot.project_file.problems import Problem, closest, spoken
from lamppu_bot.project_file.toml_lines import Path
from lamppu_bot.project_file.toml_reading import TomlDocument

Found = tuple[Path, str]
"""Where a mistake is, and what to write instead."""


Entry = tuple[Path, dict[str, Any]]
"""A table of a list, and where it is."""


def entries(document: TomlDocument, name: str) -> list[Entry]:
    """The tables of a list with their paths; none where there is no such list."""
    return _listed(document.values, (), name)


def _listed(around: dict[str, Any], path: Path, name: str) -> list[Entry]:
    listed = around.get(name)
    if not isinstance(listed, tuple):
        return []
    return [((*path, name, index), entry) for index, entry in enumerate(listed) if isinstance(entry, dict)]


def text_at(entry: dict[str, Any], name: str) -> str | None:
    """The field's text, spaces around it left out; None where it holds no text."""
    value = entry.get(name)
    return (value.strip() or None) if isinstance(value, str) else None


def relation_problems(document: TomlDocument) -> Iterator[Problem]:
    """All mistakes between the fields of the document, dates excepted."""
    for check in (_taken, _partners_of_objectives, _partners_without_objectives, _deputies, _people):
        for path, message in check(document):
            yield document.problem(path, message)


def _taken(document: TomlDocument) -> Iterator[Found]:
    unique = {
        "partners": ("key", "name", "short_name"),
        "objectives": ("key", "title"),
        "semesters": ("key",),
        "coordinators": ("email", "slack"),
    }
    for name, fields in unique.items():
        for field in fields:
            yield from _twice(document, entries(document, name), field)
    for path, objective in entries(document, "objectives"):
        indicators = _listed(objective, path, "indicators")
        for field in ("key", "title"):
            yield from _twice(document, indicators, field)


def _twice(document: TomlDocument, listed: Iterable[Entry], field: str) -> Iterator[Found]:
    first: dict[str, Path] = {}
    for path, entry in listed:
        if value := text_at(entry, field):
            earlier = first.setdefault(value.casefold(), path)
            if earlier != path:
                line = document.lines.line_of((*earlier, field))
                yield (*path, field), f'"{value}" is taken by {spoken(earlier)} in line {line}: write another'


def _partner_keys(document: TomlDocument) -> dict[str, Path]:
    return {key: path for path, entry in entries(document, "partners") if (key := text_at(entry, "key"))}


def _partners_of_objectives(document: TomlDocument) -> Iterator[Found]:
    keys = _partner_keys(document)
    for path, entry in entries(document, "objectives"):
        named = text_at(entry, "partner")
        if named and named not in keys and keys:
            meant = closest(named, keys)
            instead = f'did you mean "{meant}"?' if meant else f"write one of {', '.join(keys)}, or leave the line out"
            yield (*path, "partner"), f'there is no partner with the key "{named}": {instead}'


def _partners_without_objectives(document: TomlDocument) -> Iterator[Found]:
    owners = [entry.get("partner") for _, entry in entries(document, "objectives")]
    if owners and None not in owners:
        for key, path in _partner_keys(document).items():
            if key not in owners:
                yield path, f'no objective concerns "{key}": write one without partner, for all, or one of its own'


def _deputies(document: TomlDocument) -> Iterator[Found]:
    for path, entry in entries(document, "partners"):
        contact, deputy = entry.get("contact"), entry.get("deputy")
        if isinstance(contact, dict) and isinstance(deputy, dict):
            for field in ("email", "slack"):
                mine, theirs = text_at(contact, field), text_at(deputy, field)
                if mine and theirs and mine.casefold() == theirs.casefold():
                    yield (*path, "deputy", field), "is the contact: name another person, or leave the deputy out"


def _people(document: TomlDocument) -> Iterator[Found]:
    """One person may do several things, but is then called and found the same way everywhere."""
    yield from _described_alike(document, "email", ("name", "slack", "phone"), str.casefold)
    yield from _described_alike(document, "slack", ("email",), str)


def _described_alike(
    document: TomlDocument, identity: str, fields: tuple[str, ...], same: Callable[[str], str]
) -> Iterator[Found]:
    said: dict[tuple[str, str], tuple[Path, str]] = {}
    for path, person in _mentions(document):
        if who := text_at(person, identity):
            for field in fields:
                if value := text_at(person, field):
                    earlier, before = said.setdefault((same(who), field), ((*path, field), value))
                    if " ".join(before.split()).casefold() != " ".join(value.split()).casefold():
                        line = document.lines.line_of(earlier)
                        yield (
                            (*path, field),
                            f'the person with the {identity} "{who}" has "{before}" here in line {line}: '
                            "write the same in both",
                        )


def _mentions(document: TomlDocument) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every person of the file, as often as they are named."""
    yield from entries(document, "coordinators")
    for path, entry in entries(document, "partners"):
        for role in ("contact", "deputy"):
            if isinstance(entry.get(role), dict):
                yield (*path, role), entry[role]
