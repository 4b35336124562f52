"""The kinds of values that the fields of a file hold, and what is said when they do not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import time
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from lamppu_bot.project_file.problems import closest
from lamppu_bot.semester import PROMPTING_ENDS, PROMPTING_STARTS

SAID = "said"
"""The type of every pydantic error whose message is already meant for people."""

_KEY = re.compile(r"[a-z0-9-]+")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]]+@[^\s@<>,;:\"()\[\].]+(\.[^\s@<>,;:\"()\[\].]+)+")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{7,20}")
_FIGURE_END = 1_000_000_000
_DECIMALS = 2
_SLACK_USER = re.compile(r"[UW][A-Z0-9]{7,20}")
_HOUR = re.compile(r"(\d\d):(\d\d)")
_FIGURE_END = 1_000_000_000
_DECIMALS = 2
_LETTERS_OF_THEIR_OWN = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "đ": "d", "ł": "l"})


def wrong(message: str) -> PydanticCustomError:
    """An error for a validator to raise; the message says what to write instead."""
    return PydanticCustomError(SAID, "{message}", {"message": message})


def _key(value: str) -> str:
    if not _KEY.fullmatch(value) or len(value) > 40:
        raise wrong(
            f'"{value}" is no key: write at most 40 small letters a to z, digits and hyphens, '
            f'for example "{_as_key(value)}"'
        )
    return value


def _as_key(value: str) -> str:
    """The nearest thing to the text that is a key."""
    letters = unicodedata.normalize("NFKD", value.lower().translate(_LETTERS_OF_THEIR_OWN))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-") or "rovaniemi"


def one_line(value: str) -> str:
    """A name or title: one line, single spaces. Raises for nothing at all and for control characters."""
    return _checked(" ".join(value.split()))


def prose(value: str) -> str:
    """A text of paragraphs: wrapped lines joined, a blank line between paragraphs, a bullet on a line of its own."""
    paragraphs = re.split(r"\n\s*\n", value.strip())
    return _checked("\n\n".join(_unwrapped(paragraph) for paragraph in paragraphs))


def _unwrapped(paragraph: str) -> str:
    lines = re.split(r"\n(?=\s*[-*•]\s)", paragraph)
    return "\n".join(" ".join(line.split()) for line in lines)


def _checked(value: str) -> str:
    """Composed letters (a file typed on a Mac may hold them in two parts), and nothing that cannot be printed."""
    if not value:
        raise wrong("is empty: write a text between the quotes")
    for character in value:
        if unicodedata.category(character) in ("Cc", "Cs") and character != "\n":
            raise wrong(f"holds the control character U+{ord(character):04X}: leave it out")
    return unicodedata.normalize("NFC", value)


def _at_most(limit: int) -> Callable[[str], str]:
    def check(value: str) -> str:
        if len(value) > limit:
            raise wrong(f"is {len(value):,} characters long: write at most {limit:,}")
        return value

    return check


def _email(value: str) -> str:
    address = value.strip().lower()
    if not _EMAIL.fullmatch(address) or len(address) > 254:
        raise wrong(f'"{value}" is no e-mail address: write one such as "maija.meri@example.org"')
    return address


def _channel(value: str) -> str:
    if not _CHANNEL.fullmatch(value):
        raise wrong(
            f'"{value}" is no channel id: write the id that Slack shows at the end of the channel\'s details, '
            'it starts with C or G, for example "C0123456789"'
        )
    return value


def _slack_user(value: str) -> str:
    if not _SLACK_USER.fullmatch(value):
        raise wrong(
            f'"{value}" is no member id: write the id from the person\'s Slack profile ("Copy member ID"), '
            'it starts with U or W, for example "U0123456789"'
        )
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        meant = closest(value, available_timezones()) or "Europe/Helsinki"
        raise wrong(f'"{value}" is no time zone: write for example "{meant}"') from None
    return value


def _country(value: str) -> str:
    # Imported here because the package takes a fifth of a second, which every start would pay.
    from holidays.registry import COUNTRIES  # noqa: PLC0415

    codes = {name.casefold(): code for names in COUNTRIES.values() for name in names[:3] for code in (names[1],)}
    if value not in codes.values():
        meant = codes.get(value.casefold(), "FI")
        raise wrong(f'"{value}" is no country whose holidays are known: write its two letters, such as "{meant}"')
    return value


def _hour(value: object) -> time:
    """A time of day, as TOML's own (09:00:00) or as text ("09:00")."""
    found = _HOUR.fullmatch(value) if isinstance(value, str) else None
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        value = time(int(found[1]), int(found[2]))
    if not isinstance(value, time) or value != value.replace(second=0, microsecond=0, tzinfo=None):
        raise wrong(f'"{value}" is no time of day: write hours and minutes, for example "09:00"')
    if not PROMPTING_STARTS <= value < PROMPTING_ENDS:
        raise wrong('people are prompted between 8 and 16: write a time from "08:00" to "15:59"')
    return value


def _form_template(value: str) -> str:
    if not value.lower().endswith(".docx") or value.startswith(("/", "\\", "~")) or value[1:2] == ":":
        raise wrong(f'"{value}" is no Word file beside this file: write its path from here, for example "form.docx"')
    return value


def _figure(value: object) -> Decimal:
    """A number of TOML, which knows only binary fractions, as the decimal one that stands in the file."""
    number = Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None
    if number is None or not number.is_finite():
        raise wrong("must be a number without quotes: write for example 120, or 12.5")
    if not 0 <= number < _FIGURE_END or number != round(number, _DECIMALS):
        raise wrong(f"must be 0 or more and less than {_FIGURE_END:,}, with at most {_DECIMALS} decimals")
    return number


def _target(value: object) -> Decimal:
    number = _figure(value)
    if not number:
        raise wrong("must be more than 0: leave the line out where there is no target")
    return number


def _plain_figure(number: Decimal) -> int | float:
    return int(number) if number == int(number) else float(number)


Key = Annotated[str, AfterValidator(_key)]
ModalName = Annotated[str, AfterValidator(one_line), AfterValidator(_at_most(24))]
"""As long as the title of one of Slack's modals may be."""
ShortName = Annotated[str, AfterValidator(one_line), AfterValidator(_at_most(40))]
Title = Annotated[str, AfterValidator(one_line), AfterValidator(_at_most(60))]
Name = Annotated[str, AfterValidator(one_line), AfterValidator(_at_most(200))]
Prose = Annotated[str, AfterValidator(prose), AfterValidator(_at_most(3000))]
Unit = Annotated[str, AfterValidator(one_line), AfterValidator(_at_most(20))]
Target = Annotated[Decimal, PlainValidator(_target), PlainSerializer(_plain_figure, return_type=int | float)]
Figure = Annotated[Decimal, PlainValidator(_figure), PlainSerializer(_plain_figure, return_type=int | float)]
Room = Annotated[int, Field(ge=50, le=20_000)]
"""Characters that a cell of the funder's form holds."""
Email = Annotated[str, AfterValidator(_email)]
Phone = Annotated[str, AfterValidator(one_line), AfterValidator(_at_most(40))]
ChannelId = Annotated[str, AfterValidator(_channel)]
SlackUserId = Annotated[str, AfterValidator(_slack_user)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Country = Annotated[str, AfterValidator(_country)]
Hour = Annotated[time, PlainValidator(_hour), PlainSerializer(lambda hour: f"{hour:%H:%M}", return_type=str)]
FormTemplate = Annotated[str, AfterValidator(_form_template)]
