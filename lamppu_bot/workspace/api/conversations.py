"""The conversations.* methods."""

from collections.abc import Sequence

from lamppu_bot.workspace.api.arguments import Args, flag, required
from lamppu_bot.workspace.api.paging import page_of
from lamppu_bot.workspace.api.reaching import joined_channel, reachable_user, visible_channel
from lamppu_bot.workspace.describe import Json, channel_json, message_json
from lamppu_bot.workspace.errors import SlackError
from lamppu_bot.workspace.records import Message
from lamppu_bot.workspace.state import WorkspaceState

PAGE = 100
LARGEST_PAGE = 999
LATEST = 10**16
"""Microseconds beyond every message."""
TYPES = {"public_channel": "public", "private_channel": "private", "im": "im"}


def open_dm(state: WorkspaceState, args: Args) -> Json:
    """conversations.open: the DM with one person, always the same one."""
    if args.get("channel"):
        channel = joined_channel(state, str(args["channel"]))
    else:
        users = [one.strip() for one in required(args, "users").split(",") if one.strip()]
        if len(users) != 1:
            raise SlackError("missing_scope", needed="mpim:write", provided=",".join(sorted(state.settings.scopes)))
        channel = state.dm_with(reachable_user(state, users[0]))
    if flag(args, "return_im"):
        return {"channel": channel_json(channel, bot_user_id=state.identity.bot_user_id)}
    return {"channel": {"id": channel.id}}


def info(state: WorkspaceState, args: Args) -> Json:
    """conversations.info."""
    channel = visible_channel(state, required(args, "channel"))
    return {"channel": channel_json(channel, bot_user_id=state.identity.bot_user_id)}


def members(state: WorkspaceState, args: Args) -> Json:
    """conversations.members, in one page."""
    channel = visible_channel(state, required(args, "channel"))
    return {"members": sorted(channel.members), "response_metadata": {"next_cursor": ""}}


def list_all(state: WorkspaceState, args: Args) -> Json:
    """conversations.list of the asked types, in one page."""
    kinds = {TYPES[one] for one in str(args.get("types") or "public_channel").split(",") if one in TYPES}
    bot = state.identity.bot_user_id
    listed = [
        channel_json(channel, bot_user_id=bot)
        for channel in state.channels.values()
        if channel.kind in kinds and (channel.kind == "public" or bot in channel.members)
    ]
    if flag(args, "exclude_archived"):
        listed = [one for one in listed if not one["is_archived"]]
    return {"channels": listed, "response_metadata": {"next_cursor": ""}}


def _within(messages: list[Message], args: Args) -> list[Message]:
    """The messages between `oldest` and `latest`, the bounds themselves only when `inclusive`."""
    oldest = _microseconds(args.get("oldest"), 0)
    latest = _microseconds(args.get("latest"), LATEST)
    if flag(args, "inclusive"):
        oldest, latest = oldest - 1, latest + 1
    return [message for message in messages if oldest < _microseconds(message.ts, 0) < latest]


def _microseconds(ts: object, default: int) -> int:
    """A ts as a whole number; fewer decimals than six are filled up."""
    if ts in (None, "", "now"):
        return default
    seconds, _, micros = str(ts).partition(".")
    try:
        return int(seconds) * 1_000_000 + int(micros.ljust(6, "0")[:6])
    except ValueError:
        raise SlackError("invalid_ts_oldest") from None


def _page(messages: Sequence[Message], args: Args) -> tuple[Sequence[Message], Json]:
    """One page of the messages, and what tells whether more follow."""
    page, cursor = page_of(messages, args, usual=PAGE, largest=LARGEST_PAGE, mark=lambda one: f"next_ts:{one.ts}")
    return page, {"has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def history(state: WorkspaceState, args: Args) -> Json:
    """conversations.history: newest first, without the replies in threads."""
    channel = joined_channel(state, required(args, "channel"))
    shown = [m for m in channel.messages.values() if not m.is_reply or m.subtype == "thread_broadcast"]
    page, more = _page(_within(shown, args)[::-1], args)
    metadata = flag(args, "include_all_metadata")
    return {"messages": [message_json(state, one, metadata=metadata) for one in page], "pin_count": 0, **more}


def replies(state: WorkspaceState, args: Args) -> Json:
    """conversations.replies: the parent, then its replies, oldest first."""
    channel = joined_channel(state, required(args, "channel"))
    anchor = channel.messages.get(required(args, "ts"))
    parent = channel.messages.get(anchor.thread_ts or anchor.ts) if anchor else None
    if parent is None:
        raise SlackError("thread_not_found")
    page, more = _page([parent, *_within(channel.replies(parent.ts), args)], args)
    metadata = flag(args, "include_all_metadata")
    return {"messages": [message_json(state, one, metadata=metadata) for one in page], **more}
