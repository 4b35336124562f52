"""Reading rounds, and who is asked in them."""

from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from storage.models import Answer, Participation, Partner, Project, Round
from storage.values import RoundState, RoundView

SpringFirst = Round.term.desc()  # "spring" sorts after "autumn", and comes before it in a year


def round_view(row: Any) -> RoundView:
    """Of a row that has the columns of a round."""
    return RoundView(
        id=row.id,
        key=row.key,
        year=row.year,
        term=row.term,
        state=RoundState(row.state),
        opens_on=row.opens_on,
        due_on=row.due_on,
        closes_on=row.closes_on,
    )


def list_rounds(session: Session, project_id: int) -> tuple[RoundView, ...]:
    """A project's rounds in the order of time, archived ones left out."""
    query = (
        select(Round)
        .where(Round.project_id == project_id, Round.archived_at.is_(None))
        .order_by(Round.year, SpringFirst)
    )
    return tuple(round_view(row) for row in session.scalars(query))


def current_round(session: Session, project_id: int) -> RoundView | None:
    """The round one means by "the status": the newest under way, else the newest that anybody was asked in.

    Of one still to open it may be known already that a partner will not be asked.
    """
    asked = exists().where(Participation.round_id == Round.id)
    query = (
        select(Round)
        .where(Round.project_id == project_id, Round.archived_at.is_(None), asked)
        .where(Round.state != RoundState.PLANNED)
        .order_by(Round.state.in_((RoundState.OPEN, RoundState.DUE)).desc(), Round.year.desc(), Round.term)
    )
    row = session.scalars(query.limit(1)).first()
    return round_view(row) if row else None


def rounds_of_year(session: Session, project_id: int, year: int) -> tuple[RoundView, ...]:
    return tuple(view for view in list_rounds(session, project_id) if view.year == year)


_IS_RETURNED = exists().where(Answer.participation_id == Participation.id, Answer.open_until.is_not(None))


def open_shares(session: Session, person_id: int) -> list[tuple[int, int]]:
    """(round id, partner id) of every partner the person answers for where an answer is taken now.

    That is in rounds under way, and in closed ones where the partner's date was extended or an answer returned.
    """
    under_way = Round.state.in_((RoundState.OPEN, RoundState.DUE))
    query = _open_where(
        or_(under_way, Participation.open_until.is_not(None), _IS_RETURNED),
        or_(Partner.contact_id == person_id, Partner.deputy_id == person_id),
    )
    return [(round_id, partner_id) for round_id, partner_id in session.execute(query)]


def shares_open_after_closing(session: Session, project_id: int) -> list[tuple[int, int]]:
    """(round id, partner id) of every partner of which an answer is taken still although its round has closed."""
    query = _open_where(
        or_(Participation.open_until.is_not(None), _IS_RETURNED),
        Round.state == RoundState.CLOSED,
        Round.project_id == project_id,
    )
    return [(round_id, partner_id) for round_id, partner_id in session.execute(query)]


def _open_where(*conditions: ColumnElement[bool]) -> Select[int, int]:
    """Partners in rounds, without those that are left out and what is archived."""
    return (
        select(Participation.round_id, Participation.partner_id)
        .join(Partner, Partner.id == Participation.partner_id)
        .join(Round, Round.id == Participation.round_id)
        .join(Project, Project.id == Round.project_id)
        .where(*conditions, Participation.skipped_at.is_(None))
        .where(Partner.archived_at.is_(None), Project.archived_at.is_(None), Round.archived_at.is_(None))
        .order_by(Project.id, Round.year, SpringFirst, Partner.position)
    )
