"""An answer returned with a comment: what the partner and the coordinators read of it, and what became of it."""

from collections.abc import Sequence
from typing import Final

from slackblocks import Block

from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.answer_form import objective_and_answer
from lamppu_bot.messages.ids import AnswerRef
from lamppu_bot.messages.message import Message, compose
from lamppu_bot.status import takes_changes
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import AnswerView, PersonView, RoundSnapshot

_LIST: Final = 2_000

# An answer by its partner's share of the round: (snapshot, partner id, objective id).
Place = tuple[RoundSnapshot, int, int]


def build_return_message(place: Place, *, by: str, note: str, texts: Texts) -> Message:
    """To whoever answers: what is asked for, until when, and the ways to answer."""
    snapshot, partner_id, _ = place
    objective, answer = objective_and_answer(*place)
    ref = AnswerRef(answer.id, answer.version)
    title = wording.objective_title(objective, texts)
    label = f"{texts('returned.button')}: {title}"
    return compose(
        f"returned-{answer.id}-{answer.version}",
        [
            _context(snapshot, partner_id, texts),
            blocks.section(texts.mrkdwn("returned.said", person=by, title=title)),
            *blocks.plain_sections(note),
            blocks.section(_time_left(snapshot, answer, texts)),
            blocks.actions(
                blocks.button(texts("returned.button"), ids.ANSWER_OPEN, ref, primary=True, label=label),
                blocks.button(texts("card.write"), ids.ANSWER_WRITE, ref),
            ),
        ],
    )


def build_return_settled(place: Place, outcome: str, *, texts: Texts) -> Message:
    """What takes the message's place: completed, accepted, asked anew, entered by the coordinator, left out, lapsed."""
    snapshot, partner_id, _ = place
    objective, answer = objective_and_answer(*place)
    title = wording.objective_title(objective, texts)
    said = texts.mrkdwn(f"returned.settled.{outcome}", title=title)
    return compose(f"return-settled-{answer.id}", [_context(snapshot, partner_id, texts), blocks.section(said)])


def build_came_back(place: Place, *, asked_by: PersonView, by: str, texts: Texts) -> Message:
    """For the coordinators: what one of them asked for has come, so that they can read it."""
    snapshot, partner_id, _ = place
    objective, answer = objective_and_answer(*place)
    said = texts.mrkdwn(
        "returned.came_back",
        coordinator=wording.mention(asked_by),
        partner=wording.partner_of(snapshot, partner_id).name,
        title=wording.objective_title(objective, texts),
        person=by,
    )
    return compose(f"came-back-{answer.id}", [blocks.section(said)])


def build_lapsed(snapshot: RoundSnapshot, answers: Sequence[AnswerView], *, texts: Texts) -> Message:
    """For the coordinators: which returned answers were not completed in time, and what counts now."""
    titles = {objective.id: wording.objective_title(objective, texts) for objective in snapshot.objectives}
    lines = [
        texts(
            "returned.lapsed.line",
            partner=wording.partner_of(snapshot, answer.partner_id).short_name,
            title=titles[answer.objective_id],
        )
        for answer in answers
    ]
    kept, left = limits.fitting(lines, _LIST)
    if left:
        kept.append(texts.plural("cut.more", left))
    closes = texts.day(snapshot.round.closes_on)
    key = "returned.lapsed.open" if snapshot.round.state.takes_answers else "returned.lapsed.over"
    return compose(
        f"lapsed-{snapshot.round.id}",
        [
            blocks.section(texts.mrkdwn("returned.lapsed", project=snapshot.project.short_name)),
            *blocks.plain_sections("\n".join(kept)),
            blocks.section(texts.mrkdwn(key, closes=closes)),
        ],
    )


def _time_left(snapshot: RoundSnapshot, answer: AnswerView, texts: Texts) -> Mrkdwn:
    if answer.open_until:
        return texts.mrkdwn("returned.until", day=texts.day(answer.open_until))
    return texts.mrkdwn("returned.still_open", closes=texts.day(snapshot.round.closes_on))


def is_still_asked(place: Place) -> bool:
    """Whether what was asked for can still be answered."""
    _, answer = objective_and_answer(*place)
    return answer.note is not None and takes_changes(place[0], answer)


def _context(snapshot: RoundSnapshot, partner_id: int, texts: Texts) -> Block:
    partner = wording.partner_of(snapshot, partner_id)
    return blocks.section(wording.context_line(snapshot.project, partner, snapshot.round, texts, bold=True))
