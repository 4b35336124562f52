"""What a coordinator does with the tools in these tests, and what is recorded of it."""

from sqlalchemy import select

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person, VisibleMessage
from storage.models import AuditEntry, Round


def ask(house: Rehearsal, person: Person, words: str = "") -> list[VisibleMessage]:
    """Types the command; returns its answers, at once or a moment later."""
    before = len(person.ephemerals)
    person.command("/lamppu", words)
    house.settle()
    return person.ephemerals[before:]


def steer(house: Rehearsal, person: Person, words: str, **filled: str) -> str:
    """Opens a tool by its word, fills in its form and sends it in; returns what is said then."""
    person.command("/lamppu", words)
    for label, value in filled.items():
        person.fill(label, value)
    return send_in(house, person)


def send_in(house: Rehearsal, person: Person) -> str:
    """Sends in the form that is open; returns what is said then, and closes it."""
    person.submit()
    house.settle()
    assert person.modal is not None
    said = person.modal.text
    person.close_modal()
    return said


def audit(house: Rehearsal) -> list[tuple[str, object]]:
    """What was recorded of the coordinators' doings."""
    with house.database.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action != "load").order_by(AuditEntry.id))
        return [(entry.action, entry.details) for entry in entries]


def states(house: Rehearsal) -> list[str]:
    """Of the rounds, in their order."""
    with house.database.read() as session:
        return list(session.scalars(select(Round.state).order_by(Round.id)))
