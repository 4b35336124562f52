"""Socket Mode: the websockets of the bot, envelopes out, acknowledgements in."""

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from lamppu_bot.workspace.delivery import Delivery, Outcome

MOST_CONNECTIONS = 10
CONNECTION_SECONDS = 18_060
"""What Slack's hello calls the approximate time until it asks for a new connection."""
CLOSE_SECONDS = 1.0
"""How long to wait for the bot's part of a closing handshake."""
PARTING_SECONDS = 10.0
"""How long a connection that is to be replaced still stands."""

Pending = asyncio.Future[dict[str, Any] | None]


class SocketMode:
    """The open connections, without those asked to leave; each envelope goes to one of them in turn.

    Those of them that are `deaf` carry nothing, until the bot gives them up; those that are `forgotten`, too, still
    answer pings.
    """

    def __init__(self, app_id: str, ack_timeout: float, on_change: Callable[[], None]) -> None:
        self.app_id = app_id
        self._on_change = on_change
        self.ack_timeout = ack_timeout
        self.connections: list[web.WebSocketResponse] = []
        self._leaving: list[web.WebSocketResponse] = []
        self._parting: set[asyncio.Task[None]] = set()
        self._requests: dict[web.WebSocketResponse, web.Request] = {}
        self.deaf: set[web.WebSocketResponse] = set()
        self.forgotten: set[web.WebSocketResponse] = set()
        self._is_to_cut = False
        self._tickets: set[str] = set()
        self._pending: dict[str, Pending] = {}
        self._seed = secrets.token_hex(4)
        self._numbers = count(1)
        self._turn = 0

    def issue_ticket(self) -> str:
        """A ticket for one connection, good for a single use."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection from hello to close."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="unknown ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(compress=False, timeout=CLOSE_SECONDS, autoping=False)
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await socket.send_str(self._disconnect("too_many_websockets"))
            await socket.close()
            return socket
        self.connections.append(socket)
        self._requests[socket] = request
        try:
            await socket.send_str(self._hello())
            self._on_change()
            async for frame in socket:
                await self._hear(socket, frame)
        finally:
            for sockets in (self.connections, self._leaving):
                if socket in sockets:
                    sockets.remove(socket)
            self.deaf.discard(socket)
            self.forgotten.discard(socket)
            del self._requests[socket]
            self._on_change()
        return socket

    async def _hear(self, socket: web.WebSocketResponse, frame: WSMessage) -> None:
        if socket in self.deaf - self.forgotten:
            return
        if frame.type is WSMsgType.PING:
            with suppress(ConnectionError):  # it may have gone meanwhile
                await socket.pong(frame.data)
        elif socket in self.deaf:
            return
        elif frame.type is WSMsgType.TEXT and self._is_to_cut:
            self._is_to_cut = False
            self._lose(json.loads(frame.data))
            await self.drop()
        elif frame.type is WSMsgType.TEXT:
            self._acknowledge(json.loads(frame.data))

    def _hello(self) -> str:
        debug = {"host": "localhost", "approximate_connection_time": CONNECTION_SECONDS}
        hello = {"type": "hello", "num_connections": len(self.connections), "debug_info": debug}
        return json.dumps(hello | {"connection_info": {"app_id": self.app_id}})

    @staticmethod
    def _disconnect(reason: str) -> str:
        return json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "localhost"}})

    def _acknowledge(self, frame: dict[str, Any]) -> None:
        if (waiting := self._awaited(frame)) is not None:
            waiting.set_result(frame.get("payload"))

    def _lose(self, frame: dict[str, Any]) -> None:
        if (waiting := self._awaited(frame)) is not None:
            waiting.set_exception(ConnectionResetError())

    def _awaited(self, frame: dict[str, Any]) -> Pending | None:
        """What waits for this acknowledgement, if it does not come too late."""
        waiting = self._pending.get(str(frame.get("envelope_id")))
        return None if waiting is None or waiting.done() else waiting

    def _next_connection(self) -> web.WebSocketResponse | None:
        candidates = self.connections or self._leaving
        if not candidates:
            return None
        self._turn += 1
        return candidates[self._turn % len(candidates)]

    async def attempt(self, delivery: Delivery, number: int, reason: str) -> Outcome:
        """Send one envelope and wait for its acknowledgement."""
        socket = self._next_connection()
        if socket is None:
            return Outcome(reason="connection_failed")
        envelope_id = f"{self._seed}-{next(self._numbers):012x}"
        waiting: Pending = asyncio.get_running_loop().create_future()
        self._pending[envelope_id] = waiting
        try:
            async with asyncio.timeout(self.ack_timeout):
                if socket not in self.deaf:
                    await socket.send_str(_envelope(envelope_id, delivery, number, reason))
                return Outcome(response=await waiting)
        except TimeoutError:
            return Outcome(reason="timeout")
        except ConnectionError:
            return Outcome(reason="connection_failed")
        finally:
            del self._pending[envelope_id]

    async def refresh(self, reason: str) -> None:
        """Ask every connection to come again, as Slack does every few hours.

        New connections take over; the old ones serve while there is no new one, and are closed after a while.
        """
        leaving, self.connections = self.connections, []
        self._leaving += leaving
        for socket in leaving:
            await socket.send_str(self._disconnect(reason))
        task = asyncio.ensure_future(self._part(leaving))
        self._parting.add(task)
        task.add_done_callback(self._parting.discard)

    @staticmethod
    async def _part(leaving: list[web.WebSocketResponse]) -> None:
        await asyncio.sleep(PARTING_SECONDS)
        for socket in leaving:
            await socket.close()

    async def drop(self) -> None:
        """Cut every connection without a word, as a broken network does."""
        cut, self.connections, self._leaving = [*self.connections, *self._leaving], [], []
        for socket in cut:
            transport = self._requests[socket].transport
            if transport is not None:
                transport.abort()

    async def drop_at_ack(self) -> None:
        """Cut every connection when the next acknowledgement is on its way: what it was about has been done."""
        self._is_to_cut = True

    async def deafen(self, *, forgotten: bool) -> None:
        """Have every connection stand and carry nothing any more, as Slack was seen to do; pongs if `forgotten`."""
        self.deaf.update(self._requests)
        if forgotten:
            self.forgotten.update(self._requests)

    async def stop(self) -> None:
        """Close every connection."""
        for task in self._parting:
            task.cancel()
        await asyncio.gather(*(socket.close() for socket in self._requests))


def _envelope(envelope_id: str, delivery: Delivery, number: int, reason: str) -> str:
    envelope = {
        "envelope_id": envelope_id,
        "type": delivery.kind,
        "accepts_response_payload": delivery.kind == "slash_commands"
        or delivery.payload.get("type") == "view_submission",
        "payload": delivery.payload,
    }
    if delivery.kind == "events_api":
        envelope |= {"retry_attempt": number, "retry_reason": reason}
    return json.dumps(envelope)
