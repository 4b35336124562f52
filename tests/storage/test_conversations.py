"""Answering by writing, on both databases: what is kept of messages, and which direct messages are to be read."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from sqlalchemy import func, select

from lamppu_bot import conversation, richtext
from lamppu_bot.conversation import Heard
from storage import conversations, ledger, missed, recipients
from storage.database import Database
from storage.models import Delivery, HeardMessage
from storage.values import PersonView
from tests.storage.loading_rig import OPEN, OPENING, advance, load, person, snapshot_of, texts_of

DM = "D0NIILO"


def heard(ts: str, text: str, thread_ts: str | None = None, edit_ts: str = "") -> Heard:
    return Heard(DM, ts, "U0NIILO", text, richtext.from_plain(text), thread_ts, edit_ts)


def open_round(database: Database) -> PersonView:
    """The round is open and Niilo's DM known."""
    load(database)
    advance(database, OPENING)
    niilo = person(database, "niilo@example.org")
    assert niilo is not None
    with database.write() as session:
        recipients.remember_dm_channel(session, niilo.id, DM)
    return niilo


def begin(database: Database, niilo: PersonView) -> int:
    """Niilo writes about the first objective in a thread whose root is in Slack as 1000.0; returns the conversation."""
    snapshot = snapshot_of(database)
    kemi = next(found for found in snapshot.partners if found.key == "kemi")
    answer = snapshot.answers_of(kemi.id)[0]
    with database.write() as session:
        conversation.begin(session, niilo, answer.id, OPEN)
        [running] = conversations.list_open(session, answer.id)
        root = session.get_one(Delivery, running.delivery_id)
        root.channel, root.ts, root.state = DM, "1000.000000", ledger.SENT
    return running.id


def test_what_counts_after_done_is_what_was_said_then(database: Database) -> None:
    niilo = open_round(database)
    talk = begin(database, niilo)
    with database.write() as session:
        for ts, text in (("1001.000000", "Yksi"), ("1002.000000", "Kaksi")):
            conversation.hear(session, niilo, heard(ts, text, "1000.000000"), OPEN)
        conversation.finish(session, niilo, talk, OPEN)
    with database.write() as session:
        conversation.hear(session, niilo, heard("1001.000000", "Muutettu", "1000.000000", "1003.000000"), OPEN)
        conversation.forget(session, DM, "1002.000000", "1004.000000", OPEN)
    assert texts_of(snapshot_of(database), "kemi")["verkosto"] == "Yksi\nKaksi"
    with database.write() as session:
        message = conversations.find_heard(session, DM, "1001.000000")
        assert message is not None
        assert message.text == "Muutettu"
        [question] = conversations.list_unsettled_changes(session, niilo.id, message.id)
        conversation.settle_changed(session, niilo, question, take_over=True, now=OPEN)
        assert conversations.list_unsettled_changes(session, niilo.id, message.id) == []
    assert texts_of(snapshot_of(database), "kemi")["verkosto"] == "Muutettu\nKaksi"


def test_what_is_known_of_a_dm_tells_what_to_read(database: Database) -> None:
    niilo = open_round(database)
    with database.read() as session:
        assert missed.list_dms_to_read(session, "0") == [DM]
        assert missed.read_from(session, DM, timedelta(seconds=10)) == "0"
    begin(database, niilo)
    with database.write() as session:
        assert missed.read_from(session, DM, timedelta(seconds=10)) == "1000.000000"
        assert missed.list_open_threads(session, DM) == ["1000.000000"]
        conversation.hear(session, niilo, heard("1001.000000", "Ketjussa", "1000.000000"), OPEN)
        conversation.hear(session, niilo, heard("1002.000000", "Muualla"), OPEN)
        conversation.hear(session, None, Heard("D0STRANGER", "1003.000000", "U0X", "Hei", []), OPEN)
    with database.read() as session:
        assert missed.list_dms_to_read(session, "1003.000000") == ["D0STRANGER", DM]
        assert missed.list_dms_to_read(session, "1004.000000") == [DM]
        assert missed.read_from(session, DM, timedelta(seconds=10)) == "992.000000"
        assert missed.list_present(session, DM) == {"1002.000000"}
        assert missed.list_present(session, DM, oldest="1003.000000") == set()
        assert missed.list_present(session, DM, thread_ts="1000.000000") == {"1001.000000"}
        known = [missed.is_known(session, DM, "1001.000000", edit) for edit in ("", "1005.000000")]
        assert known == [True, False]


def test_question_answered_twice_at_once_adds_the_words_once(database: Database) -> None:
    niilo = open_round(database)
    kemi = next(found for found in snapshot_of(database).partners if found.key == "kemi")
    answer = snapshot_of(database).answers_of(kemi.id)[0]
    with database.write() as session:
        conversation.hear(session, niilo, heard("1001.000000", "Irrallinen"), OPEN)
        heard_message = conversations.find_heard(session, DM, "1001.000000")
    assert heard_message is not None
    assert heard_message.question_id is not None
    both = Barrier(2)

    def press() -> None:
        with database.write() as session:
            if not database.is_sqlite:  # there one writer at a time is let in
                both.wait(10)
            conversation.settle_stray(session, niilo, heard_message.question_id, answer.id, OPEN)

    with ThreadPoolExecutor(2) as pool:
        assert [pressed.exception() for pressed in [pool.submit(press) for _ in range(2)]] == [None, None]
    assert texts_of(snapshot_of(database), "kemi")["verkosto"] == "Irrallinen"


def test_message_that_comes_to_several_processes_at_once_is_heard_once(database: Database) -> None:
    niilo = open_round(database)
    begin(database, niilo)
    ready = Barrier(4)

    def hear(_number: int) -> None:
        ready.wait(10)
        for ts in ("1001.000000", "1002.000000", "1003.000000"):
            with database.write() as session:
                conversation.hear(session, niilo, heard(ts, f"Sanat {ts}", "1000.000000"), OPEN)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(hear, range(4))) == [None] * 4
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(HeardMessage)) == 3
    assert texts_of(snapshot_of(database), "kemi")["verkosto"] == "\n".join(
        f"Sanat {ts}" for ts in ("1001.000000", "1002.000000", "1003.000000")
    )
