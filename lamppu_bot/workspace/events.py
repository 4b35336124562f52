"""The payloads that the bot receives: events, interactions and slash commands."""

import time
from typing import Any

from lamppu_bot.workspace.describe import Json, message_json, view_json
from lamppu_bot.workspace.records import Channel, Message, User, View
from lamppu_bot.workspace.state import WorkspaceState

VERIFICATION_TOKEN = "local-verification-token"  # noqa: S105 - deprecated by Slack, sent for completeness
CHANNEL_TYPES = {"public": "channel", "private": "group", "im": "im"}
SUBSCRIPTIONS = {"public": "message.channels", "private": "message.groups", "im": "message.im"}


def event_callback(state: WorkspaceState, event: Json) -> Json:
    """The outer event of the Events API with a new `event_id`."""
    identity = state.identity
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": identity.team_id,
        "context_team_id": identity.team_id,
        "context_enterprise_id": None,
        "api_app_id": identity.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": state.next_id("Ev"),
        "event_time": int(state.clock()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": identity.team_id,
                "user_id": identity.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{identity.team_id}-{identity.app_id}",
    }


def _publish_message(state: WorkspaceState, channel: Channel, event: Json) -> None:
    if state.identity.bot_user_id in channel.members:
        event |= {"channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind]}
        state.publish(SUBSCRIPTIONS[channel.kind], event)


def publish_posted(state: WorkspaceState, channel: Channel, message: Message) -> None:
    """Tell the bot of a new message (its own ones too, as Slack does)."""
    event = message_json(state, message) | {"event_ts": message.ts}
    _publish_message(state, channel, event)
    if f"<@{state.identity.bot_user_id}>" in message.text and channel.kind != "im":
        state.publish("app_mention", event | {"type": "app_mention"})


def publish_changed(state: WorkspaceState, channel: Channel, message: Message, before: Json) -> None:
    """Tell the bot of an edited message; `before` is the message as it was."""
    ts = state.next_ts()
    event = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": message_json(state, message),
        "previous_message": before,
        "ts": ts,
        "event_ts": ts,
    }
    _publish_message(state, channel, event)


def publish_deleted(state: WorkspaceState, channel: Channel, before: Json) -> None:
    """Tell the bot of a deleted message; `before` is the message as it was."""
    ts = state.next_ts()
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": before["ts"],
        "previous_message": before,
        "ts": ts,
        "event_ts": ts,
    }
    _publish_message(state, channel, event)


def publish_membership(state: WorkspaceState, channel: Channel, user_id: str, *, joined: bool) -> None:
    """Tell the bot that somebody (perhaps itself) came into or left a channel."""
    kind = "member_joined_channel" if joined else "member_left_channel"
    channel_type = "C" if channel.kind == "public" else "G"
    event = {"type": kind, "user": user_id, "channel": channel.id, "channel_type": channel_type}
    state.publish(kind, event | {"team": state.identity.team_id, "event_ts": state.next_ts()})


def publish_home_opened(state: WorkspaceState, user: User, tab: str) -> None:
    """Tell the bot that a person looks at its Home or Messages tab."""
    event: Json = {"type": "app_home_opened", "user": user.id, "channel": state.dm_with(user).id, "tab": tab}
    home = state.homes.get(user.id)
    if tab == "home" and home is not None:
        event["view"] = view_json(state, home)
    state.publish("app_home_opened", event | {"event_ts": state.next_ts()})


def _interaction(state: WorkspaceState, user: User, kind: str, view_id: str | None = None) -> Json:
    identity = state.identity
    return {
        "type": kind,
        "team": {"id": identity.team_id, "domain": identity.team_name.lower()},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": identity.team_id},
        "api_app_id": identity.app_id,
        "token": VERIFICATION_TOKEN,
        "trigger_id": state.issue_trigger(user.id, view_id),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_action(state: WorkspaceState, user: User, message: Message, action: Json, values: Json) -> Json:
    """A click on a control of a message."""
    channel = state.channels[message.channel_id]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.seen_only_by is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    return _interaction(state, user, "block_actions") | {
        "container": container,
        "channel": {"id": channel.id, "name": channel.name},
        "message": message_json(state, message, metadata=True),
        "state": {"values": values},
        "response_url": state.issue_response_url(user.id, channel.id, message.ts),
        "actions": [action],
    }


def view_action(state: WorkspaceState, user: User, view: View, action: Json, values: Json) -> Json:
    """A click on a control of a modal or of the Home tab."""
    return _interaction(state, user, "block_actions", view.id) | {
        "container": {"type": "view", "view_id": view.id},
        "view": view_json(state, view, values=values),
        "actions": [action],
    }


def view_submission(state: WorkspaceState, user: User, view: View, values: Json) -> Json:
    """The submission of a modal."""
    return _interaction(state, user, "view_submission", view.id) | {
        "view": view_json(state, view, values=values),
        "response_urls": [],
    }


def view_closed(state: WorkspaceState, user: User, view: View, values: Json, *, is_cleared: bool) -> Json:
    """The closing of a modal that wants to hear of it."""
    payload = _interaction(state, user, "view_closed") | {"is_cleared": is_cleared}
    del payload["trigger_id"]
    return payload | {"view": view_json(state, view, values=values)}


def slash_command(state: WorkspaceState, user: User, channel: Channel, command: str, text: str) -> dict[str, Any]:
    """A slash command typed into a channel."""
    identity = state.identity
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": identity.team_id,
        "team_domain": identity.team_name.lower(),
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": identity.app_id,
        "is_enterprise_install": "false",
        "response_url": state.issue_response_url(user.id, channel.id),
        "trigger_id": state.issue_trigger(user.id),
    }


def action_ts() -> str:
    """The time of a click, in real seconds as text."""
    return f"{time.time():.6f}"
