"""Buttons, menus and inputs described for the page, with what they hold now."""

from collections.abc import Mapping
from typing import Any

from lamppu_bot.workspace.page.markup import Markup, is_safe
from lamppu_bot.workspace.people.forms import STATE_FIELDS, initial_state
from lamppu_bot.workspace.people.rendering import options_of
from lamppu_bot.workspace.text import rich_text_lines

Json = dict[str, Any]
Part = Mapping[str, Any]
Typed = Mapping[tuple[str, str], Part]

_PASSED_ON = [
    *("style", "multiline", "max_length"),
    *("is_decimal_allowed", "focus_on_load", "filetypes", "max_files", "accessibility_label"),
]


class Elements:
    """Describes elements as one person finds them: `typed` is what they chose and wrote there."""

    def __init__(self, markup: Markup, typed: Typed) -> None:
        self._markup = markup
        self._typed = typed

    def describe(self, element: Part, block_id: str) -> Json:
        """One element, named by the ids of its block and its own."""
        kind = str(element["type"])
        facts: Json = {"type": kind, "block": block_id, "action": str(element.get("action_id", ""))}
        facts |= {key: element[key] for key in _PASSED_ON if key in element}
        if "placeholder" in element:
            facts["placeholder"] = _words(element["placeholder"])
        if kind == "image":
            facts["alt"] = str(element.get("alt_text", ""))
        if kind == "button":
            facts["text"] = _words(element["text"])
        if is_safe(str(element.get("url", ""))):
            facts["url"] = str(element["url"])
        if "confirm" in element:
            facts["confirm"] = self._confirm(element["confirm"])
        if options := options_of(element):
            facts["options"] = [self._option(option) for option in options]
            facts["groups"] = _groups(element)
        if kind in STATE_FIELDS:
            entered = self._typed.get((block_id, facts["action"])) or initial_state(element)
            facts["value"] = self._value(element, entered)
        return facts

    def _option(self, option: Part) -> Json:
        said: Json = {"text": self._markup.text(option["text"])}
        return said | ({"description": self._markup.text(option["description"])} if "description" in option else {})

    def _confirm(self, confirm: Part) -> Json:
        return {
            "title": _words(confirm["title"]),
            "text": self._markup.text(confirm["text"]),
            "confirm": _words(confirm["confirm"]),
            "deny": _words(confirm["deny"]),
            "style": confirm.get("style"),
        }

    def _value(self, element: Part, entered: Part) -> Any:
        """Texts as typed, choices as numbers of options, people as ids, files by id and name."""
        name = STATE_FIELDS[str(element["type"])][0]
        value = entered.get(name)
        if name in ("selected_option", "selected_options"):
            chosen = value if isinstance(value, list) else [value] if value else []
            return [options_of(element).index(one) for one in chosen if one in options_of(element)]
        if name == "rich_text_value":
            return typed_again(value) if value else ""
        if name == "files":
            files = self._markup.reader.state.files
            return [{"id": one, "name": files[one].name} for one in value or ()]
        return value


def typed_again(block: Part) -> str:
    """Rich text as somebody would type it: bullets as hyphens."""
    lines = rich_text_lines(dict(block))
    return "\n".join(f"- {line[2:]}" if line.startswith("• ") else line for line in lines)


def _groups(element: Part) -> list[Json]:
    """The labels of option groups, each with how many of the options are its own."""
    return [
        {"label": _words(group["label"]), "count": len(group["options"])}
        for group in element.get("option_groups") or ()
    ]


def _words(text: Part) -> str:
    return str(text.get("text", ""))
