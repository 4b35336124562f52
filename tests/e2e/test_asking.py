"""A coordinator asks a partner a question about an objective; the reply comes back, and may go into the answer."""

from typing import Any

import pytest
from sqlalchemy import select

from lamppu_bot.project_file import ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person, VisibleMessage
from storage.models import HeardMessage, Inquiry
from tests.e2e.acting import FI, answer_all
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, VARA, at
from tests.e2e.looking import channel, forge, newest_payload, posts
from tests.e2e.steering import audit, send_in
from tests.e2e.talking import (
    DONE,
    METERS,
    Kept,
    answers_of,
    arrive,
    heard,
    press,
    repeat,
    replies,
    start_writing,
    write,
)
from tests.e2e.test_absence import type_away
from tests.e2e.test_leaving import reload
from tests.e2e.test_missed import lose_events

TEXT = FI("ask_form.text")
ADD, FURTHER = FI("inquiry.add"), FI("inquiry.ask_further")


def ask(house: Rehearsal, words: str = "ask Perämeri 2", text: str = "Montako mittaria on?") -> str:
    """By the word; returns what the form says then."""
    katri = house.people[KATRI]
    katri.command("/lamppu", words)
    katri.fill(TEXT, text)
    return send_in(house, katri)


def question_of(person: Person) -> VisibleMessage:
    return [message for message in person.messages() if "Katri Koordinaattori kysyy" in message.text][-1]


def root(house: Rehearsal) -> VisibleMessage:
    return [message for message in channel(house) if FURTHER in message.buttons][-1]


def said_in(message: VisibleMessage) -> list[str]:
    return [reply.text for reply in message.thread]


def inquiries(house: Rehearsal) -> int:
    with house.database.read() as session:
        return len(session.scalars(select(Inquiry.id)).all())


def test_question_and_reply_travel_between_contact_and_coordinators(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    assert "@Niilo Niemelä" in ask(spring)
    question = question_of(niilo)
    for part in ("Perämeren koulutussäätiö", "LAMPPU", METERS, "Montako mittaria on?"):
        assert part in question.text
    assert FI("inquiry.no_reply") in root(spring).text
    write(spring, niilo, question, "Mittareita on viisi.", "Kuudes on tulossa.")
    assert said_in(root(spring)) == [
        "@Niilo Niemelä:\nMittareita on viisi.",
        "@Niilo Niemelä:\nKuudes on tulossa.",
    ]
    assert "Vastauksia ketjussa: 2 (@Niilo Niemelä)." in root(spring).text
    [confirm] = replies(question)
    assert confirm.lines[0] == FI.plural("inquiry.passed_on", 2)
    assert answers_of(spring) == {}
    assert [one.state for one in heard(spring)] == ["reply", "reply"]
    assert [(action, found["inquiry"]) for action, found in audit(spring) if isinstance(found, dict)] == [("ask", 1)]
    assert max(posts(spring).values()) == 1


def test_reply_is_added_to_the_answer_once_and_follows_edits_on_request(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    ask(spring)
    [said] = write(spring, niilo, question_of(niilo), "Mittareita on viisi.")
    [confirm] = replies(question_of(niilo))
    press(spring, niilo, ADD, confirm)
    assert answers_of(spring) == {"mittarit": ("draft", "Mittareita on viisi.")}
    assert FI("inquiry.added", title=METERS).replace("*", "") in confirm.text.replace("*", "")
    assert ADD not in confirm.buttons
    repeat(spring, "block_actions")
    assert answers_of(spring) == {"mittarit": ("draft", "Mittareita on viisi.")}
    niilo.edit(said, "Mittareita on kuusi.")
    arrive(spring)
    assert said_in(root(spring)) == ["@Niilo Niemelä:\nMittareita on kuusi."]
    [asked] = [message for message in niilo.everything() if FI("change.edited.take") in message.buttons]
    press(spring, niilo, FI("change.edited.take"), asked)
    assert answers_of(spring) == {"mittarit": ("draft", "Mittareita on kuusi.")}


def test_reply_is_added_to_a_finished_answer_and_keeps_it_finished(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    answer_all(spring, niilo, "Valmista.")
    ask(spring)
    write(spring, niilo, question_of(niilo), "Lisäksi koulutimme kaksi.")
    press(spring, niilo, ADD, replies(question_of(niilo))[0])
    assert answers_of(spring)["mittarit"] == ("answered", "Valmista.\nLisäksi koulutimme kaksi.")


def test_reply_joins_the_thread_in_which_the_answer_is_written(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    thread = start_writing(spring, niilo, METERS)
    write(spring, niilo, thread, "Ketjussa")
    ask(spring)
    write(spring, niilo, question_of(niilo), "Kysyttyä")
    press(spring, niilo, ADD, replies(question_of(niilo))[0])
    press(spring, niilo, DONE, replies(thread)[-1])
    assert answers_of(spring)["mittarit"] == ("answered", "Ketjussa\nKysyttyä")


def test_edited_and_deleted_replies_are_followed_and_kept(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    ask(spring)
    first, second = write(spring, niilo, question_of(niilo), "Yksi", "Kaksi")
    niilo.edit(first, "Ensimmäinen")
    niilo.delete(second)
    arrive(spring)
    assert said_in(root(spring)) == ["@Niilo Niemelä:\nEnsimmäinen", "@Niilo Niemelä poisti viestinsä."]
    assert "Vastauksia ketjussa: 1" in root(spring).text
    niilo.delete(first)
    arrive(spring)
    assert replies(question_of(niilo))[0].text == FI("inquiry.all_deleted")
    assert FI("inquiry.no_reply") in root(spring).text
    assert heard(spring) == [Kept("reply", True, ["Yksi", "Ensimmäinen"], []), Kept("reply", True, ["Kaksi"], [])]


@pytest.mark.parametrize("seed", range(4))
def test_replies_that_arrive_in_any_order_are_passed_on_in_that_of_writing(spring: Rehearsal, seed: int) -> None:
    niilo = spring.people[MERI]
    ask(spring)
    spring.workspace.hold_events()
    texts = ["Yksi", "Kaksi", "Kolme", "Neljä"]
    said = [niilo.say(text, thread_ts=question_of(niilo)) for text in texts]
    niilo.edit(said[1], "Toinen")
    spring.workspace.release_events(seed)
    arrive(spring)
    assert said_in(root(spring)) == [f"@Niilo Niemelä:\n{text}" for text in ("Yksi", "Toinen", "Kolme", "Neljä")]
    assert max(posts(spring).values()) == 1


def test_reply_that_arrives_after_a_later_one_was_passed_on_stands_below_it(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    ask(spring)
    lose_events(spring)
    niilo.say("Ensin", thread_ts=question_of(niilo))
    spring.workspace.settings.events.add("message.im")
    write(spring, niilo, question_of(niilo), "Sitten")
    spring.bot.missed.read()
    arrive(spring)
    assert said_in(root(spring)) == ["@Niilo Niemelä:\nSitten", "@Niilo Niemelä:\nEnsin"]
    assert max(posts(spring).values()) == 1


def test_message_that_arrives_twice_is_passed_on_once(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    ask(spring)
    write(spring, niilo, question_of(niilo), "Kerran vain")
    repeat(spring, "event_callback")
    arrive(spring)
    assert said_in(root(spring)) == ["@Niilo Niemelä:\nKerran vain"]
    assert max(posts(spring).values()) == 1


def test_reply_written_while_the_bot_is_down_is_passed_on(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    ask(spring)
    question = question_of(niilo)
    spring.disconnect()
    lose_events(spring)
    niilo.say("Kirjoitettu katkon aikana", thread_ts=question)
    spring.workspace.settings.events.add("message.im")
    spring.connect()
    spring.workspace.wait_until(lambda: heard(spring), 10, "the reply to be read")
    arrive(spring)
    assert said_in(root(spring)) == ["@Niilo Niemelä:\nKirjoitettu katkon aikana"]


def test_coordinator_asks_further_in_the_same_thread(spring: Rehearsal) -> None:
    niilo, katri = spring.people[MERI], spring.people[KATRI]
    ask(spring)
    question = question_of(niilo)
    write(spring, niilo, question, "Viisi.")
    katri.click(FURTHER, root(spring))
    assert katri.modal is not None
    assert "Montako mittaria on?" in katri.modal.text
    katri.fill(TEXT, "Entä ensi vuonna?")
    send_in(spring, katri)
    assert "@Katri Koordinaattori kysyy lisää:\nEntä ensi vuonna?" in [reply.text for reply in replies(question)]
    write(spring, niilo, question, "Kuusi.")
    assert said_in(root(spring)) == [
        "@Niilo Niemelä:\nViisi.",
        "@Katri Koordinaattori kysyy lisää:\nEntä ensi vuonna?",
        "@Niilo Niemelä:\nKuusi.",
    ]
    assert len([message for message in niilo.messages() if "kysyy" in message.text]) == 1


def test_form_sent_twice_asks_once(spring: Rehearsal) -> None:
    ask(spring)
    repeat(spring, "view_submission")
    assert inquiries(spring) == 1
    assert max(posts(spring).values()) == 1


def test_only_coordinators_ask_and_only_the_asked_add(spring: Rehearsal) -> None:
    niilo, oona, katri = spring.people[MERI], spring.people[KAARNIKKA], spring.people[KATRI]
    [said] = niilo.command("/lamppu", "ask Perämeri 2")
    assert "Katri Koordinaattori" in said.text
    ask(spring)
    submission = newest_payload(spring, "view_submission")
    for person in (niilo, oona):
        forge(spring, {**submission, "view": {**submission["view"], "id": f"V{person.id}"}}, person)
    spring.workspace.invite(spring.channel, oona)
    oona.click(FURTHER, root(spring))
    assert oona.modal is not None
    assert "Katri Koordinaattori" in oona.modal.text
    oona.close_modal()
    assert inquiries(spring) == 1
    write(spring, niilo, question_of(niilo), "Viisi")
    confirm = replies(question_of(niilo))[0]
    niilo.click(ADD, confirm)
    pressed = newest_payload(spring, "block_actions")
    spring.settle()
    before = answers_of(spring)
    for person in (oona, katri):
        forge(spring, pressed, person)
    assert answers_of(spring) == before


def test_empty_question_stays_in_the_form(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    katri.command("/lamppu", "ask Perämeri 2")
    katri.fill(TEXT, "   ")
    katri.submit()
    assert katri.modal is not None
    assert TEXT in katri.modal.errors
    assert inquiries(spring) == 0


def test_word_takes_the_question_and_picks_the_objective_first_where_it_is_not_named(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    katri.command("/lamppu", "ask Perämeri Milloin saamme luvut?")
    assert katri.modal is not None
    katri.fill(FI("pick_form.which"), next(one for one in options(katri) if one.startswith(METERS)))
    katri.submit()
    assert katri.modal.input(TEXT).value == "Milloin saamme luvut?"
    send_in(spring, katri)
    assert METERS in question_of(spring.people[MERI]).text


def options(person: Person) -> list[str]:
    assert person.modal is not None
    blocks: list[dict[str, Any]] = person.modal.view.body["blocks"]
    return [option["text"]["text"] for block in blocks for option in block.get("element", {}).get("options", [])]


def test_new_contact_gets_what_nobody_replied_to(spring: Rehearsal, project: ProjectDefinition) -> None:
    niilo, oona = spring.people[MERI], spring.people[KAARNIKKA]
    ask(spring)
    old = question_of(niilo)
    redu, kaarnikka, meri = project.partners
    reload(spring, project, partners=(redu, kaarnikka, meri.model_copy(update={"contact": kaarnikka.contact})))
    assert "@Oona Ojala" in old.text
    assert "Montako mittaria on?" in question_of(oona).text
    write(spring, niilo, old, "Muistan vielä: viisi.")
    write(spring, oona, question_of(oona), "Tarkistin: kuusi.")
    assert said_in(root(spring)) == ["@Niilo Niemelä:\nMuistan vielä: viisi.", "@Oona Ojala:\nTarkistin: kuusi."]
    assert replies(old)[0].buttons == [], "it is Oona's answer now"
    press(spring, oona, ADD, replies(question_of(oona))[0])
    assert answers_of(spring) == {"mittarit": ("draft", "Tarkistin: kuusi.")}
    reload(spring, project, partners=(redu, kaarnikka, meri.model_copy(update={"contact": kaarnikka.deputy})))
    assert inquiries(spring) == 2, "somebody has replied"
    assert "@Veikko Vaara" in question_of(oona).text
    reload(spring, project)
    assert FI("inquiry.how") in old.text, "it is Niilo's again"
    assert ADD in replies(old)[0].buttons


def test_replaced_stand_in_passes_the_question_on(spring: Rehearsal, project: ProjectDefinition) -> None:
    oona, niilo = spring.people[KAARNIKKA], spring.people[MERI]
    type_away(spring, oona, "25.5.")
    ask(spring, "ask Kaarnikka 2")
    redu, kaarnikka, meri = project.partners
    reload(spring, project, partners=(redu, kaarnikka.model_copy(update={"deputy": meri.contact}), meri))
    assert "Montako mittaria on?" in question_of(niilo).text
    assert "@Niilo Niemelä" in root(spring).text


def test_answered_question_stays_with_the_former_contact(spring: Rehearsal, project: ProjectDefinition) -> None:
    niilo, oona = spring.people[MERI], spring.people[KAARNIKKA]
    ask(spring)
    write(spring, niilo, question_of(niilo), "Viisi.")
    redu, kaarnikka, meri = project.partners
    reload(spring, project, partners=(redu, kaarnikka, meri.model_copy(update={"contact": kaarnikka.contact})))
    assert not [message for message in oona.messages() if "kysyy" in message.text]


def test_deputy_is_asked_while_the_contact_is_away(spring: Rehearsal) -> None:
    type_away(spring, spring.people[KAARNIKKA], "25.5.")
    ask(spring, "ask Kaarnikka 2")
    assert "Montako mittaria on?" in question_of(spring.people[VARA]).text


def test_closed_round_passes_on_and_adds_nothing(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    ask(spring)
    write(spring, niilo, question_of(niilo), "Ainakin neljä.")
    spring.move_to(at("2012-07-02 09:00"), "long after the closing")
    assert replies(question_of(niilo))[0].buttons == [], "there is nothing to add to any more"
    write(spring, niilo, question_of(niilo), "Myöhään, mutta viisi.")
    assert said_in(root(spring))[-1] == "@Niilo Niemelä:\nMyöhään, mutta viisi."
    assert replies(question_of(niilo))[-1].buttons == []
    with spring.database.read() as session:
        assert session.scalars(select(HeardMessage.state)).all() == ["reply"] * 2


@pytest.mark.parametrize("words", ["ask", "ask Oslo 2", "ask Perämeri"])
def test_word_that_says_too_little_asks_for_more(spring: Rehearsal, words: str) -> None:
    katri = spring.people[KATRI]
    said = katri.command("/lamppu", words)
    assert said or katri.modal is not None
    assert inquiries(spring) == 0
