"""Two projects in one workspace and one database: who sees what, and that everything says which."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from lamppu_bot import loading
from lamppu_bot.project_file import ContactTable, CoordinatorTable, PartnerTable, ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Channel, Fault, Person
from storage.models import Project, Round
from tests.e2e.acting import FI, NEXT, hand_in
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, REDU, at
from tests.e2e.looking import cards, forge, newest_payload, posts, reminders, titles
from tests.e2e.talking import NETWORK, start_writing, write

LAINE = "leena.laine@example.org"


def second_project(project: ProjectDefinition, channel: str) -> ProjectDefinition:
    """LAIVA: coordinated by Katri and Leena, its partners answered for by Oona, Niilo and Leena."""
    leena = {"name": "Leena Laine", "email": LAINE}
    _, kaarnikka, meri = project.partners
    own = PartnerTable(key="laiva-oma", name="Laivan oma koulu", short_name="Oma", contact=ContactTable(**leena))
    table = project.project.model_copy(
        update={"key": "laiva", "name": "Laivahanke", "short_name": "LAIVA", "channel": channel}
    )
    return project.model_copy(
        update={
            "project": table,
            "coordinators": (*project.coordinators, CoordinatorTable(**leena)),
            "partners": (kaarnikka.model_copy(update={"deputy": None}), meri, own),
            "objectives": project.objectives[:2],
        }
    )


@pytest.fixture
def both(rehearse: Callable[[ProjectDefinition], Rehearsal], project: ProjectDefinition) -> Rehearsal:
    """LAMPPU and LAIVA side by side, their spring rounds just opened."""
    house = rehearse(project)
    house.people[LAINE] = house.workspace.add_person("Leena Laine", LAINE)
    members = [house.people[KATRI], house.people[LAINE]]
    channel = house.workspace.add_channel("laivan-koordinaattorit", members=members, private=True)
    with house.database.write() as session:
        plan = loading.plan_load(session, second_project(project, channel.id), template=None, now=house.clock())
        loading.apply_load(session, plan, house.clock())
    house.move_to(at("2012-05-08 09:00"), "the previews")
    assert lamppu(house) == ["LAMPPU: kevään 2012 raportointi alkaa pian"]
    assert laiva(house) == ["LAIVA: kevään 2012 raportointi alkaa pian"]
    house.move_to(at("2012-05-09 09:00"), "the openings")
    return house


def channel_of(house: Rehearsal, name: str) -> Channel:
    return next(channel for channel in house.workspace.state.channels.values() if channel.name == name)


def lamppu(house: Rehearsal) -> list[str]:
    return titles(house.people[KATRI].messages(house.channel))


def laiva(house: Rehearsal) -> list[str]:
    return titles(house.people[KATRI].messages(channel_of(house, "laivan-koordinaattorit")))


def asked(house: Rehearsal, person: Person, words: str) -> str:
    before = len(person.ephemerals)
    person.command("/lamppu", words)
    house.settle()
    return "\n".join(message.text for message in person.ephemerals[before:])


def test_previews_and_cards_say_which_project(both: Rehearsal) -> None:
    sent = ": kevään 2012 raportointi on alkanut, ja pyyntö on lähtenyt vastaajille."
    assert (lamppu(both), laiva(both)) == ([f"LAMPPU{sent}"], [f"LAIVA{sent}"])
    oona = both.people[KAARNIKKA]
    assert titles(cards(oona)) == ["LAMPPU: kevään 2012 tulokset", "LAIVA: kevään 2012 tulokset"]
    for card, project in zip(cards(oona), ("LAMPPU", "LAIVA"), strict=True):
        oona.click(NEXT, card)
        assert oona.modal is not None
        assert project in oona.modal.text
        oona.close_modal()
        root = start_writing(both, oona, NETWORK, f"{project}:")
        assert f"{project} · Kaarnikan ammattiopisto · kevät 2012" in root.text
    assert titles(cards(both.people[REDU])) == ["LAMPPU: kevään 2012 tulokset"]


def test_status_shows_each_their_projects(both: Rehearsal) -> None:
    katri, leena, oona = both.people[KATRI], both.people[LAINE], both.people[KAARNIKKA]
    said = asked(both, katri, "status")
    assert "LAMPPU, kevät 2012" in said
    assert "LAIVA, kevät 2012" in said
    said = asked(both, leena, "status")
    assert "LAIVA, kevät 2012" in said
    assert "LAMPPU" not in said
    said = asked(both, oona, "status")
    assert said.count("Kaarnikan ammattiopisto") >= 2
    assert "LAMPPU" in said
    assert "LAIVA" in said
    assert "Perämer" not in said


def test_partner_of_one_name_in_both_projects_is_shown_for_both(both: Rehearsal) -> None:
    hand_in(both, both.people[KAARNIKKA], "Vain lampusta", partner="LAMPPU-hanke")
    katri = both.people[KATRI]
    before = len(katri.ephemerals)
    asked(both, katri, "status Kaarnikka")
    said = [message.text for message in katri.ephemerals[before:]]
    assert ["LAMPPU · Kaarnikan ammattiopisto" in text for text in said] == [True, False]
    assert ["LAIVA · Kaarnikan ammattiopisto" in text for text in said] == [False, True]
    assert ["vastattu (Oona Ojala" in text for text in said] == [True, False]


def test_coordinator_of_one_who_answers_in_another_sees_both(both: Rehearsal, project: ProjectDefinition) -> None:
    other = project.partners[2].model_copy(update={"contact": ContactTable(name="Leena Laine", email=LAINE)})
    changed = project.project.model_copy(update={"channel": both.channel.id})
    definition = project.model_copy(update={"project": changed, "partners": (*project.partners[:2], other)})
    with both.database.write() as session:
        plan = loading.plan_load(session, definition, template=None, now=both.clock())
        loading.apply_load(session, plan, both.clock())
    both.settle()
    said = asked(both, both.people[LAINE], "status")
    assert "LAIVA, kevät 2012" in said
    assert "Perämeren koulutussäätiö" in said
    assert "Rovaniemi" not in said


def test_one_reminder_for_both_projects_and_reports_that_stay_apart(both: Rehearsal) -> None:
    oona, niilo = both.people[KAARNIKKA], both.people[MERI]
    hand_in(both, oona, *["Lampun tulos"] * 4, partner="LAMPPU-hanke")
    both.move_to(at("2012-05-16 09:00"), "the first reminder")
    [of_oona] = reminders(oona)
    assert "LAIVA" in of_oona.text
    assert "LAMPPU" not in of_oona.text
    [of_niilo] = reminders(niilo)
    assert "LAIVA" in of_niilo.text
    assert "LAMPPU" in of_niilo.text
    for person in (oona, niilo, both.people[LAINE]):
        hand_in(both, person, "Laivan tulos", "Toinen", partner="Laivahanke")
    assert laiva(both)[-1] == "LAIVA: kevään 2012 raportti"
    assert not any("raportti" in title for title in lamppu(both))
    both.move_to(at("2012-06-01 09:00"), "the report of the other")
    assert lamppu(both)[-1] == "LAMPPU: kevään 2012 raportti"
    katri = both.people[KATRI]
    transcripts = [both.workspace.transcript(one) for one in (both.channel, channel_of(both, "laivan-koordinaattorit"))]
    assert ["Lampun tulos" in text for text in transcripts] == [True, False]
    assert ["Laivan tulos" in text for text in transcripts] == [False, True]
    assert max(posts(both).values()) == 1
    offers = asked(both, katri, "report")
    assert "LAMPPU: kevään 2012 raportti" in offers
    assert "LAIVA: kevään 2012 raportti" in offers
    assert "LAMPPU" not in asked(both, both.people[LAINE], "report")


def test_coordinator_of_one_project_cannot_post_the_others_report(both: Rehearsal) -> None:
    katri, leena = both.people[KATRI], both.people[LAINE]
    katri.command("/lamppu", "report")
    both.settle()
    katri.click(FI("offer.publish"), next(offer for offer in katri.ephemerals if "LAMPPU" in offer.text))
    before = reports_wanted(both)
    forge(both, newest_payload(both, "block_actions"), leena)
    assert reports_wanted(both) == before


def test_fault_in_one_project_leaves_the_other_its_calendar(both: Rehearsal, caplog: pytest.LogCaptureFixture) -> None:
    with both.database.write() as session:
        session.execute(update(Project).where(Project.key == "laiva").values(holidays="XX"))
    both.move_to(at("2012-05-16 09:00"), "the first reminder")
    [of_niilo] = reminders(both.people[MERI])
    assert "LAMPPU" in of_niilo.text
    assert "LAIVA" not in of_niilo.text
    assert re.search(r"the calendar of laiva, 2012-spring failed: reference [0-9a-f]{6}", caplog.text)
    with both.database.write() as session:
        session.execute(update(Project).where(Project.key == "laiva").values(holidays="FI"))
    both.move_to(at("2012-05-16 12:00"), "put right")
    assert ["LAIVA" in reminder.text for reminder in reminders(both.people[MERI])] == [False, True]


def test_fault_in_one_report_leaves_the_other_its_own(both: Rehearsal, caplog: pytest.LogCaptureFixture) -> None:
    with both.database.write() as session:
        broken = select(Project.id).where(Project.key == "lamppu").scalar_subquery()
        session.execute(update(Round).where(Round.project_id == broken).values(report_wanted=1))
        session.execute(update(Project).where(Project.key == "lamppu").values(language="xx"))
    for person in (both.people[KAARNIKKA], both.people[MERI], both.people[LAINE]):
        hand_in(both, person, "Laivan tulos", "Toinen", partner="Laivahanke")
    assert laiva(both)[-1] == "LAIVA: kevään 2012 raportti"
    assert re.search(r"the report of round \d+ failed: reference", caplog.text)


def reports_wanted(house: Rehearsal) -> list[int]:
    with house.database.read() as session:
        return list(session.scalars(select(Round.report_wanted).order_by(Round.id)))


def test_coordinators_of_a_conversation_that_does_not_arrive_are_those_of_its_project(both: Rehearsal) -> None:
    niilo = both.people[MERI]
    root = start_writing(both, niilo, NETWORK, "LAIVA")
    both.workspace.faults.append(
        Fault("chat.postMessage", "error", error="messages_tab_disabled", when=lambda a: a["channel"][0] == "D")
    )
    write(both, niilo, root, "Tehty laivalla.")
    assert len(lamppu(both)) == 1
    assert "Niilo Niemelä" in laiva(both)[-1]


def test_tool_is_opened_for_the_project_named_after_its_word(both: Rehearsal) -> None:
    katri, leena = both.people[KATRI], both.people[LAINE]
    said = asked(both, katri, "open")
    assert "/lamppu open LAMPPU" in said
    assert katri.modal is None
    for typed, name in (("open laiva", "Laivahanke"), ("open LAMPPU", "LAMPPU-hanke")):
        asked(both, katri, typed)
        assert katri.modal
        assert name in katri.modal.text
        katri.close_modal()
    asked(both, leena, "open")
    assert leena.modal
    assert "Laivahanke" in leena.modal.text
    leena.close_modal()
    katri.command("/lamppu", "open LAMPPU")
    katri.submit()
    katri.close_modal()
    submission = newest_payload(both, "view_submission")
    submission["view"]["id"] = "V0FORGED"
    assert "vain hankkeen koordinaattori: Katri" in str(forge(both, submission, leena))


def test_reminder_by_hand_is_about_one_project_and_the_ladder_still_merges_both(both: Rehearsal) -> None:
    katri, niilo = both.people[KATRI], both.people[MERI]
    said = asked(both, katri, "remind Perämeri")
    assert "/lamppu remind LAMPPU" in said
    asked(both, katri, "remind laiva Perämeri Laivasta kyse")
    katri.submit()
    katri.close_modal()
    both.settle()
    [by_hand] = reminders(niilo)
    assert "LAIVA" in by_hand.text
    assert "LAMPPU" not in by_hand.text
    both.move_to(at("2012-05-16 09:00"), "the first reminder")
    [_, merged] = reminders(niilo)
    assert "LAIVA" in merged.text
    assert "LAMPPU" in merged.text
    assert "Laivasta kyse" not in merged.text
    asked(both, katri, "remind Oma")
    assert katri.modal
    assert "Laivan oma koulu" in katri.modal.text
