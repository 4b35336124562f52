"""What a person sees: a message, an open modal, the Home tab."""

from dataclasses import dataclass
from typing import Any

from lamppu_bot.workspace.errors import NotOnScreenError
from lamppu_bot.workspace.people.controls import controls
from lamppu_bot.workspace.people.forms import initial_state, readable, stateful_elements
from lamppu_bot.workspace.people.rendering import Reader, options_of
from lamppu_bot.workspace.records import Message, StoredFile, View
from lamppu_bot.workspace.state import WorkspaceState


class VisibleMessage:
    """A message as one person sees it whenever they look: its content follows later edits."""

    def __init__(self, state: WorkspaceState, reader: Reader, message: Message) -> None:
        self._state = state
        self._reader = reader
        self.message = message
        self.ts = message.ts
        self.thread_ts = message.thread_ts
        self.channel_id = message.channel_id
        self.author = state.users[message.user_id].real_name
        self.is_ephemeral = message.seen_only_by is not None

    @property
    def lines(self) -> list[str]:
        """The message line by line: its blocks or else its text, then its files' titles."""
        message = self.message
        text = self._reader.mrkdwn(message.text)
        is_typed = message.bot_id is None
        shown = self._reader.lines(message.blocks) if message.blocks and not is_typed else text.split("\n")
        return [*(shown if shown != [""] else []), *(f"({file.title})" for file in self.files)]

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    @property
    def fallback(self) -> str:
        """The top-level text: what notifications and screen readers say."""
        return self._reader.mrkdwn(self.message.text)

    @property
    def buttons(self) -> list[str]:
        """The labels that can be pressed."""
        return [control.label for control in controls(self.message.blocks)]

    @property
    def files(self) -> list[StoredFile]:
        """The files posted with it."""
        return [self._state.files[one] for one in self.message.file_ids]

    @property
    def thread(self) -> list["VisibleMessage"]:
        """The replies below it."""
        with self._state.lock:
            replies = self._state.channels[self.channel_id].replies(self.ts)
        return [VisibleMessage(self._state, self._reader, reply) for reply in replies]

    @property
    def is_edited(self) -> bool:
        """Whether it was changed after posting."""
        return self.message.edited is not None

    def __repr__(self) -> str:
        return f"<{self.author}: {self.text!r}>"


@dataclass(frozen=True)
class InputField:
    """One input of a modal; `value` is how its content reads now."""

    label: str
    block_id: str
    type: str
    value: str
    hint: str
    error: str
    optional: bool
    options: list[str]


class VisibleView:
    """A modal or Home tab as the person sees it whenever they look."""

    def __init__(self, reader: Reader, view: View) -> None:
        self._reader = reader
        self.view = view
        body = view.body
        self.title = reader.text(body.get("title"))
        self.submit_label = reader.text(body.get("submit"))
        self.close_label = reader.text(body.get("close"))
        self.callback_id = str(body.get("callback_id") or "")

    @property
    def text(self) -> str:
        """The blocks as plain lines."""
        return "\n".join(self._reader.lines(self.view.body["blocks"]))

    @property
    def buttons(self) -> list[str]:
        """The labels that can be pressed, without submit and close."""
        return [control.label for control in controls(self.view.body["blocks"])]

    @property
    def inputs(self) -> list[InputField]:
        """The inputs from top to bottom."""
        return [
            self._field(block, element)
            for block, element in stateful_elements(self.view.body["blocks"])
            if block["type"] == "input"
        ]

    def _field(self, block: dict[str, Any], element: dict[str, Any]) -> InputField:
        block_id = block["block_id"]
        state = self.view.typed.get((block_id, element["action_id"])) or initial_state(element)
        return InputField(
            label=self._reader.text(block["label"]),
            block_id=block_id,
            type=element["type"],
            value=readable(self._reader.state, state),
            hint=self._reader.text(block.get("hint")),
            error=self.view.errors.get(block_id, ""),
            optional=bool(block.get("optional")),
            options=[str(option["text"]["text"]) for option in options_of(element)],
        )

    def input(self, label: str) -> InputField:
        """The input with this label or block_id; raises NotOnScreenError when there is none."""
        for one in self.inputs:
            if label in (one.label, one.block_id):
                return one
        raise NotOnScreenError(f"no input {label!r} in {self.title!r}")

    @property
    def errors(self) -> dict[str, str]:
        """The errors shown, by the label of their input."""
        return {one.label: one.error for one in self.inputs if one.error}

    def __repr__(self) -> str:
        return f"<view {self.title!r}: {self.text!r}>"
