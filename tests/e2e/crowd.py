"""People who answer as fast as the bot says yes, and press again where it does not."""

import threading
from collections.abc import Iterable
from typing import Self

from lamppu_bot.workspace import NotAcknowledgedError, NotOnScreenError, Person
from tests.e2e.acting import CHOICE, FI, READY, TEXT

PAUSE_SECONDS = 0.05  # before somebody presses again
# The buttons of one objective, whose answer may be written again and again.
OPENERS = (FI("card.button.answered"), FI("card.button.missing"))


class Crowd:
    """Within the context everybody answers. `kept` are the texts that the bot acknowledged without an error.

    `unheard` counts presses that nobody acknowledged, `refused` those that were answered with an error.
    """

    def __init__(self, people: Iterable[Person]) -> None:
        self.kept: list[str] = []
        self.unheard = self.refused = 0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._answer_on, args=(person,)) for person in people]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @property
    def pressed(self) -> int:
        return len(self.kept) + self.unheard + self.refused

    def _answer_on(self, person: Person) -> None:
        number = 0
        while not self._stop.is_set():
            if self._has_form(person):
                number += 1
                self._answer(person, f"{person.name} {number}")
            else:
                self._stop.wait(PAUSE_SECONDS)

    def _has_form(self, person: Person) -> bool:
        """Whether a form is open by now; a press on the card may come to nothing."""
        if person.modal and person.modal.inputs:
            return True
        try:
            if person.modal:
                person.close_modal()
            self._press_card(person)
        except NotAcknowledgedError:
            self.unheard += 1
            return False
        has_form = bool(person.modal and person.modal.inputs)
        self.refused += not has_form
        return has_form

    def _press_card(self, person: Person) -> None:
        for opener in OPENERS:
            try:
                person.click(opener)
                return
            except NotOnScreenError:
                continue

    def _answer(self, person: Person, text: str) -> None:
        person.fill(TEXT, text)
        person.fill(CHOICE, READY)
        while not self._is_kept(person):
            if self._stop.wait(PAUSE_SECONDS):
                return
        self.kept.append(text)

    def _is_kept(self, person: Person) -> bool:
        try:
            person.submit()
        except NotAcknowledgedError:
            self.unheard += 1
            return False
        if person.modal and person.modal.errors:
            self.refused += 1
            return False
        return True
