"""Looking people up: as fast as Slack allows, without keeping anybody waiting."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.directory import ASK_AGAIN_AFTER, ASK_LOCALE_AFTER, find_people
from lamppu_bot.workspace import Fault
from storage import people, queries
from storage.models import Person
from tests.slack.sending_rig import Rig, post, texts


def add_people(rig: Rig, count: int) -> None:
    for number in range(count):
        rig.workspace.add_person(f"P{number}", f"p{number}@example.org")
        rig.add_recipient(name=f"P{number}", email=f"p{number}@example.org")


def look_up(rig: Rig, stop: threading.Event | None = None) -> int:
    """One step; returns how many people are known after it."""
    find_people(rig.database, Calls(rig.client(), rig.worker().pacer), rig.clock, stop or threading.Event())
    with rig.database.read() as session:
        return session.scalars(select(func.count()).where(Person.slack_id.is_not(None))).one()


def test_find_people_takes_as_many_as_the_limit_allows_and_waits_for_none(rig: Rig) -> None:
    add_people(rig, 30)
    began = rig.clock.moment
    assert look_up(rig) == 9
    assert rig.clock.moment == began
    rig.clock.sleep(15)
    assert look_up(rig) == 18
    assert rig.calls_to("users.lookupByEmail") == 18


@pytest.mark.parametrize("fault", ["internal_error", "http_500", "cut_before", "ratelimited"])
def test_find_people_without_an_answer_ends_the_step_and_asks_again_in_the_next(rig: Rig, fault: str) -> None:
    add_people(rig, 3)
    rig.workspace.faults.append(Fault("users.lookupByEmail", fault))  # type: ignore[arg-type]
    assert look_up(rig) == 0
    assert rig.calls_to("users.lookupByEmail") == 1
    rig.clock.sleep(20)
    assert look_up(rig) == 3


def test_find_people_with_a_refused_token_ends_the_step_and_says_what_to_do(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    add_people(rig, 3)
    rig.workspace.faults.append(Fault("users.lookupByEmail", "error", error="missing_scope"))
    assert look_up(rig) == 0
    [said] = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert said.startswith("The app lacks a permission: compare its scopes with the manifest and install it again (")
    assert look_up(rig) == 3


def test_find_people_who_are_not_there_are_asked_for_again_later(rig: Rig) -> None:
    rig.add_recipient(name="Aino", email="aino@example.org")
    add_people(rig, 1)
    assert look_up(rig) == 1
    rig.workspace.add_person("Aino", "aino@example.org")
    assert look_up(rig) == 1
    rig.clock.sleep(ASK_AGAIN_AFTER / timedelta(seconds=1) + 1)
    assert look_up(rig) == 2


def test_find_people_ends_when_the_bot_stops(rig: Rig) -> None:
    add_people(rig, 3)
    stop = threading.Event()
    stop.set()
    assert look_up(rig, stop) == 0
    assert rig.calls_to("users.lookupByEmail") == 0


def test_find_people_sends_what_was_parked_for_whoever_is_found(rig: Rig) -> None:
    person_id = rig.add_recipient(name="Aino", email="aino@example.org")
    rig.order("a", post("Hei"), person_id=person_id)
    rig.drain()
    assert rig.find("a").state == "parked"
    aino = rig.workspace.add_person("Aino", "aino@example.org")
    look_up(rig)
    rig.drain()
    assert texts(rig.workspace.state.dm_with(rig.workspace.state.users[aino.id])) == ["Hei"]


def locales(rig: Rig) -> list[str | None]:
    with rig.database.read() as session:
        return list(session.scalars(select(Person.locale).order_by(Person.id)))


def test_find_people_learns_the_language_of_their_slack_once_a_week(rig: Rig) -> None:
    astrid = rig.workspace.add_person("Astrid", "astrid@example.org", locale="sv-SE")
    rig.add_recipient(name="Astrid", email="astrid@example.org")
    look_up(rig)
    look_up(rig)
    assert locales(rig) == ["sv-SE"]
    assert rig.calls_to("users.info") == 1
    astrid.user.locale = "en-GB"
    rig.clock.sleep(timedelta(days=8).total_seconds())
    look_up(rig)
    assert locales(rig) == ["en-GB"]


def test_find_people_whose_slack_tells_no_language_keep_the_known_one(rig: Rig) -> None:
    rig.workspace.add_person("Astrid", "astrid@example.org", external=True)
    rig.add_recipient(name="Astrid", email="astrid@example.org")
    look_up(rig)
    assert locales(rig) == [None]
    assert rig.calls_to("users.info") == 1


def test_whoever_is_new_is_asked_about_first_and_named(rig: Rig) -> None:
    add_people(rig, 3)
    look_up(rig)
    rig.clock.sleep(ASK_LOCALE_AFTER.total_seconds() + 60)
    someone = rig.workspace.add_person("Maija Mallikas", "maija@example.org")
    with rig.database.write() as session:
        people.find_or_add(session, someone.id)
    before = rig.calls_to("users.info")
    look_up(rig)
    asked = [call.args["user"] for call in rig.workspace.calls_to("users.info")][before:]
    assert asked[0] == someone.id
    with rig.database.read() as session:
        found = queries.find_person(session, someone.id)
    assert found is not None
    assert (found.name, found.email) == ("Maija Mallikas", "maija@example.org")


@pytest.mark.parametrize(("fact", "unfit"), [("is_bot", "bot"), ("deactivated", "left")])
def test_who_cannot_be_asked_for_anything_is_known_as_such(rig: Rig, fact: str, unfit: str) -> None:
    someone = rig.workspace.add_person("Robotti", "robo@example.org")
    setattr(someone.user, fact, True)
    with rig.database.write() as session:
        person = people.find_or_add(session, someone.id)
    look_up(rig)
    with rig.database.read() as session:
        assert people.find_unfit(session, person.id) == unfit
        assert not people.is_new(session, person.id)
