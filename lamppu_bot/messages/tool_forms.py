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
    ref: ToolRef, title: str, content: Sequence[Block], *, callback_id: str, submit: str, texts: Texts, seen: str = ""
) -> View:
    """A form that carries what it is about, and what there was to be seen when it opened.

    `parse_tool_ref` and `parse_seen` read it back.
    """
    return modal(
        f"{_NAME}-{ref.encode()}",
        title,
        content,
        close=texts("tool_form.cancel"),
        submit=submit,
        callback_id=callback_id,
        private_metadata=f"{ref.encode()}\n{seen}" if seen else ref.encode(),
    )


def build_tool_done(title: str, *said: str, texts: Texts) -> View:
    """What takes the form's place: what was done and what happens next, a paragraph each."""
    paragraphs = [blocks.plain_section(one) for one in said]
    return modal(f"{_NAME}-done", title, paragraphs, close=texts("answer_form.close"), callback_id=ids.ENDING)


def parse_tool_ref(view: Mapping[str, Any]) -> ToolRef:
    """What a submitted form is about; raises MalformedPayloadError for a view that is not one of ours."""
    return ToolRef.decode(_carried(view)[0])


def parse_seen(view: Mapping[str, Any]) -> str:
    """What the form was opened upon, as its builder wrote it."""
    return _carried(view)[1]


def _carried(view: Mapping[str, Any]) -> tuple[str, str]:
    ref, _, seen = str(view.get("private_metadata")).partition("\n")
    return ref, seen


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
