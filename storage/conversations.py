"""Messages people wrote to the bot and the conversations they belong to. Every version of every message is kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, or_, select, text, update
from sqlalchemy.orm import Session

from storage.database import is_postgres
from storage.models import Answer, Conversation, Delivery, HeardMessage, HeardVersion, Participation
from storage.values import Document


@dataclass(frozen=True, slots=True)
class ConversationView:
    """An objective being answered by writing. `channel` and `ts` are those of the thread's root, once it is posted.

    Its root is a message of its own or, where a person said which objective their stray messages answer, that question.
    """

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
    """A message in its newest wording, the one of `edit_ts`, or in the wording that counts in its answer."""

    id: int
    channel: str
    ts: str
    thread_ts: str | None
    person_id: int | None
    conversation_id: int | None
    answer_id: int | None
    question_id: int | None
    inquiry_id: int | None
    state: str
    deleted: bool
    edit_ts: str
    text: str
    document: Document
    files: Sequence[dict[str, Any]]


def add_conversation(
    session: Session,
    *,
    answer_id: int,
    person_id: int,
    delivery_id: int,
    base: Document,
    at: datetime,
    done_at: datetime | None = None,
) -> ConversationView:
    row = Conversation(
        answer_id=answer_id, person_id=person_id, delivery_id=delivery_id, base=base, opened_at=at, done_at=done_at
    )
    session.add(row)
    session.flush()
    return _conversation_view(row, None, None)


DM_LOCK = 0x4C616D70  # "Lamp", among PostgreSQL's advisory locks of two numbers
_TURN = text("SELECT pg_advisory_xact_lock(:lock_key, hashtext(:channel))")
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


def is_ended(session: Session, conversation_id: int) -> bool:
    """Whether it has been ended by now."""
    return session.scalar(select(Conversation.done_at).where(Conversation.id == conversation_id)) is not None


def find_by_delivery(session: Session, delivery_id: int) -> ConversationView | None:
    row = session.execute(_CONVERSATION.where(Conversation.delivery_id == delivery_id)).first()
    return _conversation_view(*row) if row else None


def list_open(session: Session, answer_id: int) -> list[ConversationView]:
    where = (Conversation.answer_id == answer_id, Conversation.done_at.is_(None))
    return [_conversation_view(*row) for row in session.execute(_CONVERSATION.where(*where))]


def list_open_of(session: Session, round_id: int, partner_id: int | None = None) -> list[ConversationView]:
    """The conversations about answers in a round, of one partner or (None) of all, that nobody has ended."""
    running = (
        _CONVERSATION.join(Answer, Answer.id == Conversation.answer_id)
        .join(Participation, Participation.id == Answer.participation_id)
        .where(Participation.round_id == round_id, Conversation.done_at.is_(None))
    )
    if partner_id is not None:
        running = running.where(Participation.partner_id == partner_id)
    return [_conversation_view(*row) for row in session.execute(running)]


def count_conversations(session: Session, answer_id: int) -> int:
    query = select(func.count()).select_from(Conversation).where(Conversation.answer_id == answer_id)
    return session.scalar(query) or 0


def close_all(session: Session, answer_id: int, at: datetime) -> list[ConversationView]:
    """Ends the writing of an answer: what is written in those threads later belongs to no chosen objective."""
    where = (Conversation.answer_id == answer_id, Conversation.done_at.is_(None))
    ending = update(Conversation).where(*where).values(done_at=at).returning(Conversation.id)
    ended = session.scalars(ending, execution_options={"synchronize_session": False}).all()
    return [_conversation_view(*row) for row in session.execute(_CONVERSATION.where(Conversation.id.in_(ended)))]


def newest_reply(session: Session, conversation: ConversationView) -> int | None:
    """The delivery that shows a conversation's draft, posted or waiting; older ones only point to it."""
    return session.scalar(
        select(func.max(Delivery.id)).where(
            Delivery.person_id == conversation.person_id,
            Delivery.kind == "burst",
            Delivery.thread_of == conversation.delivery_id,
        )
    )


def deliveries_of(session: Session, running: Iterable[ConversationView]) -> list[int]:
    """What shows these conversations to their writers: the root of each thread, and the newest reply in it."""
    shown = ((found.delivery_id, newest_reply(session, found)) for found in running)
    return [id_ for ids in shown for id_ in ids if id_ is not None]


def list_unsettled_changes(session: Session, person_id: int, message_id: int) -> list[int]:
    """The questions about edits and a deletion of a message that its writer has not answered yet."""
    query = select(Delivery.id, Delivery.subject).where(
        Delivery.person_id == person_id, Delivery.kind == "changed-message"
    )
    return [id_ for id_, subject in session.execute(query) if subject == {"message": message_id}]


def find_heard(session: Session, channel: str, ts: str) -> HeardView | None:
    row = session.scalar(select(HeardMessage).where(HeardMessage.channel == channel, HeardMessage.ts == ts))
    return _heard_view(session, row) if row else None


def get_heard(session: Session, message_id: int) -> HeardView:
    return _heard_view(session, session.get_one(HeardMessage, message_id))


def _heard_view(session: Session, row: HeardMessage) -> HeardView:
    return _view(row, _versions(session, [row.id])[row.id])


def _view(row: HeardMessage, versions: Mapping[str, HeardVersion], *, as_counted: bool = False) -> HeardView:
    edit_ts = row.counted if as_counted and row.counted is not None else max(versions)
    return HeardView(
        id=row.id,
        channel=row.channel,
        ts=row.ts,
        thread_ts=row.thread_ts,
        person_id=row.person_id,
        conversation_id=row.conversation_id,
        answer_id=row.answer_id,
        question_id=row.question_id,
        inquiry_id=row.inquiry_id,
        state=row.state,
        deleted=row.deleted,
        edit_ts=edit_ts,
        text=versions[edit_ts].text,
        document=versions[edit_ts].document,
        files=row.files,
    )


def _versions(session: Session, message_ids: Sequence[int]) -> dict[int, dict[str, HeardVersion]]:
    """What each message has said, by the ts of the edit."""
    found: dict[int, dict[str, HeardVersion]] = {}
    for version in session.scalars(select(HeardVersion).where(HeardVersion.message_id.in_(message_ids))):
        found.setdefault(version.message_id, {})[version.edit_ts] = version
    return found


def take_turn(session: Session, channel: str) -> None:
    """Lets one process at a time hear a DM, until its commit: the same message may come to two. SQLite lets in one."""
    if is_postgres(session):
        session.execute(_TURN, {"lock_key": DM_LOCK, "channel": channel})


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
) -> None:
    """Keeps what a message says as of `edit_ts` (empty: as first written), unless that version is known."""
    where = (HeardVersion.message_id == message_id, HeardVersion.edit_ts == edit_ts)
    if not session.scalar(select(exists().where(*where))):
        session.add(HeardVersion(message_id=message_id, edit_ts=edit_ts, text=text, document=document, at=at))
        session.flush()


def set_heard(session: Session, message_id: int, **values: Any) -> None:
    session.execute(update(HeardMessage).where(HeardMessage.id == message_id).values(**values))


def list_collected(session: Session, conversation_id: int) -> list[HeardView]:
    """The messages of a conversation in the order of writing, each in the wording that counts; see `HeardMessage`."""
    in_draft = or_(HeardMessage.counted.is_not(None), HeardMessage.deleted.is_(False))
    return _list_heard(session, HeardMessage.conversation_id == conversation_id, in_draft, as_counted=True)


def count_collected(session: Session, conversation_id: int) -> None:
    """The words of a conversation go into the answer as they read now: later edits and deletions are asked about."""
    for message in list_collected(session, conversation_id):
        set_heard(session, message.id, counted=message.edit_ts)


def list_of_question(session: Session, question_id: int, *, lock: bool = False) -> list[HeardView]:
    """The messages that a question is about, in the order of writing, deleted ones left out.

    With `lock`, nobody else settles them until the commit.
    """
    where = (HeardMessage.question_id == question_id, HeardMessage.deleted.is_(False))
    return _list_heard(session, *where, lock=lock)


def list_strays(session: Session, channel: str, thread_ts: str) -> list[HeardView]:
    """What was written in a thread that was not known to be one, and waits for its writer to say what it answers."""
    where = (HeardMessage.channel == channel, HeardMessage.thread_ts == thread_ts, HeardMessage.state == "stray")
    return _list_heard(session, *where, HeardMessage.deleted.is_(False), lock=True)


def list_replies_to(session: Session, inquiry_ids: Sequence[int]) -> list[HeardView]:
    """What was replied to these questions, in the order of writing, deleted messages left out."""
    return _list_heard(session, HeardMessage.inquiry_id.in_(inquiry_ids), HeardMessage.deleted.is_(False))


def _list_heard(session: Session, *where: Any, as_counted: bool = False, lock: bool = False) -> list[HeardView]:
    query = select(HeardMessage).where(*where).order_by(HeardMessage.ts)
    rows = session.scalars(query.with_for_update() if lock else query).all()
    versions = _versions(session, [row.id for row in rows])
    return [_view(row, versions[row.id], as_counted=as_counted) for row in rows]
