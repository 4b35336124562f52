"""A contact's e-mail address changes, in Slack and in the project file: it is the same person as before."""

from sqlalchemy import select

from lamppu_bot import loading
from lamppu_bot.project_file import ContactTable, ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from storage.models import Person
from tests.e2e.acting import answer, answer_all, card_of
from tests.e2e.conftest import MERI
from tests.e2e.talking import answers_of

NEW = "niilo.uusinimi@example.org"


def load_with_new_address(house: Rehearsal, project: ProjectDefinition) -> None:
    contact = ContactTable(name="Niilo Uusinimi", email=NEW)
    partners = [
        one.model_copy(update={"contact": contact}) if one.contact.email == MERI else one for one in project.partners
    ]
    here = project.project.model_copy(update={"channel": house.channel.id})
    changed = project.model_copy(update={"partners": tuple(partners), "project": here})
    with house.database.write() as session:
        plan = loading.plan_load(session, changed, template=None, now=house.clock())
        loading.apply_load(session, plan, house.clock())
    for _ in range(3):
        house.settle()


def test_contact_goes_on_answering_under_the_new_address(spring: Rehearsal, project: ProjectDefinition) -> None:
    niilo = spring.people[MERI]
    answer(spring, niilo, "Ennen.")
    niilo.close_modal()
    niilo.user.email = NEW
    load_with_new_address(spring, project)
    answer_all(spring, niilo, "Jälkeen.")
    assert "4/4" in card_of(niilo).text
    assert [text for _, text in answers_of(spring).values()] == ["Ennen.", "Jälkeen.", "Jälkeen.", "Jälkeen."]
    with spring.database.read() as session:
        people = session.scalars(select(Person).where(Person.name.startswith("Niilo"))).all()
        assert [(one.name, one.email, one.slack_id) for one in people] == [("Niilo Uusinimi", NEW, niilo.id)]
