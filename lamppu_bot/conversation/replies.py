"""What is written in the thread of a coordinator's question: kept, passed on, and added to the answer when wanted."""

from sqlalchemy.orm import Session

from lamppu_bot import inquiry, keys
from lamppu_bot.clock import Now
from lamppu_bot.conversation import bursts
from lamppu_bot.conversation.strays import add_to_answer
from lamppu_bot.errors import RefusedError
from storage import conversations as rows
from storage import inquiries, ledger, queries
from storage.values import InquiryView, PersonView


def take_reply(session: Session, asked: InquiryView, message_id: int, ts: str, now: Now) -> None:
    """Passes a message on to the coordinators at once, and owes its writer word of that after the burst."""
    place = queries.get_answer_place(session, asked.answer_id)
    subject = {**inquiry.subject_of(place), "inquiry": asked.id}
    key = keys.inquiry_confirm(asked.id, ts)
    where = {"person_id": asked.asked.id, "thread_of": asked.delivery_id}
    confirm_id = bursts.owe(session, key, inquiry.CONFIRM, subject, now, **where)
    rows.set_heard(session, message_id, inquiry_id=asked.id, question_id=confirm_id)
    more = {"heard": message_id, "root": asked.root}
    shown_at = now.real + bursts.TOGETHER
    inquiry.order_in_channel(session, place, keys.inquiry_reply(message_id), "inquiry-reply", more, now, shown_at)
    overtaken = [keys.inquiry_reply(one.id) for one in inquiries.list_replies(session, asked.root) if one.ts > ts]
    ledger.put_last(session, overtaken, not_before=shown_at)
    ledger.change(session, [keys.inquiry_root(asked.root)], now=now.real)


def follow_reply(session: Session, message_id: int, inquiry_id: int, now: Now) -> None:
    """A reply was edited or deleted: the coordinators read so."""
    asked = inquiries.find(session, inquiry_id)
    roots = [keys.inquiry_root(asked.root)] if asked else []
    ledger.change(session, [keys.inquiry_reply(message_id), *roots], now=now.real)


def add_reply(session: Session, person: PersonView, confirm_id: int, now: Now) -> None:
    """The words that a confirmation is about are added to the answer; pressed again, it changes nothing.

    Raises RefusedError for somebody else's words, and where the answer takes no changes.
    """
    confirm = ledger.get(session, confirm_id)
    if confirm is None or confirm.kind != inquiry.CONFIRM or confirm.person_id != person.id:
        raise RefusedError("refused.not_yours")
    written = rows.list_of_question(session, confirm_id, lock=True)
    fresh = [message for message in written if message.answer_id is None]
    answer_id = confirm.subject["answer"]
    if fresh:
        add_to_answer(session, person, answer_id, fresh, confirm_id, now)
    for message in fresh:
        rows.set_heard(session, message.id, answer_id=answer_id)
    ledger.change_ids(session, [confirm_id], now=now.real)
