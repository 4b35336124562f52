"""Whose turn it is to write, in a process on SQLite: in the order of asking, but work in the background gives way."""

import threading
from heapq import heapify, heappop, heappush
from itertools import count
from time import monotonic

Ticket = tuple[float, int, bool, threading.Lock]


class NoTurnError(Exception):
    """The turn did not come in time."""


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

    def take(self, timeout: float, *, gives_way: float = 0.0) -> None:
        """Returns when the turn has come, to be handed on. Raises NoTurnError when it has not within `timeout` seconds.

        Those who ask within the next `gives_way` seconds go first; those who ask later do not, so that under a load
        that never ends everybody's turn comes.
        """
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            gate = threading.Lock()
            gate.acquire()
            ticket = (monotonic() + gives_way, next(self._numbers), gives_way == 0, gate)
            heappush(self._waiting, ticket)
        if not gate.acquire(timeout=timeout) and self._withdrawn(ticket):
            raise NoTurnError

    def hand_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._let_go_first()
            else:
                self._taken = False

    def hand_on_to_urgent(self) -> bool:
        """Hands the turn on if the next one gives way to nobody; else it stays, and False comes back."""
        with self._guard:
            is_urgent = bool(self._waiting) and self._waiting[0][2]
            if is_urgent:
                self._let_go_first()
            return is_urgent

    def _let_go_first(self) -> None:
        heappop(self._waiting)[-1].release()

    def _withdrawn(self, ticket: Ticket) -> bool:
        """Takes the ticket back; False when its turn came at this very moment."""
        with self._guard:
            if ticket not in self._waiting:
                return False
            self._waiting.remove(ticket)
            heapify(self._waiting)
            return True
