"""The DMs of those who answer are open before a wave of cards goes out: opened in the calm, at Slack's pace."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.directory import ASK_AGAIN_AFTER, find_people
from lamppu_bot.workspace import Fault
from storage.models import Partner, Person, Project
from tests.slack.sending_rig import Rig, post


def add_contacts(rig: Rig, count: int) -> list[int]:
    """A project whose contacts have their Slack id in its file, the last partner's as a deputy; returns their ids."""
    people = [
        rig.add_recipient(name=f"P{number}", slack_id=rig.workspace.add_person(f"P{number}", f"p{number}@a.fi").id)
        for number in range(count)
    ]
    facts = {"key": "lamppu", "name": "LAMPPU-hanke", "short_name": "LAMPPU", "channel": "C1"}
    zone = {"language": "fi", "time_zone": "Europe/Helsinki", "holidays": "FI", "calendar": {}, "definition": {}}
    with rig.database.write() as session:
        project = Project(**facts, **zone)
        session.add(project)
        session.flush()
        for number, person_id in enumerate(people[:-1]):
            deputy = people[-1] if person_id == people[-2] else None
            names = {"key": f"p{number}", "name": f"P{number}", "short_name": f"P{number}"}
            place = {"project_id": project.id, "position": number}
            session.add(Partner(**names, **place, contact_id=person_id, deputy_id=deputy))
    return people


def step(rig: Rig) -> int:
    """One step; returns how many DMs are known after it."""
    find_people(rig.database, Calls(rig.client(), rig.worker().pacer), rig.clock, threading.Event())
    with rig.database.read() as session:
        return session.scalars(select(func.count()).where(Person.dm_channel.is_not(None))).one()


def test_dms_are_opened_as_many_as_the_limit_allows_and_waits_for_none(rig: Rig) -> None:
    add_contacts(rig, 12)
    began = rig.clock.moment
    assert 0 < step(rig) < 12
    assert rig.clock.moment == began
    rig.clock.sleep(60)
    assert step(rig) == 12
    rig.clock.sleep(60)
    step(rig)
    assert rig.calls_to("conversations.open") == 12


def test_a_wave_opens_none_of_its_own_then(rig: Rig) -> None:
    people = add_contacts(rig, 5)
    step(rig)
    for person_id in people:
        rig.order(f"card {person_id}", post("Hei"), person_id=person_id)
    assert rig.drain() == 5
    assert rig.state_counts() == {"sent": 5}
    assert rig.calls_to("conversations.open") == 5


def test_only_those_who_answer_get_a_dm(rig: Rig) -> None:
    add_contacts(rig, 4)
    rig.add_recipient(name="Vieras", slack_id=rig.workspace.add_person("Vieras", "vieras@example.org").id)
    with rig.database.write() as session:
        session.execute(update(Partner).where(Partner.key == "p0").values(archived_at=datetime.now(UTC)))
    assert step(rig) == 3


def test_an_ended_project_wants_no_dms(rig: Rig) -> None:
    add_contacts(rig, 2)
    with rig.database.write() as session:
        session.execute(update(Project).values(archived_at=datetime.now(UTC)))
    assert step(rig) == 0


def test_whoever_slack_opens_no_dm_with_is_asked_for_later_and_holds_up_nobody(rig: Rig) -> None:
    add_contacts(rig, 3)
    rig.workspace.faults.append(Fault("conversations.open", "error", error="user_not_visible"))
    assert step(rig) == 2
    rig.clock.sleep(60)
    assert step(rig) == 2
    rig.clock.sleep(ASK_AGAIN_AFTER / timedelta(seconds=1))
    assert step(rig) == 3
    assert rig.calls_to("conversations.open") == 4


@pytest.mark.parametrize("fault", ["internal_error", "http_500", "cut_after", "ratelimited"])
def test_a_dm_that_slack_fails_to_open_is_opened_in_the_next_step(rig: Rig, fault: str) -> None:
    add_contacts(rig, 2)
    rig.workspace.faults.append(Fault("conversations.open", fault))  # type: ignore[arg-type]
    assert step(rig) == 0
    rig.clock.sleep(20)
    assert step(rig) == 2
