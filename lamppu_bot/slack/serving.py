"""A process of the bot: which parts of it run in which role, started in order and stopped in the other."""

from contextlib import ExitStack
from typing import TYPE_CHECKING

from lamppu_bot.clock import present
from lamppu_bot.logs import set_up_logging
from lamppu_bot.memory import share_heap
from lamppu_bot.settings import DEFAULT_HTTP_PORT, Settings
from lamppu_bot.slack.assembling import Assembling
from storage.database import Database
from storage.process_lock import Role, process_lock

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from lamppu_bot.slack.connection import SocketModeConnection
    from lamppu_bot.slack.health import Health
    from lamppu_bot.slack.runtime import Machinery
    from lamppu_bot.slack.signed_requests import SignedRequests


class Serving:
    """Serves in one role for as long as the context lasts; at its end, everything acknowledged is finished."""

    def __init__(self, settings: Settings, database: Database, role: Role) -> None:
        self._settings = settings
        self._slack = settings.for_slack()
        self._database = database
        self._role = role
        self._bot: Machinery
        self._connection: SocketModeConnection | None = None
        self._stack = ExitStack()

    def __enter__(self) -> "Serving":
        with ExitStack() as stack:
            if self._role is Role.WORK:
                self._work(stack)
            elif self._slack.app_token:
                self._listen_by_socket(stack, self._slack.app_token.get_secret_value())
            else:
                self._listen_by_http(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stack.close()

    def _work(self, stack: ExitStack) -> None:
        from lamppu_bot.slack.assembly import machinery

        self._bot = machinery(self._slack, self._database)
        stack.enter_context(self._bot.running())
        if self._settings.port:
            self._serve_http(stack, self._settings.port)
        if self._slack.app_token is None:
            self._read_hourly(stack)  # the web processes beside it only answer Slack

    def _listen_by_socket(self, stack: ExitStack, app_token: str) -> None:
        """Health is told where there is a port."""
        from lamppu_bot.slack.connection import SocketModeConnection
        from lamppu_bot.slack.pauses import Pauses

        assembling = Assembling(self._slack, self._database)
        self._connection = SocketModeConnection(
            assembling,
            app_token=app_token,
            api_url=self._slack.api_url,
            on_connected=assembling.want_missed,
            on_unheard=assembling.want_missed_later,
            pauses=Pauses(self._database, present),
        )
        with ExitStack() as connecting:
            self._connection.start()
            connecting.callback(self._connection.stop)
            self._bot = assembling.bot()
            self._run(stack)
            stack.enter_context(self._bot.missed.reading())
            if self._settings.port:
                self._serve_http(stack, self._settings.port)
            stack.push(connecting.pop_all())  # at the end it goes first: nothing new, while what is there is finished
        stack.callback(self._bot.missed.stop)

    def _listen_by_http(self, stack: ExitStack) -> None:
        from lamppu_bot.slack.assembly import machinery, signed_requests

        self._bot = machinery(self._slack, self._database)
        requests = signed_requests(self._bot, self._slack)
        self._run(stack)
        self._serve_http(stack, self._settings.port or DEFAULT_HTTP_PORT, requests)
        self._read_hourly(stack)

    def _run(self, stack: ExitStack) -> None:
        if self._role is not Role.LISTEN:
            stack.enter_context(self._bot.running())

    def _read_hourly(self, stack: ExitStack) -> None:
        """By HTTP no connection tells that something was lost, so it is looked for all the time."""
        stack.enter_context(self._bot.missed.reading(hourly=True))

    def _serve_http(self, stack: ExitStack, port: int, requests: "SignedRequests | None" = None) -> None:
        """Slack's requests where it is given them; metrics only where not, for then nobody outside asks."""
        from lamppu_bot.slack.http import HttpServer

        server = HttpServer(self._health, port=port, requests=requests, metrics=None if requests else self._metrics)
        server.start()
        stack.callback(server.stop)

    def _metrics(self) -> str:
        from lamppu_bot.operating.metrics import prometheus_text

        with self._bot.services.database.read() as session:
            return prometheus_text(session, self._bot.services.clock().real)

    def _health(self) -> "Health":
        from lamppu_bot.slack.health import health_of

        return health_of(self._bot, slack=self._connection.is_open if self._connection else None)


def web_application() -> "WSGIApplication":
    """The application behind `bot:web`. It wants PostgreSQL and a `work` beside it."""
    from lamppu_bot.slack.assembly import machinery, signed_requests
    from lamppu_bot.slack.health import health_of
    from lamppu_bot.slack.http import wsgi_app

    share_heap()
    settings = Settings.load()
    set_up_logging(settings.log_level)
    slack = settings.for_slack()
    database = Database(settings.database_url.get_secret_value())
    with process_lock(database, Role.WEB):
        bot = machinery(slack, database)
    return wsgi_app(signed_requests(bot, slack), lambda: health_of(bot))
