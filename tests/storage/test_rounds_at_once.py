"""Calendars of several processes that look at the same moment, and a coordinator between them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from threading import Barrier
from time import monotonic
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from lamppu_bot import answers, reporting, richtext, rounds
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.report.pieces import digest
from lamppu_bot.slack.reporter import Reporter
from lamppu_bot.steering import postponing
from lamppu_bot.steering.permission import Form
from storage import answers as rows
from storage import queries
from storage import rounds as rounds_rows
from storage.database import Database
from storage.models import Answer, Delivery, Round
from storage.values import AnswerState, AnswerView, PartnerView, PersonView, RoundSnapshot, Source
from tests.benchmarks.world import make_world
from tests.conftest import EMPTYING, admin_of
from tests.storage.loading_rig import load

HELSINKI = ZoneInfo("Europe/Helsinki")


def now(text: str) -> Now:
    return Now(datetime.fromisoformat(text).replace(tzinfo=HELSINKI), datetime.now(UTC))


def at_once(*doings: Callable[[], None]) -> list[BaseException | None]:
    """Runs them together; returns what each raised."""
    barrier = Barrier(len(doings))

    def run(doing: Callable[[], None]) -> None:
        barrier.wait(10)
        doing()

    with ThreadPoolExecutor(len(doings)) as pool:
        return [future.exception() for future in [pool.submit(run, doing) for doing in doings]]


@pytest.fixture
def loaded(database: Database) -> Database:
    load(database)
    return database


def advance(database: Database, moment: str) -> None:
    with database.write() as session:
        rounds.advance(session, now(moment))


def kinds(database: Database) -> dict[str, int]:
    with database.read() as session:
        counted = session.execute(select(Delivery.kind, func.count()).group_by(Delivery.kind))
        return {kind: count for kind, count in counted}


def test_calendars_at_the_same_moment_do_everything_once(loaded: Database) -> None:
    for moment in ("2012-05-08 09:00", "2012-05-09 09:00", "2012-05-16 09:00", "2012-05-29 09:00"):
        raised = at_once(*[lambda moment=moment: advance(loaded, moment)] * 4)
        assert raised == [None] * 4
    assert kinds(loaded) == {"preview": 1, "card": 2, "reminder": 4, "overview": 1}
    with loaded.read() as session:
        assert session.scalar(select(func.count(Answer.id))) == 4


@pytest.mark.parametrize("attempt", range(3))
def test_round_is_either_opened_or_postponed(loaded: Database, attempt: int) -> None:
    advance(loaded, "2012-05-08 09:00")
    with loaded.read() as session:
        (project,) = queries.list_projects(session)
        round_id = queries.list_rounds(session, project.id)[0].id
    katri: PersonView = project.coordinators[0]

    def postpone() -> None:
        with loaded.write() as session:
            days = date(2012, 5, 9), date(2012, 5, 14 + attempt)
            postponing.postpone(session, Form(katri, "V1"), round_id, *days, now("2012-05-09 09:00"))

    raised = at_once(postpone, lambda: advance(loaded, "2012-05-09 09:00"))
    with loaded.read() as session:
        state, opens_on = session.execute(select(Round.state, Round.opens_on).where(Round.id == round_id)).one()
    if raised[0] is None:
        assert (state, opens_on) == ("planned", date(2012, 5, 14 + attempt))
        assert "card" not in kinds(loaded)
    else:
        assert isinstance(raised[0], RefusedError)
        assert (state, opens_on) == ("open", date(2012, 5, 9))
        assert kinds(loaded)["card"] == 2


def asked(database: Database) -> RoundSnapshot:
    with database.read() as session:
        (project,) = queries.list_projects(session)
        return queries.snapshot(session, queries.list_rounds(session, project.id)[0].id)


def write(session: Session, partner: PartnerView, answer: AnswerView) -> None:
    document = richtext.from_plain("Tehty.")
    writing = answers.Writing(answer.id, 0, AnswerState.ANSWERED, document, Source.FORM, f"V{answer.id}")
    answers.save(session, partner.contact, writing, now("2012-05-31 16:00"))


def last_answers(database: Database) -> list[Callable[[Session], None]]:
    """Everything is answered but for the last answer of each partner: who writes those."""
    found = asked(database)
    for partner in found.partners:
        for answer in found.answers_of(partner.id)[:-1]:
            with database.write() as session:
                write(session, partner, answer)
    return [partial(write, partner=one, answer=found.answers_of(one.id)[-1]) for one in found.partners]


def report_wanted(database: Database) -> int:
    with database.read() as session:
        return session.scalars(select(Round.report_wanted).order_by(Round.id)).first() or 0


def test_last_answers_of_two_partners_at_once_want_the_report(loaded: Database) -> None:
    advance(loaded, "2012-05-09 09:00")
    writes = last_answers(loaded)
    together = Barrier(len(writes))

    def hand_in(write_last: Callable[[Session], None]) -> None:
        with loaded.write() as session:
            if not loaded.is_sqlite:  # there one writer at a time is let in
                session.execute(select(func.now()))
                together.wait(10)
            write_last(session)

    assert at_once(*[partial(hand_in, write_last) for write_last in writes]) == [None] * len(writes)
    assert report_wanted(loaded) == 1


def test_report_that_nobody_wanted_although_all_is_answered_is_wanted_by_the_calendar(loaded: Database) -> None:
    advance(loaded, "2012-05-09 09:00")
    for write_last in last_answers(loaded):
        with loaded.write() as session:
            write_last(session)
    with loaded.write() as session:
        session.execute(update(Round).values(report_wanted=0))
    for moment in ("2012-05-16 09:00", "2012-05-16 09:01"):
        advance(loaded, moment)
        assert report_wanted(loaded) == 1


def test_report_waits_for_those_who_are_writing_when_it_falls_due(tabled_postgres_url: str) -> None:
    with closing(Database(tabled_postgres_url)) as database, ThreadPoolExecutor(1) as pool:
        with admin_of(tabled_postgres_url) as admin:
            admin.exec_driver_sql(EMPTYING)
        load(database)
        for moment in ("2012-05-09 09:00", "2012-06-01 00:00"):
            advance(database, moment)
        found = asked(database)
        with database.write() as session:
            write(session, found.partners[0], found.answers_of(found.partners[0].id)[0])
            advance(database, "2012-06-01 09:00")
            publishing = pool.submit(reporting.publish, database, now("2012-06-01 09:00"), Reporter(database))
            wait_until(lambda: is_anybody_waiting(database) or publishing.done())
        publishing.result(10)
        with database.read() as session:
            progress = rounds_rows.list_progress(session)[0]
            posted = reporting.posted_report(queries.snapshot(session, progress.round.id), date(2012, 6, 1))
            assert rounds_rows.list_pieces(session, progress.round.id)["summary"] == digest(posted.summary)


def is_anybody_waiting(database: Database) -> bool:
    with database.read() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = monotonic() + 10
    while not holds():
        assert monotonic() < deadline


def test_last_two_answers_of_one_partner_at_once_bring_the_thanks_and_the_report(tabled_postgres_url: str) -> None:
    with closing(Database(tabled_postgres_url)) as database, ThreadPoolExecutor(1) as pool:
        with admin_of(tabled_postgres_url) as admin:
            admin.exec_driver_sql(EMPTYING)
        load(database)
        advance(database, "2012-05-09 09:00")
        found = asked(database)
        *others, partner = found.partners
        for other in others:
            for answer in found.answers_of(other.id):
                with database.write() as session:
                    write(session, other, answer)
        first, second = found.answers_of(partner.id)

        def hand_in(answer: AnswerView) -> None:
            with database.write() as session:
                write(session, partner, answer)

        with database.write() as session:
            write(session, partner, first)
            writing = pool.submit(hand_in, second)
            wait_until(lambda: is_anybody_waiting(database) or writing.done())
        writing.result(10)
        assert kinds(database)["thanks"] == len(found.partners)
        assert report_wanted(database) == 1


def test_last_answers_of_partners_do_not_wait_for_each_other_in_the_middle_of_a_round(
    new_postgres_url: Callable[[str], str],
) -> None:
    with closing(Database(new_postgres_url("middle"))) as database, ThreadPoolExecutor(1) as pool:
        make_world(database, [f"U9PARTNER{number}" for number in range(rows.MANY)])
        with database.read() as session:
            [project] = queries.list_projects(session)
            found = queries.snapshot(session, queries.list_rounds(session, project.id)[-1].id)
        first, second = found.partners[:2]

        def hand_in(partner: PartnerView) -> None:
            for answer in found.answers_of(partner.id):
                with database.write() as session:
                    write(session, partner, answer)

        *others, last = found.answers_of(first.id)
        for answer in others:
            with database.write() as session:
                write(session, first, answer)
        with database.write() as session:
            write(session, first, last)
            pool.submit(hand_in, second).result(30)
        assert kinds(database)["thanks"] == 2
