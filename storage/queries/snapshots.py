"""Reading a round, or one partner's share of it, in a fixed number of statements, each built once."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from storage.database import fetch
from storage.models import Answer, Objective, Participation, Partner, Person, Project, Round
from storage.queries.people import person_columns
from storage.queries.projects import PROJECT_COLUMNS, Contact, Deputy, get_coordinators, get_project
from storage.queries.rounds import round_view
from storage.values import (
    AnswerState,
    AnswerView,
    Document,
    ObjectiveView,
    PartnerView,
    PersonView,
    ProjectView,
    RoundSnapshot,
    RoundState,
    RoundView,
)

Writer = aliased(Person, name="writer")
# An objective that has left the project or become another partner's is asked no more; what was said of it stays.
IsAsked = and_(
    Objective.archived_at.is_(None),
    or_(Objective.partner_id.is_(None), Objective.partner_id == Participation.partner_id),
)
_ROUND_COLUMNS = (
    Round.id,
    Round.key,
    Round.year,
    Round.term,
    Round.state,
    Round.opens_on,
    Round.due_on,
    Round.closes_on,
)
_PARTNER_COLUMNS = (
    *(Partner.id, Partner.key, Partner.name, Partner.short_name),
    *person_columns(Contact),
    *person_columns(Deputy),
)
_OBJECTIVE_COLUMNS = (
    Objective.id,
    Objective.key,
    Objective.number,
    Objective.title,
    Objective.text,
    Objective.partner_id,
)
_ANSWER_COLUMNS = (
    Answer.id,
    Participation.partner_id,
    Answer.objective_id,
    Answer.state,
    Answer.version,
    Answer.text,
    Answer.document,
    Answer.updated_at,
    Writer.name,
)
_ROUND = select(*_ROUND_COLUMNS, Round.project_id).where(Round.id == bindparam("round_id"))


def snapshot(session: Session, round_id: int, partner_id: int | None = None) -> RoundSnapshot:
    """The round as it stands; with `partner_id`, only that partner's share of it.

    Of a round that has not opened yet it shows what would be asked: answers with id 0.
    """
    if partner_id is not None and (share := _share(session, round_id, partner_id)):
        return share
    row = fetch(session, _ROUND, round_id=round_id).one()
    return _snapshot(session, row, partner_id, planned=row.state == RoundState.PLANNED)


def expected_snapshot(session: Session, round_id: int) -> RoundSnapshot:
    """The round as it would be asked if it opened now, whatever its state: the project's present partners."""
    return _snapshot(session, fetch(session, _ROUND, round_id=round_id).one(), None, planned=True)


def _snapshot(session: Session, row: Any, partner_id: int | None, *, planned: bool) -> RoundSnapshot:
    partners, due_on, reminded_at = _partners(session, row, partner_id, planned=planned)
    objectives = _objectives(session, row, planned=planned)
    answers = _expected_answers(partners, objectives) if planned else _answers(session, row, partner_id)
    asked = {objective_id for _, objective_id in answers}
    return RoundSnapshot(
        project=get_project(session, row.project_id),
        round=round_view(row),
        partners=partners,
        objectives=tuple(o for o in objectives if o.id in asked),
        answers=answers,
        due_on=due_on,
        reminded_at=reminded_at,
    )


def _partners(
    session: Session, row: Any, partner_id: int | None, *, planned: bool
) -> tuple[tuple[PartnerView, ...], dict[int, date], dict[int, datetime]]:
    query = _partners_query(planned=planned, closed=row.state == RoundState.CLOSED, one=partner_id is not None)
    found = fetch(session, query, round_id=row.id, project_id=row.project_id, partner_id=partner_id).all()
    return (
        tuple(_partner(columns) for _, _, *columns in found),
        {partner: due_on for due_on, _, partner, *_ in found if due_on},
        {partner: reminded_at for _, reminded_at, partner, *_ in found if reminded_at},
    )


@cache
def _partners_query(*, planned: bool, closed: bool, one: bool) -> Select[*tuple[Any, ...]]:
    taking_part = and_(Participation.partner_id == Partner.id, Participation.round_id == bindparam("round_id"))
    query = (
        select(Participation.due_on, Participation.reminded_at, *_PARTNER_COLUMNS)
        .join(Contact, Contact.id == Partner.contact_id)
        .outerjoin(Deputy, Deputy.id == Partner.deputy_id)
        .outerjoin(Participation, taking_part)
        .where(Partner.project_id == bindparam("project_id"))
        .order_by(Partner.position, Partner.id)
    )
    if not planned:
        query = query.where(Participation.id.is_not(None))
    if not closed:  # who has left the project is asked nothing more; an old report stays as it was
        query = query.where(Partner.archived_at.is_(None))
    return query.where(Partner.id == bindparam("partner_id")) if one else query


def _partner(columns: Iterable[Any]) -> PartnerView:
    id_, key, name, short_name, *people = columns
    contact, deputy = people[: len(people) // 2], people[len(people) // 2 :]
    deputy_view = PersonView(*deputy) if deputy[0] is not None else None
    return PartnerView(id_, key, name, short_name, PersonView(*contact), deputy_view)


def _objectives(session: Session, row: Any, *, planned: bool) -> tuple[ObjectiveView, ...]:
    found = fetch(session, _objectives_query(planned=planned), project_id=row.project_id)
    return tuple(ObjectiveView(*columns) for columns in found)


@cache
def _objectives_query(*, planned: bool) -> Select[*tuple[Any, ...]]:
    query = select(*_OBJECTIVE_COLUMNS).where(Objective.project_id == bindparam("project_id"))
    if planned:
        query = query.where(Objective.archived_at.is_(None))
    return query.order_by(Objective.number, Objective.id)


def _expected_answers(
    partners: Iterable[PartnerView], objectives: Sequence[ObjectiveView]
) -> dict[tuple[int, int], AnswerView]:
    return {
        (partner.id, objective.id): AnswerView(0, partner.id, objective.id, AnswerState.MISSING, 0, "", [])
        for partner in partners
        for objective in objectives
        if objective.partner_id in (None, partner.id)
    }


def _answers(session: Session, row: Any, partner_id: int | None) -> dict[tuple[int, int], AnswerView]:
    query = _answers_query(closed=row.state == RoundState.CLOSED, one=partner_id is not None)
    found = fetch(session, query, round_id=row.id, partner_id=partner_id)
    return {(partner, objective): _answer(id_, partner, objective, *rest) for id_, partner, objective, *rest in found}


def _answer(id_: int, partner_id: int, objective_id: int, state: str, *rest: Any) -> AnswerView:
    return AnswerView(id_, partner_id, objective_id, AnswerState(state), *rest)


@cache
def _answers_query(*, closed: bool, one: bool) -> Select[*tuple[Any, ...]]:
    query = _all_answers(*_ANSWER_COLUMNS)
    if not closed:
        query = query.where(Partner.archived_at.is_(None))
    return query.where(Participation.partner_id == bindparam("partner_id")) if one else query


def _all_answers(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Of a round, in the project's order. What is asked no more and is unanswered is left out."""
    return (
        select(*columns)
        .join(Participation, Participation.id == Answer.participation_id)
        .join(Partner, Partner.id == Participation.partner_id)
        .join(Objective, Objective.id == Answer.objective_id)
        .outerjoin(Writer, Writer.id == Answer.updated_by_id)
        .where(Participation.round_id == bindparam("round_id"))
        .where(or_(IsAsked, Answer.state != AnswerState.MISSING))
        .order_by(Partner.position, Objective.number, Objective.id)
    )


_SHARE = (
    select(*_ROUND_COLUMNS, *PROJECT_COLUMNS, Participation.due_on, Participation.reminded_at, *_PARTNER_COLUMNS)
    .join(Participation, Participation.round_id == Round.id)
    .join(Project, Project.id == Round.project_id)
    .join(Partner, Partner.id == Participation.partner_id)
    .join(Contact, Contact.id == Partner.contact_id)
    .outerjoin(Deputy, Deputy.id == Partner.deputy_id)
    .where(Round.id == bindparam("round_id"), Partner.id == bindparam("partner_id"))
    .where(Round.state != RoundState.PLANNED, or_(Round.state == RoundState.CLOSED, Partner.archived_at.is_(None)))
)
_SHARE_ANSWERS = _all_answers(*_ANSWER_COLUMNS, *_OBJECTIVE_COLUMNS).where(
    Participation.partner_id == bindparam("partner_id")
)


def _share(session: Session, round_id: int, partner_id: int) -> RoundSnapshot | None:
    """What `_snapshot` reads of one partner, in three statements; None for one who has not been asked."""
    row = fetch(session, _SHARE, round_id=round_id, partner_id=partner_id).first()
    if row is None:
        return None
    columns = iter(row)
    round_, project = list(islice(columns, len(_ROUND_COLUMNS))), list(islice(columns, len(PROJECT_COLUMNS)))
    project.append(get_coordinators(session, project[0]))
    due_on, reminded_at = next(columns), next(columns)
    answers, objectives = [], []
    for found in fetch(session, _SHARE_ANSWERS, round_id=round_id, partner_id=partner_id):
        answers.append(_answer(*found[: len(_ANSWER_COLUMNS)]))
        objectives.append(ObjectiveView(*found[len(_ANSWER_COLUMNS) :]))
    return RoundSnapshot(
        project=ProjectView(*project),
        round=_round(*round_),
        partners=(_partner(columns),),
        objectives=tuple(objectives),
        answers={(partner_id, answer.objective_id): answer for answer in answers},
        due_on={partner_id: due_on} if due_on else {},
        reminded_at={partner_id: reminded_at} if reminded_at else {},
    )


def _round(id_: int, key: str, year: int, term: str, state: str, *dates: date) -> RoundView:
    return RoundView(id_, key, year, term, RoundState(state), *dates)


_Earlier = aliased(Round, name="earlier")
_ROUND_BEFORE = (
    select(_Earlier.id)
    .where(_Earlier.project_id == Round.project_id, _Earlier.archived_at.is_(None))
    # "spring" sorts after "autumn", and comes before it in a year
    .where(or_(_Earlier.year < Round.year, and_(_Earlier.year == Round.year, _Earlier.term > Round.term)))
    .order_by(_Earlier.year.desc(), _Earlier.term)
    .limit(1)
    .correlate(Round)
    .scalar_subquery()
)
_PREVIOUS = (
    select(Answer.document)
    .join(Participation, Participation.id == Answer.participation_id)
    .join(Round, Round.id == bindparam("round_id"))
    .where(Participation.round_id == _ROUND_BEFORE, Participation.partner_id == bindparam("partner_id"))
    .where(Answer.objective_id == bindparam("objective_id"))
    .where(Answer.state.in_((AnswerState.ANSWERED, AnswerState.NOTHING)))
)


def previous_document(session: Session, round_id: int, partner_id: int, objective_id: int) -> Document | None:
    """What the partner said of an objective in the round before this one; None where that was no last word."""
    values = {"round_id": round_id, "partner_id": partner_id, "objective_id": objective_id}
    return fetch(session, _PREVIOUS, **values).scalar()
