"""Messages as they come in: written, edited, deleted. Every version of every one is kept, whoever wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from lamppu_bot import evidence
from lamppu_bot.clock import Now
from lamppu_bot.conversation import bursts, drafts
from lamppu_bot.conversation.changes import ask_about_change
from lamppu_bot.conversation.replies import follow_reply, take_reply
from lamppu_bot.conversation.strays import ask_about_stray
from storage import conversations as rows
from storage import inquiries, ledger
from storage.conversations import ConversationView, HeardView
from storage.values import Document, InquiryView, PersonView


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


def hear(session: Session, person: PersonView | None, heard: Heard, now: Now) -> None:
    """Keeps a message or an edit of one; the same one twice changes nothing, whatever order they come in."""
    rows.take_turn(session, heard.channel)
    known = rows.find_heard(session, heard.channel, heard.ts)
    if known is None:
        _hear_new(session, person, heard, now)
        return
    rows.add_version(session, known.id, heard.edit_ts, text=heard.text, document=heard.document, at=now.calendar)
    if heard.edit_ts > known.edit_ts and heard.document != known.document and not known.deleted:
        _rework(session, known, heard.edit_ts, now)


def _hear_new(session: Session, person: PersonView | None, heard: Heard, now: Now) -> None:
    thread = _thread(session, heard.channel, heard.thread_ts)
    message_id = rows.add_heard(
        session,
        channel=heard.channel,
        ts=heard.ts,
        thread_ts=heard.thread_ts,
        slack_user=heard.slack_user,
        person_id=person.id if person else None,
        conversation_id=thread.conversation_id,
        state=thread.state,
        files=heard.files,
    )
    rows.add_version(session, message_id, heard.edit_ts, text=heard.text, document=heard.document, at=now.calendar)
    if thread.is_known:
        _take_in(session, thread, message_id, heard.ts, heard.files, now)
    else:
        question_id = ask_about_stray(session, person, heard.channel, heard.ts, thread.conversation, now)
        rows.set_heard(session, message_id, question_id=question_id)


def find_thread(session: Session, delivery_id: int, now: Now) -> None:
    """Our message has its ts now: what was written in its thread before that belongs there, and is not asked about.

    Slack shows a message before it tells us so; a minute before, where its answer was lost.
    """
    root = ledger.get(session, delivery_id)
    if root is None or root.channel is None or root.ts is None:
        return
    rows.take_turn(session, root.channel)
    strays = rows.list_strays(session, root.channel, root.ts)
    thread = _thread(session, root.channel, root.ts) if strays else None
    if thread is None or not thread.is_known:
        return
    answer_id = thread.running.answer_id if thread.running else None
    for heard in strays:
        placed = {"state": thread.state, "conversation_id": thread.conversation_id, "answer_id": answer_id}
        rows.set_heard(session, heard.id, **placed)
        _take_in(session, thread, heard.id, heard.ts, heard.files, now)
        if heard.question_id:
            ledger.change_ids(session, [heard.question_id], now=now.real)


@dataclass(frozen=True, slots=True)
class _Thread:
    """What a thread of a DM is about: an answer (`running` while it is being written), or a coordinator's question."""

    conversation: ConversationView | None
    running: ConversationView | None
    asked: InquiryView | None

    @property
    def state(self) -> str:
        """What a message written there is."""
        return "collected" if self.running else "reply" if self.asked else "stray"

    @property
    def conversation_id(self) -> int | None:
        """Of the writing that a message there is part of."""
        return self.running.id if self.running else None

    @property
    def is_known(self) -> bool:
        """Whether a message written there need not be asked about."""
        return self.running is not None or self.asked is not None


def _thread(session: Session, channel: str, thread_ts: str | None) -> _Thread:
    found = rows.find_by_thread(session, channel, thread_ts) if thread_ts else None
    running = found if found and drafts.is_running(session, found) else None
    asked = inquiries.find_by_thread(session, channel, thread_ts) if thread_ts and not found else None
    return _Thread(found, running, asked)


def _take_in(
    session: Session, thread: _Thread, message_id: int, ts: str, files: Sequence[dict[str, Any]], now: Now
) -> None:
    if thread.running:
        drafts.collect(session, thread.running, now)
        evidence.take_files(session, thread.running.answer_id, files, thread.running.person_id, now)
        bursts.owe_reply(session, thread.running, ts, now)
    elif thread.asked:
        take_reply(session, thread.asked, message_id, ts, now)


def forget(session: Session, channel: str, ts: str, deleted_ts: str, now: Now) -> None:
    """Somebody deleted a message. Its words are kept; while its answer is being written they leave the draft."""
    rows.take_turn(session, channel)
    known = rows.find_heard(session, channel, ts)
    if known is None or known.deleted:
        return
    rows.set_heard(session, known.id, deleted=True)
    _rework(session, replace(known, deleted=True), deleted_ts, now)


def _rework(session: Session, known: HeardView, version: str, now: Now) -> None:
    """Works an edit or a deletion in: at once into a draft, after *done* only when the person says so."""
    conversation = rows.get_conversation(session, known.conversation_id) if known.conversation_id else None
    if conversation and drafts.is_running(session, conversation):
        drafts.collect(session, conversation, now)
        if known.deleted:
            evidence.drop_files(session, conversation.answer_id, known.files, now)
        bursts.owe_reply(session, conversation, known.ts, now)
    elif conversation:
        ask_about_change(session, known, version, now)
    if known.inquiry_id:
        follow_reply(session, known.id, known.inquiry_id, now)
    if known.question_id:
        ledger.change_ids(session, [known.question_id], now=now.real)
