"""Lists by pages, as Slack gives them: a page and a cursor that leads to the next."""

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar

from lamppu_bot.workspace.api.arguments import Args, number
from lamppu_bot.workspace.errors import SlackError

T = TypeVar("T")


def page_of(
    items: Sequence[T], args: Args, *, usual: int, largest: int, mark: Callable[[T], str]
) -> tuple[Sequence[T], str]:
    """The page that `limit` and `cursor` ask for, and the next cursor, empty at the end.

    `mark` is what a cursor says of the item that it leads to; `usual` is the limit where none is given.
    """
    limit = min(number(args, "limit", default=usual, error="invalid_limit"), largest)
    if args.get("cursor"):
        items = items[_start(items, str(args["cursor"]), mark) :]
    page, rest = items[:limit], items[limit:]
    return page, base64.b64encode(mark(rest[0]).encode()).decode() if rest else ""


def _start(items: Sequence[T], cursor: str, mark: Callable[[T], str]) -> int:
    try:
        wanted = base64.b64decode(cursor, validate=True).decode()
    except ValueError:
        raise SlackError("invalid_cursor") from None
    start = next((n for n, item in enumerate(items) if mark(item) == wanted), None)
    if start is None:
        raise SlackError("invalid_cursor")
    return start
