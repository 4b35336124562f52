"""Where a person can be reached: their Slack id and the DM with them, kept from the first time they were found."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from storage import ledger
from storage.models import Person
from storage.projects import merge_people


@dataclass(frozen=True, slots=True)
class Recipient:
    id: int
    email: str | None
    slack_id: str | None
    dm_channel: str | None


def get_recipient(session: Session, person_id: int) -> Recipient:
    columns = (Person.id, Person.email, Person.slack_id, Person.dm_channel)
    return Recipient(*session.execute(select(*columns).where(Person.id == person_id)).one())


def remember_slack_id(session: Session, person_id: int, slack_id: str, now: datetime) -> int:
    """Keeps who this is in Slack.

    Whoever has that Slack id is the same person under an older address: they become one, with the newer address.
    Returns the id of the person who has the Slack id now.
    """
    known_id = session.scalar(select(Person.id).where(Person.slack_id == slack_id, Person.id != person_id))
    if known_id is None:
        found = update(Person).where(Person.id == person_id).values(slack_id=slack_id, looked_up_at=now)
        session.execute(found, execution_options={"synchronize_session": False})
        return person_id
    newer = session.get_one(Person, person_id)
    told = {"name": newer.name, "email": newer.email, "phone": newer.phone}
    merge_people(session, known_id, person_id)
    session.execute(update(Person).where(Person.id == known_id).values(told))
    return known_id


def remember_found(session: Session, person_id: int, slack_id: str, now: datetime) -> None:
    """Somebody was found in Slack: what was parked for them goes out, and what they have says who they are."""
    found_id = remember_slack_id(session, person_id, slack_id, now)
    ledger.unpark_for_person(session, found_id, now=now)
    if found_id != person_id:
        ledger.change_sent(session, "card", [found_id], now=now)


def remember_dm_channel(session: Session, person_id: int, channel: str) -> None:
    """Keeps the DM with a person. A DM that another person has stays with that one."""
    other = aliased(Person)
    taken = exists().where(other.dm_channel == channel, other.id != person_id)
    found = update(Person).where(Person.id == person_id, ~taken).values(dm_channel=channel)
    session.execute(found, execution_options={"synchronize_session": False})
