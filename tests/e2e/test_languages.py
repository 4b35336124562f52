"""Everybody reads their own language: a round of a Finnish project with a Finnish, a Swedish and an English reader."""

import sqlite3
from collections.abc import Callable

import pytest

from lamppu_bot.messages.words import COMMANDS, TOOL_WORDS
from lamppu_bot.project_file import ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.texts import Texts
from lamppu_bot.workspace import Person
from storage.models import Person as PersonRow
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, REDU, VARA, at
from tests.e2e.looking import channel, forge, newest_payload
from tests.e2e.reading import CARDS, EN, FI, READERS, SV, card, said_to
from tests.e2e.talking import arrive, replies
from tests.languages import foreign

OWN = pytest.mark.parametrize("email", [REDU, KAARNIKKA, MERI], ids=["Finnish", "Swedish", "English"])

DEADLINES = {
    FI: "Vastaathan viimeistään torstaina 31. toukokuuta.",
    SV: "Svara senast torsdagen den 31 maj.",
    EN: "Please answer by Thursday 31 May.",
}
THANKS = {FI: "*Kiitos!*", SV: "*Tack!*", EN: "*Thank you!*"}
BLANK = "\N{ZERO WIDTH SPACE}"  # what Slack takes for a text, and nobody can see


@pytest.fixture
def house(rehearse: Callable[[ProjectDefinition], Rehearsal], project: ProjectDefinition) -> Rehearsal:
    """The Finnish project with a Finnish, a Swedish and an English contact, a Swedish deputy and coordinator."""
    found = rehearse(project)
    for email, texts in (*READERS.items(), (KATRI, SV)):
        found.people[email].user.locale = texts.tag
    return found


def hand_in(house: Rehearsal, person: Person, texts: Texts, *written: str) -> None:
    person.click(texts("card.next"), card(person, texts))
    for text in written:
        person.fill(texts("answer_form.text"), text)
        person.fill(texts("answer_form.choice"), texts("answer_form.choice.answered"))
        person.submit()
    person.close_modal()
    house.settle()


def test_phrases_of_other_languages_are_found() -> None:
    assert foreign(SV("talk.over"), EN)
    assert foreign(FI("reminder.greeting"), SV)
    assert not foreign(SV("talk.over"), SV)


def test_everybody_gets_the_card_in_their_own_language(house: Rehearsal) -> None:
    house.move_to(at("2012-05-08 09:00"), "the preview")
    house.move_to(at("2012-05-09 09:00"), "the opening")
    for email in (REDU, KAARNIKKA, MERI):
        texts = READERS[email]
        [only] = house.people[email].messages()
        assert only.lines[0] == CARDS[texts]
        assert DEADLINES[texts] in only.text
        assert texts("card.next") in only.buttons
    [preview] = channel(house)
    assert preview.text == "LAMPPU: kevään 2012 raportointi on alkanut, ja pyyntö on lähtenyt vastaajille."


@OWN
def test_form_asks_refuses_and_confirms_in_the_reader_s_language(spring: Rehearsal, email: str) -> None:
    person, texts = spring.people[email], READERS[email]
    person.click(texts("card.next"), card(person, texts))
    assert person.modal
    person.fill(texts("answer_form.text"), BLANK)
    person.fill(texts("answer_form.choice"), texts("answer_form.choice.nothing"))
    person.submit()
    assert [*person.modal.errors.values()] == [texts("answer_form.empty.nothing")]
    person.fill(texts("answer_form.text"), "Alkaa syksyllä.")
    person.submit()
    assert texts("answer_form.saved", number=1) in person.modal.text
    assert not foreign(person.modal.text, texts)


@OWN
def test_thread_and_stray_messages_are_answered_in_the_writer_s_language(spring: Rehearsal, email: str) -> None:
    person, texts = spring.people[email], READERS[email]
    person.click(texts("objective.title", number=2, title="Mittarien kehittäminen"), card(person, texts))
    arrive(spring)
    root = person.messages()[-1]
    assert texts("talk.how") in root.text
    person.say("Mittareita on viisi.", thread_ts=root)
    person.say("Kiitos, huomenna!")
    arrive(spring)
    assert texts("burst.how") in replies(root)[-1].text
    assert texts("stray.none") in person.messages()[-1].buttons
    person.click(texts("talk.button.done"), replies(root)[-1])
    person.click(texts("stray.none"))
    arrive(spring)
    assert texts.plural("talk.done.left", 4 if email == REDU else 3) in replies(root)[-1].text
    assert texts("stray.settled.none") in person.messages()[-1].text
    assert not foreign(said_to(person), texts)


@OWN
def test_command_answers_in_the_asker_s_language(spring: Rehearsal, email: str) -> None:
    person, texts = spring.people[email], READERS[email]
    for word in ("", "status", "help", "statsu", "report"):
        person.command("/lamppu", word)
        spring.settle()
    assert texts("help.heading") in said_to(person)
    assert texts("help.closest", word="statsu", closest="status") in said_to(person)
    assert texts("refused.coordinators_only", coordinators="Katri Koordinaattori") in said_to(person)
    assert not foreign(said_to(person), texts)


@pytest.mark.parametrize("word", [*COMMANDS, *TOOL_WORDS])
def test_every_word_answers_in_the_asker_s_language(spring: Rehearsal, word: str) -> None:
    """Forms that a word opens, answers beside it, and refusals to those who may not."""
    for email, texts in ((KATRI, SV), (KAARNIKKA, SV), (MERI, EN)):
        person = spring.people[email]
        for words in (word, f"{word} REDU", f"{word} REDU 1", f"{word} Oslo"):
            person.command("/lamppu", words)
            spring.settle()
            assert not foreign(said_to(person), texts)
            if person.modal:
                person.close_modal()


def test_coordinator_steers_in_her_own_language_and_the_channel_keeps_the_project_s(house: Rehearsal) -> None:
    katri = house.people[KATRI]
    house.move_to(at("2012-05-08 09:00"), "the preview")
    katri.click(FI("preview.postpone"))
    assert katri.modal
    katri.fill(SV("postpone.day"), "2012-05-12")
    katri.submit()
    assert katri.modal.errors == {SV("postpone.day"): SV("refused.opening_day", due="31.5.2012")}
    assert not foreign(katri.modal.text, SV)
    katri.close_modal()
    house.move_to(at("2012-05-09 09:00"), "the opening")
    for words in ("status", "status REDU", "report"):
        katri.command("/lamppu", words)
        house.settle()
    katri.click(SV("offer.publish"))
    house.settle()
    assert not foreign("\n".join(one.text for one in katri.ephemerals), SV)
    assert any("Rapporten publiceras i kanalen" in one.text for one in katri.ephemerals)
    posted = [one for message in channel(house) for one in (message, *message.thread)]
    assert "LAMPPU: kevään 2012 raportin tilanne" in {one.lines[0] for one in posted}
    assert not foreign("\n".join(one.text for one in posted), FI)


def test_reminders_and_the_deputy_s_word_come_in_each_one_s_language(spring: Rehearsal) -> None:
    for day in ("2012-05-16", "2012-05-24", "2012-05-29"):
        spring.move_to(at(f"{day} 09:00"), "a reminder")
    for email, texts in READERS.items():
        assert texts("reminder.greeting") in said_to(spring.people[email])
        assert not foreign(said_to(spring.people[email]), texts)
    assert SV("reminder.deputy", contact="Oona Ojala") in said_to(spring.people[VARA])


def test_round_ends_in_everybody_s_language_and_is_reported_in_the_project_s(spring: Rehearsal) -> None:
    for email, count in ((REDU, 5), (KAARNIKKA, 4), (MERI, 4)):
        hand_in(spring, spring.people[email], READERS[email], *(f"Tulos {number}." for number in range(count)))
    for email in (REDU, KAARNIKKA, MERI):
        person, texts = spring.people[email], READERS[email]
        thanks = next(one for one in person.messages() if one.text.startswith(THANKS[texts]))
        assert texts("thanks.form") in thanks.thread[0].text
        assert thanks.thread[0].files[0].title.endswith(": osahankkeen tulokset 2012 (Word)")
        assert not foreign(said_to(person), texts)
    said = "\n".join(one.text for message in channel(spring) for one in (message, *message.thread))
    assert "LAMPPU: kevään 2012 raportti" in said
    assert not foreign(said, FI)
    spring.move_to(at("2012-07-02 09:00"), "the round closes")
    for email in (REDU, KAARNIKKA, MERI):
        assert (
            READERS[email]("card.closed", people="@Katri Koordinaattori")
            in card(spring.people[email], READERS[email]).text
        )


def test_app_homes_speak_their_owner_s_language(spring: Rehearsal) -> None:
    hand_in(spring, spring.people[MERI], EN, "Done.")
    for email, texts in (*READERS.items(), (KATRI, SV)):
        person = spring.people[email]
        person.open_home()
        arrive(spring)
        assert person.home
        assert (
            texts("home.project.heading" if email == KATRI else "home.own.heading", project="LAMPPU")
            in person.home.text
        )
        assert not foreign(person.home.text, texts)


@OWN
def test_refusal_is_told_in_the_language_of_whoever_pressed(spring: Rehearsal, email: str) -> None:
    person, texts = spring.people[email], READERS[email]
    someone = spring.people[MERI if email == REDU else REDU]
    own = READERS[MERI if email == REDU else REDU]
    someone.click(own("card.next"), card(someone, own))
    pressed = newest_payload(spring, "block_actions")
    with spring.workspace.state.lock:
        pressed = {**pressed, "trigger_id": spring.workspace.state.issue_trigger(person.id)}
    forge(spring, pressed, person)
    assert person.modal
    assert texts("refused.not_yours") in person.modal.text
    assert not foreign(person.modal.text, texts)


@OWN
def test_form_that_cannot_be_saved_says_so_in_its_own_language(spring: Rehearsal, email: str) -> None:
    """The database, which knows who reads what, is not there: the form itself tells."""
    person, texts = spring.people[email], READERS[email]
    person.click(texts("card.next"), card(person, texts))
    person.fill(texts("answer_form.text"), "Tärkeä teksti")
    other = sqlite3.connect(str(spring.database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    person.submit()
    other.execute("ROLLBACK")
    other.close()
    assert person.modal
    assert person.modal.errors == {texts("answer_form.text"): texts("answer_form.not_saved")}


def test_button_that_comes_to_nothing_says_so_in_its_own_language(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    oona.click(SV("objective.title", number=2, title="Mittarien kehittäminen"), card(oona, SV))
    arrive(spring)
    other = sqlite3.connect(str(spring.database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    oona.click(SV("talk.button.done"), oona.messages()[-1])
    other.execute("ROLLBACK")
    other.close()
    assert oona.modal
    assert SV("trouble.database") in oona.modal.text
    assert not foreign(oona.modal.text, SV)


def test_change_of_slack_s_language_is_followed_within_a_week(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    niilo.user.locale = "sv-SE"
    with spring.database.write() as session:
        session.query(PersonRow).update({PersonRow.locale_asked_at: None})
    spring.settle()
    niilo.click(EN("card.next"), card(niilo, EN))
    niilo.fill(SV("answer_form.text"), "Klart.")
    niilo.submit()
    spring.settle()
    assert card(niilo, SV)
