"""The life of a round: its preview and postponing, the opening, the ladder of reminders, and catching up."""

from collections.abc import Callable
from threading import Thread

import pytest
from sqlalchemy import select

from lamppu_bot import reporting
from lamppu_bot.project_file import ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from storage import queries
from storage.models import Participation, Round
from tests.e2e.acting import CHOICE, DRAFT, FI, READY, TEXT, answer, answer_all, card_of, hand_in
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, REDU, VARA, at
from tests.e2e.looking import cards, channel, forge, newest_payload, posts, reminders, titles, updates
from tests.e2e.steering import ask, audit, send_in

POSTPONE, DAY = FI("preview.postpone"), FI("postpone.day")
ANSWERING = (REDU, KAARNIKKA, MERI)


def opening_day(house: Rehearsal) -> str:
    with house.database.read() as session:
        return session.scalars(select(Round.opens_on).order_by(Round.id)).first().isoformat()


def nobody_was_asked(house: Rehearsal) -> bool:
    return all(person.messages() == [] for email, person in house.people.items() if email != KATRI)


def shared_contact(project: ProjectDefinition) -> ProjectDefinition:
    """The project with Oona answering for Perämeri too."""
    redu, kaarnikka, meri = project.partners
    both = meri.model_copy(update={"contact": kaarnikka.contact})
    return project.model_copy(update={"partners": (redu, kaarnikka, both)})


def test_preview_tells_the_coordinators_whom_the_round_goes_to_and_what_it_says(house: Rehearsal) -> None:
    house.move_to(at("2012-05-08 08:59"), "not yet")
    assert channel(house) == []
    house.move_to(at("2012-05-08 09:00"), "the preview")
    [preview] = channel(house)
    for said in ("keskiviikkona 9. toukokuuta", "torstaina 31. toukokuuta", "Oona Ojala", "Niilo Niemelä"):
        assert said in preview.text
    assert "Laatuverkosto ja toimintamalli" in preview.text
    assert preview.buttons[:2] == [POSTPONE, FI("tool.open_round")]
    assert nobody_was_asked(house)
    house.settle()
    house.move_to(at("2012-05-08 15:00"), "the same day")
    assert len(channel(house)) == 1


def test_preview_offers_nothing_any_more_once_the_round_has_opened(house: Rehearsal) -> None:
    house.move_to(at("2012-05-08 09:00"), "the preview")
    house.move_to(at("2012-05-09 09:00"), "the opening")
    [preview] = channel(house)
    assert preview.buttons == []
    assert "on alkanut" in preview.text


def test_coordinator_moves_the_opening_and_a_new_preview_comes_before_the_new_day(house: Rehearsal) -> None:
    katri = house.people[KATRI]
    house.move_to(at("2012-05-08 09:00"), "the preview")
    katri.click(POSTPONE)
    assert katri.modal
    assert katri.modal.input(DAY).value == "2012-05-09"
    for day in ("2012-05-12", "2012-05-17", "2012-05-08", "2012-05-02", "2012-05-31", "2012-06-04"):
        katri.fill(DAY, day)
        katri.submit()
        assert katri.modal.input(DAY).value == day
        assert "ennen määräpäivää 31.5.2012" in katri.modal.errors[DAY]
    assert opening_day(house) == "2012-05-09"
    assert audit(house) == []
    katri.fill(DAY, "2012-05-14")
    said = send_in(house, katri)
    assert "maanantaina 14. toukokuuta" in said
    assert "yhä viimeistään torstaina 31. toukokuuta" in said
    [preview] = channel(house)
    assert "maanantaina 14. toukokuuta" in preview.text
    assert preview.buttons == []
    forge(house, newest_payload(house, "view_submission"), katri)
    assert audit(house) == [("postpone", {"round": "2012-spring", "from": "2012-05-09", "to": "2012-05-14"})]
    house.move_to(at("2012-05-09 09:00"), "the old day")
    house.move_to(at("2012-05-11 08:00"), "before the new preview")
    assert len(channel(house)) == 1
    house.move_to(at("2012-05-11 09:00"), "the new preview")
    assert [message.buttons[:1] for message in channel(house)] == [[], [POSTPONE]]
    assert nobody_was_asked(house)
    house.move_to(at("2012-05-14 09:00"), "the new opening")
    assert [len(cards(house.people[one])) for one in ANSWERING] == [1, 1, 1]
    assert max(posts(house).values()) == 1


def test_opening_postponed_twice_shows_the_newest_day_in_both_previews(house: Rehearsal) -> None:
    katri = house.people[KATRI]
    for now, day in (("2012-05-08 09:00", "2012-05-14"), ("2012-05-11 09:00", "2012-05-22")):
        house.move_to(at(now), "a preview")
        katri.click(POSTPONE)
        katri.fill(DAY, day)
        send_in(house, katri)
    assert ["tiistaina 22. toukokuuta" in message.text for message in channel(house)] == [True, True]
    house.move_to(at("2012-05-22 09:00"), "the opening, later than the first reminder would have been")
    house.move_to(at("2012-05-24 09:00"), "the first of the two reminders left")
    [reminder] = reminders(house.people[KAARNIKKA])
    assert "Veikko Vaara" in reminder.text


def test_only_coordinators_postpone_by_button_or_forged_form(house: Rehearsal) -> None:
    katri, niilo = house.people[KATRI], house.people[MERI]
    house.move_to(at("2012-05-08 09:00"), "the preview")
    house.workspace.invite(house.channel, niilo)
    niilo.click(POSTPONE, niilo.messages(house.channel)[0])
    assert niilo.modal
    assert "Katri Koordinaattori" in niilo.modal.text
    assert niilo.modal.inputs == []
    katri.click(POSTPONE)
    katri.fill(DAY, "2012-05-12")
    katri.submit()
    submission = newest_payload(house, "view_submission")
    state = submission["view"]["state"]["values"]
    next(iter(next(iter(state.values())).values()))["selected_date"] = "2012-05-14"
    answered = forge(house, submission, niilo)
    assert "Katri Koordinaattori" in str(answered)
    assert opening_day(house) == "2012-05-09"


def test_opening_is_postponed_by_word_long_before_its_preview(house: Rehearsal) -> None:
    katri = house.people[KATRI]
    house.move_to(at("2012-04-16 09:00"), "weeks before the preview")
    katri.command("/lamppu", "postpone 14.5.")
    assert katri.modal
    assert "keskiviikkona 9. toukokuuta" in katri.modal.text
    assert katri.modal.input(DAY).value == "2012-05-14"
    send_in(house, katri)
    assert opening_day(house) == "2012-05-14"
    [said] = ask(house, katri, "postpone huomenna")
    assert "En tunnista päivää ”huomenna”. Kirjoita päivä näin: `/lamppu postpone 14.6.`" in said.text
    for person in (house.people[MERI], house.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org")):
        [said] = ask(house, person, "postpone 16.5.")
        assert said.text == FI("refused.coordinators_only", coordinators="Katri Koordinaattori")
        assert person.modal is None
    for _ in range(2):
        katri.command("/lamppu", "open")
        send_in(house, katri)
    [said] = ask(house, katri, "postpone")
    assert said.text == FI("tools.no_round.planned", projects="LAMPPU")


def test_form_that_comes_again_does_not_move_the_opening_back(house: Rehearsal) -> None:
    katri = house.people[KATRI]
    house.settle()
    katri.command("/lamppu", "postpone 14.5.")
    send_in(house, katri)
    first = newest_payload(house, "view_submission")
    katri.command("/lamppu", "postpone 16.5.")
    send_in(house, katri)
    assert "keskiviikkona 16. toukokuuta" in str(forge(house, first, katri))
    first["view"]["id"] = "V0OTHER"  # as that of another coordinator, opened before either was sent in
    assert FI("refused.postponed_since", day="16.5.2012") in str(forge(house, first, katri))
    assert opening_day(house) == "2012-05-16"
    assert len(audit(house)) == 2


def test_round_that_is_open_cannot_be_postponed(house: Rehearsal) -> None:
    katri = house.people[KATRI]
    house.move_to(at("2012-05-08 09:00"), "the preview")
    katri.click(POSTPONE)
    house.clock.calendar = at("2012-05-09 09:00")
    house.bot.step()  # the round is open; the form and the preview are still on the screen
    katri.fill(DAY, "2012-05-14")
    katri.submit()
    assert katri.modal
    assert katri.modal.errors == {DAY: FI("refused.already_open")}
    katri.close_modal()
    katri.click(POSTPONE, channel(house)[0])
    assert katri.modal.text == FI("refused.already_open")
    assert opening_day(house) == "2012-05-09"


def test_opening_brings_a_card_to_every_contact_and_to_nobody_else(spring: Rehearsal) -> None:
    assert [len(spring.people[one].messages()) for one in (*ANSWERING, VARA)] == [1, 1, 1, 0]
    assert "Rovaniemen koulutuskuntayhtymä" in card_of(spring.people[REDU]).text
    assert "torstaina 31. toukokuuta" in card_of(spring.people[REDU]).text
    assert len(channel(spring)) == 1


def test_one_contact_of_two_partners_has_two_cards_and_one_reminder(
    rehearse: Callable[[ProjectDefinition], Rehearsal], project: ProjectDefinition
) -> None:
    house = rehearse(shared_contact(project))
    oona = house.people[KAARNIKKA]
    house.move_to(at("2012-05-09 09:00"), "the opening")
    assert len(cards(oona)) == 2
    for partner in ("Kaarnikan ammattiopisto", "Perämeren koulutussäätiö"):
        oona.click(FI("card.next"), card_of(oona, partner))
        assert partner in oona.modal.text
        oona.close_modal()
    house.move_to(at("2012-05-16 09:00"), "the first reminder")
    [reminder] = reminders(oona)
    assert "Kaarnikan ammattiopisto" in reminder.text
    assert "Perämeren koulutussäätiö" in reminder.text
    assert reminder.buttons == [FI("card.next")] * 2


@pytest.mark.parametrize(
    ("quiet", "then"),
    [
        (["2012-05-12 10:00", "2012-05-13 12:00", "2012-05-14 07:59"], "2012-05-14 08:00"),
        (["2012-05-09 16:00", "2012-05-09 23:30", "2012-05-10 03:00"], "2012-05-10 08:00"),
        (["2012-05-17 10:00"], "2012-05-18 15:59"),
    ],
    ids=["weekend", "night", "ascension day"],
)
def test_late_opening_waits_for_working_hours(house: Rehearsal, quiet: list[str], then: str) -> None:
    for moment in quiet:
        house.move_to(at(moment), "nobody is at work")
    assert house.workspace.calls_to("chat.postMessage") == []
    house.move_to(at(then), "people are back")
    assert sorted(posts(house).values()) == [1, 1, 1]
    assert channel(house) == []


def test_bot_that_was_off_over_two_reminders_sends_just_the_card(house: Rehearsal) -> None:
    house.move_to(at("2012-05-25 10:00"), "back after three weeks")
    assert [len(house.people[one].messages()) for one in (*ANSWERING, VARA)] == [1, 1, 1, 0]
    assert channel(house) == []
    house.move_to(at("2012-05-29 09:00"), "the last reminder, and the first that can tell of the deputy")
    house.move_to(at("2012-05-29 15:00"), "the same day")
    assert [len(reminders(house.people[one])) for one in (*ANSWERING, VARA)] == [1, 1, 1, 0]
    [told] = reminders(house.people[KAARNIKKA])
    assert "keskiviikkona 30. toukokuuta" in told.text
    assert "Veikko Vaara" in told.text
    assert channel(house) == []
    house.move_to(at("2012-05-30 09:00"), "the deputy's turn")
    house.move_to(at("2012-05-30 12:00"), "the same day")
    assert [len(reminders(house.people[one])) for one in (*ANSWERING, VARA)] == [2, 2, 2, 1]
    assert len(channel(house)) == 1


def test_deputy_is_not_asked_before_the_contact_was_told(spring: Rehearsal) -> None:
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    spring.move_to(at("2012-05-29 09:00"), "back on the deputy's day, the announcement missed")
    assert spring.people[VARA].messages() == []
    assert "Veikko Vaara" in reminders(spring.people[KAARNIKKA])[1].text
    spring.move_to(at("2012-05-30 08:00"), "the next working day")
    assert "Oona Ojala" in reminders(spring.people[VARA])[0].text


def test_deputy_is_left_in_peace_where_no_day_is_left_to_tell_of_them(spring: Rehearsal) -> None:
    spring.move_to(at("2012-05-31 09:00"), "back on the due day")
    assert [len(reminders(spring.people[one])) for one in (*ANSWERING, VARA)] == [1, 1, 1, 0]
    assert "Veikko" not in reminders(spring.people[KAARNIKKA])[0].text
    assert "raportoinnin tilanne" in channel(spring)[-1].lines[0]


def test_bot_that_was_off_during_two_reminders_sends_one(spring: Rehearsal) -> None:
    spring.move_to(at("2012-05-26 10:00"), "back on a Saturday")
    assert reminders(spring.people[MERI]) == []
    spring.move_to(at("2012-05-28 08:00"), "Monday")
    assert [len(reminders(spring.people[one])) for one in (*ANSWERING, VARA)] == [1, 1, 1, 0]
    assert "Veikko Vaara" in reminders(spring.people[KAARNIKKA])[0].text
    spring.move_to(at("2012-05-29 09:00"), "the last reminder")
    assert [len(reminders(spring.people[one])) for one in (*ANSWERING, VARA)] == [2, 2, 2, 1]


def test_round_whose_closing_is_past_is_never_prompted(house: Rehearsal) -> None:
    house.move_to(at("2012-06-15 09:00"), "the day after the spring's closing")
    house.move_to(at("2013-01-07 09:00"), "after the autumn's closing")
    assert house.workspace.calls_to("chat.postMessage") == []
    with house.database.read() as session:
        assert list(session.scalars(select(Round.state))) == ["closed", "closed"]


def test_round_that_ran_out_while_the_bot_was_off_is_reported_and_closed(spring: Rehearsal) -> None:
    answer_all(spring, spring.people[MERI])
    spring.move_to(at("2012-06-20 09:00"), "back after the closing")
    assert titles(channel(spring))[-1] == "LAMPPU: kevään 2012 raportti"
    assert reminders(spring.people[REDU]) == []
    assert card_of(spring.people[REDU]).buttons == []


def test_steps_taken_twice_at_the_same_moment_send_nothing_twice(house: Rehearsal) -> None:
    for moment in ("2012-05-08 09:00", "2012-05-09 09:00", "2012-05-16 09:00", "2012-05-29 09:00", "2012-06-01 09:00"):
        house.clock.calendar = at(moment)
        steps = [Thread(target=house.bot.step) for _ in range(3)]
        for step in steps:
            step.start()
        for step in steps:
            step.join()
        house.settle()
        house.settle()
    assert set(posts(house).values()) == {1}
    assert len(house.workspace.calls_to("files.completeUploadExternal")) == 1


def test_ladder_reminds_who_owes_then_announces_the_deputy_then_asks_them(spring: Rehearsal) -> None:
    redu, oona, veikko, niilo = (spring.people[one] for one in (REDU, KAARNIKKA, VARA, MERI))
    answer_all(spring, redu)
    answer(spring, oona, "Ryhmä perustettu.")
    answer(spring, oona, "Luonnos mittareista", DRAFT)
    oona.close_modal()
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    assert reminders(redu) == []
    [first] = reminders(oona)
    assert "1. Laatuverkosto" not in first.text
    assert "2. Mittarien kehittäminen (luonnos)" in first.text
    assert "4. Laatuosaamisen kehittäminen" in first.text
    assert "Veikko" not in first.text
    assert len(channel(spring)) == 1
    spring.move_to(at("2012-05-24 09:00"), "the second")
    assert "tiistaina 29. toukokuuta" in reminders(oona)[1].text
    assert "Veikko Vaara" in reminders(oona)[1].text
    assert "varahenkilö" not in reminders(niilo)[1].text
    assert veikko.messages() == []
    spring.move_to(at("2012-05-29 09:00"), "the last")
    assert [len(reminders(one)) for one in (redu, oona, veikko, niilo)] == [0, 3, 1, 3]
    assert "Oona Ojala" in reminders(veikko)[0].text
    overview = channel(spring)[-1]
    assert "raportoinnin tilanne" in overview.lines[0]
    assert "Kaarnikan ammattiopisto" in overview.text
    assert "Mittarien kehittäminen (luonnos)" in overview.text
    assert "Rovaniemen" not in overview.text
    answer_all(spring, veikko)
    assert "4/4" in card_of(oona).text
    assert "4/4" in card_of(veikko).text
    with spring.database.read() as session:
        reminded = session.scalars(select(Participation.reminded_at).order_by(Participation.id)).all()
    assert [moment and moment.date().isoformat() for moment in reminded][:3] == [None, "2012-05-29", "2012-05-29"]


def test_reminders_lose_their_button_once_all_is_answered_or_the_round_has_closed(spring: Rehearsal) -> None:
    niilo, oona = spring.people[MERI], spring.people[KAARNIKKA]
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    hand_in(spring, niilo, *["Tehty."] * 4)
    [settled] = reminders(niilo, FI("reminder.settled"))
    assert settled.buttons == []
    spring.move_to(at("2012-06-15 09:00"), "closed")
    [over] = reminders(oona, FI("reminder.over"))
    assert over.buttons == reminders(oona) == []
    spring.move_to(at("2012-11-22 09:00"), "the autumn opens")
    changed = [key for key in updates(spring) if key.startswith("reminder")]
    hand_in(spring, oona, *["Tehty."] * 4)
    assert len(reminders(oona, FI("reminder.over"))) == 1
    assert [key for key in updates(spring) if key.startswith("reminder")] == changed


def test_nobody_is_reminded_who_answers_before_the_reminder_leaves(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    niilo.click(FI("card.next"), card_of(niilo))
    spring.clock.calendar = at("2012-05-16 09:00")
    spring.bot.step()
    for _ in range(4):
        niilo.fill(TEXT, "Juuri ehdin.")
        niilo.fill(CHOICE, READY)
        niilo.submit()
    spring.settle()
    assert reminders(niilo) == []
    assert len(reminders(spring.people[REDU])) == 1


def test_coordinators_hear_what_is_missing_when_the_round_closes(spring: Rehearsal) -> None:
    answer_all(spring, spring.people[REDU])
    spring.move_to(at("2012-06-01 09:00"), "the report")
    before = len(channel(spring))
    spring.move_to(at("2012-06-15 00:00"), "closed")
    spring.move_to(at("2012-06-15 09:00"), "and nothing more")
    [closed] = channel(spring)[before:]
    assert FI("overview.closed").replace("*", "") in closed.text.replace("*", "")
    assert "Kaarnikan ammattiopisto" in closed.text
    assert "Rovaniemen" not in closed.text


def test_coordinators_hear_that_a_report_posted_before_is_complete(spring: Rehearsal) -> None:
    for one in (REDU, KAARNIKKA):
        answer_all(spring, spring.people[one])
    post_report(spring)
    before = len(channel(spring))
    spring.move_to(at("2012-06-01 00:00"), "due, and the report is in the channel already")
    [due] = channel(spring)[before:]
    assert "Määräpäivä on mennyt" in due.text
    assert "Perämeren koulutussäätiö" in due.text
    answer_all(spring, spring.people[MERI])
    said = FI("overview.completed", project="LAMPPU", semester="kevään 2012")
    assert [message.text for message in channel(spring)[before + 1 :]] == [said]
    spring.move_to(at("2012-06-15 09:00"), "closed with nothing missing")
    assert len(channel(spring)) == before + 2


def post_report(house: Rehearsal) -> None:
    """Katri posts the report at once, as the offer's button does."""
    with house.database.write() as session:
        katri = queries.find_person(session, house.people[KATRI].id)
        assert katri is not None
        (project,) = queries.list_projects(session)
        reporting.request(session, katri, queries.list_rounds(session, project.id)[0].id, house.clock())
    house.settle()
