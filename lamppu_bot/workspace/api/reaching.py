"""Which conversations the bot can reach, and the error when it cannot."""

from lamppu_bot.workspace.errors import SlackError
from lamppu_bot.workspace.records import Channel, User
from lamppu_bot.workspace.state import WorkspaceState


def visible_channel(state: WorkspaceState, channel_id: str) -> Channel:
    """A conversation that the bot may know of; a private one that it is not in does not exist for it."""
    channel = state.channels.get(channel_id)
    bot = state.identity.bot_user_id
    if channel is None or (channel.kind != "public" and bot not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def joined_channel(state: WorkspaceState, channel_id: str) -> Channel:
    """A conversation that the bot belongs to."""
    channel = visible_channel(state, channel_id)
    if state.identity.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def reachable_user(state: WorkspaceState, user_id: str) -> User:
    """A person to whom the bot can send a DM.

    Somebody of another organisation is reached only while they share a channel with the bot.
    """
    user = state.user(user_id)
    if user.deactivated:
        raise SlackError("user_disabled")
    if user.external and not _shares_a_channel(state, user_id):
        raise SlackError("user_not_visible")
    return user


def _shares_a_channel(state: WorkspaceState, user_id: str) -> bool:
    bot = state.identity.bot_user_id
    return any(bot in channel.members and channel.kind != "im" for channel in state.channels_of(user_id))


def channel_to_post(state: WorkspaceState, target: str) -> Channel:
    """The conversation for a channel id or a user id (whose DM it opens), ready to be written to."""
    is_user = target.startswith("U")
    channel = state.dm_with(reachable_user(state, target)) if is_user else joined_channel(state, target)
    if channel.archived:
        raise SlackError("is_archived")
    if channel.kind == "im":
        for user_id in channel.members - {state.identity.bot_user_id}:
            reachable_user(state, user_id)
        if not state.settings.messages_tab_enabled:
            raise SlackError("messages_tab_disabled")
    return channel
