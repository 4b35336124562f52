"""What a person does on the page, carried out as that person; each answers once the bot has heard of it."""

from collections.abc import Callable, Mapping
from typing import Any

from lamppu_bot.workspace.errors import NotOnScreenError
from lamppu_bot.workspace.people import Person, VisibleMessage, VisibleView
from lamppu_bot.workspace.people.entering import store
from lamppu_bot.workspace.people.rendering import options_of

Json = Mapping[str, Any]


def act(person: Person, wish: Json) -> None:
    """Do what the page asks for.

    Raises KeyError, TypeError or ValueError for a wish that the page does not make, NotOnScreenError for something
    that is not there any more, NotAcknowledgedError when the bot does not answer.
    """
    _ACTS[wish["do"]](person, wish)


def _say(person: Person, wish: Json) -> None:
    person.say(_text(wish), str(wish["channel"]), str(wish.get("thread") or "") or None)


def _edit(person: Person, wish: Json) -> None:
    person.edit(_message(person, wish), _text(wish))


def _delete(person: Person, wish: Json) -> None:
    person.delete(_message(person, wish))


def _message(person: Person, wish: Json) -> VisibleMessage:
    return person.message(str(wish["channel"]), str(wish["ts"]))


def _text(wish: Json) -> str:
    text = str(wish["text"]).replace("\r\n", "\n").strip()
    if not text:
        raise ValueError("nothing was written")
    return text


def _press(person: Person, wish: Json) -> None:
    _enter_all(person, wish)
    place = person.view(str(wish["view"])) if wish.get("view") else _message(person, wish)
    blocks = place.view.body["blocks"] if isinstance(place, VisibleView) else place.message.blocks
    person.operate(place, wish["block"], wish["action"], _value(blocks, wish["block"], wish["action"], wish))


def _value(blocks: list[dict[str, Any]], block_id: str, action_id: str, wish: Json) -> Any:
    """The value that was entered; choices come as the numbers of their options."""
    value = wish.get("value")
    for block in blocks:
        elements = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        for element in elements if block["block_id"] == block_id else ():
            if element and element.get("action_id") == action_id and (options := options_of(element)):
                chosen = [options[int(number)] for number in value or ()]
                return chosen if _takes_several(element) else next(iter(chosen), None)
    return value


def _takes_several(element: Json) -> bool:
    return element["type"] == "checkboxes" or str(element["type"]).startswith("multi_")


def _fill(person: Person, wish: Json) -> None:
    view = _topmost(person, wish)
    person.fill(wish["block"], _value(view.view.body["blocks"], wish["block"], wish["action"], wish))


def _submit(person: Person, wish: Json) -> None:
    _topmost(person, wish)
    _enter_all(person, wish)
    person.submit()


def _enter_all(person: Person, wish: Json) -> None:
    """What has been typed into the form and not been told yet."""
    for entered in wish.get("values", ()):
        blocks = _topmost(person, wish).view.body["blocks"]
        person.enter(entered["block"], _value(blocks, entered["block"], entered["action"], entered))


def _close(person: Person, wish: Json) -> None:
    _topmost(person, wish)
    person.close_modal()


def _topmost(person: Person, wish: Json) -> VisibleView:
    view = person.modal
    if view is None or view.view.id != wish["view"]:
        raise NotOnScreenError(f"{person.name} has not this form before them")
    return view


def _command(person: Person, wish: Json) -> None:
    person.command(str(wish["command"]), str(wish.get("text", "")), str(wish["channel"]))


def _open_home(person: Person, _wish: Json) -> None:
    person.open_home()


def attach(person: Person, name: str, content: bytes) -> dict[str, str]:
    """Keep a file for a form; returns its id and name."""
    file = store(person.state, person.user, name, content)
    return {"id": file.id, "name": file.name}


_ACTS: Mapping[str, Callable[[Person, Json], None]] = {
    "say": _say,
    "edit": _edit,
    "delete": _delete,
    "press": _press,
    "fill": _fill,
    "submit": _submit,
    "close": _close,
    "command": _command,
    "home": _open_home,
}
