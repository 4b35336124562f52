"""Being called by Slack over HTTP, and telling whether the bot can serve: in this process, or as a WSGI application."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.wsgi import SlackRequestHandler

from lamppu_bot.errors import LamppuError
from lamppu_bot.slack.loop_thread import LoopThread
from storage.database import DatabaseUnavailableError

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

EVENTS_PATH = "/slack/events"
HEALTH_PATH = "/healthz"
METRICS_PATH = "/metrics"
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
EVERY_INTERFACE = "0.0.0.0"  # noqa: S104 - Slack and the platform's health checks call from outside
LARGEST_REQUEST = 4 * 1024**2  # bytes; a form full of text comes percent-encoded, at three bytes for one


class HttpServerError(LamppuError):
    """HTTP cannot be served; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the bot can serve. `details` is public: states and ages, never a name or a secret."""

    ok: bool
    details: Mapping[str, str | int | bool | None] = field(default_factory=dict)

    @property
    def status(self) -> HTTPStatus:
        return HTTPStatus.OK if self.ok else HTTPStatus.SERVICE_UNAVAILABLE

    def as_json(self) -> str:
        return json.dumps({"ok": self.ok, **self.details})


class HttpServer:
    """Serves HTTP on every interface in a thread of its own. Without an app it only tells the health and `metrics`.

    Slack's requests are dispatched in a pool of threads; `health` is asked outside of it, so that it can be told of a
    pool that is busy.
    """

    def __init__(
        self,
        health: Callable[[], Health],
        *,
        port: int,
        app: App | None = None,
        metrics: Callable[[], str] | None = None,
        threads: int = 16,
        drain_seconds: float = 10.0,
    ) -> None:
        self.port = port
        self._drain_seconds = drain_seconds
        self._health = health
        self._app = app
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
                f"PORT {self.port} cannot be opened ({error.strerror}): set PORT to another."
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
        if self._app is not None:
            application.router.add_post(EVENTS_PATH, partial(self._handle_slack, self._app))
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

    async def _handle_slack(self, app: App, request: web.Request) -> web.Response:
        try:
            body = (await request.read()).decode("utf-8")
        except UnicodeDecodeError:
            return web.Response(status=HTTPStatus.BAD_REQUEST, text="Slack's requests are UTF-8")
        slack_request = BoltRequest(body=body, query=request.query_string, headers=dict(request.headers))
        loop = asyncio.get_running_loop()
        return answer(await loop.run_in_executor(self._pool, app.dispatch, slack_request))


def answer(response: BoltResponse) -> web.Response:
    headers = [(name, value) for name, values in response.headers.items() for value in values]
    return web.Response(status=response.status, body=response.body.encode("utf-8"), headers=headers)


def wsgi_app(app: App, health: Callable[[], Health]) -> "WSGIApplication":
    """What gunicorn serves as `bot:web`: Bolt's own adapter, and the health beside it."""
    slack = SlackRequestHandler(app, path=EVENTS_PATH)

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ.get("PATH_INFO") != HEALTH_PATH or environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return slack(environ, start_response)
        told = health()
        body = told.as_json().encode("utf-8")
        headers = [("content-type", "application/json"), ("content-length", str(len(body)))]
        start_response(f"{told.status.value} {told.status.phrase}", headers)
        return [body]

    return serve
