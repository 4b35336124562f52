"""People as Slack knows them: who has no Slack id or no open DM yet, and what language they read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, exists, func, or_, select, update
from sqlalchemy.orm import Session

from storage.models import Partner, Person, Project
from storage.projects import merge_people
from storage.queries import find_person, person_view
from storage.upserting import OfDialect
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
    """Slack was asked and does not know them, or opens no DM with them."""
    session.execute(update(Person).where(Person.id == person_id).values(looked_up_at=now))


def list_without_dm(session: Session, not_since: datetime) -> list[PersonView]:
    """Those who answer for a partner, are known in Slack and no open DM, for whom Slack was not asked since then."""
    of_live_partner = (
        exists()
        .where(or_(Partner.contact_id == Person.id, Partner.deputy_id == Person.id), Partner.archived_at.is_(None))
        .where(Project.id == Partner.project_id, Project.archived_at.is_(None))
    )
    query = (
        select(Person)
        .where(Person.slack_id.is_not(None), Person.dm_channel.is_(None), Person.unfit.is_(None), of_live_partner)
        .where(or_(Person.looked_up_at.is_(None), Person.looked_up_at < not_since))
        .order_by(Person.id)
    )
    return [person_view(row) for row in session.scalars(query)]


def list_of_old_locale(session: Session, not_since: datetime) -> list[PersonView]:
    """Those with a Slack id whose locale was not asked for since that moment (real time), the new ones first."""
    query = (
        select(Person)
        .where(Person.slack_id.is_not(None))
        .where(or_(Person.locale_asked_at.is_(None), Person.locale_asked_at < not_since))
        .order_by(Person.locale_asked_at.is_not(None), Person.id)
    )
    return [person_view(row) for row in session.scalars(query)]


_PERSON = cast(Table, Person.__table__)
_ADD = OfDialect(_PERSON, lambda insert: insert.on_conflict_do_nothing(index_elements=[_PERSON.c.slack_id]))


@dataclass(frozen=True, slots=True)
class Known:
    """What Slack tells of somebody; None where it does not. `unfit` says why they cannot be asked for anything."""

    locale: str | None = None
    name: str | None = None
    email: str | None = None
    unfit: str | None = None


def remember(session: Session, person: PersonView, known: Known, now: datetime) -> None:
    """Keeps what Slack tells of somebody. What it does not tell, and a name that the project file gave, stays.

    Whoever was known by their Slack id alone and has the e-mail of somebody else turns out to be that person.
    """
    told: dict[str, str] = {"locale": known.locale[:16]} if known.locale else {}
    if person.name == person.slack_id and known.name:
        told["name"] = known.name[:200]
    session.execute(update(Person).where(Person.id == person.id).values(locale_asked_at=now, unfit=known.unfit, **told))
    if person.email is None and known.email:
        _remember_email(session, person.id, known.email)


def _remember_email(session: Session, person_id: int, email: str) -> None:
    same = select(Person.id, Person.slack_id).where(func.lower(Person.email) == email.lower())
    other = session.execute(same).first()
    if other is None:
        session.execute(update(Person).where(Person.id == person_id).values(email=email[:320]))
    elif other.slack_id is None:
        merge_people(session, other.id, person_id)


def find_or_add(session: Session, slack_id: str) -> PersonView:
    """Somebody of the workspace by Slack id; nobody known to us is called by it until Slack has told their name."""
    session.execute(_ADD(session), {"name": slack_id, "slack_id": slack_id})
    found = find_person(session, slack_id)
    if found is None:
        raise LookupError(slack_id)
    return found


def find_unfit(session: Session, person_id: int) -> str | None:
    """Why the person cannot be asked for anything (bot, left), as Slack said last."""
    return session.scalar(select(Person.unfit).where(Person.id == person_id))


def is_new(session: Session, person_id: int) -> bool:
    """Whether Slack has not been asked yet who this is."""
    return session.scalar(select(Person.locale_asked_at).where(Person.id == person_id)) is None


def set_away(session: Session, person_id: int, until: date | None) -> None:
    """The last day of somebody's absence; None where they are there."""
    session.execute(update(Person).where(Person.id == person_id).values(away_until=until))


def list_back(session: Session, today: date) -> list[PersonView]:
    """Those whose absence is over by that day, until the commit but for who is just saying otherwise."""
    over = select(Person).where(Person.away_until < today).order_by(Person.id)
    query = over.with_for_update(key_share=True, skip_locked=True)
    return [person_view(row) for row in session.scalars(query)]


def set_language(session: Session, person_id: int, language: str | None) -> None:
    """What they chose to read; None lets their Slack decide again."""
    session.execute(update(Person).where(Person.id == person_id).values(language=language))
