"""A contact hands answers over to a colleague, who accepts or declines; who may then write what, and who reads it."""

from threading import Thread

import pytest

from lamppu_bot.project_file import ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person
from storage import handovers, queries
from storage.values import HandoverState
from tests.e2e.acting import CHOICE, DRAFT, FI, NEXT, READY, TEXT, answer, answer_all, card_of
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, REDU, VARA, at
from tests.e2e.handing_over import (
    ACCEPT,
    ALL_FOUR,
    DECLINE,
    GIVE_BACK,
    HAND_OVER,
    WITHDRAW,
    accept,
    ask_colleague,
    decline,
    kept_by,
    request_of,
    send,
)
from tests.e2e.looking import forge, newest_payload, posts, reminders
from tests.e2e.talking import (
    DONE,
    METERS,
    NETWORK,
    SYSTEM,
    WRITE,
    answers_of,
    press,
    repeat,
    replies,
    root_of,
    say,
    start_writing,
    write,
)
from tests.e2e.test_leaving import reload
from tests.e2e.test_steering_extend import extend


@pytest.fixture
def maija(spring: Rehearsal) -> Person:
    """Somebody of the workspace of whom the project knows nothing."""
    return spring.workspace.add_person("Maija Mallikas", "maija@example.org")


def states(house: Rehearsal) -> list[str]:
    with house.database.read() as session:
        found = [handovers.find(session, number) for number in range(1, 9)]
        return [one.state.value for one in found if one]


def test_colleague_is_asked_accepts_and_answers_one_objective(spring: Rehearsal, maija: Person) -> None:
    niilo = spring.people[MERI]
    said = ask_colleague(spring, niilo, maija, METERS, "Tiedot ovat laatukansiossa.")
    assert "@Maija Mallikas" in said
    assert METERS in said
    request = request_of(maija)
    for part in ("@Niilo Niemelä", "Perämeren koulutussäätiö", "LAMPPU", METERS, "31. toukokuuta", "laatukansiossa"):
        assert part in request.text
    assert "mittareiden kehittäminen" in request.text
    assert NETWORK not in request.text
    assert request.buttons == [ACCEPT, DECLINE]
    assert "Pyydetty vastaajaksi @Maija Mallikas" in card_of(niilo).text
    assert kept_by(niilo).buttons == [WITHDRAW]

    accept(spring, maija)
    assert request.buttons == [GIVE_BACK]
    assert "*@Maija Mallikas hyväksyi pyyntösi*" in niilo.messages()[-1].text
    assert "Vastaajana @Maija Mallikas." in card_of(niilo).text
    assert "Niilo Niemelä ja Maija Mallikas" in card_of(niilo).text, "who reads drafts"
    card = card_of(maija)
    assert METERS in card.text
    assert NETWORK not in card.text
    assert "@Niilo Niemelä on pyytänyt sinua" in card.text
    assert HAND_OVER not in card.buttons

    answer(spring, maija, "Mittareita on viisi.")
    assert maija.modal is not None
    assert maija.modal.inputs == [], "there is no next objective of hers"
    maija.close_modal()
    assert answers_of(spring) == {"mittarit": ("answered", "Mittareita on viisi.")}
    assert "1/4" in card_of(niilo).text
    assert "Olet vastannut kaikkeen" in card_of(maija).text
    assert max(posts(spring).values()) == 1


def test_colleague_answers_by_writing_and_stray_words_find_their_answer(spring: Rehearsal, maija: Person) -> None:
    ask_colleague(spring, spring.people[MERI], maija)
    accept(spring, maija)
    root = start_writing(spring, maija, METERS)
    write(spring, maija, root, "Mittareita on kuusi.")
    assert FI("state.draft") in card_of(spring.people[MERI]).text
    press(spring, maija, DONE, replies(root)[-1])
    assert answers_of(spring) == {"mittarit": ("answered", "Mittareita on kuusi.")}
    say(spring, maija, "Verkosto kokoontui kolmesti.")
    press(spring, maija, NETWORK, maija.messages()[-1])
    assert answers_of(spring)["verkosto"] == ("draft", "Verkosto kokoontui kolmesti.")
    [told] = maija.command("/lamppu", "status")
    assert "Perämeren koulutussäätiö" in told.text


def test_colleague_with_one_objective_is_offered_no_other(spring: Rehearsal, maija: Person) -> None:
    ask_colleague(spring, spring.people[MERI], maija, METERS)
    say(spring, maija, "Mikä tämä on?")
    assert "Katri Koordinaattori" in maija.messages()[-1].text, "not accepted yet: she answers for nobody"
    accept(spring, maija)
    say(spring, maija, "Mittareita on seitsemän.")
    assert [label for label in maija.messages()[-1].buttons if label.startswith("Tavoite")] == [METERS]
    niilo = spring.people[MERI]
    niilo.click(FI("card.button.missing"), card_of(niilo), near=NETWORK)
    niilo.fill(TEXT, "Niilon oma")
    niilo.fill(CHOICE, READY)
    niilo.submit()
    niilo.close_modal()
    forge(spring, newest_payload(spring, "view_submission"), maija)
    start_writing(spring, niilo, SYSTEM)
    forge(spring, newest_payload(spring, "block_actions"), maija)
    assert answers_of(spring) == {"verkosto": ("answered", "Niilon oma")}
    assert all(SYSTEM not in message.text for message in maija.messages())


def test_nobody_else_accepts_declines_or_withdraws(spring: Rehearsal, maija: Person) -> None:
    niilo, oona = spring.people[MERI], spring.people[KAARNIKKA]
    ask_colleague(spring, niilo, maija, METERS)
    maija.click(DECLINE, request_of(maija))
    maija.close_modal()
    declining = newest_payload(spring, "block_actions")
    press(spring, maija, ACCEPT, request_of(maija))
    accepting = newest_payload(spring, "block_actions")
    press(spring, niilo, WITHDRAW, kept_by(niilo))
    withdrawing = newest_payload(spring, "block_actions")
    assert states(spring) == ["withdrawn"]
    ask_colleague(spring, niilo, maija, METERS)
    for payload in (declining, accepting, withdrawing):
        changed = {**payload, "actions": [{**payload["actions"][0], "value": "[2]"}]}
        for person in (oona, spring.people[KATRI]):
            forge(spring, changed, person)
            assert states(spring) == ["withdrawn", "asked"]
    forge(spring, {**accepting, "actions": [{**accepting["actions"][0], "value": "[2]"}]}, niilo)
    forge(spring, {**withdrawing, "actions": [{**withdrawing["actions"][0], "value": "[2]"}]}, maija)
    assert states(spring) == ["withdrawn", "asked"]


def test_form_cannot_be_sent_by_others_or_opened_by_a_colleague(spring: Rehearsal, maija: Person) -> None:
    niilo, oona = spring.people[MERI], spring.people[KAARNIKKA]
    ask_colleague(spring, niilo, maija, METERS)
    accept(spring, maija)
    opened = next(
        d.payload
        for d in spring.workspace.deliveries
        if (d.payload.get("actions") or [{}])[0].get("action_id") == "handover_open"
    )
    submitted = newest_payload(spring, "view_submission")
    for person in (oona, maija):
        forge(spring, opened, person)
        forge(spring, {**submitted, "view": {**submitted["view"], "id": f"V{person.id}"}}, person)
    assert states(spring) == ["accepted"]


def test_declining_says_why_and_gives_it_back(spring: Rehearsal, maija: Person) -> None:
    niilo = spring.people[MERI]
    ask_colleague(spring, niilo, maija)
    decline(spring, maija, "Olen lomalla.")
    assert request_of(maija).buttons == []
    told = niilo.messages()[-1]
    assert told.text.startswith("*@Maija Mallikas ei vastaa näihin.*")
    assert "Syy: Olen lomalla." in told.text
    assert "Maija" not in card_of(niilo).text
    repeat(spring, "view_submission")
    assert len([m for m in niilo.messages() if "ei vastaa näihin" in m.text]) == 1
    ask_colleague(spring, niilo, maija)
    assert states(spring) == ["declined", "asked"]


def test_giving_back_after_accepting_ends_the_colleague_s_writing(spring: Rehearsal, maija: Person) -> None:
    niilo = spring.people[MERI]
    ask_colleague(spring, niilo, maija, METERS)
    accept(spring, maija)
    press(spring, maija, WRITE, card_of(maija))
    root = root_of(maija, METERS)
    write(spring, maija, root, "Alku")
    decline(spring, maija, button=GIVE_BACK)
    assert all(message.buttons == [] for message in maija.everything())
    write(spring, maija, root, "Vielä tämä")
    assert answers_of(spring) == {"mittarit": ("draft", "Alku")}
    assert "Katri Koordinaattori" in replies(root)[-1].text
    answer_all(spring, niilo, "Niilo vastaa")
    assert {state for state, _ in answers_of(spring).values()} == {"answered"}


def test_withdrawing_ends_it_and_saves_no_more(spring: Rehearsal, maija: Person) -> None:
    niilo = spring.people[MERI]
    ask_colleague(spring, niilo, maija, METERS)
    accept(spring, maija)
    maija.click(NEXT, card_of(maija))
    maija.fill(TEXT, "Myöhässä")
    maija.fill(CHOICE, READY)
    press(spring, niilo, WITHDRAW, kept_by(niilo))
    assert "otti nämä takaisin" in maija.messages()[-1].text
    assert card_of_released(maija)
    maija.submit()
    assert maija.modal is not None
    said = FI("refused.yours_no_more", people="Niilo Niemelä", coordinators="Katri Koordinaattori")
    assert maija.modal.errors == {TEXT: said}
    assert answers_of(spring) == {}
    repeat(spring, "block_actions")
    assert states(spring) == ["withdrawn"]
    assert len([m for m in maija.messages() if "otti nämä takaisin" in m.text]) == 1
    ask_colleague(spring, niilo, maija, METERS)
    accept(spring, maija)
    assert NEXT in card_of(maija).buttons, "the card of before is hers again"
    assert max(posts(spring).values()) == 1


def card_of_released(person: Person) -> bool:
    return any("puolesta on siirtynyt" in message.text and not message.buttons for message in person.messages())


def test_accepting_what_was_withdrawn_meanwhile_is_refused(spring: Rehearsal, maija: Person) -> None:
    niilo = spring.people[MERI]
    ask_colleague(spring, niilo, maija, METERS)
    request = request_of(maija)
    niilo.click(WITHDRAW, kept_by(niilo))
    maija.click(ACCEPT, request)
    assert maija.modal is not None
    assert "Niilo Niemelä" in maija.modal.text
    spring.settle()
    assert states(spring) == ["withdrawn"]
    assert request.buttons == []


@pytest.mark.parametrize("what", [METERS, ALL_FOUR])
def test_one_objective_is_with_one_colleague(spring: Rehearsal, maija: Person, what: str) -> None:
    niilo, oona = spring.people[MERI], spring.people[KAARNIKKA]
    ask_colleague(spring, niilo, maija, what)
    said = ask_colleague(spring, niilo, maija, what)
    assert "@Maija Mallikas" in said, "asked again, it stands as it was"
    said = ask_colleague(spring, niilo, oona, what)
    assert "jo pyydetty vastaajaksi Maija Mallikas" in said
    assert niilo.modal is not None
    niilo.close_modal()
    assert states(spring) == ["asked"]


def test_all_that_is_open_leaves_out_what_is_with_others(spring: Rehearsal, maija: Person) -> None:
    niilo, oona = spring.people[MERI], spring.people[KAARNIKKA]
    ask_colleague(spring, niilo, maija, METERS)
    ask_colleague(spring, niilo, oona, ALL_FOUR)
    request = request_of(oona)
    assert METERS not in request.text
    assert NETWORK in request.text
    accept(spring, oona)
    assert "Perämeren" in card_of(oona, "Perämeren").text
    accept(spring, maija)
    assert METERS in card_of(maija).text
    answer(spring, maija, "Viisi mittaria")
    assert answers_of(spring) == {"mittarit": ("answered", "Viisi mittaria")}


def test_nobody_asks_themselves_a_bot_or_somebody_who_has_left(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    assert FI("handover.refused.self") in ask_colleague(spring, niilo, niilo, METERS)
    niilo.close_modal()
    robot = spring.workspace.add_person("Robotti", "robo@example.org")
    robot.user.is_bot = True
    assert "@Robotti" in ask_colleague(spring, niilo, robot, METERS), "Slack has not told yet"
    assert "Pyyntöä ei voitu välittää" in niilo.messages()[-1].text
    assert robot.messages() == []
    assert states(spring) == ["void"]
    assert FI("handover.refused.bot") in ask_colleague(spring, niilo, robot, METERS)
    niilo.close_modal()
    assert "Maija" not in card_of(niilo).text


def test_last_answer_of_a_colleague_thanks_the_contact(spring: Rehearsal, maija: Person) -> None:
    niilo = spring.people[MERI]
    ask_colleague(spring, niilo, maija)
    accept(spring, maija)
    answer_all(spring, maija, "Maijan vastaus")
    assert any("Kiitos!" in m.text and "tulokset ovat nyt koossa" in m.text for m in niilo.messages())
    assert [key for key in posts(spring) if key.startswith("thanks")].count("thanks:lamppu:2012-spring:merilappi") == 1
    assert all("tulokset ovat nyt koossa" not in m.text for m in maija.messages())
    [status] = spring.people[KATRI].command("/lamppu", "status Perämeri")
    assert "Maija Mallikas" in status.text


def test_reminders_go_to_the_contact_and_to_whoever_has_accepted(spring: Rehearsal, maija: Person) -> None:
    niilo = spring.people[MERI]
    ask_colleague(spring, niilo, maija, METERS)
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    assert reminders(maija) == []
    accept(spring, maija)
    spring.move_to(at("2012-05-24 09:00"), "the second reminder")
    [reminder] = reminders(maija)
    assert "Mittarien kehittäminen" in reminder.text
    assert "Laatuverkosto" not in reminder.text
    assert "@Niilo Niemelä on pyytänyt sinua" in reminder.text
    assert "Laatuverkosto" in reminders(niilo)[-1].text
    answer(spring, maija, "Viisi")
    assert reminder.text.startswith(FI("reminder.settled"))
    maija.close_modal()
    spring.move_to(at("2012-05-29 09:00"), "the third reminder")
    assert reminders(maija) == []


def test_coordinators_see_with_whom_an_answer_is(spring: Rehearsal, maija: Person) -> None:
    ask_colleague(spring, spring.people[MERI], maija, METERS)
    katri = spring.people[KATRI]
    [status] = katri.command("/lamppu", "status Perämeri")
    assert "Pyydetty vastaajaksi Maija Mallikas" in status.text
    accept(spring, maija)
    [status] = katri.command("/lamppu", "status Perämeri")
    assert "Vastaajana Maija Mallikas." in status.text


def test_closing_ends_what_is_asked_and_what_was_accepted(spring: Rehearsal, maija: Person) -> None:
    niilo, oona = spring.people[MERI], spring.people[KAARNIKKA]
    ask_colleague(spring, niilo, maija, METERS)
    accept(spring, maija)
    ask_colleague(spring, niilo, oona, SYSTEM)
    asked = request_of(oona)
    spring.move_to(at("2012-07-02 09:00"), "long after the closing")
    assert asked.buttons == []
    assert "Raportointi on päättynyt" in asked.text
    assert "Raportointi on päättynyt" in card_of(maija).text
    assert card_of(maija).buttons == []
    assert WITHDRAW not in [label for m in niilo.messages() for label in m.buttons]


def test_deputy_can_be_asked_too_and_asks(spring: Rehearsal, maija: Person) -> None:
    oona, veikko = spring.people[KAARNIKKA], spring.people[VARA]
    ask_colleague(spring, oona, veikko, METERS)
    accept(spring, veikko)
    assert NETWORK in card_of(veikko).text, "the deputy answers for all"
    assert "Vastaajana @Veikko Vaara" in card_of(oona).text
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    [reminder] = reminders(veikko)
    assert "Laatuverkosto" not in reminder.text
    ask_colleague(spring, veikko, maija, NETWORK)
    accept(spring, maija)
    assert "*@Maija Mallikas hyväksyi" in veikko.messages()[-1].text
    assert states(spring) == ["accepted", "accepted"]


def test_word_opens_the_form_for_all_partners_of_a_person(spring: Rehearsal, maija: Person) -> None:
    niilo, redu = spring.people[MERI], spring.people[REDU]
    niilo.command("/lamppu", "handover")
    send(spring, niilo, maija, METERS)
    assert states(spring) == ["asked"]
    for person in (maija, spring.people[KATRI]):
        [said] = person.command("/lamppu", "handover")
        assert said.text == FI("handover.refused.not_asked")
    answer_all(spring, redu)
    [said] = redu.command("/lamppu", "handover")
    assert said.text == FI("handover.nothing")


def test_same_form_sent_twice_asks_once(spring: Rehearsal, maija: Person) -> None:
    ask_colleague(spring, spring.people[MERI], maija, METERS)
    repeat(spring, "view_submission")
    accept(spring, maija)
    repeat(spring, "block_actions")
    assert states(spring) == ["accepted"]
    assert max(posts(spring).values()) == 1


def test_accepting_and_withdrawing_at_once_end_in_one_of_them(spring: Rehearsal, maija: Person) -> None:
    niilo = spring.people[MERI]
    ask_colleague(spring, niilo, maija, METERS)
    request, kept = request_of(maija), kept_by(niilo)
    threads = [
        Thread(target=lambda: maija.click(ACCEPT, request)),
        Thread(target=lambda: niilo.click(WITHDRAW, kept)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spring.settle()
    assert states(spring) == [HandoverState.WITHDRAWN]
    assert request.buttons == []


def test_contact_and_colleague_meeting_see_both_texts(spring: Rehearsal, maija: Person) -> None:
    niilo = spring.people[MERI]
    ask_colleague(spring, niilo, maija, METERS)
    accept(spring, maija)
    maija.click(NEXT, card_of(maija))
    maija.fill(TEXT, "Maijan teksti")
    maija.fill(CHOICE, DRAFT)
    niilo.click(FI("card.button.missing"), card_of(niilo), near=METERS)
    niilo.fill(TEXT, "Niilon teksti")
    niilo.fill(CHOICE, DRAFT)
    niilo.submit()
    niilo.close_modal()
    maija.submit()
    assert maija.modal is not None
    assert "Niilon teksti" in maija.modal.text
    assert maija.modal.input(TEXT).value == "Maijan teksti"


def test_colleague_found_by_mail_in_the_file_later_is_the_same_person(spring: Rehearsal, maija: Person) -> None:
    ask_colleague(spring, spring.people[MERI], maija, METERS)
    with spring.database.read() as session:
        found = queries.find_person(session, maija.id)
    assert found is not None
    assert (found.name, found.email, found.locale) == ("Maija Mallikas", "maija@example.org", "fi-FI")


def test_one_person_with_several_handovers_has_a_card_for_each_partner(spring: Rehearsal, maija: Person) -> None:
    niilo, oona = spring.people[MERI], spring.people[KAARNIKKA]
    for asker, what in ((niilo, METERS), (oona, NETWORK), (niilo, SYSTEM)):
        ask_colleague(spring, asker, maija, what)
        accept(spring, maija)
    card = card_of(maija, "Perämeren")
    assert METERS in card.text
    assert SYSTEM in card.text
    assert NETWORK not in card.text
    assert NETWORK in card_of(maija, "Kaarnikan").text
    say(spring, maija, "Mihin tämä kuuluu?")
    assert [label for label in maija.messages()[-1].buttons if "·" in label] == [
        f"Kaarnikka · {NETWORK}",
        f"Perämeri · {METERS}",
        f"Perämeri · {SYSTEM}",
    ]
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    [reminder] = reminders(maija)
    assert "Perämeren" in reminder.text
    assert "Kaarnikan" in reminder.text
    press(spring, niilo, WITHDRAW, kept_by(niilo))
    assert SYSTEM not in card.text
    assert METERS in card.text


def test_asker_who_was_replaced_is_not_told_but_the_new_contact(
    spring: Rehearsal, project: ProjectDefinition, maija: Person
) -> None:
    niilo, oona = spring.people[MERI], spring.people[KAARNIKKA]
    ask_colleague(spring, niilo, maija, METERS)
    accept(spring, maija)
    redu, kaarnikka, meri = project.partners
    reload(spring, project, partners=(redu, kaarnikka, meri.model_copy(update={"contact": kaarnikka.contact})))
    assert "Vastaajana @Maija Mallikas." in card_of(oona, "Perämeren").text
    before = len(niilo.messages())
    decline(spring, maija, "En ehdi.", GIVE_BACK)
    assert "Syy: En ehdi." in oona.messages()[-1].text
    assert len(niilo.messages()) == before


def test_partner_that_leaves_takes_its_handovers_along(
    spring: Rehearsal, project: ProjectDefinition, maija: Person
) -> None:
    ask_colleague(spring, spring.people[MERI], maija, METERS)
    accept(spring, maija)
    reload(spring, project, partners=project.partners[:2])
    assert "on poistettu hankkeen tiedoista" in card_of(maija).text
    assert all(NEXT not in message.buttons for message in maija.messages())
    say(spring, maija, "Entä nyt?")
    assert "Katri Koordinaattori" in maija.messages()[-1].text


def test_what_a_colleague_answered_and_was_returned_opens_for_them_again(spring: Rehearsal, maija: Person) -> None:
    katri = spring.people[KATRI]
    ask_colleague(spring, spring.people[MERI], maija, METERS)
    accept(spring, maija)
    answer(spring, maija, "Viisi")
    maija.close_modal()
    katri.command("/lamppu", "return Perämeri 2")
    katri.fill(FI("return_form.note"), "Kerro myös nimet.")
    katri.submit()
    spring.settle()
    assert "Kerro myös nimet." in card_of(maija).text
    answer(spring, maija, "Viisi: A, B, C, D ja E")
    assert answers_of(spring) == {"mittarit": ("answered", "Viisi: A, B, C, D ja E")}


def test_extension_shows_in_the_request_and_on_the_colleague_s_card(spring: Rehearsal, maija: Person) -> None:
    niilo, oona = spring.people[MERI], spring.people[KAARNIKKA]
    ask_colleague(spring, niilo, maija, METERS)
    accept(spring, maija)
    ask_colleague(spring, niilo, oona, SYSTEM)
    extend(spring, "Perämeri", "2012-06-08")
    for message in (request_of(maija), card_of(maija), request_of(oona)):
        assert "8. kesäkuuta" in message.text
    spring.move_to(at("2012-06-18 09:00"), "the round is over, and the extension")
    assert request_of(oona).buttons == []


def test_passing_a_partner_over_ends_what_colleagues_do(spring: Rehearsal, maija: Person) -> None:
    niilo, katri = spring.people[MERI], spring.people[KATRI]
    ask_colleague(spring, niilo, maija, METERS)
    accept(spring, maija)
    katri.command("/lamppu", "skip Perämeri")
    katri.fill(FI("skip_form.reason"), "Hankkeessa on tauko.")
    katri.submit()
    spring.settle()
    assert "Hankkeessa on tauko." in card_of(maija).text
    assert card_of(maija).buttons == []
    assert request_of(maija).buttons == []
