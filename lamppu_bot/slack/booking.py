"""Writes down in the ledger how a sending goes, each step committed by itself."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lamppu_bot.clock import Clock
from lamppu_bot.slack.refusals import Reason
from lamppu_bot.slack.tracing import about
from storage import claims, homes, ledger
from storage.claims import Claimed
from storage.database import Database, DatabaseUnavailableError

logger = logging.getLogger(__name__)

OnParked = Callable[[Session, Claimed, Reason], None]
OnSent = Callable[[Session, Claimed], None]

# Once Slack has a message, its ts is worth some waiting for a busy database: without it somebody has to look.
LAST_TRIES = 8
TRY_AGAIN_SECONDS = 0.25


def nobody_cares(_session: Session, _claimed: Claimed) -> None:
    """What follows when a message was sent, where nothing does."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take.

    A lease covers a call to Slack and what comes before it; each file that is uploaded renews it. A message whose
    outcome is unknown is looked for no sooner than its request can still be under way. What failed is tried again after
    `retry_first`, then twice as long each time.
    """

    lease: timedelta = timedelta(seconds=30)
    look_after: timedelta = timedelta(seconds=60)
    retry_first: timedelta = timedelta(seconds=5)
    retry_longest: timedelta = timedelta(minutes=15)
    park_after: int = 8

    def retry_in(self, attempts: int) -> timedelta:
        return min(self.retry_longest, self.retry_first * (1 << min(attempts, 20)))


class Book:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        timing: Timing,
        on_parked: OnParked,
        sleep: Callable[[float], None] = time.sleep,
        on_sent: OnSent = nobody_cares,
    ) -> None:
        self.database = database
        self.clock = clock
        self.timing = timing
        self.on_parked = on_parked
        self.on_sent = on_sent
        self.sleep = sleep

    def begin(self, claimed: Claimed, channel: str | None, file_ids: Sequence[str] = ()) -> None:
        """From now on the message may be in Slack. Raises LeaseLostError."""
        lease = self.timing.lease
        with self.database.write() as session:
            claims.begin_attempt(session, claimed, self._now(), channel=channel, lease=lease, file_ids=file_ids)

    def renew(self, claimed: Claimed) -> None:
        """It is still being made. Raises LeaseLostError."""
        with self.database.write() as session:
            claims.renew(session, claimed, lease_until=self._now() + self.timing.lease)

    def put_up(self, claimed: Claimed, file_ids: Sequence[str]) -> None:
        """These files are up: a next try goes on from there. The lease is renewed. Raises LeaseLostError."""
        with self.database.write() as session:
            claims.keep_files(session, claimed, file_ids, lease_until=self._now() + self.timing.lease)

    def sent(self, claimed: Claimed, ts: str | None, shown: int | None = None) -> None:
        content = claimed.wanted if shown is None else shown
        for remaining in reversed(range(LAST_TRIES)):
            try:
                with self.database.write() as session:
                    claims.settle_sent(session, claimed, self._now(), ts=ts, shown=content)
                    self.on_sent(session, claimed)
                break
            except DatabaseUnavailableError:
                if not remaining:
                    raise
                self.sleep(TRY_AGAIN_SECONDS)
        logger.info("sent", extra=about(claimed))

    def shown(self, claimed: Claimed, digest: str) -> None:
        """The person's Home says what this digest stands for. Raises LeaseLostError."""
        with self.database.write() as session:
            claims.settle_sent(session, claimed, self._now(), ts=None, shown=claimed.wanted)
            if claimed.person_id is not None:
                homes.remember_shown(session, claimed.person_id, digest)
        logger.info("shown", extra=about(claimed))

    def show_again(self, claimed: Claimed) -> None:
        """Somebody else has shown this Home too, and nobody knows whose was the last."""
        if claimed.person_id is not None:
            with self.database.write() as session:
                ledger.change_ids(session, [claimed.id], now=self._now())

    def not_sent(self, claimed: Claimed) -> None:
        """Slack was looked through: an earlier attempt left nothing."""
        with self.database.write() as session:
            claims.forget_attempt(session, claimed)

    def dropped(self, claimed: Claimed, error: str | None = None) -> None:
        with self.database.write() as session:
            claims.settle_dropped(session, claimed, error=error)
        logger.info("dropped: %s", error or "no longer wanted", extra=about(claimed))

    def put_off(self, claimed: Claimed, until: datetime) -> None:
        with self.database.write() as session:
            claims.put_off(session, claimed, until)

    def give_back(self, claimed: Claimed, until: datetime, *, keep_attempt: bool, error: str | None = None) -> None:
        with self.database.write() as session:
            claims.release(session, claimed, until, keep_attempt=keep_attempt, error=error)

    def unknown(self, claimed: Claimed, error: str) -> None:
        """The message may be in Slack. Until the first look nothing later for the same destination goes out."""
        is_first = claimed.attempts == 0
        wait = self.timing.look_after if is_first else self.timing.retry_in(claimed.attempts)
        look_at = self._now() + max(self.timing.look_after, wait)
        with self.database.write() as session:
            claims.settle_unknown(session, claimed, error=error, look_at=look_at, hold=is_first)
        logger.warning("outcome unknown: %s; looked for at %s", error, look_at, extra=about(claimed))

    def failed(self, claimed: Claimed, error: str, *, keep_attempt: bool, keep_files: bool = True) -> None:
        retry_at = self._now() + self.timing.retry_in(claimed.attempts)
        kept = {"keep_attempt": keep_attempt, "keep_files": keep_files}
        with self.database.write() as session:
            claims.settle_failed(session, claimed, error=error, retry_at=retry_at, **kept)
        logger.warning("failed: %s; again at %s", error, retry_at, extra=about(claimed))

    def parked(self, claimed: Claimed, reason: Reason, *, keep_attempt: bool) -> None:
        """A person must decide; whoever is to be told is told in the same transaction."""
        with self.database.write() as session:
            claims.park(session, claimed, self._now(), error=str(reason), keep_attempt=keep_attempt)
            self.on_parked(session, claimed, reason)
        logger.error("parked: %s", reason, extra=about(claimed))

    def _now(self) -> datetime:
        return self.clock().real
