"""The things a workspace holds: users, channels, messages, files, views, triggers, response URLs."""

from dataclasses import dataclass, field
from typing import Any, Literal

ChannelKind = Literal["public", "private", "im"]
Blocks = list[dict[str, Any]]


@dataclass
class User:
    """A member of the workspace; `name` is the handle, `locale` like fi-FI, `tz` an IANA name.

    An `external` user comes from another organisation through a shared channel (Slack Connect), a `guest` sees only
    the channels they were invited to.
    """

    id: str
    name: str
    real_name: str
    email: str
    locale: str
    tz: str
    deactivated: bool = False
    is_bot: bool = False
    external: bool = False
    guest: bool = False
    dm_id: str | None = None


@dataclass(eq=False)
class Message:
    """One message; `blocks` are replaced on change and never altered in place, so they may be shared.

    `seen_only_by` is set on ephemeral messages, which stand in no history.
    """

    channel_id: str
    ts: str
    user_id: str
    text: str
    blocks: Blocks = field(default_factory=list)
    bot_id: str | None = None
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    file_ids: list[str] = field(default_factory=list)
    edited: dict[str, str] | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    subtype: str | None = None
    client_msg_id: str | None = None
    seen_only_by: str | None = None
    version: int = 0

    @property
    def is_reply(self) -> bool:
        """Whether the message stands in a thread below another one."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class Channel:
    """A conversation with its messages by ts, oldest first."""

    id: str
    name: str
    kind: ChannelKind
    members: set[str] = field(default_factory=set)
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)

    def replies(self, thread_ts: str) -> list[Message]:
        """The replies of a thread without its parent, oldest first."""
        return [m for m in self.messages.values() if m.thread_ts == thread_ts and m.ts != thread_ts]


@dataclass(frozen=True)
class Share:
    """Where a file was posted."""

    channel_id: str
    ts: str
    thread_ts: str | None


@dataclass
class StoredFile:
    """An upload; `content` is None until the bytes arrive, `completed` until it is shared or kept private."""

    id: str
    name: str
    title: str
    length: int
    user_id: str
    content: bytes | None = None
    completed: bool = False
    shares: list[Share] = field(default_factory=list)


@dataclass(eq=False)
class View:
    """An open modal or a Home tab: what the bot sent, and what the person has typed into it.

    `typed` maps (block_id, action_id) to the element's state as Slack reports it in `state.values`. `errors` are those
    beside its inputs, by block_id; `refusals` counts how often it was sent in and came back with some.
    """

    id: str
    user_id: str
    body: dict[str, Any]
    hash: str
    root_id: str
    previous_id: str | None = None
    typed: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    refusals: int = 0

    def refuse(self, errors: dict[str, str]) -> None:
        """Come back with these errors."""
        self.errors = errors
        self.refusals += 1


@dataclass
class Trigger:
    """Permission to open a modal: once, within three seconds of real time (`issued` is monotonic)."""

    user_id: str
    issued: float
    view_id: str | None = None
    used: bool = False


@dataclass
class ResponseUrl:
    """Where the bot may answer an interaction: five times within thirty minutes (`issued` is monotonic)."""

    user_id: str
    channel_id: str
    issued: float
    message_ts: str | None = None
    uses: int = 0
