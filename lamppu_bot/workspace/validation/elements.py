"""Checks of Block Kit elements: buttons, menus, choices and inputs."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from lamppu_bot.workspace.validation import limits
from lamppu_bot.workspace.validation.checks import Problems

Part = Mapping[str, Any]
Check = Callable[[Part, str, Problems], None]
NONE = object()
_NUMBER = re.compile(r"-?\d+(\.\d+)?")

BUTTON_STYLES = (None, "primary", "danger")


def _confirm(element: Part, at: str, problems: Problems) -> None:
    if "confirm" not in element:
        return
    confirm, at = element["confirm"], f"{at}/confirm"
    if not isinstance(confirm, Mapping):
        problems.add(at, "must be an object")
        return
    problems.text(confirm, "title", at, most=limits.CONFIRM_TITLE)
    problems.text(confirm, "text", at, most=limits.CONFIRM_TEXT, plain=False)
    problems.text(confirm, "confirm", at, most=limits.CONFIRM_BUTTON)
    problems.text(confirm, "deny", at, most=limits.CONFIRM_BUTTON)


def _button(element: Part, at: str, problems: Problems) -> None:
    problems.text(element, "text", at, most=limits.BUTTON_TEXT)
    problems.string(element, "value", at, most=limits.BUTTON_VALUE, least=0)
    problems.string(element, "url", at, most=limits.URL)
    problems.string(element, "accessibility_label", at, most=limits.BUTTON_LABEL)
    if element.get("style") not in BUTTON_STYLES:
        problems.add(f"{at}/style", "must be one of: primary, danger")


def _option(option: Part, at: str, problems: Problems, *, plain: bool) -> None:
    problems.text(option, "text", at, most=limits.OPTION_TEXT, plain=plain)
    problems.length(option.get("value"), f"{at}/value", most=limits.OPTION_VALUE)
    problems.text(option, "description", at, most=limits.OPTION_TEXT, plain=plain, need=False)


def _options(element: Part, at: str, problems: Problems, *, most: int, plain: bool = True) -> None:
    options = problems.items(element, "options", at, most=most)
    for number, option in enumerate(options):
        _option(option, f"{at}/options/{number}", problems, plain=plain)
    offered = [dict(option) for option in options]
    several = element.get("initial_options", [])
    chosen = [*(several if isinstance(several, list) else [several]), element.get("initial_option", NONE)]
    if any(choice not in offered for choice in chosen if choice is not NONE):
        problems.add(at, "initial option is not one of the options")


def _option_groups(element: Part, at: str, problems: Problems) -> None:
    for number, group in enumerate(problems.items(element, "option_groups", at, most=limits.SELECT_OPTIONS)):
        place = f"{at}/option_groups/{number}"
        problems.text(group, "label", place, most=limits.OPTION_TEXT)
        _options(group, place, problems, most=limits.SELECT_OPTIONS)


def _menu(element: Part, at: str, problems: Problems) -> None:
    problems.text(element, "placeholder", at, most=limits.PLACEHOLDER, need=False)
    if not str(element["type"]).endswith("static_select"):
        return
    if "option_groups" in element:
        _option_groups(element, at, problems)
    else:
        _options(element, at, problems, most=limits.SELECT_OPTIONS)


def _overflow(element: Part, at: str, problems: Problems) -> None:
    _options(element, at, problems, most=limits.OVERFLOW_OPTIONS)


def _choices(element: Part, at: str, problems: Problems) -> None:
    _options(element, at, problems, most=limits.CHOICE_OPTIONS, plain=False)


def _placeholder(element: Part, at: str, problems: Problems) -> None:
    problems.text(element, "placeholder", at, most=limits.PLACEHOLDER, need=False)


def _plain_text_input(element: Part, at: str, problems: Problems) -> None:
    _placeholder(element, at, problems)
    problems.number(element, "min_length", at, least=0, most=limits.INPUT_TEXT)
    problems.number(element, "max_length", at, least=1, most=limits.INPUT_TEXT)
    most = element.get("max_length", limits.INPUT_TEXT)
    if isinstance(most, int):
        problems.string(element, "initial_value", at, most=most, least=0)


def _rich_text_input(element: Part, at: str, problems: Problems) -> None:
    _placeholder(element, at, problems)
    initial = element.get("initial_value")
    if initial is not None and (not isinstance(initial, Mapping) or initial.get("type") != "rich_text"):
        problems.add(f"{at}/initial_value", "must be a rich_text block")


def _number_input(element: Part, at: str, problems: Problems) -> None:
    _placeholder(element, at, problems)
    if not isinstance(element.get("is_decimal_allowed"), bool):
        problems.add(at, "missing required field: is_decimal_allowed")
    for key in ("initial_value", "min_value", "max_value"):
        if key in element and not _NUMBER.fullmatch(str(element[key])):
            problems.add(f"{at}/{key}", "must be a number written as text")


def _typed_address(element: Part, at: str, problems: Problems) -> None:
    _placeholder(element, at, problems)
    problems.string(element, "initial_value", at, most=limits.INPUT_TEXT, least=0)


def _datepicker(element: Part, at: str, problems: Problems) -> None:
    _placeholder(element, at, problems)
    if "initial_date" in element and not _is_day(element["initial_date"]):
        problems.add(f"{at}/initial_date", "must be a date in YYYY-MM-DD format")


def _is_day(value: object) -> bool:
    try:
        return date.fromisoformat(str(value)).isoformat() == value
    except ValueError:
        return False


def _file_input(element: Part, at: str, problems: Problems) -> None:
    problems.number({"max_files": 1, **element}, "max_files", at, least=1, most=limits.FILES)
    kinds = element.get("filetypes", [])
    if not isinstance(kinds, list) or not all(isinstance(kind, str) and kind for kind in kinds):
        problems.add(f"{at}/filetypes", "must be an array of strings")


def _image(element: Part, at: str, problems: Problems) -> None:
    problems.string(element, "image_url", at, most=limits.URL)
    problems.length(element.get("alt_text"), f"{at}/alt_text", most=limits.FIELD_TEXT)


def _nothing_more(_element: Part, _at: str, _problems: Problems) -> None:
    """For elements with nothing to check but their ids."""


_PICKERS: dict[str, Check] = {"datepicker": _datepicker, "timepicker": _placeholder}
_SELECTS: dict[str, Check] = dict.fromkeys(
    ("static_select", "users_select", "conversations_select", "channels_select"), _menu
)
_MULTI_SELECTS: dict[str, Check] = {f"multi_{name}": check for name, check in _SELECTS.items()}
_CHOICES: dict[str, Check] = {"radio_buttons": _choices, "checkboxes": _choices}
_CLICKED: dict[str, Check] = {"button": _button, "overflow": _overflow}

IN_ACTIONS = {**_CLICKED, **_SELECTS, **_CHOICES, **_PICKERS, "datetimepicker": _nothing_more}
IN_SECTION = {**_CLICKED, **_SELECTS, **_MULTI_SELECTS, **_CHOICES, **_PICKERS, "image": _image}
IN_INPUT = {
    **_SELECTS,
    **_MULTI_SELECTS,
    **_CHOICES,
    **_PICKERS,
    "datetimepicker": _nothing_more,
    "plain_text_input": _plain_text_input,
    "rich_text_input": _rich_text_input,
    "number_input": _number_input,
    "email_text_input": _typed_address,
    "url_text_input": _typed_address,
    "file_input": _file_input,
}
IN_CONTEXT = {"image": _image}


def check_element(element: object, at: str, problems: Problems, allowed: Mapping[str, Check]) -> None:
    """Check one element against those that its block may hold."""
    if not isinstance(element, Mapping):
        problems.add(at, "must be an object")
        return
    kind = str(element.get("type"))
    check = allowed.get(kind)
    if check is None:
        problems.add(f"{at}/type", f"unsupported element here: {kind}")
        return
    problems.string(element, "action_id", at, most=limits.ID)
    _confirm(element, at, problems)
    check(element, at, problems)
