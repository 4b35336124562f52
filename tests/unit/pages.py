"""The pages people read, README and docs/, taken apart for the tests that hold them true."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
README: Final = ROOT / "README.md"
GUIDES: Final = ("contacts", "coordinators")
GUIDE_LANGUAGES: Final = ("fi", "sv", "en")
PAGES: Final = (README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(!?)\[((?:[^][]|\[[^]]*\])*)\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")


def page_of(guide: str, language: str) -> Path:
    """The Finnish guides stand under their bare names, the others with their language."""
    return ROOT / "docs" / f"{guide}{'' if language == 'fi' else f'.{language}'}.md"


def guides_in(language: str) -> list[Path]:
    return [page_of(guide, language) for guide in GUIDES]


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose_of(page: Path) -> str:
    """Without the blocks of code."""
    return _FENCE.sub("", text_of(page))


def code_of(page: Path) -> str:
    """All that stands in code, in a line each: blocks and what is within a line."""
    blocks = [block for _, block in _FENCE.findall(text_of(page))]
    return "\n".join([*blocks, *(span.replace("\\|", "|") for span in _CODE.findall(prose_of(page)))])


def blocks_of(page: Path) -> list[tuple[str, str]]:
    """The blocks of code, each with its language."""
    return _FENCE.findall(text_of(page))


def links_of(page: Path) -> list[tuple[str, str]]:
    """(text, target) of the links."""
    return [(text, target) for mark, text, target in _LINK.findall(prose_of(page)) if not mark]


def images_of(page: Path) -> list[tuple[str, str]]:
    """(alternative text, target) of the pictures."""
    return [(text, target) for mark, text, target in _LINK.findall(prose_of(page)) if mark]


def anchors_of(page: Path) -> set[str]:
    """What a link may name after the #, as GitHub makes it of the headings."""
    headings = re.findall(r"^#+ (.+)$", prose_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def section_of(page: Path, heading: str) -> str:
    """What stands under a heading of the second order."""
    return re.split(r"^## ", text_of(page).split(f"\n## {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def first_cells(section: str) -> list[str]:
    """Of the rows of its tables, without their heads."""
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    return [re.split(r"(?<!\\)\|", row)[1].strip().replace("\\|", "|") for row in rows[1:]]
