"""What the people of the LAMPPU project do in these tests, in their own words."""

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.texts import texts_for
from lamppu_bot.workspace import Person, VisibleMessage

FI = texts_for("fi")
TEXT, CHOICE = FI("answer_form.text"), FI("answer_form.choice")
READY, DRAFT, NOTHING = (FI(f"answer_form.choice.{state}") for state in ("answered", "draft", "nothing"))
NEXT = FI("card.next")


def card_of(person: Person, partner: str = "") -> VisibleMessage:
    """The newest card in the person's DM that holds this name, of a partner or a project."""
    ending = FI("card.heading", project="", semester="").split()[-1]
    return [m for m in person.messages() if m.lines and m.lines[0].endswith(ending) and partner in m.text][-1]


def answer(house: Rehearsal, person: Person, text: str, choice: str = READY) -> None:
    """Fills in and sends the form that is open, or the next one of the card."""
    if person.modal is None:
        person.click(NEXT, card_of(person))
    person.fill(TEXT, text)
    person.fill(CHOICE, choice)
    person.submit()
    house.settle()


def hand_in(house: Rehearsal, person: Person, *written: str, choice: str = READY, partner: str = "") -> None:
    """Answers as many open objectives in one go; the bot sends what comes of it afterwards."""
    person.click(NEXT, card_of(person, partner))
    for text in written:
        person.fill(TEXT, text)
        person.fill(CHOICE, choice)
        person.submit()
    person.close_modal()
    house.settle()


def answer_all(house: Rehearsal, person: Person, text: str = "Tehty.") -> None:
    """Answers whatever is still open, one form after the other."""
    person.click(NEXT, card_of(person))
    while person.modal and person.modal.inputs:
        answer(house, person, text)
    person.close_modal()
