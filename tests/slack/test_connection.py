"""Socket Mode against the local workspace with a real Bolt app: nothing taken is lost, one socket is always open."""

import socket as sockets
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from lamppu_bot.clock import present
from lamppu_bot.slack import socket
from lamppu_bot.slack.connection import SlackConnectionError, SocketModeConnection, Timing
from lamppu_bot.slack.pauses import Pauses
from lamppu_bot.workspace import Fault, Workspace
from storage.database import Database
from storage.migrate import upgrade

SECONDS = 30.0
BRISK = Timing(parting=0.3, longest_pause=0.1)


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace(time_factor=0.0) as workspace:
        yield workspace


@pytest.fixture
def app() -> App:
    bot = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B0", bot_user_id="U0")
    app = App(authorize=lambda: bot, process_before_response=True)
    app.command("/echo")(lambda ack, command: ack(f"you said {command['text']}"))
    return app


@contextmanager
def connected(
    workspace: Workspace, app: App, on_connected: Callable[[], object] = bool, **options: Any
) -> Iterator[SocketModeConnection]:
    connection = connection_to(workspace, app, on_connected, **options)
    connection.start()
    try:
        workspace.wait_connected(2)
        yield connection
    finally:
        connection.stop()


def connection_to(workspace: Workspace, app: App, on_connected: Callable[[], object] = bool, **options: Any):
    given = {"app_token": workspace.app_token, "api_url": workspace.api_url, "timing": BRISK} | options
    return SocketModeConnection(app, on_connected=on_connected, **given)


def command(workspace: Workspace, name: str, text: str = ""):
    """Sends a slash command; the delivery tells how it ended."""
    return workspace.deliver("slash_commands", {"command": name, "text": text, "team_id": "T1", "user_id": "U1"})


def say_hello(workspace: Workspace):
    event = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "text": "Hei", "ts": "1.1"}
    return workspace.deliver("events_api", {"type": "event_callback", "team_id": "T1", "event": event})


class Held:
    """A listener that waits until the test lets it go on."""

    def __init__(self, app: App, name: str) -> None:
        self.entered, self.release, self.finished = threading.Event(), threading.Event(), threading.Event()
        app.command(name)(self)

    def __call__(self, ack: Any) -> None:
        self.entered.set()
        assert self.release.wait(SECONDS)
        ack("at last")
        self.finished.set()


def test_connection_request_is_dispatched_and_its_answer_comes_back(workspace, app):
    with connected(workspace, app) as connection:
        assert connection.is_open
        sent = command(workspace, "/echo", "Terve")
        assert sent.done.wait(SECONDS)
    assert (sent.acked, sent.response) == (True, {"text": "you said Terve"})
    assert not connection.is_open


def test_connection_slow_request_holds_up_no_other(workspace, app):
    held = Held(app, "/slow")
    with connected(workspace, app):
        slow = command(workspace, "/slow")
        assert held.entered.wait(SECONDS)
        quick = [command(workspace, "/echo", str(number)) for number in range(20)]
        assert all(sent.done.wait(SECONDS) and sent.acked for sent in quick)
        assert not slow.done.is_set()
        held.release.set()
        assert slow.done.wait(SECONDS)
    assert slow.response == {"text": "at last"}


def test_connection_request_under_way_during_a_refresh_is_acknowledged(workspace, app):
    held = Held(app, "/slow")
    calls: list[int] = []
    with connected(workspace, app, lambda: calls.append(1)):
        slow = command(workspace, "/slow")
        assert held.entered.wait(SECONDS)
        workspace.refresh_sockets()
        workspace.wait_connected(2)
        held.release.set()
        assert slow.done.wait(SECONDS)
        after = command(workspace, "/echo", "after")
        assert after.done.wait(SECONDS)
    assert slow.acked
    assert after.acked
    assert calls == [1]  # an announced change of sockets leaves no gap to read up on


def test_connection_cut_is_opened_again_and_what_was_missed_is_read(workspace, app):
    connects = threading.Semaphore(0)
    with connected(workspace, app, connects.release):
        assert connects.acquire(timeout=SECONDS)
        workspace.drop_sockets()
        workspace.wait_connected(2)
        assert connects.acquire(timeout=SECONDS)
        sent = command(workspace, "/echo", "again")
        assert sent.done.wait(SECONDS)
        assert sent.acked


def test_connection_survives_a_failure_of_reading_what_was_missed(workspace, app, caplog):
    with connected(workspace, app, lambda: 1 / 0):
        sent = command(workspace, "/echo")
        assert sent.done.wait(SECONDS)
    assert sent.acked
    assert "ZeroDivisionError" in caplog.text


def test_connection_silent_for_long_is_replaced(workspace, app):
    with connected(workspace, app, timing=Timing(silence=0.2, parting=0.1, longest_pause=0.1)):
        opened = lambda: sum(call.method == "apps.connections.open" for call in workspace.calls)  # noqa: E731
        workspace.wait_until(lambda: opened() > 4, SECONDS)


def test_connection_event_whose_listener_failed_comes_again(workspace, app):
    attempts: list[str] = []

    def fail_once(request):
        attempts.append(request.headers.get("x-slack-retry-num", ["none"])[0])
        if len(attempts) == 1:
            raise RuntimeError("the database is away")

    app.event("message")(fail_once)
    with connected(workspace, app):
        sent = say_hello(workspace)
        assert sent.done.wait(SECONDS)
    assert sent.acked
    assert attempts == ["0", "1"]


def test_stop_finishes_and_acknowledges_what_is_under_way_and_takes_nothing_new(workspace, app):
    held = Held(app, "/slow")
    connection = connection_to(workspace, app)
    connection.start()
    slow = command(workspace, "/slow")
    assert held.entered.wait(SECONDS)
    stopper = threading.Thread(target=connection.stop)
    stopper.start()
    workspace.wait_until(lambda: not command_is_taken(workspace), SECONDS)
    held.release.set()
    stopper.join(SECONDS)
    assert slow.done.wait(SECONDS)
    assert (slow.acked, slow.response) == (True, {"text": "at last"})


def command_is_taken(workspace: Workspace) -> bool:
    """Whether the bot still answers a quick command within a moment."""
    return command(workspace, "/echo").done.wait(0.3)


def test_stop_waits_only_so_long(workspace, app, caplog):
    held = Held(app, "/slow")
    connection = connection_to(workspace, app)
    connection.start()
    slow = command(workspace, "/slow")
    assert held.entered.wait(SECONDS)
    connection.stop(timeout=0.05)
    assert not slow.acked
    assert "1 requests were still under way after 0.05 s" in caplog.text
    held.release.set()
    assert held.finished.wait(SECONDS)


@pytest.mark.parametrize(("token", "reason"), [("xapp-wrong", "invalid_auth"), ("xoxb", "not_allowed_token_type")])
def test_start_refused_token_is_told_without_the_token(workspace, app, token, reason):
    token = workspace.bot_token if token == "xoxb" else token
    connection = connection_to(workspace, app, app_token=token)
    with pytest.raises(SlackConnectionError) as raised:
        connection.start()
    assert f"Slack refuses SLACK_APP_TOKEN ({reason})" in str(raised.value)
    assert token not in str(raised.value)


def test_start_unreachable_slack_is_told(workspace, app):
    workspace.stop()
    connection = connection_to(workspace, app)
    with pytest.raises(SlackConnectionError, match=r"^Slack cannot be reached at http://127\.0\.0\.1:\d+/api/ "):
        connection.start(timeout=0.0)


FAILURES = ("internal_error", "http_500", "cut_before", "ratelimited")


@pytest.mark.parametrize("fault", FAILURES)
def test_start_waits_for_slack_to_come_back(workspace, app, fault):
    workspace.faults.append(Fault("apps.connections.open", fault, times=3, retry_after=0))
    with connected(workspace, app):
        sent = command(workspace, "/echo")
        assert sent.done.wait(SECONDS)
        assert sent.acked


@pytest.mark.parametrize("fault", FAILURES)
def test_connection_cut_while_slack_opens_none_is_opened_again(workspace, app, fault):
    with connected(workspace, app):
        workspace.faults.append(Fault("apps.connections.open", fault, times=6, retry_after=0))
        workspace.drop_sockets()
        workspace.wait_until(lambda: len(workspace.calls_to("apps.connections.open")) >= 8, SECONDS, "eight tries")
        workspace.wait_connected(2)
        sent = command(workspace, "/echo")
        assert sent.done.wait(SECONDS)
        assert sent.acked


def test_connection_is_not_asked_for_sooner_than_slack_wants(workspace, app):
    with connected(workspace, app):
        before = len(workspace.calls_to("apps.connections.open"))
        workspace.faults.append(Fault("apps.connections.open", "ratelimited", retry_after=1))
        workspace.drop_sockets()
        workspace.wait_until(lambda: len(workspace.calls_to("apps.connections.open")) >= before + 3, SECONDS, "both")
        refused, *later = workspace.calls_to("apps.connections.open")[before:]
        own = [call for call in later if call.at > refused.at + 0.5]  # the other place may have asked just then
        assert own
        assert all(call.at >= refused.at + 1 for call in own)


def test_process_started_anew_waits_for_what_slack_has_asked_of_another(workspace, app, tmp_path):
    with closing(Database(f"sqlite:///{tmp_path / 'lamppu.db'}")) as database:
        upgrade(database)
        pauses = Pauses(database, present)
        workspace.faults.append(Fault("apps.connections.open", "ratelimited", times=2, retry_after=2))
        killed = connection_to(workspace, app, pauses=pauses)
        with pytest.raises(SlackConnectionError):
            killed.start(timeout=0.0)
        with connected(workspace, app, pauses=pauses):
            calls = workspace.calls_to("apps.connections.open")
    refused = [call.at for call in calls if call.outcome == "ratelimited"]
    assert len(refused) == 2, "the second one came from the process started anew"
    assert all(one - other >= 2 for other, one in pairwise(call.at for call in calls[:3]))


def test_address_at_which_nobody_answers_is_given_up_for_another(workspace, app, monkeypatch):
    """As behind a proxy that has lost its way: the connection is taken, and then nothing comes."""
    monkeypatch.setattr(socket, "HELLO_SECONDS", 0.3)
    own = workspace.state.url
    with connected(workspace, app), sockets.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        before = len(workspace.calls_to("apps.connections.open"))
        workspace.state.url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        workspace.drop_sockets()
        workspace.wait_until(lambda: len(workspace.calls_to("apps.connections.open")) >= before + 4, SECONDS, "tries")
        workspace.state.url = own
        workspace.wait_connected(2)


def test_connection_is_kept_open_whatever_goes_wrong_in_opening_it(workspace, app, monkeypatch, caplog):
    """A fault of ours in one try must not leave the bot deaf."""
    with connected(workspace, app) as connection:
        broken = iter([True, True])

        async def fail_twice(*args: Any, **facts: Any) -> Any:
            if next(broken, False):
                raise RuntimeError("a fault of ours")
            return await socket.open_socket(*args, **facts)

        monkeypatch.setattr("lamppu_bot.slack.connection.open_socket", fail_twice)
        workspace.drop_sockets()
        workspace.wait_connected(2)
        workspace.wait_until(lambda: connection.is_open, SECONDS, "the bot to have heard hello")
    assert "a fault of ours" in caplog.text


def test_connection_deaf_sockets_are_replaced_and_what_was_missed_is_read(workspace, app):
    connects = threading.Semaphore(0)
    attentive = replace(BRISK, heartbeat=1.0)
    with connected(workspace, app, connects.release, timing=attentive):
        assert connects.acquire(timeout=SECONDS)
        workspace.sockets.ack_timeout = 0.1
        workspace.deafen_sockets()
        lost = command(workspace, "/echo", "nobody hears")
        assert lost.done.wait(SECONDS)
        assert not lost.acked
        assert connects.acquire(timeout=SECONDS)
        workspace.wait_until(lambda: not workspace.sockets.deaf, SECONDS, "the deaf sockets to be given up")
        workspace.wait_connected(2)
        workspace.sockets.ack_timeout = SECONDS
        sent = command(workspace, "/echo", "again")
        assert sent.done.wait(SECONDS)
        assert sent.acked


def test_connection_acknowledgement_lost_with_its_socket_is_told_to_the_person(workspace, app):
    with connected(workspace, app):
        workspace.drop_sockets_at_ack()
        lost = command(workspace, "/echo")
        assert lost.done.wait(SECONDS)
        assert (lost.acked, lost.failures) == (False, ["connection_failed"])
        workspace.wait_connected(2)
        sent = command(workspace, "/echo")
        assert sent.done.wait(SECONDS)
        assert sent.acked
