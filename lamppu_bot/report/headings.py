"""The words that the funder's form itself holds, from the catalogue of the project's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol


class Texts(Protocol):
    """The catalogue in the project's language; `tag` names it with its country: fi-FI."""

    @property
    def tag(self) -> str: ...

    def __call__(self, key: str, /, **values: object) -> str: ...

    def plural(self, key: str, n: int, /, **values: object) -> str: ...

    def date(self, day: date, /) -> str: ...

    def number(self, number: int | Decimal, /) -> str: ...

    def listed(self, items: Sequence[str], /) -> str: ...


@dataclass(frozen=True, slots=True)
class Headings:
    """The words that the form itself holds, in the project's language and for its year."""

    details: str
    project: str
    partner: str
    partner_note: str
    contact: str
    results: str
    objective: str
    objective_note: str
    outcome: str
    outcome_note: str
    spring: str
    autumn: str


def headings_of(year: int, texts: Texts) -> Headings:
    """The words of a year's forms."""
    return Headings(
        details=texts("form.table.details"),
        project=texts("form.heading.project"),
        partner=texts("form.heading.partner"),
        partner_note=texts("form.heading.partner_note"),
        contact=texts("form.heading.contact"),
        results=texts("form.heading.results"),
        objective=texts("form.column.objective"),
        objective_note=texts("form.column.objective_note"),
        outcome=texts("form.column.outcome"),
        outcome_note=texts("form.column.outcome_note"),
        spring=texts("form.column.spring", year=year),
        autumn=texts("form.column.autumn", year=year),
    )
