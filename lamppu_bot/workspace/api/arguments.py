"""Reading Web API arguments, which come as form text or as JSON values."""

import json
from typing import Any

from lamppu_bot.workspace.errors import SlackError

Args = dict[str, Any]


def required(args: Args, *names: str) -> str:
    """The first of these arguments that is given, as text; `invalid_arguments` when none is."""
    for name in names:
        if args.get(name) not in (None, ""):
            return str(args[name])
    message = f"[ERROR] missing required field: {names[0]}"
    raise SlackError("invalid_arguments", response_metadata={"messages": [message]})


def flag(args: Args, name: str, *, default: bool = False) -> bool:
    """A yes or no: `1`, `true` or a JSON true."""
    value = args.get(name)
    return default if value is None else str(value).lower() in ("1", "true")


def number(args: Args, name: str, *, default: int = 0, error: str) -> int:
    """A whole number above zero; `error` for anything else."""
    try:
        value = int(args.get(name) or default)
    except (TypeError, ValueError):
        raise SlackError(error) from None
    if value < 1:
        raise SlackError(error)
    return value


def structure(args: Args, name: str, error: str) -> Any:
    """A list or object, given as such or as JSON text; None when absent."""
    value = args.get(name)
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return json.loads(value)
    except ValueError:
        raise SlackError(error) from None
