"""What the forms of all tools have in common: the line that says which round and whose, and the end."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from slackblocks import Block

from lamppu_bot.messages import blocks, ids, wording
from lamppu_bot.messages.ids import MalformedPayloadError, ToolRef
from lamppu_bot.messages.message import View, modal
from lamppu_bot.texts import Texts
from storage.values import RoundSnapshot

_NAME: Final = "tool"


def build_tool_form(
    ref: ToolRef, title: str, content: Sequence[Block], *, callback_id: str, submit: str, texts: Texts
) -> View:
    """A form that carries what it is about; `parse_tool_ref` reads it back."""
    return modal(
        f"{_NAME}-{ref.encode()}",
        title,
        content,
        close=texts("tool_form.cancel"),
        submit=submit,
        callback_id=callback_id,
        private_metadata=ref.encode(),
    )


def build_tool_done(title: str, *said: str, texts: Texts) -> View:
    """What takes the form's place: what was done and what happens next, a paragraph each."""
    paragraphs = [blocks.plain_section(one) for one in said]
    return modal(f"{_NAME}-done", title, paragraphs, close=texts("answer_form.close"), callback_id=ids.ENDING)


def parse_tool_ref(view: Mapping[str, Any]) -> ToolRef:
    """What a submitted form is about; raises MalformedPayloadError for a view that is not one of ours."""
    return ToolRef.decode(view.get("private_metadata"))


def parse_partner_ref(view: Mapping[str, Any]) -> tuple[ToolRef, int]:
    """As `parse_tool_ref`, of a form about one partner, with its id."""
    ref = parse_tool_ref(view)
    if ref.partner_id is None:
        raise MalformedPayloadError("the form is about no partner")
    return ref, ref.partner_id


def round_line(snapshot: RoundSnapshot, texts: Texts) -> Block:
    semester = wording.semester(snapshot.round, texts)
    return blocks.context(texts.mrkdwn("tool_form.round", project=snapshot.project.name, semester=semester))


def partner_line(snapshot: RoundSnapshot, partner_id: int, texts: Texts) -> Block:
    partner = wording.partner_of(snapshot, partner_id)
    return blocks.context(wording.context_line(snapshot.project, partner, snapshot.round, texts))
