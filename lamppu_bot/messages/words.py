"""What was meant by a word after `/lamppu`: the commands there are, the project, partner and objective named."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Final

from lamppu_bot.messages.ids import Tool
from storage.values import ObjectiveView, PartnerView, ProjectView

_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SHORT_DAY: Final = re.compile(r"(\d{1,2})[./] ?(\d{1,2})[./]? ?(\d{4})?")
COMMANDS: Final = ("status", "report", "handover", "away", "help")
# After `/lamppu away`: the absence is over.
BACK: Final = ("off", "back", "end")
# The words that open a coordinator's tool.
TOOL_WORDS: Final[Mapping[str, Tool]] = {
    "remind": Tool.REMIND,
    "extend": Tool.EXTEND,
    "open": Tool.OPEN_ROUND,
    "postpone": Tool.POSTPONE,
    "close": Tool.CLOSE_ROUND,
    "skip": Tool.SKIP,
    "contact": Tool.CONTACT,
    "return": Tool.RETURN,
    "behalf": Tool.ON_BEHALF,
    "ask": Tool.ASK,
}
_SHORTEST: Final = 3  # letters of a part of a partner's name, before other words that may mean no partner at all


def day_of(typed: str, today: date) -> date | None:
    """A day as people write it: 14.6., 14.6.2012, 14/6, 2012-06-14. Without a year, the next such day."""
    if found := _ISO_DAY.fullmatch(typed.strip()):
        year, month, day = (int(part) for part in found.groups())
        return _day(year, month, day)
    found = _SHORT_DAY.fullmatch(typed.strip())
    if found is None:
        return None
    day, month = int(found[1]), int(found[2])
    if found[3]:
        return _day(int(found[3]), month, day)
    candidates = (_day(year, month, day) for year in range(today.year, today.year + 5))  # a 29 February may be far
    return next((one for one in candidates if one and one >= today), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_day(typed: str) -> bool:
    """Whether `day_of` knows it, whenever that day is."""
    return day_of(typed, date.min) is not None


def closest(word: str, known: Iterable[str], *, likeness: float = 0.5) -> str | None:
    """The known word that comes closest to a mistyped one, or None when none is near; a `likeness` of 1 is the same."""
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold()[:80], by_folded, n=1, cutoff=likeness)
    return by_folded[found[0]] if found else None


def matching_partners(word: str, partners: Sequence[PartnerView]) -> tuple[PartnerView, ...]:
    """The partners somebody may mean: those called exactly so (key or name), else those whose name holds the word."""
    wanted = word.strip().casefold()
    exact = tuple(partner for partner in partners if wanted in _names(partner))
    if exact or not wanted:
        return exact
    return tuple(partner for partner in partners if any(wanted in name for name in _names(partner)))


def leading_project(said: str, projects: Sequence[ProjectView]) -> tuple[ProjectView | None, str]:
    """The project whose key or short name the text begins with, and what follows it."""
    for head, rest in _beginnings(said):
        for project in projects:
            if head.casefold() in (project.key.casefold(), project.short_name.casefold()):
                return project, rest
    return None, said.strip()


def leading_partners(said: str, partners: Sequence[PartnerView]) -> tuple[tuple[PartnerView, ...], str]:
    """The partners that the beginning of the text may mean, and what follows it.

    The longest beginning that is a whole name counts, else the longest that is part of one.
    """
    beginnings = list(_beginnings(said))
    for head, rest in beginnings:
        if exact := tuple(partner for partner in partners if head.casefold() in _names(partner)):
            return exact, rest
    for head, rest in beginnings:
        if len(head) >= _SHORTEST and (found := matching_partners(head, partners)):
            return found, rest
    return (), said.strip()


def leading_objective(said: str, objectives: Sequence[ObjectiveView]) -> tuple[ObjectiveView | None, str]:
    """The objective whose number the text begins with ("3" or "3."), and what follows it."""
    first, _, rest = said.strip().partition(" ")
    found = next((one for one in objectives if first.rstrip(".:") == str(one.number)), None)
    return (found, rest.strip()) if found else (None, said.strip())


def _beginnings(said: str) -> Iterable[tuple[str, str]]:
    """The text parted after each of its words, the longest beginning first; names are no longer than 30 words."""
    parts = said.split(maxsplit=30)
    for count in range(len(parts), 0, -1):
        yield " ".join(parts[:count]), _after(said, count)


def _after(said: str, count: int) -> str:
    """What follows the first `count` words, with the line ends it was typed with."""
    left = said.split(maxsplit=count)
    return left[count].strip() if len(left) > count else ""


def _names(partner: PartnerView) -> tuple[str, ...]:
    return (partner.key.casefold(), partner.short_name.casefold(), partner.name.casefold())
