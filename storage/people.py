"""People as Slack knows them: who has no Slack id yet."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from storage.models import Person
from storage.queries import person_view
from storage.values import PersonView


def list_unknown(session: Session, not_since: datetime) -> list[PersonView]:
    """Those with an e-mail and no Slack id for whom Slack was not asked since that moment (real time)."""
    query = (
        select(Person)
        .where(Person.slack_id.is_(None), Person.email.is_not(None))
        .where(or_(Person.looked_up_at.is_(None), Person.looked_up_at < not_since))
        .order_by(Person.id)
    )
    return [person_view(row) for row in session.scalars(query)]


def remember_lookup(session: Session, person_id: int, now: datetime) -> None:
    """Slack was asked and does not know them."""
    session.execute(update(Person).where(Person.id == person_id).values(looked_up_at=now))
