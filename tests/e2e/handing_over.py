"""What people do in these tests when one asks another to answer."""

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person, VisibleMessage
from tests.e2e.acting import FI, card_of
from tests.e2e.talking import press

HAND_OVER = FI("card.hand_over")
TO, WHAT, WORD = (FI(f"handover.form.{name}") for name in ("to", "what", "word"))
ACCEPT, DECLINE, GIVE_BACK, WITHDRAW = (
    FI(f"handover.button.{name}") for name in ("accept", "decline", "give_back", "withdraw")
)
REASON = FI("handover.decline.reason")
ALL_FOUR = FI.plural("handover.form.all", 4)


def ask_colleague(house: Rehearsal, person: Person, colleague: Person, what: str = ALL_FOUR, word: str = "") -> str:
    """From the card; returns what the form says then."""
    person.click(HAND_OVER, card_of(person))
    return send(house, person, colleague, what, word)


def send(house: Rehearsal, person: Person, colleague: Person, what: str, word: str = "") -> str:
    """Fills in and sends the form that is open. It stays open where something is wrong with it."""
    person.fill(TO, colleague)
    person.fill(WHAT, what)
    person.fill(WORD, word)
    person.submit()
    house.settle()
    assert person.modal is not None
    said = person.modal.text + " ".join(person.modal.errors.values())
    if not person.modal.inputs:
        person.close_modal()
    return said


def request_of(person: Person) -> VisibleMessage:
    """The newest request that somebody has got."""
    return next(m for m in reversed(person.messages()) if "pyytää sinua vastaamaan" in m.text)


def accept(house: Rehearsal, person: Person) -> None:
    press(house, person, ACCEPT, request_of(person))


def decline(house: Rehearsal, person: Person, reason: str = "", button: str = DECLINE) -> None:
    person.click(button, request_of(person))
    person.fill(REASON, reason)
    person.submit()
    house.settle()


def kept_by(person: Person) -> VisibleMessage:
    """The newest message that tells an asker where the request stands."""
    starts = ("Olet pyytänyt", "Pyyntö kollegalle", "Pyyntö ei mennyt")
    found = [m for m in person.messages() if m.text.startswith(starts) or "luvannut vastata" in m.text]
    found += [m for m in person.messages() if "ei vastaa tähän." in m.text and not m.text.startswith("*")]
    return found[-1]
