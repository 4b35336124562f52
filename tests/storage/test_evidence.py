"""Evidence of an answer: given, taken away, given again; by several people at once; and who may."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from lamppu_bot import evidence
from lamppu_bot.errors import RefusedError
from lamppu_bot.evidence import MOST, Full, Kept
from storage import evidence as rows
from storage.database import Database
from storage.models import Evidence
from storage.values import EvidenceKind, EvidenceView, NewEvidence, PersonView
from tests.storage.loading_rig import OPEN, advance, load, person, snapshot_of

AT = datetime(2012, 5, 14, tzinfo=UTC)


def link(name: str, title: str = "") -> NewEvidence:
    return NewEvidence(EvidenceKind.LINK, f"https://example.org/{name}", title or name)


@pytest.fixture
def opened(database: Database) -> Database:
    load(database)
    advance(database)
    return database


def oona(database: Database, email: str = "oona@example.org") -> PersonView:
    found = person(database, email)
    assert found is not None
    return found


def answer_of(database: Database) -> int:
    """The first answer of REDU, whose contact is Oona."""
    found = snapshot_of(database)
    return found.answers[found.partners[0].id, found.objectives[0].id].id


def kept(database: Database) -> tuple[EvidenceView, ...]:
    return snapshot_of(database).evidence.get(answer_of(database), ())


def change(
    database: Database, *given: NewEvidence, removed: tuple[int, ...] = (), email: str = "oona@example.org"
) -> Kept | Full:
    answer_id, who = answer_of(database), oona(database, email)
    with database.write() as session:
        return evidence.change(session, who, answer_id, given=given, removed=removed, now=OPEN)


def test_evidence_is_kept_in_the_order_it_came_in(opened: Database) -> None:
    file = NewEvidence(EvidenceKind.FILE, "F1", "kuva.png", 3_000_000_000, "image/png")
    change(opened, link("b", "Muistio"), file)
    change(opened, link("a"))
    assert [(one.kind, one.title, one.size, one.mimetype) for one in kept(opened)] == [
        ("link", "Muistio", None, None),
        ("file", "kuva.png", 3_000_000_000, "image/png"),
        ("link", "a", None, None),
    ]


def test_put_and_take_away_tell_whether_they_changed_anything(opened: Database) -> None:
    answer_id, who = answer_of(opened), oona(opened).id
    with opened.write() as session:
        assert rows.put(session, answer_id, [link("a"), link("a")], who, AT)
        assert not rows.put(session, answer_id, [link("a", "Toinen nimi")], who, AT)
        [id_] = rows.standing(session, answer_id).values()
        assert rows.take_away(session, answer_id, [id_], AT)
        assert not rows.take_away(session, answer_id, [id_], AT)
        assert rows.standing(session, answer_id) == {}
        assert rows.put(session, answer_id, [link("a")], who, AT)
        assert rows.standing(session, answer_id) == {link("a").address: id_}


def test_evidence_of_another_answer_is_not_taken_away(opened: Database) -> None:
    change(opened, link("a"))
    [found] = kept(opened)
    whole = snapshot_of(opened)
    other = whole.answers[whole.partners[0].id, whole.objectives[1].id].id
    with opened.write() as session:
        evidence.change(session, oona(opened), other, given=(), removed=(found.id,), now=OPEN)
    assert kept(opened) == (found,)


def test_two_who_give_the_same_link_at_once_have_it_kept_once(opened: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: change(opened, link("a"), link("b")), range(2)))
    assert all(isinstance(one, Kept) for one in done)
    assert sorted(one.title for one in kept(opened)) == ["a", "b"]


def test_more_than_an_answer_takes_changes_nothing_and_making_room_helps(opened: Database) -> None:
    change(opened, *(link(str(number)) for number in range(MOST)))
    assert isinstance(change(opened, link("more")), Full)
    assert len(kept(opened)) == MOST
    assert isinstance(change(opened, link("0")), Kept)  # it is there already
    assert isinstance(change(opened, link("more"), removed=(kept(opened)[0].id,)), Kept)
    assert [one.title for one in kept(opened)][-1] == "more"


def test_contact_of_another_partner_is_refused(opened: Database) -> None:
    with pytest.raises(RefusedError):
        change(opened, link("a"), email="niilo@example.org")
    with opened.read() as session:
        assert session.scalars(select(Evidence.id)).all() == []


def test_files_of_a_message_come_and_go_with_it(opened: Database) -> None:
    answer_id, who = answer_of(opened), oona(opened).id
    files = [{"id": "F1", "name": "a.pdf", "size": 5, "mimetype": "application/pdf"}, {"id": None, "name": "b.pdf"}]
    with opened.write() as session:
        evidence.take_files(session, answer_id, files, who, OPEN)
        evidence.take_files(session, answer_id, files, who, OPEN)
    assert [one.title for one in kept(opened)] == ["a.pdf"]
    with opened.write() as session:
        evidence.drop_files(session, answer_id, files, OPEN)
        evidence.drop_files(session, answer_id, files, OPEN)
    assert kept(opened) == ()
