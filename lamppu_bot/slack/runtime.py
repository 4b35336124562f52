"""The bot at work: what the calendar wants, what the ledger holds, what Slack sends; started and stopped together."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from lamppu_bot import conversation, homes, reporting, rounds
from lamppu_bot.clock import Clock, present
from lamppu_bot.side_process import SideProcess
from lamppu_bot.slack import parking
from lamppu_bot.slack.booking import Timing
from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.directory import find_people
from lamppu_bot.slack.missed import MissedMessages
from lamppu_bot.slack.outbox import Outbox
from lamppu_bot.slack.pacing import Limits
from lamppu_bot.slack.pauses import ClickClient, Pauses
from lamppu_bot.slack.reporter import ReporterBeside, reporter_of
from lamppu_bot.slack.sending import Worker
from lamppu_bot.slack.services import Services
from lamppu_bot.slack.token_watch import TokenWatch
from lamppu_bot.steering import lapsing
from storage import cause, ledger, pulse
from storage.claims import Claimed
from storage.database import Database, DatabaseUnavailableError

log = logging.getLogger(__name__)

# How often the calendar is looked at when nobody wakes it: prompts may be so late.
CALENDAR_SECONDS = 20.0
# The kinds of messages in whose threads people write.
THREADS_OF_WRITING = ("conversation", "inquiry")
# How long `tick` may wait for Slack's limits before it leaves the rest to the next one.
TICK_PATIENCE = timedelta(minutes=10)


class Machinery:
    """The database side of the bot: the calendar's steps and the worker. Slack's side is put in front of it."""

    def __init__(
        self,
        database: Database,
        client: WebClient,
        *,
        clock: Clock = present,
        timing: Timing | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.services = Services(database, clock, self.wake)
        self._background = replace(self.services, database=database.for_background())
        self.client = client
        self.token = TokenWatch(ClickClient(client, Pauses(database, clock)))
        url = database.url.render_as_string(hide_password=False)
        self._side = SideProcess(partial(reporter_of, url))
        render = Outbox(self.services, self._side).render
        self.worker = Worker(
            self._background.database,
            client,
            render,
            on_parked=lambda session, claimed, reason: parking.tell(session, claimed, reason, clock()),
            on_sent=self._follow_sent,
            clock=clock,
            timing=timing,
            limits=limits,
        )
        self._calls = Calls(client, self.worker.pacer)
        self.missed = MissedMessages(self._background, self._calls)
        self._awake = threading.Event()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def _follow_sent(self, session: Session, claimed: Claimed) -> None:
        now = self.services.clock()
        homes.follow(session, claimed.kind, claimed.person_id, now)
        if claimed.kind in THREADS_OF_WRITING and claimed.ts is None:
            conversation.find_thread(session, claimed.id, now)

    def wake(self, *, calendar: bool = False) -> None:
        """Something was committed that is to be sent; with `calendar`, something that the next step would do."""
        self.worker.wake()
        if calendar:
            self._awake.set()

    def step(self) -> None:
        """Does what the calendar says is due, and works changes into posted reports and open Homes."""
        with cause.dealing_with(cause.new()):
            self._step()

    def _step(self) -> None:
        database, now = self._background.database, self.services.clock()
        with database.write() as session:
            rounds.advance(session, now)
        lapsing.lapse(database, now)
        parking.try_again(database, now)
        reporting.publish(database, now, ReporterBeside(self._side))
        homes.refresh(database, now)
        self.worker.wake()
        find_people(database, self._calls, self.services.clock, self._stop)

    def tick(self) -> int:
        """Does and sends all that is due; returns how many messages that was."""
        self.step()
        self.worker.beat()
        return self.worker.drain(self.services.clock().real + TICK_PATIENCE)

    def oldest_unsent_seconds(self) -> int:
        """For how long the message that waits longest has been due; 0 when nothing waits."""
        with self.services.database.read() as session:
            due = ledger.oldest_unsent(session)
        return max(0, int((self.services.clock().real - due).total_seconds())) if due else 0

    def worker_seen_seconds(self) -> int | None:
        """How long ago a worker was seen at work: this process's own, or else any; None when there never was one."""
        if self.is_working:
            return int(self.worker.turned_seconds)
        with self.services.database.read() as session:
            beaten = pulse.last_beat(session)
        return max(0, int((self.services.clock().real - beaten).total_seconds())) if beaten else None

    @property
    def is_working(self) -> bool:
        """Whether calendar and worker were started in this process."""
        return bool(self._threads)

    @property
    def are_threads_alive(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def start(self) -> None:
        self._spawn("calendar", self._watch_calendar)
        self._spawn("worker", lambda: self.worker.run(self._stop))

    def stop(self) -> None:
        """Ends what has been begun and returns; what is left is in the ledger."""
        self._stop.set()
        self.wake(calendar=True)
        for thread in self._threads:
            thread.join()
        self.close()

    def close(self) -> None:
        """What `stop` ends with; after `tick` too there may be a process to end."""
        self._side.close()

    @contextmanager
    def running(self) -> Iterator[None]:
        self.start()
        try:
            yield
        finally:
            self.stop()

    def _spawn(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=name)
        thread.start()
        self._threads.append(thread)

    def _watch_calendar(self) -> None:
        while not self._stop.is_set():
            self._awake.clear()
            try:
                self.step()
            except DatabaseUnavailableError as error:
                log.warning("the calendar waits for the database: %s", error)
            except Exception:
                # Whatever `guarded` does not cover must not end the bot either: it is logged, and tried again.
                log.exception("the calendar's step failed")
            self._awake.wait(CALENDAR_SECONDS)
