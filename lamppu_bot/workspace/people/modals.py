"""What a person does in a modal, and what the bot's answer makes of it."""

from typing import Any

from lamppu_bot.workspace import events
from lamppu_bot.workspace.api.views import push_on, replace
from lamppu_bot.workspace.errors import NotOnScreenError, RefusedByWorkspaceError, SlackError
from lamppu_bot.workspace.people.controls import Control, action_of
from lamppu_bot.workspace.people.entering import typed_state
from lamppu_bot.workspace.people.forms import own_errors, state_values, stateful_elements
from lamppu_bot.workspace.records import User, View
from lamppu_bot.workspace.state import WorkspaceState
from lamppu_bot.workspace.validation import check_view

Json = dict[str, Any]


def _input(view: View, label: str) -> tuple[Json, Json]:
    found = list(stateful_elements(view.body["blocks"]))
    for block, element in found:
        if label in (block["block_id"], element["action_id"], block.get("label", {}).get("text")):
            return block, element
    offered = ", ".join(block.get("label", {}).get("text", block["block_id"]) for block, _ in found)
    raise NotOnScreenError(f"no input {label!r}; there is: {offered}")


def enter(state: WorkspaceState, user: User, view: View, label: str, value: Any) -> tuple[Json, Json]:
    """Enter a value and tell nobody; returns the block and the element."""
    block, element = _input(view, label)
    view.typed[block["block_id"], element["action_id"]] = typed_state(state, user, element, value)
    view.errors.pop(block["block_id"], None)
    state.touch()
    return block, element


def fill(state: WorkspaceState, user: User, view: View, label: str, value: Any) -> Json | None:
    """Enter a value; returns the interaction to send when the element reports its changes at once."""
    block, element = enter(state, user, view, label, value)
    key = (block["block_id"], element["action_id"])
    if block["type"] == "input" and not block.get("dispatch_action"):
        return None
    action = action_of(Control(label, block["block_id"], element), view.typed[key])
    return events.view_action(state, user, view, action, state_values(state, view.body["blocks"], view.typed))


def submission(state: WorkspaceState, user: User, view: View) -> Json | None:
    """The submission to send, or None when Slack's own client shows errors instead."""
    if "submit" not in view.body:
        raise NotOnScreenError("this modal has nothing to submit")
    view.errors = {}
    if errors := own_errors(state, view):
        view.refuse(errors)
        state.touch()
        return None
    return events.view_submission(state, user, view, state_values(state, view.body["blocks"], view.typed))


def apply_response(state: WorkspaceState, view: View, response: Json) -> None:
    """Do what the bot answered to a submission; without a word the view closes.

    Raises RefusedByWorkspaceError when Slack would not accept the answer; the modal then stays as it is.
    """
    with state.lock:
        stack = state.modals.get(view.user_id, [])
        try:
            _apply(state, stack, view, response)
        except SlackError as error:
            raise RefusedByWorkspaceError(f"{error.code}: {error.extra}") from error
        state.touch()


def _apply(state: WorkspaceState, stack: list[View], view: View, response: Json) -> None:
    action = response.get("response_action")
    if action == "errors":
        _show_errors(view, response.get("errors"))
    elif action == "clear":
        stack.clear()
    elif action in ("update", "push"):
        body = check_view(response.get("view"), "modal", state.settings.refused_block_types)
        if action == "update":
            replace(state, view, body)
        else:
            push_on(state, view.user_id, body)
    elif action is not None:
        raise SlackError("invalid_arguments", response_action=action)
    elif view in stack:
        stack.remove(view)


def _show_errors(view: View, errors: Any) -> None:
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_arguments", errors=errors)
    view.refuse({str(block_id): str(text) for block_id, text in errors.items()})


def close(state: WorkspaceState, user: User, view: View) -> Json | None:
    """Close a modal (all of them with `clear_on_close`); returns what to tell the bot when it asked to hear."""
    stack = state.modals[user.id]
    clears = bool(view.body.get("clear_on_close"))
    if clears:
        stack.clear()
    else:
        stack.remove(view)
    state.touch()
    if not view.body.get("notify_on_close"):
        return None
    values = state_values(state, view.body["blocks"], view.typed)
    return events.view_closed(state, user, view, values, is_cleared=clears)
