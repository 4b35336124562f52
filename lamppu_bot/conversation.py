"""Answering by writing: the chosen objective's thread, bursts of messages, edits, deletions, *done*, and strays."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from lamppu_bot import answers, keys, richtext
from lamppu_bot.answers import Writing
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from storage import answers as answer_rows
from storage import conversations as rows
from storage import ledger, queries
from storage.conversations import ConversationView, HeardView
from storage.queries import AnswerPlace
from storage.values import AnswerState, Document, PersonView, Source

# One reply per burst of writing: so long must it have been quiet (DESIGN: "20 s of quiet").
QUIET = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of a DM as Slack tells it: written (`edit_ts` empty) or edited. Known by (channel, ts)."""

    channel: str
    ts: str
    slack_user: str
    text: str
    document: Document
    thread_ts: str | None = None
    edit_ts: str = ""
    files: tuple[dict[str, Any], ...] = field(default=())


def begin(session: Session, person: PersonView, answer_id: int, now: Now) -> None:
    """Chooses an objective to answer by writing: orders the thread's root and ends other writing of that answer.

    Pressed twice, or pressed anew before anything was written, it changes nothing.
    """
    place = answers.writable_place(session, person, answer_id)
    running = rows.list_open(session, answer_id)
    if any(found.person_id == person.id and not rows.list_collected(session, found.id) for found in running):
        return
    rows.close_all(session, answer_id, now.calendar)
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


def hear(session: Session, person: PersonView | None, heard: Heard, now: Now) -> None:
    """Keeps a message or an edit of one, whoever wrote it; the same one twice changes nothing."""
    known = rows.find_heard(session, heard.channel, heard.ts)
    if known is None:
        _hear_new(session, person, heard, now)
    elif rows.add_version(session, known.id, heard.edit_ts, text=heard.text, document=heard.document, at=now.calendar):
        _rework(session, known, heard.edit_ts, now)


def _hear_new(session: Session, person: PersonView | None, heard: Heard, now: Now) -> None:
    found = rows.find_by_thread(session, heard.channel, heard.thread_ts) if heard.thread_ts else None
    conversation = found if found and found.done_at is None else None
    message_id = rows.add_heard(
        session,
        channel=heard.channel,
        ts=heard.ts,
        thread_ts=heard.thread_ts,
        slack_user=heard.slack_user,
        person_id=person.id if person else None,
        conversation_id=conversation.id if conversation else None,
        state="collected" if conversation else "stray",
        files=heard.files,
    )
    rows.add_version(session, message_id, heard.edit_ts, text=heard.text, document=heard.document, at=now.calendar)
    if conversation:
        _collect(session, conversation, now)
        _owe_burst_reply(session, conversation, heard.ts, now)
    else:
        _ask_about_stray(session, person, heard, message_id, found, now)


def _collect(session: Session, conversation: ConversationView, now: Now) -> None:
    """Makes what has been written so far the draft, unless the answer has its last word already: then *done* does."""
    place = queries.get_answer_place(session, conversation.answer_id)
    if place.state.is_final or not answers.takes_changes(place):
        return
    writing = _writing(session, place, conversation, AnswerState.DRAFT)
    if not answers.is_same(place, writing):
        answers.write(session, place, queries.get_person(session, conversation.person_id), writing, now)


def collected(session: Session, conversation: ConversationView) -> Document:
    """What the answer would be: what was there when the writing began, then every message in its newest wording."""
    messages = rows.list_collected(session, conversation.id)
    return richtext.join([conversation.base, *(message.document for message in messages)])


def _writing(session: Session, place: AnswerPlace, conversation: ConversationView, state: AnswerState) -> Writing:
    return Writing(
        answer_id=place.answer_id,
        version=place.version,
        state=state,
        document=collected(session, conversation),
        source=Source.CONVERSATION,
        origin=f"conversation:{conversation.id}",
    )


def _owe_burst_reply(session: Session, conversation: ConversationView, ts: str, now: Now) -> None:
    """Owes one reply after the quiet; each further message puts it off."""
    quiet_at = now.real + QUIET
    waiting = ledger.find_waiting(session, "burst", {"conversation": conversation.id})
    if waiting:
        ledger.defer(session, waiting.key, quiet_at)
        return
    ledger.order(
        session,
        keys.burst(conversation.id, ts),
        "burst",
        now=now.real,
        person_id=conversation.person_id,
        subject={"conversation": conversation.id},
        thread_of=conversation.delivery_id,
        not_before=quiet_at,
    )


def _ask_about_stray(
    session: Session,
    person: PersonView | None,
    heard: Heard,
    message_id: int,
    ended: ConversationView | None,
    now: Now,
) -> None:
    """Asks, once per burst, which objective the messages answer: in the thread where that was a conversation once."""
    quiet_at = now.real + QUIET
    subject = {"channel": heard.channel, "thread": ended.ts if ended else None}
    waiting = ledger.find_waiting(session, "stray", subject)
    if waiting:
        ledger.defer(session, waiting.key, quiet_at)
        question_id = waiting.id
    else:
        question_id = ledger.order(
            session,
            keys.stray(heard.channel, heard.ts),
            "stray",
            now=now.real,
            person_id=person.id if person else None,
            channel=None if ended else heard.channel,
            subject=subject,
            thread_of=ended.delivery_id if ended else None,
            not_before=quiet_at,
        )
    rows.set_heard(session, message_id, question_id=question_id)


def forget(session: Session, channel: str, ts: str, deleted_ts: str, now: Now) -> None:
    """Somebody deleted a message. Its words are kept; while its answer is being written they leave the draft."""
    known = rows.find_heard(session, channel, ts)
    if known is None or known.deleted:
        return
    rows.set_heard(session, known.id, deleted=True)
    _rework(session, known, deleted_ts, now)


def _rework(session: Session, known: HeardView, version: str, now: Now) -> None:
    """Works an edit or a deletion in: at once into a draft, after *done* only when the person says so."""
    conversation = rows.get_conversation(session, known.conversation_id) if known.conversation_id else None
    if conversation and conversation.done_at is None:
        _collect(session, conversation, now)
        _owe_burst_reply(session, conversation, known.ts, now)
    elif known.state in ("collected", "assigned"):
        ledger.order(
            session,
            keys.changed_message(known.id, version),
            "changed-message",
            now=now.real,
            person_id=known.person_id,
            subject={"message": known.id},
        )
    elif known.question_id:
        ledger.change_ids(session, [known.question_id], now=now.real)


def answer_of(session: Session, conversation_id: int) -> int:
    """The answer being written. Raises RefusedError for a conversation that is not there."""
    conversation = rows.get_conversation(session, conversation_id)
    if conversation is None:
        raise RefusedError("refused.not_yours")
    return conversation.answer_id


def answer_of_message(session: Session, message: HeardView) -> int | None:
    """The answer a message went into, by its conversation or by the person's own word."""
    if message.conversation_id is None:
        return message.answer_id
    return answer_of(session, message.conversation_id)


def finish(session: Session, person: PersonView, conversation_id: int, now: Now) -> int | None:
    """*Done*: the collected text becomes the answer; returns the next open answer, if any is left.

    Pressed twice it changes nothing. Raises RefusedError when nothing has been written yet.
    """
    conversation = rows.get_conversation(session, conversation_id)
    if conversation is None:
        raise RefusedError("refused.not_yours")
    place = answers.writable_place(session, person, conversation.answer_id)
    if conversation.done_at is not None:
        return answers.next_open(session, place)
    writing = _writing(session, place, conversation, AnswerState.ANSWERED)
    if richtext.is_empty(writing.document):
        raise RefusedError("refused.nothing_written")
    rows.close_all(session, place.answer_id, now.calendar)
    _refresh_replies(session, conversation, now)
    if answers.is_same(place, writing):
        return answers.next_open(session, place)
    return answers.write(session, place, person, writing, now)


def _refresh_replies(session: Session, conversation: ConversationView, now: Now) -> None:
    """The root and the newest reply lose their buttons once the writing is over."""
    ledger.change_ids(session, [conversation.delivery_id], now=now.real)
    ledger.change_about(session, "burst", {"conversation": conversation.id}, now=now.real)


def settle_stray(session: Session, person: PersonView, question_id: int, answer_id: int | None, now: Now) -> None:
    """The person says which objective the messages answer (their words are added to it), or that they answer none."""
    messages = [found for found in rows.list_of_question(session, question_id) if found.state == "stray"]
    if any(found.person_id != person.id for found in messages):
        raise RefusedError("refused.not_yours")
    if answer_id is not None and messages:
        _add_to_answer(session, person, answer_id, messages, now)
    for message in messages:
        state = "none" if answer_id is None else "assigned"
        rows.set_heard(session, message.id, state=state, answer_id=answer_id)
    ledger.change_ids(session, [question_id], now=now.real)


def _add_to_answer(session: Session, person: PersonView, answer_id: int, messages: list[HeardView], now: Now) -> None:
    place = answers.writable_place(session, person, answer_id)
    writing = Writing(
        answer_id=answer_id,
        version=place.version,
        state=place.state if place.state is AnswerState.ANSWERED else AnswerState.DRAFT,
        document=richtext.join([place.document, *(message.document for message in messages)]),
        source=Source.CONVERSATION,
        origin=f"message:{messages[0].ts}",
    )
    answers.write(session, place, person, writing, now)


def settle_changed(session: Session, person: PersonView, question_id: int, *, take_over: bool, now: Now) -> None:
    """After *done* a message was edited or deleted: the person takes that over into the answer, or leaves it as it is.

    Raises RefusedError when the answer has been worked on since by other means: only the form can tell what is meant.
    """
    question = ledger.get(session, question_id)
    if question is None or question.person_id != person.id or question.kind != "changed-message":
        raise RefusedError("refused.not_yours")
    if "outcome" in question.subject:
        return
    if take_over:
        _take_over(session, person, rows.get_heard(session, question.subject["message"]), now)
    outcome = "taken" if take_over else "left"
    ledger.set_subject(session, question_id, {**question.subject, "outcome": outcome}, now=now.real)


def _take_over(session: Session, person: PersonView, message: HeardView, now: Now) -> None:
    conversation = rows.get_conversation(session, message.conversation_id) if message.conversation_id else None
    if conversation is None:
        raise RefusedError("refused.edited_since")
    place = answers.writable_place(session, person, conversation.answer_id)
    writing = _writing(session, place, conversation, AnswerState.ANSWERED)
    if answer_rows.newest_origin(session, place.answer_id) != writing.origin:
        raise RefusedError("refused.edited_since")
    if richtext.is_empty(writing.document):
        raise RefusedError("refused.nothing_left")
    answers.write(session, place, person, writing, now)
