"""The guides of docs/: the same in every language, with the words of the screen; and the engineers' with the code's."""

import re

import pytest

from lamppu_bot.texts import texts_for
from tests.unit.pages import GUIDE_LANGUAGES, GUIDES, ROOT, blocks_of, code_of, images_of, page_of, prose_of

ENGINEERS = ROOT / "docs" / "engineers.md"


def screen_words(language: str) -> str:
    """Everything the catalogues say in this language, a text a line."""
    forms = [form for entry in texts_for(language).entries.values() for form in entry]
    return "\n".join(f"|{' '.join(form.replace('*', '').split())}|" for form in forms)


@pytest.mark.parametrize("guide", GUIDES)
@pytest.mark.parametrize("language", GUIDE_LANGUAGES)
def test_words_in_bold_are_those_of_the_screen(guide: str, language: str):
    said = screen_words(language)
    bold = [" ".join(found.split()) for found in re.findall(r"\*\*(.+?)\*\*", prose_of(page_of(guide, language)), re.S)]
    assert bold
    assert [one for one in bold if one not in said] == []


@pytest.mark.parametrize("guide", GUIDES)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_guides_say_the_same_in_every_language(guide: str, language: str):
    assert shape_of(guide, language) == shape_of(guide, "fi")


def shape_of(guide: str, language: str) -> tuple[object, ...]:
    """Headings by rank, rows and points by number, pictures (each in the guide's language) and words of commands."""
    page = page_of(guide, language)
    prose = prose_of(page)
    folder = "images/" if language == "fi" else f"images/{language}/"
    return (
        re.findall(r"^#+", prose, re.MULTILINE),
        len(re.findall(r"^\|", prose, re.MULTILINE)),
        len(re.findall(r"^- ", prose, re.MULTILINE)),
        [target.removeprefix(folder) for _, target in images_of(page)],
        re.findall(r"/lamppu [a-z]+", code_of(page)),
    )


def test_parts_of_the_house_are_there():
    """What the engineers' guide names in the tree: folders and modules, wherever they are."""
    tree = next(block for language, block in blocks_of(ENGINEERS) if not language)
    ours = [path for top in ("lamppu_bot", "storage", "tests") for path in (ROOT / top, *(ROOT / top).rglob("*"))]
    there = {"bot.py", *(path.name for path in ours)}
    assert {name.rstrip("/") for name in re.findall(r"\b[a-z0-9_]+(?:/|\.py\b)", tree)} <= there


def snippets() -> list[tuple[str, str]]:
    """(file, code) of what the engineers' guide shows: a block's first line is a comment that names the file."""
    shown = [
        block.strip("\n").split("\n", 1) for language, block in blocks_of(ENGINEERS) if language in ("python", "po")
    ]
    return [(head.strip().removeprefix("# "), code) for head, code in shown]


@pytest.mark.parametrize(
    ("file", "code"), snippets(), ids=lambda value: value if value.endswith((".py", ".po")) else ""
)
def test_code_in_the_engineers_guide_is_the_code(file: str, code: str):
    """Line by line, whatever the indentation; a line of dots stands for what is left out."""
    written = squeezed((ROOT / file).read_text(encoding="utf-8"))
    for part in re.split(r"^ *(?:# )?\.\.\.$", code, flags=re.MULTILINE):
        assert squeezed(part) in written, f"{file} has not:\n{part}"


def squeezed(code: str) -> str:
    return "\n".join(line.strip() for line in code.splitlines() if line.strip())
