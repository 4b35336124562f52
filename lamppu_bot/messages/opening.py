"""Opening and closing a round by hand: the forms that ask once more, and what is said when it is done."""

from datetime import date
from typing import Final

from slackblocks import Block

from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.ids import Tool, ToolRef
from lamppu_bot.messages.message import Message, View, compose
from lamppu_bot.messages.reminder import missing_titles
from lamppu_bot.messages.tool_forms import build_tool_done, build_tool_form, round_line
from lamppu_bot.status import round_status
from lamppu_bot.texts import Texts
from storage.values import RoundSnapshot

_LIST: Final = 2_500
_TITLES: Final = 300


def build_open_form(snapshot: RoundSnapshot, *, texts: Texts) -> View:
    """Who is asked when, before it happens."""
    asked = len(snapshot.partners) - len(snapshot.skipped)
    said = [
        blocks.section(texts.mrkdwn("open_form.said", due=texts.day(snapshot.round.due_on))),
        blocks.plain_section(texts.plural("open_form.asked", asked)),
    ]
    ref = ToolRef(Tool.OPEN_ROUND, snapshot.round.id)
    return build_tool_form(
        ref,
        texts("open_form.title"),
        [round_line(snapshot, texts), *said],
        callback_id=ids.OPEN_FORM,
        submit=texts("open_form.submit"),
        texts=texts,
    )


def build_opened(snapshot: RoundSnapshot, *, texts: Texts) -> View:
    """What happens next."""
    asked = len(snapshot.partners) - len(snapshot.skipped)
    said = texts.plural("open_form.done", asked, day=texts.day(snapshot.round.due_on))
    return build_tool_done(texts("open_form.title"), said, texts=texts)


def build_opened_preview(snapshot: RoundSnapshot, *, texts: Texts) -> Message:
    """What takes the preview's place once the round is open: nothing can be postponed any more."""
    heading = wording.semester_of(snapshot.round, texts)
    said = texts.mrkdwn("preview.opened", project=snapshot.project.short_name, semester=heading)
    return compose(f"preview-opened-{snapshot.round.id}", [blocks.section(said)])


def build_close_form(snapshot: RoundSnapshot, *, texts: Texts) -> View:
    """Who is missing, and what closing means for them."""
    return build_tool_form(
        ToolRef(Tool.CLOSE_ROUND, snapshot.round.id),
        texts("close_form.title"),
        [round_line(snapshot, texts), blocks.section(texts.mrkdwn("close_form.said")), *_missing(snapshot, texts)],
        callback_id=ids.CLOSE_FORM,
        submit=texts("close_form.submit"),
        texts=texts,
    )


def build_closed(*, texts: Texts) -> View:
    """What happens next."""
    return build_tool_done(texts("close_form.title"), texts("close_form.done"), texts=texts)


def _missing(snapshot: RoundSnapshot, texts: Texts) -> list[Block]:
    """What will stay missing; of those with an extension, or with returned answers alone, that they may go on."""
    status = round_status(snapshot)
    lines = []
    for found in status.unfinished:
        until = snapshot.open_until.get(found.partner.id) or _returned_until(snapshot, found.partner.id)
        name = limits.clip(found.partner.name, limits.CELL)
        titles = limits.clip(missing_titles(snapshot, found.partner.id, texts), _TITLES)
        key = "close_form.extended" if until else "close_form.missing"
        lines.append(texts(key, partner=name, titles=titles, **({"until": until} if until else {})))
    if not lines:
        return [blocks.plain_section(texts("close_form.complete"))]
    kept, left = limits.fitting(lines, _LIST)
    if left:
        kept.append(texts.plural("overview.more", left))
    return [blocks.section(texts.mrkdwn("close_form.heading")), *blocks.plain_sections("\n".join(kept))]


def _returned_until(snapshot: RoundSnapshot, partner_id: int) -> date | None:
    """The first day until which something was returned, where nothing else of the partner is missing."""
    days = [answer.open_until for answer in snapshot.answers_of(partner_id) if not answer.state.is_final]
    return min(day for day in days if day) if days and all(days) else None
