"""Comparing three ways, field by field: the file as last loaded, the file as it is now, and the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lamppu_bot.loading.facts import Facts, Fields
from lamppu_bot.loading.plan import Change, Conflict, Kind
from lamppu_bot.loading.wording import shown, summary

DATES = ("opens_on", "due_on", "closes_on")
PARTS = ("partners", "objectives", "semesters")


@dataclass(frozen=True, slots=True)
class Sides:
    """The three that are compared, what of the third is archived, and the names of people by ref.

    `fixed` has for each semester the dates that cannot change any more, with the reason; `said` the semesters whose
    own lines in the file have changed (others follow the calendar quietly); `past` those that are created as closed.
    """

    last: Facts
    file: Facts
    database: Facts
    archived: frozenset[str]
    names: Mapping[str, str]
    fixed: Mapping[str, Mapping[str, str]]
    said: frozenset[str]
    past: frozenset[str]


@dataclass(slots=True)
class Outcome:
    """What comes of the comparison; `held` has, by path, the last loaded value of each field in conflict."""

    writes: Facts = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    archived: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    held: Fields = field(default_factory=dict)


def compare(sides: Sides) -> Outcome:
    outcome = Outcome()
    for path, fields in sides.file.items():
        if path in sides.database:
            _compare_known(sides, path, fields, outcome)
        elif not path.startswith("people."):  # people are added when they are given something to do
            _add(sides, path, fields, outcome)
    for path, fields in sides.database.items():
        if _has_left(sides, path):
            outcome.archived.append(path)
            outcome.changes.append(Change(path, summary(path, fields), None, Kind.ARCHIVED))
    _tell_new_order(sides, outcome)
    return outcome


def _has_left(sides: Sides, path: str) -> bool:
    left = path in sides.last and path not in sides.file
    return left and path.partition(".")[0] in PARTS and path not in sides.archived


def _add(sides: Sides, path: str, fields: Fields, outcome: Outcome) -> None:
    outcome.writes[path] = fields | ({"state": "closed"} if path in sides.past else {})
    if path != "calendar":
        outcome.changes.append(Change(path, None, summary(path, outcome.writes[path]), Kind.ADDED))


def _compare_known(sides: Sides, path: str, fields: Fields, outcome: Outcome) -> None:
    before = sides.database[path]
    last = sides.last.get(path)
    if last is None and path.startswith("people."):
        fields = {name: value for name, value in fields.items() if value is not None}
    writes, conflicts = _three_ways(last or {}, fields, before)
    reasons = _settle_dates(sides, path, writes, conflicts)
    if last is None and path in sides.archived:
        outcome.restored.append(path)
        outcome.changes.append(Change(path, summary(path, before), summary(path, before | writes), Kind.RESTORED))
    for name, value in writes.items():
        if name != "position":
            texts = (shown(name, before.get(name), sides.names), shown(name, value, sides.names))
            outcome.changes.append(Change(f"{path}.{name}", *texts, Kind.CHANGED))
    for name, value in conflicts.items():
        texts = (shown(name, value, sides.names), shown(name, before.get(name), sides.names))
        outcome.conflicts.append(Conflict(f"{path}.{name}", *texts, reasons.get(name, "")))
        outcome.held[f"{path}.{name}"] = (last or before)[name]
    if writes:
        outcome.writes[path] = writes


def _three_ways(last: Fields, file: Fields, database: Fields) -> tuple[Fields, Fields]:
    """What to write, and what was changed on both sides. A field that was never loaded before is the file's."""
    writes: dict[str, Any] = {}
    conflicts: dict[str, Any] = {}
    for name, value in file.items():
        there = database.get(name)
        if value == there or (name in last and value == last[name]):
            continue
        changed_twice = name in last and there != last[name]
        (conflicts if changed_twice else writes)[name] = value
    return writes, conflicts


def _settle_dates(sides: Sides, path: str, writes: Fields, conflicts: Fields) -> dict[str, str]:
    """Takes back what the state of a round or its other dates do not allow. Returns the reasons by field."""
    reasons: dict[str, str] = {}
    for name, reason in sides.fixed.get(path, {}).items():
        value = writes.pop(name, None) or conflicts.pop(name, None)
        if value and path in sides.said:
            conflicts[name] = value
            reasons[name] = reason
    moved = {name: value for name, value in writes.items() if name in DATES}
    dates = sides.database[path] | writes
    if moved and not dates["opens_on"] < dates["due_on"] < dates["closes_on"]:
        for name, value in moved.items():
            conflicts[name] = value
            reasons[name] = (
                f"the round opens {sides.database[path]['opens_on']}, is due {sides.database[path]['due_on']} and "
                f"closes {sides.database[path]['closes_on']}: it would not open before it is due and close after it"
            )
            del writes[name]
    return reasons


def _tell_new_order(sides: Sides, outcome: Outcome) -> None:
    """Partners in another order, told once; those who only move up because one has left are not worth a word."""
    ordered = [
        [path for path in facts if path.startswith("partners.") and path in sides.last and path in sides.file]
        for facts in (sides.last, sides.file)
    ]
    if ordered[0] != ordered[1]:
        before, after = (", ".join(path.partition(".")[2] for path in paths) for paths in ordered)
        outcome.changes.append(Change("partners", before, after, Kind.CHANGED))
