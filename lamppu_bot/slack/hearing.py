"""Message events into what the conversation keeps, as they come and when reading up on what was missed."""

from typing import Any

from sqlalchemy.orm import Session

from lamppu_bot import conversation, richtext
from lamppu_bot.clock import Now
from lamppu_bot.conversation import Heard
from storage import queries

Event = dict[str, Any]


def hear_event(session: Session, event: Event, now: Now) -> None:
    """Takes in a `message` event of a DM: written, edited or deleted. What bots say is passed over."""
    subtype = event.get("subtype")
    if subtype == "message_deleted":
        conversation.forget(session, event["channel"], event["deleted_ts"], event["ts"], now)
    elif subtype == "message_changed":
        hear_message(session, {**event["message"], "channel": event["channel"]}, now)
    elif subtype in (None, "file_share", "thread_broadcast"):
        hear_message(session, event, now)


def hear_message(session: Session, message: Event, now: Now) -> None:
    """Keeps one message as it reads now. Known by its channel and ts, its edits by theirs."""
    if "bot_id" in message or "user" not in message:
        return
    files = tuple({"id": found.get("id"), "name": found.get("name", "")} for found in message.get("files", ()))
    document = richtext.join([richtext.from_message(message), *(richtext.from_plain(f["name"]) for f in files)])
    heard = Heard(
        channel=message["channel"],
        ts=message["ts"],
        slack_user=message["user"],
        text=richtext.plain(document),
        document=document,
        thread_ts=message.get("thread_ts"),
        edit_ts=message.get("edited", {}).get("ts", ""),
        files=files,
    )
    conversation.hear(session, queries.find_person(session, heard.slack_user), heard, now)
