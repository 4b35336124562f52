"""Answering with the form: from the card to the database, and what may not be done."""

from sqlalchemy import select

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person
from storage.models import Answer, Revision
from tests.e2e.acting import CHOICE, DRAFT, FI, NEXT, NOTHING, READY, TEXT, answer, answer_all, card_of
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, REDU, VARA, at


def revisions(house: Rehearsal) -> list[tuple[str, str, str | None]]:
    with house.database.read() as session:
        rows = session.scalars(select(Revision).order_by(Revision.id))
        return [(row.text, row.state, row.number and str(row.number)) for row in rows]


def test_card_lists_the_objectives_of_its_partner_only(spring: Rehearsal) -> None:
    assert "Kehittämissuunnitelma" in card_of(spring.people[REDU]).text
    assert "Kehittämissuunnitelma" not in card_of(spring.people[KAARNIKKA]).text
    assert spring.people[VARA].messages() == []


def test_saving_moves_the_same_form_to_the_next_open_objective(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    answer(spring, niilo, "- Perustettiin ryhmä\n- Pidettiin kolme kokousta")
    assert niilo.modal is not None
    assert niilo.modal.title == "Tavoite 2/4"
    assert "1/4" in card_of(niilo).text
    assert revisions(spring) == [("• Perustettiin ryhmä\n• Pidettiin kolme kokousta", "answered", "1")]


def test_empty_answer_is_refused_and_the_form_stays(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    niilo.fill(CHOICE, NOTHING)
    niilo.submit()
    assert niilo.modal is not None
    assert TEXT in niilo.modal.errors
    assert revisions(spring) == []


def test_draft_does_not_count_as_answered(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    answer(spring, niilo, "Alustava teksti", DRAFT)
    assert "0/4" in card_of(niilo).text
    assert FI("state.draft") in card_of(niilo).text


def test_last_answer_brings_thanks_and_the_own_form(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    answer_all(spring, niilo)
    thanks = niilo.messages()[-1]
    assert "Perämeren koulutussäätiö" in thanks.text
    form, pdf = [file for reply in thanks.thread for file in reply.files]
    assert (form.name, pdf.name) == (
        "lamppu-2012-perameren-koulutussaatio.docx",
        "lamppu-2012-perameren-koulutussaatio.pdf",
    )
    assert form.content is not None
    assert form.content.startswith(b"PK")


def test_reminder_says_so_once_everything_is_answered(spring: Rehearsal) -> None:
    spring.move_to(at("2012-05-16 09:00"), "first reminder")
    niilo = spring.people[MERI]
    reminder = niilo.messages()[-1]
    assert NEXT in reminder.buttons
    answer_all(spring, niilo)
    assert reminder.text == FI("reminder.settled")
    assert reminder.buttons == []


def test_answer_can_be_changed_until_the_round_closes(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    answer_all(spring, niilo)
    niilo.click("Muuta", card_of(niilo), near="Laatuverkosto ja toimintamalli")
    assert niilo.modal is not None
    assert niilo.modal.input(TEXT).value == "Tehty."
    answer(spring, niilo, "Tehty paremmin.")
    assert [text for text, *_ in revisions(spring)][-1] == "Tehty paremmin."
    open_card = card_of(niilo)
    niilo.click("Muuta", open_card, near="Mittarien kehittäminen")
    spring.move_to(at("2012-06-01 00:00"), "due")
    spring.move_to(at("2012-06-15 00:00"), "closed")
    niilo.fill(TEXT, "Liian myöhään.")
    niilo.submit()
    assert niilo.modal is not None
    assert "Katri Koordinaattori" in niilo.modal.errors[TEXT]
    assert niilo.modal.input(TEXT).value == "Liian myöhään."
    assert card_of(niilo).buttons == []
    assert "Katri Koordinaattori" in card_of(niilo).text
    assert "Liian myöhään." not in [text for text, *_ in revisions(spring)]


def test_two_people_saving_at_once_both_keep_their_words(spring: Rehearsal) -> None:
    oona, veikko = spring.people[KAARNIKKA], spring.people[VARA]
    spring.move_to(at("2012-05-24 09:00"), "the deputy is announced")
    spring.move_to(at("2012-05-29 09:00"), "the deputy's turn")
    oona.click(NEXT, card_of(oona))
    veikko.click(NEXT, card_of(veikko))
    answer(spring, oona, "Oonan teksti")
    veikko.fill(TEXT, "Veikon teksti")
    veikko.submit()
    assert veikko.modal is not None
    assert "Oonan teksti" in veikko.modal.text
    assert veikko.modal.input(TEXT).value == "Veikon teksti"
    assert ("Veikon teksti", "answered", None) in revisions(spring)
    veikko.submit()
    assert revisions(spring)[-1] == ("Veikon teksti", "answered", "2")


def test_same_submission_delivered_twice_changes_nothing_the_second_time(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    answer(spring, niilo, "Kerran riittää")
    submission = next(d for d in reversed(spring.workspace.deliveries) if d.payload.get("type") == "view_submission")
    before = (revisions(spring), len(niilo.messages()))
    again = spring.workspace.deliver_again(submission)
    again.done.wait(5)
    spring.settle()
    assert again.acked
    assert (revisions(spring), len(niilo.messages())) == before


def test_forged_submission_for_another_partner_is_refused(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    with spring.database.read() as session:
        foreign = session.scalars(select(Answer.id).order_by(Answer.id)).first()
    niilo.click(NEXT, card_of(niilo))
    assert niilo.modal is not None
    niilo.modal.view.body["private_metadata"] = f"[{foreign},0]"
    niilo.fill(TEXT, "Vieraan vastaus")
    niilo.submit()
    assert niilo.modal is not None
    assert niilo.modal.errors == {TEXT: FI("refused.not_yours")}
    assert revisions(spring) == []


def test_forged_button_does_not_show_another_partners_answer(spring: Rehearsal) -> None:
    redu, niilo = spring.people[REDU], spring.people[MERI]
    answer(spring, redu, "REDUn salaisuus", DRAFT)
    foreign = card_of(redu)
    stolen = next(b["accessory"]["value"] for b in foreign.message.blocks if "accessory" in b)
    own = card_of(niilo)
    block = next(b for b in own.message.blocks if "accessory" in b)
    block["accessory"]["value"] = stolen
    niilo.click("Vastaa", own, near="Laatuverkosto ja toimintamalli")
    assert niilo.modal is not None
    assert "REDUn salaisuus" not in niilo.modal.text
    assert FI("refused.not_yours") in niilo.modal.text


def test_previous_semesters_answer_stands_beside_the_question(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    answer_all(spring, niilo, "Kevään tulos")
    spring.move_to(at("2012-06-01 00:00"), "due")
    spring.move_to(at("2012-06-15 00:00"), "closed")
    spring.move_to(at("2012-11-22 09:00"), "autumn opens")
    niilo.click(NEXT, card_of(niilo, "syksy"))
    assert niilo.modal is not None
    assert "Kevään tulos" in niilo.modal.text
    assert niilo.modal.input(TEXT).value == ""


def test_outsider_pressing_a_button_is_told_whom_to_ask(spring: Rehearsal) -> None:
    stranger: Person = spring.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org")
    [told] = stranger.command("/lamppu", "status")
    assert "Katri Koordinaattori" in told.text
    assert spring.people[KATRI].name == "Katri Koordinaattori"


def test_answers_hold_hostile_text_as_the_text_it_is(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    for text in ("<!channel> & <@U1>", '=HYPERLINK("http://evil")', "{{ 7*7 }} {% x %} <w:p/>", "🙂" * 1000):
        answer(spring, niilo, text)
    assert [text for text, *_ in revisions(spring)] == [
        "<!channel> & <@U1>",
        '=HYPERLINK("http://evil")',
        "{{ 7*7 }} {% x %} <w:p/>",
        "🙂" * 1000,
    ]
    assert READY != DRAFT
