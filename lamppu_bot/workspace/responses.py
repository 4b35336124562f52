"""Answers by response_url: five within thirty minutes, ephemeral unless told otherwise."""

from lamppu_bot.workspace import conversation
from lamppu_bot.workspace.api.arguments import Args, flag
from lamppu_bot.workspace.api.chat import content
from lamppu_bot.workspace.errors import SlackError
from lamppu_bot.workspace.records import Message, ResponseUrl
from lamppu_bot.workspace.state import WorkspaceState

USES = 5
SECONDS = 30 * 60.0


def respond(state: WorkspaceState, key: str, args: Args) -> None:
    """Do what the bot posted to a response URL; `expired_url` or `used_url` when it is no longer good."""
    with state.lock:
        address = state.response_urls.get(key)
        if address is None or state.monotonic() - address.issued > SECONDS:
            raise SlackError("expired_url")
        if address.uses >= USES:
            raise SlackError("used_url")
        original = _original(state, address)
        if flag(args, "delete_original"):
            _delete(state, original)
        elif flag(args, "replace_original") and original is not None:
            text, blocks = content(state, args)
            conversation.change(state, original, text, blocks)
        else:
            answer(state, address.user_id, address.channel_id, args)
        address.uses += 1


def _original(state: WorkspaceState, address: ResponseUrl) -> Message | None:
    """The message that the interaction came from, ephemeral or not."""
    for message in state.ephemerals:
        if message.ts == address.message_ts and message.seen_only_by == address.user_id:
            return message
    return state.channels[address.channel_id].messages.get(address.message_ts or "")


def _delete(state: WorkspaceState, original: Message | None) -> None:
    if original is None:
        return
    if original.seen_only_by:
        state.ephemerals.remove(original)
        state.touch()
    else:
        conversation.delete(state, original)


def answer(state: WorkspaceState, user_id: str, channel_id: str, args: Args) -> Message:
    """Post an answer to a command or interaction where it was made: to the person alone, or `in_channel`."""
    text, blocks = content(state, args)
    channel = state.channels[channel_id]
    thread_ts = args.get("thread_ts")
    if args.get("response_type") == "in_channel":
        bot = state.identity
        return conversation.post(
            state, channel, bot.bot_user_id, text, blocks=blocks, bot_id=bot.bot_id, thread_ts=thread_ts
        )
    return conversation.show_to(state, channel, user_id, text, blocks=blocks, thread_ts=thread_ts)
