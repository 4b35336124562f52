"""What people read, in their language: gettext catalogues with symbolic keys, and dates fit for a sentence.

Months, and what separates numbers and the items of a list, come from Babel. The order within a date is a pattern in the
catalogue, in CLDR's letters: Babel's own short dates are 2012-05-31 in Swedish and 31/05/2012 in English, which nobody
writes in a message. So are the weekdays, for a sentence inflects them (torstaina, torsdagen), and Babel has some of
them only as they stand in a calendar.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from storage.values import PersonView

FALLBACK = "fi"
LOCALES = Path(__file__).parent / "locales"


class Mrkdwn(str):
    """A text in Slack's own mark-up: what people wrote was escaped on its way in, and is not escaped again."""

    __slots__ = ()


class _PluralIndex(Protocol):
    def __call__(self, n: int, /) -> int: ...


class MissingTextError(LookupError):
    """A text is not in the catalogue, or its value is not given; names the key and the language."""


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """The texts of one language. Values are only ever values: nothing inside them is formatted again."""

    language: str
    locale: Locale
    entries: Mapping[str, Sequence[str]]
    plural_index: _PluralIndex

    def __call__(self, key: str, /, **values: object) -> str:
        """The plain text under `key`; dates among the values come out short. Raises MissingTextError."""
        return self._fill(key, self._forms(key)[0], values)

    def mrkdwn(self, key: str, /, **values: object) -> Mrkdwn:
        """The text as Slack mark-up: the catalogue may mark up, a value only where it is Mrkdwn itself."""
        return Mrkdwn(self._fill(key, self._forms(key)[0], {name: _escaped(value) for name, value in values.items()}))

    def plural(self, key: str, n: int, /, **values: object) -> str:
        """The form of `key` that goes with the number `n`, which fills `{n}` too."""
        forms = self._forms(key)
        index = self.plural_index(n)
        if index >= len(forms):
            raise MissingTextError(f"text {key!r} has no plural form {index} in language {self.language!r}")
        return self._fill(key, forms[index], {"n": self.number(n), **values})

    @property
    def tag(self) -> str:
        """The language with its country, as documents name it: fi-FI."""
        return str(self.locale).replace("_", "-")

    def date(self, day: dt.date) -> str:
        """A short date: 31.5.2012."""
        return format_date(day, self("date.short"), self.locale)

    def day(self, day: dt.date) -> str:
        """A day as it stands inside a sentence that says when: "torstaina 31. toukokuuta"."""
        weekday = self(f"date.weekday.{day.weekday()}")
        return self("date.day", weekday=weekday, date=format_date(day, self("date.day_of_month"), self.locale))

    def clock(self, moment: dt.datetime) -> str:
        """The time of day of a moment, in the zone it carries: "klo 9.05"."""
        return format_time(moment.time(), self("date.clock"), locale=self.locale)

    def moment(self, moment: dt.datetime, time_zone: str) -> str:
        """Date and time of day of an aware moment, as the clocks of `time_zone` show it."""
        local = moment.astimezone(ZoneInfo(time_zone))
        return self("date.moment", date=self.date(local.date()), clock=self.clock(local))

    def number(self, number: int | Decimal) -> str:
        """A number with the language's separators, exactly: none of its digits is rounded away."""
        return format_decimal(number, locale=self.locale, decimal_quantization=False)

    def typed(self, number: Decimal) -> str:
        """A number as one types it: with the language's decimal sign, and nothing between thousands."""
        return format_decimal(number, locale=self.locale, decimal_quantization=False, group_separator=False)

    def listed(self, items: Sequence[str]) -> str:
        """Items as a list inside a sentence: "a, b ja c"."""
        return format_list(items, locale=self.locale)

    def _shown(self, value: object) -> object:
        return self.date(value) if isinstance(value, dt.date) and not isinstance(value, dt.datetime) else value

    def _forms(self, key: str) -> Sequence[str]:
        forms = self.entries.get(key)
        if not forms:
            raise MissingTextError(f"text {key!r} is missing in language {self.language!r}")
        return forms

    def _fill(self, key: str, form: str, values: Mapping[str, object]) -> str:
        try:
            return form.format_map({name: self._shown(value) for name, value in values.items()})
        except KeyError as missing:
            raise MissingTextError(f"text {key!r} in language {self.language!r} needs the value {missing}") from missing


def escape(text: str) -> Mrkdwn:
    """What somebody wrote, so that Slack shows it and does not obey it (`<!channel>`, `<@U1>`)."""
    return Mrkdwn(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def texts_of(person: PersonView | None, project_language: str | None = None) -> Texts:
    """The texts that a person reads: in the language they chose, else in that of their Slack, else in the project's.

    A language that there are no texts in is passed over; when nothing is left it is Finnish.
    """
    locale = (person.locale or "").replace("_", "-").partition("-")[0] if person else None
    chosen = person.language if person else None
    known = languages()
    return texts_for(next((one for one in (chosen, locale, project_language) if one in known), FALLBACK))


@cache
def texts_for(language: str) -> Texts:
    """The texts of a language, read once; raises MissingTextError where there is no catalogue for it."""
    paths = sorted((LOCALES / language).glob("*.po")) if language.isalpha() else []
    if not paths:
        raise MissingTextError(f"there are no texts in language {language!r}")
    catalogues = [_catalogue(path) for path in paths]
    return Texts(language, _locale(catalogues), _entries(catalogues), c2py(catalogues[0].plural_expr))


@cache
def languages() -> tuple[str, ...]:
    """The languages there are texts in, by their folders."""
    return tuple(sorted(path.name for path in LOCALES.iterdir() if any(path.glob("*.po"))))


def _catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.name)


def _locale(catalogues: Sequence[Catalog]) -> Locale:
    """As the catalogues' header says, with its country: `Language: sv_FI`."""
    identifier = catalogues[0].locale_identifier
    try:
        return Locale.parse(identifier)
    except (ValueError, TypeError, UnknownLocaleError) as unknown:
        raise MissingTextError(f"Babel does not know the language {identifier!r}") from unknown


def _entries(catalogues: Iterable[Catalog]) -> dict[str, Sequence[str]]:
    entries: dict[str, Sequence[str]] = {}
    for catalogue in catalogues:
        for message in catalogue:
            key = message.id if isinstance(message.id, str) else message.id[0]
            forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
            if key and all(forms):
                entries[key] = forms
    return entries


def _escaped(value: object) -> object:
    return escape(value) if isinstance(value, str) and not isinstance(value, Mrkdwn) else value
