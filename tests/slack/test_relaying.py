"""A person's file handed on to where it is wanted: once, whole, or with a word on why not; and the token stays home."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from lamppu_bot.slack import fetching
from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.content import Obstacle, Relay
from lamppu_bot.slack.fetching import Fetching, Found
from lamppu_bot.slack.pacing import UNPACED, Pacer
from lamppu_bot.slack.refusals import CallError
from lamppu_bot.workspace import Channel, Fault
from storage.database import Database
from tests.slack.sending_rig import Rig, messages, post, texts
from tests.slack.test_sending_once import die_everywhere

PICTURE = b"\x89PNG picture"


def give(rig: Rig, name: str = "kuva.png", content: bytes = PICTURE) -> str:
    """The id of a file that somebody sends to the bot."""
    number = len(rig.workspace.state.users)
    person = rig.workspace.add_person(f"Liisa {number}", f"liisa{number}@example.org")
    [file_id] = person.upload(name, content, "Tässä").message.file_ids
    return file_id


def relay(file_id: str) -> Relay:
    return Relay(file_id, "Kuva", "Liite: Kuva", {obstacle: post(f"not: {obstacle}") for obstacle in Obstacle})


def ordered(rig: Rig, file_id: str, key: str = "a") -> Channel:
    channel = rig.workspace.add_channel(f"hanke-{key}")
    rig.order(key, relay(file_id), channel=channel.id)
    return channel


def shared(rig: Rig, channel: Channel) -> list[tuple[str, str, bytes | None]]:
    files = [rig.workspace.state.files[file_id] for message in messages(channel) for file_id in message.file_ids]
    return [(file.name, file.title, file.content) for file in files]


def test_file_is_handed_on_under_its_comment(rig: Rig) -> None:
    channel = ordered(rig, give(rig))
    rig.drain()
    assert shared(rig, channel) == [("kuva.png", "Kuva", PICTURE)]
    assert texts(channel) == ["Liite: Kuva"]


def test_death_at_every_step_of_a_relay(rig: Rig) -> None:
    file_id, channels = give(rig), []

    def prepare(number: int) -> None:
        channels.append(ordered(rig, file_id, f"a{number}"))

    assert die_everywhere(rig, prepare) >= 18
    assert [shared(rig, channel) for channel in channels] == [[("kuva.png", "Kuva", PICTURE)]] * len(channels)


@pytest.mark.parametrize("fault", ["cut_after", "cut_before", "internal_error", "http_500"])
def test_relay_whose_answer_does_not_arrive_is_looked_for(rig: Rig, fault: str) -> None:
    channel = ordered(rig, give(rig))
    rig.workspace.faults.append(Fault("files.completeUploadExternal", fault))  # type: ignore[arg-type]
    rig.workspace.faults.append(Fault("files.info", fault))  # type: ignore[arg-type]
    rig.settle()
    assert shared(rig, channel) == [("kuva.png", "Kuva", PICTURE)]


def test_deleted_file_is_told_once(rig: Rig) -> None:
    file_id = give(rig)
    channel = ordered(rig, file_id)
    del rig.workspace.state.files[file_id]
    rig.settle()
    assert (texts(channel), rig.find("a").state, rig.parked) == (["not: gone"], "sent", [])


def test_file_whose_bytes_are_gone_is_told(rig: Rig) -> None:
    file_id = give(rig)
    channel = ordered(rig, file_id)
    rig.workspace.state.files[file_id].content = None
    rig.settle()
    assert texts(channel) == ["not: gone"]


@pytest.mark.parametrize(("size", "said"), [(12, []), (13, ["not: too_large"])])
def test_file_too_large_is_told(rig: Rig, monkeypatch: pytest.MonkeyPatch, size: int, said: list[str]) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 12)
    channel = ordered(rig, give(rig, content=b"x" * size))
    rig.settle()
    assert [text for text in texts(channel) if text.startswith("not")] == said


def test_missing_permission_is_parked_with_what_to_do(rig: Rig) -> None:
    channel = ordered(rig, give(rig))
    rig.workspace.settings.scopes.discard("files:read")
    rig.drain()
    assert texts(channel) == []
    [(_, reason)] = rig.parked
    assert (reason.code, "scopes" in reason.sentence) == ("missing_scope", True)


def test_file_on_another_host_is_not_fetched(rig: Rig) -> None:
    """Here the API is at `localhost`, and the workspace says that its files are at 127.0.0.1."""
    api_url = rig.workspace.api_url.replace("127.0.0.1", "localhost")
    channel = ordered(rig, give(rig))
    rig.worker(client=build_client(rig.workspace.bot_token, api_url)).step()
    assert texts(channel) == ["not: elsewhere"]


@pytest.mark.parametrize(
    ("url", "goes"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/kuva.png", True),
        ("https://slack.com/files/F1", True),
        ("http://files.slack.com/files-pri/T1-F1", False),
        ("https://files.slack.com.example.org/F1", False),
        ("https://files.slack.com@example.org/F1", False),
        ("https://files.slack.com:8443/F1", False),
        ("https://docs.google.com/document/d/1", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_token_goes_to_slack_s_own_hosts_only(url: str, goes: bool) -> None:
    assert fetching.is_slack_s(url, "https://slack.com/api/") is goes


@contextmanager
def redirecting(seen: list[str]) -> Iterator[str]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/file"
    finally:
        server.shutdown()
        server.server_close()


def fetcher(rig: Rig, database: Database) -> Fetching:
    return Fetching(Calls(rig.client(), Pacer(database, UNPACED, rig.clock, rig.clock.sleep)))


def test_redirect_is_not_followed(rig: Rig, database: Database) -> None:
    seen: list[str] = []
    with redirecting(seen) as url, pytest.raises(CallError, match="http_302"):
        fetcher(rig, database).fetch(Found("kuva.png", url, 12), lambda: None)
    assert seen == ["/file"]


@pytest.mark.parametrize("told", [len(PICTURE) - 1, len(PICTURE) + 1])
def test_bytes_of_another_length_than_slack_told_are_not_handed_on(rig: Rig, database: Database, told: int) -> None:
    fetch = fetcher(rig, database)
    found = fetch.find(give(rig))
    assert isinstance(found, Found)
    with pytest.raises(CallError, match="wrong_length"):
        fetch.fetch(Found(found.name, found.url, told), lambda: None)
