"""The thread of a chosen objective, from the button that opens it to *done*."""

from sqlalchemy.orm import Session

from lamppu_bot import answers, keys, richtext
from lamppu_bot.clock import Now
from lamppu_bot.conversation import drafts
from lamppu_bot.errors import RefusedError
from storage import conversations as rows
from storage import ledger
from storage.conversations import ConversationView
from storage.values import AnswerState, PersonView


def begin(session: Session, person: PersonView, answer_id: int, now: Now) -> None:
    """Chooses an objective to answer by writing: orders the thread's root and ends other writing of that answer.

    Pressed twice, or pressed anew before anything was written, it changes nothing.
    """
    place = answers.writable_place(session, person, answer_id)
    running = rows.list_open(session, answer_id)
    if any(found.person_id == person.id and not rows.list_collected(session, found.id) for found in running):
        return
    answers.end_writing(session, answer_id, now)
    key = keys.conversation(answer_id, rows.count_conversations(session, answer_id) + 1)
    subject = {"answer": answer_id, "round": place.round_id, "partner": place.partner_id}
    delivery_id = ledger.order(session, key, "conversation", now=now.real, person_id=person.id, subject=subject)
    rows.add_conversation(
        session,
        answer_id=answer_id,
        person_id=person.id,
        delivery_id=delivery_id,
        base=place.document,
        at=now.calendar,
    )


def answer_of(session: Session, conversation_id: int) -> int:
    """The answer being written. Raises RefusedError for a conversation that is not there."""
    return _known(session, conversation_id).answer_id


def finish(session: Session, person: PersonView, conversation_id: int, now: Now) -> int | None:
    """*Done*: the collected text becomes the answer; returns the next open answer, if any is left.

    Pressed twice it changes nothing. Raises RefusedError when nothing has been written yet.
    """
    conversation = _known(session, conversation_id)
    if conversation.channel is not None:
        rows.take_turn(session, conversation.channel)  # the messages that count are of this DM
    place = answers.writable_place(session, person, conversation.answer_id)
    if rows.is_ended(session, conversation.id):
        return answers.next_open(session, place, person)
    if richtext.is_empty(drafts.collected(session, conversation)):
        raise RefusedError("refused.nothing_written")
    rows.count_collected(session, conversation.id)
    next_open = drafts.write(session, place, person, conversation, now, AnswerState.ANSWERED)
    answers.end_writing(session, place.answer_id, now)
    return next_open


def _known(session: Session, conversation_id: int) -> ConversationView:
    conversation = rows.get_conversation(session, conversation_id)
    if conversation is None:
        raise RefusedError("refused.not_yours")
    return conversation
