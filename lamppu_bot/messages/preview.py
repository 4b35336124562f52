"""What the coordinators see the working day before a round opens, and what is left of it when it was postponed."""

from dataclasses import replace
from datetime import date
from typing import Final

from slackblocks import Block

from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.card import build_card
from lamppu_bot.messages.ids import Tool, ToolRef
from lamppu_bot.messages.message import Message, compose
from lamppu_bot.messages.skipping import skipped_list
from lamppu_bot.messages.tools import tools_menu
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import PartnerView, RoundSnapshot, RoundState

_RECIPIENTS: Final = 4_000
_SAMPLE: Final = 2_800


def build_preview(snapshot: RoundSnapshot, *, texts: Texts) -> Message:
    """Whom the round goes to, what it will say (the first partner's card), when, and *postpone*.

    The snapshot shows what would be asked: a round that is planned, its partners and objectives.
    """
    ref = ToolRef(Tool.POSTPONE, snapshot.round.id)
    postpone = blocks.button(texts("preview.postpone"), ids.TOOL_BUTTON, ref)
    others = tools_menu(snapshot, texts=texts)
    return compose(
        f"preview-{snapshot.round.id}-{snapshot.round.opens_on}",
        [
            blocks.header(_heading(snapshot, texts)),
            blocks.section(_opening(snapshot, texts)),
            blocks.plain_section(texts.plural("preview.recipients", len(_asked(snapshot)))),
            *_recipients(snapshot, texts),
            *_sample(snapshot, texts),
            blocks.actions(postpone, *([others] if others else [])),
        ],
    )


def build_postponed(snapshot: RoundSnapshot, *, texts: Texts) -> Message:
    """What takes the preview's place once the opening was moved; the round has its new date."""
    day = texts.day(snapshot.round.opens_on)
    said = texts.mrkdwn("preview.postponed", day=day, date=snapshot.round.opens_on)
    return compose(f"postponed-{snapshot.round.id}", [blocks.header(_heading(snapshot, texts)), blocks.section(said)])


def _heading(snapshot: RoundSnapshot, texts: Texts) -> str:
    return texts(
        "preview.heading", project=snapshot.project.short_name, semester=wording.semester_of(snapshot.round, texts)
    )


def _opening(snapshot: RoundSnapshot, texts: Texts) -> Mrkdwn:
    found = snapshot.round
    return texts.mrkdwn("preview.opening", day=texts.day(found.opens_on), due=texts.day(found.due_on))


def _recipients(snapshot: RoundSnapshot, texts: Texts) -> list[Block]:
    opens_on = snapshot.round.opens_on
    lines = [_recipient(partner, opens_on, texts) for partner in _asked(snapshot)]
    kept, left = limits.fitting(lines, _RECIPIENTS)
    if left:
        kept.append(texts.plural("overview.more", left))
    return [*blocks.plain_sections("\n".join(kept)), *skipped_list(snapshot, texts)]


def _asked(snapshot: RoundSnapshot) -> list[PartnerView]:
    return [partner for partner in snapshot.partners if partner.id not in snapshot.skipped]


def _recipient(partner: PartnerView, day: date, texts: Texts) -> str:
    """Who is asked that day; where the contact is away, that too."""
    name, asked = limits.clip(partner.name, limits.CELL), partner.asked_on(day)
    line = texts("preview.recipient", partner=name, contact=limits.clip(asked.name, limits.CELL))
    absence = wording.absence(partner, day, texts)
    return f"{line}. {absence}" if absence else line


def _sample(snapshot: RoundSnapshot, texts: Texts) -> list[Block]:
    """The card of the first partner, quoted, as it will read on the opening day."""
    if not _asked(snapshot):
        return []
    opened = replace(snapshot, round=replace(snapshot.round, state=RoundState.OPEN))
    first = _asked(snapshot)[0]
    card = build_card(opened, first.id, today=snapshot.round.opens_on, texts=texts)
    kept, _ = limits.fitting((f"> {line}" for line in card.text.split("\n")), _SAMPLE)
    whose = wording.brief(first.name, limits.CELL)
    return [blocks.section(texts.mrkdwn("preview.sample", partner=whose)), blocks.section(Mrkdwn("\n".join(kept)))]
