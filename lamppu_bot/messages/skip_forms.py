"""The forms that leave a partner out this semester and take it back in, and what is said when it is done."""

from collections.abc import Mapping
from typing import Any, Final

from slackblocks import InputBlock, PlainText, PlainTextInput

from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.ids import Tool, ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.messages.skipping import skipped_note
from lamppu_bot.messages.tool_forms import build_tool_done, build_tool_form, partner_line
from lamppu_bot.status import partner_status
from lamppu_bot.texts import Texts
from storage.values import RoundSnapshot

REASON: Final = 300  # characters


def build_skip_form(snapshot: RoundSnapshot, partner_id: int, *, typed: str, texts: Texts) -> View:
    """Asks for the reason; `typed` stands in it already."""
    status = partner_status(snapshot, wording.partner_of(snapshot, partner_id))
    kept = [blocks.plain_section(texts.plural("skip_form.kept", status.done))] if status.done else []
    ref = ToolRef(Tool.SKIP, snapshot.round.id, partner_id)
    written = PlainTextInput(
        ids.SKIP_REASON, initial_value=limits.clip(typed, REASON) or None, max_length=REASON, focus_on_load=True
    )
    reason = InputBlock(
        PlainText(texts("skip_form.reason")),
        written,
        block_id=ids.input_block(ids.SKIP_REASON, ref),
        hint=PlainText(texts("skip_form.reason.hint")),
    )
    said = blocks.section(texts.mrkdwn("skip_form.said"))
    return build_tool_form(
        ref,
        texts("skip_form.title"),
        [partner_line(snapshot, partner_id, texts), said, *kept, reason],
        callback_id=ids.SKIP_FORM,
        submit=texts("skip_form.submit"),
        texts=texts,
    )


def build_take_back_form(snapshot: RoundSnapshot, partner_id: int, *, texts: Texts) -> View:
    """Asks once more."""
    return build_tool_form(
        ToolRef(Tool.SKIP, snapshot.round.id, partner_id),
        texts("take_back_form.title"),
        [
            partner_line(snapshot, partner_id, texts),
            *skipped_note(snapshot, partner_id, texts),
            blocks.section(texts.mrkdwn("take_back_form.said")),
        ],
        callback_id=ids.TAKE_BACK_FORM,
        submit=texts("take_back_form.submit"),
        texts=texts,
    )


def parse_skip_reason(view: Mapping[str, Any]) -> str:
    """The reason in one line; empty for nothing but spaces. Raises MalformedPayloadError for a form not ours."""
    return " ".join(str(ids.input_state(view, ids.SKIP_REASON).get("value") or "").split())


def build_skip_errors(ref: ToolRef, said: str) -> dict[str, str]:
    """What is wrong, beside the reason."""
    return {ids.input_block(ids.SKIP_REASON, ref): said}


def build_skip_done(snapshot: RoundSnapshot, partner_id: int, *, texts: Texts) -> View:
    """What the partner's people are told, and how it is counted; of one that was taken back, that it is asked again."""
    partner = wording.partner_of(snapshot, partner_id)
    is_skipped = partner_id in snapshot.skipped
    title = texts("skip_form.title" if is_skipped else "take_back_form.title")
    said = texts("skip_form.done" if is_skipped else "take_back_form.done", partner=partner.name)
    return build_tool_done(title, said, texts=texts)
