"""Reading what was answered in the round before, beside what is answered in this one."""

from sqlalchemy import Select, Text, and_, bindparam, cast, or_, select
from sqlalchemy.orm import Session, aliased

from storage.models import Answer, Participation, Round
from storage.prepared import Prepared
from storage.queries import columns
from storage.queries.columns import EarlierAnswer
from storage.values import AnswerState, AnswerView
from storage.values import EarlierAnswer as EarlierView

_Before = aliased(Round, name="round_before")
_Then = aliased(Participation, name="earlier_participation")
_ROUND_BEFORE = (
    select(_Before.id)
    .select_from(Round)
    .join(_Before, and_(_Before.project_id == Round.project_id, _Before.archived_at.is_(None)))
    # "spring" sorts after "autumn", and comes before it in a year
    .where(or_(_Before.year < Round.year, and_(_Before.year == Round.year, _Before.term > Round.term)))
    .where(Round.id == bindparam("round_id"))
    .order_by(_Before.year.desc(), _Before.term)
    .limit(1)
    .correlate(None)
    .scalar_subquery()
)
_IS_LAST_WORD = or_(EarlierAnswer.state == AnswerState.ANSWERED, EarlierAnswer.state == AnswerState.NOTHING)


def with_earlier(query: Select[*tuple[object, ...]]) -> Select[*tuple[object, ...]]:
    """Joins the last word of the round before, where there is one, to the answers of the round `round_id`."""
    then = and_(_Then.partner_id == Participation.partner_id, _Then.round_id == _ROUND_BEFORE)
    said = and_(EarlierAnswer.participation_id == _Then.id, EarlierAnswer.objective_id == Answer.objective_id)
    return query.outerjoin(_Then, then).outerjoin(EarlierAnswer, and_(said, _IS_LAST_WORD))


# Reading a document costs more than all else of its row, and of most a whole round's readers want nothing.
_IS_WANTED = or_(EarlierAnswer.text == Answer.text, cast(EarlierAnswer.details, Text) != "{}")
_OF_ROUND = Prepared(
    select(_Then.partner_id, EarlierAnswer.objective_id, *columns.EARLIER)
    .join(_Then, _Then.id == EarlierAnswer.participation_id)
    .join(Participation, Participation.partner_id == _Then.partner_id)
    .join(
        Answer,
        and_(Answer.participation_id == Participation.id, Answer.objective_id == EarlierAnswer.objective_id),
    )
    .where(Participation.round_id == bindparam("round_id"), _Then.round_id == _ROUND_BEFORE)
    .where(_IS_LAST_WORD, _IS_WANTED)
)


_REPEATED = Prepared(
    with_earlier(columns.answers_query(*columns.ANSWER, *columns.EARLIER)).where(EarlierAnswer.text == Answer.text)
)


def earlier_answers(session: Session, round_id: int) -> dict[tuple[int, int], EarlierView]:
    """The last words of the round before this one that read like those of this one or have details, by partner and
    objective id: what is told of a whole round."""
    found = _OF_ROUND.all(session, round_id=round_id)
    return {(partner_id, objective_id): columns.earlier_of(row) for partner_id, objective_id, *row in found}


def repeated_answers(session: Session, round_id: int) -> dict[tuple[int, int], tuple[AnswerView, EarlierView]]:
    """The answers of a round that read like the last words of the one before, with those, by partner and objective."""
    rows = _REPEATED.all(session, round_id=round_id)
    found = [(columns.answer_of(row[: len(columns.ANSWER)]), row[len(columns.ANSWER) :]) for row in rows]
    return {(answer.partner_id, answer.objective_id): (answer, columns.earlier_of(before)) for answer, before in found}
