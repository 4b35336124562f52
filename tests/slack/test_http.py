"""HTTP from outside: signed requests in, health out, a stop that answers what is under way; aiohttp and WSGI alike."""

import hashlib
import hmac
import http.client
import io
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode
from wsgiref.validate import validator

import pytest
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from lamppu_bot.slack.health import Health
from lamppu_bot.slack.http import HttpServer, HttpServerError, wsgi_app
from lamppu_bot.slack.signed_requests import LARGEST_REQUEST, SignedRequests

SECONDS = 10.0
SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Answer:
    status: int
    body: str


Send = Callable[..., Answer]


@pytest.fixture
def app() -> App:
    bot = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B0", bot_user_id="U0")
    app = App(authorize=lambda: bot, request_verification_enabled=False, process_before_response=True)
    app.command("/echo")(lambda ack, command: ack(f"sanoit {command['text']}"))
    return app


@pytest.fixture
def health() -> list[Health]:
    """What the bot tells; a test may change it."""
    return [Health(True, {"database": "ok"})]


@pytest.fixture
def server(app, health) -> Iterator[HttpServer]:
    server = HttpServer(lambda: health[0], port=0, requests=SignedRequests(app, SIGNING_SECRET))
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["aiohttp", "wsgi"])
def send(request, app, health) -> Send:
    """Sends a request to each of the two ways of serving."""
    if request.param == "wsgi":
        return lambda *given: send_to_wsgi(wsgi_app(SignedRequests(app, SIGNING_SECRET), lambda: health[0]), *given)
    server = request.getfixturevalue("server")
    return lambda *given: send_to_port(server.port, *given)


def send_to_port(port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.read().decode("utf-8"))
    finally:
        connection.close()


def send_to_wsgi(application, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None):
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in (headers or {}).items():
        environ["CONTENT_TYPE" if name == "Content-Type" else f"HTTP_{name.upper().replace('-', '_')}"] = value
    told: list[str] = []
    parts = validator(application)(environ, lambda status, _headers, _info=None: told.append(status))
    answer = b"".join(parts)
    parts.close()
    return Answer(int(told[0].split()[0]), answer.decode("utf-8"))


def signed(body: bytes, secret: str = SIGNING_SECRET, *, seconds_ago: int = 0) -> dict[str, str]:
    now = str(int(time.time()) - seconds_ago)
    digest = hmac.new(secret.encode(), f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
    return {"Content-Type": FORM, "X-Slack-Request-Timestamp": now, "X-Slack-Signature": f"v0={digest}"}


def command(name: str, text: str) -> bytes:
    return urlencode({"command": name, "text": text, "team_id": "T1", "user_id": "U1"}).encode()


def test_http_signed_request_is_dispatched_and_answered(send):
    body = command("/echo", "hyvää työtä & muuta")
    answer = send("POST", "/slack/events", body, signed(body))
    assert (answer.status, answer.body) == (200, "sanoit hyvää työtä & muuta")


def test_http_wrongly_signed_request_is_refused(send):
    body = command("/echo", "forged")
    assert send("POST", "/slack/events", body, signed(body, "f" * 32)).status == 401
    assert send("POST", "/slack/events", body, {"Content-Type": FORM}).status == 401


def test_http_url_verification_is_answered(send):
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    answer = send("POST", "/slack/events", body, signed(body) | {"Content-Type": "application/json"})
    assert (answer.status, json.loads(answer.body)) == (200, {"challenge": "abc"})


def test_http_failing_listener_answers_500_so_that_slack_sends_it_again(send, app):
    app.command("/fails")(lambda: 1 / 0)
    body = command("/fails", "")
    assert send("POST", "/slack/events", body, signed(body)).status == 500


def test_http_health_tells_whether_the_bot_can_serve(send, health):
    answer = send("GET", "/healthz")
    assert (answer.status, json.loads(answer.body)) == (200, {"ok": True, "database": "ok"})
    health[0] = Health(False, {"database": "away"})
    answer = send("GET", "/healthz")
    assert (answer.status, json.loads(answer.body)) == (503, {"ok": False, "database": "away"})


def test_http_other_paths_are_not_found(send):
    assert send("GET", "/").status == 404
    assert send("POST", "/slack/other").status == 404


def test_http_signed_request_that_slack_never_sends_is_refused_without_a_fault(send):
    for body in (b"\xff\xfe", b"{no json", b"payload=no+json"):
        assert send("POST", "/slack/events", body, signed(body)).status == 400


@pytest.mark.parametrize(("seconds_ago", "status"), [(299, 200), (302, 401), (-295, 200), (-302, 401)])
def test_http_request_signed_long_ago_is_refused(send, seconds_ago, status):
    body = command("/echo", "old")
    assert send("POST", "/slack/events", body, signed(body, seconds_ago=seconds_ago)).status == status


@pytest.mark.parametrize("timestamp", ["", "soon", "1e9", "-1", "9" * 400, "\u0661"])
def test_http_timestamp_that_is_none_is_refused_without_a_fault(send, timestamp):
    headers = {"Content-Type": FORM, "X-Slack-Request-Timestamp": timestamp.encode("utf-8").decode("latin-1")}
    assert send("POST", "/slack/events", b"a=b", headers | {"X-Slack-Signature": "v0=\xe4"}).status == 401


def test_http_unsigned_request_is_not_even_parsed_nor_shown_in_the_log(send, caplog):
    caplog.set_level(logging.DEBUG)
    for body in (b"{no json a private word", b"payload=a+private+word", b"\xff\xfe", b""):
        assert send("POST", "/slack/events", body, {"Content-Type": "application/json"}).status == 401
    assert "private" not in caplog.text
    assert [record.pairs for record in caplog.records] == [{"status": 401, "reason": "signature"}] * 4


def test_http_request_over_the_limit_is_refused(send):
    body = b"a=" + b"b" * LARGEST_REQUEST
    assert send("POST", "/slack/events", body, signed(body)).status == 413
    largest = body[:LARGEST_REQUEST]
    assert send("POST", "/slack/events", largest, signed(largest)).status == 404  # nobody listens to it


def test_http_slow_request_holds_up_neither_others_nor_the_health(server, app):
    entered, release = threading.Event(), threading.Event()
    app.command("/slow")(lambda ack: (entered.set(), release.wait(SECONDS), ack("at last")))
    body, quick = command("/slow", ""), command("/echo", "quick")
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(send_to_port, server.port, "POST", "/slack/events", body, signed(body))
        assert entered.wait(SECONDS)
        assert send_to_port(server.port, "POST", "/slack/events", quick, signed(quick)).status == 200
        assert send_to_port(server.port, "GET", "/healthz").status == 200
        release.set()
        assert slow.result(SECONDS).body == "at last"


def test_stop_answers_what_is_under_way_and_takes_nothing_new(app):
    entered, release = threading.Event(), threading.Event()
    app.command("/slow")(lambda ack: (entered.set(), release.wait(SECONDS), ack("at last")))
    body = command("/slow", "")
    server = HttpServer(lambda: Health(True), port=0, requests=SignedRequests(app, SIGNING_SECRET))
    server.start()
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(send_to_port, server.port, "POST", "/slack/events", body, signed(body))
        assert entered.wait(SECONDS)
        stop = pool.submit(server.stop)
        assert is_left_within(SECONDS, server.port)
        release.set()
        assert slow.result(SECONDS) == Answer(200, "at last")
        stop.result(SECONDS)


def is_left_within(seconds: float, port: int) -> bool:
    """Whether nobody listens on the port any more: then another may have it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as attempt, suppress(OSError):
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(("127.0.0.1", port))
            return True
    return False


def test_http_without_an_app_tells_only_the_health(health):
    server = HttpServer(lambda: health[0], port=0)
    server.start()
    try:
        assert send_to_port(server.port, "GET", "/healthz").status == 200
        assert send_to_port(server.port, "POST", "/slack/events").status == 404
    finally:
        server.stop()


def test_start_port_in_use_is_told(server, health):
    second = HttpServer(lambda: health[0], port=server.port)
    with pytest.raises(HttpServerError, match=rf"^PORT {server.port} cannot be opened"):
        second.start()
