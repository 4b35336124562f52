"""Reminders to those with something missing, and the coordinators' overview of who that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from slackblocks import Block

from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.beside import unchanged_count
from lamppu_bot.messages.message import Message, compose
from lamppu_bot.messages.tools import tools_menu
from lamppu_bot.status import PartnerStatus, open_answers, round_status, waiting_answers
from lamppu_bot.texts import Mrkdwn, Texts, escape
from storage.values import AnswerView, ObjectiveView, PersonView, RoundSnapshot, RoundState

_SHARES: Final = 12  # partners shown one by one in a reminder; three blocks each
_MISSING: Final = 500
_OVERVIEW: Final = 7_000
_WITH_TOOLS: Final = 12  # partners of an overview with a menu beside them


@dataclass(frozen=True, slots=True)
class ReminderShare:
    """One partner's share of a reminder; `deputy_turn_on` is set where the reminder announces the deputy's turn.

    `asked_by` has asked the reader to give these answers, where they have taken them over.
    """

    snapshot: RoundSnapshot
    partner_id: int
    deputy_turn_on: date | None = None
    asked_by: PersonView | None = None


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What a coordinator says in a reminder, and who that is."""

    coordinator: str
    words: str


def build_reminder(
    person_id: int, shares: Sequence[ReminderShare], *, today: date, texts: Texts, own: OwnWords | None = None
) -> Message:
    """One merged reminder for one person: what is missing where, each with its button.

    A share whose partner has nothing open any more is left out. A deputy is told why they are asked. `own` is what the
    coordinator says who has sent it.
    """
    wanted = [share for share in shares if waiting_answers(share.snapshot, share.partner_id)]
    shown, left = wanted[:_SHARES], len(wanted) - _SHARES
    body = [
        block
        for index, share in enumerate(shown)
        for block in _share(share, person_id, today, texts, primary=index == 0)
    ]
    more = [blocks.plain_section(texts.plural("reminder.more", left))] if left > 0 else []
    greeting = blocks.section(texts.mrkdwn("reminder.greeting" if wanted else "reminder.settled"))
    return compose(f"reminder-{person_id}", [greeting, *_own_words(own if wanted else None, texts), *body, *more])


def _own_words(own: OwnWords | None, texts: Texts) -> list[Block]:
    if own is None or not own.words:
        return []
    said = blocks.section(texts.mrkdwn("reminder.own_words", coordinator=own.coordinator))
    return [said, *blocks.plain_sections(own.words)]


def build_reminder_over(delivery_id: int, *, texts: Texts) -> Message:
    """What is left of a reminder when its round has closed: no button that would do nothing."""
    return compose(f"reminder-over-{delivery_id}", [blocks.section(texts.mrkdwn("reminder.over"))])


def build_overview(snapshot: RoundSnapshot, *, today: date, texts: Texts) -> Message:
    """For the coordinators: who is late or unfinished, what is missing, and when they were last reminded.

    Of a round that is due or closed it says so first. The tools for the round and for the first partners are at hand.
    """
    status = round_status(snapshot)
    heading = texts(
        "overview.heading", project=snapshot.project.short_name, semester=wording.semester_of(snapshot.round, texts)
    )
    counts = [
        texts("overview.counts", complete=status.complete, partners=len(status.asked)),
        *unchanged_count(status, texts),
    ]
    return compose(
        f"overview-{snapshot.round.id}",
        [
            blocks.header(heading),
            *_over(snapshot, texts),
            blocks.section(Mrkdwn(" ".join(counts)), tools_menu(snapshot, texts=texts)),
            *_unfinished(snapshot, status.unfinished, today, texts),
        ],
    )


def build_completed(snapshot: RoundSnapshot, *, texts: Texts) -> Message:
    """For the coordinators: what the posted report still lacked has come in."""
    semester = wording.semester_of(snapshot.round, texts)
    said = texts.mrkdwn("overview.completed", project=snapshot.project.short_name, semester=semester)
    return compose(f"completed-{snapshot.round.id}", [blocks.section(said)])


def _over(snapshot: RoundSnapshot, texts: Texts) -> list[Block]:
    if snapshot.round.state is RoundState.CLOSED:
        return [blocks.section(texts.mrkdwn("overview.closed"))]
    if snapshot.round.state is RoundState.DUE:
        return [blocks.section(texts.mrkdwn("overview.due", closes=texts.day(snapshot.round.closes_on)))]
    return []


def missing_titles(snapshot: RoundSnapshot, partner_id: int, texts: Texts) -> str:
    """What is open for a partner, as a list for a sentence: "1 Laatuverkosto ja 2 Mittarit (luonnos)"."""
    return _titles(open_answers(snapshot, partner_id), texts)


def waiting_titles(snapshot: RoundSnapshot, partner_id: int, texts: Texts) -> str:
    """As `missing_titles`, of what can be answered now: after the round has closed that may be less."""
    return _titles(waiting_answers(snapshot, partner_id), texts)


def _titles(pairs: Sequence[tuple[ObjectiveView, AnswerView]], texts: Texts) -> str:
    items = [
        texts(f"missing.{answer.state}", number=objective.number, title=objective.title) for objective, answer in pairs
    ]
    return texts.listed(items)


def _share(share: ReminderShare, person_id: int, today: date, texts: Texts, *, primary: bool) -> list[Block]:
    snapshot, partner_id = share.snapshot, share.partner_id
    partner = wording.partner_of(snapshot, partner_id)
    place = ids.PartnerRef(snapshot.round.id, partner_id)
    said = [
        wording.context_line(snapshot.project, partner, snapshot.round, texts, bold=True),
        *_why(share, person_id, today, texts),
        texts.mrkdwn("reminder.due", due=wording.due_words(snapshot.due_of(partner_id), today, texts)),
        texts.mrkdwn("reminder.missing", titles=wording.brief(waiting_titles(snapshot, partner_id, texts), _MISSING)),
    ]
    label = texts("reminder.button.label", partner=partner.short_name)
    return [
        blocks.section(Mrkdwn("\n".join(said))),
        blocks.actions(blocks.button(texts("card.next"), ids.ANSWER_NEXT, place, primary=primary, label=label)),
    ]


def _why(share: ReminderShare, person_id: int, today: date, texts: Texts) -> list[Mrkdwn]:
    """Why a colleague or the deputy is asked, or that the deputy will be."""
    partner = wording.partner_of(share.snapshot, share.partner_id)
    if share.asked_by:
        return [texts.mrkdwn("reminder.entrusted", asker=wording.mention(share.asked_by))]
    if partner.stand_in(today) and person_id != partner.contact.id:
        return [texts.mrkdwn("reminder.stand_in", contact=partner.contact.name, day=partner.contact.away_until)]
    if person_id != partner.contact.id:
        return [texts.mrkdwn("reminder.deputy", contact=partner.contact.name)]
    if share.deputy_turn_on and partner.deputy:
        return [texts.mrkdwn("reminder.deputy_next", deputy=partner.deputy.name, day=texts.day(share.deputy_turn_on))]
    return []


def _unfinished(snapshot: RoundSnapshot, unfinished: Sequence[PartnerStatus], today: date, texts: Texts) -> list[Block]:
    """The most pressing each with its tools, the others in a list."""
    lines = [_overview_line(snapshot, status, today, texts) for status in unfinished]
    kept, left = limits.fitting(lines, _OVERVIEW)
    first = [
        blocks.section(Mrkdwn(line), tools_menu(snapshot, status.partner.id, texts=texts))
        for line, status in zip(kept[:_WITH_TOOLS], unfinished, strict=False)
    ]
    rest = [*kept[_WITH_TOOLS:], *([texts.plural("overview.more", left)] if left else [])]
    return [*first, *([blocks.section(Mrkdwn(piece)) for piece in limits.split("\n".join(rest))] if rest else [])]


def _overview_line(snapshot: RoundSnapshot, status: PartnerStatus, today: date, texts: Texts) -> Mrkdwn:
    reminded = wording.reminded(snapshot, status, texts)
    line = texts.mrkdwn(
        "overview.late" if status.is_late(today) else "overview.line",
        partner=limits.clip(status.partner.name, limits.CELL),
        due=texts.date(status.due_on),
        titles=limits.clip(missing_titles(snapshot, status.partner.id, texts), _MISSING),
        reminded=reminded,
        contact=limits.clip(status.partner.contact.name, limits.CELL),
    )
    absence = wording.absence(status.partner, today, texts)
    return Mrkdwn(f"{line} {escape(absence)}") if absence else line
