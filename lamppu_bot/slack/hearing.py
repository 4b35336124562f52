"""Message events into what the conversation keeps, as they come and when reading up on what was missed."""

from typing import Any

from sqlalchemy.orm import Session

from lamppu_bot import conversation, richtext
from lamppu_bot.clock import Now
from lamppu_bot.conversation import Heard
from storage import queries

Event = dict[str, Any]

# What stands in the place of a deleted message on which a thread hangs.
TOMBSTONE = "tombstone"
# The subtypes of messages that people write; None is the plain one.
WRITTEN = (None, "file_share", "thread_broadcast", "me_message")


def is_of_bot(event: Event) -> bool:
    """Whether a `message` event tells of what a bot said: our own messages come back to us as events."""
    return "bot_id" in (event.get("previous_message") or event.get("message") or event)


def hear_event(session: Session, event: Event, now: Now) -> None:
    """Takes in a `message` event of a DM: written, edited or deleted. What bots say is passed over.

    Of an edit or a deletion the wording before it is taken in too: its own event may come later or have got lost.
    """
    if event.get("subtype") not in ("message_changed", "message_deleted"):
        hear_message(session, event, now)
        return
    channel, message = event["channel"], event.get("message") or {}
    if previous := event.get("previous_message"):
        hear_message(session, {**previous, "channel": channel}, now)
    if gone := deleted_ts(event, message):
        conversation.forget(session, channel, gone, event["ts"], now)
    else:
        hear_message(session, {**message, "channel": channel}, now)


def deleted_ts(event: Event, message: Event) -> str | None:
    """The ts of what was deleted; of a message under which a thread hangs, Slack tells as of an edit."""
    if event.get("subtype") == "message_deleted":
        return str(event["deleted_ts"])
    return str(message["ts"]) if message.get("subtype") == TOMBSTONE else None


def is_of_person(message: Event) -> bool:
    """Whether a person wrote it; joining, pinning and the like are no words of theirs."""
    return "user" in message and "bot_id" not in message and message.get("subtype") in WRITTEN


def hear_message(session: Session, message: Event, now: Now) -> None:
    """Keeps one message as it reads now. Known by its channel and ts, its edits by theirs."""
    if not is_of_person(message):
        return
    files = tuple(map(_file, message.get("files") or ()))
    document = richtext.join([richtext.from_message(message), *(richtext.from_plain(f["name"]) for f in files)])
    heard = Heard(
        channel=message["channel"],
        ts=message["ts"],
        slack_user=message["user"],
        text=richtext.plain(document),
        document=document,
        thread_ts=message.get("thread_ts"),
        edit_ts=edit_ts_of(message),
        files=files,
    )
    conversation.hear(session, queries.find_person(session, heard.slack_user), heard, now)


def edit_ts_of(message: Event) -> str:
    """The ts of its newest edit, empty for none. An unfurled link changes a message without an edit."""
    return str((message.get("edited") or {}).get("ts", ""))


def _file(file: Event) -> Event:
    """What is kept of a file beside its content, which stays in Slack."""
    told = {name: file[name] for name in ("size", "mimetype") if file.get(name)}
    return {"id": file.get("id"), "name": _name_of(file), **told}


def _name_of(file: Event) -> str:
    """Of a file whose name Slack does not tell (another organisation's), at least its id."""
    return str(file.get("name") or file.get("title") or file.get("id") or "")
