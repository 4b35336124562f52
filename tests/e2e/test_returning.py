"""Returning an answer with a comment: who may, what opens again, what everybody reads, and what becomes of it."""

from datetime import UTC, date

import pytest
from sqlalchemy import select

from lamppu_bot import absence
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person, VisibleMessage
from storage import queries
from storage.missed import list_dms_to_read
from storage.models import Answer, Revision
from tests.e2e.acting import CHOICE, DRAFT, FI, READY, TEXT, answer, answer_all, card_of, hand_in
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, VARA, at
from tests.e2e.looking import channel, forge, newest_payload, part, posts, summary
from tests.e2e.steering import audit
from tests.e2e.talking import DONE, NETWORK, WRITE, press, replies, root_of, write

NOTE, DAY = FI("return_form.note"), FI("return_form.day")
RETURN, COMPLETE = FI("results.return"), FI("returned.button")
ASKED = "Kerro vielä, montako osallistui."


def newest(house: Rehearsal) -> Revision:
    with house.database.read() as session:
        found = session.scalars(select(Revision).order_by(Revision.id.desc())).first()
        assert found is not None
        session.expunge(found)
        return found


def kept(house: Rehearsal, answer_id: int) -> Answer:
    with house.database.read() as session:
        found = session.get_one(Answer, answer_id)
        session.expunge(found)
        return found


def send_back(house: Rehearsal, katri: Person, words: str = "return kaarnikka 1", note: str = ASKED) -> None:
    """By word; the form stays open to be read."""
    katri.command("/lamppu", words)
    katri.fill(NOTE, note)
    katri.submit()
    house.settle()


def request(person: Person) -> VisibleMessage:
    """The newest message that asks for more, or what has become of it."""
    return [m for m in person.messages() if "Kaarnikan ammattiopisto" in m.lines[0] and "·" in m.lines[0]][-1]


@pytest.fixture
def reported(spring: Rehearsal) -> Rehearsal:
    """Kaarnikka has answered everything; the report was posted after the due day."""
    answer_all(spring, spring.people[KAARNIKKA], "Teimme kaiken.")
    spring.move_to(at("2012-06-01 09:00"), "the report")
    return spring


def test_answer_is_returned_from_the_posted_report_and_comes_back(reported: Rehearsal) -> None:
    katri, oona = reported.people[KATRI], reported.people[KAARNIKKA]
    katri.click(RETURN, part(reported, "1"))
    assert katri.modal is not None
    assert "Teimme kaiken." in katri.modal.text
    katri.fill(NOTE, ASKED)
    katri.submit()
    reported.settle()
    assert katri.modal.text.startswith("Palautettu täydennettäväksi: Kaarnikka, Tavoite 1")
    assert "perjantaina 8. kesäkuuta" in katri.modal.text
    katri.close_modal()

    row = newest(reported)
    assert (row.state, row.source, row.text, row.note) == ("returned", "returned", "Teimme kaiken.", ASKED)
    assert audit(reported)[-1][0] == "return"
    asked = request(oona)
    assert ASKED in asked.text
    assert "viimeistään perjantaina 8. kesäkuuta" in asked.text
    assert asked.buttons == [COMPLETE, FI("card.write")]
    assert f"Koordinaattori toivoo täydennystä: {ASKED}" in card_of(oona).text
    assert "palautettu täydennettäväksi 8.6.2012 mennessä" in card_of(oona).text
    assert "– palautettu täydennettäväksi 8.6.2012 mennessä" in part(reported, "1").text
    assert ASKED in part(reported, "1").text
    assert "Yksi vastaus on palautettu täydennettäväksi." in summary(reported).text
    assert "3/4" in card_of(oona).text
    assert "Vastaathan viimeistään perjantaina 8. kesäkuuta." in card_of(oona).text
    assert "Kaarnikan ammattiopisto (määräpäivä 8.6.2012): 1." in summary(reported).text  # and so is not late

    oona.click(COMPLETE, asked)
    assert oona.modal is not None
    assert ASKED in oona.modal.text
    oona.fill(TEXT, "Teimme kaiken, ja osallistujia oli 40.")
    oona.fill(CHOICE, READY)
    oona.submit()
    reported.settle()
    row = newest(reported)
    assert (row.state, row.source, row.note) == ("answered", "form", None)
    state = kept(reported, row.answer_id)
    assert (state.note, state.open_until) == (None, None)
    assert "osallistujia oli 40" in part(reported, "1").text
    assert ASKED not in part(reported, "1").text
    assert request(oona).lines[-1] == FI("returned.settled.done", title="Tavoite 1: Laatuverkosto ja toimintamalli")
    assert request(oona).buttons == []
    told = [reply.text for reply in summary(reported).thread if "pyytämäsi täydennys on saatu" in reply.text]
    assert len(told) == 1
    assert "Oona Ojala" in told[0]


def test_only_that_objective_opens_again_after_closing(reported: Rehearsal) -> None:
    katri, oona = reported.people[KATRI], reported.people[KAARNIKKA]
    reported.move_to(at("2012-06-15 09:00"), "closed")
    send_back(reported, katri)
    assert katri.modal is not None
    assert "perjantaina 22. kesäkuuta" not in katri.modal.text  # Midsummer Eve
    katri.close_modal()
    with reported.database.read() as session:  # what they write while the bot is down is not lost either
        assert oona.dm.id in list_dms_to_read(session, "9")
    card = card_of(oona)
    assert "Täydennä" in card.buttons
    assert "Muuta" not in card.buttons
    assert "Raportointi on muuten päättynyt" in card.text
    oona.click(COMPLETE, request(oona))
    answer(reported, oona, "Lopullinen.")
    assert newest(reported).state == "answered"
    assert "Lopullinen." in part(reported, "1").text
    assert "Täydennä" not in card_of(oona).buttons


def test_return_by_word_without_an_objective_asks_which_and_keeps_what_was_typed(reported: Rehearsal) -> None:
    katri = reported.people[KATRI]
    katri.command("/lamppu", "return kaarnikka Kerro lisää.")
    katri.fill(FI("pick_form.which"), "Tavoite 2: Mittarien kehittäminen – vastattu")
    katri.submit()
    assert katri.modal is not None
    assert "Mittarien kehittäminen" in katri.modal.text
    katri.submit()
    reported.settle()
    assert newest(reported).note == "Kerro lisää."


def test_same_form_twice_and_two_coordinators_at_once_return_once(reported: Rehearsal) -> None:
    katri = reported.people[KATRI]
    send_back(reported, katri)
    sent = newest_payload(reported, "view_submission")
    before = newest(reported).id, posts(reported), audit(reported)
    again = forge(reported, sent, katri)
    assert again["response_action"] == "update"
    assert (newest(reported).id, posts(reported), audit(reported)) == before
    other = {**sent, "view": {**sent["view"], "id": "VOTHER"}}
    values = other["view"]["state"]["values"]
    block = next(key for key in values if key.startswith("return_note"))
    changed = {**values, block: {"return_note": {"type": "plain_text_input", "value": "Aivan muuta."}}}
    other["view"]["state"] = {"values": changed}
    answered = forge(reported, other, katri)
    assert ASKED in str(answered["view"])
    assert "Aivan muuta." in str(answered["view"])
    assert newest(reported).id == before[0]


def test_answer_that_changed_meanwhile_is_shown_and_the_comment_kept(reported: Rehearsal) -> None:
    katri, oona = reported.people[KATRI], reported.people[KAARNIKKA]
    katri.command("/lamppu", "return kaarnikka 1")
    oona.click("Muuta", card_of(oona), near="Laatuverkosto")
    answer(reported, oona, "Oonan uusi teksti.")
    katri.fill(NOTE, ASKED)
    katri.submit()
    assert katri.modal is not None
    assert "Oonan uusi teksti." in katri.modal.text
    assert "Oona Ojala on muuttanut vastausta sillä välin" in katri.modal.text
    assert newest(reported).state == "answered"
    katri.submit()
    reported.settle()
    row = newest(reported)
    assert (row.state, row.note, row.text) == ("returned", ASKED, "Oonan uusi teksti.")


def test_contact_who_was_writing_reads_the_wish_before_their_text_counts(reported: Rehearsal) -> None:
    katri, oona = reported.people[KATRI], reported.people[KAARNIKKA]
    oona.click("Muuta", card_of(oona), near="Laatuverkosto")
    send_back(reported, katri)
    oona.fill(TEXT, "Kesken ollut teksti.")
    oona.submit()
    reported.settle()
    assert oona.modal is not None
    assert ASKED in oona.modal.text
    assert "palautti vastauksen täydennettäväksi" in oona.modal.text
    assert newest(reported).number is None  # kept aside
    oona.submit()
    reported.settle()
    assert (newest(reported).text, newest(reported).state) == ("Kesken ollut teksti.", "answered")


def test_draft_saved_meanwhile_keeps_the_wish_and_the_day(reported: Rehearsal) -> None:
    katri, oona = reported.people[KATRI], reported.people[KAARNIKKA]
    send_back(reported, katri)
    katri.close_modal()
    oona.click(COMPLETE, request(oona))
    answer(reported, oona, "Luonnosteltu.", DRAFT)
    row = newest(reported)
    state = kept(reported, row.answer_id)
    assert (row.state, row.note, state.note) == ("draft", ASKED, ASKED)
    assert state.open_until is not None
    assert "luonnos, täydennystä pyydetty 8.6.2012 mennessä" in card_of(oona).text
    assert request(oona).buttons[0] == COMPLETE


def test_returning_a_returned_answer_changes_the_comment(reported: Rehearsal) -> None:
    katri, oona = reported.people[KATRI], reported.people[KAARNIKKA]
    send_back(reported, katri)
    katri.close_modal()
    first = request(oona)
    katri.click(FI("results.return.change"), part(reported, "1"))
    assert katri.modal is not None
    katri.fill(NOTE, "Riittää, kun kerrot paikan.")
    katri.submit()
    reported.settle()
    assert newest(reported).note == "Riittää, kun kerrot paikan."
    assert "uudempi pyyntö" in first.text
    assert "Riittää, kun kerrot paikan." in request(oona).text


def test_return_is_taken_back(reported: Rehearsal) -> None:
    katri, oona = reported.people[KATRI], reported.people[KAARNIKKA]
    send_back(reported, katri)
    katri.close_modal()
    katri.click(FI("results.return.change"), part(reported, "1"))
    katri.fill(FI("return_form.choice"), FI("return_form.choice.accept"))
    katri.submit()
    reported.settle()
    assert katri.modal is not None
    assert "Palautus on peruttu" in katri.modal.text
    row = newest(reported)
    assert (row.state, row.source, row.text) == ("answered", "accepted", "Teimme kaiken.")
    assert "hyväksyi vastauksenne sellaisenaan" in request(oona).text
    assert request(oona).buttons == []
    assert not any("täydennys on saatu" in reply.text for reply in summary(reported).thread)
    assert [action for action, _ in audit(reported)][-2:] == ["return", "accept-returned"]


def test_day_over_without_an_answer_lets_the_earlier_text_count(reported: Rehearsal) -> None:
    katri, oona = reported.people[KATRI], reported.people[KAARNIKKA]
    reported.move_to(at("2012-06-15 09:00"), "closed")
    send_back(reported, katri)
    katri.close_modal()
    oona.click(COMPLETE, request(oona))
    answer(reported, oona, "Jäi kesken.", DRAFT)
    oona.close_modal()
    reported.move_to(at("2012-06-30 09:00"), "the day is over")
    row = newest(reported)
    assert (row.state, row.text, row.source) == ("returned", "Teimme kaiken.", "returned")
    assert kept(reported, row.answer_id).open_until is None
    assert "täydennystä ei tullut määräajassa" in part(reported, "1").text
    assert "Teimme kaiken." in part(reported, "1").text
    assert "Täydennä" not in card_of(oona).buttons
    assert request(oona).buttons == []
    assert "Aiempi vastauksenne jäi raporttiin" in request(oona).text
    told = [message for message in channel(reported) if "Täydennystä ei tullut määräajassa" in message.text]
    assert len(told) == 1
    reported.move_to(at("2012-07-02 09:00"), "later")
    assert len([m for m in channel(reported) if "Täydennystä ei tullut" in m.text]) == 1


def test_day_over_while_the_round_is_open_leaves_it_open(reported: Rehearsal) -> None:
    katri, oona = reported.people[KATRI], reported.people[KAARNIKKA]
    katri.command("/lamppu", "return kaarnikka 1")
    katri.fill(NOTE, ASKED)
    katri.fill(DAY, "2012-06-04")
    katri.submit()
    reported.move_to(at("2012-06-05 09:00"), "the day is over")
    assert "vielä ehtii täydentää" in request(oona).text
    oona.click(COMPLETE, request(oona))
    answer(reported, oona, "Ehdin silti.")
    assert newest(reported).text == "Ehdin silti."


@pytest.mark.parametrize("day", ["2012-05-31", "2012-06-09", "2112-06-06"])
def test_day_that_is_no_good_is_told_and_the_comment_stays(reported: Rehearsal, day: str) -> None:
    katri = reported.people[KATRI]
    katri.command("/lamppu", "return kaarnikka 1")
    katri.fill(NOTE, ASKED)
    katri.fill(DAY, day)
    katri.submit()
    assert katri.modal is not None
    assert FI("refused.return_day") in katri.modal.errors.values()
    assert newest(reported).state == "answered"


def test_returning_anew_wants_a_comment_and_accepting_none(reported: Rehearsal) -> None:
    katri = reported.people[KATRI]
    send_back(reported, katri)
    katri.close_modal()
    send_back(reported, katri, note="   ")
    assert katri.modal is not None
    assert FI("return_form.empty") in katri.modal.errors.values()
    katri.fill(FI("return_form.choice"), FI("return_form.choice.accept"))
    katri.submit()
    reported.settle()
    assert newest(reported).state == "answered"


def test_what_has_no_last_word_is_not_returned(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    hand_in(spring, spring.people[KAARNIKKA], "Luonnos", choice=DRAFT)
    for number in (1, 2):
        katri.command("/lamppu", f"return kaarnikka {number}")
        assert FI("refused.nothing_to_return") in katri.ephemerals[-1].text
    katri.command("/lamppu", "return kaarnikka")
    assert FI("refused.none_to_return") in katri.ephemerals[-1].text


@pytest.mark.parametrize("who", [KAARNIKKA, VARA, MERI])
def test_only_coordinators_return(reported: Rehearsal, who: str) -> None:
    katri, person = reported.people[KATRI], reported.people[who]
    send_back(reported, katri)
    katri.close_modal()
    sent = newest_payload(reported, "view_submission")
    before = newest(reported).id
    said = forge(reported, sent, person)
    assert "Tämän voi tehdä vain hankkeen koordinaattori" in str(said)
    person.command("/lamppu", "return kaarnikka 1")
    assert "vain hankkeen koordinaattori" in person.ephemerals[-1].text
    reported.workspace.invite(reported.channel, person)
    replies = person.messages(reported.channel, summary(reported).ts)
    person.click(FI("results.return.change"), next(r for r in replies if FI("results.return.change") in r.buttons))
    assert person.modal is not None
    assert "vain hankkeen koordinaattori" in person.modal.text
    assert newest(reported).id == before


def test_deputy_who_wrote_it_hears_of_it_too(spring: Rehearsal) -> None:
    veikko, katri = spring.people[VARA], spring.people[KATRI]
    veikko.command("/lamppu", "status")
    veikko.click(FI("card.next"))
    answer(spring, veikko, "Veikon vastaus")
    send_back(spring, katri)
    assert ASKED in request(veikko).text
    assert ASKED in request(spring.people[KAARNIKKA]).text


def test_before_the_report_the_channel_hears_in_a_line_of_its_own(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    hand_in(spring, oona, "Oonan vastaus.")
    send_back(spring, katri)
    katri.close_modal()
    assert not any("täydennys on saatu" in message.text for message in channel(spring))
    oona.click(COMPLETE, request(oona))
    answer(spring, oona, "Oonan vastaus, täydennettynä.")
    assert sum("täydennys on saatu" in message.text for message in channel(spring)) == 1
    oona.close_modal()
    oona.click("Muuta", card_of(oona), near="Laatuverkosto")
    answer(spring, oona, "Vielä kerran.")
    assert sum("täydennys on saatu" in message.text for message in channel(spring)) == 1


def test_returned_answer_is_completed_by_writing_after_closing(reported: Rehearsal) -> None:
    katri, oona = reported.people[KATRI], reported.people[KAARNIKKA]
    reported.move_to(at("2012-06-15 09:00"), "closed")
    send_back(reported, katri)
    katri.close_modal()
    press(reported, oona, WRITE, request(oona))
    root = root_of(oona, NETWORK)
    write(reported, oona, root, "Osallistujia oli 40.")
    row = newest(reported)
    assert (row.state, row.note) == ("draft", ASKED)
    assert kept(reported, row.answer_id).open_until is not None
    press(reported, oona, DONE, replies(root)[-1])
    row = newest(reported)
    assert (row.state, row.note) == ("answered", None)
    assert row.text == "Teimme kaiken.\nOsallistujia oli 40."
    assert "Osallistujia oli 40." in part(reported, "1").text
    assert request(oona).buttons == []


def test_deputy_hears_of_a_return_to_the_end_of_the_contacts_absence_by_local_time(spring: Rehearsal) -> None:
    katri, oona, veikko = (spring.people[who] for who in (KATRI, KAARNIKKA, VARA))
    hand_in(spring, oona, "Yksi")
    with spring.database.write() as session:
        person = queries.find_person(session, oona.id)
        assert person is not None
        absence.set_away(session, person, date(2012, 5, 14), spring.clock())
    spring.move_to(at("2012-05-15 00:30").astimezone(UTC), "the absence is over, and by UTC it is not")
    before = len(veikko.messages())
    send_back(spring, katri)
    assert request(oona)
    assert len(veikko.messages()) == before
