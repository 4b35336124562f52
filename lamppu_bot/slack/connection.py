"""Socket Mode: two WebSockets to Slack, so that one is always open, in front of a synchronous Bolt app.

The SDK's own client closes a socket that Slack wants replaced before it opens the next, and does not replace one over
which nothing comes any more. So the sockets are kept here, on aiohttp, each for one life from `hello` to close: a
replacement is open before the old one goes, and an acknowledgement leaves by the socket its request came in on.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

import aiohttp
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode.internals import run_bolt_app
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from lamppu_bot.errors import LamppuError
from lamppu_bot.slack.loop_thread import LoopThread
from lamppu_bot.slack.socket import (
    OPENING,
    OPENING_ERRORS,
    Socket,
    acknowledgement,
    asked_to_wait,
    explained,
    is_final,
    open_socket,
)

if TYPE_CHECKING:
    from lamppu_bot.slack.pauses import Pauses

logger = logging.getLogger(__name__)


class Dispatcher(Protocol):
    """A Bolt app, or what will be one before long."""

    def dispatch(self, req: BoltRequest) -> BoltResponse: ...


class SlackConnectionError(LamppuError):
    """The connection could not be opened; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things take, in seconds.

    `heartbeat`: a ping goes out after so long without a frame; half of that later without a pong, the socket is dead.
    `silence`: a socket that answers pings but brings no message for so long is replaced, for Slack has been seen to
    forget one (python-slack-sdk issue 1701). `parting`: how long a socket that Slack wants replaced is still listened
    to; Slack closes it itself after about 10 s. `longest_pause`: between attempts to connect, which start at once and
    double from 1 s.
    """

    heartbeat: float = 10.0
    silence: float = 3600.0
    parting: float = 15.0
    longest_pause: float = 30.0


class SocketModeConnection:
    """Hands what Slack sends to `app.dispatch`, in a pool of threads, and acknowledges what the app answers 200.

    `on_connected` is called in the pool whenever messages may have been missed: after the first connection, and after
    one that follows a loss. `on_unheard` is called when the app could not take an event: Slack brings it again for some
    minutes, and then no more. `pauses` are those that Slack asks of all processes with this token.
    """

    def __init__(
        self,
        app: Dispatcher,
        *,
        app_token: str,
        api_url: str,
        on_connected: Callable[[], object],
        on_unheard: Callable[[], object] = bool,
        sockets: int = 2,
        threads: int = 16,
        timing: Timing | None = None,
        pauses: "Pauses | None" = None,
    ) -> None:
        self._pauses = pauses
        self._app = cast(App, app)  # Bolt's own caller does no more than dispatch
        self._app_token = app_token
        self._client = AsyncWebClient(base_url=api_url, timeout=10)
        self._on_connected = on_connected
        self._on_unheard = on_unheard
        self._places = sockets
        self._timing = timing or Timing()
        self._thread = LoopThread("slack-socket-mode")
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="slack-request")
        self._sockets: list[Socket] = []
        self._keepers: set[asyncio.Task[None]] = set()
        self._listeners: set[asyncio.Task[None]] = set()
        self._under_way: set[asyncio.Task[None]] = set()
        self._missed = True
        self._stopping = False
        self._not_before = 0.0

    @property
    def is_open(self) -> bool:
        """Whether Slack can reach the bot at this moment."""
        return any(not socket.closed for socket in self._sockets)

    def start(self, timeout: float = 30.0) -> None:
        """Connects, and stays connected until `stop`. Returns when the first socket is open.

        Raises SlackConnectionError when Slack refuses the token, or cannot be reached for `timeout` seconds.
        """
        self._thread.start()
        try:
            self._thread.call(self._connect(timeout))
        except BaseException:
            self.stop(0)
            raise

    def stop(self, timeout: float = 10.0) -> None:
        """Takes nothing new, lets what is under way finish and be acknowledged for at most `timeout` seconds, closes.

        What was not taken or not acknowledged Slack sends again (events), or tells the person (clicks and forms).
        """
        self._thread.call(self._disconnect(timeout))
        self._thread.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _connect(self, timeout: float) -> None:
        self._session = aiohttp.ClientSession()
        first = await self._first_socket(time.monotonic() + timeout)
        self._spawn(self._keepers, self._keep_open(first))
        for _ in range(self._places - 1):
            self._spawn(self._keepers, self._keep_open(None))

    async def _first_socket(self, deadline: float) -> Socket:
        while True:
            try:
                return await self._open_socket()
            except OPENING_ERRORS as error:
                if is_final(error) or time.monotonic() > deadline:
                    raise SlackConnectionError(explained(error, self._client.base_url)) from error
                await asyncio.sleep(min(1.0, self._timing.longest_pause))

    async def _open_socket(self) -> Socket:
        """No sooner than Slack has asked for, whichever of the places, or of the processes, it said so to."""
        while (wait := await self._pause()) > 0:
            await asyncio.sleep(wait)
        try:
            return await open_socket(self._client, self._app_token, self._session, heartbeat=self._timing.heartbeat)
        except SlackApiError as error:
            if seconds := asked_to_wait(error):
                self._not_before = max(self._not_before, time.monotonic() + seconds)
                if self._pauses:
                    await asyncio.to_thread(self._pauses.note_too_fast, OPENING, seconds)
            raise

    async def _pause(self) -> float:
        asked_of_others = await asyncio.to_thread(self._pauses.seconds_left, OPENING) if self._pauses else 0.0
        return max(self._not_before - time.monotonic(), asked_of_others)

    async def _keep_open(self, socket: Socket | None) -> None:
        """Fills one of the places: opens a socket, waits until it needs replacing, and so on until cancelled."""
        failures = 0
        while True:
            opened = time.monotonic()
            try:
                socket = socket or await self._open_when_possible(failures)
                opened = time.monotonic()
                self._adopt(socket)
                await self._until_replaced(socket)
            except Exception:
                # A fault of ours in one life of a socket must not leave the bot deaf for good.
                logger.exception("A connection to Slack could not be kept")
            # One that keeps closing at once is no better than one that does not open.
            failures = 0 if time.monotonic() - opened > self._timing.longest_pause else failures + 1
            socket = None

    async def _open_when_possible(self, failures: int) -> Socket:
        while True:
            await asyncio.sleep(min(2.0 ** (failures - 2), self._timing.longest_pause) if failures > 1 else 0)
            try:
                return await self._open_socket()
            except OPENING_ERRORS as error:
                failures += 1
                logger.warning("%s", explained(error, self._client.base_url))

    def _adopt(self, socket: Socket) -> None:
        if self._missed or not self.is_open:
            self._missed = False
            self._spawn(self._under_way, self._tell_of_a_gap())
        self._sockets.append(socket)
        logger.info("Connected to Slack")
        self._spawn(self._listeners, self._listen(socket))

    async def _listen(self, socket: Socket) -> None:
        """Hands over what comes in until the socket is closed, from either side."""
        try:
            async for envelope in socket.envelopes():
                if not self._stopping:
                    self._spawn(self._under_way, self._answer(socket, envelope))
        finally:
            self._sockets.remove(socket)
            self._missed = self._missed or not socket.end_expected

    async def _until_replaced(self, socket: Socket) -> None:
        """Returns when another socket should take this one's place; this one is closed a little later."""
        while not socket.leaving.is_set():
            quiet = time.monotonic() - socket.heard_at
            if quiet >= self._timing.silence:
                logger.info("Slack has sent nothing for %d s: opening a new socket", quiet)
                self._missed = True
                break
            with suppress(TimeoutError):
                await asyncio.wait_for(socket.leaving.wait(), self._timing.silence - quiet)
        self._spawn(self._keepers, self._part_from(socket))

    async def _part_from(self, socket: Socket) -> None:
        await asyncio.sleep(self._timing.parting)
        await socket.close()

    async def _answer(self, socket: Socket, envelope: dict[str, Any]) -> None:
        """Lets the app deal with one request and acknowledges it; without a 200 Slack is to hear nothing."""
        request = SocketModeRequest.from_dict(envelope)
        if request is None:
            return
        response = await self._dispatched(request)
        if response.status != 200:
            logger.warning("A request of type %s is not acknowledged (status %s)", request.type, response.status)
            if request.type == "events_api":
                self._on_unheard()
            return
        frame = acknowledgement(request.envelope_id, response)
        for way in (socket, *(other for other in self._sockets if other is not socket)):
            if await way.send(frame):
                return
        logger.warning("A request of type %s was dealt with, but no socket is open to say so", request.type)

    def _dispatched(self, request: SocketModeRequest) -> "asyncio.Future[BoltResponse]":
        """The app's answer, from a thread of the pool.

        `run_in_executor` would bring it by two futures that watch each other, which under load costs the loop a quarter
        of its time.
        """
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[BoltResponse] = loop.create_future()

        def dispatch() -> None:
            try:
                response = run_bolt_app(self._app, request)
            except Exception as error:  # noqa: BLE001 - it is raised where the answer is waited for
                loop.call_soon_threadsafe(answered.set_exception, error)
            else:
                loop.call_soon_threadsafe(answered.set_result, response)

        self._pool.submit(dispatch)
        return answered

    async def _tell_of_a_gap(self) -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(self._pool, self._on_connected)
        except Exception:
            logger.exception("What was written while the bot was away is not read")

    async def _disconnect(self, timeout: float) -> None:
        self._stopping = True
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=timeout)
            if late:
                logger.warning("%d requests were still under way after %g s", len(late), timeout)
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        await asyncio.gather(*(socket.close() for socket in self._sockets))
        await asyncio.gather(*self._listeners, return_exceptions=True)
        await self._session.close()

    def _spawn(self, tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
