"""Messages edited or deleted after their words have gone into an answer: the person is asked first."""

from sqlalchemy.orm import Session

from lamppu_bot import answers, evidence, keys, richtext
from lamppu_bot.clock import Now
from lamppu_bot.conversation import bursts, drafts
from lamppu_bot.errors import RefusedError
from storage import answers as answer_rows
from storage import conversations as rows
from storage import ledger
from storage.conversations import HeardView
from storage.values import PersonView


def ask_about_change(session: Session, message: HeardView, version: str, now: Now) -> None:
    """Asks whether the answer is to follow; several changes in a burst are one question, about the newest wording."""
    key = keys.changed_message(message.id, version)
    bursts.owe(session, key, "changed-message", {"message": message.id}, now, person_id=message.person_id)


def settle_changed(session: Session, person: PersonView, question_id: int, *, take_over: bool, now: Now) -> None:
    """The person takes the change over into the answer, or leaves the answer as it is.

    All that is still asked about the message is settled by it; pressed twice it changes nothing. Raises
    RefusedError when the answer has been worked on since by other means: only the form can tell what is meant.
    """
    question = ledger.get(session, question_id)
    if question is None or question.person_id != person.id or question.kind != "changed-message":
        raise RefusedError("refused.not_yours")
    if "outcome" in question.subject:
        return
    message = rows.get_heard(session, question.subject["message"])
    rows.take_turn(session, message.channel)
    if take_over:
        _take_over(session, person, message, now)
    outcome = "taken" if take_over else "left"
    for asked in rows.list_unsettled_changes(session, person.id, message.id):
        ledger.set_subject(session, asked, {"message": message.id, "outcome": outcome}, now=now.real)


def _take_over(session: Session, person: PersonView, message: HeardView, now: Now) -> None:
    conversation = rows.get_conversation(session, message.conversation_id) if message.conversation_id else None
    if conversation is None:
        raise RefusedError("refused.not_yours")
    place = answers.writable_place(session, person, conversation.answer_id)
    is_untouched = answer_rows.newest_origin(session, place.answer_id) == drafts.origin_of(conversation)
    if not is_untouched or rows.list_open(session, place.answer_id):
        raise RefusedError("refused.edited_since")
    rows.set_heard(session, message.id, counted=None if message.deleted else message.edit_ts)
    if richtext.is_empty(drafts.collected(session, conversation)):
        raise RefusedError("refused.nothing_left")
    drafts.write(session, place, person, conversation, now)
    if message.deleted:
        evidence.drop_files(session, place.answer_id, message.files, now)
