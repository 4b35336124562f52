"""Keeping open pages up to date: each is sent what it shows whenever that has changed."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from lamppu_bot.workspace.state import WorkspaceState

Json = dict[str, Any]

logger = logging.getLogger(__name__)

SHORTEST_PAUSE_SECONDS = 0.03
LOOK_AGAIN_SECONDS = 1.0


class Live:
    """The open pages; `describe` says what a look (as the page sent it) shows, or None when it sees nothing."""

    def __init__(self, state: WorkspaceState, describe: Callable[[Json], Json | None]) -> None:
        self._state = state
        self._describe = describe
        self._changed: dict[web.WebSocketResponse, asyncio.Event] = {}
        self._stop = threading.Event()
        self._watcher: threading.Thread | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to watch the workspace for changes."""
        self._watcher = threading.Thread(target=self._watch, args=(loop,), name="page watcher", daemon=True)
        self._watcher.start()

    async def stop(self) -> None:
        """Close every open page's connection."""
        self._stop.set()
        self._state.touch()
        for socket in list(self._changed):
            await socket.close()
        if self._watcher is not None:
            await asyncio.to_thread(self._watcher.join)

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        seen = 0
        while not self._stop.is_set():
            now = self._state.wait_changed(seen, LOOK_AGAIN_SECONDS)
            if now != seen and not self._stop.is_set():
                seen = now
                loop.call_soon_threadsafe(self._tell_all)

    def _tell_all(self) -> None:
        for changed in self._changed.values():
            changed.set()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One page's connection: it says where it looks, and is sent what is there."""
        socket = web.WebSocketResponse(heartbeat=20, max_msg_size=64 * 1024)
        await socket.prepare(request)
        look: Json = {}
        changed = self._changed[socket] = asyncio.Event()
        sending = asyncio.ensure_future(self._send(socket, look, changed))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    look.clear()
                    look.update(_look(message.data))
                    changed.set()
        finally:
            del self._changed[socket]
            sending.cancel()
        return socket

    def _described(self, look: Json) -> Json | None:
        """What is to be seen; a fault in one look is logged, and a moment later the page looks again."""
        try:
            return self._describe(look) if look else None
        except Exception:
            logger.exception("the page could not be described")
            return None

    async def _send(self, socket: web.WebSocketResponse, look: Json, changed: asyncio.Event) -> None:
        sent = ""
        while not socket.closed:
            await changed.wait()
            changed.clear()
            shown = await asyncio.to_thread(self._described, dict(look))
            if shown is None and look:
                asyncio.get_running_loop().call_later(LOOK_AGAIN_SECONDS, changed.set)
            said = json.dumps(shown, ensure_ascii=False)
            if shown is not None and said != sent:
                sent = said
                await socket.send_str(said)
            await asyncio.sleep(SHORTEST_PAUSE_SECONDS)


def _look(data: str) -> Json:
    try:
        look = json.loads(data)
    except ValueError:
        return {}
    return look if isinstance(look, dict) else {}
