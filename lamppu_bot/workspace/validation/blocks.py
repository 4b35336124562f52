"""Checks of single Block Kit blocks; rare kinds are left to the parsers of slackblocks."""

from collections.abc import Callable, Mapping
from typing import Any

import slackblocks

from lamppu_bot.workspace.validation import limits
from lamppu_bot.workspace.validation.checks import Problems
from lamppu_bot.workspace.validation.elements import IN_ACTIONS, IN_CONTEXT, IN_INPUT, IN_SECTION, check_element
from lamppu_bot.workspace.validation.tables import check_chart, check_data_table, check_table

Part = Mapping[str, Any]
Check = Callable[[Part, str, Problems], None]

RICH_TEXT_PARTS = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
RICH_TEXT_RUNS = {"text", "link", "user", "usergroup", "channel", "emoji", "broadcast", "date", "color"}


def _section(block: Part, at: str, problems: Problems) -> None:
    if "text" not in block and not block.get("fields"):
        problems.add(at, "missing required field: text or fields")
    problems.text(block, "text", at, most=limits.SECTION_TEXT, plain=False, need=False)
    if block.get("fields"):
        for number, _ in enumerate(problems.items(block, "fields", at, most=limits.SECTION_FIELDS)):
            field, place = block["fields"][number], f"{at}/fields/{number}"
            problems.text_object(field, place, most=limits.FIELD_TEXT, plain=False)
    if "accessory" in block:
        check_element(block["accessory"], f"{at}/accessory", problems, IN_SECTION)


def _header(block: Part, at: str, problems: Problems) -> None:
    problems.text(block, "text", at, most=limits.HEADER)


def _divider(_block: Part, _at: str, _problems: Problems) -> None:
    """A divider holds nothing."""


def _context(block: Part, at: str, problems: Problems) -> None:
    for number, element in enumerate(problems.items(block, "elements", at, most=limits.CONTEXT_ELEMENTS)):
        place = f"{at}/elements/{number}"
        if element.get("type") in ("plain_text", "mrkdwn"):
            problems.text_object(element, place, most=limits.SECTION_TEXT, plain=False)
        else:
            check_element(element, place, problems, IN_CONTEXT)


def _actions(block: Part, at: str, problems: Problems) -> None:
    elements = problems.items(block, "elements", at, most=limits.ACTIONS_ELEMENTS)
    for number, element in enumerate(elements):
        check_element(element, f"{at}/elements/{number}", problems, IN_ACTIONS)
    ids = [str(element["action_id"]) for element in elements if "action_id" in element]
    for action_id in sorted({one for one in ids if ids.count(one) > 1}):
        problems.add(f"{at}/elements", f"`action_id` {action_id!r} already exists")


def _input(block: Part, at: str, problems: Problems) -> None:
    problems.text(block, "label", at, most=limits.INPUT_LABEL)
    problems.text(block, "hint", at, most=limits.INPUT_HINT, need=False)
    check_element(block.get("element"), f"{at}/element", problems, IN_INPUT)


def _runs(part: Part, at: str, problems: Problems) -> None:
    for number, run in enumerate(problems.items(part, "elements", at, most=limits.MESSAGE_TEXT, least=0)):
        place = f"{at}/elements/{number}"
        if str(run.get("type")) not in RICH_TEXT_RUNS:
            problems.add(f"{place}/type", f"unsupported rich text element: {run.get('type')}")
        elif run["type"] == "text":
            problems.length(run.get("text"), f"{place}/text", most=limits.MESSAGE_TEXT)


def _rich_text(block: Part, at: str, problems: Problems) -> None:
    for number, part in enumerate(problems.items(block, "elements", at, most=limits.MESSAGE_TEXT)):
        place = f"{at}/elements/{number}"
        if str(part.get("type")) not in RICH_TEXT_PARTS:
            problems.add(f"{place}/type", f"unsupported rich text part: {part.get('type')}")
        elif part["type"] == "rich_text_list":
            for row, item in enumerate(problems.items(part, "elements", place, most=limits.MESSAGE_TEXT)):
                _runs(item, f"{place}/elements/{row}", problems)
        else:
            _runs(part, place, problems)


def _by_slackblocks(block: Part, at: str, problems: Problems) -> None:
    try:
        slackblocks.Block.from_dict(dict(block))
    except (slackblocks.InvalidUsageError, TypeError, AttributeError, KeyError) as error:
        problems.add(at, str(error))


CHECKS: dict[str, Check] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
    "table": check_table,
    "data_table": check_data_table,
    "data_visualization": check_chart,
    **dict.fromkeys(("alert", "image", "markdown", "video"), _by_slackblocks),
}


def check_block(block: object, at: str, problems: Problems, allowed: frozenset[str]) -> None:
    """Check one block; `allowed` names the kinds of blocks of its surface."""
    kind = str(block.get("type")) if isinstance(block, Mapping) else "none"
    check = CHECKS.get(kind)
    if not isinstance(block, Mapping) or kind not in allowed or check is None:
        problems.add(f"{at}/type", f"unsupported type: {kind}")
        return
    problems.string(block, "block_id", at, most=limits.ID)
    check(block, at, problems)
