"""Bringing events, interactions and commands to the bot: attempts, acknowledgements, redelivery."""

import asyncio
import threading
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, Protocol

DeliveryKind = Literal["events_api", "interactive", "slash_commands"]

RETRY_WAITS = (0.0, 60.0, 300.0)
"""Seconds before the first, second and third redelivery of an event (docs.slack.dev, Events API)."""


@dataclass(frozen=True)
class Outcome:
    """How one attempt ended; `reason` is Slack's word for a failure, "" when acknowledged."""

    response: dict[str, Any] | None = None
    reason: str = ""
    no_retry: bool = False


@dataclass(eq=False)
class Delivery:
    """One thing sent to the bot. `failures` holds the reason of every attempt that was not acknowledged.

    `done` is set when it is acknowledged or given up; `response` is the acknowledgement's payload.
    """

    kind: DeliveryKind
    payload: dict[str, Any]
    failures: list[str] = field(default_factory=list)
    acked: bool = False
    response: dict[str, Any] | None = None
    done: threading.Event = field(default_factory=threading.Event)


class Transport(Protocol):
    """One way to the bot: Socket Mode or signed HTTP."""

    async def attempt(self, delivery: Delivery, number: int, reason: str) -> Outcome:
        """Try once; `number` counts redeliveries from 0, `reason` is why the last one failed."""


class Courier:
    """Carries deliveries on the workspace's event loop; `send` may be called from any thread.

    The loop is woken once for all that is sent before it comes to it: waking is a system call.
    """

    def __init__(self, transport: Transport, time_factor: float) -> None:
        self.transport = transport
        self.time_factor = time_factor
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._outgoing: deque[Delivery] = deque()
        self._is_woken = False

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to carry on this loop."""
        self._loop = loop

    def send(self, delivery: Delivery) -> None:
        """Send it off; events are tried again, interactions and commands only once."""
        if self._loop is None or self._loop.is_closed():
            delivery.done.set()
            return
        self._outgoing.append(delivery)
        if not self._is_woken:
            self._is_woken = True
            self._loop.call_soon_threadsafe(self._begin_all)

    def _begin_all(self) -> None:
        self._is_woken = False
        while self._outgoing:
            delivery = self._outgoing.popleft()
            task = asyncio.ensure_future(self._carry(delivery))
            self._tasks.add(task)
            task.add_done_callback(partial(self._end, delivery))

    def _end(self, delivery: Delivery, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        delivery.done.set()

    async def _carry(self, delivery: Delivery) -> None:
        waits = RETRY_WAITS if delivery.kind == "events_api" else ()
        outcome = await self.transport.attempt(delivery, 0, "")
        for number, wait in enumerate(waits, 1):
            if not outcome.reason or outcome.no_retry:
                break
            delivery.failures.append(outcome.reason)
            await asyncio.sleep(wait * self.time_factor)
            outcome = await self.transport.attempt(delivery, number, outcome.reason)
        if outcome.reason:
            delivery.failures.append(outcome.reason)
        delivery.acked, delivery.response = not outcome.reason, outcome.response

    async def stop(self) -> None:
        """Give up whatever is still under way."""
        self._loop = None
        self._begin_all()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
