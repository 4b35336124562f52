"""The worker: takes what is due from the ledger and has it sent, exactly once. See docs/delivery.md."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from lamppu_bot.clock import Clock, present
from lamppu_bot.slack.addressing import Addresses
from lamppu_bot.slack.booking import Book, OnParked, Timing
from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.handling import Handling, Render
from lamppu_bot.slack.pacing import SLACK_LIMITS, Limits, Pacer
from lamppu_bot.slack.posting import Posting
from storage import claims
from storage.claims import Claimed
from storage.database import Database

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
# What is due but has no known moment (another of its channel is just being sent) is looked at again so soon.
SOON_SECONDS = 0.05


class Worker:
    """Sends what is due, with any number of others beside it in this process and elsewhere.

    `render` is given a session that only reads, and returns None when the message is no longer wanted. `on_parked` is
    called in the transaction that parks a message, to order word to whoever must act; it must not order word about
    such word. `threads` share the waiting for Slack's answers; the database keeps the pace. `sleep` waits for turns.
    """

    def __init__(
        self,
        database: Database,
        client: WebClient,
        render: Render,
        *,
        on_parked: OnParked,
        clock: Clock = present,
        sleep: Callable[[float], None] = time.sleep,
        timing: Timing | None = None,
        limits: Limits | None = None,
        threads: int = 4,
        worker_id: str | None = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.sleep = sleep
        self.timing = timing or Timing()
        self.threads = threads
        self.worker_id = worker_id or f"{socket.gethostname()[:32]}:{os.getpid()}"
        self.pacer = Pacer(database, limits or SLACK_LIMITS, clock, sleep)
        calls = Calls(client, self.pacer)
        book = Book(database, clock, self.timing, on_parked, sleep)
        posting = Posting(calls, book, Addresses(database, calls, clock))
        self.handling = Handling(render, calls, book, posting, clock)
        self._awake = threading.Event()

    def wake(self) -> None:
        """Something was ordered: look at once instead of at the next second."""
        self._awake.set()

    def step(self) -> int:
        """Claims one message and brings it as far as it gets; returns how many were claimed, 0 or 1.

        Raises DatabaseUnavailableError when it cannot claim.
        """
        claimed = self._claim()
        if claimed is None:
            return 0
        self.handling.handle(claimed)
        return 1

    def _claim(self) -> Claimed | None:
        now = self.clock().real
        with self.database.read() as session:
            candidates = claims.due_ids(session, now, limit=2 * self.threads, busy=self.pacer.busy(session))
        if not candidates:
            return None
        with self.database.write() as session:
            claimed = claims.claim(session, candidates, now, worker=self.worker_id, lease=self.timing.lease)
        return next(iter(claimed), None)

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set and the threads are awake to see it; ends what was begun and returns."""
        threads = [threading.Thread(target=self._loop, args=(stop,), name=f"sending-{n}") for n in range(self.threads)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _loop(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                pause = 0.0 if self.step() else self._seconds_to_next()
            except Exception:
                logger.exception("the worker could not go on")
                pause = POLL_SECONDS
            if pause:
                self._awake.wait(pause)
                self._awake.clear()

    def _seconds_to_next(self) -> float:
        """Until something may be claimed, at most POLL_SECONDS."""
        with self.database.read() as session:
            free_at = claims.next_due_at(session)
            pause = self._pause(session, free_at)
        return POLL_SECONDS if pause is None else min(POLL_SECONDS, pause)

    def drain(self, deadline: datetime) -> int:
        """Sends all that is due now, waiting for turns until `deadline` (real time); returns how many were handled.

        What failed and is to be tried later is left for later.
        """
        handled = 0
        with ThreadPoolExecutor(self.threads) as pool:
            while self.clock().real < deadline:
                done = sum(pool.map(lambda _: self.step(), range(self.threads)))
                handled += done
                if done:
                    continue
                pause = self._seconds_to_next_due()
                if pause is None or self.clock().real.timestamp() + pause > deadline.timestamp():
                    break
                self.sleep(pause)
        return handled

    def _seconds_to_next_due(self) -> float | None:
        """Until one of the rows that are due already may be claimed; None when nothing is due any more."""
        with self.database.read() as session:
            return self._pause(session, claims.pending_until(session, self.clock().real))

    def _pause(self, session: Session, free_at: datetime | None) -> float | None:
        if free_at is None:
            return None
        ahead = (free_at - self.clock().real).total_seconds()
        return ahead if ahead > 0 else max(SOON_SECONDS, self.pacer.next_opening(session) or 0)
