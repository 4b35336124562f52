"""What stands beside a round's answers: the last words of the round before, and evidence."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from lamppu_bot import richtext
from lamppu_bot.status import is_unchanged, round_status
from storage import queries
from storage.database import Database
from storage.models import Answer, Evidence, Objective, Person, Round
from storage.values import NO_DETAILS, AnswerDetails, AnswerState, EvidenceKind, RoundSnapshot, RoundState
from tests.storage.loading_rig import advance, answer, at, load, round_of, snapshot_of

AUTUMN = "2012-autumn"


@pytest.fixture
def autumn(database: Database) -> Database:
    """Both partners have been asked twice; REDU has answered one objective in spring and drafted the other."""
    load(database)
    advance(database)
    answer(database, "rovaniemi", "verkosto", "Verkosto kokoontui.")
    with database.write() as session:
        details = AnswerDetails(continuing="Verkoston kokoukset")
        session.execute(update(Answer).where(Answer.state == AnswerState.ANSWERED).values(details=details))
        drafted = select(Answer.id).join(Objective).where(Objective.key == "mittarit").limit(1).scalar_subquery()
        session.execute(update(Answer).where(Answer.id == drafted).values(state=AnswerState.DRAFT, document=[{}]))
        session.execute(update(Round).where(Round.key == "2012-spring").values(state=RoundState.CLOSED))
    advance(database, at("2012-11-22T09:00"))
    assert round_of(database, AUTUMN).state is RoundState.OPEN
    return database


def ids(snapshot: RoundSnapshot) -> tuple[int, int]:
    """REDU and the objective it answered in spring."""
    return snapshot.partners[0].id, next(found.id for found in snapshot.objectives if found.key == "verkosto")


def share_of(database: Database, partner_id: int) -> RoundSnapshot:
    with database.read() as session:
        return queries.snapshot(session, round_of(database, AUTUMN).id, partner_id)


def add_evidence(database: Database, answer_id: int, *addresses: str, removed: bool = False) -> None:
    with database.write() as session:
        person_id = session.scalars(select(Person.id)).first()
        for address in addresses:
            session.add(
                Evidence(
                    answer_id=answer_id,
                    kind=EvidenceKind.LINK,
                    address=address,
                    title=address,
                    person_id=person_id,
                    at=datetime(2012, 11, 23, tzinfo=UTC),
                    removed_at=datetime(2012, 11, 24, tzinfo=UTC) if removed else None,
                )
            )


def test_earlier_answers_are_the_last_words_of_the_round_before(autumn: Database) -> None:
    whole = snapshot_of(autumn, AUTUMN)
    place = ids(whole)
    assert list(whole.earlier) == [place]  # the draft was no last word, and the others said nothing
    assert richtext.plain(whole.earlier[place].document) == "Verkosto kokoontui."
    assert whole.earlier[place].details.continuing == "Verkoston kokoukset"
    assert share_of(autumn, place[0]).earlier == whole.earlier
    assert share_of(autumn, whole.partners[1].id).earlier == {}
    assert snapshot_of(autumn).earlier == {}


def test_progress_of_a_round_has_the_words_of_repeated_answers_alone(autumn: Database) -> None:
    answer(autumn, "rovaniemi", "verkosto", "Verkosto kokoontui.", semester=AUTUMN)
    answer(autumn, "rovaniemi", "mittarit", "Mittarit ovat valmiit.", semester=AUTUMN)
    whole = snapshot_of(autumn, AUTUMN)
    place = ids(whole)
    with autumn.read() as session:
        progress = queries.progress(session, whole.round.id)
        states = queries.states(session, whole.round.id)
    assert progress.answers == {**states.answers, place: whole.answers[place]}
    assert progress.earlier == {place: whole.earlier[place]}
    assert round_status(progress) == round_status(whole)
    assert round_status(whole).unchanged == 1


def test_earlier_answers_of_a_whole_round_are_those_that_there_is_something_to_tell_of(autumn: Database) -> None:
    with autumn.write() as session:
        session.execute(update(Answer).values(details=NO_DETAILS))
    whole = snapshot_of(autumn, AUTUMN)
    place = ids(whole)
    assert whole.earlier == {}
    assert list(share_of(autumn, place[0]).earlier) == [place]
    with autumn.write() as session:
        session.execute(update(Answer).where(Answer.id == whole.answers[place].id).values(text="Verkosto kokoontui."))
    assert list(snapshot_of(autumn, AUTUMN).earlier) == [place]


def test_earlier_answers_of_an_archived_round_are_passed_over(autumn: Database) -> None:
    with autumn.write() as session:
        session.execute(update(Round).where(Round.key == "2012-spring").values(archived_at=datetime.now(UTC)))
    whole = snapshot_of(autumn, AUTUMN)
    assert whole.earlier == {} == share_of(autumn, whole.partners[0].id).earlier


def test_evidence_that_stands_is_read_with_its_answer_in_order(autumn: Database) -> None:
    place = ids(snapshot_of(autumn, AUTUMN))
    answer_id = snapshot_of(autumn, AUTUMN).answers[place].id
    add_evidence(autumn, answer_id, "https://b.example.org", "https://a.example.org")
    add_evidence(autumn, answer_id, "https://c.example.org", removed=True)
    whole, share = snapshot_of(autumn, AUTUMN), share_of(autumn, place[0])
    assert [found.address for found in whole.evidence[answer_id]] == ["https://b.example.org", "https://a.example.org"]
    assert whole.evidence == share.evidence
    assert [len(found.objectives) for found in (whole, share)] == [2, 2]
    assert share.answers == {key: found for key, found in whole.answers.items() if key[0] == place[0]}


def test_answer_is_unchanged_when_it_is_the_last_word_of_the_round_before(autumn: Database) -> None:
    whole = snapshot_of(autumn, AUTUMN)
    place = ids(whole)
    assert not is_unchanged(whole, whole.answers[place])
    with autumn.write() as session:
        document = whole.earlier[place].document
        same = {"state": AnswerState.ANSWERED, "document": document, "text": richtext.plain(document)}
        session.execute(update(Answer).where(Answer.id == whole.answers[place].id).values(**same))
    whole = snapshot_of(autumn, AUTUMN)
    assert is_unchanged(whole, whole.answers[place])
