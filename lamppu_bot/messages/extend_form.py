"""The form that gives longer time, and what is said when it is given."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from slackblocks import Block, DatePicker, InputBlock, Option, PlainText, StaticMultiSelectMenu

from lamppu_bot.messages import blocks, ids, limits
from lamppu_bot.messages.ids import MalformedPayloadError, PartnerRef, Tool, ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.messages.tool_forms import build_tool_done, build_tool_form, partner_line, round_line
from lamppu_bot.texts import Texts
from storage.values import PartnerView, RoundSnapshot, RoundState

_NAMES: Final = 1_500
_MOST: Final = 1_000  # partners to choose from: Slack takes no form of more than 250 kB


def build_extend_form(snapshot: RoundSnapshot, partner_id: int | None, *, day: date, texts: Texts) -> View:
    """For one partner, or for those that are chosen in it: none chosen is the whole round. `day` is its proposal."""
    ref = ToolRef(Tool.EXTEND, snapshot.round.id, partner_id)
    if partner_id is not None:
        content = [partner_line(snapshot, partner_id, texts), _now(snapshot.due_of(partner_id), texts)]
    else:
        content = [round_line(snapshot, texts), _now(snapshot.round.due_on, texts), *_partners(ref, snapshot, texts)]
    return build_tool_form(
        ref,
        texts("extend_form.title"),
        [*content, _day(ref, day, texts)],
        callback_id=ids.EXTEND_FORM,
        submit=texts("extend_form.submit"),
        texts=texts,
    )


def parse_extend_form(view: Mapping[str, Any], ref: ToolRef) -> tuple[tuple[int, ...], date]:
    """The partners chosen (or the form's own) and the day; raises MalformedPayloadError for a view that is not ours."""
    chosen = ids.input_state(view, ids.EXTEND_DAY).get("selected_date")
    options = (ids.find_input_state(view, ids.EXTEND_PARTNERS) or {}).get("selected_options") or ()
    refs = [PartnerRef.decode(option.get("value")) for option in options]
    if any(found.round_id != ref.round_id for found in refs):
        raise MalformedPayloadError("a partner of another round")
    try:
        day = date.fromisoformat(str(chosen))
    except ValueError as wrong:
        raise MalformedPayloadError("the form's day is no date") from wrong
    partner_ids = [found.partner_id for found in refs] if ref.partner_id is None else [ref.partner_id]
    return tuple(dict.fromkeys(partner_ids)), day


def build_extend_errors(ref: ToolRef, said: str) -> dict[str, str]:
    """Why the day or the partners will not do, beside the day."""
    return {ids.input_block(ids.EXTEND_DAY, ref): said}


def build_extended(partners: Sequence[PartnerView], *, chosen: date, day: date, texts: Texts) -> View:
    """The new due day, where it is another than the one chosen why, and what happens next."""
    names = limits.clip(texts.listed([partner.short_name for partner in partners]), _NAMES)
    moved = [texts("extend_form.done.moved", chosen=chosen, day=texts.day(day))] if day != chosen else []
    key = "extend_form.done" if partners else "extend_form.done.all"
    said = texts(key, day=texts.day(day), **({"partners": names} if partners else {}))
    return build_tool_done(texts("extend_form.title"), said, *moved, texts=texts)


def _now(due_on: date, texts: Texts) -> Block:
    return blocks.section(texts.mrkdwn("extend_form.now", day=texts.day(due_on)))


def _day(ref: ToolRef, day: date, texts: Texts) -> Block:
    return InputBlock(
        PlainText(texts("extend_form.day")),
        DatePicker(ids.EXTEND_DAY, initial_date=day.isoformat()),
        block_id=ids.input_block(ids.EXTEND_DAY, ref),
        hint=PlainText(texts("extend_form.day.hint")),
    )


def _partners(ref: ToolRef, snapshot: RoundSnapshot, texts: Texts) -> list[Block]:
    """Before the round has opened its own day alone can be moved; once it has closed, it cannot.

    Of more partners than a form holds none can be chosen here: each has the tool on its own.
    """
    asked = [partner for partner in snapshot.partners if partner.id not in snapshot.skipped]
    if not 0 < len(asked) <= _MOST or snapshot.round.state is RoundState.PLANNED:
        return []
    is_closed = snapshot.round.state is RoundState.CLOSED
    return [
        InputBlock(
            PlainText(texts("extend_form.partners")),
            _menu(snapshot, asked, texts),
            block_id=ids.input_block(ids.EXTEND_PARTNERS, ref),
            hint=PlainText(texts("extend_form.partners.closed" if is_closed else "extend_form.partners.hint")),
            optional=not is_closed,
        )
    ]


def _menu(snapshot: RoundSnapshot, partners: Sequence[PartnerView], texts: Texts) -> StaticMultiSelectMenu:
    options = [
        Option(PlainText(limits.clip(one.name, limits.OPTION)), PartnerRef(snapshot.round.id, one.id).encode())
        for one in partners
    ]
    return blocks.multi_menu(texts("extend_form.partners.choose"), ids.EXTEND_PARTNERS, options)
