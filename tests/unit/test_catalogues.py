"""The catalogues: every language says all that the code tells, with the same values in it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from lamppu_bot.project_file.definition import LANGUAGES
from lamppu_bot.texts import LOCALES, languages, texts_for

CODE = Path(__file__).parents[2] / "lamppu_bot"
TELLING = {"texts", "plural", "mrkdwn", "RefusedError", "self"}
FIRST = "fi"
OTHERS = [language for language in languages() if language != FIRST]


def test_finnish_swedish_and_english_are_languages() -> None:
    assert {"fi", "sv", "en"} <= set(languages())


def test_every_language_can_be_chosen_for_a_project() -> None:
    assert set(LANGUAGES) == set(languages())


@pytest.mark.parametrize("language", languages())
def test_no_key_stands_in_two_catalogues(language: str) -> None:
    keys = [key for path in paths(language) for key in _msgids(path)]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("language", languages())
def test_every_key_used_in_code_is_there(language: str) -> None:
    known = texts_for(language).entries
    assert {key for key in keys_told() if not any(re.fullmatch(key, name) for name in known)} == set()


@pytest.mark.parametrize("language", languages())
def test_no_key_is_left_unused(language: str) -> None:
    used = re.compile("|".join(strings_in_code()))
    assert {name for name in texts_for(language).entries if not used.fullmatch(name)} == set()


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_keys_in_the_same_files(language: str) -> None:
    assert {path.name: sorted(_msgids(path)) for path in paths(language)} == {
        path.name: sorted(_msgids(path)) for path in paths(FIRST)
    }


@pytest.mark.parametrize("language", languages())
def test_no_text_is_empty(language: str) -> None:
    known = texts_for(language).entries
    assert {key for path in paths(language) for key in _msgids(path)} - set(known) == set()


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_is_given_the_same_values(language: str) -> None:
    """A plural may leave the number out where it says it in words: "one partner"."""
    first, here = texts_for(FIRST).entries, texts_for(language).entries
    wanted = {key: values_of(first[key][-1]) for key in here}
    found = {
        key: [values_of(form) | ({"n"} & wanted[key] if len(forms) > 1 else set()) for form in forms]
        for key, forms in here.items()
    }
    assert {key: sets for key, sets in found.items() if any(values != wanted[key] for values in sets)} == {}


@pytest.mark.parametrize("language", languages())
def test_last_plural_form_tells_the_number(language: str) -> None:
    plurals = {key: forms for key, forms in texts_for(language).entries.items() if len(forms) > 1}
    assert plurals
    assert {key for key, forms in plurals.items() if "n" not in values_of(forms[-1])} == set()


@pytest.mark.parametrize("language", languages())
def test_every_plural_has_the_forms_its_language_needs(language: str) -> None:
    for path in paths(language):
        for message in catalogue(path):
            if isinstance(message.id, tuple):
                assert len(message.string) == catalogue(path).num_plurals, message.id


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_texts_are_plurals(language: str) -> None:
    assert plural_keys(language) == plural_keys(FIRST)


@pytest.mark.parametrize("language", languages())
def test_headers_name_the_language_with_its_country(language: str) -> None:
    """All files of a language say the same, for the first one counts."""
    heads = {(found.locale_identifier, found.plural_expr) for found in map(catalogue, paths(language))}
    assert len(heads) == 1
    locale = Locale.parse(heads.pop()[0])
    assert (locale.language, bool(locale.territory)) == (language, True)


@pytest.mark.parametrize("language", languages())
def test_plurals_follow_the_rule_that_babel_knows(language: str) -> None:
    texts = texts_for(language)
    forms = {(texts.locale.plural_form(n), texts.plural_index(n)) for n in range(1_000)}
    assert len(forms) == len({form for form, _ in forms}) == len({index for _, index in forms})


def paths(language: str) -> list[Path]:
    return sorted((LOCALES / language).glob("*.po"))


@cache
def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def plural_keys(language: str) -> set[str]:
    return {message.id[0] for path in paths(language) for message in catalogue(path) if isinstance(message.id, tuple)}


def values_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _msgids(path: Path) -> list[str]:
    return re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), flags=re.MULTILINE)


@cache
def _nodes() -> list[ast.expr]:
    """Every expression of the bot's code; the local workspace has texts of its own."""
    files = (path for path in CODE.rglob("*.py") if "workspace" not in path.parts)
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in files)
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
