"""What a partner answered in a round that is over, to be read in a window; a long text opens as a whole in another."""

from collections.abc import Sequence
from typing import Final

from slackblocks import Block

from lamppu_bot import richtext
from lamppu_bot.messages import blocks, ids, wording
from lamppu_bot.messages.beside import reported
from lamppu_bot.messages.message import View, modal
from lamppu_bot.texts import Texts
from storage.values import AnswerView, Document, ObjectiveView, RoundSnapshot

_AT_ONCE: Final = 30  # objectives in one window; three blocks each
_BEGINNING: Final = 600  # code points of an answer shown beside the others
_PIECE: Final = 3_000
_PIECES: Final = 20  # of one long answer in one window


def build_earlier(snapshot: RoundSnapshot, partner_id: int, *, start: int = 0, texts: Texts) -> View:
    """A partner's answers objective by objective, from number `start` on, counted from 0."""
    objectives = snapshot.objectives_of(partner_id)
    shown = objectives[start : start + _AT_ONCE]
    body = [block for one in shown for block in _answer(snapshot, partner_id, one, texts)]
    nothing = [blocks.section(texts.mrkdwn("earlier.nothing"))]
    onward = start + _AT_ONCE
    ref = ids.EarlierRef(snapshot.round.id, partner_id, onward)
    more = [blocks.actions(blocks.button(texts("earlier.more"), ids.EARLIER_OPEN, ref))]
    return _window(
        f"earlier-{snapshot.round.id}-{partner_id}-{start}",
        [_place(snapshot, partner_id, texts), *(body or nothing), *(more if onward < len(objectives) else [])],
        ids.EARLIER,
        texts,
    )


def build_earlier_answer(
    snapshot: RoundSnapshot, partner_id: int, objective_id: int, *, part: int = 0, texts: Texts
) -> View:
    """One answer as a whole; of an extremely long one a part, counted from 0, and the way on."""
    objective = next(one for one in snapshot.objectives if one.id == objective_id)
    answer = snapshot.answers[partner_id, objective_id]
    pieces = richtext.chunks(_said(snapshot, partner_id, objective, texts), _PIECE)
    shown = pieces[part * _PIECES : (part + 1) * _PIECES]
    ref = ids.EarlierAnswerRef(answer.id, part + 1)
    onward = [blocks.actions(blocks.button(texts("earlier.part"), ids.EARLIER_WHOLE, ref))]
    return _window(
        f"earlier-answer-{answer.id}-{part}",
        [
            _place(snapshot, partner_id, texts),
            _title(objective, answer, texts),
            *map(blocks.written, shown),
            *(onward if (part + 1) * _PIECES < len(pieces) else []),
        ],
        ids.EARLIER_ANSWER,
        texts,
    )


def _place(snapshot: RoundSnapshot, partner_id: int, texts: Texts) -> Block:
    partner = wording.partner_of(snapshot, partner_id)
    return blocks.section(wording.context_line(snapshot.project, partner, snapshot.round, texts, bold=True))


def _title(objective: ObjectiveView, answer: AnswerView, texts: Texts) -> Block:
    title = wording.objective_title(objective, texts)
    return blocks.section(texts.mrkdwn("card.row", title=title, state=wording.state(answer, texts)))


def _said(snapshot: RoundSnapshot, partner_id: int, objective: ObjectiveView, texts: Texts) -> Document:
    """The text, with what was given beside it."""
    return reported(snapshot, wording.partner_of(snapshot, partner_id), objective, texts)


def _answer(snapshot: RoundSnapshot, partner_id: int, objective: ObjectiveView, texts: Texts) -> list[Block]:
    answer = snapshot.answers[partner_id, objective.id]
    pieces = richtext.chunks(_said(snapshot, partner_id, objective, texts), _BEGINNING)
    title = _title(objective, answer, texts)
    if len(pieces) <= 1:
        return [title, *map(blocks.written, pieces)]
    label = texts("earlier.whole.label", title=wording.objective_title(objective, texts))
    whole = blocks.button(texts("earlier.whole"), ids.EARLIER_WHOLE, ids.EarlierAnswerRef(answer.id), label=label)
    return [title, blocks.written(pieces[0]), blocks.actions(whole)]


def _window(name: str, body: Sequence[Block], callback_id: str, texts: Texts) -> View:
    return modal(name, texts("earlier.title"), body, close=texts("answer_form.close"), callback_id=callback_id)
