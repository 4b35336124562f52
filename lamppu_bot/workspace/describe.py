"""How users, channels, messages, files and views look in Slack's JSON."""

import mimetypes
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from lamppu_bot.workspace.records import Channel, Message, StoredFile, User, View
from lamppu_bot.workspace.state import WorkspaceState

Json = dict[str, Any]


def user_json(state: WorkspaceState, user: User, *, with_locale: bool = False) -> Json:
    """A user as in `users.info`; the address only with the scope for it, the locale only when asked for."""
    offset = datetime.now(UTC).astimezone(ZoneInfo(user.tz)).utcoffset()
    profile = {"real_name": user.real_name, "display_name": user.name, "team": state.identity.team_id}
    if user.email and "users:read.email" in state.settings.scopes:
        profile["email"] = user.email
    facts: Json = {
        "id": user.id,
        "team_id": "T0ELSEWHERE" if user.external else state.identity.team_id,
        "name": user.name,
        "deleted": user.deactivated,
        "real_name": user.real_name,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_restricted": user.guest,
        "is_ultra_restricted": False,
    }
    if not user.deactivated:
        facts |= {"tz": user.tz, "tz_label": user.tz, "tz_offset": int(offset.total_seconds()) if offset else 0}
    if user.external:
        facts["is_stranger"] = True
    elif with_locale:
        facts["locale"] = user.locale
    return facts


def channel_json(channel: Channel, *, bot_user_id: str) -> Json:
    """A conversation as in `conversations.info`."""
    facts: Json = {
        "id": channel.id,
        "is_im": channel.kind == "im",
        "is_channel": channel.kind != "im",
        "is_private": channel.kind != "public",
        "is_mpim": False,
        "is_group": False,
        "is_archived": channel.archived,
        "is_org_shared": False,
    }
    if channel.kind == "im":
        return facts | {"user": next(iter(channel.members - {bot_user_id}), bot_user_id), "is_open": True}
    return facts | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_member": bot_user_id in channel.members,
        "num_members": len(channel.members),
    }


def file_json(state: WorkspaceState, file: StoredFile) -> Json:
    """A file as in `files.info`; `shares` tells the ts per channel once it is posted."""
    mimetype = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    places: dict[str, dict[str, list[Json]]] = {}
    for share in file.shares:
        visibility = "public" if state.channels[share.channel_id].kind == "public" else "private"
        entry: Json = {"ts": share.ts, "channel_name": state.channels[share.channel_id].name}
        if share.thread_ts:
            entry["thread_ts"] = share.thread_ts
        places.setdefault(visibility, {}).setdefault(share.channel_id, []).append(entry)
    kinds = {"public": "channels", "private": "groups", "im": "ims"}
    listed: dict[str, list[str]] = {"channels": [], "groups": [], "ims": []}
    for share in file.shares:
        listed[kinds[state.channels[share.channel_id].kind]].append(share.channel_id)
    address = f"{state.url}/files/{state.identity.team_id}-{file.id}"
    in_url = quote(file.name)
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "mimetype": mimetype,
        "filetype": PurePath(file.name).suffix.removeprefix("."),
        "size": len(file.content or b""),
        "user": file.user_id,
        "mode": "hosted",
        "is_external": False,
        "url_private": f"{address}/{in_url}",
        "url_private_download": f"{address}/download/{in_url}",
        "permalink": f"{state.url}/permalink/{file.id}",
        "shares": places,
        **listed,
    }


def message_json(state: WorkspaceState, message: Message, *, metadata: bool = False) -> Json:
    """A message as in a history or an event; its metadata only when asked for."""
    facts: Json = {
        "type": "message",
        "user": message.user_id,
        "ts": message.ts,
        "team": state.identity.team_id,
        "text": message.text,
    }
    optional = {
        "subtype": message.subtype,
        "client_msg_id": message.client_msg_id,
        "blocks": message.blocks,
        "edited": message.edited,
        "metadata": message.metadata if metadata else None,
        "thread_ts": message.thread_ts,
    }
    facts |= {key: value for key, value in optional.items() if value}
    if message.bot_id:
        facts |= {"bot_id": message.bot_id, "app_id": state.identity.app_id}
    if message.file_ids:
        facts |= {"files": [file_json(state, state.files[one]) for one in message.file_ids], "upload": False}
    if message.reactions:
        facts["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    return facts | _thread_facts(state, message)


def _thread_facts(state: WorkspaceState, message: Message) -> Json:
    if message.thread_ts is None:
        return {}
    channel = state.channels[message.channel_id]
    if message.is_reply:
        parent = channel.messages.get(message.thread_ts)
        return {"parent_user_id": parent.user_id} if parent else {}
    replies = channel.replies(message.ts)
    if not replies:
        return {}
    users = sorted({reply.user_id for reply in replies})
    return {
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
    }


def view_json(state: WorkspaceState, view: View, *, values: Json | None = None) -> Json:
    """A view as in an interaction; `values` is what the person has chosen and typed so far."""
    body = view.body
    identity = state.identity
    facts: Json = {
        "id": view.id,
        "team_id": identity.team_id,
        "type": body["type"],
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata") or "",
        "callback_id": body.get("callback_id") or "",
        "external_id": body.get("external_id") or "",
        "state": {"values": values or {}},
        "hash": view.hash,
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "close": body.get("close"),
        "submit": body.get("submit"),
        "clear_on_close": bool(body.get("clear_on_close")),
        "notify_on_close": bool(body.get("notify_on_close")),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": identity.app_id,
        "bot_id": identity.bot_id,
        "app_installed_team_id": identity.team_id,
    }
    return facts
