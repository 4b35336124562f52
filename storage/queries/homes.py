"""Reading what only a person's Home tells: whom they answer for, and what was answered in rounds that are over."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.models import Participation, Partner, Project, Round
from storage.queries import columns
from storage.values import RoundState, RoundView


@dataclass(frozen=True, slots=True)
class AnsweredFor:
    """A partner whose contact or deputy the person is, with its project's id."""

    project_id: int
    partner_id: int
    partner: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A partner's share of a round that is over; names are the short ones."""

    round: RoundView
    partner_id: int
    partner: str
    project: str


def answered_for(session: Session, person_id: int) -> tuple[AnsweredFor, ...]:
    query = (
        select(Partner.project_id, Partner.id, Partner.name)
        .join(Project, Project.id == Partner.project_id)
        .where(or_(Partner.contact_id == person_id, Partner.deputy_id == person_id))
        .where(Partner.archived_at.is_(None), Project.archived_at.is_(None))
        .order_by(Project.id, Partner.position)
    )
    return tuple(AnsweredFor(*row) for row in session.execute(query))


def earlier_shares(session: Session, person_id: int) -> tuple[Earlier, ...]:
    """The newest first, of all partners whose contact or deputy the person is now."""
    query = (
        select(Partner.id, Partner.short_name, Project.short_name, *columns.ROUND)
        .select_from(Participation)
        .join(Partner, Partner.id == Participation.partner_id)
        .join(Round, Round.id == Participation.round_id)
        .join(Project, Project.id == Round.project_id)
        .where(or_(Partner.contact_id == person_id, Partner.deputy_id == person_id))
        .where(Round.state == RoundState.CLOSED, Round.archived_at.is_(None))
        .where(Partner.archived_at.is_(None), Project.archived_at.is_(None))
        .order_by(Round.year.desc(), Round.term, Project.id, Partner.position)
    )
    return tuple(Earlier(columns.round_of(row[3:]), *row[:3]) for row in session.execute(query))
