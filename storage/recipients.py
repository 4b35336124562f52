"""Where a person can be reached: their Slack id and the DM with them, kept from the first time they were found."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from storage.models import Person


@dataclass(frozen=True, slots=True)
class Recipient:
    id: int
    email: str | None
    slack_id: str | None
    dm_channel: str | None


def get_recipient(session: Session, person_id: int) -> Recipient:
    columns = (Person.id, Person.email, Person.slack_id, Person.dm_channel)
    return Recipient(*session.execute(select(*columns).where(Person.id == person_id)).one())


def remember_slack_id(session: Session, person_id: int, slack_id: str, now: datetime) -> None:
    """Keeps who this is in Slack. An id that another person has stays with that one."""
    other = aliased(Person)
    taken = exists().where(other.slack_id == slack_id, other.id != person_id)
    found = update(Person).where(Person.id == person_id, ~taken).values(slack_id=slack_id, looked_up_at=now)
    session.execute(found, execution_options={"synchronize_session": False})


def remember_dm_channel(session: Session, person_id: int, channel: str) -> None:
    """Keeps the DM with a person. A DM that another person has stays with that one."""
    other = aliased(Person)
    taken = exists().where(other.dm_channel == channel, other.id != person_id)
    found = update(Person).where(Person.id == person_id, ~taken).values(dm_channel=channel)
    session.execute(found, execution_options={"synchronize_session": False})
