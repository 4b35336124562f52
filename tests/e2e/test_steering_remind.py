"""Reminding now: whom it reaches, with whose words, that nothing is doubled, and what the ladder does of it later."""

from collections.abc import Callable

from lamppu_bot.project_file import ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from tests.e2e.acting import FI, NEXT, TEXT, answer_all, card_of
from tests.e2e.conftest import KAARNIKKA, KAIJA, KATRI, MERI, REDU, VARA, at
from tests.e2e.looking import cards, channel, forge, newest_payload, posts, reminders
from tests.e2e.steering import ask, audit, send_in
from tests.e2e.test_round import shared_contact

REMIND, WORDS, DEPUTIES = FI("tool.remind"), FI("remind_form.words"), FI("remind_form.deputies")
YES = FI("remind_form.deputies.yes")
EVERYBODY = (REDU, KAARNIKKA, MERI)


def counts(house: Rehearsal) -> list[int]:
    return [len(reminders(house.people[one])) for one in EVERYBODY]


def test_all_who_lack_something_are_reminded_by_word_with_the_coordinators_own(spring: Rehearsal) -> None:
    katri, niilo = spring.people[KATRI], spring.people[MERI]
    answer_all(spring, niilo)
    spring.move_to(at("2012-05-12 20:00"), "a Saturday evening")
    katri.command("/lamppu", "remind Kiitos jo <!channel> saaduista!\nMaanantaina kootaan.")
    assert katri.modal
    assert katri.modal.input(WORDS).value == "Kiitos jo <!channel> saaduista!\nMaanantaina kootaan."
    assert "heti" in katri.modal.text
    assert "Rovaniemen koulutuskuntayhtymä: 5 tavoitetta avoinna" in katri.modal.text
    assert "Perämeri" not in katri.modal.text
    said = send_in(spring, katri)
    assert "2 osahankkeelle" in said
    assert counts(spring) == [1, 1, 0]
    [reminder] = reminders(spring.people[KAARNIKKA])
    assert "Katri Koordinaattori kirjoittaa:" in reminder.text.replace("*", "")
    assert "Maanantaina kootaan." in reminder.text
    assert "<!channel>" not in reminder.message.text
    assert reminder.buttons == [NEXT]
    assert reminders(spring.people[VARA]) == []
    [status] = ask(spring, katri, "status")
    assert "Kaarnikka: vastattu 0; luonnos 0; ei raportoitavaa 0; puuttuu 4; viimeksi muistutettu 12.5.2012" in (
        status.fallback
    )
    assert audit(spring) == [
        (
            "remind",
            {
                "round": "2012-spring",
                "partners": ["rovaniemi", "kaarnikka"],
                "words": "Kiitos jo <!channel> saaduista!\nMaanantaina kootaan.",
                "deputies": False,
            },
        )
    ]


def test_one_partner_is_reminded_by_button_and_the_deputy_where_wanted(spring: Rehearsal) -> None:
    katri, veikko = spring.people[KATRI], spring.people[VARA]
    katri.command("/lamppu", "status Kaarnikka")
    katri.click(REMIND, katri.ephemerals[-1])
    katri.fill(DEPUTIES, [YES])
    send_in(spring, katri)
    assert counts(spring) == [0, 1, 0]
    [reminder] = reminders(veikko)
    assert "varahenkilönä" in reminder.text
    assert len(cards(veikko)) == 1
    assert "kirjoittaa" not in reminder.text


def test_second_reminder_is_a_new_message_and_a_form_sent_in_twice_is_not(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    for number in (1, 2):
        katri.command("/lamppu", "remind REDU")
        send_in(spring, katri)
        assert counts(spring) == [number, 0, 0]
    again = forge(spring, newest_payload(spring, "view_submission"), katri)
    assert "yhdelle osahankkeelle" in str(again)
    assert counts(spring) == [2, 0, 0]
    assert len(audit(spring)) == 2
    assert max(posts(spring).values()) == 1


def test_second_of_two_coordinators_decides_once_more(two: Rehearsal) -> None:
    katri, kaija, oona = two.people[KATRI], two.people[KAIJA], two.people[KAARNIKKA]
    katri.command("/lamppu", "remind Kootaan raportti.")
    katri.fill(DEPUTIES, [YES])
    kaija.command("/lamppu", "remind Kaarnikka Hei!")
    send_in(two, kaija)
    katri.submit()
    two.settle()
    assert katri.modal
    assert "Kaija Koordinaattori on jo muistuttanut näitä" in katri.modal.text.replace("*", "")
    assert "): Kaarnikka." in katri.modal.text
    assert "viimeksi muistutettu: 9.5.2012" in katri.modal.text
    assert katri.modal.input(WORDS).value == "Kootaan raportti."
    assert counts(two) == [0, 1, 0]
    assert "3 osahankkeelle" in send_in(two, katri)
    assert counts(two) == [1, 2, 1]
    assert "Kootaan raportti." in reminders(oona)[-1].text
    assert len(reminders(two.people[VARA])) == 1
    assert [details["partners"] for _, details in audit(two) if isinstance(details, dict)] == [
        ["kaarnikka"],
        ["rovaniemi", "kaarnikka", "merilappi"],
    ]


def test_reminding_one_partner_is_no_matter_of_another(two: Rehearsal) -> None:
    katri, kaija = two.people[KATRI], two.people[KAIJA]
    katri.command("/lamppu", "remind REDU")
    kaija.command("/lamppu", "remind Kaarnikka")
    for person in (kaija, katri):
        assert "yhdelle osahankkeelle" in send_in(two, person)
    assert counts(two) == [1, 1, 0]


def test_what_is_answered_before_it_goes_out_is_left_out_and_nobody_is_reminded_for_nothing(spring: Rehearsal) -> None:
    katri, niilo = spring.people[KATRI], spring.people[MERI]
    katri.command("/lamppu", "remind Perämeri Vielä yksi asia")
    answer_all(spring, niilo)
    katri.submit()
    assert katri.modal
    assert katri.modal.errors == {WORDS: FI("refused.nothing_missing")}
    assert katri.modal.input(WORDS).value == "Vielä yksi asia"
    katri.close_modal()
    [refused] = ask(spring, katri, "remind Perämeri")
    assert refused.text == FI("refused.nothing_missing")
    assert audit(spring) == []
    katri.command("/lamppu", "remind Kaarnikka")
    katri.submit()
    katri.close_modal()
    oona = spring.people[KAARNIKKA]
    oona.click(NEXT, card_of(oona))  # everything answered before the worker has sent it
    for _ in range(4):
        oona.fill(TEXT, "Tehty.")
        oona.submit()
    spring.settle()
    settled = reminders(oona, FI("reminder.settled"))
    assert reminders(oona) == []
    assert all("kirjoittaa" not in message.text for message in settled)


def test_reminder_is_updated_when_everything_is_answered(spring: Rehearsal) -> None:
    katri, niilo = spring.people[KATRI], spring.people[MERI]
    katri.command("/lamppu", "remind Perämeri Hei vain")
    send_in(spring, katri)
    [reminder] = reminders(niilo)
    answer_all(spring, niilo)
    assert reminder.lines == [FI("reminder.settled")]
    assert reminder.buttons == []


def test_mistyped_partner_is_not_taken_for_a_word_to_all(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    [said] = ask(spring, katri, "remind Karnika Puuttuuko vielä jotain?")
    assert "Tarkoititko ”Kaarnikka”?" in said.text
    assert katri.modal is None
    katri.command("/lamppu", "remind Kaikki mukaan")
    assert katri.modal
    assert katri.modal.input(WORDS).value == "Kaikki mukaan"


def test_ladder_leaves_in_peace_who_was_reminded_the_same_day_and_goes_on_with_the_others(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    spring.move_to(at("2012-05-16 08:30"), "half an hour before the first reminder")
    katri.command("/lamppu", "remind Kaarnikka")
    send_in(spring, katri)
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    assert counts(spring) == [1, 1, 1]
    spring.move_to(at("2012-05-24 09:00"), "the second")
    assert counts(spring) == [2, 2, 2]
    assert "Veikko Vaara" in reminders(spring.people[KAARNIKKA])[-1].text


def test_reminder_by_hand_after_the_deputy_was_announced_says_so_and_the_deputy_waits_a_day(spring: Rehearsal) -> None:
    katri, oona, veikko = (spring.people[one] for one in (KATRI, KAARNIKKA, VARA))
    for day in ("2012-05-16 09:00", "2012-05-24 09:00"):
        spring.move_to(at(day), "a reminder")
    spring.move_to(at("2012-05-29 08:30"), "before the deputies' turn")
    katri.command("/lamppu", "remind Kaarnikka")
    send_in(spring, katri)
    assert "keskiviikkona 30. toukokuuta" in reminders(oona)[-1].text
    assert "Veikko Vaara" in reminders(oona)[-1].text
    spring.move_to(at("2012-05-29 09:00"), "the deputies' turn")
    assert reminders(veikko) == []
    spring.move_to(at("2012-05-30 09:00"), "the day after")
    assert len(reminders(veikko)) == 1


def test_contact_of_two_partners_gets_one_message(
    rehearse: Callable[[ProjectDefinition], Rehearsal], project: ProjectDefinition
) -> None:
    house = rehearse(shared_contact(project))
    house.move_to(at("2012-05-09 09:00"), "the opening")
    katri = house.people[KATRI]
    katri.command("/lamppu", "remind")
    send_in(house, katri)
    [reminder] = reminders(house.people[KAARNIKKA])
    assert "Kaarnikan ammattiopisto" in reminder.text
    assert "Perämeren koulutussäätiö" in reminder.text


def test_reminding_is_for_coordinators_of_a_round_that_has_opened(house: Rehearsal) -> None:
    katri, niilo = house.people[KATRI], house.people[MERI]
    stranger = house.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org")
    house.settle()
    [none] = ask(house, katri, "remind")
    assert none.text == FI("tools.no_round", projects="LAMPPU")
    house.move_to(at("2012-05-09 09:00"), "the opening")
    for person in (niilo, stranger):
        [refused] = ask(house, person, "remind REDU")
        assert "Katri Koordinaattori" in refused.text
    katri.command("/lamppu", "remind REDU")
    send_in(house, katri)
    submission = newest_payload(house, "view_submission")
    for forger, origin in ((niilo, "V0A"), (stranger, "V0B")):
        submission["view"]["id"] = origin
        assert "errors" in str(forge(house, submission, forger))
    for metadata in ("[1,2,null,null]", "[1,99,null,null]", "[1,1,99,null]"):
        submission["view"]["private_metadata"] = metadata
        forge(house, submission, katri)
    assert counts(house) == [1, 0, 0]
    house.move_to(at("2012-06-15 09:00"), "closed")
    [refused] = ask(house, katri, "remind REDU")
    assert refused.text == FI("refused.nothing_missing")
    assert len(channel(house)) > 1


def test_overview_has_the_tools_beside_the_round_and_each_partner(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    for day in ("2012-05-16 09:00", "2012-05-24 09:00", "2012-05-29 09:00"):
        spring.move_to(at(day), "a reminder")
    overview = channel(spring)[-1]
    katri.click(REMIND, overview, near="Kaarnikan")
    assert katri.modal
    assert "LAMPPU · Kaarnikan ammattiopisto" in katri.modal.text
    katri.close_modal()
    katri.click(FI("tool.close_round"), overview)
    assert katri.modal
    assert katri.modal.title == FI("close_form.title")
