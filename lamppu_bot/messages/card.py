"""The card in a contact's direct messages: what is asked, where each objective stands, and the buttons to answer."""

from datetime import date
from typing import Final

from slackblocks import Block
from slackblocks.elements import Element

from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.card_reading import ANYBODY, Reading, asides, presence
from lamppu_bot.messages.message import Message, compose
from lamppu_bot.status import has_private_drafts, is_open_for, partner_status, takes_changes, waiting_answers
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import (
    AnswerState,
    AnswerView,
    ObjectiveView,
    RoundSnapshot,
    RoundState,
)

ROWS: Final = 20  # objectives shown with a button each; more of them share a menu
_WISH: Final = 300
_NAMES: Final = 500
_LIST: Final = 3_000


def build_card(
    snapshot: RoundSnapshot,
    partner_id: int,
    *,
    today: date,
    texts: Texts,
    reading: Reading = ANYBODY,
) -> Message:
    """The card of one partner.

    `reading` says for whom it is: the partner's people can hand answers over, a colleague sees what they have taken.
    """
    objectives = snapshot.objectives_of(partner_id)
    many = len(objectives) > ROWS
    rows = _rows(snapshot, partner_id, texts, reading)
    middle = _list_with_menu(snapshot, partner_id, texts, reading) if many else rows
    return compose(
        f"card-{snapshot.round.id}-{partner_id}",
        [
            *_head(snapshot, partner_id, today, texts, reading),
            blocks.divider(),
            *middle,
            *_foot(snapshot, partner_id, today, texts, reading),
        ],
    )


def build_share(
    snapshot: RoundSnapshot, partner_id: int, *, today: date, texts: Texts, primary: bool, reading: Reading = ANYBODY
) -> list[Block]:
    """One partner's part of a Home: what its card says and offers; `primary` where it is what to go on with."""
    many = len(snapshot.objectives_of(partner_id)) > ROWS
    middle = _list_with_menu if many else _rows
    return [
        blocks.divider(),
        _standing(snapshot, partner_id, today, texts, reading),
        *presence(wording.partner_of(snapshot, partner_id), today, texts, reading),
        *middle(snapshot, partner_id, texts, reading),
        *_foot(snapshot, partner_id, today, texts, reading, _next(snapshot, partner_id, texts, primary=primary)),
    ]


def build_short_share(
    snapshot: RoundSnapshot, partner_id: int, *, today: date, texts: Texts, primary: bool, reading: Reading = ANYBODY
) -> list[Block]:
    """As `build_share`, in two blocks at most: the objectives share a menu."""
    pairs = [(o, snapshot.answers[partner_id, o.id]) for o in snapshot.objectives_of(partner_id)]
    choices = [(_choice_text(o, a, texts), _ref(a)) for o, a in pairs if takes_changes(snapshot, a)]
    elements: list[Element] = []
    if waiting_answers(snapshot, partner_id):
        elements.append(_next(snapshot, partner_id, texts, primary=primary))
    if choices:
        elements.append(blocks.menu(texts("card.choose"), ids.ANSWER_OPEN, choices))
    standing = _standing(snapshot, partner_id, today, texts, reading)
    return [standing, *([blocks.actions(*elements)] if elements else [])]


def build_released(snapshot: RoundSnapshot, partner_id: int, *, texts: Texts) -> Message:
    """What is left of a card, reminder or thread of somebody of whom nothing is asked any more: no states, no buttons.

    Others answer for the partner now, nothing is asked of it this time, or it or the round has left the project.
    """
    partner = wording.partner_of(snapshot, partner_id)
    if snapshot.is_archived:
        said = texts.mrkdwn("card.archived", people=wording.people(snapshot.project.coordinators, texts))
    elif partner_id in snapshot.skipped:
        said = _skipped(snapshot, partner_id, texts)
    else:
        said = texts.mrkdwn("card.handed_over", people=wording.people(partner.people, texts))
    line = wording.context_line(snapshot.project, partner, snapshot.round, texts, bold=True)
    return compose(f"released-{snapshot.round.id}-{partner_id}", [blocks.section(line), blocks.section(said)])


def _write_element(snapshot: RoundSnapshot, partner_id: int, texts: Texts) -> Element:
    """The way into a conversation: a button when one objective is open, else a menu to choose from."""
    choices = [
        (limits.clip(wording.objective_title(objective, texts), limits.OPTION), _ref(answer))
        for objective, answer in waiting_answers(snapshot, partner_id)
    ]
    if len(choices) == 1:
        return blocks.button(texts("card.write"), ids.ANSWER_WRITE, choices[0][1])
    return blocks.menu(texts("card.write"), ids.ANSWER_WRITE, choices)


def _head(snapshot: RoundSnapshot, partner_id: int, today: date, texts: Texts, reading: Reading) -> list[Block]:
    partner = wording.partner_of(snapshot, partner_id)
    status = partner_status(snapshot, partner)
    heading = texts(
        "card.heading", project=snapshot.project.short_name, semester=wording.semester_of(snapshot.round, texts)
    )
    progress = "" if status.is_skipped else f"\n{texts('card.progress', done=status.done, total=status.total)}"
    return [
        blocks.header(heading),
        *_greeting(snapshot, partner_id, texts, reading),
        *presence(wording.partner_of(snapshot, partner_id), today, texts, reading),
        blocks.section(texts.mrkdwn("card.whose", partner=partner.name, project=snapshot.project.name)),
        blocks.section(Mrkdwn(f"{_deadline(snapshot, partner_id, today, texts, reading)}{progress}")),
    ]


def _greeting(snapshot: RoundSnapshot, partner_id: int, texts: Texts, reading: Reading) -> list[Block]:
    """Who asks for what, and whom to ask back, until the first answer is begun: the card comes unannounced."""
    if reading.is_colleague(snapshot, partner_id):
        said = texts.mrkdwn("card.greeting.entrusted", people=wording.people(reading.askers, texts))
        return [blocks.section(said)] if reading.askers else []
    untouched = all(answer.state is AnswerState.MISSING for answer in snapshot.answers_of(partner_id))
    is_asked = snapshot.round.state is RoundState.OPEN and is_open_for(snapshot, partner_id)
    if not is_asked or not untouched:
        return []
    said = texts.mrkdwn(
        "card.greeting",
        project=snapshot.project.short_name,
        semester=wording.semester_of(snapshot.round, texts),
        people=wording.people(snapshot.project.coordinators, texts),
    )
    return [blocks.section(said)]


def _deadline(snapshot: RoundSnapshot, partner_id: int, today: date, texts: Texts, reading: Reading) -> Mrkdwn:
    """What the calendar means for this partner now: time left, nothing left to do, or closed and whom to ask."""
    if partner_id in snapshot.skipped and not snapshot.is_archived:
        return _skipped(snapshot, partner_id, texts)
    if not is_open_for(snapshot, partner_id):
        over = "card.archived" if snapshot.is_archived and snapshot.round.state.takes_answers else "card.closed"
        return texts.mrkdwn(over, people=wording.people(snapshot.project.coordinators, texts))
    extended = snapshot.open_until.get(partner_id)
    if all(answer.state.is_final for answer in snapshot.answers_of(partner_id)):
        complete = "card.complete.entrusted" if reading.is_colleague(snapshot, partner_id) else "card.complete"
        return texts.mrkdwn(complete, day=texts.day(wording.last_day(snapshot, partner_id)))
    if snapshot.round.state is RoundState.CLOSED and not extended:
        return texts.mrkdwn("card.returned")
    return texts.mrkdwn("card.due", due=wording.due_words(snapshot.due_of(partner_id), today, texts))


def _skipped(snapshot: RoundSnapshot, partner_id: int, texts: Texts) -> Mrkdwn:
    """Why nothing is asked, and whom to ask back."""
    people = wording.people(snapshot.project.coordinators, texts)
    return texts.mrkdwn("card.skipped", reason=wording.brief(snapshot.skipped[partner_id], _WISH), people=people)


def _rows(snapshot: RoundSnapshot, partner_id: int, texts: Texts, reading: Reading) -> list[Block]:
    return [
        _row(snapshot, objective, snapshot.answers[partner_id, objective.id], texts, reading)
        for objective in snapshot.objectives_of(partner_id)
    ]


def _row(
    snapshot: RoundSnapshot, objective: ObjectiveView, answer: AnswerView, texts: Texts, reading: Reading
) -> Block:
    title = wording.objective_title(objective, texts)
    lines = [texts.mrkdwn("card.row", title=title, state=wording.state(answer, texts))]
    if answer.note is not None:
        lines.append(texts.mrkdwn("card.wish", wish=wording.brief(answer.note, _WISH)))
    if not answer.state.is_final and (holder := reading.holder(answer.id, texts)):
        lines.append(holder)
    accessory = None
    if takes_changes(snapshot, answer):
        label = f"{_button_text(answer, texts)}: {title}"
        accessory = blocks.button(_button_text(answer, texts), ids.ANSWER_OPEN, _ref(answer), label=label)
    return blocks.section(Mrkdwn("\n".join(lines)), accessory, block_id=f"answer-{answer.id}-{answer.version}")


def _list_with_menu(snapshot: RoundSnapshot, partner_id: int, texts: Texts, reading: Reading) -> list[Block]:
    """Many objectives: one list and one menu, for a message holds 50 blocks only."""
    pairs = [
        (objective, snapshot.answers[partner_id, objective.id]) for objective in snapshot.objectives_of(partner_id)
    ]
    lines = [_line(objective, answer, texts, reading) for objective, answer in pairs]
    kept, left = limits.fitting(lines, _LIST)
    if left:
        kept.append(texts.plural("cut.more", left))
    choices = [(_choice_text(o, a, texts), _ref(a)) for o, a in pairs if takes_changes(snapshot, a)]
    found: list[Block] = blocks.plain_sections("\n".join(kept))
    if choices:
        found.append(blocks.actions(blocks.menu(texts("card.choose"), ids.ANSWER_OPEN, choices)))
    return found


def _line(objective: ObjectiveView, answer: AnswerView, texts: Texts, reading: Reading) -> str:
    line = texts("card.line", title=wording.objective_title(objective, texts), state=wording.state(answer, texts))
    holder = None if answer.state.is_final else reading.holder_name(answer.id, texts)
    return f"{line}. {holder}" if holder else line


def _choice_text(objective: ObjectiveView, answer: AnswerView, texts: Texts) -> str:
    """Number, title and state in the length of an option: the title gives way, and who entered it is left out."""
    state = wording.state_in_table(answer, texts)
    room = limits.OPTION - limits.width(texts("card.line", title="", state=state))
    return texts("card.line", title=limits.clip(wording.objective_title(objective, texts), room), state=state)


def _standing(snapshot: RoundSnapshot, partner_id: int, today: date, texts: Texts, reading: Reading) -> Block:
    """Whose share it is, how far it is, and until when there is time."""
    partner = wording.partner_of(snapshot, partner_id)
    status = partner_status(snapshot, partner)
    lines = [
        wording.context_line(snapshot.project, partner, snapshot.round, texts, bold=True),
        _deadline(snapshot, partner_id, today, texts, reading),
        texts.mrkdwn("card.progress", done=status.done, total=status.total),
    ]
    return blocks.section(Mrkdwn("\n".join(lines)))


def _next(snapshot: RoundSnapshot, partner_id: int, texts: Texts, *, primary: bool) -> Element:
    """In a Home, where it must say whose: it has the shares of several partners."""
    partner = wording.partner_of(snapshot, partner_id)
    label = texts("reminder.button.label", partner=partner.short_name)
    place = ids.PartnerRef(snapshot.round.id, partner_id)
    return blocks.button(texts("card.next"), ids.ANSWER_NEXT, place, primary=primary, label=label)


def _foot(
    snapshot: RoundSnapshot,
    partner_id: int,
    today: date,
    texts: Texts,
    reading: Reading,
    first: Element | None = None,
) -> list[Block]:
    waiting = [answer for _, answer in waiting_answers(snapshot, partner_id)]
    if not waiting:
        return []
    versions = "-".join(f"{answer.id}.{answer.version}" for answer in waiting[:ROWS])
    if first is None:
        place = ids.PartnerRef(snapshot.round.id, partner_id)
        first = blocks.button(texts("card.next"), ids.ANSWER_NEXT, place, primary=True)
    return [
        blocks.actions(first, _write_element(snapshot, partner_id, texts), block_id=f"next-{versions}"),
        _drafts_note(snapshot, partner_id, texts, reading),
        *asides(snapshot, partner_id, today, texts, reading),
    ]


def _drafts_note(snapshot: RoundSnapshot, partner_id: int, texts: Texts, reading: Reading) -> Block:
    """Who reads a draft, and when it counts."""
    closes = texts.day(wording.last_day(snapshot, partner_id))
    if not has_private_drafts(snapshot, partner_id):
        is_closed = snapshot.round.state is RoundState.CLOSED  # only what was returned is asked for
        return blocks.context(
            texts.mrkdwn("card.drafts.returned") if is_closed else texts.mrkdwn("card.drafts.due", closes=closes)
        )
    people = reading.answering(wording.partner_of(snapshot, partner_id))
    names = wording.brief(texts.listed([person.name for person in people]), _NAMES)
    return blocks.context(texts.mrkdwn("card.drafts", names=names, closes=closes))


def _button_text(answer: AnswerView, texts: Texts) -> str:
    return texts("card.button.entered") if answer.entered_by else texts(f"card.button.{answer.state}")


def _ref(answer: AnswerView) -> ids.AnswerRef:
    return ids.AnswerRef(answer.id, answer.version)
