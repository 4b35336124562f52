"""Filling in inputs: what a typed value becomes in `state.values`, how it reads, what Slack itself would refuse."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lamppu_bot.workspace.errors import NotOnScreenError
from lamppu_bot.workspace.people.rendering import options_of
from lamppu_bot.workspace.records import View
from lamppu_bot.workspace.text import rich_text, rich_text_lines
from lamppu_bot.workspace.validation.limits import INPUT_TEXT

Json = dict[str, Any]
Key = tuple[str, str]

STATE_FIELDS: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", ""),
}
"""Where Slack reports an element's state, and where the element says what it starts with."""

REQUIRED = "Please complete this required field."
_FORMS = {
    "number_input": (r"-?\d+([.,]\d+)?", "Please enter a number."),
    "email_text_input": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "Please enter a valid email address."),
    "url_text_input": (r"https?://\S+", "Please enter a valid URL."),
}


def stateful_elements(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """The blocks with an element that keeps a state, and the element."""
    for block in blocks:
        candidates = [block.get("element"), block.get("accessory")]
        if block["type"] == "actions":
            candidates += block["elements"]
        for element in candidates:
            if element and element.get("type") in STATE_FIELDS:
                yield block, element


def state_values(blocks: Sequence[Json], typed: Mapping[Key, Json]) -> Json:
    """`state.values`: what was typed, else what each element starts with."""
    values: dict[str, Json] = {}
    for block, element in stateful_elements(blocks):
        key = (block["block_id"], element["action_id"])
        values.setdefault(key[0], {})[key[1]] = typed.get(key) or initial_state(element)
    return values


def initial_state(element: Mapping[str, Any]) -> Json:
    """The state of an element that nobody has touched."""
    name, initial = STATE_FIELDS[element["type"]]
    empty: Any = [] if name.endswith("s") else None
    return {"type": element["type"], name: element.get(initial, empty)}


def typed_state(element: Mapping[str, Any], value: Any) -> Json:
    """The state after a person entered `value`; choices are given by their label, None empties the element."""
    kind = element["type"]
    name = STATE_FIELDS[kind][0]
    return {"type": kind, name: _entered(element, name, value)}


def _entered(element: Mapping[str, Any], name: str, value: Any) -> Any:
    is_list = name.endswith("s")
    if value in (None, ""):
        return [] if is_list else None
    if name == "rich_text_value":
        return rich_text(value) if isinstance(value, str) else value
    parts = [value] if isinstance(value, str | int) else list(value)
    if name in ("selected_option", "selected_options"):
        parts = [_option(element, str(part)) for part in parts]
    elif name != "selected_date_time":
        parts = [str(part) for part in parts]
    return parts if is_list else parts[0]


def _option(element: Mapping[str, Any], label: str) -> Json:
    for option in options_of(element):
        if option["text"]["text"] == label:
            return option
    offered = ", ".join(str(option["text"]["text"]) for option in options_of(element))
    raise NotOnScreenError(f"no option {label!r}; there is: {offered}")


def readable(state: Mapping[str, Any]) -> str:
    """An element's state as a person sees it."""
    value = state.get(STATE_FIELDS[state["type"]][0])
    if state["type"] == "rich_text_input":
        return "\n".join(rich_text_lines(value)) if value else ""
    parts = value if isinstance(value, list) else [] if value is None else [value]
    return ", ".join(str(part["text"]["text"]) if isinstance(part, Mapping) else str(part) for part in parts)


def own_errors(view: View) -> dict[str, str]:
    """What Slack's own client refuses before it submits, by block_id: empty, too short, too long, malformed."""
    errors = {}
    for block, element in stateful_elements(view.body["blocks"]):
        if block["type"] != "input":
            continue
        key = (block["block_id"], element["action_id"])
        error = _own_error(block, element, readable(view.typed.get(key) or initial_state(element)))
        if error:
            errors[block["block_id"]] = error
    return errors


def _own_error(block: Json, element: Json, text: str) -> str | None:
    if not text.strip():
        return None if block.get("optional") else REQUIRED
    kind = element["type"]
    if kind in _FORMS and not re.fullmatch(_FORMS[kind][0], text):
        return _FORMS[kind][1]
    most, least = element.get("max_length", INPUT_TEXT), element.get("min_length", 0)
    if kind == "plain_text_input" and not least <= len(text) <= most:
        return f"Must be between {least} and {most} characters."
    return None
