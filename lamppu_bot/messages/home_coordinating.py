"""What a coordinator reads in their Home: the rounds, how the partners are doing, who is late, and the tools."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from slackblocks import Block

from lamppu_bot.messages import blocks, ids, limits, paging, status, wording
from lamppu_bot.messages.chart import progress_chart
from lamppu_bot.messages.paging import Row
from lamppu_bot.messages.reminder import missing_titles
from lamppu_bot.messages.tools import tools_menu
from lamppu_bot.status import PartnerStatus, RoundStatus, round_status
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import ProjectView, RoundSnapshot, RoundState, RoundView

_BLOCKS: Final = 50  # of a page
_CHARTS: Final = 2  # Slack takes no more in one place
_HEAD: Final = 400  # characters of a round's heading and counts
_HEADING: Final = 4  # blocks of a project's
_ROUNDS: Final = 1_500
_LATE: Final = 1_500
_WITH_TOOLS: Final = 10  # partners of a round shown one by one
_TITLES: Final = 300


@dataclass(frozen=True, slots=True)
class Coordinated:
    """A project that the person coordinates: all its rounds, and those under way with all that is known of them."""

    project: ProjectView
    rounds: Sequence[RoundView]
    under_way: Sequence[RoundSnapshot]


@dataclass(frozen=True, slots=True)
class _Part:
    """A round under way with some rows of its table, its first ones where it `begins`; no round where none is."""

    of: Coordinated
    snapshot: RoundSnapshot | None
    rows: Sequence[Row] = ()
    begins: bool = True


def build_coordinating(found: Sequence[Coordinated], *, page: int, today: date, texts: Texts) -> list[Block]:
    """One page of all that the person coordinates, late partners first; a page beyond the last is the last."""
    if not found:
        return []
    pages = list(_pages([part for one in found for part in _parts(one, texts)]))
    number = max(0, min(page, len(pages) - 1))
    parts = pages[number]
    body: list[Block] = []
    for index, part in enumerate(parts):
        begins = index == 0 or parts[index - 1].of is not part.of
        ends = index + 1 == len(parts) or parts[index + 1].of is not part.of
        body += [
            *(_head(part.of, texts) if begins else []),
            *_round(part, today, texts, with_chart=index < _CHARTS),
            *(_coming(part.of, texts) if ends else []),
        ]
    return [*body, *_turning(number, len(pages), texts)]


def _parts(found: Coordinated, texts: Texts) -> Iterator[_Part]:
    if not found.under_way:
        yield _Part(found, None)
    for snapshot in found.under_way:
        ordered = _late_first(round_status(snapshot))
        rows = [status.row(snapshot, one, texts) for one in ordered.partners]
        for index, some in enumerate(list(paging.pages(rows)) or [[]]):
            yield _Part(found, snapshot, some, begins=index == 0)


def _late_first(found: RoundStatus) -> RoundStatus:
    complete = (one for one in found.partners if one.is_complete)
    return RoundStatus((*found.unfinished, *complete))


def _pages(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    """Short rounds share a page, a long one takes several."""
    page: list[_Part] = []
    lines = size = 0
    for part in parts:
        width = _HEAD + sum(paging.read_out_width(row) for row in part.rows)
        fits = lines + len(part.rows) <= paging.ROWS and size + width <= paging.READ_OUT
        if page and not (fits and sum(map(_height, (*page, part))) <= _BLOCKS):
            yield page
            page, lines, size = [], 0, 0
        page.append(part)
        lines, size = lines + len(part.rows), size + width
    yield page


def _height(part: _Part) -> int:
    """How many blocks it takes at most."""
    if part.snapshot is None:
        return _HEADING
    return _HEADING + 3 + (2 + min(_WITH_TOOLS, len(part.snapshot.partners)) if part.begins else 0)


def _head(found: Coordinated, texts: Texts) -> list[Block]:
    """The project, and its rounds, those to come and those that are over included."""
    lines = [_round_line(one, texts) for one in found.rounds]
    kept, left = limits.fitting(lines, _ROUNDS)
    if left:
        kept.append(texts.plural("cut.more", left))
    rounds = Mrkdwn("\n".join(kept)) if kept else texts.mrkdwn("home.rounds.none")
    heading = texts("home.project.heading", project=found.project.short_name)
    name = texts.mrkdwn("home.project.name", project=found.project.name)
    return [blocks.header(heading), blocks.section(Mrkdwn(f"{name}\n{rounds}"))]


def _round_line(found: RoundView, texts: Texts) -> Mrkdwn:
    dates = {"opens": found.opens_on, "due": found.due_on, "closes": found.closes_on}
    return texts.mrkdwn(f"home.round.{found.state}", semester=wording.semester(found, texts), **dates)


def _coming(found: Coordinated, texts: Texts) -> list[Block]:
    """The next round, and what can be done before it opens."""
    planned = next((one for one in found.rounds if one.state is RoundState.PLANNED), None)
    if planned is None:
        return []
    project, semester = found.project.short_name, wording.semester(planned, texts)
    said = texts.mrkdwn("home.round.coming", project=project, semester=semester)
    outline = RoundSnapshot(found.project, planned, (), (), {}, {}, {})
    words = texts("postpone.title")
    label = f"{words}: {project}, {semester}"
    postpone = blocks.button(words, ids.TOOL_BUTTON, ids.ToolRef(ids.Tool.POSTPONE, planned.id), label=label)
    tools = tools_menu(outline, texts=texts)
    return [blocks.section(said), blocks.actions(postpone, *([tools] if tools else []))]


def _round(part: _Part, today: date, texts: Texts, *, with_chart: bool) -> list[Block]:
    if (snapshot := part.snapshot) is None:
        return []
    found = _late_first(round_status(snapshot))
    semester = wording.semester(snapshot.round, texts)
    caption = texts("status.caption", project=snapshot.project.short_name, semester=semester)
    heading = texts.mrkdwn("home.round.heading", project=snapshot.project.short_name, semester=semester)
    counts = status.counts(snapshot, found, today, texts)
    chart = progress_chart(snapshot, found, texts) if with_chart and part.begins else []
    return [
        blocks.section(Mrkdwn(f"{heading}\n{counts}"), tools_menu(snapshot, texts=texts)),
        *chart,
        *([blocks.table(caption, [status.heads(texts), *part.rows])] if part.rows else []),
        *(_partners(snapshot, found, today, texts) if part.begins else []),
    ]


def _partners(snapshot: RoundSnapshot, found: RoundStatus, today: date, texts: Texts) -> list[Block]:
    """Those whom it is most about, each with its tools; who is late beyond them, in a list."""
    first, others = found.partners[:_WITH_TOOLS], found.partners[_WITH_TOOLS:]
    rows = [
        blocks.section(_line(snapshot, one, today, texts), tools_menu(snapshot, one.partner.id, texts=texts))
        for one in first
    ]
    late = [_line(snapshot, one, today, texts) for one in others if one.is_late(today)]
    kept, left = limits.fitting(late, _LATE)
    if left:
        kept.append(texts.plural("overview.more", left))
    rest = [blocks.section(Mrkdwn("\n".join(kept)))] if kept else []
    return [blocks.section(texts.mrkdwn("home.partners")), *rows, *rest] if rows else []


def _line(snapshot: RoundSnapshot, found: PartnerStatus, today: date, texts: Texts) -> Mrkdwn:
    """One partner: what is open and until when, and who answers for it."""
    partner = found.partner
    who = {"partner": limits.clip(partner.name, limits.CELL), "contact": limits.clip(partner.contact.name, limits.CELL)}
    if partner.id in snapshot.skipped:
        return texts.mrkdwn("home.partner.skipped", **who)
    if found.is_complete:
        return texts.mrkdwn("home.partner.complete", **who)
    titles = limits.clip(missing_titles(snapshot, partner.id, texts), _TITLES)
    key = "home.partner.late" if found.is_late(today) else "home.partner.open"
    return texts.mrkdwn(key, due=found.due_on, titles=titles, **who)


def _turning(number: int, pages: int, texts: Texts) -> list[Block]:
    if pages == 1:
        return []
    turns = []
    if number > 0:
        turns.append(blocks.button(texts("home.back"), ids.HOME_BACK, ids.PageRef(number - 1)))
    if number + 1 < pages:
        turns.append(blocks.button(texts("status.next"), ids.HOME_PAGE, ids.PageRef(number + 1)))
    where = texts.mrkdwn("status.page", page=number + 1, pages=pages)
    return [blocks.context(where), blocks.actions(*turns, block_id=f"home-page-{number}")]
