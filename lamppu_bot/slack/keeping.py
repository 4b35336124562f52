"""Keeps a delivery's lease while what it says is being made: a large report takes longer than a lease lasts."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from lamppu_bot.side_process import LONGEST_SECONDS
from lamppu_bot.slack.booking import Book
from lamppu_bot.slack.tracing import about
from storage.claims import Claimed, LeaseLostError
from storage.database import DatabaseUnavailableError

logger = logging.getLogger(__name__)

# A lease is renewed this often while it would last: one attempt may fail, and the lease is there still.
RENEWALS_A_LEASE = 3


class Keeper:
    """Without it each of two workers makes a report whose lease ends meanwhile, loses it to the other one, and so on.

    The lease of what is being made in a process that ends runs out as any other.
    """

    def __init__(self, book: Book) -> None:
        self._book = book

    @contextmanager
    def keeping(self, claimed: Claimed) -> Iterator[None]:
        """The lease holds for the length of the block, but no longer than any making may take."""
        is_over = threading.Event()
        pause = self._book.timing.lease / RENEWALS_A_LEASE
        timer = threading.Timer(pause.total_seconds(), self._keep, (claimed, pause, is_over))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            is_over.set()
            timer.cancel()

    def _keep(self, claimed: Claimed, pause: timedelta, is_over: threading.Event) -> None:
        for _ in range(int(LONGEST_SECONDS / pause.total_seconds())):
            if is_over.is_set() or not self._is_renewed(claimed):
                return
            is_over.wait(pause.total_seconds())

    def _is_renewed(self, claimed: Claimed) -> bool:
        """False where it has gone to another worker; where the database is away, there may be time to try again."""
        try:
            self._book.renew(claimed)
        except LeaseLostError:
            return False
        except DatabaseUnavailableError as error:
            logger.info("its lease could not be renewed: %s", error, extra=about(claimed))
        return True
