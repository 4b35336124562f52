"""What somebody who answers reads in their Home: what is open and until when, what comes next, what was before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from slackblocks import Block

from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.card import build_share, build_short_share
from lamppu_bot.messages.card_reading import Reading
from lamppu_bot.messages.conversation import whom_to_ask
from lamppu_bot.status import waiting_answers
from lamppu_bot.texts import Mrkdwn, Texts
from storage.queries import Earlier
from storage.values import HandoverView, ProjectView, RoundSnapshot, RoundView

_SHORT: Final = 2  # blocks of a share that has no room for more
_FRAME: Final = 9  # what stands around the shares
_ASKERS: Final = 20
_LINES: Final = 1_500


@dataclass(frozen=True, slots=True)
class Asked:
    """A partner that the person answers for, and the next round of its project, if one is planned."""

    project: ProjectView
    partner_id: int
    partner: str
    coming: RoundView | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """A partner's share of a round as the person answers for it, with what of it is with colleagues."""

    snapshot: RoundSnapshot
    partner_id: int
    reading: Reading

    @property
    def is_waiting(self) -> bool:
        return bool(waiting_answers(self.snapshot, self.partner_id))


def build_answering(
    shares: Sequence[Own],
    asked: Sequence[Asked],
    earlier: Sequence[Earlier],
    requests: Sequence[HandoverView],
    *,
    room: int,
    today: date,
    texts: Texts,
) -> list[Block]:
    """At most `room` blocks. What is open comes first, the soonest due before the others."""
    is_open = any(share.is_waiting for share in shares)
    answering = {share.partner_id for share in shares}
    projects = [*(one.project for one in asked), *(share.snapshot.project for share in shares)]
    once = {project.id: project for project in projects}
    ask = blocks.section(texts.mrkdwn("home.own.ask", people=whom_to_ask(list(once.values()), texts)))
    quiet = [one for one in asked if one.partner_id not in answering]
    return [
        blocks.header(texts("home.own.heading")),
        *_requests(requests, texts),
        *([] if is_open or requests else [blocks.section(texts.mrkdwn("home.own.nothing"))]),
        *_shares(sorted(shares, key=_urgency), room - _FRAME, today, texts),
        *_quiet(quiet, texts),
        *_earlier(earlier, texts),
        *([ask] if once else []),
    ]


def _requests(requests: Sequence[HandoverView], texts: Texts) -> list[Block]:
    """Who waits for a yes or a no, which is said where they ask."""
    askers = list({one.asker.id: one.asker for one in requests}.values())[:_ASKERS]
    said = texts.mrkdwn("home.own.requests", people=wording.people(askers, texts))
    return [blocks.section(said)] if askers else []


def _urgency(share: Own) -> tuple[bool, date]:
    return not share.is_waiting, share.snapshot.due_of(share.partner_id)


def _shares(shares: Sequence[Own], room: int, today: date, texts: Texts) -> Iterator[Block]:
    """Each with its objectives while there is room to show the others at least in short; the first leads on."""
    for index, share in enumerate(shares):
        place, primary = (share.snapshot, share.partner_id), index == 0
        found = build_share(*place, today=today, texts=texts, primary=primary, reading=share.reading)
        if len(found) + _SHORT * (len(shares) - index - 1) > room:
            found = build_short_share(*place, today=today, texts=texts, primary=primary, reading=share.reading)
        if len(found) > room:
            yield blocks.plain_section(texts.plural("home.own.more", len(shares) - index))
            return
        room -= len(found)
        yield from found


def _quiet(asked: Sequence[Asked], texts: Texts) -> list[Block]:
    """The partners of which nothing is asked now, and when something will be."""
    lines = [_coming(one, texts) for one in asked]
    kept, left = limits.fitting(lines, _LINES)
    if left:
        kept.append(texts.plural("overview.more", left))
    return [blocks.section(Mrkdwn("\n".join(kept)))] if kept else []


def _coming(asked: Asked, texts: Texts) -> Mrkdwn:
    whose = {"partner": limits.clip(asked.partner, limits.CELL), "project": asked.project.short_name}
    if asked.coming is None:
        return texts.mrkdwn("home.own.quiet", **whose)
    dates = {"opens": asked.coming.opens_on, "due": asked.coming.due_on}
    return texts.mrkdwn("home.own.coming", semester=wording.semester(asked.coming, texts), **whose, **dates)


def _earlier(earlier: Sequence[Earlier], texts: Texts) -> list[Block]:
    if not earlier:
        return []
    choices = [(_named(one, texts), ids.EarlierRef(one.round.id, one.partner_id)) for one in earlier]
    menu = blocks.menu(texts("home.earlier.choose"), ids.EARLIER_OPEN, choices)
    return [blocks.section(texts.mrkdwn("home.earlier"), menu)]


def _named(earlier: Earlier, texts: Texts) -> str:
    semester = wording.semester(earlier.round, texts)
    return texts("home.earlier.choice", semester=semester, partner=earlier.partner, project=earlier.project)
