"""The form for one objective: its text, last semester's answer, the input; and what comes back from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from slackblocks import Block, InputBlock, Option, PlainText, RadioButtonGroup, RichTextInput

from lamppu_bot import richtext
from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.answer_details import (
    DetailsSubmission,
    after_text,
    before_text,
    build_figure_errors,
    details_lines,
    earlier_answer,
    parse_details,
)
from lamppu_bot.messages.blocks import RenderedBlock
from lamppu_bot.messages.evidence_form import evidence_button
from lamppu_bot.messages.ids import AnswerRef, MalformedPayloadError
from lamppu_bot.messages.message import View, modal
from lamppu_bot.messages.saved import confirmation
from lamppu_bot.status import waiting_answers
from lamppu_bot.texts import Texts
from storage.values import AnswerDetails, AnswerState, AnswerView, Document, ObjectiveView, RoundSnapshot

# What the person can say about their text; the keys of the three options.
CHOICES: Final = (AnswerState.ANSWERED, AnswerState.DRAFT, AnswerState.NOTHING)
_OBJECTIVE: Final = 30_000  # characters of an objective's text: ten sections of the hundred blocks
_KEPT: Final = 256  # rendered parts, by what they say: most forms of a day ask the same few objectives


@dataclass(frozen=True, slots=True)
class AnswerSubmission:
    """What a person sent in: a document, and what they said about it (answered, draft, or nothing to report)."""

    ref: AnswerRef
    choice: AnswerState
    document: Document
    details: DetailsSubmission = field(default_factory=DetailsSubmission)

    @property
    def answer_id(self) -> int:
        return self.ref.answer_id

    @property
    def version(self) -> int:
        return self.ref.version


def build_answer_form(
    snapshot: RoundSnapshot,
    partner_id: int,
    objective_id: int,
    *,
    texts: Texts,
    saved: ObjectiveView | None = None,
) -> View:
    """The form of one objective.

    `saved` is the objective whose answer was stored a moment ago, when the same form has moved on from it.
    """
    objective, answer = objective_and_answer(snapshot, partner_id, objective_id)
    top = [
        *_top(snapshot, partner_id, saved, texts),
        *question(objective),
        *_asked_of(answer, texts),
        *earlier_answer(snapshot.earlier.get((partner_id, objective_id)), texts),
    ]
    shown = _Shown(answer.document, _usual_choice(answer), answer.details)
    return _form(snapshot, objective, answer, texts, top=top, shown=shown)


def build_conflict_form(
    snapshot: RoundSnapshot, partner_id: int, submission: AnswerSubmission, objective_id: int, *, texts: Texts
) -> View:
    """Somebody else saved meanwhile: their text to read, the person's own in the input, the newer version within."""
    objective, answer = objective_and_answer(snapshot, partner_id, objective_id)
    moment = texts.moment(answer.updated_at, snapshot.project.time_zone) if answer.updated_at else ""
    key = "answer_form.conflict.returned" if answer.state is AnswerState.RETURNED else "answer_form.conflict"
    theirs: list[Block] = [
        blocks.section(texts.mrkdwn(key, person=answer.updated_by or texts("answer_form.somebody"), moment=moment)),
        *([] if richtext.is_empty(answer.document) else [blocks.written(answer.document)]),
        *_beside(snapshot, objective, answer, texts),
        *_asked_of(answer, texts),
        blocks.section(texts.mrkdwn("answer_form.conflict.yours")),
    ]
    top = [*_top(snapshot, partner_id, None, texts), *question(objective), *theirs]
    details = submission.details.said.onto(answer.details)
    shown = _Shown(submission.document, submission.choice, details)
    return _form(snapshot, objective, answer, texts, top=top, shown=shown)


def parse_answer_form(view: Mapping[str, Any]) -> AnswerSubmission:
    """What was sent in; raises MalformedPayloadError for a view that is not one of ours."""
    ref = AnswerRef.decode(view.get("private_metadata"))
    text = ids.input_state(view, ids.ANSWER_TEXT).get("rich_text_value")
    choice = (ids.input_state(view, ids.ANSWER_CHOICE).get("selected_option") or {}).get("value")
    if choice not in CHOICES:
        raise MalformedPayloadError("the form's choice is none of its options")
    document = richtext.from_rich_text(text) if text else []
    return AnswerSubmission(ref, AnswerState(choice), document, parse_details(view))


def is_complete(submission: AnswerSubmission) -> bool:
    """Whether the answer can be saved."""
    return not richtext.is_empty(submission.document) and not submission.details.unread


def build_form_errors(submission: AnswerSubmission, texts: Texts) -> dict[str, str]:
    """What an answer that is not complete still wants, by block id."""
    errors = build_figure_errors(submission.ref, submission.details, texts)
    if richtext.is_empty(submission.document):
        errors[ids.input_block(ids.ANSWER_TEXT, submission.ref)] = texts(f"answer_form.empty.{submission.choice}")
    return errors


def build_storage_errors(submission: AnswerSubmission, texts: Texts) -> dict[str, str]:
    """The answer could not be stored just now: the form stays open with the text in it."""
    return {ids.input_block(ids.ANSWER_TEXT, submission.ref): texts("answer_form.not_saved")}


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the inputs hold when the form opens."""

    document: Document
    choice: AnswerState
    details: AnswerDetails


def _form(
    snapshot: RoundSnapshot,
    objective: ObjectiveView,
    answer: AnswerView,
    texts: Texts,
    *,
    top: Sequence[Block],
    shown: _Shown,
) -> View:
    ref = AnswerRef(answer.id, answer.version)
    earlier = snapshot.earlier.get((answer.partner_id, objective.id))
    before = before_text(ref, earlier, shown.details, texts)
    waiting = [found for _, found in waiting_answers(snapshot, answer.partner_id) if found.id != answer.id]
    return modal(
        f"form-{answer.id}-{answer.version}",
        _title(snapshot, objective, answer.partner_id, texts),
        [
            *top,
            *before,
            text_input(ref, shown.document, _empty_text_input(objective.room, texts, is_first=not before)),
            *after_text(ref, objective, snapshot.round, shown.details, texts),
            _choice_input(ref, shown.choice, texts),
            evidence_button(snapshot, answer.id, texts),
        ],
        close=texts("answer_form.close"),
        submit=texts("answer_form.save_and_go_on") if waiting else texts("answer_form.save"),
        callback_id=ids.ANSWER_FORM,
        private_metadata=ref.encode(),
    )


def objective_and_answer(
    snapshot: RoundSnapshot, partner_id: int, objective_id: int
) -> tuple[ObjectiveView, AnswerView]:
    """Raises LookupError where the objective is not the partner's."""
    for objective in snapshot.objectives_of(partner_id):
        if objective.id == objective_id:
            return objective, snapshot.answers[partner_id, objective_id]
    raise LookupError(f"objective {objective_id} is not partner {partner_id}'s")


def _title(snapshot: RoundSnapshot, objective: ObjectiveView, partner_id: int, texts: Texts) -> str:
    """ "Tavoite 2/5"; without the total where the partner's objectives are not numbered through."""
    own = snapshot.objectives_of(partner_id)
    if [found.number for found in own] == list(range(1, len(own) + 1)):
        return texts("answer_form.title", number=objective.number, total=len(own))
    return texts("answer_form.title.alone", number=objective.number)


def _top(snapshot: RoundSnapshot, partner_id: int, saved: ObjectiveView | None, texts: Texts) -> list[Block]:
    partner = wording.partner_of(snapshot, partner_id)
    line = wording.context_line(snapshot.project, partner, snapshot.round, texts)
    return [*confirmation(snapshot, partner_id, saved, texts), blocks.context(line)]


def question(objective: ObjectiveView) -> list[Block]:
    """The objective as it is asked: title and text."""
    return [RenderedBlock(block) for block in _question_rendered(objective)]


@lru_cache(_KEPT)
def _question_rendered(objective: ObjectiveView) -> tuple[dict[str, Any], ...]:
    question = [blocks.header(objective.title), *blocks.plain_sections(limits.clip(objective.text, _OBJECTIVE))]
    return tuple(blocks.rendered(block) for block in question)


def _asked_of(answer: AnswerView, texts: Texts) -> list[Block]:
    """What a coordinator asks to be completed, or has written in the partner's place."""
    if answer.entered_by:
        return [blocks.section(texts.mrkdwn("answer_form.entered", person=answer.entered_by))]
    if answer.note is None:
        return []
    return [blocks.section(texts.mrkdwn("answer_form.wish")), *blocks.plain_sections(answer.note)]


def _beside(snapshot: RoundSnapshot, objective: ObjectiveView, answer: AnswerView, texts: Texts) -> list[Block]:
    """What the other one said beside their text."""
    lines = details_lines(objective, snapshot.round, answer.details, texts)
    return blocks.plain_sections("\n".join(lines))


def text_input(ref: AnswerRef, document: Document, empty: Mapping[str, Any]) -> Block:
    """The rendered input, filled in."""
    block = empty
    if value := richtext.as_input_value(document):
        block = {**block, "element": {**block["element"], "initial_value": value}}
    return RenderedBlock(block, ids.input_block(ids.ANSWER_TEXT, ref))


@lru_cache(_KEPT)
def _empty_text_input(room: int | None, texts: Texts, *, is_first: bool) -> dict[str, Any]:
    """The hint says how much room the funder's form has. Writing begins here, unless something is asked before it."""
    hint = texts("answer_form.text.hint")
    if room is not None:
        hint = f"{hint} {texts('carrying.room.hint', room=texts.number(room))}"
    element = RichTextInput(ids.ANSWER_TEXT, focus_on_load=is_first)
    return blocks.rendered(InputBlock(PlainText(texts("answer_form.text")), element, hint=PlainText(hint)))


def _choice_input(ref: AnswerRef, choice: AnswerState, texts: Texts) -> Block:
    return RenderedBlock(_choices(choice, texts), ids.input_block(ids.ANSWER_CHOICE, ref))


@lru_cache(_KEPT)
def _choices(choice: AnswerState, texts: Texts) -> dict[str, Any]:
    options = {state: Option(PlainText(texts(f"answer_form.choice.{state}")), state.value) for state in CHOICES}
    buttons = RadioButtonGroup(ids.ANSWER_CHOICE, list(options.values()), initial_option=options[choice])
    label, hint = PlainText(texts("answer_form.choice")), PlainText(texts("answer_form.choice.hint"))
    return blocks.rendered(InputBlock(label, buttons, hint=hint))


def _usual_choice(answer: AnswerView) -> AnswerState:
    """What is chosen when the form opens: as it stands, else a finished answer."""
    return answer.state if answer.state in CHOICES else AnswerState.ANSWERED
