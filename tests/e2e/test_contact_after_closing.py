"""Somebody else answers for a partner of which something is still open although the round has closed."""

from lamppu_bot import loading
from lamppu_bot.project_file import ContactTable, ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person
from tests.e2e.acting import FI, READY, answer, answer_all, card_of
from tests.e2e.conftest import KAARNIKKA, KATRI, at
from tests.e2e.steering import states
from tests.e2e.test_returning import ASKED, send_back

NEW = "aino.uusi@example.org"


def returned_after_closing(house: Rehearsal) -> Person:
    """Aino is somebody of the workspace; Kaarnikka's first answer was returned after the round had closed."""
    aino = house.workspace.add_person("Aino Uusi", NEW, locale="fi-FI")
    answer_all(house, house.people[KAARNIKKA], "Teimme kaiken.")
    for day in ("2012-06-01 09:00", "2012-06-15 09:00"):
        house.move_to(at(day), "on the way")
    assert states(house)[0] == "closed"
    send_back(house, house.people[KATRI])
    house.people[KATRI].close_modal()
    return aino


def test_new_contact_has_the_card_with_what_was_returned(spring: Rehearsal) -> None:
    katri, oona, aino = spring.people[KATRI], spring.people[KAARNIKKA], returned_after_closing(spring)
    katri.command("/lamppu", "contact Kaarnikka")
    katri.fill(FI("contact_form.contact.name"), "Aino Uusi")
    katri.fill(FI("contact_form.contact.email"), NEW)
    katri.submit()
    for _ in range(2):
        spring.settle()
    check_handed_on(spring, oona, aino)


def test_loaded_contact_has_the_card_with_what_was_returned(spring: Rehearsal, project: ProjectDefinition) -> None:
    oona, aino = spring.people[KAARNIKKA], returned_after_closing(spring)
    partners = [
        one.model_copy(update={"contact": ContactTable(name="Aino Uusi", email=NEW)}) if one.key == "kaarnikka" else one
        for one in project.partners
    ]
    here = project.project.model_copy(update={"channel": spring.channel.id})
    changed = project.model_copy(update={"partners": tuple(partners), "project": here})
    with spring.database.write() as session:
        loading.apply_load(
            session, loading.plan_load(session, changed, template=None, now=spring.clock()), spring.clock()
        )
    for _ in range(2):
        spring.settle()
    check_handed_on(spring, oona, aino)


def check_handed_on(house: Rehearsal, oona: Person, aino: Person) -> None:
    assert ASKED in card_of(aino).text
    assert all(not message.buttons for message in oona.messages() if "Kaarnikan" in message.text)
    aino.click(FI("card.button.returned"), card_of(aino))
    answer(house, aino, "Aino täydensi.", READY)
    assert "4/4" in card_of(aino).text
