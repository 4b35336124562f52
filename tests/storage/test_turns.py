"""Whose turn it is to write when several want to."""

import threading
import time
from collections.abc import Callable

from storage.turns import Turns

PATIENCE = 10.0


class Line:
    """People who stand in line for a turn, one after the other, and the order in which they had it."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.order: list[str] = []
        self.threads: list[threading.Thread] = []

    def join(self, name: str, urgency: int) -> None:
        """Stands in line; returns once that is so."""
        before = len(self.turns._waiting)
        thread = threading.Thread(target=self._take, args=(name, urgency))
        thread.start()
        self.threads.append(thread)
        wait_until(lambda: len(self.turns._waiting) > before)

    def _take(self, name: str, urgency: int) -> None:
        with self.turns.turn(urgency, PATIENCE) as came:
            self.order.append(name if came else f"{name} in vain")

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
    with turns.turn(0, PATIENCE):
        for name in ("first", "second", "third"):
            line.join(name, 0)
    assert line.served() == ["first", "second", "third"]


def test_turns_of_the_urgent_come_before_those_who_asked_earlier() -> None:
    turns = Turns()
    line = Line(turns)
    with turns.turn(0, PATIENCE):
        line.join("worker", 1)
        line.join("calendar", 1)
        line.join("listener", 0)
    assert line.served() == ["listener", "worker", "calendar"]


def test_turn_that_does_not_come_in_time_is_given_up_and_the_line_goes_on() -> None:
    turns = Turns()
    line = Line(turns)
    with turns.turn(0, PATIENCE):
        line.join("waiting", 0)
        with turns.turn(0, 0.01) as came:
            assert not came
    assert line.served() == ["waiting"]
    with turns.turn(0, 0) as came:
        assert came


def test_turn_is_handed_on_after_a_fault() -> None:
    turns = Turns()
    try:
        with turns.turn(0, PATIENCE):
            raise RuntimeError("a use case failed")
    except RuntimeError:
        pass
    with turns.turn(0, 0) as came:
        assert came


def test_turns_are_never_held_by_two() -> None:
    turns = Turns()
    inside, most = 0, 0
    guard = threading.Lock()

    def work() -> None:
        nonlocal inside, most
        for round_ in range(200):
            with turns.turn(round_ % 2, 0.0005 * (round_ % 3)) as came:
                if not came:
                    continue
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
    with turns.turn(0, 0) as came:
        assert came
