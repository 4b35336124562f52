"""Text on its way between people and the bot: escaping, rich text made from typing, and back to plain text."""

import re
from collections.abc import Callable, Iterator
from typing import Any

Element = dict[str, Any]

# An address ends before the full stop or bracket that ends its sentence.
_LINK = re.compile(r"(?:https?://|\bwww\.)[^\s<>|]*[^\s<>|.,;:!?)\"'”’…]")
_BULLET = re.compile(r"^\s*[-•*]\s+")


def escape(text: str) -> str:
    """Text as it stands in message events: the three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The opposite of `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _runs(line: str) -> Iterator[Element]:
    """The text and link elements of one line."""
    end = 0
    for found in _LINK.finditer(line):
        if found.start() > end:
            yield {"type": "text", "text": line[end : found.start()]}
        yield _link(found.group())
        end = found.end()
    if end < len(line):
        yield {"type": "text", "text": line[end:]}


def _link(address: str) -> Element:
    """The link that Slack makes of an address; one without its protocol gets it, and is shown as it was typed."""
    if "://" in address:
        return {"type": "link", "url": address}
    return {"type": "link", "url": f"http://{address}", "text": address}


def _section(lines: list[str]) -> Element:
    return {"type": "rich_text_section", "elements": list(_runs("\n".join(lines)))}


def _bullets(lines: list[str]) -> Element:
    items = [_section([_BULLET.sub("", line)]) for line in lines]
    return {"type": "rich_text_list", "style": "bullet", "indent": 0, "border": 0, "elements": items}


def rich_text(typed: str) -> Element:
    """A rich_text block as Slack's composer makes it: `- ` lines become a list, bare links link elements."""
    groups: list[tuple[bool, list[str]]] = []
    for line in typed.split("\n"):
        is_bullet = _BULLET.match(line) is not None
        if not groups or groups[-1][0] != is_bullet:
            groups.append((is_bullet, []))
        groups[-1][1].append(line)
    elements = [_bullets(lines) if is_bullet else _section(lines) for is_bullet, lines in groups]
    return {"type": "rich_text", "elements": elements}


def message_text(typed: str) -> str:
    """The `text` of a message event for what a person typed: escaped, links in brackets, bullets as dots."""
    lines = []
    for line in typed.split("\n"):
        body = "".join(map(_run_mrkdwn, _runs(_BULLET.sub("", line))))
        lines.append(f"• {body}" if _BULLET.match(line) else body)
    return "\n".join(lines)


def _run_mrkdwn(run: Element) -> str:
    if run["type"] != "link":
        return escape(run["text"])
    return f"<{run['url']}|{run['text']}>" if "text" in run else f"<{run['url']}>"


_RUN_TEXTS: dict[str, Callable[[Element], object]] = {
    "link": lambda run: run.get("text") or run.get("url", ""),
    "emoji": lambda run: f":{run.get('name', '')}:",
    "user": lambda run: f"<@{run.get('user_id', '')}>",
    "channel": lambda run: f"<#{run.get('channel_id', '')}>",
    "broadcast": lambda run: f"@{run.get('range', '')}",
    "date": lambda run: run.get("fallback", ""),
}


def _run_text(run: Element) -> str:
    reads = _RUN_TEXTS.get(str(run.get("type")))
    return str(reads(run) if reads else run.get("text", ""))


def _list_lines(element: Element) -> Iterator[str]:
    indent = "    " * int(element.get("indent") or 0)
    first = int(element.get("offset") or 0) + 1
    for number, item in enumerate(element.get("elements", []), first):
        mark = f"{number}." if element.get("style") == "ordered" else "•"
        text = "".join(map(_run_text, item.get("elements", [])))
        yield f"{indent}{mark} {text}"


def rich_text_lines(block: Element) -> list[str]:
    """A rich_text block as plain lines; user ids stay as `<@U…>` for the caller to name."""
    lines: list[str] = []
    for element in block.get("elements", []):
        if element.get("type") == "rich_text_list":
            lines.extend(_list_lines(element))
            continue
        text = "".join(map(_run_text, element.get("elements", [])))
        mark = "> " if element.get("type") == "rich_text_quote" else ""
        lines.extend(mark + line for line in text.removesuffix("\n").split("\n"))
    return lines
