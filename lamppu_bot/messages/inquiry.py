"""A coordinator's question about an objective: its form, the contact's message, and the thread in the channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slackblocks import Block, InputBlock, PlainText, PlainTextInput

from lamppu_bot import richtext
from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.answer_form import objective_and_answer
from lamppu_bot.messages.ids import AskRef, InquiryRef, QuestionRef
from lamppu_bot.messages.message import Message, View, compose, modal
from lamppu_bot.messages.returned import Place
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import InquiryView, PersonView

QUESTION: Final = 2_000  # characters of a question
_REPLY: Final = 8_000


@dataclass(frozen=True, slots=True)
class AskSubmission:
    """What a coordinator wrote."""

    ref: AskRef
    text: str


def build_ask_form(place: Place, *, typed: str, texts: Texts, further_to: InquiryView | None = None) -> View:
    """The answer as it stands, and the question; `further_to` is the one that it continues."""
    objective, answer = objective_and_answer(*place)
    ref = AskRef(answer.id, further_to.id if further_to else None)
    shown = [] if richtext.is_empty(answer.document) or not answer.state.is_final else [blocks.written(answer.document)]
    written = PlainTextInput(
        ids.ASK_TEXT,
        initial_value=limits.clip(typed, QUESTION) or None,
        multiline=True,
        max_length=QUESTION,
        focus_on_load=True,
    )
    question = InputBlock(
        PlainText(texts("ask_form.text")),
        written,
        block_id=ids.input_block(ids.ASK_TEXT, ref),
        hint=PlainText(texts("ask_form.text.hint")),
    )
    return modal(
        f"ask-{answer.id}",
        texts("ask_form.title"),
        [
            blocks.context(_line(place, texts)),
            blocks.header(wording.objective_title(objective, texts)),
            blocks.section(texts.mrkdwn("ask_form.state", state=wording.state(answer, texts))),
            *shown,
            *(_before(further_to, texts) if further_to else []),
            question,
        ],
        close=texts("answer_form.close"),
        submit=texts("ask_form.submit"),
        callback_id=ids.ASK_FORM,
        private_metadata=ref.encode(),
    )


def _before(asked: InquiryView, texts: Texts) -> list[Block]:
    return [blocks.section(texts.mrkdwn("ask_form.before")), *blocks.plain_sections(asked.text)]


def parse_ask_form(view: Mapping[str, Any]) -> AskSubmission:
    """What was sent in; raises MalformedPayloadError for a view that is not one of ours."""
    text = richtext.clean(str(ids.input_state(view, ids.ASK_TEXT).get("value") or "")).strip()
    return AskSubmission(AskRef.decode(view.get("private_metadata")), text)


def build_ask_errors(submission: AskSubmission, said: str) -> dict[str, str]:
    return {ids.input_block(ids.ASK_TEXT, submission.ref): said}


def build_asked(asked: InquiryView, place: Place, *, texts: Texts) -> View:
    """What takes the form's place: to whom the question goes, and where the reply will be."""
    said = texts.mrkdwn("ask_form.done", person=wording.mention(asked.asked))
    title, close = texts("ask_form.title"), texts("answer_form.close")
    content = [blocks.section(said), blocks.context(_line(place, texts))]
    return modal("asked", title, content, close=close, callback_id=ids.ENDING)


def build_question(asked: InquiryView, place: Place, *, is_theirs: bool, texts: Texts) -> Message:
    """What the contact reads; `is_theirs` False once others answer for the partner."""
    objective, _ = objective_and_answer(*place)
    how = "inquiry.how" if is_theirs else "inquiry.not_yours"
    people = wording.people(wording.partner_of(place[0], place[1]).people, texts)
    return compose(
        f"inquiry-{asked.id}",
        [
            blocks.section(_line(place, texts, bold=True)),
            blocks.section(
                texts.mrkdwn(
                    "inquiry.question",
                    asker=wording.mention(asked.asker),
                    title=wording.objective_title(objective, texts),
                )
            ),
            *blocks.plain_sections(asked.text),
            blocks.context(texts.mrkdwn(how, people=people)),
        ],
    )


def build_further(asked: InquiryView, *, texts: Texts) -> Message:
    """A further question, in the thread of the first: for the contact as for the coordinators."""
    said = texts.mrkdwn("inquiry.further", asker=wording.mention(asked.asker))
    return compose(f"inquiry-further-{asked.id}", [blocks.section(said), *blocks.plain_sections(asked.text)])


def build_root(asked: InquiryView, place: Place, *, writers: Sequence[PersonView], count: int, texts: Texts) -> Message:
    """For the coordinators: who has asked whom what, how many messages came back, and the way to ask further."""
    objective, _ = objective_and_answer(*place)
    who = {"asker": wording.mention(asked.asker), "asked": wording.mention(asked.asked)}
    further = blocks.button(texts("inquiry.ask_further"), ids.INQUIRY_FURTHER, InquiryRef(asked.id))
    return compose(
        f"inquiry-root-{asked.id}-{count}",
        [
            blocks.section(texts.mrkdwn("inquiry.root", title=wording.objective_title(objective, texts), **who)),
            *blocks.plain_sections(asked.text),
            blocks.section(_answered(writers, count, texts)),
            blocks.context(_line(place, texts)),
            blocks.actions(further),
        ],
    )


def _answered(writers: Sequence[PersonView], count: int, texts: Texts) -> Mrkdwn:
    if not count:
        return texts.mrkdwn("inquiry.no_reply")
    said = texts.plural("inquiry.replies", count, people=wording.people(writers, texts))
    return Mrkdwn(said)


def build_reply(writer: PersonView, written: str, *, deleted: bool, texts: Texts) -> Message:
    """One message of the contact, in the channel's thread; of a deleted one only that."""
    if deleted:
        said = texts.mrkdwn("inquiry.reply.deleted", person=wording.mention(writer))
        return compose("inquiry-reply", [blocks.section(said)])
    said = texts.mrkdwn("inquiry.reply", person=wording.mention(writer))
    return compose("inquiry-reply", [blocks.section(said), *blocks.plain_sections(limits.clip(written, _REPLY))])


def build_confirm(confirm_id: int, place: Place, *, count: int, is_added: bool, can_add: bool, texts: Texts) -> Message:
    """To the contact, once a burst: that it was passed on, and the button that adds it to the answer."""
    objective, _ = objective_and_answer(*place)
    title = wording.objective_title(objective, texts)
    added = [blocks.section(texts.mrkdwn("inquiry.added", title=title))] if is_added else []
    add = blocks.button(texts("inquiry.add"), ids.INQUIRY_ADD, QuestionRef(confirm_id), label=texts("inquiry.add"))
    return compose(
        f"inquiry-confirm-{confirm_id}",
        [
            blocks.plain_section(texts.plural("inquiry.passed_on", count)),
            *added,
            *([blocks.actions(add)] if can_add and not is_added else []),
        ],
    )


def build_nothing_left(*, texts: Texts) -> Message:
    """What a confirmation says once all that it was about has been deleted."""
    return compose("inquiry-nothing", [blocks.section(texts.mrkdwn("inquiry.all_deleted"))])


def _line(place: Place, texts: Texts, *, bold: bool = False) -> Mrkdwn:
    snapshot, partner_id, _ = place
    partner = wording.partner_of(snapshot, partner_id)
    return wording.context_line(snapshot.project, partner, snapshot.round, texts, bold=bold)
