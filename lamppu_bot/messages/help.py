"""What `/lamppu help` answers, and what an unknown word or an unclear name gets."""

from collections.abc import Sequence
from typing import Final

from lamppu_bot.messages import blocks, limits, wording
from lamppu_bot.messages.message import Message, compose
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import PartnerView

_WORD: Final = 100
_NAMES: Final = 2_000


def build_help(*, coordinates: bool, texts: Texts, tool_words: Sequence[str] = ()) -> Message:
    """What the command can do, and where one answers; coordinators read of theirs too, and of their tools."""
    said = [blocks.section(texts.mrkdwn("help.body"))]
    if coordinates:
        said.append(blocks.section(texts.mrkdwn("help.coordinators")))
        lines = [texts.mrkdwn("help.tools"), *(texts.mrkdwn(f"help.tool.{word}") for word in tool_words)]
        said += [blocks.section(Mrkdwn("\n".join(lines)))] if tool_words else []
    return compose("help", [blocks.header(texts("help.heading")), *said])


def build_unknown_word(word: str, closest: str | None, *, texts: Texts) -> Message:
    """The word is none of the command's; names the closest one that is."""
    shown = wording.brief(word, _WORD)
    if closest is None:
        said = texts.mrkdwn("help.unknown", word=shown)
    else:
        said = texts.mrkdwn("help.closest", word=shown, closest=closest)
    return compose("unknown-word", [blocks.section(said)])


def build_unknown_partner(word: str, closest: str | None, *, texts: Texts) -> Message:
    """No partner is called so; names the closest one."""
    shown = wording.brief(word, _WORD)
    if closest is None:
        said = texts.mrkdwn("help.no_partner", word=shown)
    else:
        said = texts.mrkdwn("help.closest_partner", word=shown, closest=wording.brief(closest, _WORD))
    return compose("unknown-partner", [blocks.section(said)])


def build_ambiguous_partner(word: str, matches: Sequence[PartnerView], *, texts: Texts) -> Message:
    """Several partners may be meant: which?"""
    names = [f"• {limits.clip(partner.name, limits.CELL)}" for partner in matches]
    kept, left = limits.fitting(names, _NAMES)
    if left:
        kept.append(texts.plural("overview.more", left))
    question = texts.mrkdwn("help.ambiguous", word=wording.brief(word, _WORD))
    return compose("ambiguous-partner", [blocks.section(question), *blocks.plain_sections("\n".join(kept))])
