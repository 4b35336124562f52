"""The views.* methods and the stack of modals that a person has open."""

import secrets
import time
from typing import Any

from lamppu_bot.workspace.api.arguments import Args, required, structure
from lamppu_bot.workspace.describe import Json, view_json
from lamppu_bot.workspace.errors import SlackError
from lamppu_bot.workspace.records import Trigger, View
from lamppu_bot.workspace.state import WorkspaceState
from lamppu_bot.workspace.validation import check_view
from lamppu_bot.workspace.validation.limits import MODAL_STACK

TRIGGER_SECONDS = 3.0


def _hash() -> str:
    return f"{int(time.time())}.{secrets.token_hex(4)}"


def _checked(state: WorkspaceState, view: object, kind: str) -> dict[str, Any]:
    return check_view(view, kind, state.settings.refused_block_types)


def _view_argument(args: Args) -> Any:
    return structure(args, "view", "invalid_arguments")


def _use_trigger(state: WorkspaceState, args: Args) -> Trigger:
    """The trigger, used up by this call."""
    trigger = state.triggers.get(required(args, "trigger_id", "interactivity_pointer"))
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if state.monotonic() - trigger.issued > TRIGGER_SECONDS:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger


def _add(state: WorkspaceState, user_id: str, body: dict[str, Any], below: View | None = None) -> View:
    view_id = state.next_id("V")
    root = below.root_id if below else view_id
    view = View(view_id, user_id, body, _hash(), root, below.id if below else None)
    state.views[view.id] = view
    return view


def open_modal(state: WorkspaceState, args: Args) -> Json:
    """views.open: a new stack of modals with this one in it."""
    body = _checked(state, _view_argument(args), "modal")
    trigger = _use_trigger(state, args)
    view = _add(state, trigger.user_id, body)
    state.modals[trigger.user_id] = [view]
    state.touch()
    return {"view": view_json(state, view)}


def push(state: WorkspaceState, args: Args) -> Json:
    """views.push: one more modal on the open stack, three at most."""
    body = _checked(state, _view_argument(args), "modal")
    trigger = _use_trigger(state, args)
    return {"view": view_json(state, push_on(state, trigger.user_id, body))}


def push_on(state: WorkspaceState, user_id: str, body: dict[str, Any]) -> View:
    """Put a checked view on top of a person's open modals."""
    stack = state.modals.get(user_id)
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= MODAL_STACK:
        raise SlackError("push_limit_reached")
    view = _add(state, user_id, body, stack[-1])
    stack.append(view)
    state.touch()
    return view


def replace(state: WorkspaceState, view: View, body: dict[str, Any]) -> None:
    """Give a view new content; what was typed stays where block_id and action_id stay."""
    view.body, view.hash, view.errors = body, _hash(), {}
    kept = {
        (block["block_id"], element["action_id"])
        for block in body["blocks"]
        for element in (block.get("element"), block.get("accessory"), *block.get("elements", ()))
        if isinstance(element, dict) and "action_id" in element
    }
    view.typed = {key: value for key, value in view.typed.items() if key in kept}
    state.touch()


def is_open(state: WorkspaceState, view: View) -> bool:
    """Whether the person still has this modal open, or this is their Home tab."""
    return view in state.modals.get(view.user_id, ()) or state.homes.get(view.user_id) is view


def _open_view(state: WorkspaceState, args: Args) -> View:
    """The view that an update names, while it is still open."""
    if args.get("view_id"):
        candidates = [state.views.get(str(args["view_id"]))]
    else:
        wanted = required(args, "external_id", "view_id")
        candidates = [view for view in state.views.values() if view.body.get("external_id") == wanted]
    for view in candidates:
        if view is not None and is_open(state, view):
            return view
    raise SlackError("not_found")


def update(state: WorkspaceState, args: Args) -> Json:
    """views.update: by view_id or external_id; a `hash` that is not the newest is a `hash_conflict`."""
    view = _open_view(state, args)
    if args.get("hash") and args["hash"] != view.hash:
        raise SlackError("hash_conflict")
    replace(state, view, _checked(state, _view_argument(args), view.body["type"]))
    return {"view": view_json(state, view)}


def publish(state: WorkspaceState, args: Args) -> Json:
    """views.publish: a person's Home tab."""
    user = state.user(required(args, "user_id"))
    body = _checked(state, _view_argument(args), "home")
    view = state.homes.get(user.id)
    if args.get("hash") and (view is None or args["hash"] != view.hash):
        raise SlackError("hash_conflict")
    if view is None:
        state.homes[user.id] = view = _add(state, user.id, body)
        state.touch()
    else:
        replace(state, view, body)
    return {"view": view_json(state, view)}
