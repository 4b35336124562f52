"""Being called by Slack over HTTP, and telling whether the bot can serve: in this process, or as a WSGI application."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web
from slack_bolt import BoltResponse

from lamppu_bot.errors import LamppuError
from lamppu_bot.slack.health import Health
from lamppu_bot.slack.loop_thread import LoopThread
from lamppu_bot.slack.signed_requests import LARGEST_REQUEST, SignedRequests
from storage.database import DatabaseUnavailableError

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

EVENTS_PATH = "/slack/events"
HEALTH_PATH = "/healthz"
METRICS_PATH = "/metrics"
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
EVERY_INTERFACE = "0.0.0.0"  # noqa: S104 - Slack and the platform's health checks call from outside
PLAIN = ("content-type", "text/plain; charset=utf-8")


class HttpServerError(LamppuError):
    """HTTP cannot be served; the text says why and what to do."""


class HttpServer:
    """Serves HTTP on every interface in a thread of its own: Slack's requests, if it is given any, health, `metrics`.

    Slack's requests are dispatched in a pool of threads; `health` is asked outside of it, so that it can be told of a
    pool that is busy.
    """

    def __init__(
        self,
        health: Callable[[], Health],
        *,
        port: int,
        requests: SignedRequests | None = None,
        metrics: Callable[[], str] | None = None,
        threads: int = 16,
        drain_seconds: float = 10.0,
    ) -> None:
        self.port = port
        self._drain_seconds = drain_seconds
        self._health = health
        self._requests = requests
        self._metrics = metrics
        self._thread = LoopThread("http")
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="slack-request")

    def start(self) -> None:
        """Returns when the port is open; with port 0 the system chooses one, which `port` then is.

        Raises HttpServerError.
        """
        self._thread.start()
        try:
            self._thread.call(self._open())
        except OSError as error:
            self._thread.stop()
            raise HttpServerError(
                f"PORT {self.port} cannot be opened ({error.strerror}): set PORT to another"
                " (processes of one machine that share a .env each want one of their own)."
            ) from error

    def stop(self) -> None:
        """Takes no new connection, answers what is under way for at most `drain_seconds`, closes."""
        self._thread.call(self._runner.cleanup())
        self._thread.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _open(self) -> None:
        application = web.Application(client_max_size=LARGEST_REQUEST)
        application.router.add_get(HEALTH_PATH, self._tell_health)
        if self._metrics is not None:
            application.router.add_get(METRICS_PATH, partial(self._tell_metrics, self._metrics))
        if self._requests is not None:
            application.router.add_post(EVENTS_PATH, partial(self._handle_slack, self._requests))
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=self._drain_seconds)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, EVERY_INTERFACE, self.port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.port = self._runner.addresses[0][1]

    async def _tell_health(self, _request: web.Request) -> web.Response:
        health = await asyncio.to_thread(self._health)
        return web.Response(status=health.status, text=health.as_json(), content_type="application/json")

    async def _tell_metrics(self, metrics: Callable[[], str], _request: web.Request) -> web.Response:
        try:
            told = await asyncio.to_thread(metrics)
        except DatabaseUnavailableError:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text="the database does not answer\n")
        return web.Response(body=told.encode("utf-8"), headers={"content-type": METRICS_TYPE})

    async def _handle_slack(self, requests: SignedRequests, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        loop = asyncio.get_running_loop()
        return answer(await loop.run_in_executor(self._pool, requests.answer, body, request.query_string, headers))


def answer(response: BoltResponse) -> web.Response:
    headers = [(name, value) for name, values in response.headers.items() for value in values]
    return web.Response(status=response.status, body=response.body.encode("utf-8"), headers=headers)


def wsgi_app(requests: SignedRequests, health: Callable[[], Health]) -> "WSGIApplication":
    """What gunicorn serves as `bot:web`: Slack's requests, and the health beside them."""

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        place = (environ.get("REQUEST_METHOD"), environ.get("PATH_INFO"))
        if place == ("POST", EVENTS_PATH):
            response = requests.answer(wsgi_body(environ), environ.get("QUERY_STRING", ""), wsgi_headers(environ))
            headers = [(name, value) for name, values in response.headers.items() for value in values]
            return wsgi_answer(start_response, HTTPStatus(response.status), response.body, headers)
        if place in (("GET", HEALTH_PATH), ("HEAD", HEALTH_PATH)):
            told = health()
            return wsgi_answer(start_response, told.status, told.as_json(), [("content-type", "application/json")])
        return wsgi_answer(start_response, HTTPStatus.NOT_FOUND, "Not Found\n", [PLAIN])

    return serve


def wsgi_body(environ: "WSGIEnvironment") -> bytes:
    """Not more of it than it takes to see that it is too large. Without a length it ends where the server says so."""
    length = environ.get("CONTENT_LENGTH") or (LARGEST_REQUEST if environ.get("wsgi.input_terminated") else 0)
    return bytes(environ["wsgi.input"].read(min(int(length), LARGEST_REQUEST) + 1 if length else 0))


def wsgi_headers(environ: "WSGIEnvironment") -> dict[str, str]:
    """By their names in lower case, as they were sent."""
    sent = {name.removeprefix("HTTP_"): value for name, value in environ.items() if name.startswith("HTTP_")}
    sent["CONTENT_TYPE"] = environ.get("CONTENT_TYPE", "")
    return {name.lower().replace("_", "-"): str(value) for name, value in sent.items()}


def wsgi_answer(
    start_response: "StartResponse", status: HTTPStatus, body: str, headers: list[tuple[str, str]]
) -> Iterable[bytes]:
    content = body.encode("utf-8")
    start_response(f"{status.value} {status.phrase}", [*headers, ("content-length", str(len(content)))])
    return [content]
