"""Normalisation: whatever Slack calls rich text becomes a Document, and nothing that could be read is dropped."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from lamppu_bot.richtext.characters import clean, is_blank
from storage.values import Document

Inline = dict[str, Any]

STYLES = ("bold", "italic", "strike", "code")
DEEPEST_INDENT = 8  # Slack's own limit for lists
_DEEPEST_NESTING = 20
_WEB_OR_MAIL = re.compile(r"(?:https?://|mailto:)[^\s]+", re.IGNORECASE)


def from_rich_text(value: object) -> Document:
    """The Document of a rich_text block, of a rich_text_input's state, or of the elements of either.

    Mentions, broadcasts, emoji, dates, colours and elements that Slack may yet invent become text. None gives an
    empty Document. Applying it to a Document changes nothing.
    """
    if isinstance(value, Mapping) and "rich_text_value" in value:
        value = value["rich_text_value"]
    elements = value.get("elements") if isinstance(value, Mapping) else value
    document = [_block(element) for element in _sequence(elements)]
    return [block for block in document if block["elements"]]


def section(inlines: Iterable[Inline]) -> dict[str, Any]:
    """A paragraph: runs of one style merged, newlines at its ends removed."""
    return {"type": "rich_text_section", "elements": _tidy(inlines)}


def bullets(items: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A list of sections."""
    return {"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": list(items)}


def text_run(text: str, style: object = None) -> Inline:
    """A run of text with those of Slack's styles that a Document keeps."""
    given = style if isinstance(style, Mapping) else {}
    kept = {name: True for name in STYLES if given.get(name) is True}
    run: Inline = {"type": "text", "text": clean(text)}
    return run | {"style": kept} if kept else run


def link(url: str, label: str = "", style: object = None) -> Inline:
    """A link to the web or to a mail address; anything else (`file:`, `javascript:`) is only told, as text."""
    url, label = clean(url).strip(), " ".join(clean(label).split())
    label = "" if is_blank(label) or label == url else label
    if not _WEB_OR_MAIL.fullmatch(url):
        return text_run(f"{label} ({url})" if label and url else label or url, style)
    run = text_run(label, style)
    named = {"text": run["text"]} if label else {}
    styled = {"style": run["style"]} if "style" in run else {}
    return {"type": "link", "url": url} | named | styled


def _block(element: object, depth: int = 0) -> dict[str, Any]:
    kind = element.get("type") if isinstance(element, Mapping) else None
    if not isinstance(element, Mapping) or kind not in ("rich_text_list", "rich_text_quote", "rich_text_preformatted"):
        return section(_inlines(element, depth))
    if kind != "rich_text_list":
        return {"type": kind, "elements": _tidy(_children(element, depth))}
    items = [_block(item, depth + 1) for item in _sequence(element.get("elements"))]
    return _list(element, [section(_flat(item)) for item in items])


def _list(element: Mapping[str, Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    block: dict[str, Any] = {
        "type": "rich_text_list",
        "style": "ordered" if element.get("style") == "ordered" else "bullet",
        "indent": min(_count(element.get("indent")), DEEPEST_INDENT),
        "elements": [item for item in items if item["elements"]],
    }
    offset = _count(element.get("offset"))  # a numbered list that goes on after a deeper one
    return block | {"offset": offset} if offset and block["style"] == "ordered" else block


def _flat(block: dict[str, Any]) -> list[Inline]:
    """The runs of a block; a list inside a list item, which Slack does not make, line by line."""
    if block["type"] != "rich_text_list":
        return list(block["elements"])
    lines: list[Inline] = []
    for item in block["elements"]:
        lines += [*item["elements"], text_run("\n")]
    return lines


def _inlines(element: object, depth: int) -> list[Inline]:
    """What one element, known or not, says."""
    if isinstance(element, str):
        return [text_run(element)]
    if not isinstance(element, Mapping) or depth > _DEEPEST_NESTING:
        return []
    if isinstance(element.get("elements"), list):
        return _children(element, depth)
    return [_inline(element)]


def _children(element: Mapping[str, Any], depth: int) -> list[Inline]:
    return [run for child in _sequence(element.get("elements")) for run in _inlines(child, depth + 1)]


def _inline(element: Mapping[str, Any]) -> Inline:
    kind, style = element.get("type"), element.get("style")
    if kind == "text":
        return text_run(_string(element, "text"), style)
    url = _string(element, "url")
    if kind == "link" or url:
        return link(url, _string(element, "text", "fallback"), style)
    return text_run(_words_of(str(kind), element), style)


def _words_of(kind: str, element: Mapping[str, Any]) -> str:
    """What a reader saw of an element that is neither text nor link."""
    if kind == "emoji":
        return _emoji(element)
    if kind == "broadcast":
        return "@" + (_string(element, "range") or "channel")
    if kind in ("user", "usergroup", "team"):
        return "@" + _string(element, "name", f"{kind}_id")
    if kind == "channel":
        return "#" + _string(element, "name", "channel_id")
    if kind == "date":
        return _string(element, "fallback") or _day_of(element.get("timestamp"))
    return _string(element, "text", "fallback", "value", "name", "alt_text") or f"[{kind}]"


def _emoji(element: Mapping[str, Any]) -> str:
    codes = _string(element, "unicode").split("-")
    try:
        return clean("".join(chr(int(code, 16)) for code in codes)) or f":{_string(element, 'name')}:"
    except (ValueError, OverflowError):
        return f":{_string(element, 'name')}:"


def _day_of(timestamp: object) -> str:
    """An ISO date in UTC, of seconds since the epoch."""
    try:
        return datetime.fromtimestamp(float(str(timestamp)), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return str(timestamp)


def _string(element: Mapping[str, Any], *names: str) -> str:
    """The first of the named members that is a text, or a text object's text."""
    for name in names:
        value = element.get(name)
        value = value.get("text") if isinstance(value, Mapping) else value
        if isinstance(value, str) and value:
            return value
    return ""


def _sequence(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _tidy(inlines: Iterable[Inline]) -> list[Inline]:
    runs: list[Inline] = []
    for run in inlines:
        if run["type"] == "text" and not run["text"]:
            continue
        if runs and _can_merge(runs[-1], run):
            runs[-1] = runs[-1] | {"text": runs[-1]["text"] + run["text"]}
        else:
            runs.append(run)
    _strip(runs, 0, str.lstrip)
    _strip(runs, -1, str.rstrip)
    return [] if all(run["type"] == "text" and is_blank(run["text"]) for run in runs) else runs


def _can_merge(left: Inline, right: Inline) -> bool:
    return left["type"] == right["type"] == "text" and left.get("style") == right.get("style")


def _strip(runs: list[Inline], end: int, strip: Any) -> None:
    """Newlines off one end, where Slack writes them before a list without showing them."""
    while runs and runs[end]["type"] == "text":
        text = strip(runs[end]["text"], "\n")
        if text:
            runs[end] = runs[end] | {"text": text}
            return
        del runs[end]
