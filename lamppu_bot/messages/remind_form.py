"""The form of a reminder that goes out now, and what is said when it is on its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from slackblocks import Block, CheckboxGroup, InputBlock, Option, PlainText, PlainTextInput

from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.ids import MalformedPayloadError, ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.messages.tool_forms import (
    build_tool_done,
    build_tool_form,
    parse_seen,
    parse_tool_ref,
    partner_line,
    round_line,
)
from lamppu_bot.status import partner_status
from lamppu_bot.texts import Texts
from storage.values import PartnerView, RoundSnapshot

WORDS: Final = 1_000  # characters
_LIST: Final = 2_500
_NAMES: Final = 500
_DEPUTIES: Final = "deputies"  # the value of the one box


@dataclass(frozen=True, slots=True)
class RemindSubmission:
    """The coordinator's words, and whether deputies are reminded too; `seen` is what was recorded last before."""

    ref: ToolRef
    words: str
    with_deputies: bool
    seen: int


def build_remind_form(
    snapshot: RoundSnapshot,
    late: Sequence[PartnerView],
    submission: RemindSubmission,
    *,
    today: date,
    texts: Texts,
    news: Sequence[Block] = (),
) -> View:
    """Whom it goes to, what they lack and when they were last reminded; a word of one's own.

    `submission` is what stands in it already, `news` what the coordinator is told first.
    """
    ref, partner_id = submission.ref, submission.ref.partner_id
    line = round_line(snapshot, texts) if partner_id is None else partner_line(snapshot, partner_id, texts)
    return build_tool_form(
        ref,
        texts("remind_form.title"),
        [
            line,
            *news,
            blocks.section(texts.mrkdwn("remind_form.said")),
            *_recipients(snapshot, late, today, texts),
            _words(ref, submission.words, texts),
            *([_deputies(submission, texts)] if any(partner.deputy for partner in late) else []),
        ],
        callback_id=ids.REMIND_FORM,
        submit=texts("remind_form.submit"),
        texts=texts,
        seen=str(submission.seen),
    )


def build_reminded_since(
    snapshot: RoundSnapshot, reminded: Sequence[PartnerView], *, person: str, at: datetime, texts: Texts
) -> Block:
    """That some of them have been reminded since the form was opened: by whom, and when."""
    names = wording.brief(texts.listed([partner.short_name for partner in reminded]), _NAMES)
    moment = texts.moment(at, snapshot.project.time_zone)
    return blocks.section(texts.mrkdwn("remind_form.met", person=person, moment=moment, partners=names))


def parse_remind_form(view: Mapping[str, Any]) -> RemindSubmission:
    """What was sent in; raises MalformedPayloadError for a view that is not one of ours."""
    words = str(ids.input_state(view, ids.REMIND_WORDS).get("value") or "").strip()
    chosen = (ids.find_input_state(view, ids.REMIND_DEPUTIES) or {}).get("selected_options") or ()
    with_deputies = any(option.get("value") == _DEPUTIES for option in chosen)
    if not (seen := parse_seen(view)).isdecimal():
        raise MalformedPayloadError("the form does not say when it was opened")
    return RemindSubmission(parse_tool_ref(view), words, with_deputies, int(seen))


def build_remind_errors(ref: ToolRef, said: str) -> dict[str, str]:
    """Why nobody is reminded, beside the words, which stay."""
    return {ids.input_block(ids.REMIND_WORDS, ref): said}


def build_reminded(reminded: Sequence[PartnerView], *, today: date, texts: Texts) -> View:
    """Who is being reminded."""
    kept, left = limits.fitting((_name(partner, today) for partner in reminded), _LIST)
    if left:
        kept.append(texts.plural("overview.more", left))
    said = texts.plural("remind_form.done", len(reminded))
    return build_tool_done(texts("remind_form.title"), said, "\n".join(kept), texts=texts)


def _recipients(snapshot: RoundSnapshot, late: Sequence[PartnerView], today: date, texts: Texts) -> list[Block]:
    kept, left = limits.fitting((_recipient(snapshot, partner, today, texts) for partner in late), _LIST)
    if left:
        kept.append(texts.plural("overview.more", left))
    return blocks.plain_sections("\n".join(kept))


def _recipient(snapshot: RoundSnapshot, partner: PartnerView, today: date, texts: Texts) -> str:
    status = partner_status(snapshot, partner)
    line = texts(
        "remind_form.recipient",
        partner=limits.clip(partner.name, limits.CELL),
        contact=limits.clip(partner.contact.name, limits.CELL),
        open=texts.plural("remind_form.open", status.open),
        reminded=wording.reminded(snapshot, status, texts),
    )
    absence = wording.absence(partner, today, texts)
    return f"{line} {absence}" if absence else line


def _words(ref: ToolRef, typed: str, texts: Texts) -> Block:
    written = PlainTextInput(
        ids.REMIND_WORDS,
        initial_value=limits.clip(typed, WORDS) or None,
        multiline=True,
        max_length=WORDS,
        focus_on_load=True,
    )
    return InputBlock(
        PlainText(texts("remind_form.words")),
        written,
        block_id=ids.input_block(ids.REMIND_WORDS, ref),
        hint=PlainText(texts("remind_form.words.hint")),
        optional=True,
    )


def _deputies(submission: RemindSubmission, texts: Texts) -> Block:
    yes = Option(PlainText(texts("remind_form.deputies.yes")), _DEPUTIES)
    box = CheckboxGroup(ids.REMIND_DEPUTIES, [yes], initial_options=[yes] if submission.with_deputies else None)
    return InputBlock(
        PlainText(texts("remind_form.deputies")),
        box,
        block_id=ids.input_block(ids.REMIND_DEPUTIES, submission.ref),
        hint=PlainText(texts("remind_form.deputies.hint")),
        optional=True,
    )


def _name(partner: PartnerView, today: date) -> str:
    return f"• {limits.clip(partner.name, limits.CELL)}: {limits.clip(partner.asked_on(today).name, limits.CELL)}"
