"""What is being dealt with just now: a short id that stands in every line of the log and with what it orders.

It is told by the context, not by arguments: everything that is done for a request, in its thread, is done under it.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str | None] = ContextVar("cause", default=None)


def current() -> str | None:
    """The id of what is being dealt with, if anything is."""
    return _current.get()


def new() -> str:
    return secrets.token_hex(4)


@contextmanager
def dealing_with(cause: str | None) -> Iterator[None]:
    """All that happens in the block, in this thread, happens because of that."""
    token = _current.set(cause)
    try:
        yield
    finally:
        _current.reset(token)
