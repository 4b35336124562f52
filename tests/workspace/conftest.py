"""A workspace, two people in it, and small real Bolt apps that talk to it."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode.aiohttp import SocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import run_bolt_app
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from lamppu_bot.workspace import Person, Workspace

ConnectBot = Callable[..., AbstractContextManager[SocketModeClient]]


@pytest.fixture
def ws() -> Iterator[Workspace]:
    with Workspace(time_factor=0.0001) as workspace:
        yield workspace


@pytest.fixture
def liisa(ws: Workspace) -> Person:
    return ws.add_person("Liisa Lamppu", "liisa@example.org")


@pytest.fixture
def olli(ws: Workspace) -> Person:
    return ws.add_person("Olli Ohjaaja", "olli@example.org", locale="sv-FI")


@pytest.fixture
def client(ws: Workspace) -> WebClient:
    return WebClient(ws.bot_token, base_url=ws.api_url, retry_handlers=[])


@pytest.fixture
def app(client: WebClient) -> App:
    pool = ThreadPoolExecutor(5)
    logger = logging.getLogger("bolt-under-test")
    return App(client=client, process_before_response=True, listener_executor=pool, logger=logger)


class PooledHandler(SocketModeHandler):
    """Bolt's handler with the sync app on a thread, as the bot runs it, so that its loop stays free."""

    async def handle(self, client, req):
        response = await asyncio.get_running_loop().run_in_executor(None, run_bolt_app, self.app, req)
        await send_async_response(client, req, response, 0)


@pytest.fixture
def connected(ws: Workspace) -> ConnectBot:
    """Run an app in Socket Mode over the aiohttp client for the time of a `with`, in `ws` or another workspace."""

    @contextmanager
    def connect(app: App, ws: Workspace = ws) -> Iterator[SocketModeClient]:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="bot")
        thread.start()

        async def open_handler() -> PooledHandler:
            handler = PooledHandler(app, ws.app_token, web_client=AsyncWebClient(base_url=ws.api_url))
            await handler.connect_async()
            return handler

        handler = asyncio.run_coroutine_threadsafe(open_handler(), loop).result(5)
        ws.wait_connected()
        try:
            yield handler.client
        finally:
            asyncio.run_coroutine_threadsafe(handler.close_async(), loop).result(5)
            asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result(5)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    return connect


class QuietHandler(WSGIRequestHandler):
    """Serves without a line per request."""

    def log_message(self, *_args) -> None:
        """Say nothing."""


class ThreadedServer(ThreadingMixIn, WSGIServer):
    """One thread per request, none left behind."""

    daemon_threads = False


@pytest.fixture
def http_bot():
    """An app in HTTP mode over Bolt's WSGI adapter, and the workspace that posts to it."""

    @contextmanager
    def serve():
        server = make_server("127.0.0.1", 0, None, ThreadedServer, QuietHandler)
        address = f"http://127.0.0.1:{server.server_port}/slack/events"
        with Workspace(request_url=address, time_factor=0.0001) as ws:
            client = WebClient(ws.bot_token, base_url=ws.api_url, retry_handlers=[])
            app = App(client=client, signing_secret=ws.signing_secret, process_before_response=True)
            server.set_app(SlackRequestHandler(app))
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            try:
                yield app, ws
            finally:
                server.shutdown()
                thread.join()
                server.server_close()

    return serve
