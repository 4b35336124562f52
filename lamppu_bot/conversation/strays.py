"""Messages that belong to no chosen objective: kept, asked about, and added to an answer when the person says so."""

from sqlalchemy.orm import Session

from lamppu_bot import answers, evidence, keys
from lamppu_bot.clock import Now
from lamppu_bot.conversation import bursts, drafts
from lamppu_bot.errors import RefusedError
from storage import conversations as rows
from storage import ledger
from storage.conversations import ConversationView, HeardView
from storage.queries import AnswerPlace
from storage.values import PersonView


def ask_about_stray(
    session: Session, person: PersonView | None, channel: str, ts: str, ended: ConversationView | None, now: Now
) -> int:
    """Asks, once per burst, which objective the messages answer: in the thread where that was a conversation once.

    Returns the id of the question.
    """
    subject = {"channel": channel, "thread": ended.ts if ended else None}
    return bursts.owe(
        session,
        keys.stray(channel, ts),
        "stray",
        subject,
        now,
        person_id=person.id if person else None,
        channel=None if ended else channel,
        thread_of=ended.delivery_id if ended else None,
    )


def settle_stray(session: Session, person: PersonView, question_id: int, answer_id: int | None, now: Now) -> None:
    """The person says which objective the messages answer (their words are added to it), or that they answer none.

    Pressed again, whatever is chosen then, it changes nothing. Raises RefusedError for somebody else's messages.
    """
    question = ledger.get(session, question_id)
    if question is None or question.kind != "stray" or question.person_id != person.id:
        raise RefusedError("refused.not_yours")
    asked = rows.list_of_question(session, question_id, lock=True)
    messages = [found for found in asked if found.state == "stray"]
    if answer_id is not None and messages:
        add_to_answer(session, person, answer_id, messages, question_id, now)
    for message in messages:
        state = "none" if answer_id is None else "assigned"
        rows.set_heard(session, message.id, state=state, answer_id=answer_id)
    ledger.change_ids(session, [question_id], now=now.real)


def add_to_answer(
    session: Session, person: PersonView, answer_id: int, messages: list[HeardView], question_id: int, now: Now
) -> None:
    """Adds the words to the thread in which the answer is being written, or straight to the answer."""
    place = answers.writable_place(session, person, answer_id)
    running = rows.list_open(session, answer_id)
    conversation = running[0] if running else _ended_at_once(session, person, place, question_id, now)
    for message in messages:
        rows.set_heard(session, message.id, conversation_id=conversation.id)
        evidence.take_files(session, answer_id, message.files, person.id, now)
    if not running:
        rows.count_collected(session, conversation.id)
    drafts.write(session, place, person, conversation, now)
    if (reply := rows.newest_reply(session, conversation)) is not None:
        ledger.change_ids(session, [reply], now=now.real)


def _ended_at_once(
    session: Session, person: PersonView, place: AnswerPlace, question_id: int, now: Now
) -> ConversationView:
    """The question as a conversation that is over, so that later edits of its messages are asked about like any."""
    return rows.add_conversation(
        session,
        answer_id=place.answer_id,
        person_id=person.id,
        delivery_id=question_id,
        base=place.document,
        at=now.calendar,
        done_at=now.calendar,
    )
