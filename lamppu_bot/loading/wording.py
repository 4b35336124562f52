"""What a load changes, in plain English for the command line."""

from collections.abc import Iterator, Mapping
from typing import Any

from lamppu_bot.loading.facts import Fields
from lamppu_bot.loading.plan import Change, Conflict, Kind, LoadPlan

_LONGEST = 100
_PEOPLE = ("contact", "deputy")


def shown(name: str, value: Any, names: Mapping[str, str]) -> str | None:
    """The value of a field as people read it; `names` has the names of people by ref. None for nothing."""
    if value is None or value == []:
        return None
    if name in _PEOPLE:
        return f"{names.get(value, '')} <{value}>".lstrip()
    if name == "coordinators":
        return ", ".join(f"{names.get(ref, '')} <{ref}>".lstrip() for ref in value)
    if name == "indicators":
        return ", ".join(map(_indicator, value))
    if name == "form_template":
        return f"the Word file with the digest {value[:12]}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _indicator(plain: Mapping[str, Any]) -> str:
    """ "Koulutetut opettajat (henkilöä, target 120)" """
    target = f", target {plain['target']}" if plain["target"] else ""
    return f"{plain['title']} ({plain['unit']}{target})"


def summary(path: str, fields: Fields) -> str:
    """One thing as a whole."""
    section = path.partition(".")[0]
    if section == "objectives":
        return f"{fields['number']}. {fields['title']}"
    if section == "semesters":
        dates = f"{fields['term']} {fields['year']}: opens {fields['opens_on']}, due {fields['due_on']}"
        past = ", which is past: nobody is asked" if fields.get("state") == "closed" else ""
        return f"{dates}, closes {fields['closes_on']}{past}"
    return str(fields["name"])


def describe(plan: LoadPlan) -> list[str]:
    """Lines that tell what is changed and what is not."""
    lines = [*map(_change, plan.changes), *map(_conflict, plan.conflicts)]
    return lines or [f"{plan.project_key}: nothing has changed since the file was last loaded"]


def _change(change: Change) -> str:
    return f"{change.kind.value:<9} {change.path}: {' '.join(_words(change))}"


def _words(change: Change) -> Iterator[str]:
    if change.kind is Kind.CHANGED:
        yield f"{_short(change.before)} -> {_short(change.after)}"
    else:
        yield _short(change.after if change.kind is Kind.ADDED else change.before)
    if change.kind is Kind.ARCHIVED:
        yield "(kept with its answers, comes back with its key)"


def _conflict(conflict: Conflict) -> str:
    if conflict.reason:
        return f"conflict  {conflict.path}: the file says {_short(conflict.file)}, but {conflict.reason}"
    return (
        f"conflict  {conflict.path}: the file says {_short(conflict.file)}, but it was changed {_where(conflict)} to "
        f"{_short(conflict.slack)}, which stays; write the same in the file"
    )


def _where(conflict: Conflict) -> str:
    return "by another project's file" if conflict.path.startswith("people.") else "in Slack"


def _short(text: str | None) -> str:
    if text is None:
        return "nothing"
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
