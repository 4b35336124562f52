"""The worker: takes what is due from the ledger and has it sent, exactly once. See docs/delivery.md."""

import logging
import math
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from lamppu_bot.clock import Clock, present
from lamppu_bot.slack.addressing import Addresses
from lamppu_bot.slack.booking import Book, OnParked, OnSent, Timing, nobody_cares
from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.handling import Handling, Render
from lamppu_bot.slack.pacing import SLACK_LIMITS, Limits, Openings, Pacer
from lamppu_bot.slack.posting import Posting
from lamppu_bot.slack.tracing import about
from storage import claims, pulse
from storage.claims import Claimed
from storage.database import Database, DatabaseUnavailableError

logger = logging.getLogger(__name__)

POLL_SECONDS = 1.0
BEAT_SECONDS = 10.0
SHORTEST_PAUSE_SECONDS = 0.05


class Worker:
    """Sends what is due, with any number of others beside it in this process and elsewhere.

    `render` is given a session that only reads, and returns None when the message is no longer wanted. `on_parked` is
    called in the transaction that parks a message, to order word to whoever must act; it must not order word about
    such word. `on_sent` is called in the one that settles a message, to order what follows from it. `threads` share
    the waiting for Slack's answers; the database keeps the pace. `sleep` waits for turns.
    """

    def __init__(
        self,
        database: Database,
        client: WebClient,
        render: Render,
        *,
        on_parked: OnParked,
        on_sent: OnSent = nobody_cares,
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
        book = Book(database, clock, self.timing, on_parked, sleep, on_sent)
        posting = Posting(calls, book, Addresses(database, calls, clock))
        self.handling = Handling(render, calls, book, posting, clock)
        self._awake = threading.Event()
        self._turned_at, self._beaten_at = time.monotonic(), -math.inf

    @property
    def turned_seconds(self) -> float:
        """For how long `run` has not looked around: about a second, as long as it is alive."""
        return time.monotonic() - self._turned_at

    def wake(self) -> None:
        """Something was ordered: look at once instead of at the next second."""
        self._awake.set()

    def step(self) -> int:
        """Claims one message and brings it as far as it gets; returns how many were claimed, 0 or 1.

        Raises DatabaseUnavailableError when it cannot claim.
        """
        claimed, _ = self._claim()
        if claimed is None:
            return 0
        self.handling.handle(claimed)
        return 1

    def _claim(self) -> tuple[Claimed | None, float]:
        """A message that this worker alone may send now, or the seconds after which to look again."""
        now = self.clock().real
        candidates, pause = self._seen(now)
        if not candidates:
            return None, pause
        with self.database.write() as session:
            claimed = claims.claim(session, candidates, now, worker=self.worker_id, lease=self.timing.lease)
        return next(iter(claimed), None), SHORTEST_PAUSE_SECONDS  # another worker has taken them: there may be more

    def _seen(self, now: datetime) -> tuple[list[int], float]:
        """What could be claimed now; where there is nothing, the seconds until something may be."""
        with self.database.read() as session:
            openings = self.pacer.openings(session)
            found = claims.due_ids(session, now, limit=2 * self.threads, busy=self.pacer.busy(openings))
            return found, 0 if found else self._pause(session, openings, now)

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set and `wake` was called; ends what was begun and returns.

        One thread looks for what is due and hands it to the others: so many looks as there are threads, at every wake
        of a busy hour, would take the processor from those who answer Slack.
        """
        free = threading.Semaphore(self.threads)
        with ThreadPoolExecutor(self.threads, "sending") as pool:
            while not stop.is_set():
                self.beat()
                if not free.acquire(timeout=POLL_SECONDS):
                    continue
                began = time.monotonic()
                claimed, pause = self._look()
                if claimed:
                    pool.submit(self._finish, claimed, free)
                    continue
                free.release()
                self._awake.wait(pause)
                stop.wait(max(0, began + SHORTEST_PAUSE_SECONDS - time.monotonic()))
                self._awake.clear()

    def beat(self) -> None:
        """Tells that it lives; on SQLite there is no other process to tell."""
        self._turned_at = time.monotonic()
        if self.database.is_sqlite or self._turned_at - self._beaten_at < BEAT_SECONDS:
            return
        self._beaten_at = self._turned_at
        with suppress(DatabaseUnavailableError), self.database.write() as session:  # the look that follows says so
            pulse.beat(session, self.clock().real)

    def _look(self) -> tuple[Claimed | None, float]:
        """Something to send, or the seconds after which to look again."""
        try:
            claimed, pause = self._claim()
            return claimed, min(POLL_SECONDS, pause)
        except DatabaseUnavailableError as error:
            logger.warning("nothing can be sent while the database is away: %s", error)
        except Exception:
            logger.exception("the worker could not look for what is due")
        return None, POLL_SECONDS

    def _finish(self, claimed: Claimed, free: threading.Semaphore) -> None:
        """Its end may be the beginning of the next one of its channel."""
        try:
            self.handling.handle(claimed)
        except Exception:
            logger.exception("waits for its lease", extra=about(claimed))
        finally:
            free.release()
            self._awake.set()

    def drain(self, deadline: datetime) -> int:
        """Sends all that is due now, waiting for turns until `deadline` (real time); returns how many were handled.

        What failed and is to be tried later is left for later.
        """
        handled = 0
        with ThreadPoolExecutor(self.threads) as pool:
            while (now := self.clock().real) < deadline:
                # More threads than there are messages would only stand in each other's way.
                found, pause = self._seen(now)
                done = sum(pool.map(lambda _: self.step(), range(min(self.threads, len(found)))))
                handled += done
                if not done and not self._wait_for_due(now, pause, deadline):
                    break
        return handled

    def _wait_for_due(self, now: datetime, pause: float, deadline: datetime) -> bool:
        """Waits until something that was due at `now` may be claimed; False when there is none before the deadline."""
        with self.database.read() as session:
            if not claims.has_due(session, now):
                return False
        if now + timedelta(seconds=pause) > deadline:
            return False
        self.sleep(max(SHORTEST_PAUSE_SECONDS, pause))
        return True

    def _pause(self, session: Session, openings: Openings, now: datetime) -> float:
        """Seconds until something that could not be claimed at `now` may be; POLL_SECONDS when no moment is known."""
        free_at = claims.next_free_at(session, now)
        moments = [*([free_at] if free_at else []), *(datetime.fromtimestamp(at, UTC) for at in openings.values())]
        ahead = (min(moments) - self.clock().real).total_seconds() if moments else POLL_SECONDS
        return max(SHORTEST_PAUSE_SECONDS, ahead)
