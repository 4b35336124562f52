"""A process of the bot: which parts of it run in which role, started in order and stopped in the other."""

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

from slack_bolt import App

from lamppu_bot.clock import Clock, present
from lamppu_bot.logs import set_up_logging
from lamppu_bot.settings import DEFAULT_HTTP_PORT, Settings, SettingsError, SlackSettings
from lamppu_bot.slack.app import build_app
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.connection import SocketModeConnection
from lamppu_bot.slack.health import health_of
from lamppu_bot.slack.http import Health, HttpServer, wsgi_app
from lamppu_bot.slack.runtime import Machinery
from lamppu_bot.slack.signed_requests import SignedRequests
from storage.database import Database
from storage.process_lock import Role, process_lock

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


def machinery(slack: SlackSettings, database: Database, clock: Clock = present) -> Machinery:
    client = build_client(slack.bot_token.get_secret_value(), slack.api_url)
    return Machinery(database, client, clock=clock)


class Serving:
    """Serves in one role for as long as the context lasts; at its end, everything acknowledged is finished."""

    def __init__(self, settings: Settings, database: Database, role: Role) -> None:
        self._settings = settings
        self._slack = settings.for_slack()
        self._role = role
        self._bot = machinery(self._slack, database)
        self._connection: SocketModeConnection | None = None
        self._stack = ExitStack()

    def __enter__(self) -> "Serving":
        with ExitStack() as stack:
            if self._role is not Role.LISTEN:
                stack.enter_context(self._bot.running())
            if self._role is not Role.WORK:
                self._listen(stack)
            elif self._slack.app_token is None:
                self._read_missed(stack)  # the web processes beside it only answer Slack
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stack.close()

    def _listen(self, stack: ExitStack) -> None:
        """By Socket Mode where there is an app token, by HTTP otherwise; health is told wherever there is a port."""
        app = build_app(self._bot.services, self._bot.client)
        if self._slack.app_token is None:
            requests, port = signed_requests(app, self._slack), self._settings.port or DEFAULT_HTTP_PORT
            self._serve_http(stack, HttpServer(self._health, port=port, requests=requests))
            self._read_missed(stack)
            return
        if self._settings.port:
            server = HttpServer(
                self._health, port=self._settings.port, metrics=self._metrics
            )  # nobody outside asks here
            self._serve_http(stack, server)
        self._connection = SocketModeConnection(
            app,
            app_token=self._slack.app_token.get_secret_value(),
            api_url=self._slack.api_url,
            on_connected=self._bot.read_missed,
        )
        self._connection.start()
        stack.callback(self._connection.stop)
        stack.callback(self._bot.stop_reading)

    def _read_missed(self, stack: ExitStack) -> None:
        """By HTTP there is no connection to lose: what was missed was missed before the start. It takes its time."""
        thread = threading.Thread(target=self._bot.read_missed, name="missed")
        thread.start()
        stack.callback(thread.join)
        stack.callback(self._bot.stop_reading)

    def _serve_http(self, stack: ExitStack, server: HttpServer) -> None:
        server.start()
        stack.callback(server.stop)

    def _metrics(self) -> str:
        from lamppu_bot.operating.metrics import prometheus_text  # noqa: PLC0415 - only those who ask wait for it

        with self._bot.services.database.read() as session:
            return prometheus_text(session, self._bot.services.clock().real)

    def _health(self) -> Health:
        return health_of(self._bot, slack=self._connection.is_open if self._connection else None)


def signed_requests(app: App, slack: SlackSettings) -> SignedRequests:
    if slack.signing_secret is None:
        raise SettingsError("SLACK_SIGNING_SECRET is missing: HTTP needs it to know that a request comes from Slack.")
    return SignedRequests(app, slack.signing_secret.get_secret_value())


def web_application() -> "WSGIApplication":
    """The application behind `bot:web`. It wants PostgreSQL and a `work` beside it."""
    settings = Settings.load()
    set_up_logging(settings.log_level)
    slack = settings.for_slack()
    database = Database(settings.database_url.get_secret_value())
    with process_lock(database, Role.WEB):
        bot = machinery(slack, database)
    return wsgi_app(signed_requests(build_app(bot.services, bot.client), slack), lambda: health_of(bot))
