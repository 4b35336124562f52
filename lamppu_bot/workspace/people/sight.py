"""What one person of the workspace sees, and waiting to see it."""

from collections.abc import Callable
from typing import Any, Self, TypeVar, overload

from lamppu_bot.workspace.errors import NotOnScreenError
from lamppu_bot.workspace.people.rendering import Reader
from lamppu_bot.workspace.people.screen import VisibleMessage, VisibleView
from lamppu_bot.workspace.records import Channel, Message, User
from lamppu_bot.workspace.state import PATIENCE_SECONDS, WorkspaceState

T = TypeVar("T")


class Sight:
    """The conversations, modals and Home tab of one person."""

    def __init__(self, state: WorkspaceState, user: User) -> None:
        self.state = state
        self.user = user
        self.id = user.id
        self.name = user.real_name
        self.reader = Reader(state, user)

    def __repr__(self) -> str:
        return f"<{self.name}>"

    @property
    def dm(self) -> Channel:
        """The direct messages with the bot."""
        return self.state.dm_with(self.user)

    def _channel(self, channel: Channel | str | None) -> Channel:
        if channel is None:
            return self.dm
        return self.state.find_channel(channel if isinstance(channel, str) else channel.id, self.id)

    def _show(self, messages: list[Message]) -> list[VisibleMessage]:
        return [VisibleMessage(self.state, self.reader, message) for message in messages]

    def messages(self, channel: Channel | str | None = None, thread_ts: str | None = None) -> list[VisibleMessage]:
        """A conversation's messages from oldest to newest (default: the DM), or a thread with its parent."""
        with self.state.lock:
            found = self._channel(channel)
            if thread_ts:
                parents = [found.messages[thread_ts]] if thread_ts in found.messages else []
                return self._show(parents + found.replies(thread_ts))
            return self._show([message for message in found.messages.values() if not message.is_reply])

    def message(self, channel: Channel | str, ts: str) -> VisibleMessage:
        """The message with this ts, among those shown to this person alone too; NotOnScreenError when it is gone."""
        with self.state.lock:
            found = self._channel(channel).messages.get(ts)
            own = (one for one in self.state.ephemerals if one.ts == ts and one.seen_only_by == self.id)
            message = found or next(own, None)
            if message is None:
                raise NotOnScreenError(f"{self.name} sees no message {ts}")
            return VisibleMessage(self.state, self.reader, message)

    def view(self, view_id: str) -> VisibleView:
        """The topmost modal or the Home tab, if it has this id; NotOnScreenError when it is gone."""
        for view in (self.modal, self.home):
            if view is not None and view.view.id == view_id:
                return view
        raise NotOnScreenError(f"{self.name} sees no view {view_id}")

    @property
    def ephemerals(self) -> list[VisibleMessage]:
        """The messages shown to this person alone, oldest first."""
        with self.state.lock:
            return self._show([one for one in self.state.ephemerals if one.seen_only_by == self.id])

    def everything(self) -> list[VisibleMessage]:
        """All messages that this person can see anywhere, threads and ephemeral ones too, oldest first."""
        with self.state.lock:
            seen = [one for channel in self.state.channels_of(self.id) for one in channel.messages.values()]
            seen += [one for one in self.state.ephemerals if one.seen_only_by == self.id]
            return self._show(sorted(seen, key=lambda message: message.ts))

    @property
    def modal(self) -> VisibleView | None:
        """The open modal, the topmost one."""
        with self.state.lock:
            stack = self.state.modals.get(self.id)
            return VisibleView(self.reader, stack[-1]) if stack else None

    @property
    def home(self) -> VisibleView | None:
        """The Home tab as it stands; `open_home` also tells the bot."""
        with self.state.lock:
            view = self.state.homes.get(self.id)
            return VisibleView(self.reader, view) if view else None

    @overload
    def wait_for(self, wanted: str, timeout: float = PATIENCE_SECONDS) -> VisibleMessage | VisibleView: ...

    @overload
    def wait_for(self, wanted: Callable[[Self], T], timeout: float = PATIENCE_SECONDS) -> T: ...

    def wait_for(self, wanted: Any, timeout: float = PATIENCE_SECONDS) -> Any:
        """Wait until this person sees a text (in a message, modal or Home tab) or the predicate holds.

        Returns what shows the text, or the predicate's value; raises AssertionError after `timeout` seconds.
        """
        look = (lambda: self._showing(wanted)) if isinstance(wanted, str) else (lambda: wanted(self))
        what = f"{self.name} to see {wanted!r}" if isinstance(wanted, str) else f"{self.name}'s condition"
        return self.state.wait_until(look, timeout, what)

    def _showing(self, text: str) -> VisibleMessage | VisibleView | None:
        for view in (self.modal, self.home):
            if view is not None and (text in view.text or text in view.title):
                return view
        return next((one for one in reversed(self.everything()) if text in one.text), None)
