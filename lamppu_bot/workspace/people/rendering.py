"""What a person reads: mrkdwn, blocks and files as plain text lines, names instead of ids."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time

from lamppu_bot.workspace.records import User
from lamppu_bot.workspace.state import WorkspaceState
from lamppu_bot.workspace.text import rich_text_lines, unescape

Part = Mapping[str, Any]

_REFERENCE = re.compile(r"<([^<>]+)>")


class Reader:
    """Renders for one person, in their locale and time zone."""

    def __init__(self, state: WorkspaceState, user: User) -> None:
        self.state = state
        self.locale = Locale.parse(user.locale, sep="-")
        self.tz = ZoneInfo(user.tz)

    def mrkdwn(self, text: str) -> str:
        """Slack's message text as read: mentions named, links shown, dates in the reader's time zone."""
        return unescape(_REFERENCE.sub(lambda found: self.reference(found.group(1)), text))

    def reference(self, inside: str) -> str:
        """What stands between angle brackets as read: a name, a date, a link's label or address."""
        body, _, label = inside.partition("|")
        if body.startswith("@"):
            return f"@{self._name(body[1:])}"
        if body.startswith("#"):
            channel = self.state.channels.get(body[1:])
            return f"#{channel.name}" if channel else f"<{inside}>"
        if body.startswith("!date^"):
            return self._date(body, label)
        if body.startswith("!"):
            return f"@{body[1:].partition('^')[0]}"
        return label or body

    def _name(self, user_id: str) -> str:
        user = self.state.users.get(user_id)
        return user.real_name if user else user_id

    def _date(self, body: str, fallback: str) -> str:
        _, seconds, form, *_link = [*body.split("^"), "", ""]
        try:
            moment = datetime.fromtimestamp(int(seconds), self.tz)
        except ValueError:
            return fallback
        tokens = {
            "{date_num}": moment.strftime("%Y-%m-%d"),
            "{time_secs}": format_time(moment, "medium", locale=self.locale),
            "{time}": format_time(moment, "short", locale=self.locale),
            **{f"{{date_long{end}}}": format_date(moment, "full", self.locale) for end in ("", "_pretty")},
            **{f"{{date_short{end}}}": format_date(moment, "medium", self.locale) for end in ("", "_pretty")},
            **{f"{{date{end}}}": format_date(moment, "long", self.locale) for end in ("", "_pretty")},
        }
        for token, value in tokens.items():
            form = form.replace(token, value)
        return form

    def text(self, value: Any) -> str:
        """A text object as read."""
        if not isinstance(value, Mapping):
            return ""
        text = str(value.get("text", ""))
        return self.mrkdwn(text) if value.get("type") == "mrkdwn" else text

    def lines(self, blocks: list[dict[str, Any]]) -> list[str]:
        """All blocks as plain lines."""
        return [line for block in blocks for line in self._block(block)]

    def _block(self, block: Part) -> Iterator[str]:
        show = _SHOWN.get(str(block["type"]))
        return show(self, block) if show else iter(())

    def _header(self, block: Part) -> Iterator[str]:
        yield self.text(block["text"])

    def _section(self, block: Part) -> Iterator[str]:
        if "text" in block:
            yield from self.text(block["text"]).split("\n")
        for field in block.get("fields") or ():
            yield from self.text(field).split("\n")
        if "accessory" in block:
            yield from self._elements([block["accessory"]])

    def _context(self, block: Part) -> Iterator[str]:
        yield "  ".join(
            str(part["alt_text"]) if part["type"] == "image" else self.text(part) for part in block["elements"]
        )

    def _actions(self, block: Part) -> Iterator[str]:
        yield from self._elements(block["elements"])

    def _elements(self, elements: list[Part]) -> Iterator[str]:
        labels = [f"[{label}]" for element in elements for label in element_labels(element)]
        if labels:
            yield " ".join(labels)

    def _rich_text(self, block: Part) -> Iterator[str]:
        return map(self.rich_line, rich_text_lines(dict(block)))

    def rich_line(self, line: str) -> str:
        """A line of rich text with its mentions named; its text was never escaped."""
        return re.sub(r"<@(U\w+)>", lambda found: f"@{self._name(found.group(1))}", line)

    def _input(self, block: Part) -> Iterator[str]:
        yield self.text(block["label"])
        if "hint" in block:
            yield self.text(block["hint"])

    def _divider(self, _block: Part) -> Iterator[str]:
        yield "---"

    def _markdown(self, block: Part) -> Iterator[str]:
        yield from str(block["text"]).split("\n")

    def _image(self, block: Part) -> Iterator[str]:
        yield f"({block['alt_text']})"

    def _alert(self, block: Part) -> Iterator[str]:
        yield self.text(block["text"])

    def _table(self, block: Part) -> Iterator[str]:
        if "caption" in block:
            yield str(block["caption"])
        for row in block["rows"]:
            yield " | ".join(self._cell(cell) for cell in row)

    def _cell(self, cell: Part) -> str:
        if cell["type"] == "rich_text":
            return " ".join(self._rich_text(cell))
        return str(cell.get("text", ""))

    def _chart(self, block: Part) -> Iterator[str]:
        chart = block["chart"]
        yield f"{block['title']} ({chart['type']})"
        for segment in chart.get("segments", ()):
            yield f"{segment['label']}: {segment['value']}"
        for series in chart.get("series", ()):
            points = ", ".join(f"{point['label']} {point['value']}" for point in series["data"])
            yield f"{series['name']}: {points}"


_SHOWN: dict[str, Callable[[Reader, Part], Iterator[str]]] = {
    "header": Reader._header,
    "section": Reader._section,
    "context": Reader._context,
    "actions": Reader._actions,
    "rich_text": Reader._rich_text,
    "input": Reader._input,
    "divider": Reader._divider,
    "markdown": Reader._markdown,
    "image": Reader._image,
    "alert": Reader._alert,
    "table": Reader._table,
    "data_table": Reader._table,
    "data_visualization": Reader._chart,
}


def options_of(element: Part) -> list[dict[str, Any]]:
    """The options of a menu or choice, those in groups too."""
    grouped = [option for group in element.get("option_groups") or () for option in group["options"]]
    return [*(element.get("options") or ()), *grouped]


def element_labels(element: Part) -> list[str]:
    """What a person can press on an element: a button's text, the options of a menu or choice."""
    if element.get("type") == "button":
        return [str(element["text"]["text"])]
    return [str(option["text"]["text"]) for option in options_of(element)]
