"""Partners of which nothing is asked this time: who they are and why, for everybody who reads how a round stands."""

from typing import Final

from slackblocks import Block

from lamppu_bot.messages import blocks, limits, wording
from lamppu_bot.texts import Texts
from storage.values import PartnerView, RoundSnapshot

_LIST: Final = 1_500  # characters of the list
_REASON: Final = 300


def skipped_list(snapshot: RoundSnapshot, texts: Texts) -> list[Block]:
    """All of them with their reasons; nothing where there is none."""
    lines = [_line(snapshot, partner, texts) for partner in snapshot.partners if partner.id in snapshot.skipped]
    if not lines:
        return []
    kept, left = limits.fitting(lines, _LIST)
    if left:
        kept.append(texts.plural("overview.more", left))
    return [blocks.section(texts.mrkdwn("skipped.heading")), *blocks.plain_sections("\n".join(kept))]


def skipped_note(snapshot: RoundSnapshot, partner_id: int, texts: Texts) -> list[Block]:
    """That one of them is among them, and why."""
    if partner_id not in snapshot.skipped:
        return []
    reason = wording.brief(snapshot.skipped[partner_id], _REASON)
    return [blocks.section(texts.mrkdwn("skipped.note", reason=reason))]


def _line(snapshot: RoundSnapshot, partner: PartnerView, texts: Texts) -> str:
    name = limits.clip(partner.name, limits.CELL)
    return texts("skipped.line", partner=name, reason=limits.clip(snapshot.skipped[partner.id], _REASON))
