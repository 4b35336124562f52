"""Whose turn it is to write when several want to."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from storage.turns import NoTurnError, Turns

PATIENCE = 10.0


@contextmanager
def turn(turns: Turns, timeout: float = 0, *, gives_way: float = 0) -> Iterator[None]:
    turns.take(timeout, gives_way=gives_way)
    try:
        yield
    finally:
        turns.hand_on()


class Line:
    """People who stand in line for a turn, one after the other, and the order in which they had it."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.order: list[str] = []
        self.threads: list[threading.Thread] = []

    def join(self, name: str, gives_way: float = 0) -> None:
        """Stands in line; returns once that is so."""
        before = len(self.turns._waiting)
        thread = threading.Thread(target=self._take, args=(name, gives_way))
        thread.start()
        self.threads.append(thread)
        wait_until(lambda: len(self.turns._waiting) > before)

    def _take(self, name: str, gives_way: float) -> None:
        with turn(self.turns, PATIENCE, gives_way=gives_way):
            self.order.append(name)

    def served(self) -> list[str]:
        for thread in self.threads:
            thread.join(PATIENCE)
        return self.order


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_turns_go_in_the_order_of_asking() -> None:
    turns = Turns()
    line = Line(turns)
    with turn(turns):
        for name in ("first", "second", "third"):
            line.join(name)
    assert line.served() == ["first", "second", "third"]


def test_who_gives_way_comes_after_those_who_asked_later() -> None:
    turns = Turns()
    line = Line(turns)
    with turn(turns):
        line.join("worker", gives_way=60)
        line.join("calendar", gives_way=60)
        line.join("listener")
    assert line.served() == ["listener", "worker", "calendar"]


def test_who_has_given_way_for_long_enough_comes_before_those_who_ask_now() -> None:
    turns = Turns()
    line = Line(turns)
    with turn(turns):
        line.join("worker", gives_way=1e-9)
        line.join("listener")
    assert line.served() == ["worker", "listener"]


def test_turn_is_handed_to_the_urgent_alone_where_that_is_asked() -> None:
    turns = Turns()
    line = Line(turns)
    turns.take(0)
    assert not turns.hand_on_to_urgent()
    line.join("worker", gives_way=60)
    assert not turns.hand_on_to_urgent()
    line.join("listener")
    assert turns.hand_on_to_urgent()
    assert line.served() == ["listener", "worker"]


def test_turn_that_does_not_come_in_time_is_given_up_and_the_line_goes_on() -> None:
    turns = Turns()
    line = Line(turns)
    with turn(turns):
        line.join("waiting")
        with pytest.raises(NoTurnError):
            turns.take(0.01)
    assert line.served() == ["waiting"]
    turns.take(0)


def test_turns_are_never_held_by_two() -> None:
    turns = Turns()
    inside, most = 0, 0
    guard = threading.Lock()

    def work() -> None:
        nonlocal inside, most
        for round_ in range(200):
            with suppress(NoTurnError), turn(turns, 0.0005 * (round_ % 3), gives_way=0.001 * (round_ % 2)):
                with guard:
                    inside += 1
                    most = max(most, inside)
                with guard:
                    inside -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert most == 1
    turns.take(0)
