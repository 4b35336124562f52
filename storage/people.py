"""People as Slack knows them: who has no Slack id yet, whose direct messages the bot reads."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Person


def list_dm_channels(session: Session) -> list[str]:
    query = select(Person.dm_channel).where(Person.dm_channel.is_not(None)).order_by(Person.id)
    return [channel for channel in session.scalars(query) if channel]
