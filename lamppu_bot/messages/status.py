"""What `/lamppu status` answers: a coordinator's tables, one partner objective by objective, a contact's own share."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from slackblocks import Block

from lamppu_bot.messages import blocks, ids, limits, paging, wording
from lamppu_bot.messages.absence import away_list
from lamppu_bot.messages.beside import notes, unchanged_count
from lamppu_bot.messages.conversation import Share, whom_to_ask
from lamppu_bot.messages.handover import holder_note
from lamppu_bot.messages.message import Message, compose
from lamppu_bot.messages.paging import Row
from lamppu_bot.messages.reminder import missing_titles
from lamppu_bot.messages.skipping import skipped_list, skipped_note
from lamppu_bot.messages.tools import tools_menu
from lamppu_bot.status import PartnerStatus, RoundStatus, partner_status, round_status, waiting_answers
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import HandoverView, ProjectView, RoundSnapshot

_COLUMNS: Final = ("partner", "answered", "draft", "nothing", "missing", "reminded", "due")
_PARTS: Final = 7  # projects on a page; six blocks each
_HEAD: Final = 400  # characters of a project's heading and counts
_SHARES: Final = 12
_OBJECTIVES: Final = 8_000
_TITLES: Final = 300
_SKIPPED_NAME: Final = 50  # of a name with "does not report" behind it

# The part of one round that stands on a page: its snapshot and status, and the rows of its table.
_Part = tuple[RoundSnapshot, RoundStatus, list[Row]]


def build_status(snapshots: Sequence[RoundSnapshot], *, page: int, today: date, texts: Texts) -> Message:
    """A coordinator's view of their rounds under way: a table a project, `page` counted from 0.

    A page beyond the last shows the last.
    """
    found = list(_pages(snapshots, texts))
    number = max(0, min(page, len(found) - 1))
    body = [block for part in found[number] for block in _project(*part, today, texts)]
    following = number + 1 < len(found)
    label = texts("status.page", page=number + 1, pages=len(found))
    next_page = blocks.button(texts("status.next"), ids.STATUS_PAGE, ids.PageRef(number + 1))
    turn = [blocks.actions(next_page, block_id=f"status-page-{number}")] if following else []
    where = [blocks.context(Mrkdwn(label))] if len(found) > 1 else []
    return compose(f"status-{number}", [*body, *where, *turn])


def build_partner_status(
    snapshot: RoundSnapshot,
    partner_id: int,
    *,
    today: date,
    texts: Texts,
    handed: Sequence[HandoverView] = (),
    coordinates: bool = True,
) -> Message:
    """One partner, objective by objective; `handed` tells which of them are with colleagues.

    For whoever coordinates, with the tools; for whoever answers, with the way on.
    """
    partner = wording.partner_of(snapshot, partner_id)
    status = partner_status(snapshot, partner)
    people = texts.listed([person.name for person in partner.people])
    facts = texts.mrkdwn(
        "status.facts.late" if status.is_late(today) else "status.facts",
        people=wording.brief(people, _TITLES),
        reminded=wording.reminded(snapshot, status, texts),
        due=status.due_on,
    )
    absence = wording.absence(partner, today, texts)
    return compose(
        f"partner-{snapshot.round.id}-{partner_id}",
        [
            blocks.header(partner.name),
            blocks.context(wording.context_line(snapshot.project, partner, snapshot.round, texts)),
            blocks.section(facts, tools_menu(snapshot, partner_id, texts=texts) if coordinates else None),
            *([blocks.plain_section(absence)] if absence else []),
            *skipped_note(snapshot, partner_id, texts),
            *_objectives(snapshot, partner_id, texts, handed),
            *([] if coordinates else _onward((snapshot, partner_id), texts)),
        ],
    )


def build_own_status(shares: Sequence[Share], *, today: date, texts: Texts) -> Message:
    """A contact's own share of every round: where each stands, and the button to go on."""
    shown, left = shares[:_SHARES], len(shares) - _SHARES
    open_places = [place for place in shown if waiting_answers(*place)]
    body = [
        block for place in shown for block in _own(place, today, texts, primary=place is next(iter(open_places), None))
    ]
    more = [blocks.plain_section(texts.plural("overview.more", left))] if left > 0 else []
    return compose("own-status", [*body, *more])


def build_stranger_status(projects: Sequence[ProjectView], *, texts: Texts) -> Message:
    """To somebody who neither coordinates nor answers: whom to ask."""
    return compose("stranger", [blocks.section(texts.mrkdwn("status.stranger", people=whom_to_ask(projects, texts)))])


def build_no_round(projects: Sequence[ProjectView], *, texts: Texts) -> Message:
    """No round is under way in the person's projects."""
    names = wording.brief(texts.listed([project.short_name for project in projects]), _TITLES)
    return compose("no-round", [blocks.section(texts.mrkdwn("status.no_round", projects=names))])


def _pages(snapshots: Sequence[RoundSnapshot], texts: Texts) -> Iterator[list[_Part]]:
    """Parts of rounds packed into pages: short rounds share one, a long one takes several."""
    page: list[_Part] = []
    lines = size = 0
    for snapshot in snapshots:
        status = round_status(snapshot)
        every = [row(snapshot, one, texts) for one in status.partners]
        for rows in list(paging.pages(every)) or [[]]:
            width = _HEAD + sum(paging.read_out_width(row) for row in rows)
            full = len(page) == _PARTS or lines + len(rows) > paging.ROWS or size + width > paging.READ_OUT
            if page and full:
                yield page
                page, lines, size = [], 0, 0
            page.append((snapshot, status, rows))
            lines, size = lines + len(rows), size + width
    yield page


def heads(texts: Texts) -> Row:
    return [texts(f"status.column.{column}") for column in _COLUMNS]


def row(snapshot: RoundSnapshot, status: PartnerStatus, texts: Texts) -> Row:
    """A returned answer counts as missing here: it waits for the partner just so. Of some nothing is asked."""
    if status.is_skipped:
        name = texts("status.skipped.short", partner=limits.clip(status.partner.short_name, _SKIPPED_NAME))
        return [name, status.answered, status.draft, status.nothing, 0, "–", "–"]
    return [
        limits.clip(status.partner.short_name, limits.CELL),
        status.answered,
        status.draft,
        status.nothing,
        status.missing + status.returned,
        wording.reminded(snapshot, status, texts),
        texts.date(status.due_on),
    ]


def _project(snapshot: RoundSnapshot, status: RoundStatus, rows: list[Row], today: date, texts: Texts) -> list[Block]:
    semester = wording.semester(snapshot.round, texts)
    caption = texts("status.caption", project=snapshot.project.short_name, semester=semester)
    return [
        blocks.header(texts("status.heading", project=snapshot.project.short_name, semester=semester)),
        blocks.section(counts(snapshot, status, today, texts), tools_menu(snapshot, texts=texts)),
        *([blocks.table(caption, [heads(texts), *rows])] if rows else []),
        *away_list(snapshot, today, texts),
        *skipped_list(snapshot, texts),
    ]


def counts(snapshot: RoundSnapshot, status: RoundStatus, today: date, texts: Texts) -> Mrkdwn:
    late = len(status.late(today))
    said = [
        texts(f"status.state.{snapshot.round.state}", day=texts.day(snapshot.round.due_on)),
        texts("status.counts", complete=status.complete, partners=len(status.asked)),
        texts("status.answers", done=status.done, total=status.total),
        *([texts.plural("status.late", late)] if late else []),
        *wording.unsettled(snapshot, texts),
        *unchanged_count(status, texts),
    ]
    return Mrkdwn(" ".join(said))


def _objectives(snapshot: RoundSnapshot, partner_id: int, texts: Texts, handed: Sequence[HandoverView]) -> list[Block]:
    lines = []
    for objective in snapshot.objectives_of(partner_id):
        answer = snapshot.answers[partner_id, objective.id]
        line = texts("card.line", title=wording.objective_title(objective, texts), state=wording.state(answer, texts))
        if answer.updated_at:
            moment = texts.moment(answer.updated_at, snapshot.project.time_zone)
            line = texts("status.changed", line=line, person=answer.updated_by or "", moment=moment)
        if not answer.state.is_final and (holder := holder_note(handed, answer.id, texts)):
            line = f"{line}. {holder}"
        line = ". ".join([line, *notes(snapshot, objective, answer, texts)])
        lines.append(f"• {limits.clip(line, _TITLES)}")
    kept, left = limits.fitting(lines, _OBJECTIVES)
    if left:
        kept.append(texts.plural("cut.more", left))
    return blocks.plain_sections("\n".join(kept))


def _own(place: Share, today: date, texts: Texts, *, primary: bool) -> list[Block]:
    snapshot, partner_id = place
    partner = wording.partner_of(snapshot, partner_id)
    status = partner_status(snapshot, partner)
    lines = [
        wording.context_line(snapshot.project, partner, snapshot.round, texts, bold=True),
        Mrkdwn(texts("card.progress", done=status.done, total=status.total)),
    ]
    if not waiting_answers(snapshot, partner_id):
        return [blocks.section(Mrkdwn("\n".join(lines)))]
    titles = wording.brief(missing_titles(snapshot, partner_id, texts), _TITLES)
    lines += [
        Mrkdwn(wording.due_words(status.due_on, today, texts)),
        texts.mrkdwn("reminder.missing", titles=titles),
    ]
    return [blocks.section(Mrkdwn("\n".join(lines))), *_onward(place, texts, primary=primary)]


def _onward(place: Share, texts: Texts, *, primary: bool = True) -> list[Block]:
    """The button to what is still open of the person's own."""
    snapshot, partner_id = place
    if not waiting_answers(snapshot, partner_id):
        return []
    ref = ids.PartnerRef(snapshot.round.id, partner_id)
    label = texts("reminder.button.label", partner=wording.partner_of(snapshot, partner_id).short_name)
    return [blocks.actions(blocks.button(texts("card.next"), ids.ANSWER_NEXT, ref, primary=primary, label=label))]
