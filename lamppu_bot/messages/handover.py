"""Handing answers over to a colleague: the form, the request with its buttons, what became of it, and who has what."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from slackblocks import Block

from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.ids import HandoverRef
from lamppu_bot.messages.message import Message, compose
from lamppu_bot.status import takes_changes
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import HandoverState, HandoverView, ObjectiveView, PartnerView, RoundSnapshot

_WORD: Final = 1_000  # characters of the word that goes with a request, and of a reason
_OBJECTIVE: Final = 1_200
_OBJECTIVES: Final = 6_500  # characters of all objectives of a request
_TITLES: Final = 600

# One partner in one round, as a person's share of the asking.
Share = tuple[RoundSnapshot, int]


def build_nothing_to_hand_over(*, texts: Texts) -> Message:
    """Nothing is open that the person could ask a colleague to answer."""
    return compose("handover-nothing", [blocks.section(texts.mrkdwn("handover.nothing"))])


def build_request(asked: HandoverView, snapshot: RoundSnapshot, *, today: date, texts: Texts) -> Message:
    """What the colleague reads: who asks, for whom, which objectives, until when; and whether it still stands."""
    objectives = [found for found, answer in _theirs(asked, snapshot) if answer.id in asked.answer_ids]
    due = wording.due_words(snapshot.due_of(asked.partner_id), today, texts)
    return compose(
        f"handover-{asked.id}-{asked.state}",
        [
            blocks.section(texts.mrkdwn("handover.request", asker=wording.mention(asked.asker))),
            blocks.section(
                line_of(snapshot, wording.partner_of(snapshot, asked.partner_id), texts, bold=True),
            ),
            *_objectives(objectives, texts),
            *_word(asked, texts),
            *_standing(asked, snapshot, due, texts),
        ],
    )


def _word(asked: HandoverView, texts: Texts) -> list[Block]:
    if not asked.message:
        return []
    return [blocks.section(texts.mrkdwn("handover.request.word")), *blocks.plain_sections(asked.message)]


def _standing(asked: HandoverView, snapshot: RoundSnapshot, due: str, texts: Texts) -> list[Block]:
    """What can be done about the request now."""
    asker = wording.mention(asked.asker)
    if not asked.state.is_live:
        return [blocks.section(texts.mrkdwn(f"handover.request.{asked.state}", asker=asker))]
    if not _is_open(asked, snapshot):
        return [blocks.section(texts.mrkdwn("handover.request.closed", asker=asker))]
    ref = HandoverRef(asked.id)
    if asked.state is HandoverState.ACCEPTED:
        back = blocks.button(texts("handover.button.give_back"), ids.HANDOVER_DECLINE, ref)
        said = texts.mrkdwn("handover.request.accepted", asker=asker, due=due)
        return [blocks.section(said), blocks.actions(back)]
    accept = blocks.button(texts("handover.button.accept"), ids.HANDOVER_ACCEPT, ref, primary=True)
    decline = blocks.button(texts("handover.button.decline"), ids.HANDOVER_DECLINE, ref)
    said = texts.mrkdwn("handover.request.asked", asker=asker, due=due)
    return [blocks.section(said), blocks.actions(accept, decline)]


def build_kept(asked: HandoverView, snapshot: RoundSnapshot, *, texts: Texts) -> Message:
    """What the asker keeps: whom they have asked for what, where that stands, and the button that takes it back."""
    said = texts.mrkdwn(f"handover.kept.{asked.state}", colleague=wording.mention(asked.colleague))
    withdraw = blocks.button(texts("handover.button.withdraw"), ids.HANDOVER_WITHDRAW, HandoverRef(asked.id))
    can_withdraw = asked.state.is_live and _is_open(asked, snapshot)
    return compose(
        f"handover-kept-{asked.id}-{asked.state}",
        [
            blocks.section(said),
            blocks.plain_section(titles_of(asked, snapshot, texts)),
            blocks.context(line_of(snapshot, wording.partner_of(snapshot, asked.partner_id), texts)),
            *([blocks.actions(withdraw)] if can_withdraw else []),
        ],
    )


def build_outcome(asked: HandoverView, state: HandoverState, snapshot: RoundSnapshot, *, texts: Texts) -> Message:
    """Tells the asker what the colleague has said, or the colleague that the answers were taken back."""
    who = {"colleague": wording.mention(asked.colleague), "asker": wording.mention(asked.asker)}
    return compose(
        f"handover-outcome-{asked.id}-{state}",
        [
            blocks.section(_outcome(state, who, texts)),
            blocks.plain_section(titles_of(asked, snapshot, texts)),
            *_reason(asked, state, texts),
            blocks.context(line_of(snapshot, wording.partner_of(snapshot, asked.partner_id), texts)),
        ],
    )


def _reason(asked: HandoverView, state: HandoverState, texts: Texts) -> list[Block]:
    if state is not HandoverState.DECLINED or not asked.reason:
        return []
    return blocks.plain_sections(texts("handover.outcome.reason", reason=asked.reason))


def _outcome(state: HandoverState, who: Mapping[str, Mrkdwn], texts: Texts) -> Mrkdwn:
    if state is HandoverState.WITHDRAWN:
        return texts.mrkdwn("handover.outcome.withdrawn", asker=who["asker"])
    return texts.mrkdwn(f"handover.outcome.{state}", colleague=who["colleague"])


def holder_line(handed: Sequence[HandoverView], answer_id: int, texts: Texts) -> Mrkdwn | None:
    """With whom an answer is, where a colleague has it or has been asked."""
    found = _of_answer(handed, answer_id)
    return texts.mrkdwn(f"handover.holder.{found.state}", colleague=wording.mention(found.colleague)) if found else None


def holder_note(handed: Sequence[HandoverView], answer_id: int, texts: Texts) -> str | None:
    """As `holder_line`, plain: by name."""
    found = _of_answer(handed, answer_id)
    return texts(f"handover.holder.{found.state}", colleague=found.colleague.name) if found else None


def _of_answer(handed: Sequence[HandoverView], answer_id: int) -> HandoverView | None:
    return next((found for found in handed if answer_id in found.answer_ids), None)


def _theirs(asked: HandoverView, snapshot: RoundSnapshot) -> list[tuple[ObjectiveView, Any]]:
    place = asked.partner_id
    pairs = [(found, snapshot.answers[place, found.id]) for found in snapshot.objectives_of(place)]
    return [(objective, answer) for objective, answer in pairs if answer.id in asked.answer_ids]


def _is_open(asked: HandoverView, snapshot: RoundSnapshot) -> bool:
    return any(takes_changes(snapshot, answer) for _, answer in _theirs(asked, snapshot))


def titles_of(asked: HandoverView, snapshot: RoundSnapshot, texts: Texts) -> str:
    titles = [wording.objective_title(objective, texts) for objective, _ in _theirs(asked, snapshot)]
    return limits.clip("\n".join(f"• {title}" for title in titles) or "–", _TITLES)


def _objectives(objectives: Sequence[ObjectiveView], texts: Texts) -> list[Block]:
    """Each objective with its text, as long as there is room; then the titles alone."""
    found: list[Block] = []
    room = _OBJECTIVES
    for objective in objectives:
        title = wording.brief(wording.objective_title(objective, texts), limits.HEADER)
        text = limits.clip(objective.text, _OBJECTIVE)
        room -= limits.width(text)
        found.append(blocks.section(Mrkdwn(f"*{title}*")))
        found += blocks.plain_sections(text) if room > 0 and len(found) < limits.MESSAGE_BLOCKS // 2 else []
    return found[: limits.MESSAGE_BLOCKS - 10]


def line_of(snapshot: RoundSnapshot, partner: PartnerView, texts: Texts, *, bold: bool = False) -> Mrkdwn:
    return wording.context_line(snapshot.project, partner, snapshot.round, texts, bold=bold)
