"""What the tests of faults have in common: time that passes without being waited for, and what is true afterwards."""

from datetime import timedelta

from sqlalchemy import select

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.slack import parking
from lamppu_bot.texts import texts_for
from lamppu_bot.workspace import NotAcknowledgedError, Person, VisibleMessage
from storage.models import Delivery, Revision
from tests.storm import looking

FI = texts_for("fi")
TROUBLE = FI("trouble.slack")
LOOK_AFTER = 60.0
A_WHILE = parking.TRY_AGAIN_AFTER.total_seconds() + 1


def let_pass(house: Rehearsal, seconds: float) -> None:
    """Real time passes, for Slack first; the calendar stands still."""
    house.workspace.let_pass(seconds)
    house.clock.ahead += timedelta(seconds=seconds)


def wait(house: Rehearsal, seconds: float) -> None:
    """Real time passes, and the bot does what is due then."""
    let_pass(house, seconds)
    house.settle()


def hurry(house: Rehearsal) -> None:
    """Whatever the worker would wait for passes at once; one thread, for time that passes for all has one order."""
    worker = house.bot.worker
    worker.threads = 1
    worker.sleep = worker.pacer.sleep = lambda seconds: let_pass(house, seconds)


def try_to_submit(person: Person) -> bool:
    """Sends in the form; False where Slack shows the person that the app did not answer."""
    try:
        person.submit()
    except NotAcknowledgedError:
        return False
    return True


def written(house: Rehearsal) -> list[tuple[str, str]]:
    """(state, text) of all revisions, in their order."""
    with house.database.read() as session:
        return [(row.state, row.text) for row in session.scalars(select(Revision).order_by(Revision.id))]


def states_of(house: Rehearsal, kind: str) -> list[str]:
    with house.database.read() as session:
        return list(session.scalars(select(Delivery.state).where(Delivery.kind == kind).order_by(Delivery.id)))


def told(person: Person, key: str) -> list[VisibleMessage]:
    """Messages in the person's DM, or shown to them alone, that say a sentence of the catalogue without values."""
    return [one for one in (*person.messages(), *person.ephemerals) if FI(key) in one.text]


def require_well(house: Rehearsal) -> None:
    """Nothing stands twice, is missing or waits; of what is parked somebody was told; nobody called too early."""
    assert looking.doubled_messages(house.workspace) == {}
    assert looking.doubled_files(house.workspace) == []
    assert looking.missing_messages(house.database, house.workspace) == []
    assert looking.waiting(house.database) == {}
    assert looking.parked_untold(house.database) == []
    assert looking.impatient_calls(house.workspace.calls) == []
