"""Neither lost nor doubled: the worker dies between any two of its steps, or Slack's answer does not arrive."""

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lamppu_bot.slack import calls
from lamppu_bot.slack.booking import Timing
from lamppu_bot.slack.content import Content, Post, Upload
from lamppu_bot.workspace import Channel, Fault
from storage import claims, ledger
from storage.claims import Claimed
from storage.database import Database, DatabaseUnavailableError
from storage.models import Delivery
from tests.slack.sending_rig import (
    Countdown,
    Killed,
    MortalClient,
    MortalDatabase,
    Rig,
    Said,
    messages,
    post,
    texts,
    wait_for,
)

ROOT = Path(__file__).parents[2]

# Sends one message in a process of its own, to be killed while it does.
SENDER = """
import sys
from types import SimpleNamespace
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.content import Post
from lamppu_bot.slack.sending import Worker
from storage.database import Database
url, token, api = sys.argv[1:]
said = SimpleNamespace(text="Hei", blocks=())
Worker(Database(url), build_client(token, api), lambda *_: Post(said, said), on_parked=print).step()
"""


def run_until_death(rig: Rig, points: int) -> bool:
    """A worker that dies when it has passed so many points; False when it came to its end first."""
    countdown = Countdown(points)
    database = MortalDatabase(rig.database.url.render_as_string(hide_password=False), countdown)
    client = MortalClient(rig.workspace.bot_token, rig.workspace.api_url, timeout=5, retry_handlers=[])
    client.countdown = countdown
    worker = rig.worker(database=database, client=client)
    with patch.object(calls, "urlopen", countdown.around(calls.urlopen)):
        try:
            worker.drain(rig.clock.moment + timedelta(seconds=30))
        except Killed:
            return True
        finally:
            database.close()
    return False


def die_everywhere(rig: Rig, prepare: Callable[[int], None]) -> int:
    """Orders, dies one step later each time, lets a new worker take over; returns the number of deaths."""
    for number in itertools.count():
        prepare(number)
        has_died = run_until_death(rig, number)
        rig.settle(hours=0.1)
        assert set(rig.state_counts()) == {"sent"}
        if not has_died:
            return number
    raise AssertionError


def test_death_at_every_step_of_a_post(rig: Rig) -> None:
    channels: list[Channel] = []

    def prepare(number: int) -> None:
        channels.append(rig.workspace.add_channel(f"c{number}"))
        rig.order(f"a{number}", post("Hei"), channel=channels[-1].id)

    assert die_everywhere(rig, prepare) >= 9
    assert [texts(channel) for channel in channels] == [["Hei"]] * len(channels)


def test_death_at_every_step_of_a_first_dm(rig: Rig) -> None:
    people: list[str] = []

    def prepare(number: int) -> None:
        people.append(rig.workspace.add_person(f"P{number}", f"p{number}@example.org").id)
        person_id = rig.add_recipient(name=f"P{number}", email=f"p{number}@example.org")
        rig.order(f"a{number}", post("Hei"), person_id=person_id)

    assert die_everywhere(rig, prepare) >= 20
    state = rig.workspace.state
    assert [texts(state.dm_with(state.users[person])) for person in people] == [["Hei"]] * len(people)


def test_death_at_every_step_of_a_thread(rig: Rig) -> None:
    channels: list[Channel] = []

    def prepare(number: int) -> None:
        channels.append(rig.workspace.add_channel(f"c{number}"))
        parent = rig.order(f"a{number}", post("parent"), channel=channels[-1].id)
        for reply in range(2):
            rig.order(f"b{number}.{reply}", post(f"reply {reply}"), thread_of=parent)

    assert die_everywhere(rig, prepare) >= 27
    for channel in channels:
        assert texts(channel) == ["parent", "reply 0", "reply 1"]
        parent, *replies = messages(channel)
        assert {reply.thread_ts for reply in replies} == {parent.ts}


def test_death_at_every_step_of_an_update(rig: Rig) -> None:
    channels: list[Channel] = []

    def prepare(number: int) -> None:
        channels.append(rig.workspace.add_channel(f"c{number}"))
        rig.order(f"a{number}", post("old"), channel=channels[-1].id)
        rig.drain()
        rig.change(f"a{number}", post("new"))

    assert die_everywhere(rig, prepare) >= 6
    assert [texts(channel) for channel in channels] == [["new"]] * len(channels)


def test_death_at_every_step_of_a_refused_post(rig: Rig) -> None:
    rig.workspace.settings.refused_block_types.add("markdown")
    channels: list[Channel] = []

    def prepare(number: int) -> None:
        channels.append(rig.workspace.add_channel(f"c{number}"))
        rich = Said("rich", [{"type": "markdown", "text": "**Hei**"}])
        rig.order(f"a{number}", Post(rich, Said("plain")), channel=channels[-1].id)

    assert die_everywhere(rig, prepare) >= 14
    assert [texts(channel) for channel in channels] == [["plain"]] * len(channels)


def test_death_at_every_step_of_an_upload(rig: Rig) -> None:
    channels: list[Channel] = []
    files = (("form.docx", "Form", b"docx"), ("matrix.xlsx", "Matrix", b"xlsx"))

    def prepare(number: int) -> None:
        channels.append(rig.workspace.add_channel(f"c{number}"))
        rig.order(f"a{number}", Upload(files, "files"), channel=channels[-1].id)

    assert die_everywhere(rig, prepare) >= 20
    for channel in channels:
        (shared,) = messages(channel)
        assert [rig.workspace.state.files[file_id].content for file_id in shared.file_ids] == [b"docx", b"xlsx"]


@pytest.mark.parametrize("fault", ["cut_after", "cut_before", "internal_error", "http_500", "hang"])
def test_answer_that_does_not_arrive_is_looked_for(rig: Rig, fault: str) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.faults.append(Fault("chat.postMessage", fault))  # type: ignore[arg-type]
    rig.order("a", post("Hei"), channel=channel.id)
    began = rig.clock.moment
    rig.worker().step()
    assert rig.calls_to("conversations.history") == 0
    rig.settle()
    assert texts(channel) == ["Hei"]
    assert rig.find("a").ts == messages(channel)[0].ts
    assert rig.calls_to("chat.postMessage") == (1 if fault == "cut_after" else 2)
    assert rig.calls_to("conversations.history") == 1
    assert rig.clock.moment - began >= timedelta(seconds=60)


@pytest.mark.parametrize("fault", ["cut_after", "cut_before", "internal_error"])
def test_reply_whose_answer_does_not_arrive_is_looked_for_in_its_thread(rig: Rig, fault: str) -> None:
    channel = rig.workspace.add_channel("hanke")
    parent = rig.order("a", post("parent"), channel=channel.id)
    rig.drain()
    rig.workspace.faults.append(Fault("chat.postMessage", fault))  # type: ignore[arg-type]
    rig.order("b", post("reply"), thread_of=parent)
    rig.settle()
    assert texts(channel) == ["parent", "reply"]
    assert (rig.calls_to("conversations.replies"), rig.calls_to("conversations.history")) == (1, 0)


@pytest.mark.parametrize("fault", ["cut_after", "cut_before", "internal_error", "http_500"])
def test_upload_whose_answer_does_not_arrive_is_looked_for(rig: Rig, fault: str) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.faults.append(Fault("files.completeUploadExternal", fault))  # type: ignore[arg-type]
    rig.order("a", Upload((("form.docx", "Form", b"docx"),), "files"), channel=channel.id)
    rig.settle()
    assert texts(channel) == ["files"]
    assert rig.calls_to("upload") == 1
    assert rig.find("a").state == "sent"


def test_upload_that_is_refused_starts_anew(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.faults.append(Fault("files.completeUploadExternal", "error", error="teapot"))
    rig.workspace.faults.append(Fault("upload", "http_500"))
    rig.order("a", Upload((("form.docx", "Form", b"docx"),), "files"), channel=channel.id)
    rig.settle()
    assert texts(channel) == ["files"]
    assert rig.calls_to("upload") == 3


def test_upload_that_takes_longer_than_the_lease_is_finished_by_its_worker(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    files = tuple((f"form{number}.docx", "Form", b"docx") for number in range(10))
    rig.order("a", Upload(files, "files"), channel=channel.id)
    other, real = rig.worker(), calls.urlopen

    def slow(*args: Any, **kwargs: Any) -> Any:
        rig.clock.sleep(20)
        assert other.step() == 0
        return real(*args, **kwargs)

    with patch.object(calls, "urlopen", slow):
        rig.worker().step()
    assert texts(channel) == ["files"]
    assert rig.calls_to("upload") == 10


def test_upload_cut_off_half_way_goes_on_from_there(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    files = tuple((f"form{number}.docx", "Form", b"%d" % number) for number in range(4))
    rig.workspace.faults.append(Fault("upload", "http_500", when=lambda _: rig.calls_to("upload") == 3))
    rig.order("a", Upload(files, "files"), channel=channel.id)
    rig.settle()
    (shared,) = messages(channel)
    assert [rig.workspace.state.files[file_id].content for file_id in shared.file_ids] == [b"0", b"1", b"2", b"3"]
    assert rig.calls_to("upload") == 5


def test_message_found_among_many_pages(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.faults.append(Fault("chat.postMessage", "cut_after"))
    rig.order("a", post("Hei"), channel=channel.id)
    rig.worker().step()
    client = rig.client()
    for number in range(450):
        client.chat_postMessage(channel=channel.id, text=f"chatter {number}")
    rig.settle()
    assert rig.calls_to("conversations.history") == 3
    assert texts(channel).count("Hei") == 1


def test_message_found_whatever_the_workspace_clock_says(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.state.clock = lambda: 1_336_600_800.0
    rig.workspace.faults.append(Fault("chat.postMessage", "cut_after"))
    rig.order("a", post("Hei"), channel=channel.id)
    rig.settle()
    assert texts(channel) == ["Hei"]


def test_adopted_message_is_updated_when_it_changed_meanwhile(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.faults.append(Fault("chat.postMessage", "cut_after"))
    rig.order("a", post("old"), channel=channel.id)
    rig.worker().step()
    rig.change("a", post("new"))
    rig.settle()
    assert texts(channel) == ["new"]
    assert rig.calls_to("chat.postMessage") == 1


def test_unwanted_meanwhile_is_adopted_or_dropped(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    for key, fault in (("a", "cut_after"), ("b", "cut_before")):
        rig.workspace.faults.append(Fault("chat.postMessage", fault))  # type: ignore[arg-type]
        rig.order(key, post(key), channel=channel.id)
        rig.worker().step()
        rig.contents[key] = None
        rig.settle()
    assert texts(channel) == ["a"]
    assert (rig.find("a").state, rig.find("b").state) == ("sent", "dropped")


def test_outcome_that_cannot_be_looked_up_is_parked_not_doubled(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.settings.scopes.discard("channels:history")
    rig.workspace.faults.append(Fault("chat.postMessage", "cut_after"))
    rig.order("a", post("Hei"), channel=channel.id)
    rig.settle()
    assert texts(channel) == ["Hei"]
    assert [reason.code for _, reason in rig.parked] == ["cannot_look:missing_scope"]
    rig.workspace.settings.scopes.add("channels:history")
    rig.unpark("a")
    rig.settle()
    assert (texts(channel), rig.find("a").state) == (["Hei"], "sent")


def test_answer_that_a_busy_database_cannot_take_at_once_is_kept(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    refusals = iter(range(3))

    class BusyDatabase(Database):
        @contextmanager
        def write(self) -> Iterator[Session]:
            if rig.calls_to("chat.postMessage") and next(refusals, None) is not None:
                raise DatabaseUnavailableError("busy")
            with super().write() as session:
                yield session

    busy = BusyDatabase(rig.database.url.render_as_string(hide_password=False))
    rig.order("a", post("Hei"), channel=channel.id)
    rig.worker(database=busy).step()
    busy.close()
    assert next(refusals, None) is None
    assert (texts(channel), rig.find("a").state) == (["Hei"], "sent")


def test_private_answer_of_unknown_outcome_is_dropped_whatever_it_would_say_now(rig: Rig) -> None:
    rig.order("a", None)
    with rig.database.write() as session:
        (dying,) = claims.claim(session, [1], rig.clock.moment, worker="dying", lease=timedelta(seconds=30))
        claims.begin_attempt(session, dying, rig.clock.moment, channel=None, lease=timedelta(seconds=30))
    rig.settle()
    assert (rig.find("a").state, rig.parked) == ("dropped", [])


def test_looking_goes_on_through_faults(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.faults.append(Fault("chat.postMessage", "cut_after"))
    for fault in ("http_500", "cut_before", "ratelimited", "error"):
        rig.workspace.faults.append(Fault("conversations.history", fault))  # type: ignore[arg-type]
    rig.order("a", post("Hei"), channel=channel.id)
    rig.settle()
    assert texts(channel) == ["Hei"]
    assert rig.calls_to("chat.postMessage") == 1


def test_worker_whose_lease_was_taken_does_not_send(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.order("a", post("Hei"), channel=channel.id)

    def slow(*_: object) -> Post:
        rig.clock.sleep(31)
        rig.worker().step()
        return post("Hei")

    rig.worker(render=slow).step()
    assert texts(channel) == ["Hei"]
    assert rig.find("a").state == "sent"


def test_answer_after_the_lease_does_not_undo_what_others_found(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.order("a", post("Hei"), channel=channel.id)
    with rig.database.write() as session:
        (mine,) = claims.claim(session, [1], rig.clock.moment, worker="late", lease=timedelta(seconds=30))
        claims.begin_attempt(session, mine, rig.clock.moment, channel=channel.id, lease=timedelta(seconds=30))
    rig.client().chat_postMessage(channel=channel.id, text="Hei", metadata=_metadata("a"))
    rig.clock.sleep(61)
    rig.drain()
    adopted = rig.find("a")
    assert (adopted.state, adopted.ts) == ("sent", messages(channel)[0].ts)
    with pytest.raises(claims.LeaseLostError), rig.database.write() as session:
        claims.settle_sent(session, mine, rig.clock.moment, ts="9.9", shown=1)
    assert rig.find("a").ts == adopted.ts


def test_request_still_under_way_is_not_looked_for_too_early(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.order("a", post("Hei"), channel=channel.id)
    with rig.database.write() as session:
        (dying,) = claims.claim(session, [1], rig.clock.moment, worker="dying", lease=timedelta(seconds=30))
        claims.begin_attempt(session, dying, rig.clock.moment, channel=channel.id, lease=timedelta(seconds=30))
    rig.clock.sleep(31)
    rig.worker().step()
    assert (rig.calls_to("conversations.history"), rig.calls_to("chat.postMessage")) == (0, 0)
    rig.client().chat_postMessage(channel=channel.id, text="Hei", metadata=_metadata("a"))
    rig.settle()
    assert texts(channel) == ["Hei"]


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": "lamppu_delivery", "event_payload": {"key": key}}


@pytest.mark.parametrize("fault", ["slow", "hang"])
def test_kill_9_in_mid_send(rig: Rig, fault: str) -> None:
    """With `slow` Slack has taken the message when the process dies, with `hang` it has not."""
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.faults.append(Fault("chat.postMessage", fault, seconds=30))  # type: ignore[arg-type]
    rig.order("a", post("Hei"), channel=channel.id)
    arguments = [str(rig.database.url.render_as_string(hide_password=False)), rig.workspace.bot_token]
    process = subprocess.Popen([sys.executable, "-c", SENDER, *arguments, rig.workspace.api_url], cwd=ROOT)
    try:
        wait_for(lambda: rig.calls_to("chat.postMessage") == 1, 30)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
    assert rig.find("a").state == "due"
    assert texts(channel) == (["Hei"] if fault == "slow" else [])
    rig.clock.sleep(120)
    rig.settle()
    assert texts(channel) == ["Hei"]
    assert rig.find("a").state == "sent"


def test_order_of_a_burst_deferred_while_it_is_sent_is_updated(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.order("a", post("one"), channel=channel.id)

    def render(*_: object) -> Post:
        if rig.calls_to("chat.postMessage"):
            return post("one and two")
        with rig.database.write() as session:
            ledger.defer(session, "a", rig.clock.moment + timedelta(seconds=20))
        return post("one")

    worker = rig.worker(render=render)
    worker.step()
    assert texts(channel) == ["one"]
    rig.clock.sleep(20)
    worker.step()
    assert texts(channel) == ["one and two"]


@pytest.mark.parametrize("fault", ["internal_error", "http_500", "cut_before"])
def test_message_that_slack_always_fails_at_lets_others_pass_and_is_parked(rig: Rig, fault: str) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.faults.append(
        Fault("chat.postMessage", fault, times=100, when=lambda a: a["text"] == "bad")  # type: ignore[arg-type]
    )
    rig.order("a", post("bad"), channel=channel.id)
    rig.order("b", post("good"), channel=channel.id)
    began = rig.clock.seconds()
    rig.settle()
    (good,) = messages(channel)
    assert (good.text, float(good.ts) - began < 120) == ("good", True)
    assert [key for key, _ in rig.parked] == ["a"]
    assert rig.calls_to("chat.postMessage") == 9
    assert rig.calls_to("conversations.history") == 7


def test_message_parked_by_a_failing_slack_is_looked_for_before_it_is_sent_again(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    failing = Fault("chat.postMessage", "internal_error", times=7)
    rig.workspace.faults.extend([failing, Fault("chat.postMessage", "cut_after")])
    rig.order("a", post("Hei"), channel=channel.id)
    rig.settle()
    assert (rig.find("a").state, texts(channel)) == ("parked", ["Hei"])
    rig.unpark("a")
    rig.settle()
    assert (rig.find("a").state, texts(channel)) == ("sent", ["Hei"])


def test_looking_that_always_fails_lets_others_pass_and_is_parked(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.faults.append(Fault("chat.postMessage", "cut_after"))
    rig.workspace.faults.append(Fault("conversations.history", "http_500", times=100))
    rig.order("a", post("Hei"), channel=channel.id)
    rig.order("b", post("Moi"), channel=channel.id)
    rig.settle()
    assert texts(channel) == ["Hei", "Moi"]
    assert [reason.code for _, reason in rig.parked] == ["cannot_look:http_500"]


def test_what_takes_longer_to_make_than_a_lease_lasts_is_made_by_one_worker(rig: Rig) -> None:
    """Else two workers lose it to each other again and again, and it never comes."""
    channel = rig.workspace.add_channel("hanke")
    rig.order("report", post("a long one"), channel=channel.id)
    timing = Timing(lease=timedelta(seconds=0.3))
    is_begun, may_end = threading.Event(), threading.Event()

    def make(session: Session, claimed: Claimed) -> Content | None:
        is_begun.set()
        assert may_end.wait(20)
        return rig.render(session, claimed)

    def lease_until() -> datetime | None:
        with rig.database.read() as session:
            return session.scalars(select(Delivery.lease_until)).one()

    making = threading.Thread(target=rig.worker(render=make, timing=timing).step)
    making.start()
    assert is_begun.wait(20)
    other = rig.worker(timing=timing)
    for _ in range(4):
        rig.clock.sleep(0.2)
        wait_for(lambda: lease_until() == rig.clock.moment + timing.lease)
        assert other.step() == 0
    may_end.set()
    making.join()
    assert texts(channel) == ["a long one"]
    assert rig.find("report").state == "sent"
