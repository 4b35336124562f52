"""What pydantic found wrong in a file's values, in plain English with an example of what to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lamppu_bot.project_file.fields import SAID
from lamppu_bot.project_file.problems import Problem, closest
from lamppu_bot.project_file.toml_lines import Path
from lamppu_bot.project_file.toml_reading import TomlDocument

_CONTACT = '{ name = "Maija Meri", email = "maija.meri@example.org" }'

PROJECT_EXAMPLES: Mapping[str, str] = {
    "project": "",
    "project.key": '"lamppu"',
    "project.name": '"Laatua ammatilliseen koulutukseen pohjoisessa (LAMPPU-hanke)"',
    "project.short_name": '"LAMPPU"',
    "project.language": '"fi"',
    "project.time_zone": '"Europe/Helsinki"',
    "project.holidays": '"FI"',
    "project.channel": '"C0123456789"',
    "project.form_template": '"form.docx"',
    "project.room": "700",
    "calendar": "",
    "calendar.open_days_before": "15",
    "calendar.remind_days_before": "[10, 5, 2]",
    "calendar.hour": '"09:00"',
    "calendar.closes_days_after": "10",
    "coordinators": "",
    "coordinators.name": '"Maija Meri"',
    "coordinators.email": '"maija.meri@example.org"',
    "coordinators.slack": '"U0123456789"',
    "partners": "",
    "partners.key": '"rovaniemi"',
    "partners.name": '"Rovaniemen koulutuskuntayhtymä"',
    "partners.short_name": '"REDU"',
    "partners.contact": _CONTACT,
    "partners.deputy": _CONTACT,
    **{
        f"partners.{person}.{name}": example
        for person in ("contact", "deputy")
        for name, example in {
            "name": '"Maija Meri"',
            "email": '"maija.meri@example.org"',
            "slack": '"U0123456789"',
            "phone": '"020 000 0000"',
        }.items()
    },
    "objectives": "",
    "objectives.key": '"mittarit"',
    "objectives.title": '"Mittarien kehittäminen"',
    "objectives.text": '"Laadun ja tuloksellisuuden mittaamista ohjaavien mittareiden kehittäminen."',
    "objectives.partner": '"rovaniemi"',
    "objectives.room": "700",
    "objectives.indicators": "",
    "objectives.indicators.key": '"koulutetut"',
    "objectives.indicators.title": '"Koulutetut opettajat"',
    "objectives.indicators.unit": '"henkilöä"',
    "objectives.indicators.target": "120",
    "semesters": "",
    "semesters.key": '"2012-spring"',
    "semesters.term": '"spring"',
    "semesters.year": "2012",
    "semesters.ends": "2012-05-31",
    "semesters.opens": "2012-05-10",
    "semesters.due": "2012-05-31",
    "semesters.closes": "2012-06-14",
}
"""An example of every field a project file may hold, by its path without list positions. It is also the list of
the names that are known; tables and lists of tables have no example of their own."""


def value_problems(model: type[BaseModel], document: TomlDocument, examples: Mapping[str, str]) -> Iterator[Problem]:
    """What keeps the document's values from being a `model`; nothing where the text itself was not valid."""
    try:
        model.model_validate(document.values)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            path = tuple(details["loc"])
            # A list whose entries are wrong is not empty, though none of its entries counts as one.
            miscounted = details["type"] == "too_short" and details["input"]
            if path not in document.unread and not miscounted:
                yield document.problem(path, _message(path, details, examples))


def _message(path: Path, details: ErrorDetails, examples: Mapping[str, str]) -> str:
    field = ".".join(part for part in path if isinstance(part, str))
    if details["type"] == SAID:
        return details["msg"]
    if details["type"] == "extra_forbidden":
        return _unknown(field, examples)
    if details["type"] in ("missing", "too_short"):
        return f"is missing: {_instead(field, examples)}"
    return f"{_mismatch(details)}: {_instead(field, examples)}"


def _instead(field: str, examples: Mapping[str, str]) -> str:
    """What to write for a field."""
    name = field.rpartition(".")[2]
    if example := examples.get(field):
        return f"write for example {name} = {example}"
    inside = [other.rpartition(".")[2] for other in examples if other.rpartition(".")[0] == field]
    header = f"[{field}]" if field in ("project", "calendar") else f"[[{field}]]"
    return f"write {header} on a line of its own and below it its {', '.join(inside)}"


def _unknown(field: str, examples: Mapping[str, str]) -> str:
    around, _, name = field.rpartition(".")
    known = [other.rpartition(".")[2] for other in examples if other.rpartition(".")[0] == around]
    if meant := closest(name, known):
        return f'is not known here: did you mean "{meant}"?'
    return f"is not known here: leave it out; known are {', '.join(known)}"


_EXPECTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "date_type": "a date without quotes",
    "tuple_type": "a list",
    "model_type": "a table",
    "literal_error": "{expected}",
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
}


def _mismatch(details: ErrorDetails) -> str:
    """What the value should be and what it is."""
    expected = _EXPECTED.get(details["type"], "something else")
    limits = {name: str(limit).replace("'", '"') for name, limit in details.get("ctx", {}).items()}
    return f"must be {expected.format(**limits)}, not {_kind(details['input'])}"


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return f'the text "{value[:40]}"'
    if isinstance(value, int | float):
        return f"the number {value}"
    names = {tuple: "a list", dict: "a table", datetime: "a date with a time", date: "a date", time: "a time of day"}
    return names[type(value)]
