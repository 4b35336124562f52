"""The answer that a tool is for: named by its button or word, the only one there is, or picked in a form."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from lamppu_bot.errors import RefusedError
from lamppu_bot.messages.ids import MalformedPayloadError, ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.messages.picking import build_pick_form
from lamppu_bot.steering.permission import require_steered
from lamppu_bot.texts import texts_of
from storage import queries
from storage.values import AnswerView, PersonView


def picked_or_form(
    session: Session, person: PersonView, ref: ToolRef, typed: str, fits: Callable[[AnswerView], bool], *, none: str
) -> int | View:
    """The answer's id, or the form in which it is picked from those that fit; `typed` waits in it for the next form.

    Raises RefusedError for who may not, and with the text `none` where no answer of the partner fits.
    """
    if ref.answer_id is not None:
        return ref.answer_id
    if ref.partner_id is None:
        raise MalformedPayloadError("the tool is for no partner")
    project = require_steered(session, person, ref.round_id).project
    snapshot = queries.snapshot(session, ref.round_id, ref.partner_id)
    pairs = ((one, snapshot.answers[ref.partner_id, one.id]) for one in snapshot.objectives_of(ref.partner_id))
    choices = [(objective, answer) for objective, answer in pairs if answer.id and fits(answer)]
    if not choices:
        raise RefusedError(none)
    if len(choices) == 1:
        return choices[0][1].id
    texts = texts_of(person, project.language)
    return build_pick_form(ref, snapshot, choices, typed=typed, texts=texts)
