"""README and docs/ name what there is, and all of it: commands, settings, words, targets of make, pages, pictures."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from bot import cli
from lamppu_bot.messages.help import build_help
from lamppu_bot.messages.words import TOOL_WORDS
from lamppu_bot.rehearsal_page import command_words
from lamppu_bot.settings import Settings
from lamppu_bot.slack.checking import SCOPES
from lamppu_bot.texts import languages, texts_for
from tests.unit.pages import PAGES, README, ROOT, anchors_of, code_of, first_cells, images_of, links_of, section_of

SETTINGS = {field.name.upper() for field in fields(Settings)}
# Of other programs, and of the tests.
OTHER_VARIABLES = {"GOLDEN_WRITE", "PYTHON", "HTTPS_PROXY", "LAMPPU_REQUIRE_BROWSER"}
LARGEST_PICTURE = 150_000
COORDINATORS = [ROOT / "docs" / f"coordinators{ending}.md" for ending in ("", ".sv", ".en")]


def commands() -> dict[str, set[str]]:
    """Every command by its words, with its options."""
    return dict(_commands(cli, ""))


def _commands(group: click.Group, before: str) -> Iterator[tuple[str, set[str]]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        words = f"{before} {name}".strip()
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield words, {o for one in command.params for o in one.opts if o.startswith("--")}
        if isinstance(command, click.Group):
            yield from _commands(command, words)


def options_in(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def documented() -> dict[str, set[str]]:
    """What README's table of commands says, in the same form."""
    found: dict[str, set[str]] = {}
    for cell in first_cells(section_of(README, "Commands")):
        for usage in re.findall(r"`([^`]+)`", cell):
            words = re.match(r"[a-z]+( [a-z]+(?![\w|]))?", usage)
            assert words, usage
            found.setdefault(words[0], set()).update(options_in(usage))
    return found


def test_commands_of_readme_are_those_there_are_with_all_their_options():
    assert documented() == commands()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_pages_call_are_there(page: Path):
    known = commands()
    for line in code_of(page).splitlines():
        for call in re.findall(r"bot\.py ([a-z]+.*)", line):
            words = call.split()
            name = next((n for n in (" ".join(words[:2]), words[0]) if n in known), None)
            assert name, f"{page.name}: {line}"
            assert options_in(call.split("#")[0]) <= known[name], f"{page.name}: {line}"


def test_settings_of_readme_are_those_there_are():
    assert {cell.strip("`") for cell in first_cells(section_of(README, "Settings"))} == SETTINGS


def test_settings_of_the_example_are_those_there_are():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) == SETTINGS


def test_scopes_of_the_install_page_are_those_that_are_asked_for():
    cells = first_cells(section_of(ROOT / "docs" / "install.md", "The Slack app"))
    assert set(re.findall(r"`([^`]+)`", " ".join(cells))) == set(SCOPES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_variables_that_pages_name_are_there(page: Path):
    code = code_of(page)
    set_there = re.findall(r"(?:^|\s)([A-Z][A-Z_]+)=", code)
    named = {*set_there, *re.findall(r"\b(?:SLACK|DATABASE|LOG|LAMPPU)_[A-Z_]+\b", code)}
    assert named <= SETTINGS | OTHER_VARIABLES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_words_that_pages_name_are_there(page: Path):
    assert set(re.findall(r"(?<!\w)/lamppu ([a-z]+)", code_of(page))) <= set(command_words())


@pytest.mark.parametrize("page", [README, *COORDINATORS], ids=lambda page: page.name)
def test_words_are_all_named(page: Path):
    assert set(re.findall(r"(?<!\w)/lamppu ([a-z]+)", code_of(page))) == set(command_words())


@pytest.mark.parametrize("language", languages())
def test_words_are_all_told_by_help(language: str):
    said = build_help(coordinates=True, texts=texts_for(language), tool_words=tuple(TOOL_WORDS)).text
    assert set(re.findall(r"/lamppu ([a-z]+)", said)) == set(command_words())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_targets_of_make_that_pages_name_are_there(page: Path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"(?:^|&& )make ([a-z]+)", code_of(page), re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path):
    for _, target in links_of(page):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in anchors_of(found), f"{page.name}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pictures_are_there_and_say_what_is_seen(page: Path):
    for said, target in images_of(page):
        assert (page.parent / target).exists(), f"{page.name}: {target}"
        assert len(said) >= 40, f"{page.name}: {target}"


def test_pictures_are_small():
    for picture in (ROOT / "docs" / "images").glob("*.png"):
        assert picture.stat().st_size <= LARGEST_PICTURE, picture.name


def test_pages_are_all_linked_from_readme():
    linked = {(README.parent / target.partition("#")[0]).resolve() for _, target in links_of(README)}
    assert set((ROOT / "docs").glob("*.md")) <= linked
