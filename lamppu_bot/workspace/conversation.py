"""What can be done to messages, whoever does it: post, change, delete, show to one person, share files."""

from typing import Any

from lamppu_bot.workspace.describe import message_json
from lamppu_bot.workspace.events import publish_changed, publish_deleted, publish_posted
from lamppu_bot.workspace.records import Blocks, Channel, Message, Share, StoredFile
from lamppu_bot.workspace.state import WorkspaceState


def post(state: WorkspaceState, channel: Channel, user_id: str, text: str, **facts: Any) -> Message:
    """Add a message to a channel, tell the bot, wake whoever waits; `facts` are further Message fields."""
    with state.lock:
        message = Message(channel.id, state.next_ts(), user_id, text, **facts)
        channel.messages[message.ts] = message
        parent = channel.messages.get(message.thread_ts or "")
        if parent is not None and parent.thread_ts is None:
            parent.thread_ts = parent.ts
            parent.version += 1
        publish_posted(state, channel, message)
        state.touch()
        return message


def change(state: WorkspaceState, message: Message, text: str, blocks: Blocks, **facts: Any) -> None:
    """Replace a message's text and blocks (and further fields) as an edit by its author."""
    with state.lock:
        channel = state.channels[message.channel_id]
        before = message_json(state, message)
        message.text, message.blocks = text, blocks
        for name, value in facts.items():
            setattr(message, name, value)
        message.edited = {"user": message.user_id, "ts": state.next_ts()}
        message.version += 1
        if message.seen_only_by is None:
            publish_changed(state, channel, message, before)
        state.touch()


def delete(state: WorkspaceState, message: Message) -> None:
    """Delete a message; a thread's parent leaves a tombstone behind."""
    with state.lock:
        channel = state.channels[message.channel_id]
        before = message_json(state, message)
        if channel.replies(message.ts):
            message.subtype, message.text, message.blocks = "tombstone", "This message was deleted.", []
            message.metadata, message.file_ids = None, []
            message.version += 1
        else:
            del channel.messages[message.ts]
        publish_deleted(state, channel, before)
        state.touch()


def show_to(state: WorkspaceState, channel: Channel, user_id: str, text: str, **facts: Any) -> Message:
    """Show an ephemeral message of the bot to one person; it stands in no history."""
    with state.lock:
        identity = state.identity
        ts = state.next_ts()
        message = Message(
            channel.id, ts, identity.bot_user_id, text, bot_id=identity.bot_id, seen_only_by=user_id, **facts
        )
        state.ephemerals.append(message)
        state.touch()
        return message


def share(
    state: WorkspaceState, channel: Channel, user_id: str, files: list[StoredFile], text: str, **facts: Any
) -> Message:
    """Post files as one message and note its ts with each of them."""
    with state.lock:
        ids = [file.id for file in files]
        message = post(state, channel, user_id, text, file_ids=ids, **facts)
        for file in files:
            file.shares.append(Share(channel.id, message.ts, message.thread_ts))
        return message
