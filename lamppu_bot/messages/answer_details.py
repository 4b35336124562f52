"""What a form asks beside an answer's text: what became of earlier work, what goes on, figures; and what comes back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from slackblocks import Block, InputBlock, Option, PlainText, PlainTextInput, RadioButtonGroup, RichTextInput

from lamppu_bot import richtext
from lamppu_bot.figures import figure_of
from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.blocks import RenderedBlock
from lamppu_bot.messages.ids import AnswerRef
from lamppu_bot.texts import Texts
from storage.values import (
    AnswerDetails,
    AnswerState,
    Carried,
    DetailsSaid,
    EarlierAnswer,
    IndicatorView,
    ObjectiveView,
    RoundView,
)

CONTINUING: Final = 300  # characters of what is said to go on: it comes back inside a question
_EARLIER: Final = 1_500  # characters of the earlier answer shown beside the question
_FIGURE: Final = 20
_KEPT: Final = 256


@dataclass(frozen=True, slots=True)
class DetailsSubmission:
    """What a form said beside the text; `unread` has, by indicator, what was written there and is no figure."""

    said: DetailsSaid = field(default_factory=DetailsSaid)
    unread: Mapping[str, str] = field(default_factory=dict)


def earlier_answer(earlier: EarlierAnswer | None, texts: Texts) -> list[Block]:
    """The earlier answer, as it was formatted; a long one as the beginning of its plain text."""
    if earlier is None or richtext.is_empty(earlier.document):
        return []
    heading = blocks.section(texts.mrkdwn("answer_form.earlier"))
    plain = richtext.plain(earlier.document)
    if limits.width(plain) <= _EARLIER:
        return [heading, blocks.written(earlier.document)]
    note = blocks.context(texts.mrkdwn("answer_form.earlier.cut"))
    return [heading, blocks.plain_section(limits.clip(plain, _EARLIER)), note]


def before_text(ref: AnswerRef, earlier: EarlierAnswer | None, details: AnswerDetails, texts: Texts) -> list[Block]:
    """What is asked of the work that was told of in the round before."""
    if earlier is None:
        return []
    carried = [_carried_input(ref, details.carried, texts)] if earlier.state is AnswerState.ANSWERED else []
    return [*carried, *_follow_up(ref, earlier.details.continuing, details, texts)]


def after_text(
    ref: AnswerRef, objective: ObjectiveView, round_: RoundView, details: AnswerDetails, texts: Texts
) -> Iterator[Block]:
    """Figures, and what goes on in the next semester."""
    for indicator in objective.asked_indicators:
        yield _figure_input(ref, indicator, details, texts)
    yield _continuing_input(ref, round_, details, texts)


def parse_details(view: Mapping[str, Any]) -> DetailsSubmission:
    """What was sent in; what the form did not ask is not said."""
    carried = (_state(view, ids.ANSWER_CARRIED).get("selected_option") or {}).get("value")
    continuing, follow_up = (ids.find_input_state(view, name) for name in (ids.ANSWER_CONTINUING, ids.ANSWER_FOLLOW_UP))
    written = {key: str(state.get("value") or "").strip() for key, state in ids.figure_states(view).items()}
    figures = {key: figure_of(text) for key, text in written.items()}
    said = DetailsSaid(
        carried=Carried(carried) if carried in tuple(Carried) else None,
        continuing=None if continuing is None else _one_line(continuing.get("value")),
        follow_up=None if follow_up is None else richtext.from_rich_text(follow_up.get("rich_text_value")),
        figures={key: figure for key, figure in figures.items() if figure is not None or not written[key]},
    )
    return DetailsSubmission(said, {key: text for key, text in written.items() if text and figures[key] is None})


def build_figure_errors(ref: AnswerRef, submission: DetailsSubmission, texts: Texts) -> dict[str, str]:
    """What was written for a figure and is none, by block id."""
    return {_figure_block(ref, key): texts("carrying.figure.wrong") for key in submission.unread}


def details_lines(objective: ObjectiveView, round_: RoundView, details: AnswerDetails, texts: Texts) -> Iterator[str]:
    """The details as plain lines to read; none for what is not said."""
    if details.carried:
        yield texts("carrying.line.carried", what=texts(f"carrying.carried.{details.carried}"))
    if details.follow_up:
        yield texts("carrying.line.follow_up", text=richtext.plain(details.follow_up))
    for indicator in objective.indicators:
        if (number := details.figures.get(indicator.key)) is not None:
            yield texts("carrying.line.figure", title=indicator.title, number=texts.number(number), unit=indicator.unit)
    if details.continuing:
        yield texts("carrying.line.continuing", when=wording.next_semester(round_, texts), text=details.continuing)


def _state(view: Mapping[str, Any], action_id: str) -> Mapping[str, Any]:
    return ids.find_input_state(view, action_id) or {}


def _one_line(value: object) -> str:
    return " ".join(richtext.clean(str(value or "")).split())[:CONTINUING]


def _carried_input(ref: AnswerRef, carried: Carried | None, texts: Texts) -> Block:
    return RenderedBlock(_carried(carried, texts), ids.input_block(ids.ANSWER_CARRIED, ref))


@lru_cache(_KEPT)
def _carried(carried: Carried | None, texts: Texts) -> dict[str, Any]:
    options = {choice: Option(PlainText(texts(f"carrying.carried.{choice}")), choice.value) for choice in Carried}
    buttons = RadioButtonGroup(
        ids.ANSWER_CARRIED, list(options.values()), initial_option=options[carried] if carried else None
    )
    label, hint = PlainText(texts("carrying.carried")), PlainText(texts("carrying.carried.hint"))
    return blocks.rendered(InputBlock(label, buttons, hint=hint, optional=True))


def _follow_up(ref: AnswerRef, continuing: str, details: AnswerDetails, texts: Texts) -> list[Block]:
    """Work that was said to go on comes back as a question of its own."""
    if not continuing:
        return []
    block = _empty_follow_up(texts)
    if value := richtext.as_input_value(details.follow_up):
        block = {**block, "element": {**block["element"], "initial_value": value}}
    return [
        blocks.section(texts.mrkdwn("carrying.follow_up.said")),
        blocks.plain_section(continuing),
        RenderedBlock(block, ids.input_block(ids.ANSWER_FOLLOW_UP, ref)),
    ]


@lru_cache(_KEPT)
def _empty_follow_up(texts: Texts) -> dict[str, Any]:
    label, hint = PlainText(texts("carrying.follow_up")), PlainText(texts("carrying.follow_up.hint"))
    return blocks.rendered(InputBlock(label, RichTextInput(ids.ANSWER_FOLLOW_UP), hint=hint, optional=True))


def _figure_block(ref: AnswerRef, key: str) -> str:
    return ids.input_block(ids.figure_input(key), ref)


def _figure_input(ref: AnswerRef, indicator: IndicatorView, details: AnswerDetails, texts: Texts) -> Block:
    block = _empty_figure(indicator, texts)
    if (number := details.figures.get(indicator.key)) is not None:
        block = {**block, "element": {**block["element"], "initial_value": texts.typed(number)}}
    return RenderedBlock(block, _figure_block(ref, indicator.key))


@lru_cache(_KEPT)
def _empty_figure(indicator: IndicatorView, texts: Texts) -> dict[str, Any]:
    label = PlainText(texts("carrying.figure", title=indicator.title, unit=indicator.unit))
    target = (
        [texts("carrying.figure.target", number=texts.number(indicator.target), unit=indicator.unit)]
        if indicator.target
        else []
    )
    hint = PlainText(" ".join([*target, texts("carrying.figure.hint")]))
    element = PlainTextInput(ids.figure_input(indicator.key), max_length=_FIGURE)
    return blocks.rendered(InputBlock(label, element, hint=hint, optional=True))


def _continuing_input(ref: AnswerRef, round_: RoundView, details: AnswerDetails, texts: Texts) -> Block:
    block = _empty_continuing(wording.next_semester(round_, texts), texts)
    if details.continuing:
        block = {**block, "element": {**block["element"], "initial_value": details.continuing}}
    return RenderedBlock(block, ids.input_block(ids.ANSWER_CONTINUING, ref))


@lru_cache(_KEPT)
def _empty_continuing(when: str, texts: Texts) -> dict[str, Any]:
    label, hint = PlainText(texts("carrying.continuing", when=when)), PlainText(texts("carrying.continuing.hint"))
    element = PlainTextInput(ids.ANSWER_CONTINUING, max_length=CONTINUING)
    return blocks.rendered(InputBlock(label, element, hint=hint, optional=True))
