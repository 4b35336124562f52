"""The controls on a message, modal or Home tab: finding one by its label, the action that a press makes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lamppu_bot.workspace.errors import NotOnScreenError
from lamppu_bot.workspace.events import action_ts
from lamppu_bot.workspace.people.rendering import element_labels, options_of

Json = dict[str, Any]


@dataclass(frozen=True)
class Control:
    """One thing to press: an element, or one option of it; `beside` is the text that it stands beside or below."""

    label: str
    block_id: str
    element: Mapping[str, Any]
    beside: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Where its state is kept."""
        return self.block_id, str(self.element["action_id"])


def controls(blocks: list[Json]) -> Iterator[Control]:
    """Every control of the blocks, in reading order; inputs are filled in and not pressed."""
    beside = ""
    for block in blocks:
        beside = _own_text(block) or beside
        for element in _pressable(block):
            for label in element_labels(element):
                yield Control(label, block["block_id"], element, beside)


def _pressable(block: Json) -> list[Json]:
    elements = block["elements"] if block["type"] == "actions" else []
    return [*elements, *filter(None, [block.get("accessory")])]


def _own_text(block: Json) -> str:
    texts = [block.get("text"), *(block.get("fields") or ())]
    return "\n".join(str(text["text"]) for text in texts if isinstance(text, dict))


def find_control(blocks: list[Json], label: str, near: str = "") -> Control | None:
    """The first control with this label that stands beside a text with `near` in it."""
    return next((one for one in controls(blocks) if one.label == label and near in one.beside), None)


def control_at(blocks: list[Json], block_id: str, action_id: str) -> Control:
    """The control with these ids; raises NotOnScreenError where there is none any more."""
    for block in blocks:
        for element in _pressable(block) if block["block_id"] == block_id else ():
            if element.get("action_id") == action_id:
                return Control(" ".join(element_labels(element)[:1]), block_id, element)
    raise NotOnScreenError(f"there is no {action_id} in {block_id}")


def chosen_state(control: Control, before: Mapping[str, Any] | None) -> Json:
    """The element's state after a press: a selected option, or a toggled one among checkboxes."""
    kind = str(control.element["type"])
    option = next((one for one in options_of(control.element) if one["text"]["text"] == control.label), None)
    if kind in ("checkboxes", "multi_static_select"):
        selected = list((before or {}).get("selected_options") or control.element.get("initial_options") or ())
        selected = [one for one in selected if one != option] if option in selected else [*selected, option]
        return {"type": kind, "selected_options": selected}
    return {"type": kind, "selected_option": option}


def action_of(control: Control, state: Mapping[str, Any]) -> Json:
    """The entry of `actions` in the interaction's payload."""
    element = control.element
    action: Json = {
        "action_id": element["action_id"],
        "block_id": control.block_id,
        "type": element["type"],
        "action_ts": action_ts(),
    }
    if element["type"] == "button":
        return action | {key: element[key] for key in ("text", "value", "style") if key in element}
    return action | dict(state)
