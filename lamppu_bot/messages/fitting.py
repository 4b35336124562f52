"""The last word on length: a message that is still too long loses the ends of its longest paragraphs, never blocks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from lamppu_bot.messages import limits

# Tables and charts have limits of their own.
_NOT_COUNTED: Final = frozenset({"data_table", "table", "data_visualization"})
_SHORTENED: Final = frozenset({"section", "context"})


def fitted(blocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The blocks with at most 10,000 characters of text, as far as paragraphs can be shortened."""
    counted = [block for block in blocks if block["type"] not in _NOT_COUNTED]
    total = sum(limits.width(text["text"]) for text in _texts(counted))
    if total <= limits.MESSAGE_TEXT:
        return [dict(block) for block in blocks]
    widths = [limits.width(text["text"]) for block in blocks for text in _paragraphs(block)]
    cap = _cap(widths, limits.MESSAGE_TEXT - (total - sum(widths)))
    return [_capped(block, cap) for block in blocks]


def _cap(widths: Sequence[int], room: int) -> int:
    """The length at which all paragraphs longer than it must be cut, so that all together fit into `room`."""
    waiting = sorted(widths)
    while waiting and waiting[0] <= room // len(waiting):
        room -= waiting.pop(0)
    return max(1, room // len(waiting)) if waiting else limits.SECTION


def _texts(value: Any) -> Iterator[Mapping[str, Any]]:
    """Whatever holds a text, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, Mapping):
        if isinstance(value.get("text"), str):
            yield value
        for item in value.values():
            yield from _texts(item)


def _paragraphs(block: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    if block["type"] not in _SHORTENED:
        return ()
    return block["elements"] if block["type"] == "context" else [block["text"]]


def _capped(block: Mapping[str, Any], cap: int) -> dict[str, Any]:
    paragraphs = [{**text, "text": limits.clip(text["text"], cap)} for text in _paragraphs(block)]
    if not paragraphs:
        return dict(block)
    return {**block, "elements": paragraphs} if block["type"] == "context" else {**block, "text": paragraphs[0]}
