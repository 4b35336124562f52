"""A fault in one project's or round's affairs, kept from stopping the others."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from storage.database import DatabaseUnavailableError, unavailable_named

log = logging.getLogger(__name__)


@contextmanager
def guarded(doing: str) -> Iterator[None]:
    """Logs whatever goes wrong in the block, named `doing`, under a short reference, and goes on after it.

    Raises DatabaseUnavailableError: without the database the others can do nothing either.
    """
    try:
        with unavailable_named():
            yield
    except DatabaseUnavailableError:
        raise
    except Exception as fault:
        log.error("%s failed: reference %s", doing, secrets.token_hex(3), exc_info=fault)
