"""Entering values into inputs: what a person types, chooses or attaches becomes the state that Slack reports."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from lamppu_bot.workspace.errors import NotOnScreenError
from lamppu_bot.workspace.people.forms import STATE_FIELDS
from lamppu_bot.workspace.people.rendering import options_of
from lamppu_bot.workspace.records import StoredFile, User
from lamppu_bot.workspace.state import WorkspaceState
from lamppu_bot.workspace.text import rich_text

Json = dict[str, Any]


@runtime_checkable
class Chosen(Protocol):
    """Somebody chosen in a menu of people: a person of the workspace has an id."""

    id: str


def typed_state(state: WorkspaceState, user: User, element: Mapping[str, Any], value: Any) -> Json:
    """The state after `user` entered `value`; None empties the element.

    Choices are given by their label, or as the option itself; people as such, by name or by id; files as
    (name, content), or as what was stored before.
    """
    kind = element["type"]
    name = STATE_FIELDS[kind][0]
    is_list = name.endswith("s")
    if value in (None, "", [], ()):
        return {"type": kind, name: [] if is_list else None}
    if name == "rich_text_value":
        return {"type": kind, name: rich_text(value) if isinstance(value, str) else value}
    is_single = isinstance(value, str | int | float | tuple | Mapping) or not hasattr(value, "__iter__")
    entered = [_entered(state, user, element, name, part) for part in ([value] if is_single else value)]
    return {"type": kind, name: entered if is_list else entered[0]}


def _entered(state: WorkspaceState, user: User, element: Mapping[str, Any], name: str, value: Any) -> Any:
    if name in ("selected_option", "selected_options"):
        return _option(element, value)
    if name in ("selected_user", "selected_users"):
        return _user_id(state, value)
    if name == "files":
        return store(state, user, *value).id if isinstance(value, tuple) else _file_id(state, user, value)
    return value if name == "selected_date_time" else str(value)


def _option(element: Mapping[str, Any], value: Any) -> Json:
    for option in options_of(element):
        if value in (option, option["text"]["text"]):
            return option
    offered = ", ".join(str(option["text"]["text"]) for option in options_of(element))
    raise NotOnScreenError(f"no option {value!r}; there is: {offered}")


def _user_id(state: WorkspaceState, value: Any) -> str:
    wanted = value.id if isinstance(value, Chosen) else str(value)
    for user in state.users.values():
        if wanted in (user.id, user.real_name) and not user.deactivated:
            return user.id
    raise NotOnScreenError(f"nobody here is {wanted!r}")


def store(state: WorkspaceState, user: User, name: str, content: bytes) -> StoredFile:
    """Keep somebody's file, to be shared in a message or handed in with a form."""
    with state.lock:
        file = StoredFile(state.next_id("F"), name, name, len(content), user.id, content, completed=True)
        state.files[file.id] = file
        return file


def _file_id(state: WorkspaceState, user: User, value: Any) -> str:
    file = state.files.get(value.id if isinstance(value, StoredFile) else str(value))
    if file is None or file.user_id != user.id:
        raise NotOnScreenError(f"{user.real_name} has no file {value!r}")
    return file.id
