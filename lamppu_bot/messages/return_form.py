"""The form in which a coordinator returns an answer with a comment, or accepts it after all; and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from slackblocks import Block, DatePicker, InputBlock, Option, PlainText, PlainTextInput, RadioButtonGroup

from lamppu_bot import richtext
from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.answer_form import objective_and_answer
from lamppu_bot.messages.ids import AnswerRef, MalformedPayloadError
from lamppu_bot.messages.message import View, modal
from lamppu_bot.messages.returned import Place
from lamppu_bot.texts import Texts
from storage.values import AnswerState

NOTE: Final = 2_000  # characters of a comment
_AGAIN, _ACCEPT = "again", "accept"


@dataclass(frozen=True, slots=True)
class ReturnSubmission:
    """What a coordinator sent in. `accepts` where the returned answer is good enough after all."""

    ref: AnswerRef
    note: str
    open_until: date
    accepts: bool = False


def build_return_form(place: Place, *, note: str, day: date, texts: Texts) -> View:
    """The answer as it stands, and what to ask for; of a returned one also the way to accept it as it is."""
    _, answer = objective_and_answer(*place)
    accepts = False if answer.state is AnswerState.RETURNED else None
    return _form(place, [], note=note, day=day, accepts=accepts, texts=texts)


def build_return_conflict(place: Place, submission: ReturnSubmission, *, texts: Texts) -> View:
    """The answer has changed meanwhile: the newer one to read, what was typed in the inputs."""
    snapshot, _, _ = place
    _, answer = objective_and_answer(*place)
    is_returned = answer.state is AnswerState.RETURNED
    said = texts.mrkdwn(
        "return_form.moved.returned" if is_returned else "return_form.moved",
        person=answer.updated_by or texts("answer_form.somebody"),
        moment=texts.moment(answer.updated_at, snapshot.project.time_zone) if answer.updated_at else "",
    )
    news = [
        blocks.section(said),
        *(blocks.plain_sections(answer.note) if answer.note else []),
        blocks.section(texts.mrkdwn("return_form.moved.yours")),
    ]
    accepts = submission.accepts if is_returned else None
    return _form(place, news, note=submission.note, day=submission.open_until, accepts=accepts, texts=texts)


def parse_return_form(view: Mapping[str, Any]) -> ReturnSubmission:
    """What was sent in; raises MalformedPayloadError for a view that is not one of ours."""
    ref = AnswerRef.decode(view.get("private_metadata"))
    note = richtext.clean(str(ids.input_state(view, ids.RETURN_NOTE).get("value") or "")).strip()
    chosen = ids.input_state(view, ids.RETURN_DAY).get("selected_date")
    try:
        day = date.fromisoformat(str(chosen))
    except ValueError as wrong:
        raise MalformedPayloadError("the form's day is no date") from wrong
    return ReturnSubmission(ref, note, day, accepts=_accepts(view))


def _accepts(view: Mapping[str, Any]) -> bool:
    """Only the form of a returned answer has the choice."""
    try:
        choice = ids.input_state(view, ids.RETURN_CHOICE)
    except MalformedPayloadError:
        return False
    return (choice.get("selected_option") or {}).get("value") == _ACCEPT


def build_return_errors(submission: ReturnSubmission, texts: Texts) -> dict[str, str]:
    """A comment is wanted; by block id."""
    return {ids.input_block(ids.RETURN_NOTE, submission.ref): texts("return_form.empty")}


def build_return_refusal(submission: ReturnSubmission, said: str, *, is_of_day: bool) -> dict[str, str]:
    """Why it cannot be done, beside the input it belongs to; what was typed stays."""
    return {ids.input_block(ids.RETURN_DAY if is_of_day else ids.RETURN_NOTE, submission.ref): said}


def build_return_done(place: Place, *, texts: Texts) -> View:
    """What takes the form's place: what was done, and who hears of it."""
    snapshot, partner_id, _ = place
    objective, answer = objective_and_answer(*place)
    partner = wording.partner_of(snapshot, partner_id)
    told = {
        "partner": partner.short_name,
        "title": wording.objective_title(objective, texts),
        "person": partner.contact.name,
    }
    if answer.state is AnswerState.RETURNED and answer.open_until:
        said = texts("return_form.done", day=texts.day(answer.open_until), **told)
    else:
        said = texts("return_form.accepted", **told)
    return modal(
        "returned",
        texts("return_form.done.title"),
        [blocks.plain_section(said)],
        close=texts("answer_form.close"),
        callback_id=ids.ENDING,
    )


def _form(place: Place, news: Sequence[Block], *, note: str, day: date, accepts: bool | None, texts: Texts) -> View:
    """`accepts` None where there is nothing to accept."""
    snapshot, partner_id, _ = place
    objective, answer = objective_and_answer(*place)
    partner = wording.partner_of(snapshot, partner_id)
    ref = AnswerRef(answer.id, answer.version)
    shown = [] if richtext.is_empty(answer.document) else [blocks.written(answer.document)]
    return modal(
        f"return-{answer.id}-{answer.version}",
        texts("return_form.title"),
        [
            blocks.context(wording.context_line(snapshot.project, partner, snapshot.round, texts)),
            blocks.header(wording.objective_title(objective, texts)),
            blocks.section(texts.mrkdwn("return_form.text", state=wording.state(answer, texts))),
            *shown,
            *news,
            *([] if accepts is None else [_choice_input(ref, texts, accepts=accepts)]),
            _note_input(ref, note, texts, is_optional=accepts is not None),
            _day_input(ref, day, texts),
        ],
        close=texts("answer_form.close"),
        submit=texts("return_form.submit"),
        callback_id=ids.RETURN_FORM,
        private_metadata=ref.encode(),
    )


def _note_input(ref: AnswerRef, note: str, texts: Texts, *, is_optional: bool) -> Block:
    """Optional where it may be accepted instead: Slack would want a comment for that, too."""
    field = PlainTextInput(
        ids.RETURN_NOTE, initial_value=limits.clip(note, NOTE) or None, multiline=True, max_length=NOTE
    )
    return InputBlock(
        PlainText(texts("return_form.note")),
        field,
        block_id=ids.input_block(ids.RETURN_NOTE, ref),
        hint=PlainText(texts("return_form.note.hint")),
        optional=is_optional,
    )


def _day_input(ref: AnswerRef, day: date, texts: Texts) -> Block:
    return InputBlock(
        PlainText(texts("return_form.day")),
        DatePicker(ids.RETURN_DAY, initial_date=day.isoformat()),
        block_id=ids.input_block(ids.RETURN_DAY, ref),
        hint=PlainText(texts("return_form.day.hint")),
    )


def _choice_input(ref: AnswerRef, texts: Texts, *, accepts: bool) -> Block:
    options = {one: Option(PlainText(texts(f"return_form.choice.{one}")), one) for one in (_AGAIN, _ACCEPT)}
    chosen = options[_ACCEPT if accepts else _AGAIN]
    return InputBlock(
        PlainText(texts("return_form.choice")),
        RadioButtonGroup(ids.RETURN_CHOICE, list(options.values()), initial_option=chosen),
        block_id=ids.input_block(ids.RETURN_CHOICE, ref),
        hint=PlainText(texts("return_form.choice.hint")),
    )
