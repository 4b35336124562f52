"""What people send that comes late, twice, out of order or not at all: nothing is lost, nothing is taken twice."""

import time
from dataclasses import replace

import pytest

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.slack import client, connection
from lamppu_bot.slack.connection import Timing
from lamppu_bot.workspace import Fault, NotAcknowledgedError, Person
from tests.e2e.acting import CHOICE, FI, NEXT, READY, TEXT, card_of
from tests.e2e.conftest import KATRI, MERI
from tests.e2e.faulty import TROUBLE, hurry, require_well, try_to_submit, written
from tests.e2e.steering import send_in
from tests.e2e.talking import DONE, METERS, Kept, answers_of, arrive, heard, press, replies, start_writing, write

BRISK = Timing(heartbeat=1.0, parting=0.3, longest_pause=0.1)


@pytest.fixture
def brisk(spring: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> Rehearsal:
    """A dead connection is noticed in a moment, and so is for Slack that nobody acknowledges."""
    reconnect(spring, monkeypatch, BRISK)
    return spring


def reconnect(house: Rehearsal, monkeypatch: pytest.MonkeyPatch, timing: Timing) -> None:
    monkeypatch.setattr(connection, "Timing", lambda: timing)
    house.disconnect()
    house.connect()
    house.workspace.wait_connected(2)


@pytest.mark.parametrize("seed", range(4))
def test_events_late_twice_and_out_of_order_come_to_the_same_draft(spring: Rehearsal, seed: int) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    spring.workspace.hold_events()
    first, second = (niilo.say(text, thread_ts=root) for text in ("Yksi", "Kaksi"))
    niilo.edit(first, "Toinen")
    niilo.edit(first, "Kolmas")
    niilo.say("Neljä", thread_ts=root)
    niilo.delete(second)
    spring.settle()
    assert answers_of(spring) == {}
    spring.workspace.release_events(seed)
    arrive(spring)
    assert answers_of(spring) == {"mittarit": ("draft", "Kolmas\nNeljä")}
    assert [one.versions[-1] for one in heard(spring) if not one.deleted] == ["Kolmas", "Neljä"]
    assert [DONE in reply.buttons for reply in replies(root)] == [False] * (len(replies(root)) - 1) + [True]
    assert "Kolmas" in replies(root)[-1].text
    press(spring, niilo, DONE, root)
    assert answers_of(spring) == {"mittarit": ("answered", "Kolmas\nNeljä")}
    require_well(spring)


def test_message_that_comes_after_done_is_asked_about_and_not_lost(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    write(spring, niilo, root, "Yksi")
    spring.workspace.hold_events()
    niilo.say("Kaksi", thread_ts=root)
    niilo.click(DONE, root)
    spring.settle()
    spring.workspace.release_events(1)
    arrive(spring)
    assert answers_of(spring)["mittarit"] == ("answered", "Yksi")
    assert [one.versions for one in heard(spring)] == [["Yksi"], ["Kaksi"]]
    assert "Kaksi" in replies(root)[-1].text
    assert replies(root)[-1].buttons
    require_well(spring)


def test_connection_lost_while_a_form_is_taken_keeps_the_text_on_screen_and_the_answer_once(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    niilo.fill(TEXT, "Tehty.")
    niilo.fill(CHOICE, READY)
    spring.workspace.drop_sockets_at_ack()
    assert not try_to_submit(niilo)
    assert niilo.modal is not None
    assert niilo.modal.input(TEXT).value == "Tehty."
    assert written(spring) == [("answered", "Tehty.")], "it was committed before the acknowledgement that got lost"
    spring.workspace.wait_connected(2)
    niilo.submit()
    assert METERS.partition(": ")[2] in niilo.modal.text
    niilo.close_modal()
    arrive(spring)
    assert written(spring) == [("answered", "Tehty.")]
    assert "Vastattu 1/4." in card_of(niilo).text
    require_well(spring)


def test_connection_lost_before_a_form_arrives_keeps_the_text_on_screen(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    niilo.fill(TEXT, "Tehty.")
    niilo.fill(CHOICE, READY)
    spring.disconnect()
    assert not try_to_submit(niilo)
    assert niilo.modal is not None
    assert niilo.modal.input(TEXT).value == "Tehty."
    assert written(spring) == []
    spring.connect()
    niilo.submit()
    arrive(spring)
    assert written(spring) == [("answered", "Tehty.")]
    require_well(spring)


@pytest.fixture
def _brisk_clicks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "CLICK_SECONDS", 0.5)


def write_before_it_is_known(house: Rehearsal, person: Person, words: str, *texts: str) -> None:
    """Once our message with these words stands in Slack, but its answer was lost, the person writes in its thread."""
    hurry(house)
    pass_time, left = house.bot.worker.sleep, list(texts)

    def sleep(seconds: float) -> None:
        roots = [found for found in person.messages() if words in found.text]
        while roots and left:
            person.say(left.pop(0), thread_ts=roots[-1])
            house.workspace.wait_delivered()
        pass_time(seconds)

    house.bot.worker.sleep = sleep
    to_them = {"when": lambda arguments: arguments["channel"] in (person.id, person.dm.id)}
    house.workspace.faults.append(Fault("chat.postMessage", "cut_after", **to_them))


def test_words_in_a_thread_whose_root_is_not_known_to_have_arrived_join_the_answer(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    write_before_it_is_known(spring, niilo, FI("talk.how"), "Mittareita on viisi.", "Kuudes on tulossa.")
    root = start_writing(spring, niilo, METERS)
    assert answers_of(spring) == {"mittarit": ("draft", "Mittareita on viisi.\nKuudes on tulossa.")}
    press(spring, niilo, DONE, replies(root)[-1])
    assert answers_of(spring)["mittarit"][0] == "answered"
    assert [one.state for one in heard(spring)] == ["collected", "collected"]
    assert FI("stray.none") not in spring.workspace.transcript(niilo.dm)
    require_well(spring)


def test_reply_to_a_question_not_known_to_have_arrived_reaches_the_coordinators(spring: Rehearsal) -> None:
    niilo, katri = spring.people[MERI], spring.people[KATRI]
    write_before_it_is_known(spring, niilo, "Montako mittaria on?", "Mittareita on viisi.")
    katri.command("/lamppu", "ask Perämeri 2")
    katri.fill(FI("ask_form.text"), "Montako mittaria on?")
    send_in(spring, katri)
    arrive(spring)
    assert [one.state for one in heard(spring)] == ["reply"]
    assert "Mittareita on viisi." in spring.workspace.transcript(spring.channel)
    assert FI("stray.none") not in spring.workspace.transcript(niilo.dm)
    require_well(spring)


@pytest.mark.usefixtures("_brisk_clicks")
def test_form_that_hangs_is_told_while_slack_still_waits_and_is_not_asked_for_again(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    spring.workspace.faults.append(Fault("views.open", "hang", times=9))
    began = time.monotonic()
    niilo.click(NEXT, card_of(niilo))
    assert time.monotonic() - began < 3
    assert TROUBLE in niilo.ephemerals[-1].text
    assert len(spring.workspace.calls_to("views.open")) == 1
    spring.workspace.faults.clear()
    niilo.click(NEXT, card_of(niilo))
    assert niilo.modal is not None


def test_socket_refresh_in_mid_sentence_loses_no_word(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    niilo.say("Yksi", thread_ts=root)
    spring.workspace.refresh_sockets()
    niilo.say("Kaksi", thread_ts=root)
    spring.workspace.wait_connected(2)
    niilo.say("Kolme", thread_ts=root)
    arrive(spring)
    assert answers_of(spring) == {"mittarit": ("draft", "Yksi\nKaksi\nKolme")}
    require_well(spring)


@pytest.mark.parametrize("forgotten", [False, True], ids=["without a pong", "answering pings"])
def test_sockets_that_are_connected_but_deaf_are_replaced_and_what_was_written_is_read(
    brisk: Rehearsal, monkeypatch: pytest.MonkeyPatch, *, forgotten: bool
) -> None:
    niilo = brisk.people[MERI]
    if forgotten:
        reconnect(brisk, monkeypatch, replace(BRISK, silence=1.0))
    root = start_writing(brisk, niilo, METERS)
    brisk.workspace.sockets.ack_timeout = 0.1
    brisk.workspace.courier.time_factor = 1000  # Slack brings nothing of it again
    brisk.workspace.deafen_sockets(forgotten=forgotten)
    with pytest.raises(NotAcknowledgedError):
        niilo.click(DONE, root)
    niilo.say("Kuuletko?", thread_ts=root)
    brisk.workspace.wait_until(lambda: heard(brisk), 10, "the message to be heard")
    brisk.workspace.wait_until(lambda: not brisk.workspace.sockets.deaf, 10, "the deaf sockets to be given up")
    brisk.workspace.sockets.ack_timeout = 3.0
    brisk.settle()
    assert heard(brisk) == [Kept("collected", False, ["Kuuletko?"], [])]
    assert "Kuuletko?" in replies(root)[-1].text
    niilo.click(DONE, root)
    assert answers_of(brisk) == {"mittarit": ("answered", "Kuuletko?")}
