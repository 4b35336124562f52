"""Closing a round by hand: what it says beforehand, what it does, and what the calendar does of it later."""

from lamppu_bot.rehearsal import Rehearsal
from tests.e2e.acting import FI, NEXT, TEXT, answer, answer_all, card_of
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, REDU, at
from tests.e2e.looking import channel, forge, newest_payload, posts, reminders, summary, titles
from tests.e2e.steering import ask, audit, send_in, states, steer
from tests.e2e.talking import DONE, NETWORK, WRITE, answers_of, press, replies, root_of, start_writing, write

CLOSE = FI("tool.close_round")
OVERVIEW, REPORT = "LAMPPU: kevään 2012 raportoinnin tilanne", "LAMPPU: kevään 2012 raportti"


def test_round_is_closed_by_word_and_reported_at_once(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    answer_all(spring, spring.people[MERI])
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    katri.command("/lamppu", "close")
    assert katri.modal
    assert "Kaarnikan ammattiopisto: 1." in katri.modal.text
    assert "Perämeren" not in katri.modal.text
    assert states(spring)[0] == "open"
    assert "Kierros on suljettu" in send_in(spring, katri)
    assert states(spring)[0] == "closed"
    assert titles(channel(spring))[1:] == [OVERVIEW, REPORT]
    assert "Raportointi on päättynyt" in summary(spring).text
    assert "päättynyt" in card_of(oona).text
    assert card_of(oona).buttons == []
    assert oona.messages()[-1].lines == [FI("reminder.over")]
    sent = posts(spring)
    for day in ("2012-05-24 09:00", "2012-05-29 09:00", "2012-06-01 09:00", "2012-06-15 09:00"):
        spring.move_to(at(day), "what the calendar would have done")
    assert posts(spring) == sent
    assert max(sent.values()) == 1
    assert reminders(oona) == []
    assert audit(spring) == [("close-round", {"round": "2012-spring", "was": "open"})]


def test_what_was_returned_can_be_completed_after_the_closing_and_the_form_says_so(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    answer_all(spring, oona)
    steer(spring, katri, "return Kaarnikka 1 Kerro lisää.")
    katri.command("/lamppu", "close")
    assert katri.modal
    assert "Kaarnikan ammattiopisto (saa vastata vielä 31.5.2012 asti): 1. Laatuverkosto" in katri.modal.text
    send_in(spring, katri)
    assert "Täydennä" in card_of(oona).buttons


def test_complete_round_is_closed_without_an_overview(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    for one in (REDU, KAARNIKKA, MERI):
        answer_all(spring, spring.people[one])
    katri.command("/lamppu", "close")
    assert katri.modal
    assert FI("close_form.complete") in katri.modal.text
    send_in(spring, katri)
    assert OVERVIEW not in titles(channel(spring))


def test_contact_who_is_answering_when_the_round_closes_is_told_and_keeps_reading(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    oona.click(NEXT, card_of(oona))
    oona.fill(TEXT, "Juuri valmistumassa.")
    katri.command("/lamppu", "close")
    send_in(spring, katri)
    oona.submit()
    assert oona.modal
    assert "Katri Koordinaattori" in oona.modal.errors[TEXT]


def test_form_acts_once_for_coordinators_alone_and_in_a_round_under_way(spring: Rehearsal) -> None:
    katri, niilo = spring.people[KATRI], spring.people[MERI]
    stranger = spring.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org")
    for person in (niilo, stranger):
        [refused] = ask(spring, person, "close")
        assert "Katri Koordinaattori" in refused.text
    katri.command("/lamppu", "status")
    spring.settle()
    katri.click(CLOSE, katri.ephemerals[-1])
    forge(spring, newest_payload(spring, "block_actions"), niilo)
    assert niilo.modal is None
    send_in(spring, katri)
    submission = newest_payload(spring, "view_submission")
    assert "Kierros on suljettu" in str(forge(spring, submission, katri))
    closed = FI("refused.closed_already.by", person="Katri Koordinaattori", day="9.5.2012")
    for forger, said in ((niilo, "Katri"), (stranger, "vastaajien"), (katri, closed)):
        submission["view"]["id"] = f"V0{forger.id}"
        assert said in str(forge(spring, submission, forger))
    submission["view"]["private_metadata"] = "[4,2,null,null]"
    assert FI("refused.not_open_yet") in str(forge(spring, submission, katri))
    [refused] = ask(spring, katri, "close")
    assert refused.text == closed
    assert len(audit(spring)) == 1


def test_thread_in_which_somebody_writes_says_that_reporting_is_over_until_it_is_extended(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    root = start_writing(spring, oona, NETWORK)
    write(spring, oona, root, "Ensimmäinen rivi.")
    [reply] = replies(root)
    steer(spring, katri, "close")
    for shown in (root, reply):
        assert "Raportointi on päättynyt" in shown.text
        assert "@Katri Koordinaattori" in shown.text
        assert shown.buttons == []
    assert "Ensimmäinen rivi." in reply.text
    steer(spring, katri, "extend Kaarnikka 8.6.")
    assert reply.buttons[0] == root.buttons[0] == DONE
    press(spring, oona, DONE, reply)
    assert answers_of(spring, "kaarnikka") == {"verkosto": ("answered", "Ensimmäinen rivi.")}


def test_thread_of_a_returned_answer_ends_with_its_day(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    answer(spring, oona, "Tehty.")
    steer(spring, katri, "close")
    steer(spring, katri, "return Kaarnikka 1 Kerro lisää.")
    press(spring, oona, WRITE, oona.messages()[-1])
    root = root_of(oona, NETWORK)
    assert DONE in root.buttons
    spring.move_to(at("2012-06-01 09:00"), "long after the day that was asked for")
    assert "Raportointi on päättynyt" in root.text
    assert root.buttons == []


def test_what_was_entered_can_be_confirmed_and_no_more_corrected_after_the_closing(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    steer(spring, katri, "behalf Kaarnikka 2", **{FI("behalf_form.text"): "Näin kuulin."})
    entered = oona.messages()[-1]
    assert entered.buttons == [FI("entered.confirm"), FI("entered.correct")]
    steer(spring, katri, "close")
    assert entered.buttons == [FI("entered.confirm")]
    press(spring, oona, FI("entered.confirm"), entered)
    assert "Oona Ojala vahvisti vastauksen" in entered.text


def test_word_of_longer_time_follows_what_becomes_of_it(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    steer(spring, katri, "extend Kaarnikka 8.6.")
    told = oona.messages()[-1]
    assert "perjantaina 8. kesäkuuta" in told.text
    steer(spring, katri, "extend 15.6.")
    assert "perjantaina 15. kesäkuuta" in told.text
    assert told.buttons == [NEXT]
    steer(spring, katri, "skip Kaarnikka Fuusio")
    assert told.lines == [FI("notice.extended.over")]
    steer(spring, katri, "skip Kaarnikka")
    assert told.buttons == [NEXT]
    steer(spring, katri, "close")
    assert told.lines == [FI("notice.extended.over")]
    assert told.buttons == []


def test_request_whose_day_was_over_ends_with_the_round(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    answer(spring, oona, "Tehty.")
    steer(
        spring, katri, "return Kaarnikka 1", **{FI("return_form.note"): "Lisää.", FI("return_form.day"): "2012-05-11"}
    )
    spring.move_to(at("2012-05-14 09:00"), "the day that was asked for is over")
    request = oona.messages()[-1]
    assert "vielä ehtii täydentää" in request.text
    steer(spring, katri, "close")
    assert "Aiempi vastauksenne jäi raporttiin" in request.text
    assert request.buttons == []
