"""The form that moves the opening of a round, and what is said when it has moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from slackblocks import DatePicker, InputBlock, PlainText

from lamppu_bot.messages import blocks, ids
from lamppu_bot.messages.ids import MalformedPayloadError, Tool, ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.messages.tool_forms import build_tool_done, build_tool_form, parse_seen, parse_tool_ref, round_line
from lamppu_bot.texts import Texts
from storage.values import RoundSnapshot


@dataclass(frozen=True, slots=True)
class PostponeSubmission:
    """The day a coordinator chose for a round to open, having `seen` on which it was to."""

    ref: ToolRef
    seen: date
    opens_on: date


def build_postpone_form(snapshot: RoundSnapshot, *, day: date, texts: Texts) -> View:
    """Asks for the new opening day, with `day` chosen already."""
    ref, found = ToolRef(Tool.POSTPONE, snapshot.round.id), snapshot.round
    chosen = InputBlock(
        PlainText(texts("postpone.day")),
        DatePicker(ids.POSTPONE_DAY, initial_date=day.isoformat(), focus_on_load=True),
        block_id=ids.input_block(ids.POSTPONE_DAY, ref),
        hint=PlainText(texts("postpone.hint", due=found.due_on)),
    )
    now = texts.mrkdwn("postpone.now", day=texts.day(found.opens_on), due=texts.day(found.due_on))
    return build_tool_form(
        ref,
        texts("postpone.title"),
        [round_line(snapshot, texts), blocks.section(now), chosen],
        callback_id=ids.POSTPONE_FORM,
        submit=texts("postpone.submit"),
        texts=texts,
        seen=found.opens_on.isoformat(),
    )


def parse_postpone_form(view: Mapping[str, Any]) -> PostponeSubmission:
    """What was sent in; raises MalformedPayloadError for a view that is not one of ours."""
    chosen = ids.input_state(view, ids.POSTPONE_DAY).get("selected_date")
    ref = parse_tool_ref(view)
    try:
        return PostponeSubmission(ref, date.fromisoformat(parse_seen(view)), date.fromisoformat(str(chosen)))
    except ValueError as wrong:
        raise MalformedPayloadError("the form's day is no date") from wrong


def build_postpone_errors(submission: PostponeSubmission, said: str) -> dict[str, str]:
    """Why the day will not do, beside the input it belongs to."""
    return {ids.input_block(ids.POSTPONE_DAY, submission.ref): said}


def build_postpone_done(snapshot: RoundSnapshot, *, texts: Texts) -> View:
    """When the round opens now, and what stays as it was."""
    found = snapshot.round
    said = texts("postpone.done", day=texts.day(found.opens_on), due=texts.day(found.due_on))
    return build_tool_done(texts("postpone.title"), said, texts=texts)
