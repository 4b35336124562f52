"""Which of a partner's objectives a tool is for: the form that comes first where neither button nor word said it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from slackblocks import InputBlock, PlainText

from lamppu_bot.messages import blocks, ids, limits, wording
from lamppu_bot.messages.ids import AnswerRef, ToolRef
from lamppu_bot.messages.message import View, modal
from lamppu_bot.texts import Texts
from storage.values import AnswerView, ObjectiveView, RoundSnapshot

_TYPED: Final = 2_500  # characters of what is carried on to the tool's own form


@dataclass(frozen=True, slots=True)
class Picked:
    """The tool for the answer that it is to be used on, and what was typed before that was known."""

    ref: ToolRef
    typed: str


def build_pick_form(
    ref: ToolRef,
    snapshot: RoundSnapshot,
    choices: Sequence[tuple[ObjectiveView, AnswerView]],
    *,
    typed: str,
    texts: Texts,
) -> View:
    """The objectives that the tool can be used on, each with its state; at least one."""
    partner = wording.partner_of(snapshot, choices[0][1].partner_id)
    labelled = [
        (
            texts("card.line", title=wording.objective_title(objective, texts), state=wording.state(answer, texts)),
            AnswerRef(answer.id, answer.version),
        )
        for objective, answer in choices
    ]
    menu = blocks.menu(texts("card.choose"), ids.PICK_ANSWER, labelled)
    return modal(
        f"pick-{ref.encode()}",
        texts("pick_form.title"),
        [
            blocks.context(wording.context_line(snapshot.project, partner, snapshot.round, texts)),
            InputBlock(
                PlainText(texts("pick_form.which")),
                menu,
                block_id=ids.input_block(ids.PICK_ANSWER, ref),
                hint=PlainText(texts("pick_form.hint")),
            ),
        ],
        close=texts("answer_form.close"),
        submit=texts("pick_form.submit"),
        callback_id=ids.PICK_FORM,
        private_metadata=f"{ref.encode()}\n{limits.clip(typed, _TYPED)}",
    )


def parse_pick_form(view: Mapping[str, Any]) -> Picked:
    """What was chosen; raises MalformedPayloadError for a view that is not one of ours."""
    encoded, _, typed = str(view.get("private_metadata")).partition("\n")
    chosen = AnswerRef.decode(ids.value_of(ids.input_state(view, ids.PICK_ANSWER)))
    return Picked(replace(ToolRef.decode(encoded), answer_id=chosen.answer_id), typed)
