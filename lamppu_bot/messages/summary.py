"""The posted report's first message: who has answered, what is missing, the chart, and the table of states."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from slackblocks import Block

from lamppu_bot.messages import blocks, ids, limits, paging, wording
from lamppu_bot.messages.beside import unchanged_count
from lamppu_bot.messages.chart import progress_chart
from lamppu_bot.messages.message import Message, compose
from lamppu_bot.messages.paging import Row
from lamppu_bot.messages.reminder import missing_titles
from lamppu_bot.messages.skipping import skipped_list
from lamppu_bot.status import RoundStatus, round_status
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import AnswerView, ObjectiveView, PartnerView, RoundSnapshot, RoundState

_COLUMNS: Final = 19  # objectives beside the partner's name: a table has 20 columns
_LIST: Final = 1_500  # characters of each list; the table says the same in full
_TABLE: Final = 4_500  # a table longer than this, read out, goes into messages of its own
_TITLES: Final = 300


def build_summary(snapshot: RoundSnapshot, *, today: date, texts: Texts) -> Message:
    """The summary of a round for the coordinators' channel; partners with time left have their due date beside them.

    Its table stands here when it is short, else in `build_summary_pages`, which go out as messages after it.
    """
    return compose(f"summary-{snapshot.round.id}", _overview(snapshot, today, texts))


def build_summary_pages(snapshot: RoundSnapshot, *, texts: Texts) -> tuple[Message, ...]:
    """The table of states that is too long for the summary itself: up to 99 partners a message, 19 objectives wide."""
    tables = _tables(snapshot, texts)
    if _is_short(tables):
        return ()
    return tuple(
        compose(
            f"summary-{snapshot.round.id}-{number}",
            [
                blocks.section(texts.mrkdwn("summary.page", caption=caption, page=number, pages=len(tables))),
                blocks.table(caption, rows),
            ],
        )
        for number, (caption, rows) in enumerate(tables, start=1)
    )


def build_report_offer(snapshot: RoundSnapshot, *, today: date, is_whole: bool, texts: Texts) -> Message:
    """The answer to `/lamppu report`, for the asker alone: the summary as it would be posted, and the button for it.

    Results by objective follow as messages of their own; `is_whole` where they are all that will be posted.
    """
    publish = blocks.button(texts("offer.publish"), ids.REPORT_POST, ids.RoundRef(snapshot.round.id), primary=True)
    return compose(
        f"offer-{snapshot.round.id}",
        [
            *_overview(snapshot, today, texts),
            blocks.section(texts.mrkdwn("offer.what")),
            blocks.section(texts.mrkdwn("offer.whole" if is_whole else "offer.beginning")),
            blocks.actions(publish),
        ],
    )


def build_report_posted(snapshot: RoundSnapshot, *, texts: Texts) -> Message:
    """What takes the offer's place once its button was pressed."""
    channel = Mrkdwn(f"<#{snapshot.project.channel}>")
    said = texts.mrkdwn("offer.posted", channel=channel)
    heading = blocks.header(_heading(snapshot, texts))
    return compose(f"posted-{snapshot.round.id}", [heading, blocks.section(said)])


def _overview(snapshot: RoundSnapshot, today: date, texts: Texts) -> list[Block]:
    status = round_status(snapshot)
    tables = _tables(snapshot, texts)
    short = tables if _is_short(tables) else []
    return [
        blocks.header(_heading(snapshot, texts)),
        blocks.section(_counts(snapshot, status, texts)),
        *_who(snapshot, status, today, texts),
        *progress_chart(snapshot, status, texts),
        *_legend(snapshot, texts),
        *[blocks.table(caption, rows) for caption, rows in short],
    ]


def _heading(snapshot: RoundSnapshot, texts: Texts) -> str:
    """A report that was asked for before the due day, with answers missing, calls itself what it is: a snapshot."""
    so_far = _standing(snapshot, round_status(snapshot)) == "so_far"
    return texts(
        "summary.heading.so_far" if so_far else "summary.heading",
        project=snapshot.project.short_name,
        semester=wording.semester_of(snapshot.round, texts),
    )


def _standing(snapshot: RoundSnapshot, status: RoundStatus) -> str:
    """Whether readers look at what there is so far, or at a report, and whether that may still change."""
    if snapshot.round.state is RoundState.CLOSED:
        return "final"
    if status.is_complete:
        return "complete"
    return "due" if snapshot.round.state is RoundState.DUE else "so_far"


def _counts(snapshot: RoundSnapshot, status: RoundStatus, texts: Texts) -> Mrkdwn:
    said = [
        texts("status.counts", complete=status.complete, partners=len(status.asked)),
        texts("status.answers", done=status.done, total=status.total),
    ]
    drafts = sum(partner.draft for partner in status.asked)
    said += [texts.plural("summary.drafts", drafts)] if drafts else []
    said += [*wording.unsettled(snapshot, texts), *unchanged_count(status, texts)]
    dates = {"due": texts.day(snapshot.round.due_on), "closes": texts.day(snapshot.round.closes_on)}
    said += [texts(f"summary.stands.{_standing(snapshot, status)}", **dates), *_extended(snapshot, status, texts)]
    return Mrkdwn(f"{texts.mrkdwn('summary.project', project=snapshot.project.name)}\n{' '.join(said)}")


def _extended(snapshot: RoundSnapshot, status: RoundStatus, texts: Texts) -> list[str]:
    """Who may answer longer than the round lasts; what they still owe stands in the list, with their date."""
    longer = [found.partner for found in status.unfinished if _is_longer(snapshot, found.partner.id)]
    names = limits.clip(texts.listed([partner.short_name for partner in longer]), _TITLES)
    return [texts("summary.extended", partners=names)] if longer else []


def _is_longer(snapshot: RoundSnapshot, partner_id: int) -> bool:
    until = snapshot.open_until.get(partner_id)
    is_closed = snapshot.round.state is RoundState.CLOSED
    return until is not None and (is_closed or until > snapshot.round.closes_on)


def _who(snapshot: RoundSnapshot, status: RoundStatus, today: date, texts: Texts) -> list[Block]:
    """Who has answered everything, and what the others still owe."""
    complete = [_name(found.partner) for found in status.asked if found.is_complete]
    owing = [
        texts(
            "summary.owing.late" if found.is_late(today) else "summary.owing",
            partner=_name(found.partner),
            due=texts.date(found.due_on),
            titles=limits.clip(missing_titles(snapshot, found.partner.id, texts), _TITLES),
        )
        for found in status.unfinished
    ]
    return [
        *_list("summary.answered", complete, texts),
        *_list("summary.missing", owing, texts),
        *skipped_list(snapshot, texts),
    ]


def _list(key: str, names: Sequence[str], texts: Texts) -> list[Block]:
    if not names:
        return []
    kept, left = limits.fitting((f"• {name}" for name in names), _LIST)
    if left:
        kept.append(texts.plural("overview.more", left))
    return [blocks.section(texts.mrkdwn(key)), *blocks.plain_sections("\n".join(kept))]


def _legend(snapshot: RoundSnapshot, texts: Texts) -> list[Block]:
    """Which objective a number in the table's headings stands for."""
    lines = [limits.clip(wording.objective_title(objective, texts), limits.CELL) for objective in snapshot.objectives]
    kept, left = limits.fitting(lines, _LIST)
    if left:
        kept.append(texts.plural("cut.more", left))
    return blocks.plain_sections("\n".join(kept))


def _tables(snapshot: RoundSnapshot, texts: Texts) -> list[tuple[str, list[Row]]]:
    """Caption and rows of every table it takes: partners by pages, objectives 19 at a time."""
    found = []
    for start in range(0, len(snapshot.objectives), _COLUMNS):
        objectives = snapshot.objectives[start : start + _COLUMNS]
        heads: Row = [texts("summary.column.partner"), *(_column(objective, texts) for objective in objectives)]
        rows = [_row(snapshot, partner, objectives, texts) for partner in snapshot.partners]
        found += [(_caption(snapshot, objectives, texts), [heads, *page]) for page in paging.pages(rows)]
    return found


def _is_short(tables: Sequence[tuple[str, list[Row]]]) -> bool:
    if len(tables) != 1:
        return False
    return sum(paging.read_out_width(row) for row in tables[0][1]) <= _TABLE


def _caption(snapshot: RoundSnapshot, objectives: Sequence[ObjectiveView], texts: Texts) -> str:
    return texts(
        "summary.caption",
        project=snapshot.project.short_name,
        semester=wording.semester(snapshot.round, texts),
        first=objectives[0].number,
        last=objectives[-1].number,
    )


def _column(objective: ObjectiveView, texts: Texts) -> str:
    return texts("summary.column.objective", number=objective.number)


def _row(snapshot: RoundSnapshot, partner: PartnerView, objectives: Sequence[ObjectiveView], texts: Texts) -> Row:
    answers = (snapshot.answer(partner.id, objective.id) for objective in objectives)
    is_skipped = partner.id in snapshot.skipped
    states = (_cell(answer, texts, is_skipped=is_skipped) for answer in answers)
    return [limits.clip(partner.short_name, limits.CELL), *states]


def _cell(answer: AnswerView | None, texts: Texts, *, is_skipped: bool) -> str:
    """A partner of which nothing is asked has told something before all the same, or nothing at all."""
    if answer is None:
        return texts("state.not_theirs")
    is_spared = is_skipped and not answer.state.is_final
    return texts("state.skipped") if is_spared else wording.state_in_table(answer, texts)


def _name(partner: PartnerView) -> str:
    return limits.clip(partner.name, limits.CELL)
