"""A thread that serves on 127.0.0.1, with an event loop of its own: the workspace, or its page."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from aiohttp import web

from lamppu_bot.workspace.state import PATIENCE_SECONDS

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 0.1
"""How long requests still under way (a hanging one among them) may hold up the end."""

T = TypeVar("T")


class HostThread:
    """Serves an application from `start` to `stop`; `port` 0 takes any free one.

    `on_start` runs on the loop once the port is open, `on_stop` before connections are closed.
    """

    def __init__(
        self,
        application: web.Application,
        port: int,
        on_start: Callable[[], None],
        on_stop: Callable[[], Awaitable[None]],
        name: str = "workspace",
    ) -> None:
        self.port = port
        self._application = application
        self._on_start = on_start
        self._on_stop = on_stop
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._started = threading.Event()
        self._failure: OSError | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    def start(self) -> None:
        """Serve; raises OSError when the port is taken."""
        self._thread.start()
        if not self._started.wait(PATIENCE_SECONDS):
            raise TimeoutError(f"the {self._thread.name} did not start")
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Close everything and end the thread."""
        if self._loop is not None and self._stopping is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop and return its result, from any other thread."""
        if self._loop is None:
            raise RuntimeError("the workspace is not started")
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE_SECONDS)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._failure = error
            self._started.set()

    async def _serve(self) -> None:
        runner = web.AppRunner(
            self._application,
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=SHUTDOWN_SECONDS,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, self.port).start()
            self.port = runner.addresses[0][1]
            self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
            self._on_start()
            self._started.set()
            await self._stopping.wait()
            await self._on_stop()
        finally:
            await runner.cleanup()
