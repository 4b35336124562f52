"""Long Documents in pieces that fit: cut between paragraphs, else between words, else between characters."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from lamppu_bot.richtext.characters import graphemes
from lamppu_bot.richtext.normal import Inline, section
from lamppu_bot.richtext.output import item_marker, plain, plain_inlines
from storage.values import Document

_TOKEN = re.compile(r"\s+|\S+")


def chunks(document: Document, limit: int) -> list[Document]:
    """The Document in pieces whose plain text has at most `limit` characters (code points) each.

    A word is cut only when it alone is longer than the limit, a grapheme likewise. The pieces' plain texts hold every
    word of the whole in order, and no bullet twice: what is left of a list item goes on as a paragraph. An empty
    Document has no pieces. `limit` must leave room for a list's marker: it is at least 64.
    """
    if limit < 64:
        raise ValueError("a piece needs room for 64 characters")
    pieces: list[Document] = []
    room = 0
    for unit in _units(document):
        for part in _parts(unit, limit):
            size = len(plain([part])) + 1  # the newline between two blocks
            if not pieces or size > room:
                pieces.append([])
                room = limit + 1
            _append(pieces[-1], part)
            room -= size
    return pieces


def _units(document: Document) -> Iterator[dict[str, Any]]:
    """Blocks; of a list its items, each a list that knows its number."""
    for block in document:
        if block["type"] != "rich_text_list":
            yield block
            continue
        for position, item in enumerate(block["elements"]):
            unit = block | {"elements": [item]}
            yield unit | {"offset": block.get("offset", 0) + position} if block["style"] == "ordered" else unit


def _append(piece: Document, part: dict[str, Any]) -> None:
    if piece and _continues(piece[-1], part):
        piece[-1] = piece[-1] | {"elements": [*piece[-1]["elements"], *part["elements"]]}
        return
    piece.append({name: value for name, value in part.items() if name != "offset" or value})


def _continues(block: dict[str, Any], part: dict[str, Any]) -> bool:
    if not block["type"] == part["type"] == "rich_text_list":
        return False
    if (block["style"], block["indent"]) != (part["style"], part["indent"]):
        return False
    return part["style"] == "bullet" or bool(block.get("offset", 0) + len(block["elements"]) == part["offset"])


def _parts(unit: dict[str, Any], limit: int) -> Iterator[dict[str, Any]]:
    """The unit itself when it fits into a piece, else what becomes of it."""
    if len(plain([unit])) <= limit:
        yield unit
        return
    listed = unit["type"] == "rich_text_list"
    marker = len(item_marker(unit, 0)) if listed else 0
    inlines = unit["elements"][0]["elements"] if listed else unit["elements"]
    for number, part in enumerate(_filled(_words(inlines, limit - marker), limit - marker)):
        tidy = section(part)
        if not tidy["elements"]:
            continue
        if listed:
            yield unit | {"elements": [tidy]} if number == 0 else tidy
        else:
            yield tidy | {"type": unit["type"]}


def _filled(words: Iterable[list[Inline]], limit: int) -> Iterator[list[Inline]]:
    """Words as many as fit, cut after the last line end if there is one, else before the word too many."""
    part: list[list[Inline]] = []
    room = limit
    for word in words:
        size = len(plain_inlines(word))
        if size > room and part:
            cut = _last_line_end(part) or len(part)
            yield [run for kept in part[:cut] for run in kept]
            part = part[cut:]
            room = limit - sum(len(plain_inlines(kept)) for kept in part)
            if size > room:
                yield [run for kept in part for run in kept]
                part, room = [], limit
        part.append(word)
        room -= size
    yield [run for kept in part for run in kept]


def _last_line_end(words: list[list[Inline]]) -> int:
    """How many words end with the last newline; 0 when none does."""
    return next((count for count in range(len(words), 0, -1) if "\n" in plain_inlines(words[count - 1])), 0)


def _words(inlines: list[Inline], limit: int) -> Iterator[list[Inline]]:
    """Runs grouped so that a word of several styles, or a link with its full stop, is one; spaces are their own."""
    for _, group in groupby(_tokens(inlines, limit), key=_is_space):
        word = list(group)
        if len(plain_inlines(word)) <= limit:
            yield word
        else:
            yield from ([token] for token in word)


def _is_space(token: Inline) -> bool:
    return token["type"] == "text" and str(token["text"]).isspace()


def _tokens(inlines: list[Inline], limit: int) -> Iterator[Inline]:
    for run in inlines:
        text = plain_inlines([run])
        if run["type"] == "link" and len(text) <= limit:
            yield run
            continue
        styled = {"type": "text"} | ({"style": run["style"]} if "style" in run else {})
        for token in _TOKEN.findall(text):
            yield from (styled | {"text": bit} for bit in _bits(token, limit))


def _bits(token: str, limit: int) -> Iterator[str]:
    """The token itself, or what fits of a word longer than the limit."""
    if len(token) <= limit:
        yield token
        return
    bit = ""
    for grapheme in graphemes(token):
        if len(bit) + len(grapheme) > limit and bit:
            yield bit
            bit = ""
        bit += grapheme
        while len(bit) > limit:  # a single grapheme of endless marks
            yield bit[:limit]
            bit = bit[limit:]
    yield bit
