"""Keeps all workers together under Slack's rate limits: a turn is taken in the database before each call."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lamppu_bot.clock import Clock
from storage import pacing
from storage.claims import Busy
from storage.database import Database
from storage.pacing import Limit

CHANNEL = "channel:"
POSTS = "posts"
POSTING_METHODS = ("chat.postMessage", "files.completeUploadExternal")
TIER_2 = {"users.list"}
TIER_4 = {
    "files.completeUploadExternal",
    "files.getUploadURLExternal",
    "files.info",
    "users.info",
    "views.publish",
}

# A worker waits this long in place; for more it gives the row back.
PATIENCE_SECONDS = 2.0
# No row is taken up whose method is further off than this: it would only sit on a worker.
QUEUE_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast we call: `posts` in the whole workspace, each `channel`, and methods by Slack's tier."""

    posts: Limit
    channel: Limit
    tier_2: Limit
    tier_3: Limit
    tier_4: Limit

    def of(self, key: str) -> Limit:
        if key.startswith(CHANNEL):
            return self.channel
        if key in (POSTS, "chat.postMessage"):
            return self.posts
        if key in TIER_2:
            return self.tier_2
        return self.tier_4 if key in TIER_4 else self.tier_3


SLACK_LIMITS = Limits(
    posts=Limit(60 / 290, burst=6),
    channel=Limit(1.05),
    tier_2=Limit(5.0, burst=6),
    tier_3=Limit(1.5, burst=8),
    tier_4=Limit(0.8, burst=23),
)
"""Slack's own (docs.slack.dev, "Rate limits"): 300 posts a minute is what "several hundred" is taken for, a channel
takes one a second, tiers 2, 3 and 4 take 20, 50 and 100 calls a minute: 60 s of even pace and one burst come to just
less, for of two calls the later one may be the faster on its way to Slack. A worker that is late for its turn makes up
for that by the burst; at an even pace alone every delay would be lost, and a wave took a fifth longer than it may."""

UNPACED = Limits(Limit(0), Limit(0), Limit(0), Limit(0), Limit(0))
"""For a local workspace that keeps no limits."""


Openings = Mapping[str, float]
"""When each method or channel is free, as seconds since the epoch."""


class TooEarlyError(Exception):
    """The next turn is too far away to wait for it; `seconds` since the epoch tells when it is."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Pacer:
    def __init__(
        self, database: Database, limits: Limits, clock: Clock, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.database = database
        self.limits = limits
        self.clock = clock
        self.sleep = sleep

    def wait_turn(self, method: str, channel: str | None = None, *, patience: float = PATIENCE_SECONDS) -> None:
        """Returns when the call may be made. Raises TooEarlyError when that is more than `patience` seconds away."""
        now = self._seconds()
        with self.database.write() as session:
            start = pacing.reserve(session, self._limits_of(method, channel), now, patience=patience)
        if start - now > patience:
            raise TooEarlyError(start)
        if start > now:
            self.sleep(start - now)
            self._refuse_held(method, start)  # another call may have been told meanwhile

    def refuse_held(self, method: str) -> None:
        """For a call without a turn. Raises TooEarlyError while Slack wants the method left alone."""
        self._refuse_held(method, self._seconds())

    def _refuse_held(self, method: str, start: float) -> None:
        with self.database.read() as session:
            until = pacing.asked_until(session, method)
        if until > start:
            raise TooEarlyError(until)

    def wait_until(self, seconds: float) -> None:
        """Waits for a moment that a TooEarlyError told."""
        self.sleep(self.seconds_until(seconds))

    def seconds_until(self, seconds: float) -> float:
        """How long it is to a moment that a TooEarlyError told."""
        return max(0.0, seconds - self._seconds())

    def hold(self, method: str, seconds: float) -> None:
        """Slack said 429 with Retry-After: nobody calls the method for so long."""
        until = self._seconds() + seconds
        with self.database.write() as session:
            pacing.hold(session, method, self.limits.of(method), until)

    def busy(self, openings: Openings) -> Busy:
        """What need not be taken up now because its turn is not near."""
        now = self._seconds()
        opens_in = {key: moment - now for key, moment in openings.items()}
        posts = max(opens_in.get(POSTS, 0), opens_in.get("chat.postMessage", 0))
        return Busy(
            channels=frozenset(key.removeprefix(CHANNEL) for key in opens_in if key.startswith(CHANNEL)),
            posts=posts > QUEUE_SECONDS,
            updates=opens_in.get("chat.update", 0) > QUEUE_SECONDS,
            homes=opens_in.get("views.publish", 0) > QUEUE_SECONDS,
        )

    def openings(self, session: Session) -> Openings:
        """The turns that are not free now."""
        now = self._seconds()
        held = pacing.held_until(session, now)
        opens_at = {key: moment - self.limits.of(key).head_start for key, moment in held.items()}
        return {key: moment for key, moment in opens_at.items() if moment > now}

    def _limits_of(self, method: str, channel: str | None) -> Mapping[str, Limit]:
        keys = [method]
        if method in POSTING_METHODS:
            keys += [POSTS, *([CHANNEL + channel] if channel else [])]
        return {key: self.limits.of(key) for key in keys}

    def _seconds(self) -> float:
        return self.clock().real.timestamp()
