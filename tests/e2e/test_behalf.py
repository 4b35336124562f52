"""Entering an answer on a partner's behalf: it counts, marked, until the partner confirms or corrects it."""

import pytest

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person, VisibleMessage
from tests.e2e.acting import CHOICE, DRAFT, FI, READY, TEXT, answer, answer_all, card_of, hand_in
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, VARA, at
from tests.e2e.handing_over import accept, ask_colleague
from tests.e2e.looking import forge, newest_payload, part, posts, reminders, summary
from tests.e2e.steering import audit
from tests.e2e.talking import METERS
from tests.e2e.test_returning import kept, newest

BEHALF_TEXT, BEHALF_CHOICE = FI("behalf_form.text"), FI("behalf_form.choice")
CONFIRM, CORRECT = FI("entered.confirm"), FI("entered.correct")
MARK = "koordinaattori Katri Koordinaattori kirjasi puolesta, odottaa vahvistusta"


def enter(
    house: Rehearsal, katri: Person, text: str = "Puhelimessa kerrottu.", words: str = "behalf kaarnikka 1"
) -> None:
    """By word; the form stays open to be read."""
    katri.command("/lamppu", words)
    katri.fill(BEHALF_TEXT, text)
    katri.submit()
    house.settle()


def message_of(person: Person) -> VisibleMessage:
    """The newest message about what was entered."""
    return [m for m in person.messages() if "Kaarnikan ammattiopisto" in m.lines[0] and "·" in m.lines[0]][-1]


def test_entered_answer_counts_marked_until_it_is_confirmed(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    enter(spring, katri)
    assert katri.modal is not None
    assert katri.modal.text.startswith("Vastaus on kirjattu: Kaarnikka, Tavoite 1")
    assert "Oona Ojala saa viestin" in katri.modal.text
    katri.close_modal()
    row = newest(spring)
    assert (row.state, row.source, row.text) == ("answered", "on behalf", "Puhelimessa kerrottu.")
    assert kept(spring, row.answer_id).entered_by_id == row.person_id
    assert audit(spring)[-1][0] == "enter-on-behalf"
    assert f"vastattu ({MARK})" in card_of(oona).text
    assert "1/4" in card_of(oona).text
    said = message_of(oona)
    assert "Puhelimessa kerrottu." in said.text
    assert said.buttons == [CONFIRM, CORRECT]
    spring.move_to(at("2012-06-01 09:00"), "the report")
    assert MARK in part(spring, "1").text
    assert "Yksi koordinaattorin kirjaama vastaus odottaa vahvistusta." in summary(spring).text

    oona.click(CONFIRM, said)
    spring.settle()
    row = newest(spring)
    assert (row.state, row.source, row.text) == ("answered", "confirmed", "Puhelimessa kerrottu.")
    assert kept(spring, row.answer_id).entered_by_id is None
    assert "Oona Ojala vahvisti vastauksen" in said.text
    assert said.buttons == []
    assert MARK not in part(spring, "1").text
    assert MARK not in card_of(oona).text


def test_coordinator_who_has_taken_over_one_answer_is_told_that_another_is_entered(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    ask_colleague(spring, oona, katri, METERS)
    accept(spring, katri)
    enter(spring, katri)
    assert katri.modal is not None
    assert katri.modal.text.startswith("Vastaus on kirjattu: Kaarnikka, Tavoite 1")
    assert newest(spring).text == "Puhelimessa kerrottu."


def test_confirming_twice_and_after_a_correction_changes_nothing(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    enter(spring, katri)
    said = message_of(oona)
    oona.click(CONFIRM, said)
    spring.settle()
    pressed = newest_payload(spring, "block_actions")
    before = newest(spring).id, posts(spring)
    forge(spring, pressed, oona)
    assert (newest(spring).id, posts(spring)) == before
    oona.click("Muuta", card_of(oona), near="Laatuverkosto")
    answer(spring, oona, "Oma teksti.")
    forge(spring, pressed, oona)
    assert newest(spring).text == "Oma teksti."


def test_partner_corrects_the_text(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    enter(spring, katri)
    said = message_of(oona)
    oona.click(CORRECT, said)
    assert oona.modal is not None
    assert "kirjasi tämän puolestanne" in oona.modal.text
    oona.fill(TEXT, "Ei ihan noin.")
    oona.fill(CHOICE, READY)
    oona.submit()
    spring.settle()
    row = newest(spring)
    assert (row.text, row.source) == ("Ei ihan noin.", "form")
    assert kept(spring, row.answer_id).entered_by_id is None
    assert "muutettu (Oona Ojala)" in said.text
    assert said.buttons == []


def test_saving_the_text_as_it_is_confirms_it(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    enter(spring, katri)
    said = message_of(oona)
    oona.click(CORRECT, said)
    oona.submit()
    spring.settle()
    assert kept(spring, newest(spring).answer_id).entered_by_id is None
    assert "vahvisti vastauksen" in said.text


def test_deputy_may_confirm_and_others_may_not(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    enter(spring, katri)
    said = message_of(oona)
    pressed_on = next(block for block in said.message.blocks if block["type"] == "actions")["elements"][0]
    oona.click(CORRECT, said)
    oona.close_modal()
    pressed = newest_payload(spring, "block_actions")
    press = {
        **pressed,
        "actions": [{**pressed["actions"][0], "action_id": "entry_confirm", "value": pressed_on["value"]}],
    }
    stranger = spring.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org")
    for person, reason in (
        (spring.people[MERI], "vain osahankkeen vastaaja"),
        (katri, "vain osahankkeen vastaaja"),
        (stranger, "En löydä sinua"),
    ):
        with spring.workspace.state.lock:
            trigger = spring.workspace.state.issue_trigger(person.id)
        forge(spring, {**press, "trigger_id": trigger}, person)
        assert person.modal is not None
        assert reason in person.modal.text
        person.close_modal()
    assert newest(spring).source == "on behalf"
    forge(spring, press, spring.people[VARA])
    assert newest(spring).source == "confirmed"
    assert "Veikko Vaara vahvisti" in said.text


def test_contact_s_draft_is_not_shown_and_not_lost(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    hand_in(spring, oona, "Salainen luonnos.", choice=DRAFT)
    katri.command("/lamppu", "behalf kaarnikka 1")
    assert katri.modal is not None
    assert "Salainen luonnos." not in str(katri.modal.view.body)
    assert FI("behalf_form.draft") in katri.modal.text
    katri.fill(BEHALF_TEXT, "Katrin teksti.")
    katri.submit()
    spring.settle()
    said = message_of(oona)
    assert "Katrin teksti." in said.text
    assert "Salainen luonnos." in said.text
    assert newest(spring).text == "Katrin teksti."


def test_draft_saved_while_the_coordinator_writes_is_told_of_and_not_shown(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    katri.command("/lamppu", "behalf kaarnikka 1")
    hand_in(spring, oona, "Salainen luonnos.", choice=DRAFT)
    katri.fill(BEHALF_TEXT, "Katrin teksti.")
    katri.submit()
    assert katri.modal is not None
    assert "Salainen luonnos." not in str(katri.modal.view.body)
    assert "tallentanut tästä luonnoksen" in katri.modal.text
    assert "Katrin teksti." in str(katri.modal.view.body)
    katri.submit()
    spring.settle()
    assert newest(spring).text == "Katrin teksti."


def test_answer_saved_while_the_coordinator_writes_is_shown_beside_theirs(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    katri.command("/lamppu", "behalf kaarnikka 1")
    hand_in(spring, oona, "Oonan vastaus.")
    katri.fill(BEHALF_TEXT, "Katrin teksti.")
    katri.submit()
    assert katri.modal is not None
    assert "Oonan vastaus." in katri.modal.text
    assert "Katrin teksti." in str(katri.modal.view.body)
    assert newest(spring).number is None
    katri.close_modal()
    assert "Oonan vastaus." in card_of(oona).text or "vastattu" in card_of(oona).text


def test_contact_who_was_writing_sees_both_texts(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    oona.click(FI("card.next"), card_of(oona))
    enter(spring, katri)
    oona.fill(TEXT, "Oonan teksti.")
    oona.submit()
    spring.settle()
    assert oona.modal is not None
    assert "Puhelimessa kerrottu." in oona.modal.text
    oona.submit()
    spring.settle()
    row = newest(spring)
    assert (row.text, row.source) == ("Oonan teksti.", "form")
    assert kept(spring, row.answer_id).entered_by_id is None


def test_entering_anew_leaves_one_message_to_confirm(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    enter(spring, katri)
    katri.close_modal()
    sent = newest_payload(spring, "view_submission")
    before = newest(spring).id, posts(spring), audit(spring)
    forge(spring, sent, katri)
    assert (newest(spring).id, posts(spring), audit(spring)) == before
    first = message_of(oona)
    enter(spring, katri, "Korjattu kirjaus.")
    katri.close_modal()
    assert "uudemman tekstin" in first.text
    assert first.buttons == []
    assert message_of(oona).buttons == [CONFIRM, CORRECT]


def test_last_answer_entered_completes_the_round_and_thanks_wait_for_the_confirmation(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    for person in {*spring.people.values()} - {katri, oona, spring.people[VARA]}:
        if card_texts := [m for m in person.messages() if m.lines and m.lines[0].endswith("tulokset")]:
            assert card_texts
            answer_all(spring, person)
    hand_in(spring, oona, "Yksi", "Kaksi", "Kolme")
    enter(spring, katri, words="behalf kaarnikka 4")
    katri.close_modal()
    assert "Kaikki ovat vastanneet" in summary(spring).text
    assert MARK in part(spring, "4").text
    assert not any(message.text.startswith("*Kiitos!*") for message in oona.messages())
    oona.click(CONFIRM, message_of(oona))
    spring.settle()
    assert sum(message.text.startswith("*Kiitos!*") for message in oona.messages()) == 1
    assert reminders(oona) == []


def test_nothing_to_report_is_entered_by_word_with_the_objective_picked(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    katri.command("/lamppu", "behalf kaarnikka")
    katri.fill(FI("pick_form.which"), "Tavoite 3: Toimintajärjestelmän kuvaus tai malli – ei vielä vastattu")
    katri.submit()
    katri.fill(BEHALF_TEXT, "Siirtyi syksyyn.")
    katri.fill(BEHALF_CHOICE, FI("behalf_form.choice.nothing"))
    katri.submit()
    spring.settle()
    assert (newest(spring).state, newest(spring).text) == ("nothing", "Siirtyi syksyyn.")
    assert "ettei raportoitavaa ole" in message_of(oona).text


def test_after_closing_only_what_is_open_again(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    hand_in(spring, oona, "Oonan vastaus.")
    spring.move_to(at("2012-06-15 09:00"), "closed")
    katri.command("/lamppu", "behalf kaarnikka 1")
    assert "/lamppu extend Kaarnikka" in katri.ephemerals[-1].text
    katri.command("/lamppu", "return kaarnikka 1")
    katri.fill(FI("return_form.note"), "Kerro lisää.")
    katri.submit()
    spring.settle()
    katri.close_modal()
    enter(spring, katri, "Katri kuuli loput.")
    assert newest(spring).source == "on behalf"
    assert "kirjasi vastauksen puolestanne" in "".join(m.text for m in oona.messages())
    assert MARK in part(spring, "1").text
    assert message_of(oona).buttons == [CONFIRM]


@pytest.mark.parametrize("who", [KAARNIKKA, MERI])
def test_only_coordinators_enter(spring: Rehearsal, who: str) -> None:
    katri, person = spring.people[KATRI], spring.people[who]
    enter(spring, katri)
    katri.close_modal()
    sent = newest_payload(spring, "view_submission")
    said = forge(spring, sent, person)
    assert "Tämän voi tehdä vain hankkeen koordinaattori" in str(said)
    person.command("/lamppu", "behalf kaarnikka 1")
    assert "vain hankkeen koordinaattori" in person.ephemerals[-1].text
    assert audit(spring)[-1][0] == "enter-on-behalf"


def test_coordinator_cannot_draft_for_a_partner(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    enter(spring, katri)
    katri.close_modal()
    sent = newest_payload(spring, "view_submission")
    values = sent["view"]["state"]["values"]
    block = next(key for key in values if key.startswith("answer_choice"))
    drafted = {"answer_choice": {"type": "radio_buttons", "selected_option": {"value": "draft"}}}
    before = newest(spring).id
    forged = {**sent, "view": {**sent["view"], "state": {"values": {**values, block: drafted}}}}
    assert "Jokin meni vikaan, eikä tämä onnistunut" in str(forge(spring, forged, katri))
    assert newest(spring).id == before


def test_entry_that_was_returned_and_accepted_after_all_still_waits_for_the_partner(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    enter(spring, katri)
    katri.close_modal()
    first = message_of(oona)
    katri.command("/lamppu", "return kaarnikka 1")
    katri.fill(FI("return_form.note"), "Kerro lisää.")
    katri.submit()
    spring.settle()
    katri.close_modal()
    assert first.buttons == []
    katri.command("/lamppu", "return kaarnikka 1")
    katri.fill(FI("return_form.choice"), FI("return_form.choice.accept"))
    katri.submit()
    spring.settle()
    assert MARK in card_of(oona).text
    assert message_of(oona).buttons == [CONFIRM, CORRECT]
    oona.click(CONFIRM, message_of(oona))
    spring.settle()
    assert newest(spring).source == "confirmed"
