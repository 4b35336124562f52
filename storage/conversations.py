"""Messages people wrote to the bot and the conversations they belong to. Every version of every message is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from storage.models import Conversation, Delivery, HeardMessage, HeardVersion
from storage.values import Document


@dataclass(frozen=True, slots=True)
class ConversationView:
    """An objective being answered by writing. `channel` and `ts` are those of the thread's root, once it is posted."""

    id: int
    answer_id: int
    person_id: int
    delivery_id: int
    base: Document
    done_at: datetime | None
    channel: str | None
    ts: str | None


@dataclass(frozen=True, slots=True)
class HeardView:
    """A message as it reads now. `state` as in the table `heard_message`."""

    id: int
    channel: str
    ts: str
    thread_ts: str | None
    person_id: int | None
    conversation_id: int | None
    answer_id: int | None
    question_id: int | None
    state: str
    deleted: bool
    text: str
    document: Document


def add_conversation(
    session: Session, *, answer_id: int, person_id: int, delivery_id: int, base: Document, at: datetime
) -> int:
    row = Conversation(answer_id=answer_id, person_id=person_id, delivery_id=delivery_id, base=base, opened_at=at)
    session.add(row)
    session.flush()
    return row.id


_CONVERSATION = select(Conversation, Delivery.channel, Delivery.ts).join(
    Delivery, Delivery.id == Conversation.delivery_id
)


def _conversation_view(row: Conversation, channel: str | None, ts: str | None) -> ConversationView:
    return ConversationView(row.id, row.answer_id, row.person_id, row.delivery_id, row.base, row.done_at, channel, ts)


def find_by_thread(session: Session, channel: str, thread_ts: str) -> ConversationView | None:
    where = (Delivery.channel == channel, Delivery.ts == thread_ts)
    row = session.execute(_CONVERSATION.where(*where)).first()
    return _conversation_view(*row) if row else None


def get_conversation(session: Session, conversation_id: int) -> ConversationView | None:
    row = session.execute(_CONVERSATION.where(Conversation.id == conversation_id)).first()
    return _conversation_view(*row) if row else None


def find_by_delivery(session: Session, delivery_id: int) -> ConversationView | None:
    row = session.execute(_CONVERSATION.where(Conversation.delivery_id == delivery_id)).first()
    return _conversation_view(*row) if row else None


def list_open(session: Session, answer_id: int) -> list[ConversationView]:
    where = (Conversation.answer_id == answer_id, Conversation.done_at.is_(None))
    return [_conversation_view(*row) for row in session.execute(_CONVERSATION.where(*where))]


def list_open_threads(session: Session, channel: str) -> list[str]:
    """The ts of the threads of a channel in which somebody is answering by writing."""
    query = _CONVERSATION.where(Conversation.done_at.is_(None), Delivery.channel == channel, Delivery.ts.is_not(None))
    return [ts for _, _, ts in session.execute(query) if ts]


def count_conversations(session: Session, answer_id: int) -> int:
    query = select(func.count()).select_from(Conversation).where(Conversation.answer_id == answer_id)
    return session.scalar(query) or 0


def close_all(session: Session, answer_id: int, at: datetime) -> None:
    """Ends the writing of an answer: what is written in those threads later belongs to no chosen objective."""
    where = (Conversation.answer_id == answer_id, Conversation.done_at.is_(None))
    session.execute(update(Conversation).where(*where).values(done_at=at))


def find_heard(session: Session, channel: str, ts: str) -> HeardView | None:
    row = session.scalar(select(HeardMessage).where(HeardMessage.channel == channel, HeardMessage.ts == ts))
    return _heard_view(session, row) if row else None


def get_heard(session: Session, message_id: int) -> HeardView:
    return _heard_view(session, session.get_one(HeardMessage, message_id))


def _heard_view(session: Session, row: HeardMessage) -> HeardView:
    newest = session.scalars(_newest_versions([row.id])).one()
    return _view(row, newest)


def _view(row: HeardMessage, newest: HeardVersion) -> HeardView:
    return HeardView(
        id=row.id,
        channel=row.channel,
        ts=row.ts,
        thread_ts=row.thread_ts,
        person_id=row.person_id,
        conversation_id=row.conversation_id,
        answer_id=row.answer_id,
        question_id=row.question_id,
        state=row.state,
        deleted=row.deleted,
        text=newest.text,
        document=newest.document,
    )


def _newest_versions(message_ids: Sequence[int]) -> Any:
    later = HeardVersion.__table__.alias("later")
    superseded = exists().where(later.c.message_id == HeardVersion.message_id, later.c.edit_ts > HeardVersion.edit_ts)
    return select(HeardVersion).where(HeardVersion.message_id.in_(message_ids), ~superseded)


def add_heard(
    session: Session,
    *,
    channel: str,
    ts: str,
    thread_ts: str | None,
    slack_user: str,
    person_id: int | None,
    conversation_id: int | None,
    state: str,
    files: Sequence[dict[str, Any]],
) -> int:
    """Keeps a message not heard before; its first version follows by `add_version`."""
    row = HeardMessage(
        channel=channel,
        ts=ts,
        thread_ts=thread_ts,
        slack_user=slack_user,
        person_id=person_id,
        conversation_id=conversation_id,
        state=state,
        files=list(files),
    )
    session.add(row)
    session.flush()
    return row.id


def add_version(
    session: Session, message_id: int, edit_ts: str, *, text: str, document: Document, at: datetime
) -> bool:
    """Keeps what a message says as of `edit_ts` (empty: as first written). False where that version is known."""
    where = (HeardVersion.message_id == message_id, HeardVersion.edit_ts == edit_ts)
    if session.scalar(select(exists().where(*where))):
        return False
    session.add(HeardVersion(message_id=message_id, edit_ts=edit_ts, text=text, document=document, at=at))
    session.flush()
    return True


def set_heard(session: Session, message_id: int, **values: Any) -> None:
    session.execute(update(HeardMessage).where(HeardMessage.id == message_id).values(**values))


def list_collected(session: Session, conversation_id: int) -> list[HeardView]:
    """The messages of a conversation as they read now, in the order of writing, deleted ones left out."""
    return _list_heard(session, HeardMessage.conversation_id == conversation_id, HeardMessage.state == "collected")


def list_of_question(session: Session, question_id: int) -> list[HeardView]:
    return _list_heard(session, HeardMessage.question_id == question_id)


def _list_heard(session: Session, *where: Any) -> list[HeardView]:
    query = select(HeardMessage).where(*where, HeardMessage.deleted.is_(False)).order_by(HeardMessage.ts)
    rows = list(session.scalars(query))
    newest = {found.message_id: found for found in session.scalars(_newest_versions([row.id for row in rows]))}
    return [_view(row, newest[row.id]) for row in rows]


def newest_heard(session: Session, channel: str) -> str | None:
    """The ts of the newest message heard in a channel. A ts sorts as text: its seconds have ten digits till 2286."""
    return session.scalar(select(func.max(HeardMessage.ts)).where(HeardMessage.channel == channel))


def list_collected_ts(session: Session, channel: str, thread_ts: str) -> list[str]:
    """The ts of what an open conversation has collected in its thread and what nobody has deleted."""
    query = (
        select(HeardMessage.ts)
        .where(HeardMessage.channel == channel, HeardMessage.thread_ts == thread_ts)
        .where(HeardMessage.state == "collected", HeardMessage.deleted.is_(False))
    )
    return list(session.scalars(query))
