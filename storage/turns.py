"""Whose turn it is to write, in a process on SQLite: who is waited for goes first, otherwise who came first."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heapify, heappop, heappush
from itertools import count

Ticket = tuple[int, int, threading.Lock]


class Turns:
    """A lock that is handed on in order, so that no one's wait grows with the luck of the others.

    A plain lock goes to whoever asks at the right moment: under load some wait for seconds, and waking all that ask
    costs half as much again as the writing.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: list[Ticket] = []
        self._numbers = count()

    @contextmanager
    def turn(self, urgency: int, timeout: float) -> Iterator[bool]:
        """Yields whether the turn came within `timeout` seconds. The least urgency is the most urgent."""
        came = self._wait(urgency, timeout)
        try:
            yield came
        finally:
            if came:
                self._hand_on()

    def _wait(self, urgency: int, timeout: float) -> bool:
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            gate = threading.Lock()
            gate.acquire()
            ticket = (urgency, next(self._numbers), gate)
            heappush(self._waiting, ticket)
        return gate.acquire(timeout=timeout) or not self._withdrawn(ticket)

    def _withdrawn(self, ticket: Ticket) -> bool:
        """Takes the ticket back; False when its turn came at this very moment."""
        with self._guard:
            if ticket not in self._waiting:
                return False
            self._waiting.remove(ticket)
            heapify(self._waiting)
            return True

    def _hand_on(self) -> None:
        with self._guard:
            if self._waiting:
                heappop(self._waiting)[2].release()
            else:
                self._taken = False
