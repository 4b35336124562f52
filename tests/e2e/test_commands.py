"""`/lamppu` and its words: what each kind of person is shown, and what they are not."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select

from lamppu_bot.project_file import ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.rehearsal_page import command_words
from lamppu_bot.workspace import Person, VisibleMessage
from storage.models import Delivery, Round
from tests.e2e.acting import DRAFT, FI, NOTHING, answer, answer_all
from tests.e2e.conftest import EXAMPLES, KAARNIKKA, KATRI, MERI, VARA, at
from tests.e2e.handing_over import accept, ask_colleague
from tests.e2e.looking import channel, forge, newest_payload, titles
from tests.e2e.talking import METERS, NETWORK

PUBLISH, NEXT_PAGE = FI("offer.publish"), FI("status.next")


def ask(house: Rehearsal, person: Person, words: str = "") -> VisibleMessage:
    """Types the command; returns its one answer, at once or a moment later."""
    before = len(person.ephemerals)
    person.command("/lamppu", words)
    house.settle()
    [answered] = person.ephemerals[before:]
    return answered


def block_types(message: VisibleMessage) -> set[str]:
    return {block["type"] for block in message.message.blocks}


def table_rows(message: VisibleMessage) -> list[list[dict[str, Any]]]:
    """The table's rows below its headings."""
    [table] = [block for block in message.message.blocks if block["type"] == "data_table"]
    return table["rows"][1:]


def words_of(message: VisibleMessage) -> set[str]:
    return set(message.fallback.replace(";", " ").split())


def reports_wanted(house: Rehearsal) -> int:
    with house.database.read() as session:
        return sum(session.scalars(select(Round.report_wanted)))


def test_status_shows_a_coordinator_every_partner_as_a_table_and_as_text(spring: Rehearsal) -> None:
    niilo, oona = spring.people[MERI], spring.people[KAARNIKKA]
    answer(spring, niilo, "Tehty.")
    answer(spring, niilo, "Kesken", DRAFT)
    answer(spring, niilo, "Ei vielä ajankohtaista", NOTHING)
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    status = ask(spring, spring.people[KATRI], "status")
    assert "data_table" in block_types(status)
    assert "LAMPPU, kevät 2012" in status.text
    said = "vastattu 1; luonnos 1; ei raportoitavaa 1; puuttuu 1; viimeksi muistutettu 16.5.2012; määräpäivä 31.5.2012"
    for shown in (status.text, status.fallback):
        for partner in ("REDU", "Kaarnikka", "Perämeri"):
            assert partner in shown
    assert f"Perämeri: {said}" in status.fallback
    assert oona.ephemerals == niilo.ephemerals == []


def test_status_shows_contact_and_deputy_their_own_partner_only(spring: Rehearsal) -> None:
    answer(spring, spring.people[KAARNIKKA], "Aloitettu.")
    for person in (spring.people[KAARNIKKA], spring.people[VARA]):
        own = ask(spring, person, "status")
        assert "Kaarnikan ammattiopisto" in own.text
        assert "1/4" in own.text
        assert "Rovaniemi" not in own.text
        assert "Perämer" not in own.text
        assert FI("card.next") in own.buttons


def test_status_of_a_partner_is_found_by_any_part_of_its_name(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    answer(spring, spring.people[MERI], "Tehty.")
    for name in ("Perämeri", "merilappi", "perämeren koulutussäätiö", "säätiö"):
        shown = ask(spring, katri, f"status {name}")
        assert shown.lines[0] == "Perämeren koulutussäätiö"
        assert "Niilo Niemelä" in shown.text
        assert "Laatuosaamisen kehittäminen" in shown.text
    ambiguous = ask(spring, katri, "status koulutus")
    assert "Perämeren koulutussäätiö" in ambiguous.text
    assert "Rovaniemen koulutuskuntayhtymä" in ambiguous.text
    assert "Kaarnikan" not in ambiguous.text
    assert "Tarkoititko ”Kaarnikka”?" in ask(spring, katri, "status Karnika").text
    assert "En löydä osahanketta ”xyz <!channel>”" in ask(spring, katri, "status xyz <!channel>").text


def test_status_of_a_partner_is_not_shown_to_other_contacts(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    for name in ("REDU", "rovaniemi", "koulutuskuntayhtymä", "RED"):
        said = ask(spring, niilo, f"status {name}").text
        assert "En löydä osahanketta" in said
        assert "Etunimi" not in said
        assert "Tarkoititko" not in said
    assert ask(spring, niilo, "status koulutus").lines[0] == "Perämeren koulutussäätiö"


def test_status_of_a_partner_offers_its_own_people_the_way_on_and_no_tool(spring: Rehearsal) -> None:
    tools = {FI("tool.remind"), FI("tool.skip"), FI("tool.all")}
    assert tools < {*ask(spring, spring.people[KATRI], "status Kaarnikka").buttons}
    for person in (spring.people[KAARNIKKA], spring.people[VARA]):
        told = ask(spring, person, "status Kaarnikka")
        assert told.buttons == [FI("card.next")]
        assert METERS in told.text


def test_status_of_a_partner_shows_a_colleague_only_what_is_theirs(spring: Rehearsal) -> None:
    maija = spring.workspace.add_person("Maija Mallikas", "maija@example.org", locale="fi-FI")
    ask_colleague(spring, spring.people[MERI], maija, METERS)
    accept(spring, maija)
    told = ask(spring, maija, "status Perämeri")
    assert METERS in told.text
    assert NETWORK not in told.text
    assert told.buttons == [FI("card.next")]


def test_status_before_the_first_round_says_that_none_is_open(house: Rehearsal) -> None:
    house.settle()
    for person in (house.people[KATRI], house.people[MERI]):
        assert ask(house, person, "status").text == FI("status.no_round", projects="LAMPPU")
    assert ask(house, house.people[KATRI], "report").text == FI("status.no_round", projects="LAMPPU")
    assert "En löydä osahanketta" in ask(house, house.people[KATRI], "status REDU").text


def test_status_of_many_partners_comes_in_pages_that_miss_nobody(
    rehearse: Callable[[ProjectDefinition], Rehearsal], project: ProjectDefinition
) -> None:
    first = project.partners[0]
    names = [f"Koulutuksen järjestäjä {number:03}" for number in range(250)]
    partners = tuple(
        first.model_copy(update={"key": f"partner-{number:03}", "name": name, "short_name": name})
        for number, name in enumerate(names)
    )
    objectives = tuple(objective for objective in project.objectives if objective.partner is None)
    house = rehearse(project.model_copy(update={"partners": partners, "objectives": objectives}))
    house.clock.calendar = at("2012-05-09 09:00")
    house.bot.step()
    with house.database.write() as session:  # 250 cards to one contact are not what this is about
        session.execute(delete(Delivery))
    katri = house.people[KATRI]
    pages = [ask(house, katri, "status")]
    while NEXT_PAGE in pages[-1].buttons:
        katri.click(NEXT_PAGE, pages[-1])
        house.settle()
        pages.append(katri.ephemerals[-1])
    assert len(pages) == 3
    assert "Sivu 3/3" in pages[-1].text
    rows = [row for page in pages for row in table_rows(page)]
    assert [row[0]["text"] for row in rows] == names


def test_report_is_shown_to_the_asker_alone_until_the_button_posts_it(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    answer_all(spring, spring.people[MERI])
    katri.command("/lamppu", "report")
    spring.settle()
    offer, *results = katri.ephemerals
    assert "Perämeren koulutussäätiö" in offer.text
    assert "Vielä puuttuu" in offer.text
    assert {"data_table", "data_visualization"} <= block_types(offer)
    assert [shown.lines[0].split(":")[0] for shown in results] == [f"Tavoite {number}" for number in range(1, 5)]
    assert all("Tehty." in shown.text for shown in results)
    assert FI("offer.beginning") in offer.text  # the fifth objective's results come with the posted report
    assert len(channel(spring)) == 1
    assert [person.ephemerals for person in spring.people.values() if person is not katri] == [[]] * 4
    katri.click(PUBLISH, offer)
    spring.settle()
    assert offer.buttons == []
    assert "julkaistaan kanavalla #hankkeen-koordinaattorit" in offer.text
    assert titles(channel(spring))[1:] == ["LAMPPU: kevään 2012 raportin tilanne"]
    sent = len(spring.workspace.calls_to("chat.postMessage")), len(channel(spring)[1].thread)
    forge(spring, newest_payload(spring, "block_actions"), katri)
    assert (len(spring.workspace.calls_to("chat.postMessage")), len(channel(spring)[1].thread)) == sent


def test_report_is_refused_to_others_by_command_and_by_forged_button(spring: Rehearsal) -> None:
    katri, niilo = spring.people[KATRI], spring.people[MERI]
    refused = ask(spring, niilo, "report")
    assert refused.text == FI("refused.coordinators_only", coordinators="Katri Koordinaattori")
    katri.command("/lamppu", "report")
    spring.settle()
    katri.click(PUBLISH, katri.ephemerals[0])
    pressed = newest_payload(spring, "block_actions")
    wanted = reports_wanted(spring)
    stranger = spring.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org")
    assert "Katri Koordinaattori" in ask(spring, stranger, "report").text
    for person in (niilo, stranger):
        forge(spring, pressed, person)
    assert reports_wanted(spring) == wanted == 1
    forged_round = pressed["actions"][0] | {"value": "[99]"}
    forge(spring, pressed | {"actions": [forged_round]}, katri)
    forge(spring, pressed | {"actions": [pressed["actions"][0] | {"value": "DROP"}]}, katri)
    assert reports_wanted(spring) == 1


def test_help_tells_each_what_they_can_do(spring: Rehearsal) -> None:
    katri, niilo = spring.people[KATRI], spring.people[MERI]
    for typed in ("help", "", "  HELP me "):
        assert "/lamppu status" in ask(spring, niilo, typed).text
    assert "/lamppu report" not in ask(spring, niilo, "help").text
    assert "/lamppu report" in ask(spring, katri, "help").text


def test_every_word_is_known_named_in_the_help_offered_and_in_the_manifest(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    for word in command_words():
        said = "\n".join(message.text for message in katri.command("/lamppu", word))
        assert not said.startswith("En tunne sanaa"), word
        while katri.modal:
            katri.close_modal()
    spring.settle()
    told = ask(spring, katri, "help").text
    assert set(re.findall(r"/lamppu ([a-z]+)", told)) == set(command_words())
    manifest = json.loads((EXAMPLES.parent / "manifest.json").read_text(encoding="utf-8"))
    [command] = manifest["features"]["slash_commands"]
    assert {hint.split()[0] for hint in command["usage_hint"].split(" | ")} == set(command_words())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("statsu", "Tarkoititko `/lamppu status`?"),
        ("Raport", "Tarkoititko `/lamppu report`?"),
        ("qqq", "`/lamppu help` kertoo, mitä osaan."),
        ("<!channel>", "En tunne sanaa ”<!channel>”."),
    ],
)
def test_unknown_word_is_answered_with_the_closest_known_one(house: Rehearsal, typed: str, said: str) -> None:
    answered = ask(house, house.people[MERI], typed)
    assert said in answered.text
    assert "<!channel>" not in answered.message.text


def test_answers_fall_back_to_plain_sections_where_the_workspace_refuses_tables(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    native = ask(spring, katri, "status")
    spring.workspace.settings.refused_block_types |= {"data_table", "data_visualization"}
    plain = ask(spring, katri, "status")
    assert block_types(plain) <= {"header", "section", "context"}
    assert words_of(plain) == words_of(native)
    assert all(line in plain.text for line in native.fallback.split("\n") if "määräpäivä" in line)


def test_answers_that_order_nothing_wait_for_no_writer(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    with spring.database.write():
        for typed in ("help", "statsu", "status Perämeri"):
            katri.command("/lamppu", typed)
    assert "/lamppu report" in katri.ephemerals[0].text
    assert "Tarkoititko" in katri.ephemerals[1].text
    assert katri.ephemerals[2].lines[0] == "Perämeren koulutussäätiö"
