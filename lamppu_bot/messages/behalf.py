"""An answer entered on a partner's behalf: the coordinator's form, and the message in which the partner confirms it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from slackblocks import Block, InputBlock, Option, PlainText, RadioButtonGroup, RichTextInput

from lamppu_bot import richtext
from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.answer_details import after_text, before_text, build_figure_errors, details_lines
from lamppu_bot.messages.answer_form import (
    AnswerSubmission,
    objective_and_answer,
    parse_answer_form,
    question,
    text_input,
)
from lamppu_bot.messages.ids import AnswerRef, MalformedPayloadError
from lamppu_bot.messages.message import Message, View, compose, modal
from lamppu_bot.messages.returned import Place
from lamppu_bot.status import is_private, takes_changes
from lamppu_bot.texts import Texts
from storage.values import NO_DETAILS, AnswerDetails, AnswerState, AnswerView, Document, RoundSnapshot

# What a coordinator can say for a partner: nobody drafts for others.
CHOICES: Final = (AnswerState.ANSWERED, AnswerState.NOTHING)
_SHOWN: Final = 3_500  # code points of the texts in a message


def build_behalf_form(place: Place, *, typed: str, texts: Texts) -> View:
    """The form of one objective for a coordinator. A draft that is still its writers' own is told of, not shown."""
    snapshot, _, _ = place
    _, answer = objective_and_answer(*place)
    is_hidden = is_private(snapshot, answer)
    written, details = ([], NO_DETAILS) if is_hidden else (answer.document, answer.details)
    news = [blocks.section(texts.mrkdwn("behalf_form.draft"))] if is_hidden else []
    document = richtext.from_plain(typed) if typed else written
    choice = answer.state if answer.state in CHOICES else AnswerState.ANSWERED
    return _form(place, news, AnswerSubmission(_ref(answer), choice, document), details, texts)


def build_behalf_conflict(place: Place, submission: AnswerSubmission, *, texts: Texts) -> View:
    """Somebody has saved meanwhile: their text to read, unless it is a private draft; what was typed in the input."""
    snapshot, _, _ = place
    _, answer = objective_and_answer(*place)
    is_hidden = is_private(snapshot, answer)
    if is_hidden:
        news: list[Block] = [blocks.section(texts.mrkdwn("behalf_form.conflict.draft"))]
    else:
        said = texts.mrkdwn(
            "answer_form.conflict",
            person=answer.updated_by or texts("answer_form.somebody"),
            moment=texts.moment(answer.updated_at, snapshot.project.time_zone) if answer.updated_at else "",
        )
        theirs = [] if richtext.is_empty(answer.document) else [blocks.written(answer.document)]
        news = [
            blocks.section(said),
            *theirs,
            *_beside(place, texts),
            blocks.section(texts.mrkdwn("answer_form.conflict.yours")),
        ]
    details = submission.details.said.onto(NO_DETAILS if is_hidden else answer.details)
    return _form(place, news, submission, details, texts)


def parse_behalf_form(view: Mapping[str, Any]) -> AnswerSubmission:
    """What was sent in; raises MalformedPayloadError for a view that is not one of ours."""
    submission = parse_answer_form(view)
    if submission.choice not in CHOICES:
        raise MalformedPayloadError("the form's choice is none of its options")
    return submission


def build_behalf_errors(submission: AnswerSubmission, texts: Texts) -> dict[str, str]:
    """What is still wanted, by block id."""
    errors = build_figure_errors(submission.ref, submission.details, texts)
    if richtext.is_empty(submission.document):
        errors |= build_behalf_refusal(submission, texts("behalf_form.empty"))
    return errors


def build_behalf_refusal(submission: AnswerSubmission, said: str) -> dict[str, str]:
    """Why it cannot be done; what was typed stays."""
    return {ids.input_block(ids.ANSWER_TEXT, submission.ref): said}


def build_behalf_done(place: Place, *, texts: Texts) -> View:
    """What takes the form's place: what was done, and who hears of it."""
    snapshot, partner_id, _ = place
    objective, _ = objective_and_answer(*place)
    partner = wording.partner_of(snapshot, partner_id)
    title = wording.objective_title(objective, texts)
    said = texts("behalf_form.done", partner=partner.short_name, title=title, person=partner.contact.name)
    return modal(
        "entered",
        texts("behalf_form.done.title"),
        [blocks.plain_section(said)],
        close=texts("answer_form.close"),
        callback_id=ids.ENDING,
    )


def build_entry_message(place: Place, *, by: str, document: Document, draft: Document | None, texts: Texts) -> Message:
    """To whoever answers: what was entered for them, to be confirmed with one press or corrected.

    `draft` is what they had been writing themselves. Once the round has closed the text can only be confirmed.
    """
    snapshot, partner_id, _ = place
    objective, answer = objective_and_answer(*place)
    title = wording.objective_title(objective, texts)
    room = _SHOWN if draft is None else _SHOWN // 2
    return compose(
        f"entered-{answer.id}-{answer.version}",
        [
            _context(snapshot, partner_id, texts),
            blocks.section(texts.mrkdwn(_said(answer), person=by, title=title)),
            *_text(document, room, texts),
            *_beside(place, texts),
            *_draft(draft, room, texts),
            blocks.section(texts.mrkdwn("entered.how")),
            _buttons(snapshot, answer, title, texts),
        ],
    )


def build_entry_settled(place: Place, outcome: str, *, document: Document, by: str, texts: Texts) -> Message:
    """What takes the message's place: confirmed, corrected, or entered anew; the text stays to be read."""
    snapshot, partner_id, _ = place
    objective, answer = objective_and_answer(*place)
    said = texts.mrkdwn(f"entered.settled.{outcome}", title=wording.objective_title(objective, texts), person=by)
    shown = _text(document, _SHOWN, texts) if outcome == "confirmed" else []
    context = _context(snapshot, partner_id, texts)
    return compose(f"entry-settled-{answer.id}", [context, blocks.section(said), *shown])


def _said(answer: AnswerView) -> str:
    return "entered.said.nothing" if answer.state is AnswerState.NOTHING else "entered.said"


def _draft(draft: Document | None, room: int, texts: Texts) -> list[Block]:
    if draft is None or richtext.is_empty(draft):
        return []
    return [blocks.section(texts.mrkdwn("entered.draft")), *_text(draft, room, texts)]


def _text(document: Document, room: int, texts: Texts) -> list[Block]:
    """A long text as its beginning: the form shows it whole."""
    pieces = list(richtext.chunks(document, room))
    more = [blocks.context(texts.mrkdwn("entered.cut"))] if len(pieces) > 1 else []
    return [*(blocks.written(piece) for piece in pieces[:1]), *more]


def _buttons(snapshot: RoundSnapshot, answer: AnswerView, title: str, texts: Texts) -> Block:
    ref = _ref(answer)
    confirm, correct = texts("entered.confirm"), texts("entered.correct")
    first = blocks.button(confirm, ids.ENTRY_CONFIRM, ref, primary=True, label=f"{confirm}: {title}")
    if not takes_changes(snapshot, answer):
        return blocks.actions(first)
    return blocks.actions(first, blocks.button(correct, ids.ANSWER_OPEN, ref, label=f"{correct}: {title}"))


def _context(snapshot: RoundSnapshot, partner_id: int, texts: Texts) -> Block:
    partner = wording.partner_of(snapshot, partner_id)
    return blocks.section(wording.context_line(snapshot.project, partner, snapshot.round, texts, bold=True))


def _ref(answer: AnswerView) -> AnswerRef:
    return AnswerRef(answer.id, answer.version)


def _beside(place: Place, texts: Texts) -> list[Block]:
    """Figures, and what else was said beside the text."""
    objective, answer = objective_and_answer(*place)
    lines = details_lines(objective, place[0].round, answer.details, texts)
    return blocks.plain_sections(limits.clip("\n".join(lines), limits.SECTION))


def _form(place: Place, news: Sequence[Block], shown: AnswerSubmission, details: AnswerDetails, texts: Texts) -> View:
    snapshot, partner_id, _ = place
    objective, answer = objective_and_answer(*place)
    partner = wording.partner_of(snapshot, partner_id)
    ref, earlier = _ref(answer), snapshot.earlier.get((partner_id, objective.id))
    return modal(
        f"behalf-{answer.id}-{answer.version}",
        texts("behalf_form.title"),
        [
            blocks.context(wording.context_line(snapshot.project, partner, snapshot.round, texts)),
            *question(objective),
            blocks.section(texts.mrkdwn("behalf_form.how", person=partner.contact.name)),
            *news,
            *before_text(ref, earlier, details, texts),
            text_input(ref, shown.document, _empty_input(texts)),
            *after_text(ref, objective, snapshot.round, details, texts),
            _choice_input(ref, shown.choice, texts),
        ],
        close=texts("answer_form.close"),
        submit=texts("behalf_form.submit"),
        callback_id=ids.BEHALF_FORM,
        private_metadata=ref.encode(),
    )


def _empty_input(texts: Texts) -> dict[str, Any]:
    label, hint = PlainText(texts("behalf_form.text")), PlainText(texts("behalf_form.text.hint"))
    return blocks.rendered(InputBlock(label, RichTextInput(ids.ANSWER_TEXT, focus_on_load=True), hint=hint))


def _choice_input(ref: AnswerRef, choice: AnswerState, texts: Texts) -> Block:
    options = {state: Option(PlainText(texts(f"behalf_form.choice.{state}")), state.value) for state in CHOICES}
    return InputBlock(
        PlainText(texts("behalf_form.choice")),
        RadioButtonGroup(ids.ANSWER_CHOICE, list(options.values()), initial_option=options[choice]),
        block_id=ids.input_block(ids.ANSWER_CHOICE, ref),
        hint=PlainText(texts("behalf_form.choice.hint")),
    )
