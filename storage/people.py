"""People as Slack knows them: who has no Slack id yet, and what language they read."""

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


def list_of_old_locale(session: Session, not_since: datetime) -> list[PersonView]:
    """Those with a Slack id whose locale was not asked for since that moment (real time)."""
    query = (
        select(Person)
        .where(Person.slack_id.is_not(None))
        .where(or_(Person.locale_asked_at.is_(None), Person.locale_asked_at < not_since))
        .order_by(Person.id)
    )
    return [person_view(row) for row in session.scalars(query)]


def remember_locale(session: Session, person_id: int, locale: str | None, now: datetime) -> None:
    """Keeps the locale of their Slack; None, where Slack tells none, leaves the one that is known."""
    told = {"locale": locale[:16]} if locale else {}
    session.execute(update(Person).where(Person.id == person_id).values(locale_asked_at=now, **told))


def set_language(session: Session, person_id: int, language: str | None) -> None:
    """What they chose to read; None lets their Slack decide again."""
    session.execute(update(Person).where(Person.id == person_id).values(language=language))
