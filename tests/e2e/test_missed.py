"""What people wrote while the bot could not be reached, and how it is read up on."""

import sqlite3
import threading
from contextlib import closing

import pytest

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.slack import missed
from lamppu_bot.slack.missed import MissedMessages
from lamppu_bot.workspace import ApiCall, Fault, Person
from tests.e2e.acting import FI, card_of
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, REDU, VARA, at
from tests.e2e.talking import (
    DONE,
    METERS,
    NETWORK,
    NONE,
    Kept,
    answers_of,
    arrive,
    count_revisions,
    heard,
    press,
    replies,
    say,
    start_writing,
    write,
)


def lose_events(house: Rehearsal) -> None:
    """From now on Slack's events get lost: it has given up redelivering them."""
    house.workspace.wait_delivered()
    house.workspace.settings.events.discard("message.im")


def read_channels(house: Rehearsal) -> list[str]:
    return [call.args["channel"] for call in house.workspace.calls_to("conversations.history")]


def test_what_was_written_while_the_bot_was_down_is_picked_up_once(spring: Rehearsal) -> None:
    niilo, oona = spring.people[MERI], spring.people[KAARNIKKA]
    root = start_writing(spring, niilo, METERS)
    first, second = write(spring, niilo, root, "Yksi", "Kaksi")
    ended = start_writing(spring, niilo, NETWORK)
    write(spring, niilo, ended, "Verkosto toimii.")
    press(spring, niilo, DONE, ended)
    stray, gone = say(spring, niilo, "Kiitos!", "Hupsis")
    [question] = [message for message in niilo.messages() if NONE in message.buttons]

    spring.disconnect()
    lose_events(spring)
    niilo.edit(first, "Ensimmäinen")
    niilo.delete(second)
    niilo.say("Kolmas", thread_ts=root)
    niilo.edit(stray, "Kiitos kovasti!")
    niilo.delete(gone)
    niilo.say("Vielä yksi asia", thread_ts=ended)
    late = niilo.say("Oliko jotain muuta?")
    niilo.edit(late, "Oliko vielä muuta?")
    oona.say("En ole ennen kirjoittanut.")
    spring.workspace.settings.events.add("message.im")
    spring.connect()

    wanted = [
        Kept("collected", False, ["Yksi", "Ensimmäinen"], []),
        Kept("collected", True, ["Kaksi"], []),
        Kept("collected", False, ["Verkosto toimii."], []),
        Kept("stray", False, ["Kiitos!", "Kiitos kovasti!"], []),
        Kept("stray", True, ["Hupsis"], []),
        Kept("collected", False, ["Kolmas"], []),
        Kept("stray", False, ["Vielä yksi asia"], []),
        Kept("stray", False, ["Oliko vielä muuta?"], []),
        Kept("stray", False, ["En ole ennen kirjoittanut."], []),
    ]
    spring.workspace.wait_until(lambda: heard(spring) == wanted, 10, "all to be heard")
    arrive(spring)
    assert answers_of(spring)["mittarit"] == ("draft", "Ensimmäinen\nKolmas")
    assert "Ensimmäinen" in replies(root)[-1].text
    assert "Kiitos kovasti!" in question.text
    assert "Hupsis" not in question.text
    assert [NONE in reply.buttons for reply in replies(ended)] == [False, True]
    assert NONE in niilo.messages()[-1].buttons
    assert NONE in oona.messages()[-1].buttons

    before = (count_revisions(spring), len(niilo.everything()), len(oona.everything()))
    spring.bot.missed.read()
    arrive(spring)
    assert heard(spring) == wanted
    assert (count_revisions(spring), len(niilo.everything()), len(oona.everything())) == before


def test_words_and_edits_lost_in_a_thread_whose_newest_reply_was_heard_are_found(spring: Rehearsal) -> None:
    """Slack gave up on one event, and brought the next one after the bot had come back."""
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    [first] = write(spring, niilo, root, "Yksi")
    press(spring, niilo, DONE, root)
    lose_events(spring)
    niilo.edit(first, "Ensimmäinen")
    niilo.say("Kadonnut", thread_ts=root)
    spring.workspace.settings.events.add("message.im")
    niilo.say("Kuultu", thread_ts=root)
    arrive(spring)
    spring.bot.missed.read()
    arrive(spring)
    assert [one.versions for one in heard(spring)] == [["Yksi", "Ensimmäinen"], ["Kadonnut"], ["Kuultu"]]


def test_lost_connection_is_made_up_for(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    lose_events(spring)
    niilo.say("Kuuletko?")
    spring.workspace.settings.events.add("message.im")
    spring.workspace.drop_sockets()
    spring.workspace.wait_until(lambda: heard(spring), 10, "the message to be heard")
    spring.settle()
    assert "Kuuletko?" in niilo.messages()[-1].text
    assert heard(spring) == [Kept("stray", False, ["Kuuletko?"], [])]


def test_words_that_slack_gave_up_bringing_while_the_database_was_locked_are_read_later(
    spring: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection stands all the time, so nothing else tells of the loss."""
    monkeypatch.setattr(missed, "HOURLY", 0.2)
    spring.workspace.courier.time_factor = 0.0
    spring.workspace.sockets.ack_timeout = 1.5
    with closing(sqlite3.connect(spring.database.file)) as other:
        other.execute("BEGIN IMMEDIATE")
        spring.people[MERI].say("Kuuletko?")
        spring.workspace.wait_delivered()
        other.rollback()
    assert not any(delivery.acked for delivery in list(spring.workspace.deliveries)[-1:])
    spring.workspace.wait_until(lambda: heard(spring), 20, "the message to be heard")
    assert heard(spring) == [Kept("stray", False, ["Kuuletko?"], [])]


def test_first_words_of_a_deputy_to_whom_nothing_was_written_yet_are_found(spring: Rehearsal) -> None:
    veikko = spring.people[VARA]
    lose_events(spring)
    veikko.say("Oona on lomalla, voinko vastata?")
    spring.bot.missed.read()
    assert [one.versions for one in heard(spring)] == [["Oona on lomalla, voinko vastata?"]]
    spring.settle()
    assert veikko.messages()[-1].message.bot_id


def test_only_dms_where_words_may_be_missing_are_read(spring: Rehearsal) -> None:
    stranger = spring.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org")
    say(spring, stranger, "Hei!")
    spring.bot.missed.read()
    asked = {spring.people[who].dm.id for who in (REDU, KAARNIKKA, MERI, VARA)}
    assert read_channels(spring)[0] == stranger.dm.id, "where somebody has just written comes first"
    assert set(read_channels(spring)) == asked | {stranger.dm.id}
    assert spring.people[KATRI].dm.id not in read_channels(spring)
    spring.move_to(at("2012-06-15 09:00"), "closed")
    spring.move_to(at("2012-09-15 09:00"), "long after")
    count = len(read_channels(spring))
    spring.bot.missed.read()
    assert len(read_channels(spring)) == count


def test_one_dm_that_cannot_be_read_does_not_stop_the_others(
    spring: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    niilo, oona, redu = (spring.people[who] for who in (MERI, KAARNIKKA, REDU))
    lose_events(spring)
    for person in (niilo, oona, redu):
        person.say(f"Täällä {person.name}")
    monkeypatch.setattr(missed, "PAUSES", (0.0, 0.0))
    faults = spring.workspace.faults
    faults.append(_fault(niilo, "error", error="channel_not_found"))
    faults.append(_fault(oona, "internal_error"))
    faults.append(_fault(redu, "ratelimited", retry_after=0))
    spring.bot.missed.read()
    assert sorted(one.versions for one in heard(spring)) == [[f"Täällä {one.name}"] for one in (redu, oona)]
    spring.bot.missed.read()
    assert len(heard(spring)) == 3


def test_dms_that_may_not_be_read_for_a_time_are_read_later(spring: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    niilo, workspace = spring.people[MERI], spring.workspace
    monkeypatch.setattr(missed, "PAUSES", (0.0,))
    monkeypatch.setattr(missed, "HOURLY", 0.1)
    lose_events(spring)
    niilo.say("Kuuletko?")
    spring.disconnect()
    workspace.settings.scopes.discard("im:history")
    spring.connect()

    def refused() -> list[ApiCall]:
        return [one for one in workspace.calls_to("conversations.history") if one.outcome == "missing_scope"]

    workspace.wait_until(refused, 10, "the reading to be refused")
    workspace.settings.scopes.add("im:history")
    workspace.wait_until(lambda: heard(spring), 10, "the message to be heard")
    assert heard(spring) == [Kept("stray", False, ["Kuuletko?"], [])]


def _fault(person: Person, kind, **facts) -> Fault:  # type: ignore[no-untyped-def]
    dm = person.dm.id
    return Fault("conversations.history", kind, when=lambda arguments: arguments["channel"] == dm, **facts)


def test_reading_stops_when_the_bot_stops(spring: Rehearsal) -> None:
    spring.bot.worker.pacer.hold("conversations.history", 3600)
    before = len(spring.workspace.calls_to("auth.test"))
    reading = threading.Thread(target=spring.bot.missed.read)
    reading.start()
    spring.workspace.wait_until(
        lambda: len(spring.workspace.calls_to("auth.test")) > before, 10, "the reading to begin"
    )
    spring.bot.missed.stop()
    reading.join(5)
    assert not reading.is_alive()
    assert read_channels(spring) == []


def test_without_a_connection_that_tells_of_a_loss_all_is_read_again_in_time(
    spring: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    niilo, oona = spring.people[MERI], spring.people[KAARNIKKA]
    lose_events(spring)
    monkeypatch.setattr(missed, "HOURLY", 0.05)
    with MissedMessages(spring.bot.services, spring.bot.missed.calls).reading(hourly=True):
        for number, person in enumerate((niilo, oona), 1):
            person.say(f"Täällä {person.name}")
            spring.workspace.wait_until(lambda: len(heard(spring)) == number, 10, "the words to be read")  # noqa: B023
    assert sorted(one.versions for one in heard(spring)) == [["Täällä Niilo Niemelä"], ["Täällä Oona Ojala"]]


def test_message_heard_while_its_dm_is_read_is_not_taken_for_deleted(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    write(spring, niilo, root, "Ennen")
    slow = Fault("conversations.replies", "slow", seconds=0.5)
    spring.workspace.faults.append(slow)
    reading = threading.Thread(target=spring.bot.missed.read)
    reading.start()
    spring.workspace.wait_until(lambda: spring.workspace.calls_to("conversations.replies"), 10, "the thread to be read")
    niilo.say("Sillä välin", thread_ts=root)
    arrive(spring)
    reading.join(10)
    assert answers_of(spring)["mittarit"] == ("draft", "Ennen\nSillä välin")
    assert FI("state.draft") in card_of(niilo).text
