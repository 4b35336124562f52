"""Changing contact and deputy: what is taken, who is asked then, and that loading the file does not undo it."""

from collections.abc import Callable

import pytest

from lamppu_bot import loading
from lamppu_bot.project_file import ContactTable, ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person
from storage import queries
from storage.values import PartnerView
from tests.e2e.acting import FI, NEXT, TEXT, answer, answer_all, card_of
from tests.e2e.conftest import KAARNIKKA, KAIJA, KATRI, MERI, VARA, at
from tests.e2e.looking import cards, channel, forge, newest_payload, posts, reminders
from tests.e2e.steering import ask, audit, send_in
from tests.e2e.talking import METERS, answers_of, replies, start_writing, write

CONTACT = FI("tool.contact")
NEW = "pia.pohjola@example.org"


def label(role: str, field: str) -> str:
    return FI(f"contact_form.{role}.{field}")


def newcomer(house: Rehearsal) -> Person:
    person = house.workspace.add_person("Pia Pohjola", NEW)
    house.people[NEW] = person
    return person


def change(house: Rehearsal, words: str = "contact Kaarnikka", **fields: str) -> str:
    """Fills in fields named as `contact_name` and sends the form in."""
    katri = house.people[KATRI]
    katri.command("/lamppu", words)
    for name, value in fields.items():
        katri.fill(label(*name.split("_")), value)
    return send_in(house, katri)


def kaarnikka(house: Rehearsal) -> PartnerView:
    with house.database.read() as session:
        [project] = queries.list_projects(session)
        return next(one for one in queries.list_partners(session, project.id) if one.key == "kaarnikka")


def plan(house: Rehearsal, definition: ProjectDefinition) -> loading.LoadPlan:
    here = definition.model_copy(
        update={"project": definition.project.model_copy(update={"channel": house.channel.id})}
    )
    with house.database.write() as session:
        found = loading.plan_load(session, here, template=None, now=house.clock())
        loading.apply_load(session, found, house.clock())
    return found


def with_contact(project: ProjectDefinition, contact: ContactTable) -> ProjectDefinition:
    redu, kaarnikka, meri = project.partners
    return project.model_copy(update={"partners": (redu, kaarnikka.model_copy(update={"contact": contact}), meri)})


def test_new_contact_gets_the_card_with_all_answers_and_the_former_one_is_released(spring: Rehearsal) -> None:
    katri, oona, pia = spring.people[KATRI], spring.people[KAARNIKKA], newcomer(spring)
    answer(spring, oona, "Aloitettu.")
    katri.command("/lamppu", f"contact Kaarnikka Pia Pohjola {NEW}")
    assert katri.modal
    assert katri.modal.input(label("contact", "name")).value == "Pia Pohjola"
    assert katri.modal.input(label("contact", "email")).value == NEW
    assert katri.modal.input(label("deputy", "name")).value == "Veikko Vaara"
    said = send_in(spring, katri)
    assert "yhteyshenkilö on Pia Pohjola" in said
    assert "Varahenkilö on Veikko Vaara" in said
    assert "Vastattu 1/4." in card_of(pia).text
    assert "Pia Pohjola" in oona.messages()[0].text
    assert oona.messages()[0].buttons == []
    answer_all(spring, pia)
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    assert reminders(oona) == reminders(pia) == []
    assert audit(spring) == [
        (
            "change-people",
            {
                "partner": "kaarnikka",
                "from": {"contact": KAARNIKKA, "deputy": VARA},
                "to": {"contact": NEW, "deputy": VARA},
            },
        )
    ]
    assert max(posts(spring).values()) == 1


def test_former_contact_who_is_answering_reads_who_answers_now_and_keeps_the_text(spring: Rehearsal) -> None:
    oona, pia = spring.people[KAARNIKKA], newcomer(spring)
    root = start_writing(spring, oona, METERS)
    write(spring, oona, root, "Luonnosteltu.")
    oona.click(NEXT, card_of(oona))
    oona.fill(TEXT, "Juuri kirjoitettu.")
    change(spring, contact_name="Pia Pohjola", contact_email=NEW)
    oona.submit()
    assert oona.modal
    names = {"people": "Pia Pohjola, Veikko Vaara", "coordinators": "Katri Koordinaattori"}
    assert oona.modal.errors == {TEXT: FI("refused.yours_no_more", **names)}
    assert oona.modal.input(TEXT).value == "Juuri kirjoitettu."
    oona.close_modal()
    assert "@Pia Pohjola" in root.text
    assert root.buttons == replies(root)[-1].buttons == []
    assert FI("state.draft") in card_of(pia).text
    assert answers_of(spring, "kaarnikka") == {"mittarit": ("draft", "Luonnosteltu.")}


def test_person_known_by_their_email_is_reused_and_not_renamed(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    said = change(spring, contact_name="N. N.", contact_email="NIILO.Niemela@example.org", contact_phone="")
    assert "Niilo Niemelä" in said
    assert len(cards(niilo)) == 2
    assert kaarnikka(spring).contact.name == "Niilo Niemelä"


def test_name_and_number_of_the_present_contact_are_put_right(spring: Rehearsal) -> None:
    change(spring, contact_name="Oona Ojala-Laine", contact_phone="040 123")
    found = kaarnikka(spring).contact
    assert (found.name, found.email, found.phone) == ("Oona Ojala-Laine", KAARNIKKA, "040 123")
    assert len(cards(spring.people[KAARNIKKA])) == 1


def test_deputy_is_taken_away_and_another_comes_in_where_one_was_asked(spring: Rehearsal) -> None:
    veikko, pia = spring.people[VARA], newcomer(spring)
    for day in ("2012-05-16 09:00", "2012-05-24 09:00", "2012-05-29 09:00"):
        spring.move_to(at(day), "a reminder")
    assert NEXT in cards(veikko)[0].buttons
    said = change(spring, deputy_name="", deputy_email="", deputy_phone="")
    assert FI("contact_form.done.no_deputy") in said
    assert cards(veikko) == []
    assert kaarnikka(spring).deputy is None
    change(spring, deputy_name="Veikko Vaara", deputy_email=VARA)
    assert NEXT in cards(veikko)[0].buttons
    change(spring, deputy_name="Pia Pohjola", deputy_email=NEW)
    assert len(cards(pia)) == 1
    assert NEXT in cards(pia)[0].buttons


def test_contact_is_changed_before_the_round_opens(house: Rehearsal) -> None:
    pia = newcomer(house)
    house.move_to(at("2012-05-08 09:00"), "the preview")
    change(house, contact_name="Pia Pohjola", contact_email=NEW)
    assert "Pia Pohjola" in channel(house)[0].text
    house.move_to(at("2012-05-09 09:00"), "the opening")
    assert len(cards(pia)) == 1
    assert cards(house.people[KAARNIKKA]) == []


def test_new_contact_of_an_extended_partner_answers_after_the_round_has_closed(spring: Rehearsal) -> None:
    katri, pia = spring.people[KATRI], newcomer(spring)
    for day in ("2012-06-01 09:00", "2012-06-15 09:00"):
        spring.move_to(at(day), "closed")
    katri.command("/lamppu", "extend Kaarnikka 27.6.")
    send_in(spring, katri)
    change(spring, contact_name="Pia Pohjola", contact_email=NEW)
    assert NEXT in cards(pia)[0].buttons
    answer(spring, pia, "Täydennys.")
    assert "Vastattu 1/4." in card_of(pia).text


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"contact_name": "   "}, [("contact", "name")]),
        ({"contact_email": "pia@oppilaitos,fi.example"}, [("contact", "email")]),
        ({"deputy_email": ""}, [("deputy", "email")]),
        ({"deputy_name": "", "deputy_email": "", "deputy_phone": "040 1"}, [("deputy", "name"), ("deputy", "email")]),
        ({"deputy_email": KAARNIKKA.upper()}, [("deputy", "email")]),
    ],
)
def test_what_a_project_file_would_not_take_is_said_beside_each_field(
    spring: Rehearsal, fields: dict[str, str], wrong: list[tuple[str, str]]
) -> None:
    katri = spring.people[KATRI]
    katri.command("/lamppu", "contact Kaarnikka")
    for name, value in fields.items():
        katri.fill(label(*name.split("_")), value)
    katri.submit()
    assert katri.modal
    assert set(katri.modal.errors) == {label(*place) for place in wrong}
    assert audit(spring) == []


def test_changing_people_is_for_coordinators_and_each_form_acts_once(spring: Rehearsal) -> None:
    katri, niilo, pia = spring.people[KATRI], spring.people[MERI], newcomer(spring)
    stranger = spring.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org")
    for person in (niilo, stranger):
        [refused] = ask(spring, person, "contact Kaarnikka")
        assert "Katri Koordinaattori" in refused.text
    answer(spring, spring.people[KAARNIKKA], "Jotain, jonka voi palauttaa.")
    katri.command("/lamppu", "status Kaarnikka")
    katri.click(FI("tool.all"), katri.ephemerals[-1])
    forge(spring, newest_payload(spring, "block_actions"), niilo)
    assert niilo.modal is None
    katri.click(CONTACT)
    forge(spring, newest_payload(spring, "block_actions"), niilo)
    assert niilo.modal is None
    katri.fill(label("contact", "name"), "Pia Pohjola")
    katri.fill(label("contact", "email"), NEW)
    send_in(spring, katri)
    submission = newest_payload(spring, "view_submission")
    change(spring, contact_name="Oona Ojala", contact_email=KAARNIKKA)
    assert "Oona Ojala" in str(forge(spring, submission, katri))  # as it is now, not as the form once said
    for forger in (niilo, stranger):
        submission["view"]["id"] = f"V0{forger.id}"
        assert "errors" in str(forge(spring, submission, forger))
    carried = submission["view"]["private_metadata"]
    submission["view"]["private_metadata"] = carried.replace("[6,1,2,null]", "[6,1,99,null]")
    assert FI("refused.no_such_partner") in str(forge(spring, submission, katri))
    assert len(audit(spring)) == 2
    assert kaarnikka(spring).contact.email == KAARNIKKA
    assert cards(pia) == []


def second_form(house: Rehearsal, **fields: str) -> str:
    """What another form says that was opened before the last one was sent in; it stays open where it asks again."""
    katri = house.people[KATRI]
    for name, value in fields.items():
        katri.fill(label(*name.split("_")), value)
    katri.submit()
    house.settle()
    assert katri.modal
    return katri.modal.text


def opened_before(house: Rehearsal, **fields: str) -> None:
    """Katri opens the form; before she sends it in, Kaija has sent in hers, opened at the same time."""
    house.people[KATRI].command("/lamppu", "contact Kaarnikka")
    kaija = house.people[KAIJA]
    kaija.command("/lamppu", "contact Kaarnikka")
    for name, value in fields.items():
        kaija.fill(label(*name.split("_")), value)
    send_in(house, kaija)


def test_deputy_is_changed_while_another_coordinator_changes_the_contact(two: Rehearsal) -> None:
    newcomer(two)
    opened_before(two, contact_name="Pia Pohjola", contact_email=NEW)
    said = second_form(two, deputy_name="Niilo Niemelä", deputy_email=MERI)
    assert "yhteyshenkilö on Pia Pohjola" in said
    assert "Varahenkilö on Niilo Niemelä" in said
    found = kaarnikka(two)
    assert found.deputy
    assert (found.contact.email, found.deputy.email) == (NEW, MERI)
    assert len(cards(two.people[NEW])) == 1


def test_contact_changed_by_two_coordinators_is_asked_about_again(two: Rehearsal) -> None:
    katri = two.people[KATRI]
    newcomer(two)
    opened_before(two, contact_name="Pia Pohjola", contact_email=NEW, deputy_name="", deputy_email="")
    said = second_form(two, contact_name="Niilo Niemelä", contact_email=MERI, contact_phone="")
    assert FI("contact_form.moved").strip("*") in said.replace("*", "")
    assert "yhteyshenkilö on Pia Pohjola" in said
    assert kaarnikka(two).contact.email == NEW
    assert len(audit(two)) == 1
    assert katri.modal
    assert katri.modal.input(label("contact", "name")).value == "Niilo Niemelä"
    assert katri.modal.input(label("deputy", "name")).value == "", "what she had left as it was"
    katri.fill(label("contact", "email"), "kukaan")
    katri.submit()
    assert set(katri.modal.errors) == {label("contact", "email")}
    katri.fill(label("contact", "email"), MERI)
    assert "yhteyshenkilö on Niilo Niemelä" in send_in(two, katri)
    found = kaarnikka(two)
    assert (found.contact.email, found.deputy) == (MERI, None)
    assert cards(two.people[NEW]) == []


def test_contact_and_deputy_named_by_two_coordinators_are_not_one_person(two: Rehearsal) -> None:
    newcomer(two)
    opened_before(two, contact_name="Pia Pohjola", contact_email=NEW)
    said = second_form(two, deputy_name="Pia Pohjola", deputy_email=NEW)
    assert "yhteyshenkilö on Pia Pohjola" in said
    assert two.people[KATRI].modal
    two.people[KATRI].submit()
    assert FI("contact_form.wrong.same") in two.people[KATRI].modal.errors.values()
    assert len(audit(two)) == 1


def test_loading_the_file_again_undoes_nothing_and_shows_a_conflict_where_it_says_otherwise(
    rehearse: Callable[[ProjectDefinition], Rehearsal], project: ProjectDefinition
) -> None:
    house = rehearse(project)
    house.move_to(at("2012-05-09 09:00"), "the opening")
    katri = house.people[KATRI]
    newcomer(house)
    change(house, contact_name="Pia Pohjola", contact_email=NEW)
    katri.command("/lamppu", "extend")
    katri.fill(FI("extend_form.day"), "2012-06-08")
    send_in(house, katri)
    assert plan(house, project).is_empty
    assert kaarnikka(house).contact.email == NEW
    third = with_contact(project, ContactTable(name="Kolmas Kulkija", email="kolmas@example.org"))
    [conflict] = plan(house, third).conflicts
    assert conflict.path == "partners.kaarnikka.contact"
    assert NEW in str(conflict.slack)
    assert kaarnikka(house).contact.email == NEW
    same = with_contact(project, ContactTable(name="Pia Pohjola", email=NEW))
    assert plan(house, same).conflicts == ()
    with house.database.read() as session:
        [found] = queries.list_projects(session)
        assert str(queries.list_rounds(session, found.id)[0].due_on) == "2012-06-08"
