"""Slack's limits on text, and cutting text to them at a sensible place.

Slack does not say what it counts as a character; counting UTF-16 units, where an emoji is two, is the careful reading.
"""

from collections.abc import Iterable, Iterator
from typing import Final

SECTION: Final = 3_000
PLAIN_MESSAGE: Final = 4_000  # the top-level text: best at most this long
MESSAGE_TEXT: Final = 10_000  # all blocks of a message; `msg_blocks_too_long` was seen from about 11,300
MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
HEADER: Final = 150
BUTTON: Final = 75
OPTION: Final = 75
OPTIONS: Final = 100
CHART_LABEL: Final = 20
CHART_CATEGORIES: Final = 20
CELL: Final = 80  # our own: keeps a page of a table readable and within its 20,000 characters

ELLIPSIS: Final = "…"


def width(text: str) -> int:
    """How long a text is to Slack: UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def clip(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis where it is longer than `limit`."""
    if len(text) * 2 <= limit or width(text) <= limit:
        return text
    return _head(text, limit - 1).rstrip() + ELLIPSIS


def split(text: str, limit: int = SECTION) -> Iterator[str]:
    """All of the text in pieces of at most `limit`, parted at a line, else at a space, else anywhere."""
    while width(text) > limit:
        head = _head(text, limit)
        cut = max(head.rfind("\n"), head.rfind(" ") if "\n" not in head[limit // 4 :] else -1)
        end = cut + 1 if cut > limit // 8 else len(head)
        yield text[:end]
        text = text[end:]
    if text:
        yield text


def fitting(lines: Iterable[str], limit: int) -> tuple[list[str], int]:
    """As many whole lines as fit into `limit` with a line end each, and how many were left out."""
    kept: list[str] = []
    remaining = limit
    rest = iter(lines)
    for line in rest:
        remaining -= width(line) + 1
        if remaining < 0:
            return kept, 1 + sum(1 for _ in rest)
        kept.append(line)
    return kept, 0


def _head(text: str, limit: int) -> str:
    """The longest beginning of the text that is at most `limit` wide; nothing where there is no room at all."""
    limit = max(0, limit)
    head = text[:limit]
    while (excess := width(head) - limit) > 0:
        head = head[: -((excess + 1) // 2)]
    return head
