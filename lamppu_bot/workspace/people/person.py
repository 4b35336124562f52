"""A simulated person: looks, clicks, types, submits."""

from collections.abc import Callable
from typing import Any

from lamppu_bot.workspace import conversation, events
from lamppu_bot.workspace.delivery import Delivery, DeliveryKind
from lamppu_bot.workspace.errors import NotAcknowledgedError, NotOnScreenError
from lamppu_bot.workspace.people import modals
from lamppu_bot.workspace.people.controls import Control, action_of, chosen_state, control_at, find_control
from lamppu_bot.workspace.people.entering import store, typed_state
from lamppu_bot.workspace.people.forms import state_values
from lamppu_bot.workspace.people.screen import VisibleMessage, VisibleView
from lamppu_bot.workspace.people.sight import Sight
from lamppu_bot.workspace.records import Channel, Message, User, View
from lamppu_bot.workspace.responses import answer
from lamppu_bot.workspace.state import PATIENCE_SECONDS, WorkspaceState
from lamppu_bot.workspace.text import message_text, rich_text

Deliver = Callable[[DeliveryKind, dict[str, Any]], Delivery]


class Person(Sight):
    """Somebody in the workspace; every method may be called from any thread.

    What is sent to the bot waits for its acknowledgement and raises NotAcknowledgedError without one, except
    events (saying, editing, deleting, opening the Home tab), which Slack brings in its own time.
    """

    def __init__(self, state: WorkspaceState, user: User, deliver: Deliver) -> None:
        super().__init__(state, user)
        self._deliver = deliver
        self._choices: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}

    def say(
        self,
        text: str,
        channel: Channel | str | None = None,
        thread_ts: str | VisibleMessage | None = None,
    ) -> VisibleMessage:
        """Write a message (default: to the bot), perhaps into a thread."""
        with self.state.lock:
            found = self._writable(channel)
            message = conversation.post(
                self.state,
                found,
                self.id,
                message_text(text),
                blocks=[rich_text(text) | {"block_id": self.state.next_id("b")}],
                thread_ts=_parent_ts(thread_ts),
                client_msg_id=self.state.next_id("m"),
            )
            return VisibleMessage(self.state, self.reader, message)

    def _writable(self, channel: Channel | str | None) -> Channel:
        found = self._channel(channel)
        if found.archived:
            raise NotOnScreenError(f"#{found.name} is archived")
        if found.kind == "im" and not self.state.settings.messages_tab_enabled:
            raise NotOnScreenError("the app's Messages tab is switched off")
        return found

    def _own(self, message: VisibleMessage) -> Message:
        if message.message.user_id != self.id:
            raise NotOnScreenError(f"{self.name} did not write {message!r}")
        return message.message

    def edit(self, message: VisibleMessage, text: str) -> None:
        """Change one's own message."""
        blocks = [rich_text(text) | {"block_id": self.state.next_id("b")}]
        conversation.change(self.state, self._own(message), message_text(text), blocks)

    def delete(self, message: VisibleMessage) -> None:
        """Delete one's own message."""
        conversation.delete(self.state, self._own(message))

    def upload(
        self,
        name: str,
        content: bytes,
        text: str = "",
        channel: Channel | str | None = None,
        thread_ts: str | VisibleMessage | None = None,
    ) -> VisibleMessage:
        """Post a file, perhaps with a message and into a thread."""
        with self.state.lock:
            found = self._writable(channel)
            file = store(self.state, self.user, name, content)
            message = conversation.share(
                self.state,
                found,
                self.id,
                [file],
                message_text(text),
                blocks=[rich_text(text) | {"block_id": self.state.next_id("b")}] if text else [],
                thread_ts=_parent_ts(thread_ts),
                subtype="file_share",
            )
            return VisibleMessage(self.state, self.reader, message)

    def open_home(self, tab: str = "home") -> VisibleView | None:
        """Look at the app's Home tab (or `messages`); the bot is told, and the tab as it is now returned."""
        with self.state.lock:
            events.publish_home_opened(self.state, self.user, tab)
            return self.home

    def click(self, label: str, message: VisibleMessage | VisibleView | None = None, *, near: str = "") -> None:
        """Press a button or choose an option by its label, of several alike the one beside a text with `near`.

        Looked for in the given message or view; else in the open modal, which covers everything; else in the
        newest message that has it; else in the Home tab.
        """
        with self.state.lock:
            place, control = self._find(label, near, message)
            payload = self._press(place, control)
        self._interact(payload, f"[{label}]")

    def operate(self, place: VisibleMessage | VisibleView, block_id: str, action_id: str, value: Any = None) -> None:
        """Press a button, or choose and enter in a control outside inputs, that is named by its ids.

        `value` is as in `fill`, and for an overflow menu the option; a button takes none.
        """
        with self.state.lock:
            record = place.message if isinstance(place, VisibleMessage) else place.view
            control = control_at(_blocks(record), block_id, action_id)
            payload = self._press(record, control, self._operated(control, value))
        self._interact(payload, f"[{control.label}]")

    def _operated(self, control: Control, value: Any) -> dict[str, Any]:
        if control.element["type"] in ("button", "overflow"):
            return {"type": control.element["type"], "selected_option": value}
        return typed_state(self.state, self.user, control.element, value)

    def chosen(self, message: VisibleMessage) -> dict[tuple[str, str], dict[str, Any]]:
        """What this person has chosen in the controls of a message, by block and action id."""
        return dict(self._choices.get(message.ts, {}))

    def _find(
        self, label: str, near: str, place: VisibleMessage | VisibleView | None
    ) -> tuple[Message | View, Control]:
        for candidate in self._places(place):
            control = find_control(_blocks(candidate), label, near)
            if control is not None:
                return candidate, control
        raise NotOnScreenError(f"{self.name} sees no [{label}]" + (f" near {near!r}" if near else ""))

    def _places(self, place: VisibleMessage | VisibleView | None) -> list[Message | View]:
        if isinstance(place, VisibleMessage):
            return [place.message]
        view = place or self.modal
        if view is not None:
            return [view.view]
        home = self.home
        newest_first = [one.message for one in reversed(self.everything())]
        return [*newest_first, *([home.view] if home else [])]

    def _press(self, place: Message | View, control: Control, state: dict[str, Any] | None = None) -> dict[str, Any]:
        """The interaction of a press; `state` is the element's after it, by default as the label says."""
        own = place.typed if isinstance(place, View) else self._choices.setdefault(place.ts, {})
        chosen = state or chosen_state(control, own.get(control.key))
        if control.element["type"] not in ("button", "overflow"):
            own[control.key] = chosen
        values = state_values(self.state, _blocks(place), own)
        action = action_of(control, chosen)
        if isinstance(place, View):
            return events.view_action(self.state, self.user, place, action, values)
        return events.message_action(self.state, self.user, place, action, values)

    def _interact(self, payload: dict[str, Any], what: str) -> Delivery:
        return self._acknowledged(self._deliver("interactive", payload), what)

    def _acknowledged(self, delivery: Delivery, what: str) -> Delivery:
        delivery.done.wait(PATIENCE_SECONDS)
        if not delivery.acked:
            reason = ", ".join(delivery.failures) or "the workspace was stopped"
            raise NotAcknowledgedError(f"the bot did not acknowledge {what} of {self.name}: {reason}")
        return delivery

    def _top(self) -> View:
        view = self.modal
        if view is None:
            raise NotOnScreenError(f"{self.name} has no modal open")
        return view.view

    def fill(self, label: str, value: Any) -> None:
        """Fill in an input of the open modal, named by its label or block_id.

        Text for text inputs (`- ` lines and bare links become lists and links in rich text, or rich_text JSON);
        an option's label for menus and radio buttons, a list of them for checkboxes; YYYY-MM-DD for dates; a
        person, their name or id for menus of people; (name, content) or a list of such for files.
        """
        with self.state.lock:
            payload = modals.fill(self.state, self.user, self._top(), label, value)
        if payload is not None:
            self._interact(payload, f"the change of {label!r}")

    def enter(self, label: str, value: Any) -> None:
        """Have something in an input while still typing: as `fill`, but nothing is told to the bot yet."""
        with self.state.lock:
            modals.enter(self.state, self.user, self._top(), label, value)

    def submit(self) -> None:
        """Submit the open modal; afterwards `modal` is what the bot made of it, with errors and typed text."""
        with self.state.lock:
            view = self._top()
            payload = modals.submission(self.state, self.user, view)
        if payload is None:
            return
        delivery = self._interact(payload, f"the submission of {view.body['title']['text']!r}")
        modals.apply_response(self.state, view, delivery.response or {})

    def close_modal(self) -> None:
        """Close the open modal; the bot hears of it when it asked to."""
        with self.state.lock:
            payload = modals.close(self.state, self.user, self._top())
        if payload is not None:
            self._interact(payload, "the closing of a modal")

    def command(self, command: str, text: str = "", channel: Channel | str | None = None) -> list[VisibleMessage]:
        """Type a slash command (default: in the DM); returns the answers shown to this person by then."""
        if self.user.external:
            raise NotOnScreenError("people from another organisation cannot use the app's commands")
        with self.state.lock:
            found = self._channel(channel)
            before = len(self.ephemerals)
            payload = events.slash_command(self.state, self.user, found, command, text)
        delivery = self._acknowledged(self._deliver("slash_commands", payload), f"{command} {text}".strip())
        response = delivery.response or {}
        if response.get("text") or response.get("blocks"):
            answer(self.state, self.id, found.id, response)
        return self.ephemerals[before:]


def _blocks(place: Message | View) -> list[dict[str, Any]]:
    return place.blocks if isinstance(place, Message) else place.body["blocks"]


def _parent_ts(thread: str | VisibleMessage | None) -> str | None:
    """The ts of a thread's parent, given as such or as any message of the thread."""
    return thread.thread_ts or thread.ts if isinstance(thread, VisibleMessage) else thread
