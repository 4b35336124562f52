"""Typesetting: data and a typst template become a PDF/UA-1 file, without network, system fonts or anybody's mark-up."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lamppu_bot import richtext
from lamppu_bot.report.wordprocessing import Inline, paragraphs_of, safe_address
from lamppu_bot.richtext import clean, graphemes, label_and_url
from storage.values import Document

if TYPE_CHECKING:  # the library is large: whoever makes no PDF does not wait for it
    from typst import Fonts

Data = dict[str, Any]

_TEMPLATES = Path(__file__).parent / "templates"
# Longer than any word that hyphenation can be trusted with, shorter than two lines of the narrowest column.
_LONG_WORD = re.compile(r"\S{41,}")
_PIECE = 8  # characters that stay together in such a word
_BYTE_ORDER_MARK = "\ufeff"  # invisible, and PDF/UA forbids it
_NARROW = 20  # characters that surely fit a line of the narrowest column
_FEW_LINES = 24  # of some forty on a page
_LEADING_SPACES = re.compile(r"^ +")
_TAB = "    "


def typeset(template: str, data: Mapping[str, Any], made_at: datetime) -> bytes:
    """The PDF/UA-1 file of `templates/<template>.typ` with this data; equal arguments give equal bytes.

    `made_at` is aware and stands in the file as its date. Strings in `data` are only ever shown, whatever they hold.
    """
    import typst  # noqa: PLC0415 as above

    made = typst.compile(
        _TEMPLATES / f"{template}.typ",
        root=_TEMPLATES,
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(made_at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError("typst makes one file of a PDF")
    return made


@cache
def _fonts() -> "Fonts":
    """Those within the library and our own; what a machine happens to have would change the page."""
    import typst  # noqa: PLC0415 as above

    return typst.Fonts(include_system_fonts=False, font_paths=[_TEMPLATES / "fonts"])


def properties(*, title: str, author: str, subject: str, running_title: str, language: str) -> Data:
    """What every template wants to know of its document; `language` with its country: fi-FI."""
    spoken, _, region = language.partition("-")
    words = {"title": title, "author": author, "subject": subject, "running_title": running_title}
    return {name: printable(text) for name, text in words.items()} | {"language": spoken, "region": region or None}


def printable(words: str) -> str:
    """The text without what no PDF/UA may carry."""
    return clean(words).replace(_BYTE_ORDER_MARK, "")


def blocks_of(document: Document) -> list[Data]:
    """A Document as the templates take it: paragraphs, lists, quotes and code, each with its runs."""
    return [made for block in document for made in _blocks(block)]


def fits_page(document: Document) -> bool:
    """Whether a cell with this text surely fits on a page, so that its row may be kept from splitting."""
    return sum(map(_line_count, richtext.plain(document).split("\n"))) <= _FEW_LINES


def _line_count(line: str) -> int:
    """How many lines this one may take: four spaces at its beginning are a level of a list, which narrows it."""
    indent = len(line) - len(line.lstrip(" "))
    return 1 + len(line) // max(4, _NARROW - indent // 2)


def _blocks(block: Mapping[str, Any]) -> Iterator[Data]:
    kind, inlines = block["type"], block["elements"]
    if kind == "rich_text_list":
        items = [_runs(item["elements"]) for item in inlines]
        start = int(block.get("offset", 0)) + 1
        yield {"kind": block["style"], "indent": block["indent"], "start": start, "items": items}
    elif kind == "rich_text_preformatted":
        yield {"kind": "code", "runs": _runs(inlines, keep_spaces=True)}
    else:
        name = "quote" if kind == "rich_text_quote" else "paragraph"
        yield from ({"kind": name, "runs": _runs(paragraph)} for paragraph in paragraphs_of(inlines))


def _runs(inlines: Iterable[Inline], *, keep_spaces: bool = False) -> list[Data]:
    return [_run(inline, keep_spaces=keep_spaces) for inline in inlines]


def _run(inline: Inline, *, keep_spaces: bool) -> Data:
    style = inline.get("style", {})
    if inline["type"] == "text":
        return {"lines": _lines(inline["text"], keep_spaces=keep_spaces), **style}
    label, url = label_and_url(inline)
    address = safe_address(url)
    if address is None:
        shown = label if label in url else f"{label} ({url})"
        return {"lines": _lines(shown, keep_spaces=keep_spaces), **style}
    return {"lines": _lines(label, keep_spaces=keep_spaces), "url": address, **style}


def _lines(words: str, *, keep_spaces: bool) -> list[list[str]]:
    """The text by lines, a line in pieces between which it may be broken."""
    lines = printable(words).replace("\t", _TAB).split("\n")
    if keep_spaces:
        lines = [_LEADING_SPACES.sub(lambda found: "\N{NO-BREAK SPACE}" * len(found[0]), line) for line in lines]
    return [list(_pieces(line)) for line in lines]


def _pieces(line: str) -> Iterator[str]:
    end = 0
    for word in _LONG_WORD.finditer(line):
        if line[end : word.start()]:
            yield line[end : word.start()]
        characters = graphemes(word[0])
        while piece := "".join(islice(characters, _PIECE)):
            yield piece
        end = word.end()
    if line[end:]:
        yield line[end:]
