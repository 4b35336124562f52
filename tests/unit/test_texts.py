"""The texts people read: dates in sentences, plurals, escaping; and that code and catalogues know the same keys."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from lamppu_bot.texts import LOCALES, MissingTextError, Mrkdwn, escape, languages, texts_for

FI = texts_for("fi")
CODE = Path(__file__).parents[2] / "lamppu_bot"
TELLING = {"texts", "plural", "mrkdwn", "RefusedError", "self"}


def test_day_stands_in_a_sentence_in_the_right_case() -> None:
    assert FI.day(date(2012, 5, 31)) == "torstaina 31. toukokuuta"
    assert FI.day(date(2012, 12, 9)) == "sunnuntaina 9. joulukuuta"


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_and_weekday_has_a_name(month: int) -> None:
    for day in range(1, 8):
        assert re.fullmatch(r"\w+na \d\. \w+kuuta", FI.day(date(2012, month, day)))


def test_date_is_short() -> None:
    assert FI.date(date(2012, 5, 3)) == "3.5.2012"


def test_clock_has_two_digits_of_minutes() -> None:
    assert FI.clock(datetime(2012, 5, 3, 9, 5, tzinfo=UTC)) == "klo 9.05"


def test_moment_is_told_in_the_project_s_time_zone() -> None:
    assert FI.moment(datetime(2012, 5, 31, 22, 30, tzinfo=UTC), "Europe/Helsinki") == "1.6.2012 klo 1.30"


def test_number_has_a_no_break_space_between_thousands() -> None:
    assert FI.number(12_345) == "12\N{NO-BREAK SPACE}345"
    assert FI.number(999) == "999"


@pytest.mark.parametrize(
    ("items", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a ja b"), (["a", "b", "c"], "a, b ja c")]
)
def test_list_reads_as_a_sentence(items: list[str], said: str) -> None:
    assert FI.listed(items) == said


def test_plural_goes_with_the_number() -> None:
    assert FI.plural("due.near", 1, day="x").endswith("Aikaa on 1 päivä.")
    assert FI.plural("due.near", 2, day="x").endswith("Aikaa on 2 päivää.")
    assert FI.plural("due.near", 0, day="x").endswith("Aikaa on 0 päivää.")


def test_dates_among_the_values_come_out_short() -> None:
    assert "31.5.2012" in FI("refused.opening_day", due=date(2012, 5, 31))


def test_values_are_never_formatted_again() -> None:
    assert FI("objective.title", number=1, title="{number} {0} {x!r}") == "Tavoite 1: {number} {0} {x!r}"


def test_mrkdwn_escapes_what_people_wrote() -> None:
    assert FI.mrkdwn("stray.settled", title="<!channel> & <@U1>").endswith("*&lt;!channel&gt; &amp; &lt;@U1&gt;*")


def test_mrkdwn_does_not_escape_twice() -> None:
    assert FI.mrkdwn("objective.title", number=1, title=escape("a & b")).endswith("a &amp; b")


def test_escaped_text_is_mrkdwn() -> None:
    assert isinstance(escape("x"), Mrkdwn)
    assert isinstance(FI.mrkdwn("objective.title", number=1, title="x"), Mrkdwn)


def test_missing_key_names_key_and_language() -> None:
    with pytest.raises(MissingTextError, match=r"'no\.such\.key'.*'fi'"):
        FI("no.such.key")


def test_missing_value_names_key_and_value() -> None:
    with pytest.raises(MissingTextError, match=r"'date\.day'.*'weekday'"):
        FI("date.day", day=1, month="x")


@pytest.mark.parametrize("language", ["xx", "", "../fi", "fi/.."])
def test_language_without_texts_is_refused(language: str) -> None:
    with pytest.raises(MissingTextError, match="language"):
        texts_for(language)


def test_texts_are_read_once() -> None:
    assert texts_for("fi") is FI


def test_finnish_is_a_language() -> None:
    assert "fi" in languages()


@pytest.mark.parametrize("language", languages())
def test_no_key_stands_in_two_catalogues(language: str) -> None:
    keys = [key for path in (LOCALES / language).glob("*.po") for key in _msgids(path)]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("language", languages())
def test_every_key_used_in_code_is_there(language: str) -> None:
    known = texts_for(language).entries
    assert {key for key in keys_told() if not any(re.fullmatch(key, name) for name in known)} == set()


@pytest.mark.parametrize("language", languages())
def test_no_key_is_left_unused(language: str) -> None:
    used = re.compile("|".join(strings_in_code()))
    assert {name for name in texts_for(language).entries if not used.fullmatch(name)} == set()


@pytest.mark.parametrize("language", languages())
def test_every_plural_form_is_translated(language: str) -> None:
    texts = texts_for(language)
    highest = max(texts.plural_index(n) for n in range(200))
    plurals = {key: forms for key, forms in texts.entries.items() if len(forms) > 1}
    assert plurals
    assert all(len(forms) == highest + 1 for forms in plurals.values())


def _msgids(path: Path) -> list[str]:
    return re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), flags=re.MULTILINE)


@cache
def _nodes() -> list[ast.expr]:
    """Every expression of the bot's code; the local workspace has texts of its own."""
    paths = (path for path in CODE.rglob("*.py") if "workspace" not in path.parts)
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in paths)
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.expr)]


def keys_told() -> set[str]:
    """The keys that are handed to a text or to a refusal, as patterns: part of a key may be a variable."""
    calls = (node for node in _nodes() if isinstance(node, ast.Call) and node.args and _name(node.func) in TELLING)
    return {pattern for call in calls for pattern in _patterns(call.args[0])}


def strings_in_code() -> set[str]:
    """All strings that may be keys, wherever they stand: some are told through a variable."""
    strings = (node for node in _nodes() if isinstance(node, ast.Constant | ast.JoinedStr))
    return {pattern for node in strings for pattern in _patterns(node) if re.match(r"[a-z_]+\\\.", pattern)}


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _patterns(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from (*_patterns(node.body), *_patterns(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if re.fullmatch(r"[a-z_]+(\.[a-z0-9_]+)*", node.value):
            yield re.escape(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else "[a-z0-9_]+" for p in node.values)
