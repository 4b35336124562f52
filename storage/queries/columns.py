"""The columns that each value of `storage.values` is made of, in its order, and the value made of them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from storage import values
from storage.models import Answer, Evidence, Objective, Participation, Partner, Person, Project, Round
from storage.values import (
    AnswerState,
    AnswerView,
    EvidenceKind,
    EvidenceView,
    PartnerView,
    PersonView,
    RoundState,
    RoundView,
)

Contact = aliased(Person, name="contact")
Deputy = aliased(Person, name="deputy")
Writer = aliased(Person, name="writer")
Enterer = aliased(Person, name="enterer")
EarlierAnswer = aliased(Answer, name="earlier_answer")
# An objective that has left the project or become another partner's is asked no more; what was said of it stays.
IsAsked = and_(
    Objective.archived_at.is_(None),
    or_(Objective.partner_id.is_(None), Objective.partner_id == Participation.partner_id),
)


def person_columns(person: Any) -> tuple[Any, ...]:
    """Of `Person` or an alias of it."""
    return (
        person.id,
        person.name,
        person.email,
        person.slack_id,
        person.phone,
        person.locale,
        person.language,
        person.away_until,
    )


PERSON = person_columns(Person)
PROJECT = (  # a ProjectView has its coordinators after these
    Project.id,
    Project.key,
    Project.name,
    Project.short_name,
    Project.language,
    Project.time_zone,
    Project.holidays,
    Project.channel,
    Project.calendar,
)
ROUND = (
    Round.id,
    Round.key,
    Round.year,
    Round.term,
    Round.state,
    Round.opens_on,
    Round.due_on,
    Round.closes_on,
)
PARTNER = (
    *(Partner.id, Partner.key, Partner.name, Partner.short_name),
    *person_columns(Contact),
    *person_columns(Deputy),
)
PARTICIPATION = (
    Participation.due_on,
    Participation.reminded_at,
    Participation.open_until,
    Participation.skipped_at,
    Participation.skip_reason,
)
OBJECTIVE = (
    Objective.id,
    Objective.key,
    Objective.number,
    Objective.title,
    Objective.text,
    Objective.partner_id,
    Objective.room,
    Objective.indicators,
)
ANSWER = (
    Answer.id,
    Participation.partner_id,
    Answer.objective_id,
    Answer.state,
    Answer.version,
    Answer.text,
    Answer.document,
    Answer.updated_at,
    Writer.name,
    Answer.details,
    Answer.note,
    Answer.open_until,
    Enterer.name,
)
ANSWER_STATE = (
    *(Answer.id, Participation.partner_id, Answer.objective_id, Answer.state, Answer.version),
    *(Answer.open_until, Enterer.name),
)
EARLIER = (EarlierAnswer.state, EarlierAnswer.document, EarlierAnswer.details)
EVIDENCE = (Evidence.id, Evidence.kind, Evidence.address, Evidence.title, Evidence.size, Evidence.mimetype)


def round_of(columns: Iterable[Any]) -> RoundView:
    id_, key, year, term, state, *dates = columns
    opens_on, due_on, closes_on = dates
    return RoundView(id_, key, year, term, RoundState(state), opens_on, due_on, closes_on)


def partner_of(columns: Iterable[Any]) -> PartnerView:
    id_, key, name, short_name, *people = columns
    contact, deputy = people[: len(PERSON)], people[len(PERSON) :]
    deputy_view = PersonView(*deputy) if deputy[0] is not None else None
    return PartnerView(id_, key, name, short_name, PersonView(*contact), deputy_view)


def answer_of(columns: Iterable[Any]) -> AnswerView:
    id_, partner_id, objective_id, state, *rest = columns
    return AnswerView(id_, partner_id, objective_id, AnswerState(state), *rest)


def earlier_of(columns: Iterable[Any]) -> values.EarlierAnswer:
    state, document, details = columns
    return values.EarlierAnswer(AnswerState(state), document, details)


def evidence_of(columns: Iterable[Any]) -> EvidenceView:
    id_, kind, *rest = columns
    return EvidenceView(id_, EvidenceKind(kind), *rest)


def answers_query(*columns: Any) -> Select[*tuple[Any, ...]]:
    """The answers of the round `round_id`, in the project's order. What is not asked and is unanswered is left out."""
    return (
        select(*columns)
        .join(Participation, Participation.id == Answer.participation_id)
        .join(Partner, Partner.id == Participation.partner_id)
        .join(Objective, Objective.id == Answer.objective_id)
        .outerjoin(Writer, Writer.id == Answer.updated_by_id)
        .outerjoin(Enterer, Enterer.id == Answer.entered_by_id)
        .where(Participation.round_id == bindparam("round_id"))
        .where(or_(IsAsked, Answer.state != AnswerState.MISSING))
        .order_by(Partner.position, Objective.number, Objective.id)
    )
