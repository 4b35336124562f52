"""The worker: what it sends where, and what it makes of Slack's answers."""

import logging
import threading
from datetime import timedelta

import pytest

from lamppu_bot.slack.content import NotYet, Post, Respond, Upload
from lamppu_bot.slack.pacing import UNPACED
from lamppu_bot.workspace import Fault
from storage import ledger
from storage.models import Person
from tests.slack.sending_rig import Rig, Said, messages, post, texts, wait_for


def test_post_carries_its_key_and_no_previews(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.order("card:a", post("Hei"), channel=channel.id)
    assert rig.drain() == 1
    (message,) = messages(channel)
    assert message.text == "Hei"
    assert message.metadata == {"event_type": "lamppu_delivery", "event_payload": {"key": "card:a"}}
    call = rig.workspace.calls_to("chat.postMessage")[0]
    assert (call.args["unfurl_links"], call.args["unfurl_media"]) in ((False, False), ("0", "0"))
    found = rig.find("card:a")
    assert (found.state, found.ts, found.channel, found.error) == ("sent", message.ts, channel.id, None)


def test_post_to_person_is_looked_up_once_and_kept(rig: Rig) -> None:
    aino = rig.workspace.add_person("Aino", "aino@example.org")
    person_id = rig.add_recipient(name="Aino", email="aino@example.org")
    rig.order("card:a", post("first"), person_id=person_id)
    rig.order("card:b", post("second"), person_id=person_id)
    rig.drain()
    with rig.database.read() as session:
        person = session.get(Person, person_id)
        assert person is not None
        channel = rig.workspace.state.channels[str(person.dm_channel)]
        assert person.slack_id == aino.id
        assert person.looked_up_at is not None
    assert texts(channel) == ["first", "second"]
    assert (rig.calls_to("users.lookupByEmail"), rig.calls_to("conversations.open")) == (1, 1)


def test_post_to_second_entry_of_one_slack_account_arrives(rig: Rig) -> None:
    aino = rig.workspace.add_person("Aino", "aino@example.org")
    known_id = rig.add_recipient(name="Aino", slack_id=aino.id, dm_channel="D999")
    person_id = rig.add_recipient(name="Aino", email="aino@example.org")
    rig.order("card:a", post("Hei"), person_id=person_id)
    rig.drain()
    assert rig.find("card:a").state == "sent"
    with rig.database.read() as session:
        assert session.get(Person, person_id) is None
        known = session.get_one(Person, known_id)
        assert (known.slack_id, known.email) == (aino.id, "aino@example.org")


def test_reply_waits_for_its_parent_and_goes_into_its_thread(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    parent = rig.order("a", post("parent"), channel=channel.id, not_before=rig.clock.moment + timedelta(seconds=60))
    rig.order("b", post("reply"), thread_of=parent)
    assert rig.drain(minutes=0.5) == 0
    rig.clock.sleep(60)
    assert rig.drain() == 2
    first, second = messages(channel)
    assert (first.text, second.text, second.thread_ts) == ("parent", "reply", first.ts)


def test_content_none_is_dropped(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.order("a", None, channel=channel.id)
    rig.drain()
    assert (rig.find("a").state, texts(channel)) == ("dropped", [])
    rig.change("a", post("after all"))
    rig.drain()
    assert (rig.find("a").state, texts(channel)) == ("sent", ["after all"])


def test_content_none_of_sent_message_leaves_it(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.order("a", post("said"), channel=channel.id)
    rig.drain()
    rig.change("a", None)
    rig.drain()
    assert (rig.find("a").state, texts(channel)) == ("sent", ["said"])


def test_content_not_yet_waits(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.order("a", NotYet(rig.clock.moment + timedelta(hours=1)), channel=channel.id)
    assert rig.drain() == 1
    rig.contents["a"] = post("now")
    assert rig.drain() == 0
    rig.clock.sleep(3600)
    assert rig.drain() == 1
    assert texts(channel) == ["now"]


def test_changes_become_one_update(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.order("a", post("0 of 5"), channel=channel.id)
    rig.drain()
    for number in range(1, 4):
        rig.change("a", post(f"{number} of 5"))
    rig.drain()
    assert texts(channel) == ["3 of 5"]
    assert rig.calls_to("chat.update") == 1
    assert messages(channel)[0].metadata is not None


def test_change_before_sending_goes_out_with_the_post(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.order("a", post("old"), channel=channel.id)
    rig.change("a", post("new"))
    rig.drain()
    assert texts(channel) == ["new"]
    assert rig.calls_to("chat.update") == 0


def test_update_repeats_after_unknown_outcome(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.order("a", post("old"), channel=channel.id)
    rig.drain()
    rig.workspace.faults.append(Fault("chat.update", "cut_after"))
    rig.change("a", post("new"))
    rig.settle()
    assert (texts(channel), rig.find("a").state) == (["new"], "sent")


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message"])
def test_update_of_a_message_that_is_gone_is_settled(rig: Rig, code: str, caplog: pytest.LogCaptureFixture) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.order("a", post("secret words"), channel=channel.id)
    rig.drain()
    rig.workspace.faults.append(Fault("chat.update", "error", error=code))
    rig.change("a", post("new"))
    rig.settle()
    assert (rig.find("a").state, rig.calls_to("chat.postMessage")) == ("sent", 1)
    assert code in caplog.text


def test_refused_blocks_go_out_plain_at_once(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.settings.refused_block_types.add("markdown")
    rich = Said("in short", [{"type": "markdown", "text": "**Hei**"}])
    plain = Said("in short", [{"type": "section", "text": {"type": "plain_text", "text": "Hei"}}])
    rig.order("a", Post(rich, plain), channel=channel.id)
    assert rig.drain() == 1
    (message,) = messages(channel)
    assert [block["type"] for block in message.blocks] == ["section"]
    rig.change("a", Post(rich, plain))
    rig.drain()
    assert [call.outcome for call in rig.workspace.calls_to("chat.update")] == ["invalid_blocks", "ok"]


def test_refused_fallback_is_parked(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.settings.refused_block_types.add("markdown")
    rich = Said("in short", [{"type": "markdown", "text": "**Hei**"}])
    rig.order("a", Post(rich, rich), channel=channel.id)
    rig.settle()
    assert rig.find("a").state == "parked"


@pytest.mark.parametrize(
    "code",
    ["channel_not_found", "not_in_channel", "is_archived", "messages_tab_disabled", "invalid_auth", "token_revoked"],
)
def test_permanent_refusal_is_parked_and_told(rig: Rig, code: str) -> None:
    channel = rig.workspace.add_channel("hanke")
    other = rig.workspace.add_channel("toinen")
    rig.workspace.faults.append(
        Fault("chat.postMessage", "error", error=code, when=lambda a: a["channel"] == channel.id)
    )
    rig.order("a", post("Hei"), channel=channel.id)
    rig.order("b", post("Moi"), channel=other.id)
    rig.settle()
    assert (rig.find("a").state, rig.find("b").state) == ("parked", "sent")
    ((key, reason),) = rig.parked
    assert (key, reason.code) == ("a", code)
    assert rig.find("a").error == str(reason)
    assert " " in reason.sentence


def test_person_without_account_is_parked(rig: Rig) -> None:
    for number, email in enumerate([None, "nobody@example.org"]):
        rig.order(f"a{number}", post("Hei"), person_id=rig.add_recipient(name="Aino", email=email))
    rig.settle()
    assert {key: reason.code for key, reason in rig.parked} == {"a0": "no_address", "a1": "users_not_found"}


def test_parked_word_is_ordered_with_the_parking(rig: Rig) -> None:
    coordinators = rig.workspace.add_channel("koordinaattorit")
    rig.contents["problem"] = post("somebody cannot be reached")

    def tell(session: object, _claimed: object, _reason: object) -> None:
        ledger.order(session, "problem", "problem", now=rig.clock.moment, channel=coordinators.id)  # type: ignore[arg-type]

    rig.order("a", post("Hei"), channel="C404")
    rig.worker(on_parked=tell).drain(rig.clock.moment + timedelta(minutes=5))
    assert texts(coordinators) == ["somebody cannot be reached"]


def test_unparked_message_is_sent(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke", bot=False)
    rig.order("a", post("Hei"), channel=channel.id)
    rig.settle()
    assert rig.find("a").state == "parked"
    rig.workspace.invite(channel)
    rig.unpark("a")
    rig.drain()
    assert texts(channel) == ["Hei"]


def test_refusal_that_may_pass_is_tried_ever_more_rarely_then_parked(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.faults.append(Fault("chat.postMessage", "error", error="teapot", times=100))
    rig.order("a", post("Hei"), channel=channel.id)
    began = rig.clock.moment
    rig.settle()
    assert [reason.code for _, reason in rig.parked] == ["teapot"]
    assert rig.calls_to("chat.postMessage") == 8
    assert rig.clock.moment - began > timedelta(seconds=5 * (2**7 - 1))


def test_refusal_that_passes_is_forgotten(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.faults.append(Fault("chat.postMessage", "error", error="teapot", times=3))
    rig.order("a", post("Hei"), channel=channel.id)
    rig.settle()
    assert (texts(channel), rig.find("a").error) == (["Hei"], None)


def test_unreachable_slack_is_waited_for_without_parking(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    client = rig.client()
    client.base_url = "http://127.0.0.1:9/api/"
    rig.order("a", post("Hei"), channel=channel.id)
    worker = rig.worker(client=client)
    for _ in range(12):
        worker.drain(rig.clock.moment + timedelta(minutes=1))
        rig.clock.sleep(900)
    assert rig.find("a").state == "due"
    rig.settle()
    assert texts(channel) == ["Hei"]
    assert rig.calls_to("conversations.history") == 0


def test_faulty_renderer_is_logged_by_reference_and_parked_at_last(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.order("a", ValueError("no such objective"), channel=channel.id)
    rig.order("b", post("Moi"), channel=channel.id)
    rig.settle()
    ((key, reason),) = rig.parked
    assert (key, reason.code) == ("a", "fault")
    assert reason.sentence.split(" for ")[1].split()[0] in caplog.text
    assert texts(channel) == ["Moi"]


def test_respond_goes_to_the_asker_alone(rig: Rig) -> None:
    aino = rig.workspace.add_person("Aino", "aino@example.org")
    channel = rig.workspace.add_channel("hanke", members=[aino])
    url = response_url(rig, aino.id, channel.id)
    rig.order("a", Respond(url, Said("only you see this"), Said("the same, plainly")))
    rig.drain()
    assert rig.find("a").state == "sent"
    (call,) = rig.workspace.calls_to("response_url")
    assert (call.args["text"], call.args["response_type"], call.outcome) == ("only you see this", "ephemeral", "ok")


@pytest.mark.parametrize("kind", ["cut_after", "cut_before", "http_500"])
def test_respond_of_unknown_outcome_is_not_repeated(rig: Rig, kind: str) -> None:
    aino = rig.workspace.add_person("Aino", "aino@example.org")
    channel = rig.workspace.add_channel("hanke", members=[aino])
    rig.workspace.faults.append(Fault("response_url", kind))  # type: ignore[arg-type]
    rig.order(
        "a", Respond(response_url(rig, aino.id, channel.id), Said("only you see this"), Said("the same, plainly"))
    )
    rig.settle()
    assert (rig.find("a").state, rig.calls_to("response_url")) == ("dropped", 1)


def test_respond_that_comes_too_fast_is_made_after_retry_after(rig: Rig) -> None:
    aino = rig.workspace.add_person("Aino", "aino@example.org")
    channel = rig.workspace.add_channel("hanke", members=[aino])
    rig.workspace.faults.append(Fault("response_url", "ratelimited", retry_after=30))
    for key in ("a", "b"):
        url = response_url(rig, aino.id, channel.id)
        rig.order(key, Respond(url, Said(f"only you see {key}"), Said("the same, plainly")))
    rig.drain(minutes=0.4)
    assert [call.outcome for call in rig.workspace.calls_to("response_url")] == ["ratelimited"]
    rig.settle()
    assert [rig.find(key).state for key in ("a", "b")] == ["sent", "sent"]
    assert rig.calls_to("response_url") == 3


def test_respond_of_which_a_part_was_shown_is_not_repeated_for_the_rest(rig: Rig) -> None:
    aino = rig.workspace.add_person("Aino", "aino@example.org")
    channel = rig.workspace.add_channel("hanke", members=[aino])
    rig.workspace.faults.append(
        Fault("response_url", "ratelimited", when=lambda arguments: arguments["text"] == "the second part")
    )
    more = (Post(Said("the second part"), Said("plainly")),)
    url = response_url(rig, aino.id, channel.id)
    rig.order("a", Respond(url, Said("the first part"), Said("plainly"), more=more))
    rig.settle()
    assert (rig.find("a").state, rig.calls_to("response_url")) == ("dropped", 2)


def response_url(rig: Rig, user_id: str, channel_id: str) -> str:
    return rig.workspace.state.issue_response_url(user_id, channel_id)


def test_upload_shares_files_in_the_thread(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    parent = rig.order("a", post("report"), channel=channel.id)
    files = (("form.docx", "Form", b"docx"), ("matrix.xlsx", "Matrix", b"xlsx"))
    rig.order("b", Upload(files, "the files"), thread_of=parent)
    rig.drain()
    first, shared = messages(channel)
    assert (shared.text, shared.thread_ts, len(shared.file_ids)) == ("the files", first.ts, 2)
    stored = [rig.workspace.state.files[file_id] for file_id in shared.file_ids]
    assert [(file.name, file.title, file.content) for file in stored] == list(files)
    rig.change("b", Upload(files, "other words"))
    rig.settle()
    assert (rig.find("b").state, rig.calls_to("files.completeUploadExternal")) == ("sent", 1)


def test_log_tells_keys_but_no_words_and_no_token(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.faults.append(Fault("chat.postMessage", "cut_after"))
    rig.workspace.faults.append(Fault("chat.update", "error", error="teapot"))
    rig.order("card:a", post("private words"), channel=channel.id)
    rig.settle()
    rig.change("card:a", post("private words"))
    rig.settle()
    ours = [record for record in caplog.records if record.name.startswith("lamppu_bot.slack")]
    assert "card:a" in {getattr(record, "pairs", {}).get("key") for record in ours}
    assert "private words" not in caplog.text
    assert rig.workspace.bot_token not in caplog.text


def test_run_sends_when_woken_and_ends_when_told(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    stop = threading.Event()
    worker = rig.worker(threads=2)
    running = threading.Thread(target=worker.run, args=(stop,))
    running.start()
    rig.order("a", post("Hei"), channel=channel.id)
    worker.wake()
    wait_for(lambda: rig.find("a").state == "sent")
    stop.set()
    worker.wake()
    running.join(10)
    assert not running.is_alive()
    assert texts(channel) == ["Hei"]


def test_many_workers_send_each_message_once(rig: Rig) -> None:
    channels = [rig.workspace.add_channel(f"c{number}") for number in range(20)]
    for number in range(200):
        rig.order(f"a{number}", post(f"{number:03}"), channel=channels[number % 20].id)
    stop = threading.Event()
    workers = [rig.worker(limits=UNPACED, threads=3, worker_id=f"w{number}") for number in range(2)]
    running = [threading.Thread(target=worker.run, args=(stop,)) for worker in workers]
    for thread in running:
        thread.start()
    wait_for(lambda: rig.state_counts() == {"sent": 200}, 60)
    stop.set()
    for thread in running:
        thread.join()
    for first, channel in enumerate(channels):
        assert texts(channel) == [f"{number:03}" for number in range(first, 200, 20)]
