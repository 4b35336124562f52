"""The controls on a message, modal or Home tab: finding one by its label, the action that a press makes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lamppu_bot.workspace.events import action_ts
from lamppu_bot.workspace.people.rendering import element_labels, options_of

Json = dict[str, Any]


@dataclass(frozen=True)
class Control:
    """One thing to press: an element, or one option of it."""

    label: str
    block_id: str
    element: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """Where its state is kept."""
        return self.block_id, str(self.element["action_id"])


def controls(blocks: list[Json]) -> Iterator[Control]:
    """Every control of the blocks, in reading order; inputs are filled in and not pressed."""
    for block in blocks:
        elements = block.get("elements", ()) if block["type"] == "actions" else ()
        for element in (*elements, *filter(None, [block.get("accessory")])):
            for label in element_labels(element):
                yield Control(label, block["block_id"], element)


def find_control(blocks: list[Json], label: str) -> Control | None:
    """The control with this label or, as a screen reader says it, accessibility label; else the only one it begins."""
    found = list(controls(blocks))
    whole = [control for control in found if label in (control.label, control.element.get("accessibility_label"))]
    begun = [control for control in found if control.label.startswith(label)]
    return whole[0] if whole else begun[0] if len(begun) == 1 else None


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
