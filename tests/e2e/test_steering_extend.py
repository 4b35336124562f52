"""Giving longer time: to one partner, several or all, in a round that is open, due or closed, and what follows."""

import pytest
from sqlalchemy import select

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person
from storage.models import Participation, Round
from tests.e2e.acting import DRAFT, FI, NEXT, TEXT, answer, answer_all, card_of
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, REDU, at
from tests.e2e.looking import channel, forge, newest_payload, part, posts, reminders, summary, titles
from tests.e2e.steering import ask, audit, send_in, states
from tests.e2e.talking import say

DAY, PARTNERS, EXTEND = FI("extend_form.day"), FI("extend_form.partners"), FI("tool.extend")
TOLD = FI("notice.extended")
OVERVIEW = "LAMPPU: kevään 2012 raportoinnin tilanne"


def extend(house: Rehearsal, words: str, day: str, *partners: str) -> str:
    katri = house.people[KATRI]
    katri.command("/lamppu", f"extend {words}")
    katri.fill(DAY, day)
    if partners:
        katri.fill(PARTNERS, list(partners))
    return send_in(house, katri)


def told(person: Person) -> list[str]:
    return [message.text for message in person.messages() if message.lines[0] == TOLD]


def dates(house: Rehearsal) -> list[str]:
    """The spring's due and closing days."""
    with house.database.read() as session:
        found = session.scalars(select(Round).order_by(Round.id)).first()
        return [str(found.due_on), str(found.closes_on)]


def own_days(house: Rehearsal) -> list[tuple[str, str]]:
    with house.database.read() as session:
        rows = session.execute(
            select(Participation.due_on, Participation.open_until).order_by(Participation.partner_id)
        )
        return [(str(due_on), str(until)) for due_on, until in rows]


def closed(house: Rehearsal) -> None:
    """The round has come to its end with nobody having answered."""
    for day in ("2012-05-24 09:00", "2012-06-01 09:00", "2012-06-15 09:00"):
        house.move_to(at(day), "on the way")
    assert states(house)[0] == "closed"


def test_one_partner_is_given_longer_and_everything_shows_the_new_day(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    katri.command("/lamppu", "extend Kaarnikka 8.6.")
    assert katri.modal
    assert katri.modal.input(DAY).value == "2012-06-08"
    assert "torstaina 31. toukokuuta" in katri.modal.text
    assert "perjantaina 8. kesäkuuta" in send_in(spring, katri)
    assert "perjantaina 8. kesäkuuta" in card_of(oona).text
    assert "perjantaina 8. kesäkuuta" in reminders(oona)[-1].text
    [notice] = told(oona)
    assert "perjantaina 8. kesäkuuta" in notice
    assert "1. Laatuverkosto" in notice
    assert told(spring.people[MERI]) == []
    [status] = ask(spring, katri, "status")
    assert "määräpäivä 8.6.2012" in status.fallback
    assert audit(spring) == [("extend", {"round": "2012-spring", "partners": ["kaarnikka"], "to": "2012-06-08"})]
    for day in ("2012-05-24 09:00", "2012-05-29 09:00", "2012-06-01 09:00"):
        spring.move_to(at(day), "the round's own ladder and its report")
    assert (len(reminders(oona)), len(reminders(spring.people[MERI]))) == (1, 3)
    assert "Kaarnikan ammattiopisto (määräpäivä 8.6.2012)" in channel(spring)[1].text
    assert "(määräpäivä 8.6.2012)" in summary(spring).text
    spring.move_to(at("2012-06-07 09:00"), "the working day before its own")
    spring.move_to(at("2012-06-07 15:00"), "the same day")
    assert len(reminders(oona)) == 2
    assert "huomenna" in reminders(oona)[-1].text
    spring.move_to(at("2012-06-08 09:00"), "its own day")
    assert len(reminders(oona)) == 2
    spring.move_to(at("2012-06-09 09:00"), "its day is over")
    assert own_days(spring)[1] == ("2012-06-08", "None")
    assert titles(channel(spring))[-1] == OVERVIEW
    assert "Kaarnikan ammattiopisto (myöhässä, määräpäivä oli 8.6.2012)" in channel(spring)[-1].text
    assert max(posts(spring).values()) == 1


def test_closed_round_opens_again_for_one_partner_alone_until_its_day(spring: Rehearsal) -> None:
    oona, niilo = spring.people[KAARNIKKA], spring.people[MERI]
    closed(spring)
    said = extend(spring, "Kaarnikka", "2012-06-27")
    assert "keskiviikkona 27. kesäkuuta" in said
    assert states(spring)[0] == "closed"
    assert NEXT in card_of(oona).buttons
    assert NEXT not in card_of(niilo).buttons
    assert "Jatkoaikaa on vielä: Kaarnikka" in summary(spring).text
    answer(spring, oona, "Myöhästyi, mutta tässä.")
    assert "Myöhästyi, mutta tässä." in part(spring, "1").text
    say(spring, oona, "Tämä jäi vielä kertomatta.")
    assert FI("stray.none") in oona.messages()[-1].buttons
    spring.move_to(at("2012-06-26 09:00"), "the working day before")
    assert "huomenna" in reminders(oona)[-1].text
    oona.click(NEXT, card_of(oona))
    oona.fill(TEXT, "Ehtiikö?")
    spring.move_to(at("2012-06-28 09:00"), "its day is over")
    oona.submit()
    assert oona.modal
    assert "Katri Koordinaattori" in oona.modal.errors[TEXT]
    oona.close_modal()
    assert card_of(oona).buttons == []
    assert reminders(oona) == []
    assert titles(channel(spring))[-1] == OVERVIEW
    assert "Jatkoaikaa" not in summary(spring).text
    before = posts(spring)
    spring.move_to(at("2012-06-29 09:00"), "the day after")
    assert posts(spring) == before


def test_last_answer_in_an_extension_after_closing_completes_the_report(spring: Rehearsal) -> None:
    for one in (REDU, MERI):
        answer_all(spring, spring.people[one])
    closed(spring)
    extend(spring, "Kaarnikka", "2012-06-27")
    answer_all(spring, spring.people[KAARNIKKA])
    assert "nyt täydellinen" in channel(spring)[-1].text
    assert "Vielä puuttuu" not in summary(spring).text
    spring.move_to(at("2012-06-28 09:00"), "its day is over")
    assert "nyt täydellinen" in channel(spring)[-1].text
    assert max(posts(spring).values()) == 1


def test_several_partners_are_chosen_in_the_form_of_the_round(spring: Rehearsal) -> None:
    said = extend(spring, "", "2012-06-08", "Kaarnikan ammattiopisto", "Perämeren koulutussäätiö")
    assert "Kaarnikka ja Perämeri" in said
    assert own_days(spring) == [("None", "None"), ("2012-06-08", "2012-06-08"), ("2012-06-08", "2012-06-08")]
    assert [len(told(spring.people[one])) for one in (REDU, KAARNIKKA, MERI)] == [0, 1, 1]
    assert dates(spring) == ["2012-05-31", "2012-06-14"]


def test_whole_round_moves_with_its_ladder_and_closing_and_reminds_nobody_twice(spring: Rehearsal) -> None:
    oona, niilo = spring.people[KAARNIKKA], spring.people[MERI]
    answer_all(spring, niilo)
    for day in ("2012-05-16 09:00", "2012-05-24 09:00"):
        spring.move_to(at(day), "a reminder")
    extend(spring, "Kaarnikka", "2012-06-07")
    said = extend(spring, "", "2012-06-15")
    assert "perjantaina 15. kesäkuuta" in said
    assert dates(spring) == ["2012-06-15", "2012-07-02"]
    assert own_days(spring) == [("None", "None")] * 3
    assert "perjantaina 15. kesäkuuta" in card_of(oona).text
    assert all("perjantaina 15. kesäkuuta" in one.text for one in reminders(oona))
    assert len(told(oona)) == 2
    assert told(niilo) == []
    assert len(reminders(oona)) == 2
    for day in ("2012-05-29 09:00", "2012-05-31 09:00", "2012-06-01 09:00"):
        spring.move_to(at(day), "the days it had before, and the first reminder of the new ladder")
    assert states(spring)[0] == "open"
    assert len(reminders(oona)) == 3
    for day in ("2012-06-08 09:00", "2012-06-13 09:00"):
        spring.move_to(at(day), "the rest of the new ladder")
    assert len(reminders(oona)) == 5
    spring.move_to(at("2012-06-18 09:00"), "the report")
    assert states(spring)[0] == "due"
    spring.move_to(at("2012-07-03 09:00"), "closed")
    assert states(spring)[0] == "closed"
    assert max(posts(spring).values()) == 1


def test_round_that_is_due_is_open_again_with_its_drafts_and_report(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    answer(spring, oona, "Vielä kesken.", DRAFT)
    spring.move_to(at("2012-06-01 09:00"), "the report")
    assert "raportti" in summary(spring).lines[0]
    extend(spring, "", "2012-06-15")
    assert states(spring)[0] == "open"
    assert summary(spring).lines[0] == "LAMPPU: kevään 2012 raportin tilanne"
    assert "Vielä kesken." not in spring.workspace.transcript(spring.channel)
    spring.move_to(at("2012-06-13 09:00"), "the last reminder")
    assert len(reminders(oona)) == 1
    spring.move_to(at("2012-06-18 09:00"), "due again")
    assert summary(spring).lines[0] == "LAMPPU: kevään 2012 raportti"
    assert "Vielä kesken." in spring.workspace.transcript(spring.channel)


def test_planned_round_is_given_a_later_due_day(house: Rehearsal) -> None:
    house.move_to(at("2012-05-08 09:00"), "the preview")
    house.people[KATRI].click(EXTEND, channel(house)[0])
    assert house.people[KATRI].modal
    assert [field.label for field in house.people[KATRI].modal.inputs] == [DAY]
    house.people[KATRI].fill(DAY, "2012-06-08")
    send_in(house, house.people[KATRI])
    assert "perjantaina 8. kesäkuuta" in channel(house)[0].text
    house.move_to(at("2012-05-09 09:00"), "the opening")
    assert "perjantaina 8. kesäkuuta" in card_of(house.people[KAARNIKKA]).text
    assert told(house.people[KAARNIKKA]) == []


def test_weekend_moves_earlier_and_is_said(spring: Rehearsal) -> None:
    said = extend(spring, "Kaarnikka", "2012-06-10")
    assert "10.6.2012 ei ole työpäivä" in said
    assert "perjantaina 8. kesäkuuta" in said
    assert own_days(spring)[1] == ("2012-06-08", "2012-06-08")


@pytest.mark.parametrize("day", ["2012-05-08", "2012-05-31", "2012-05-20"])
@pytest.mark.parametrize("words", ["", "Kaarnikka"])
def test_day_that_is_no_later_is_refused_and_stays_in_the_form(spring: Rehearsal, words: str, day: str) -> None:
    katri = spring.people[KATRI]
    katri.command("/lamppu", f"extend {words}")
    katri.fill(DAY, day)
    katri.submit()
    assert katri.modal
    assert "myöhemmin kuin 31.5.2012" in katri.modal.errors[DAY]
    assert katri.modal.input(DAY).value == day
    assert audit(spring) == []
    assert dates(spring) == ["2012-05-31", "2012-06-14"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Karnika 8.6.", "Tarkoititko ”Kaarnikka”?"),
        ("Karnika", "Tarkoititko ”Kaarnikka”?"),
        ("Kaarnikka 31.2.", "En tunnista päivää ”31.2.”. Kirjoita päivä näin: `/lamppu extend Kaarnikka 14.6.`"),
        ("huomenna", "En tunnista osahanketta enkä päivää: ”huomenna”"),
        ("<!channel> 8.6.", "En tunnista osahanketta enkä päivää: ”<!channel> 8.6.”"),
    ],
)
def test_mistyped_partner_or_day_opens_no_form_for_all(spring: Rehearsal, typed: str, said: str) -> None:
    katri = spring.people[KATRI]
    [answered] = ask(spring, katri, f"extend {typed}")
    assert said in answered.text
    assert katri.modal is None


def test_day_of_an_extension_that_is_the_day_after_tomorrow_morning_reminds_by_its_own_word(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    for day in ("2012-05-24 09:00", "2012-05-31 09:00"):
        spring.move_to(at(day), "the due day")
    count = len(reminders(oona))
    spring.move_to(at("2012-05-31 14:00"), "in the afternoon")
    extend(spring, "Kaarnikka", "2012-06-01")
    spring.move_to(at("2012-05-31 15:00"), "an hour later")
    spring.move_to(at("2012-06-01 09:00"), "its day")
    assert len(told(oona)) == 1
    assert len(reminders(oona)) == count


def test_contact_saving_at_the_moment_of_the_extension_loses_nothing(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    oona.click(NEXT, card_of(oona))
    oona.fill(TEXT, "Ehdin sittenkin.")
    extend(spring, "Kaarnikka", "2012-06-08")
    oona.submit()
    oona.close_modal()
    spring.settle()
    assert "Vastattu 1/4." in card_of(oona).text
    answer_all(spring, oona)
    assert "torstaina 14. kesäkuuta" in card_of(oona).text  # until the round closes


def test_extending_is_for_coordinators_and_each_form_acts_once(spring: Rehearsal) -> None:
    katri, niilo, oona = (spring.people[one] for one in (KATRI, MERI, KAARNIKKA))
    stranger = spring.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org")
    for person in (niilo, stranger):
        [refused] = ask(spring, person, "extend REDU")
        assert "Katri Koordinaattori" in refused.text
    katri.command("/lamppu", "status Kaarnikka")
    katri.click(EXTEND, katri.ephemerals[-1])
    forge(spring, newest_payload(spring, "block_actions"), niilo)
    assert niilo.modal is None
    katri.fill(DAY, "2012-06-08")
    send_in(spring, katri)
    submission = newest_payload(spring, "view_submission")
    assert "perjantaina 8. kesäkuuta" in str(forge(spring, submission, katri))
    assert len(told(oona)) == 1
    for forger in (niilo, stranger, katri):  # the last one as another coordinator with the same day
        submission["view"]["id"] = f"V0{forger.id}"
        assert "errors" in str(forge(spring, submission, forger))
    for metadata in ("[2,99,2,null]", "[2,1,99,null]", "[2,2,2,null]", "[2,1]"):
        submission["view"]["private_metadata"] = metadata
        forge(spring, submission, katri)
    assert len(audit(spring)) == 1
    assert len(told(oona)) == 1


def test_closed_round_is_not_extended_for_all_nor_one_that_is_left_out(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    katri.command("/lamppu", "skip Kaarnikka Fuusio")
    send_in(spring, katri)
    [refused] = ask(spring, katri, "extend Kaarnikka")
    assert "Ota se ensin takaisin mukaan" in refused.text
    closed(spring)
    katri.command("/lamppu", "extend")
    assert katri.modal
    assert not katri.modal.input(PARTNERS).optional
    katri.fill(DAY, "2012-06-29")
    katri.fill(PARTNERS, ["Perämeren koulutussäätiö"])
    katri.submit()
    katri.close_modal()
    submission = newest_payload(spring, "view_submission")
    state = submission["view"]["state"]["values"]
    for block in state.values():
        for value in block.values():
            if "selected_options" in value:
                value["selected_options"] = []
    submission["view"]["id"] = "V0ALL"
    assert FI("refused.closed_for_all") in str(forge(spring, submission, katri))
