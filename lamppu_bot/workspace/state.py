"""The workspace's memory: one lock, one condition that tells of every change, ids and timestamps."""

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from lamppu_bot.workspace.errors import NotOnScreenError, SlackError
from lamppu_bot.workspace.records import (
    Channel,
    ChannelKind,
    Message,
    ResponseUrl,
    StoredFile,
    Trigger,
    User,
    View,
)

BOT_SCOPES = frozenset(
    {"chat:write", "commands", "files:read", "files:write", "im:history", "im:write"}
    | {"channels:history", "channels:read", "groups:history", "groups:read", "users:read", "users:read.email"}
)
"""What the app's manifest asks for (SLACK.md, "People and permissions")."""

BOT_EVENTS = frozenset({"app_home_opened", "message.im"})
"""The event subscriptions of the app, in the names of Slack's manifest."""


PATIENCE_SECONDS = 30.0
"""How long is waited, unless somebody says otherwise, for what takes a moment: a busy machine may take many."""

LOOK_AGAIN_SECONDS = 0.1
"""Waiting looks again that often even when nothing was announced: a condition may look beyond the workspace."""


@dataclass
class Identity:
    """Who the workspace and its bot are; tokens and the secret are drawn anew for every workspace."""

    team_id: str = "T0LAMPPU"
    team_name: str = "Rehearsal"
    app_id: str = "A0LAMPPU"
    bot_id: str = "B0LAMPPU"
    bot_user_id: str = "U0LAMPPU"
    bot_name: str = "lamppu"
    bot_token: str = field(default_factory=lambda: f"xoxb-local-{secrets.token_hex(12)}")
    app_token: str = field(default_factory=lambda: f"xapp-1-A0LAMPPU-{secrets.token_hex(12)}")
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))


@dataclass
class Settings:
    """What may be varied: granted scopes, subscribed events, block types that Slack would refuse.

    `token_error` is what Slack says of the bot's token when it does not take it any more; `clock_ahead` by how many
    seconds the time that its answers tell is ahead of this machine's. `refusals` are what Slack's client says itself
    beside inputs, by the names of `people.forms.REFUSALS`, for people who read another language than English.
    """

    scopes: set[str] = field(default_factory=lambda: set(BOT_SCOPES))
    events: set[str] = field(default_factory=lambda: set(BOT_EVENTS))
    refused_block_types: set[str] = field(default_factory=set)
    messages_tab_enabled: bool = True
    token_error: str = ""
    clock_ahead: float = 0.0
    refusals: dict[str, str] = field(default_factory=dict)


REMEMBERED = 20_000
"""How many calls, deliveries, triggers and response URLs are kept, so that a long load test stays small."""


def _forget_oldest(kept: dict[str, Any]) -> None:
    if len(kept) > REMEMBERED:
        del kept[next(iter(kept))]


Publish = Callable[[str, dict[str, Any]], None]


class WorkspaceState:
    """Everything that exists; take `lock` to read or change several things together.

    `publish` is called with a subscription name (`message.im`) and the event whenever the bot would be told;
    `url` is where the workspace is served, for links and response URLs.
    """

    def __init__(self, clock: Callable[[], float], settings: Settings) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.clock = clock
        self.settings = settings
        self.identity = Identity()
        self.url = ""
        self.publish: Publish = lambda _name, _event: None
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, StoredFile] = {}
        self.views: dict[str, View] = {}
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.ephemerals: list[Message] = []
        self._numbers = count(1)
        self._seed = secrets.token_hex(8)
        self._last_ts = 0
        self._changes = 0
        self._passed = 0.0
        self._add_bot()

    def _add_bot(self) -> None:
        bot = self.identity
        name = bot.bot_name
        self.users[bot.bot_user_id] = User(
            bot.bot_user_id, name, name.capitalize(), "", "en-US", "Europe/Helsinki", is_bot=True
        )

    def monotonic(self) -> float:
        """Seconds for deadlines: real ones, and those that were let pass."""
        return time.monotonic() + self._passed

    def let_pass(self, seconds: float) -> None:
        """Have deadlines come nearer without waiting."""
        with self.lock:
            self._passed += seconds
            self.touch()

    def touch(self) -> None:
        """Wake everybody who waits for a change."""
        with self.lock:
            self._changes += 1
            self.changed.notify_all()

    def wait_until(self, condition: Callable[[], Any], timeout: float, what: str) -> Any:
        """Wait up to `timeout` seconds until the condition holds, looking again after every change.

        Returns the condition's value; raises AssertionError naming `what` was waited for.
        """
        deadline = time.monotonic() + timeout
        while True:
            seen = self._changes
            if value := condition():
                return value
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"waited {timeout:g} s in vain for {what}")
            with self.lock:
                if self._changes == seen:
                    self.changed.wait(min(left, LOOK_AGAIN_SECONDS))

    def wait_changed(self, seen: int, timeout: float) -> int:
        """Wait until there were more changes than `seen`, or `timeout` seconds; returns how many there were."""
        with self.lock:
            if self._changes == seen:
                self.changed.wait(timeout)
            return self._changes

    def next_id(self, prefix: str) -> str:
        """A new id of Slack's shape: a capital letter and ten characters."""
        return f"{prefix}{next(self._numbers):010d}"

    def next_ts(self) -> str:
        """A new message ts by the workspace's clock, unique and later than every one before."""
        with self.lock:
            self._last_ts = max(self._last_ts + 1, int(self.clock() * 1_000_000))
            seconds, micros = divmod(self._last_ts, 1_000_000)
            return f"{seconds}.{micros:06d}"

    def add_user(self, real_name: str, email: str, **facts: Any) -> User:
        """A new member; the handle is made from the e-mail address."""
        with self.lock:
            user = User(self.next_id("U"), email.split("@", maxsplit=1)[0].lower(), real_name, email, **facts)
            self.users[user.id] = user
            self.touch()
            return user

    def add_channel(self, name: str, kind: ChannelKind, members: Iterable[str]) -> Channel:
        """A new conversation with the given user ids in it."""
        with self.lock:
            channel = Channel(self.next_id("D" if kind == "im" else "C"), name, kind, set(members))
            self.channels[channel.id] = channel
            self.touch()
            return channel

    def dm_with(self, user: User) -> Channel:
        """The direct message channel of the bot and this user, made on first use and stable from then on."""
        with self.lock:
            if user.dm_id is None:
                members = (user.id, self.identity.bot_user_id)
                user.dm_id = self.add_channel("directmessage", "im", members).id
            return self.channels[user.dm_id]

    def user(self, user_id: str) -> User:
        """The user, or `user_not_found`."""
        try:
            return self.users[user_id]
        except KeyError:
            raise SlackError("user_not_found") from None

    def channels_of(self, user_id: str) -> Iterator[Channel]:
        """The conversations that this user belongs to."""
        return (channel for channel in list(self.channels.values()) if user_id in channel.members)

    def find_channel(self, name_or_id: str, user_id: str) -> Channel:
        """A conversation by id or name, as this user sees it."""
        known = self.channels.get(name_or_id)
        if known is not None and user_id in known.members:
            return known
        for channel in self.channels_of(user_id):
            if channel.kind != "im" and channel.name == name_or_id.removeprefix("#"):
                return channel
        raise NotOnScreenError(f"{self.users[user_id].real_name} sees no channel {name_or_id!r}")

    def issue_trigger(self, user_id: str, view_id: str | None = None) -> str:
        """A trigger id for an interaction of this user, from within the view when there is one."""
        trigger_id = f"{next(self._numbers)}.{self.identity.team_id}.{self._seed}"
        self.triggers[trigger_id] = Trigger(user_id, self.monotonic(), view_id)
        _forget_oldest(self.triggers)
        return trigger_id

    def issue_response_url(self, user_id: str, channel_id: str, message_ts: str | None = None) -> str:
        """An address for answers to an interaction of this user in this channel."""
        key = f"{self._seed}{next(self._numbers):x}"
        self.response_urls[key] = ResponseUrl(user_id, channel_id, self.monotonic(), message_ts)
        _forget_oldest(self.response_urls)
        return f"{self.url}/response/{key}"
