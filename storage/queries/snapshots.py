"""Reading a round, or one partner's share of it, in a fixed number of statements, each built once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session

from storage.database import fetch
from storage.models import Objective, Participation, Partner, Round
from storage.queries import columns, earlier, evidence
from storage.queries.columns import Contact, Deputy
from storage.queries.projects import get_project
from storage.queries.share_answers import answers_of
from storage.queries.shares import find_share
from storage.values import AnswerState, AnswerView, ObjectiveView, PartnerView, RoundSnapshot, RoundState

_ROUND = select(*columns.ROUND, Round.project_id).where(Round.id == bindparam("round_id"))


def snapshot(session: Session, round_id: int, partner_id: int | None = None) -> RoundSnapshot:
    """The round as it stands; with `partner_id`, only that partner's share of it.

    Of a round that has not opened yet it shows what would be asked: answers with id 0.
    """
    if partner_id is not None and (share := find_share(session, round_id, partner_id)):
        return answers_of(session, share)[0]
    row = fetch(session, _ROUND, round_id=round_id).one()
    return _snapshot(session, row, partner_id, planned=row.state == RoundState.PLANNED)


def states(session: Session, round_id: int) -> RoundSnapshot:
    """As `snapshot` of the whole round, without what anybody wrote: for whoever decides by states alone.

    No texts, details and evidence, and nothing earlier: of thousands of partners those are most of the reading.
    """
    row = fetch(session, _ROUND, round_id=round_id).one()
    return _snapshot(session, row, None, planned=row.state == RoundState.PLANNED, words=False)


def progress(session: Session, round_id: int) -> RoundSnapshot:
    """As `states`, with the words of those few answers that read like the ones of the round before."""
    found = states(session, round_id)
    repeated = earlier.repeated_answers(session, round_id)
    said = {place: answer for place, (answer, _) in repeated.items() if place in found.answers}
    before = {place: repeated[place][1] for place in said}
    return replace(found, answers={**found.answers, **said}, earlier=before)


def outline(session: Session, round_id: int) -> RoundSnapshot:
    """The round and its partners, and nothing of what they are asked and answer: for finding one by name."""
    row = fetch(session, _ROUND, round_id=round_id).one()
    found = _partners(session, row, None, planned=row.state == RoundState.PLANNED)
    return RoundSnapshot(
        project=get_project(session, row.project_id),
        round=columns.round_of(row[:-1]),
        partners=found.partners,
        objectives=(),
        answers={},
        due_on=found.due_on,
        reminded_at=found.reminded_at,
        open_until=found.open_until,
        skipped=found.skipped,
    )


def expected_snapshot(session: Session, round_id: int) -> RoundSnapshot:
    """The round as it would be asked if it opened now, whatever its state: the project's present partners."""
    return _snapshot(session, fetch(session, _ROUND, round_id=round_id).one(), None, planned=True)


def _snapshot(
    session: Session, row: Any, partner_id: int | None, *, planned: bool, words: bool = True
) -> RoundSnapshot:
    asked_of = _partners(session, row, partner_id, planned=planned)
    partners = asked_of.partners
    objectives = _objectives(session, row, planned=planned)
    answers = _expected_answers(partners, objectives) if planned else _answers(session, row, partners, words=words)
    asked = {objective_id for _, objective_id in answers}
    return RoundSnapshot(
        project=get_project(session, row.project_id),
        round=columns.round_of(row[:-1]),
        partners=partners,
        objectives=tuple(o for o in objectives if o.id in asked),
        answers=answers,
        due_on=asked_of.due_on,
        reminded_at=asked_of.reminded_at,
        open_until=asked_of.open_until,
        skipped=asked_of.skipped,
        earlier={} if planned or not words else earlier.earlier_answers(session, row.id),
        evidence={} if planned or not words else evidence.of_round(session, row.id),
    )


@dataclass(frozen=True, slots=True)
class _Partners:
    """The partners of a round, and what their participations say, by partner id."""

    partners: tuple[PartnerView, ...]
    due_on: dict[int, date]
    reminded_at: dict[int, datetime]
    open_until: dict[int, date]
    skipped: dict[int, str]


def _partners(session: Session, row: Any, partner_id: int | None, *, planned: bool) -> _Partners:
    query = _partners_query(planned=planned, closed=row.state == RoundState.CLOSED, one=partner_id is not None)
    found = fetch(session, query, round_id=row.id, project_id=row.project_id, partner_id=partner_id).all()
    partners = tuple(columns.partner_of(row[len(columns.PARTICIPATION) :]) for row in found)
    of_each = list(zip(partners, (row[: len(columns.PARTICIPATION)] for row in found), strict=True))
    return _Partners(
        partners,
        due_on={partner.id: due_on for partner, (due_on, *_) in of_each if due_on},
        reminded_at={partner.id: at for partner, (_, at, *_) in of_each if at},
        open_until={partner.id: until for partner, (_, _, until, *_) in of_each if until},
        skipped={partner.id: reason or "" for partner, (_, _, _, skipped_at, reason) in of_each if skipped_at},
    )


@cache
def _partners_query(*, planned: bool, closed: bool, one: bool) -> Select[*tuple[Any, ...]]:
    taking_part = and_(Participation.partner_id == Partner.id, Participation.round_id == bindparam("round_id"))
    query = (
        select(*columns.PARTICIPATION, *columns.PARTNER)
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


def _objectives(session: Session, row: Any, *, planned: bool) -> tuple[ObjectiveView, ...]:
    found = fetch(session, _objectives_query(planned=planned), project_id=row.project_id)
    return tuple(ObjectiveView(*row) for row in found)


@cache
def _objectives_query(*, planned: bool) -> Select[*tuple[Any, ...]]:
    query = select(*columns.OBJECTIVE).where(Objective.project_id == bindparam("project_id"))
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


def _answers(
    session: Session, row: Any, partners: Sequence[PartnerView], *, words: bool
) -> dict[tuple[int, int], AnswerView]:
    if not partners:
        return {}
    found = fetch(session, _answers_query(closed=row.state == RoundState.CLOSED, words=words), round_id=row.id)
    answers = (columns.answer_of(row) if words else _state_of(*row) for row in found)
    return {(answer.partner_id, answer.objective_id): answer for answer in answers}


def _state_of(
    id_: int,
    partner_id: int,
    objective_id: int,
    state: str,
    version: int,
    open_until: date | None,
    entered_by: str | None,
) -> AnswerView:
    return AnswerView(
        *(id_, partner_id, objective_id, AnswerState(state), version, "", []),
        open_until=open_until,
        entered_by=entered_by,
    )


@cache
def _answers_query(*, closed: bool, words: bool) -> Select[*tuple[Any, ...]]:
    query = columns.answers_query(*(columns.ANSWER if words else columns.ANSWER_STATE))
    return query if closed else query.where(Partner.archived_at.is_(None))
