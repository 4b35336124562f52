"""Coordinators and contacts who do something to one answer at the same moment, and calendars that end a return."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lamppu_bot import answers, richtext
from lamppu_bot.answers import Met, Saved, Writing
from lamppu_bot.steering import behalf, returning
from lamppu_bot.steering.lapsing import lapse
from lamppu_bot.steering.returning import Moved, Return, Steered
from storage import answers as rows
from storage import queries
from storage.database import Database
from storage.models import Answer, Revision
from storage.values import AnswerState, PersonView, Source
from tests.storage.loading_rig import load
from tests.storage.test_rounds_at_once import advance, asked, at_once, kinds, now, write

WHEN = now("2012-05-31 16:00")


@pytest.fixture
def answered(database: Database) -> Database:
    """Rovaniemi has answered its first objective; nothing else is answered."""
    load(database)
    advance(database, "2012-05-09 09:00")
    found = asked(database)
    partner = found.partners[0]
    with database.write() as session:
        write(session, partner, found.answers_of(partner.id)[0])
    return database


def first(database: Database) -> tuple[int, int, PersonView, PersonView]:
    """The answer's id and version, its contact and the coordinator."""
    found = asked(database)
    partner = found.partners[0]
    answer = found.answers_of(partner.id)[0]
    return answer.id, answer.version, partner.contact, found.project.coordinators[0]


def done(database: Database, results: list[Any], doing: Callable[[Session], object]) -> None:
    with database.write() as session:
        results.append(doing(session))


def numbered(database: Database, answer_id: int) -> int:
    with database.read() as session:
        where = (Revision.answer_id == answer_id, Revision.number.is_not(None))
        return session.scalar(select(func.count(Revision.id)).where(*where)) or 0


def test_two_coordinators_at_once_return_once(answered: Database) -> None:
    answer_id, version, _, katri = first(answered)
    wanted = [Return(answer_id, version, f"Toive {n}.", date(2012, 6, 8), f"V{n}") for n in range(2)]
    outcomes: list[Steered | Moved] = []
    doings = [
        partial(done, answered, outcomes, lambda session, one=one: returning.send_back(session, katri, one, WHEN))
        for one in wanted
    ]
    assert at_once(*doings) == [None, None]
    assert sorted(type(one).__name__ for one in outcomes) == ["Moved", "Steered"]
    assert numbered(answered, answer_id) == version + 1
    assert kinds(answered)["returned"] == 1


def test_return_and_a_new_text_at_once_lose_neither(answered: Database) -> None:
    answer_id, version, oona, katri = first(answered)
    wanted = Return(answer_id, version, "Kerro lisää.", date(2012, 6, 8), "V1")
    text = Writing(answer_id, version, AnswerState.ANSWERED, richtext.from_plain("Uusi."), Source.FORM, "V2")
    outcomes: list[object] = []
    raised = at_once(
        partial(done, answered, outcomes, lambda session: returning.send_back(session, katri, wanted, WHEN)),
        partial(done, answered, outcomes, lambda session: answers.save(session, oona, text, WHEN)),
    )
    assert raised == [None, None]
    kept = {type(one) for one in outcomes}
    assert kept in ({Steered, Met}, {Moved, Saved})
    with answered.read() as session:
        assert {"Uusi."} < set(session.scalars(select(Revision.text).where(Revision.answer_id == answer_id)))


def test_entered_answer_confirmed_and_corrected_at_once_ends_as_the_partner_s(answered: Database) -> None:
    answer_id, version, oona, katri = first(answered)
    entered = Writing(
        answer_id,
        version,
        AnswerState.ANSWERED,
        richtext.from_plain("Katrin."),
        Source.ON_BEHALF,
        "V1",
        entered_by_id=katri.id,
    )
    with answered.write() as session:
        behalf.enter(session, katri, entered, WHEN)
    own = Writing(answer_id, version + 1, AnswerState.ANSWERED, richtext.from_plain("Oonan."), Source.FORM, "V2")
    outcomes: list[object] = []
    raised = at_once(
        partial(done, answered, outcomes, lambda session: behalf.confirm(session, oona, answer_id, version + 1, WHEN)),
        partial(done, answered, outcomes, lambda session: behalf.confirm(session, oona, answer_id, version + 1, WHEN)),
        partial(done, answered, outcomes, lambda session: answers.save(session, oona, own, WHEN)),
    )
    assert raised == [None] * 3
    with answered.read() as session:
        kept = session.get_one(Answer, answer_id)
        assert (kept.text, kept.entered_by_id) == ("Oonan.", None)
    assert numbered(answered, answer_id) in (version + 2, version + 3)


def test_calendars_at_the_same_moment_end_a_return_once(answered: Database) -> None:
    answer_id, version, _, katri = first(answered)
    with answered.write() as session:
        returning.send_back(session, katri, Return(answer_id, version, "Lisää.", date(2012, 6, 1), "V1"), WHEN)
    lapse(answered, now("2012-06-01 23:59"))
    assert "lapsed" not in kinds(answered)
    assert at_once(*[lambda: lapse(answered, now("2012-06-02 00:01"))] * 4) == [None] * 4
    assert kinds(answered)["lapsed"] == 1
    with answered.read() as session:
        assert queries.get_answer_place(session, answer_id).open_until is None
        assert [one.source for one in rows.list_revisions(session, answer_id)] == [Source.FORM, Source.RETURNED]
