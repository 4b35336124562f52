"""The rehearsal page's own words: its scripts ask for those that it is given, and say none by themselves."""

import re
from pathlib import Path

import pytest

from lamppu_bot.rehearsal_page import page_texts
from lamppu_bot.texts import texts_for

STATIC = Path(__file__).parents[2] / "lamppu_bot" / "workspace" / "page" / "static"
SCRIPTS = sorted(STATIC.glob("*.js"))
# Names of keys and headers.
OF_BROWSERS = {"Tab", "Enter", "Escape", "Content-Type"}
BY_VALUE = {"step_next", "step_day", "step_due"} | {
    f"trouble_{kind}" for kind in ("gone", "unheard", "refused", "failed")
}


def asked_for() -> set[str]:
    return {name for path in SCRIPTS for name in re.findall(r'\bt\("(\w+)"', path.read_text("utf-8"))}


def test_scripts_ask_for_the_texts_they_are_given() -> None:
    assert asked_for() | BY_VALUE | {"title"} == set(page_texts(texts_for("fi")))


def said_in(script: str) -> list[str]:
    """Strings that begin like a sentence, or hold a letter of ours: the others are names, keys and markup."""
    code = re.sub(r"//.*", "", script)
    strings = [found[1] for found in re.findall(r"""(["'`])((?:\\.|(?!\1).)*)\1""", code)]
    return [
        one
        for one in strings
        if re.search(r"(?<![\w{])[A-Z][a-z]{2,}(?![\w])|[äöåÄÖÅ]", one) and one not in OF_BROWSERS
    ]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_text_for_people_stands_in_a_script(path: Path) -> None:
    assert said_in(path.read_text("utf-8")) == []


@pytest.mark.parametrize("script", ['button("Send")', "say('Hello there')", "`Hei ${name}`", 'label = "lähetä"'])
def test_text_in_a_script_is_found(script: str) -> None:
    assert said_in(script)


def test_page_itself_holds_no_words() -> None:
    """Its frame is filled by the scripts; what stands in doubled braces, by the server."""
    page = (STATIC / "index.html").read_text("utf-8")
    assert set(re.findall(r">\s*([^<\s][^<]*?)\s*<", page)) == {"{{title}}"}
    assert re.findall(r'(?:aria-label|title|placeholder|alt)="', page) == []


@pytest.mark.parametrize("path", [*SCRIPTS, *STATIC.glob("*.css"), STATIC / "index.html"], ids=lambda path: path.name)
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    addresses = re.findall(r"https?://[\w./-]+", path.read_text("utf-8"))
    assert set(addresses) <= {"http://www.w3.org/2000/svg"}
