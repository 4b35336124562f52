"""A look at the database: it sees one moment, and waits for nobody who is writing."""

from sqlalchemy import select, update

from storage import queries
from storage import rounds as rounds_rows
from storage.database import Database
from storage.models import Answer, Round
from storage.values import RoundState
from tests.storage.loading_rig import advance, load


def opened(database: Database) -> int:
    """Opens the one round there is; returns the id of an answer in it."""
    load(database)
    advance(database)
    with database.read() as session:
        return session.scalars(select(Answer.id)).first() or 0


def test_reader_waits_for_nobody_who_holds_the_answer_or_the_round(database: Database) -> None:
    answer_id = opened(database)
    with database.write() as writing:
        held = queries.get_answer_place(writing, answer_id)
        rounds_rows.get_progress(writing, held.round_id, lock=True)
        with database.read() as session:
            assert queries.get_answer_place(session, answer_id) == held
            assert rounds_rows.get_progress(session, held.round_id, lock=True).round == held.share.round


def test_reader_sees_one_moment(database: Database) -> None:
    opened(database)
    wanted = select(Round.report_wanted).where(Round.state == RoundState.OPEN)
    with database.read() as session:
        assert session.scalar(wanted) == 0
        with database.write() as writing:
            writing.execute(update(Round).values(report_wanted=1))
        assert session.scalar(wanted) == 0
    with database.read() as session:
        assert session.scalar(wanted) == 1
