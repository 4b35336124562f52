"""What leaves the project file while a round is open: a partner, a semester, or the person who answered."""

from typing import Any

import pytest

from lamppu_bot import loading
from lamppu_bot.project_file import ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person
from tests.e2e.acting import CHOICE, FI, NEXT, READY, TEXT, answer, card_of
from tests.e2e.conftest import KAARNIKKA, MERI, at
from tests.e2e.looking import GREETING, channel
from tests.e2e.talking import DONE, NETWORK, answers_of, start_writing, write


def reload(house: Rehearsal, project: ProjectDefinition, **update: Any) -> None:
    """Loads the project file anew, changed so."""
    here = project.project.model_copy(update={"channel": house.channel.id})
    definition = project.model_copy(update={"project": here, **update})
    with house.database.write() as session:
        plan = loading.plan_load(session, definition, template=None, now=house.clock())
        loading.apply_load(session, plan, house.clock())
    house.settle()


def nothing_to_press(person: Person) -> bool:
    return all(message.buttons == [] for message in person.everything())


ARCHIVED = {
    "partner": lambda project: {"partners": project.partners[:2]},
    "semester": lambda project: {"semesters": project.semesters[1:]},
}


@pytest.mark.parametrize("what", ARCHIVED)
def test_what_is_archived_under_way_is_over(spring: Rehearsal, project: ProjectDefinition, what: str) -> None:
    niilo = spring.people[MERI]
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    root = start_writing(spring, niilo, NETWORK)
    niilo.click(NEXT, card_of(niilo))
    reload(spring, project, **ARCHIVED[what](project))
    assert "on poistettu hankkeen tiedoista" in card_of(niilo).text
    assert nothing_to_press(niilo)

    niilo.fill(TEXT, "Turhaan kirjoitettu")
    niilo.fill(CHOICE, READY)
    niilo.submit()
    assert niilo.modal is not None
    assert niilo.modal.errors == {TEXT: FI("refused.archived", coordinators="Katri Koordinaattori")}
    niilo.close_modal()
    write(spring, niilo, root, "Tämäkin")
    assert answers_of(spring) == {}

    reload(spring, project)
    answer(spring, niilo, "Sittenkin")
    assert "1/4" in card_of(niilo).text


def test_partner_who_left_has_no_part_in_what_follows(spring: Rehearsal, project: ProjectDefinition) -> None:
    niilo = spring.people[MERI]
    reload(spring, project, partners=project.partners[:2])
    before = len(niilo.messages())
    for moment in ("2012-05-16 09:00", "2012-05-29 09:00", "2012-06-01 09:00"):
        spring.move_to(at(moment), "what follows")
    assert len(niilo.messages()) == before
    assert "Perämeren" not in channel(spring)[-1].text


def test_former_contact_is_told_who_answers_now(spring: Rehearsal, project: ProjectDefinition) -> None:
    niilo, oona = spring.people[MERI], spring.people[KAARNIKKA]
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    root = start_writing(spring, niilo, NETWORK)
    write(spring, niilo, root, "Kesken jäänyt")
    assert any(DONE in message.buttons for message in niilo.everything())
    redu, kaarnikka, meri = project.partners
    reload(spring, project, partners=(redu, kaarnikka, meri.model_copy(update={"contact": kaarnikka.contact})))
    assert nothing_to_press(niilo)
    assert GREETING not in [message.lines[0] for message in niilo.messages()]
    said = [message.text for message in niilo.everything() if message.message.bot_id]
    assert len(said) == 4  # card, reminder, the thread's root and the reply in it
    assert all("puolesta on siirtynyt" in text for text in said)
    assert "Perämeren koulutussäätiö" in card_of(oona, "Perämeren").text

    reload(spring, project)
    assert NEXT in card_of(niilo).buttons
    assert any(DONE in message.buttons for message in niilo.everything())
