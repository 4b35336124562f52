"""The table of Web API methods: what handles each one and which scopes it needs."""

from collections.abc import Callable
from dataclasses import dataclass

from lamppu_bot.workspace.api import chat, conversations, files, people, views
from lamppu_bot.workspace.api.arguments import Args
from lamppu_bot.workspace.describe import Json
from lamppu_bot.workspace.errors import SlackError
from lamppu_bot.workspace.state import WorkspaceState

Handler = Callable[[WorkspaceState, Args], Json]
ScopeOf = Callable[[WorkspaceState, Args], str]
PREFIXES = {"public": "channels", "private": "groups", "im": "im"}


@dataclass(frozen=True)
class Method:
    """One method; `scope` is a fixed scope, "" for none, or found from the arguments."""

    handle: Handler
    scope: str | ScopeOf = ""


def _by_channel(right: str) -> ScopeOf:
    """`channels:history`, `groups:history` or `im:history`, after the kind of the conversation."""

    def scope(state: WorkspaceState, args: Args) -> str:
        channel = state.channels.get(str(args.get("channel", "")))
        return f"{PREFIXES[channel.kind]}:{right}" if channel else ""

    return scope


def _by_types(_state: WorkspaceState, args: Args) -> str:
    types = str(args.get("types") or "public_channel").split(",")
    return ",".join(f"{PREFIXES[conversations.TYPES[one]]}:read" for one in types if one in conversations.TYPES)


METHODS: dict[str, Method] = {
    "api.test": Method(people.api_test),
    "auth.test": Method(people.auth_test),
    "bots.info": Method(people.bot_info, "users:read"),
    "users.info": Method(people.info, "users:read"),
    "users.list": Method(people.list_all, "users:read"),
    "users.lookupByEmail": Method(people.lookup_by_email, "users:read.email"),
    "conversations.open": Method(conversations.open_dm, "im:write"),
    "conversations.info": Method(conversations.info, _by_channel("read")),
    "conversations.members": Method(conversations.members, _by_channel("read")),
    "conversations.list": Method(conversations.list_all, _by_types),
    "conversations.history": Method(conversations.history, _by_channel("history")),
    "conversations.replies": Method(conversations.replies, _by_channel("history")),
    "chat.postMessage": Method(chat.post_message, "chat:write"),
    "chat.update": Method(chat.update, "chat:write"),
    "chat.delete": Method(chat.delete, "chat:write"),
    "chat.postEphemeral": Method(chat.post_ephemeral, "chat:write"),
    "chat.getPermalink": Method(chat.get_permalink),
    "reactions.add": Method(chat.add_reaction, "reactions:write"),
    "views.open": Method(views.open_modal),
    "views.push": Method(views.push),
    "views.update": Method(views.update),
    "views.publish": Method(views.publish),
    "files.getUploadURLExternal": Method(files.get_upload_url, "files:write"),
    "files.completeUploadExternal": Method(files.complete_upload, "files:write"),
    "files.info": Method(files.info, "files:read"),
}


def call(state: WorkspaceState, method: str, args: Args) -> Json:
    """Do what the method says, under the lock; raises SlackError for anything that Slack would refuse."""
    found = METHODS.get(method)
    if found is None:
        raise SlackError("unknown_method", req_method=method)
    with state.lock:
        needed = found.scope if isinstance(found.scope, str) else found.scope(state, args)
        if needed and not set(needed.split(",")) <= state.settings.scopes:
            provided = ",".join(sorted(state.settings.scopes))
            raise SlackError("missing_scope", needed=needed, provided=provided)
        return {"ok": True, **found.handle(state, args)}
