"""A contact is away: what goes to the deputy meanwhile, what coordinators see, and that it ends by itself."""

import pytest

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person
from storage import queries
from tests.e2e.acting import FI, NEXT, card_of
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, VARA, at
from tests.e2e.looking import cards, channel, forge, newest_payload, posts, reminders
from tests.e2e.talking import press

AWAY, BACK, DAY = FI("card.away"), FI("card.back"), FI("away_form.day")


def say_away(house: Rehearsal, person: Person, day: str) -> str:
    """From the card; returns what the form says then. It stays open where the day is no good."""
    person.click(AWAY, card_of(person))
    person.fill(DAY, day)
    person.submit()
    house.settle()
    assert person.modal is not None
    said = person.modal.text + " ".join(person.modal.errors.values())
    person.close_modal()
    return said


def type_away(house: Rehearsal, person: Person, words: str) -> str:
    [said] = person.command("/lamppu", f"away {words}")
    house.settle()
    return said.text


def away_until(house: Rehearsal, person: Person) -> str | None:
    with house.database.read() as session:
        found = queries.find_person(session, person.id)
    return found.away_until.isoformat() if found and found.away_until else None


def test_deputy_gets_the_card_at_once_and_reminders_in_the_contact_s_stead(spring: Rehearsal) -> None:
    oona, veikko = spring.people[KAARNIKKA], spring.people[VARA]
    said = say_away(spring, oona, "2012-05-25")
    assert "perjantaina 25. toukokuuta" in said
    assert "Kaarnikan ammattiopisto: pyynnöt ja muistutukset saa varahenkilö Veikko Vaara." in said
    card = card_of(veikko)
    assert "@Oona Ojala on poissa" in card.text
    assert BACK in card_of(oona).buttons
    assert AWAY in card.buttons
    for moment in ("2012-05-16 09:00", "2012-05-24 09:00"):
        spring.move_to(at(moment), "a reminder")
    assert reminders(oona) == []
    assert len(reminders(veikko)) == 2
    assert "joten muistutus tulee sinulle varahenkilönä" in reminders(veikko)[0].text
    spring.move_to(at("2012-05-28 09:00"), "she is back")
    assert away_until(spring, oona) is None
    assert "on poissa" not in card.text
    assert AWAY in card_of(oona).buttons
    spring.move_to(at("2012-05-29 09:00"), "the last reminder")
    assert len(reminders(oona)) == 1
    assert max(posts(spring).values()) == 1


def test_round_that_opens_meanwhile_asks_the_deputy_and_later_the_contact(house: Rehearsal) -> None:
    oona, veikko = house.people[KAARNIKKA], house.people[VARA]
    house.move_to(at("2012-05-07 12:00"), "before the preview")
    assert "Veikko Vaara" in type_away(house, oona, "13.5.")
    house.move_to(at("2012-05-08 09:00"), "the preview")
    [preview] = channel(house)
    assert "Kaarnikan ammattiopisto: Veikko Vaara. Oona Ojala on poissa 13.5.2012 asti" in preview.text
    house.move_to(at("2012-05-09 09:00"), "the opening")
    assert cards(oona) == []
    assert "@Oona Ojala on poissa" in card_of(veikko).text
    house.move_to(at("2012-05-12 12:00"), "a Saturday, and she is away still")
    house.move_to(at("2012-05-14 07:00"), "too early in the morning")
    assert cards(oona) == []
    house.move_to(at("2012-05-14 08:30"), "she is back")
    assert NEXT in card_of(oona).buttons
    assert away_until(house, oona) is None


def test_saying_so_after_the_preview_changes_it(house: Rehearsal) -> None:
    house.move_to(at("2012-05-08 09:00"), "the preview")
    type_away(house, house.people[KAARNIKKA], "2012-05-20")
    [preview] = channel(house)
    assert "Oona Ojala on poissa 20.5.2012 asti, sijaisena Veikko Vaara." in preview.text


def test_without_a_deputy_the_contact_is_asked_and_coordinators_see_it(spring: Rehearsal) -> None:
    niilo, katri = spring.people[MERI], spring.people[KATRI]
    assert "tulevat yhä sinulle" in say_away(spring, niilo, "2012-06-14")
    note = "Niilo Niemelä on poissa 14.6.2012 asti, eikä varahenkilöä ole paikalla."
    [status] = katri.command("/lamppu", "status Perämeri")
    assert note in status.text
    katri.command("/lamppu", "status")
    spring.settle()
    assert note in katri.ephemerals[-1].text
    for moment in ("2012-05-16 09:00", "2012-05-24 09:00", "2012-05-29 09:00"):
        spring.move_to(at(moment), "a reminder")
    assert len(reminders(niilo)) == 3
    [overview] = [message for message in channel(spring) if "raportoinnin tilanne" in message.text]
    assert note in overview.text


def test_both_away_leaves_it_with_the_contact(spring: Rehearsal) -> None:
    oona, veikko = spring.people[KAARNIKKA], spring.people[VARA]
    assert "ei pyydetä sijaiseksi" in type_away(spring, veikko, "30.5.")
    assert "tulevat yhä sinulle" in say_away(spring, oona, "2012-05-30")
    spring.move_to(at("2012-05-16 09:00"), "a reminder")
    assert len(reminders(oona)) == 1
    assert reminders(veikko) == []


def test_coming_back_early_by_button_and_by_word(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    say_away(spring, oona, "2012-05-25")
    press(spring, oona, BACK, card_of(oona))
    assert oona.modal is not None
    assert "Tervetuloa takaisin" in oona.modal.text
    oona.close_modal()
    assert away_until(spring, oona) is None
    type_away(spring, oona, "25.5.")
    assert away_until(spring, oona) == "2012-05-25"
    assert "Tervetuloa takaisin" in type_away(spring, oona, "off")
    assert "Tervetuloa takaisin" in type_away(spring, oona, "OFF")
    assert away_until(spring, oona) is None


@pytest.mark.parametrize("day", ["2012-05-08", "2013-06-01"])
def test_day_that_is_no_good_is_said_beside_the_input(spring: Rehearsal, day: str) -> None:
    oona = spring.people[KAARNIKKA]
    assert "Valitse päivä väliltä 9.5.2012–10.5.2013" in say_away(spring, oona, day)
    assert away_until(spring, oona) is None


@pytest.mark.parametrize(("words", "said"), [("31.2.", "”31.2.”"), ("huomenna", "”huomenna”"), ("1.1.2012", "väliltä")])
def test_word_that_is_no_day_is_explained(spring: Rehearsal, words: str, said: str) -> None:
    oona = spring.people[KAARNIKKA]
    assert said in type_away(spring, oona, words)
    assert away_until(spring, oona) is None


def test_word_without_a_day_opens_the_form(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    oona.command("/lamppu", "away")
    assert oona.modal is not None
    assert oona.modal.input(DAY).value == "2012-05-16"


def test_only_contacts_and_deputies_are_away_each_for_themselves(spring: Rehearsal) -> None:
    oona, katri, niilo = spring.people[KAARNIKKA], spring.people[KATRI], spring.people[MERI]
    stranger = spring.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org")
    for person in (katri, stranger):
        assert "yhteyshenkilö tai varahenkilö" in type_away(spring, person, "25.5.")
    say_away(spring, oona, "2012-05-25")
    submission = newest_payload(spring, "view_submission")
    for person in (katri, stranger):
        forge(spring, submission, person)
    assert [away_until(spring, person) for person in (oona, katri, niilo)] == ["2012-05-25", None, None]


def test_the_same_day_twice_changes_nothing(spring: Rehearsal) -> None:
    oona, veikko = spring.people[KAARNIKKA], spring.people[VARA]
    say_away(spring, oona, "2012-05-25")
    forge(spring, newest_payload(spring, "view_submission"), oona)
    type_away(spring, oona, "25.5.")
    assert len(cards(veikko)) == 1
    assert max(posts(spring).values()) == 1
