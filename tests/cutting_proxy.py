"""A TCP proxy in front of PostgreSQL that cuts connections where a test says so."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Literal, Self

from lamppu_bot.slack.loop_thread import LoopThread

Moment = Literal["before", "within", "after"]
CHUNK = 65536


class CuttingProxy:
    """Forwards 127.0.0.1:`port` to a Unix socket.

    `cut_at(what, moment)` cuts the next connection over which a client sends a chunk for which `what` holds, having
    been given all that the connection has sent in its transaction: before any of it reaches the server, after half
    of it did, or after the server has answered, without passing the answer on.
    """

    def __init__(self, socket_path: str) -> None:
        self.port = 0
        self.cuts = 0
        self._socket_path = socket_path
        self._armed: tuple[Callable[[bytes], bool], Moment] | None = None
        self._thread = LoopThread("proxy")
        self._open: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._thread.call(self._listen())
        return self

    def __exit__(self, *_exc: object) -> None:
        self._thread.call(self._close())
        self._thread.stop()

    def cut_at(self, what: Callable[[bytes], bool], moment: Moment) -> None:
        self._armed = (what, moment)

    def cut_all(self) -> None:
        """Every connection that is open now."""
        self._thread.call(self._cut_all())

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        await self._cut_all()

    async def _cut_all(self) -> None:
        self.cuts += len(self._open)
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_unix_connection(self._socket_path)
        self._open.add(to_client)
        answers = asyncio.create_task(self._pass_on(server, to_client))
        with suppress(ConnectionError):
            await self._pass_questions(client, to_server, server, answers)
        answers.cancel()
        to_server.transport.abort()
        to_client.transport.abort()
        self._open.discard(to_client)

    async def _pass_questions(
        self,
        client: asyncio.StreamReader,
        to_server: asyncio.StreamWriter,
        server: asyncio.StreamReader,
        answers: "asyncio.Task[None]",
    ) -> None:
        sent = b""
        while chunk := await client.read(CHUNK):
            sent = chunk if b"BEGIN" in chunk else sent + chunk
            if self._armed and self._armed[0](sent):
                moment, self._armed = self._armed[1], None
                self.cuts += 1
                if moment == "within":
                    to_server.write(chunk[: len(chunk) // 2])
                elif moment == "after":
                    answers.cancel()
                    await asyncio.gather(answers, return_exceptions=True)
                    to_server.write(chunk)
                    await server.read(CHUNK)
                return
            to_server.write(chunk)

    @staticmethod
    async def _pass_on(server: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while chunk := await server.read(CHUNK):
                to_client.write(chunk)
        to_client.transport.abort()
