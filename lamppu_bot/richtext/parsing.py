"""Documents out of text: what somebody typed without formatting, and Slack's messages."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from lamppu_bot.richtext.characters import clean
from lamppu_bot.richtext.normal import DEEPEST_INDENT, Inline, from_rich_text, link, section, text_run
from lamppu_bot.richtext.output import join
from storage.values import Document

_BULLET = re.compile(r"([ \t]*)(?:[-•◦]|▪\ufe0e?)[ \t]+(?=\S)")
_ADDRESS = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"“”«»]*[^\s<>\"“”«».,;:!?'’…]", re.IGNORECASE)
_MARKUP = re.compile(r"<([^<>\n]+)>")
_ENTITY = re.compile("&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}


def from_plain(text: str) -> Document:
    """Plain text: lines that begin with "- " or "• " become lists, bare addresses become links."""
    return _document(text, _linked)


def from_message(event: Mapping[str, Any]) -> Document:
    """A Slack message: its rich_text blocks or, without any, its escaped text."""
    blocks = event.get("blocks")
    rich = [block for block in blocks if _is_rich(block)] if isinstance(blocks, list) else []
    if rich:
        return join(from_rich_text(block) for block in rich)
    text = event.get("text")
    return _document(text, _unescaped) if isinstance(text, str) else []


def _is_rich(block: object) -> bool:
    return isinstance(block, Mapping) and block.get("type") == "rich_text"


def _document(text: str, runs_of: Callable[[str], Iterator[Inline]]) -> Document:
    document: Document = []
    paragraph: list[Inline] = []
    margins: list[int] = []  # of the list being read: one a level
    for line in clean(text).split("\n"):
        bullet = _BULLET.match(line)
        if not bullet:
            paragraph += [*runs_of(line), text_run("\n")]
            margins.clear()
            continue
        document.append(section(paragraph))
        paragraph = []
        _add_item(document, _level(margins, bullet[1]), section(runs_of(line[bullet.end() :])))
    return from_rich_text([*document, section(paragraph)])


def _level(margins: list[int], margin: str) -> int:
    """How deep a bullet stands, told from those above it rather than from a number of spaces."""
    width = len(margin.expandtabs(4))
    while margins and margins[-1] > width:
        margins.pop()
    if not margins or margins[-1] < width:
        margins.append(width)
    return min(len(margins) - 1, DEEPEST_INDENT)


def _add_item(document: Document, level: int, item: dict[str, Any]) -> None:
    # An empty section left by the line before does not part two items of one list.
    while document and not document[-1]["elements"]:
        document.pop()
    if not document or document[-1]["type"] != "rich_text_list" or document[-1]["indent"] != level:
        document.append({"type": "rich_text_list", "style": "bullet", "indent": level, "elements": []})
    document[-1]["elements"].append(item)


def _linked(line: str) -> Iterator[Inline]:
    start = 0
    for found in _ADDRESS.finditer(line):
        address = _without_open_bracket(found[0])
        yield text_run(line[start : found.start()])
        yield link(address if "://" in address else f"http://{address}", address)
        start = found.start() + len(address)
    yield text_run(line[start:])


def _without_open_bracket(address: str) -> str:
    """The address without a bracket that closes the sentence around it."""
    while address.endswith((")", "]")) and address.count("(") + address.count("[") < address.count(")") + address.count(
        "]"
    ):
        address = address[:-1].rstrip(".,;:!?")
    return address


def _unescaped(line: str) -> Iterator[Inline]:
    start = 0
    for found in _MARKUP.finditer(line):
        yield text_run(_characters(line[start : found.start()]))
        yield _reference(found[1])
        start = found.end()
    yield text_run(_characters(line[start:]))


def _characters(text: str) -> str:
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)


def _reference(markup: str) -> Inline:
    """What stands between < and > in Slack's text: a person, a channel, a command or a link."""
    target, _, label = (_characters(part) for part in markup.partition("|"))
    if target.startswith("!date^"):
        return text_run(label or _day(target))
    if target.startswith("!subteam^"):
        return text_run(_prefixed("@", label or target.removeprefix("!subteam^")))
    for mark, prefix in (("@", "@"), ("#", "#"), ("!", "@")):
        if target.startswith(mark):
            return text_run(_prefixed(prefix, label or target[1:]))
    return link(target, label)


def _prefixed(prefix: str, name: str) -> str:
    return name if name.startswith(prefix) else prefix + name


def _day(target: str) -> str:
    seconds = target.split("^")[1]
    return datetime.fromtimestamp(int(seconds), UTC).date().isoformat() if seconds.isdecimal() else seconds
