"""Where somebody is still named when they are erased: everything that people write freely is looked at."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Text, select

from lamppu_bot.operating import mentions
from storage.database import Database
from storage.models import (
    Answer,
    AuditEntry,
    Base,
    Delivery,
    Evidence,
    Handover,
    HeardMessage,
    HeardVersion,
    Inquiry,
    Participation,
    Person,
)
from storage.values import PersonView
from tests.storage.loading_rig import advance, answer, load, person

AT = datetime(2012, 5, 14, tzinfo=UTC)
# Columns of text in which no person writes of another: what is asked for, why a delivery waits.
OF_NOBODY = {"objective.text", "delivery.error"}
LOOKED_AT = {
    *("answer.text", "answer.note", "revision.text", "revision.note", "participation.skip_reason", "inquiry.text"),
    *("handover.message", "handover.reason", "heard_version.text"),
}


@pytest.fixture
def niilo(database: Database) -> PersonView:
    """Contact of Kemi; others name him wherever they write."""
    load(database)
    advance(database)
    answer(database, "kemi", "verkosto", "Minä, Niilo Niemelä, kokoonnuin.")
    answer(database, "kemi", "verkosto", "Verkosto kokoontui.")
    answer(database, "rovaniemi", "mittarit", "Valittiin Niilon kanssa.\nNiemelän luona, Niilosta kiinni, ja muuta.")
    found = person(database, "niilo@example.org")
    assert found
    return found


def write_elsewhere(database: Database, niilo: PersonView) -> None:
    with database.write() as session:
        oona, katri = (
            session.scalars(select(Person.id).where(Person.name == name)).one()
            for name in ("Oona Ojala", "Katri Koordinaattori")
        )
        place = session.scalars(select(Answer).order_by(Answer.id)).first()
        share = session.scalars(select(Participation).order_by(Participation.id)).first()
        assert place
        assert share
        place.note = "Kysy Niilolta."
        share.skip_reason = "Niilo lomailee."
        session.add(AuditEntry(project_id=1, person_id=katri, action="skip", details={"reason": "Niilo sairastaa."}))
        for writer_id in (katri, niilo.id):
            words = {"words": "Niilo, hoida tämä.", "text": "Mitä Niilo sanoi?"}
            session.add(AuditEntry(project_id=1, person_id=writer_id, action="remind", details=words))
        session.add(AuditEntry(project_id=1, person_id=katri, action="load", details={"changes": ["Niilo Niemelä"]}))
        evidence = {"kind": "file", "address": "F1", "title": "niilo.pdf", "person_id": oona, "at": AT}
        session.add(Evidence(answer_id=place.id, **evidence))
        words = {"participation_id": share.id, "answer_ids": [], "asked_at": AT}
        session.add(
            Handover(**words, from_id=oona, to_id=niilo.id, origin="1", message="Hei Niilo!", reason="t. Niilo")
        )
        delivery = session.scalars(select(Delivery).limit(1)).one()
        asked = {"answer_id": place.id, "delivery_id": delivery.id, "at": AT}
        session.add(Inquiry(**asked, person_id=katri, to_id=oona, text="Mitä Niilo sanoi?", origin="2"))
        session.get_one(Person, niilo.id).slack_id = "U2"
        for ts, slack_user, writer_id in (
            ("1", "U1", oona),
            ("2", "U2", niilo.id),
            ("3", "U3", None),
            ("4", "U2", None),
        ):
            heard = HeardMessage(channel="D1", ts=ts, slack_user=slack_user, person_id=writer_id, state="stray")
            session.add(heard)
            session.flush()
            session.add(HeardVersion(message_id=heard.id, edit_ts="", text="Niilo tietää.", document=[], at=AT))


def test_everything_that_stays_and_names_somebody_is_told(database: Database, niilo: PersonView) -> None:
    write_elsewhere(database, niilo)
    with database.read() as session:
        told = list(mentions.told(mentions.left(session, [niilo])))
    assert told == [
        mentions.HEADING,
        "  lamppu 2012-spring rovaniemi objective 1, answer: “Kysy Niilolta.”",
        "  lamppu 2012-spring rovaniemi objective 2, answer: “Valittiin Niilon kanssa. Niemelän luona, Niilosta "
        "kiinni…” and 2 more",
        "  lamppu 2012-spring kemi objective 1, earlier wording: “Minä, Niilo Niemelä, kokoonnuin.”",
        "  lamppu 2012-spring rovaniemi objective 1, evidence: “niilo.pdf F1”",
        "  lamppu 2012-spring rovaniemi, why it was left out: “Niilo lomailee.”",
        "  lamppu, audit trail: “Niilo sairastaa.”",
        "  lamppu, audit trail: “Niilo, hoida tämä.”",
        "  lamppu, audit trail: “Mitä Niilo sanoi?”",
        "  lamppu 2012-spring rovaniemi objective 1, question: “Mitä Niilo sanoi?”",
        "  lamppu 2012-spring rovaniemi, handover: “Hei Niilo!”",
        "  message to the bot of 2012-05-14 from Oona Ojala: “Niilo tietää.”",
        "  message to the bot of 2012-05-14 from a stranger: “Niilo tietää.”",
    ]


def test_what_goes_with_its_project_is_not_told(database: Database, niilo: PersonView) -> None:
    write_elsewhere(database, niilo)
    with database.read() as session:
        places = [one.place for one, _ in mentions.left(session, [niilo], [1])]
    assert not [place for place in places if place.endswith(("question", "handover"))]
    assert len(places) == 8


def test_who_is_named_nowhere_has_nothing_to_be_told(database: Database, niilo: PersonView) -> None:
    katri = person(database, "katri@example.org")
    assert katri
    with database.read() as session:
        assert list(mentions.told(mentions.left(session, [katri]))) == []


def test_every_column_of_long_text_is_looked_at_or_holds_nobodys_words() -> None:
    texts = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Text)
    }
    assert texts == LOOKED_AT | OF_NOBODY
