"""What was meant by a word after `/lamppu`: the commands there are, and the partner somebody names."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

from storage.values import PartnerView

COMMANDS: Final = ("status", "report", "help")


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that comes closest to a mistyped one, or None when none is near."""
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold()[:80], by_folded, n=1, cutoff=0.5)
    return by_folded[found[0]] if found else None


def matching_partners(word: str, partners: Sequence[PartnerView]) -> tuple[PartnerView, ...]:
    """The partners somebody may mean: those called exactly so (key or name), else those whose name holds the word."""
    wanted = word.strip().casefold()
    exact = tuple(partner for partner in partners if wanted in _names(partner))
    if exact or not wanted:
        return exact
    return tuple(partner for partner in partners if any(wanted in name for name in _names(partner)))


def _names(partner: PartnerView) -> tuple[str, ...]:
    return (partner.key.casefold(), partner.short_name.casefold(), partner.name.casefold())
