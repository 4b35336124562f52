"""Inputs as they stand: what they report in `state.values`, how they read, what Slack itself would refuse."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from lamppu_bot.workspace.describe import file_json
from lamppu_bot.workspace.records import View
from lamppu_bot.workspace.state import WorkspaceState
from lamppu_bot.workspace.text import rich_text_lines
from lamppu_bot.workspace.validation.limits import FILES, INPUT_TEXT

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

REFUSALS: Mapping[str, str] = {
    "required": "Please complete this required field.",
    "number": "Please enter a number.",
    "email": "Please enter a valid email address.",
    "url": "Please enter a valid URL.",
    "length": "Must be between {least} and {most} characters.",
    "whole": "Please enter a whole number.",
    "least": "Must be at least {least}.",
    "most": "Must be at most {most}.",
    "file_kinds": "Only these kinds of files: {kinds}.",
    "file_count": "No more than {most} files.",
}
"""What Slack's own client says before it submits anything, in English; the settings may have it in another language."""

_FORMS = {
    "number_input": (r"-?\d+([.,]\d+)?", "number"),
    "email_text_input": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "email"),
    "url_text_input": (r"https?://\S+", "url"),
}

Refusal = tuple[str, dict[str, Any]]
"""Which of the refusals, and the values that it names."""


def stateful_elements(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """The blocks with an element that keeps a state, and the element."""
    for block in blocks:
        candidates = [block.get("element"), block.get("accessory")]
        if block["type"] == "actions":
            candidates += block["elements"]
        for element in candidates:
            if element and element.get("type") in STATE_FIELDS:
                yield block, element


def state_values(state: WorkspaceState, blocks: Sequence[Json], typed: Mapping[Key, Json]) -> Json:
    """`state.values`: what was typed, else what each element starts with; files are described as Slack does."""
    values: dict[str, Json] = {}
    for block, element in stateful_elements(blocks):
        key = (block["block_id"], element["action_id"])
        values.setdefault(key[0], {})[key[1]] = _reported(state, typed.get(key) or initial_state(element))
    return values


def _reported(state: WorkspaceState, entered: Json) -> Json:
    if "files" not in entered:
        return entered
    return {**entered, "files": [file_json(state, state.files[one]) for one in entered["files"]]}


def initial_state(element: Mapping[str, Any]) -> Json:
    """The state of an element that nobody has touched."""
    name, initial = STATE_FIELDS[element["type"]]
    empty: Any = [] if name.endswith("s") else None
    return {"type": element["type"], name: element.get(initial, empty)}


def readable(state: WorkspaceState, entered: Mapping[str, Any]) -> str:
    """An element's state as a person sees it: labels, and the names of people and files."""
    value = entered.get(STATE_FIELDS[entered["type"]][0])
    if entered["type"] == "rich_text_input":
        return "\n".join(rich_text_lines(value)) if value else ""
    parts = value if isinstance(value, list) else [] if value is None else [value]
    return ", ".join(_named(state, part) for part in parts)


def _named(state: WorkspaceState, part: Any) -> str:
    if isinstance(part, Mapping):
        return str(part["text"]["text"])
    if part in state.users:
        return state.users[part].real_name
    return state.files[part].name if part in state.files else str(part)


def own_errors(state: WorkspaceState, view: View) -> dict[str, str]:
    """What Slack's own client refuses before it submits, by block_id: empty, too short, too long, malformed."""
    words = {**REFUSALS, **state.settings.refusals}
    errors = {}
    for block, element in stateful_elements(view.body["blocks"]):
        if block["type"] != "input":
            continue
        entered = view.typed.get((block["block_id"], element["action_id"])) or initial_state(element)
        refused = _own_error(block, element, readable(state, entered)) or _own_file_error(state, element, entered)
        if refused:
            name, values = refused
            errors[block["block_id"]] = words[name].format(**values)
    return errors


def _own_error(block: Json, element: Json, text: str) -> Refusal | None:
    if not text.strip():
        return None if block.get("optional") else ("required", {})
    kind = element["type"]
    if kind in _FORMS and not re.fullmatch(_FORMS[kind][0], text):
        return _FORMS[kind][1], {}
    if kind == "number_input":
        return _number_error(element, text)
    most, least = element.get("max_length", INPUT_TEXT), element.get("min_length", 0)
    if kind == "plain_text_input" and not least <= len(text) <= most:
        return "length", {"least": least, "most": most}
    return None


def _number_error(element: Json, text: str) -> Refusal | None:
    number = Decimal(text.replace(",", "."))
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "whole", {}
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and number < Decimal(least):
        return "least", {"least": least}
    if most is not None and number > Decimal(most):
        return "most", {"most": most}
    return None


def _own_file_error(state: WorkspaceState, element: Json, entered: Json) -> Refusal | None:
    if element["type"] != "file_input":
        return None
    names = [state.files[one].name for one in entered["files"]]
    allowed = element.get("filetypes")
    if allowed and any(PurePath(name).suffix.removeprefix(".").lower() not in allowed for name in names):
        return "file_kinds", {"kinds": ", ".join(allowed)}
    most = element.get("max_files", FILES)
    return ("file_count", {"most": most}) if len(names) > most else None
