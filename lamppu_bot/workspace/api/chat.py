"""The chat.* methods and reactions.add."""

from typing import Any

from lamppu_bot.workspace import conversation
from lamppu_bot.workspace.api.arguments import Args, flag, required, structure
from lamppu_bot.workspace.api.reaching import channel_to_post, joined_channel, visible_channel
from lamppu_bot.workspace.describe import Json, message_json
from lamppu_bot.workspace.errors import SlackError
from lamppu_bot.workspace.records import Blocks, Channel, Message
from lamppu_bot.workspace.state import WorkspaceState
from lamppu_bot.workspace.validation import check_message
from lamppu_bot.workspace.validation.limits import MESSAGE_TEXT, UPDATE_TEXT


def content(state: WorkspaceState, args: Args) -> tuple[str, Blocks]:
    """The text (cut at 40,000 characters) and the checked blocks of a message; `no_text` without either."""
    text = str(args.get("text") or "")[:MESSAGE_TEXT]
    blocks = structure(args, "blocks", "invalid_blocks_format") or []
    if not text.strip() and not blocks:
        raise SlackError("no_text")
    return text, check_message(blocks, state.settings.refused_block_types) if blocks else []


def _metadata(args: Args) -> dict[str, Any] | None:
    metadata = structure(args, "metadata", "invalid_metadata_format")
    if not metadata:
        return None
    is_sound = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    if not is_sound or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    return dict(metadata)


def thread_of(channel: Channel, args: Args) -> str | None:
    """The ts of the thread's parent that `thread_ts` names, or None for a message of its own."""
    thread_ts = args.get("thread_ts")
    if not thread_ts:
        return None
    parent = channel.messages.get(str(thread_ts))
    if parent is None:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


def post_message(state: WorkspaceState, args: Args) -> Json:
    """chat.postMessage: to a channel, or to a person's DM by user id."""
    channel = channel_to_post(state, required(args, "channel"))
    text, blocks = content(state, args)
    message = conversation.post(
        state,
        channel,
        state.identity.bot_user_id,
        text,
        blocks=blocks,
        bot_id=state.identity.bot_id,
        thread_ts=thread_of(channel, args),
        metadata=_metadata(args),
        subtype="thread_broadcast" if args.get("thread_ts") and flag(args, "reply_broadcast") else None,
    )
    return {"channel": channel.id, "ts": message.ts, "message": message_json(state, message, metadata=True)}


def own_message(state: WorkspaceState, args: Args, error: str) -> Message:
    """The bot's message that is to be changed or deleted; `error` when it is somebody else's."""
    channel = joined_channel(state, required(args, "channel"))
    message = channel.messages.get(required(args, "ts"))
    if message is None or message.subtype == "tombstone":
        raise SlackError("message_not_found")
    if message.user_id != state.identity.bot_user_id:
        raise SlackError(error)
    return message


def update(state: WorkspaceState, args: Args) -> Json:
    """chat.update: text and blocks are replaced, metadata only when given."""
    message = own_message(state, args, "cant_update_message")
    if state.channels[message.channel_id].archived:
        raise SlackError("is_archived")
    if len(str(args.get("text") or "")) > UPDATE_TEXT:
        raise SlackError("msg_too_long")
    text, blocks = content(state, args)
    facts = {"metadata": _metadata(args)} if "metadata" in args else {}
    conversation.change(state, message, text, blocks, **facts)
    shown = message_json(state, message, metadata=True)
    return {"channel": message.channel_id, "ts": message.ts, "text": text, "message": shown}


def delete(state: WorkspaceState, args: Args) -> Json:
    """chat.delete: the bot's own messages only."""
    message = own_message(state, args, "cant_delete_message")
    conversation.delete(state, message)
    return {"channel": message.channel_id, "ts": message.ts}


def post_ephemeral(state: WorkspaceState, args: Args) -> Json:
    """chat.postEphemeral: seen by one member of the channel, kept in no history."""
    channel = joined_channel(state, required(args, "channel"))
    user = state.user(required(args, "user"))
    if user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    if channel.archived:
        raise SlackError("is_archived")
    text, blocks = content(state, args)
    thread_ts = args.get("thread_ts")
    message = conversation.show_to(state, channel, user.id, text, blocks=blocks, thread_ts=thread_ts)
    return {"message_ts": message.ts}


def get_permalink(state: WorkspaceState, args: Args) -> Json:
    """chat.getPermalink."""
    channel = visible_channel(state, required(args, "channel"))
    ts = required(args, "message_ts")
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    digits = ts.replace(".", "")
    return {"channel": channel.id, "permalink": f"{state.url}/archives/{channel.id}/p{digits}"}


def add_reaction(state: WorkspaceState, args: Args) -> Json:
    """reactions.add."""
    channel = joined_channel(state, required(args, "channel"))
    message = channel.messages.get(required(args, "timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    people = message.reactions.setdefault(required(args, "name").strip(":"), [])
    if state.identity.bot_user_id in people:
        raise SlackError("already_reacted")
    people.append(state.identity.bot_user_id)
    message.version += 1
    state.touch()
    return {}
