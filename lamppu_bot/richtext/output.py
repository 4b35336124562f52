"""What a Document becomes again: readable text, Slack's block, an input's first value."""

from collections.abc import Iterable, Iterator
from typing import Any

from lamppu_bot.richtext.characters import is_blank
from lamppu_bot.richtext.normal import Inline, from_rich_text
from storage.values import Document

_INDENT = "    "


def plain(document: Document) -> str:
    """Readable text: "• " and "1. " before list items, four spaces a level, links as "label (url)"."""
    return "\n".join(line for block in document for line in _lines(block))


def plain_inlines(inlines: Iterable[Inline]) -> str:
    """The text of a paragraph's runs and links."""
    return "".join(_plain_inline(run) for run in inlines)


def item_marker(block: dict[str, Any], position: int) -> str:
    """What stands before a list item; `position` counts from 0."""
    indent, number = _INDENT * int(block["indent"]), int(block.get("offset", 0)) + position + 1
    return indent + ("• " if block["style"] == "bullet" else f"{number}. ")


def label_and_url(run: Inline) -> tuple[str, str]:
    """What a link reads and where it leads; a link without a label reads as its address."""
    return run.get("text") or run["url"].removeprefix("mailto:"), run["url"]


def is_empty(document: Document) -> bool:
    """Whether a reader would see nothing."""
    return all(is_blank(line) for block in document for line in _lines(block))


def word_count(document: Document) -> int:
    """How many words were written; bullets, lone punctuation and emoji are none."""
    return sum(any(character.isalnum() for character in word) for word in _bare(document).split())


def join(documents: Iterable[Document]) -> Document:
    """One Document of several, in order: the messages of a conversation."""
    return [block for document in documents for block in from_rich_text(document)]


def rich_text_block(document: Document, block_id: str | None = None) -> dict[str, Any]:
    """Slack's block. A Document holds text and links alone, so it can ping nobody, whatever the words look like.

    Slack refuses a block without elements, so an empty Document shows as one space.
    """
    elements = document or [{"type": "rich_text_section", "elements": [{"type": "text", "text": " "}]}]
    block: dict[str, Any] = {"type": "rich_text", "elements": elements}
    return block if block_id is None else block | {"block_id": block_id}


def as_input_value(document: Document) -> dict[str, Any] | None:
    """The `initial_value` of a rich_text_input; None, which leaves it out, for an empty Document."""
    return None if is_empty(document) else rich_text_block(document)


def _lines(block: dict[str, Any]) -> Iterator[str]:
    if block["type"] != "rich_text_list":
        yield plain_inlines(block["elements"])
        return
    for position, item in enumerate(block["elements"]):
        yield item_marker(block, position) + plain_inlines(item["elements"])


def _plain_inline(run: Inline) -> str:
    if run["type"] == "text":
        return str(run["text"])
    label, url = label_and_url(run)
    return label if _bare_address(label) == _bare_address(url) else f"{label} ({url})"


def _bare_address(url: str) -> str:
    """An address as one says it: www.redu.fi, somebody@example.org."""
    for scheme in ("https://", "http://", "mailto:"):
        url = url.removeprefix(scheme)
    return url.rstrip("/")


def _bare(document: Document) -> str:
    items = (item for block in document for item in _paragraphs(block))
    return "\n".join("".join(run.get("text") or run["url"] for run in item["elements"]) for item in items)


def _paragraphs(block: dict[str, Any]) -> list[dict[str, Any]]:
    return block["elements"] if block["type"] == "rich_text_list" else [block]
