"""Loading while a round is open: whom it asks anew, which messages change, and that no answer is touched."""

import pytest
from sqlalchemy import select

from lamppu_bot.loading import LoadPlan
from storage import rounds as rows
from storage.database import Database
from storage.models import Answer, Revision
from storage.values import AnswerState
from tests.storage.loading_rig import (
    NEW_OBJECTIVE,
    OPEN,
    PROJECT,
    advance,
    answer,
    asked,
    at,
    card,
    changed,
    load,
    round_of,
    send_all,
    snapshot_of,
    texts_of,
    waiting,
    without,
)

ALL_THREE = ["verkosto", "mittarit", "uusi"]
ANNA = changed(PROJECT, ('"Niilo Niemelä", email = "niilo@example.org"', '"Anna Aho", email = "anna@example.org"'))
NEW_PARTNER = """
[[partners]]
key = "tornio"
name = "Tornion opisto"
short_name = "Tornio"
contact = { name = "Taina Tuomi", email = "taina@example.org" }
"""


@pytest.fixture
def opened(database: Database) -> Database:
    """The spring round is open, its cards are in Slack."""
    load(database)
    advance(database)
    send_all(database)
    assert waiting(database) == []
    return database


def reload(database: Database, text: str) -> LoadPlan:
    return load(database, text, OPEN)


def report_wanted(database: Database) -> int:
    with database.read() as session:
        return rows.get_progress(session, round_of(database).id).report_wanted


def test_new_contact_gets_a_card_and_answers_stay(opened: Database) -> None:
    answer(opened, "kemi", "verkosto", "Verkosto kokoontui.")
    send_all(opened)
    former = card(opened, "kemi", "niilo@example.org")
    reload(opened, ANNA)
    new = card(opened, "kemi", "anna@example.org")
    assert former is not None
    assert new is not None
    assert sorted(waiting(opened)) == sorted([former.key, new.key])
    assert texts_of(snapshot_of(opened), "kemi") == {"verkosto": "Verkosto kokoontui.", "mittarit": ""}
    with opened.read() as session:
        assert len(session.scalars(select(Revision)).all()) == 1


def test_contact_who_returns_has_the_same_card(opened: Database) -> None:
    first = card(opened, "kemi", "niilo@example.org")
    reload(opened, ANNA)
    reload(opened, PROJECT)
    again = card(opened, "kemi", "niilo@example.org")
    assert first is not None
    assert again is not None
    assert (again.id, again.state) == (first.id, "due")


def test_new_objective_is_asked_of_all(opened: Database) -> None:
    answer(opened, "kemi", "verkosto", "Verkosto kokoontui.")
    send_all(opened)
    reload(opened, PROJECT + NEW_OBJECTIVE)
    assert asked(snapshot_of(opened)) == {"rovaniemi": ALL_THREE, "kemi": ALL_THREE}
    assert len(waiting(opened)) == 2


def test_new_objective_of_one_partner_is_asked_of_it_alone(opened: Database) -> None:
    reload(opened, f'{PROJECT}{NEW_OBJECTIVE}partner = "kemi"\n')
    assert asked(snapshot_of(opened)) == {
        "rovaniemi": ["verkosto", "mittarit"],
        "kemi": ["verkosto", "mittarit", "uusi"],
    }
    assert [key.split(":")[3] for key in waiting(opened)] == ["kemi"]


def test_new_partner_is_asked(opened: Database) -> None:
    reload(opened, PROJECT + NEW_PARTNER)
    assert asked(snapshot_of(opened))["tornio"] == ["verkosto", "mittarit"]
    new = card(opened, "tornio", "taina@example.org")
    assert new is not None
    assert waiting(opened) == [new.key]


def test_partner_that_left_returns_with_its_answers(opened: Database) -> None:
    answer(opened, "kemi", "verkosto", "Verkosto kokoontui.")
    send_all(opened)
    reload(opened, without(PROJECT, "kemi"))
    assert list(asked(snapshot_of(opened))) == ["rovaniemi"]
    assert [key.split(":")[3] for key in waiting(opened)] == ["kemi"]
    reload(opened, PROJECT)
    assert texts_of(snapshot_of(opened), "kemi")["verkosto"] == "Verkosto kokoontui."


def test_last_missing_partner_leaves_and_the_report_is_wanted(opened: Database) -> None:
    for objective in ("verkosto", "mittarit"):
        answer(opened, "rovaniemi", objective, "Tehty.")
    assert report_wanted(opened) == 0
    reload(opened, without(PROJECT, "kemi"))
    assert report_wanted(opened) == 1


def test_posted_report_hears_of_a_new_name(opened: Database) -> None:
    for partner in ("rovaniemi", "kemi"):
        for objective in ("verkosto", "mittarit"):
            answer(opened, partner, objective, "Tehty.")
    assert report_wanted(opened) == 1
    reload(opened, changed(PROJECT, ("Kemin opisto", "Meren opisto")))
    assert report_wanted(opened) == 2


def test_archived_objective_with_an_answer_stays_in_the_round(opened: Database) -> None:
    answer(opened, "kemi", "verkosto", "Verkosto kokoontui.")
    reload(opened, without(PROJECT, "verkosto"))
    assert asked(snapshot_of(opened)) == {"rovaniemi": ["mittarit"], "kemi": ["verkosto", "mittarit"]}


def test_objective_narrowed_to_one_partner_is_no_longer_missing_elsewhere(opened: Database) -> None:
    narrowed = changed(PROJECT, ('title = "Mittarit"', 'title = "Mittarit"\npartner = "kemi"'))
    reload(opened, narrowed)
    assert asked(snapshot_of(opened)) == {"rovaniemi": ["verkosto"], "kemi": ["verkosto", "mittarit"]}
    answer(opened, "rovaniemi", "verkosto", "Tehty.")
    for objective in ("verkosto", "mittarit"):
        answer(opened, "kemi", objective, "Tehty.")
    assert report_wanted(opened) == 1
    with opened.read() as session:
        missing = session.scalars(select(Answer.state).where(Answer.state == AnswerState.MISSING)).all()
    assert len(missing) == 1


def test_reworded_objective_changes_all_cards(opened: Database) -> None:
    reload(opened, changed(PROJECT, ("Verkosto toimii.", "Verkosto toimii hyvin.")))
    assert len(waiting(opened)) == 2


def test_change_that_no_card_shows_sends_nothing(opened: Database) -> None:
    reload(opened, changed(PROJECT, ("[10, 5, 2]", "[9, 5, 2]")))
    assert waiting(opened) == []


def test_later_due_date_starts_the_reminders_anew(opened: Database) -> None:
    with opened.write() as session:
        rows.set_round(session, round_of(opened).id, reminders_done=3)
    moved = changed(PROJECT, ("ends = 2012-05-31", "ends = 2012-05-31\nopens = 2012-05-09\ndue = 2012-06-15"))
    load(opened, moved, at("2012-05-30T12:00"))
    assert len(waiting(opened)) == 2
    with opened.read() as session:
        assert rows.get_progress(session, round_of(opened).id).reminders_done == 0


def test_preview_is_shown_again_for_a_moved_opening(database: Database) -> None:
    load(database)
    advance(database, at("2012-05-08T09:00"))
    send_all(database)
    load(database, changed(PROJECT, ("= 15", "= 12")), at("2012-05-08T12:00"))
    assert waiting(database) == ["preview:lamppu:2012-spring:2012-05-09"]
    advance(database, at("2012-05-11T09:00"))
    assert "preview:lamppu:2012-spring:2012-05-14" in waiting(database)
