"""A thread with an asyncio loop of its own, for what talks with sockets while the rest of the bot stays synchronous."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """Runs coroutines that are handed in from other threads."""

    def __init__(self, name: str) -> None:
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._started.wait()

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Runs the coroutine on the loop, waits, and returns or raises what it does."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def stop(self) -> None:
        """Cancels what still runs and ends the thread."""
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join()

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ending = asyncio.Event()
        self._started.set()
        await self._ending.wait()
