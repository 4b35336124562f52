"""Checks of whole surfaces: a message's blocks, a modal, a Home tab; what passes gets its missing ids."""

from collections import Counter
from collections.abc import Mapping
from itertools import count
from typing import Any

from lamppu_bot.workspace.errors import SlackError
from lamppu_bot.workspace.records import Blocks
from lamppu_bot.workspace.validation import limits
from lamppu_bot.workspace.validation.blocks import check_block
from lamppu_bot.workspace.validation.checks import Problems
from lamppu_bot.workspace.validation.tables import text_characters

_EVERYWHERE = {"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video"}
_FIGURES = {"data_table", "data_visualization", "table"}
ALLOWED: dict[str, frozenset[str]] = {
    "message": frozenset(_EVERYWHERE | _FIGURES | {"markdown"}),
    "modal": frozenset(_EVERYWHERE | {"alert"}),
    "home": frozenset(_EVERYWHERE | _FIGURES),
}
"""Which blocks the workspace knows on which surface (as slackblocks 3.0.0 has it)."""


def _fail(code: str, problems: Problems) -> SlackError:
    messages = [f"[ERROR] {problem}" for problem in problems.found]
    return SlackError(code, errors=problems.found, response_metadata={"messages": messages})


def _check_all(blocks: object, surface: str, at: str, most: int, refused: set[str], problems: Problems) -> None:
    if not isinstance(blocks, list):
        problems.add(at, "must be an array")
        return
    if len(blocks) > most:
        problems.add(at, f"no more than {most} items allowed")
    allowed = ALLOWED[surface] - refused if refused else ALLOWED[surface]
    for number, block in enumerate(blocks):
        check_block(block, f"{at}/{number}", problems, allowed)
    ids = Counter(str(block["block_id"]) for block in blocks if isinstance(block, Mapping) and "block_id" in block)
    for block_id, times in ids.items():
        if times > 1:
            problems.add(at, f"`block_id` {block_id!r} already exists")


def _check_totals(blocks: Blocks, problems: Problems) -> None:
    kinds = Counter(block["type"] for block in blocks)
    if kinds["table"] > limits.TABLES:
        problems.add("/blocks", "only_one_table_allowed")
    if kinds["data_visualization"] > limits.CHARTS:
        problems.add("/blocks", f"no more than {limits.CHARTS} data_visualization blocks allowed")
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > limits.MARKDOWN_TEXT:
        problems.add("/blocks", f"no more than {limits.MARKDOWN_TEXT} characters of markdown allowed")
    cells = text_characters([block for block in blocks if block["type"] == "data_table"])
    if cells > limits.DATA_TABLE_TEXT:
        problems.add("/blocks", f"no more than {limits.DATA_TABLE_TEXT} characters of data tables allowed")


def check_message(blocks: object, refused: set[str]) -> Blocks:
    """The blocks of a message with ids filled in.

    Raises `invalid_blocks` naming each place, or `msg_blocks_too_long` for more than 13,200 characters outside
    tables, which have limits of their own.
    """
    problems = Problems()
    _check_all(blocks, "message", "/blocks", limits.MESSAGE_BLOCKS, refused, problems)
    if not problems.found and isinstance(blocks, list):
        _check_totals(blocks, problems)
        text = [block for block in blocks if block["type"] not in ("table", "data_table")]
        if not problems.found and text_characters(text) > limits.MESSAGE_BLOCK_TEXT:
            raise SlackError("msg_blocks_too_long")
    if problems.found or not isinstance(blocks, list):
        raise _fail("invalid_blocks", problems)
    return with_ids(blocks)


def check_view(view: object, kind: str, refused: set[str]) -> dict[str, Any]:
    """A modal or Home view with ids filled in; raises `invalid_arguments` naming each place."""
    problems = Problems()
    if not isinstance(view, Mapping) or view.get("type") != kind:
        problems.add("/view/type", f"must be {kind}")
        raise _fail("invalid_arguments", problems)
    _check_all(view.get("blocks"), kind, "/view/blocks", limits.VIEW_BLOCKS, refused, problems)
    problems.string(view, "private_metadata", "/view", most=limits.PRIVATE_METADATA, least=0)
    problems.string(view, "callback_id", "/view", most=limits.ID, least=0)
    problems.string(view, "external_id", "/view", most=limits.ID, least=0)
    if kind == "modal":
        _check_modal(view, problems)
    if problems.found:
        raise _fail("invalid_arguments", problems)
    return {**view, "blocks": with_ids(view["blocks"])}


def _check_modal(view: Mapping[str, Any], problems: Problems) -> None:
    problems.text(view, "title", "/view", most=limits.VIEW_TITLE)
    problems.text(view, "submit", "/view", most=limits.VIEW_TITLE, need=False)
    problems.text(view, "close", "/view", most=limits.VIEW_TITLE, need=False)
    blocks = view.get("blocks")
    has_input = isinstance(blocks, list) and any(
        isinstance(block, Mapping) and block.get("type") == "input" for block in blocks
    )
    if has_input and "submit" not in view:
        problems.add("/view", "missing required field: submit")


_generated = count(1)


def with_ids(blocks: Blocks) -> Blocks:
    """Copies of the blocks with the block_ids and action_ids that Slack fills in, new ones on every call."""
    return [_with_ids(block) for block in blocks]


def _with_ids(block: dict[str, Any]) -> dict[str, Any]:
    filled = block if "block_id" in block else {**block, "block_id": f"g{next(_generated):x}"}
    if block["type"] == "actions":
        filled = {**filled, "elements": [_with_action_id(element) for element in block["elements"]]}
    for key in ("accessory", "element"):
        if key in block:
            filled = {**filled, key: _with_action_id(block[key])}
    return filled


def _with_action_id(element: dict[str, Any]) -> dict[str, Any]:
    if "action_id" in element or element["type"] == "image":
        return element
    return {**element, "action_id": f"g{next(_generated):x}"}
