"""What people do in these tests when they answer by writing, and what the database then holds."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Delivery, Person, VisibleMessage
from storage.models import Answer, HeardMessage, HeardVersion, Objective, Participation, Partner, Revision
from tests.e2e.acting import FI, card_of

WRITE, DONE, NONE = FI("card.write"), FI("talk.button.done"), FI("stray.none")
OVER = FI("talk.over")
NETWORK, METERS, SYSTEM, SKILLS = (
    "Tavoite 1: Laatuverkosto ja toimintamalli",
    "Tavoite 2: Mittarien kehittäminen",
    "Tavoite 3: Toimintajärjestelmän kuvaus tai malli",
    "Tavoite 4: Laatuosaamisen kehittäminen",
)


def arrive(house: Rehearsal) -> None:
    """Lets everything written reach the bot, and everything the bot wants to say reach the people."""
    house.workspace.wait_delivered()
    house.settle()
    house.workspace.wait_delivered()


def start_writing(house: Rehearsal, person: Person, objective: str, partner: str = "") -> VisibleMessage:
    """Chooses an objective on the card; returns the root of the thread."""
    person.click(objective, card_of(person, partner))
    arrive(house)
    return root_of(person, objective)


def root_of(person: Person, objective: str) -> VisibleMessage:
    return [found for found in person.messages() if found.lines and found.lines[0] == objective][-1]


def write(house: Rehearsal, person: Person, root: VisibleMessage, *texts: str) -> list[VisibleMessage]:
    """Several messages in a row into the thread."""
    said = [person.say(text, thread_ts=root) for text in texts]
    arrive(house)
    return said


def say(house: Rehearsal, person: Person, *texts: str) -> list[VisibleMessage]:
    """Several messages in a row outside any thread."""
    said = [person.say(text) for text in texts]
    arrive(house)
    return said


def press(house: Rehearsal, person: Person, label: str, message: VisibleMessage) -> None:
    person.click(label, message)
    arrive(house)


def replies(root: VisibleMessage) -> list[VisibleMessage]:
    """What the bot has said in the thread."""
    return [reply for reply in root.thread if reply.message.bot_id]


def repeat(house: Rehearsal, kind: str, count: int = 1) -> None:
    """Delivers the last `count` payloads of a type (of an event or interaction) once more."""
    found = [d for d in house.workspace.deliveries if d.payload.get("type") == kind and not _is_of_bot(d)][-count:]
    assert len(found) == count
    for delivery in found:
        again = house.workspace.deliver_again(delivery)
        assert again.done.wait(10)
        assert again.acked
    house.settle()


def _is_of_bot(delivery: Delivery) -> bool:
    event: dict[str, Any] = delivery.payload.get("event", {})
    return "bot_id" in event or "bot_id" in event.get("message", {})


def forged(house: Rehearsal, person: Person) -> None:
    """Presses in one's own name what somebody else has pressed last."""
    pressed = next(d for d in reversed(house.workspace.deliveries) if d.payload["type"] == "block_actions")
    user = {**pressed.payload["user"], "id": person.id}
    with house.workspace.state.lock:
        trigger = house.workspace.state.issue_trigger(person.id)
    payload = {**pressed.payload, "user": user, "trigger_id": trigger}
    assert house.workspace.deliver("interactive", payload).done.wait(10)
    house.settle()
    assert person.modal is not None
    assert any(FI(f"refused.{reason}") in person.modal.text for reason in ("not_yours", "stranger"))
    person.close_modal()


@dataclass(frozen=True)
class Kept:
    """A message as the database holds it: all it ever said, oldest first."""

    state: str
    deleted: bool
    versions: list[str]
    files: list[str]


def heard(house: Rehearsal) -> list[Kept]:
    with house.database.read() as session:
        rows = session.scalars(select(HeardMessage).order_by(HeardMessage.ts)).all()
        return [
            Kept(
                row.state,
                row.deleted,
                list(
                    session.scalars(
                        select(HeardVersion.text)
                        .where(HeardVersion.message_id == row.id)
                        .order_by(HeardVersion.edit_ts)
                    )
                ),
                [file["name"] for file in row.files],
            )
            for row in rows
        ]


def answers_of(house: Rehearsal, partner: str = "merilappi") -> dict[str, tuple[str, str]]:
    """(state, text) of what a partner has said, by objective; what is missing is left out."""
    query = (
        select(Objective.key, Answer.state, Answer.text)
        .join(Participation, Participation.id == Answer.participation_id)
        .join(Partner, Partner.id == Participation.partner_id)
        .join(Objective, Objective.id == Answer.objective_id)
        .where(Partner.key == partner, Answer.state != "missing")
    )
    with house.database.read() as session:
        return {key: (state, text) for key, state, text in session.execute(query)}


def count_revisions(house: Rehearsal) -> int:
    with house.database.read() as session:
        return len(session.scalars(select(Revision.id)).all())
