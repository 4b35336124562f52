"""Being away: the form that asks until when, what follows from it, and who is away."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from slackblocks import Block, DatePicker, InputBlock, PlainText

from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.ids import MalformedPayloadError
from lamppu_bot.messages.message import Message, View, compose, modal
from lamppu_bot.texts import Texts
from storage.values import PartnerView, PersonView, RoundSnapshot

_LIST: Final = 1_000
_PARTNERS: Final = 2_000
# What the form proposes to somebody who is there: a week off.
_USUALLY: Final = timedelta(days=7)


def build_away_form(person: PersonView, *, today: date, texts: Texts) -> View:
    """Asks for the last day of the absence."""
    until = person.away_until if person.away_until and person.is_away(today) else today + _USUALLY
    day = InputBlock(
        PlainText(texts("away_form.day")),
        DatePicker(ids.AWAY_DAY, initial_date=until.isoformat(), focus_on_load=True),
        block_id=ids.AWAY_DAY,
        hint=PlainText(texts("away_form.hint")),
    )
    return modal(
        "away",
        texts("away_form.title"),
        [blocks.section(texts.mrkdwn("away_form.what")), day],
        close=texts("answer_form.close"),
        submit=texts("away_form.submit"),
        callback_id=ids.AWAY_FORM,
    )


def parse_away_form(view: Mapping[str, Any]) -> date:
    """The last day of the absence; raises MalformedPayloadError for a view that is not one of ours."""
    chosen = ids.input_state(view, ids.AWAY_DAY).get("selected_date")
    try:
        return date.fromisoformat(str(chosen))
    except ValueError as wrong:
        raise MalformedPayloadError("the form's day is no date") from wrong


def build_away_errors(said: str) -> dict[str, str]:
    return {ids.AWAY_DAY: said}


def build_away_done(until: date, partners: Sequence[PartnerView], *, today: date, texts: Texts) -> View:
    """What the form turns into: until when the person is away, and what follows."""
    said = _what_follows(until, partners, today, texts)
    title, close = texts("away_form.title"), texts("answer_form.close")
    return modal("away-done", title, said, close=close, callback_id=ids.ENDING)


def build_away(until: date, partners: Sequence[PartnerView], *, today: date, texts: Texts) -> Message:
    """As `build_away_done`, in answer to the command."""
    return compose("away", _what_follows(until, partners, today, texts))


def build_back(*, texts: Texts) -> Message:
    """The person is there again."""
    return compose("back", [blocks.section(texts.mrkdwn("absence.back"))])


def build_back_view(*, texts: Texts) -> View:
    said = [blocks.section(texts.mrkdwn("absence.back"))]
    title, close = texts("away_form.title"), texts("answer_form.close")
    return modal("back", title, said, close=close, callback_id=ids.ENDING)


def build_no_day(word: str, *, texts: Texts) -> Message:
    """What was written after the command is no day."""
    said = texts.mrkdwn("absence.no_day", word=wording.brief(word, limits.CELL))
    return compose("away-no-day", [blocks.section(said)])


def _what_follows(until: date, partners: Sequence[PartnerView], today: date, texts: Texts) -> list[Block]:
    lines = [_of_partner(partner, today, texts) for partner in partners]
    kept, left = limits.fitting(lines, _PARTNERS)
    if left:
        kept.append(texts.plural("overview.more", left))
    return [
        blocks.section(texts.mrkdwn("absence.noted" if lines else "absence.noted.deputy", day=texts.day(until))),
        *blocks.plain_sections("\n".join(kept)),
        blocks.section(texts.mrkdwn("absence.ends")),
    ]


def _of_partner(partner: PartnerView, today: date, texts: Texts) -> str:
    name, stand_in = limits.clip(partner.name, limits.CELL), partner.stand_in(today)
    if stand_in is None:
        return texts("absence.yours_still", partner=name)
    return texts("absence.to_deputy", partner=name, deputy=limits.clip(stand_in.name, limits.CELL))


def away_list(snapshot: RoundSnapshot, day: date, texts: Texts) -> list[Block]:
    """The partners whose contact is away that day, for coordinators."""
    found = ((partner, wording.absence(partner, day, texts)) for partner in snapshot.partners)
    lines = [
        texts("absence.line", partner=limits.clip(partner.short_name, limits.CELL), said=said)
        for partner, said in found
        if said and partner.id not in snapshot.skipped
    ]
    kept, left = limits.fitting(lines, _LIST)
    if left:
        kept.append(texts.plural("overview.more", left))
    return [blocks.plain_section("\n".join(kept))] if kept else []
