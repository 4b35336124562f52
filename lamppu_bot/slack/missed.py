"""Reading up on what people wrote while the bot was away: Slack gives up redelivering after about six minutes."""

import logging
import math
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from lamppu_bot import conversation
from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.hearing import TOMBSTONE, Event, edit_ts_of, hear_message, is_of_person
from lamppu_bot.slack.pacing import TooEarlyError
from lamppu_bot.slack.refusals import CallError, Verdict, is_about_the_app
from lamppu_bot.slack.services import Services
from storage import cause, missed, recipients
from storage.database import DatabaseUnavailableError
from storage.recipients import Recipient

log = logging.getLogger(__name__)

PAGE = 200
# So far behind the newest message of a DM it is read again: what was there may have been edited or deleted since, and
# somebody may have replied to what we wrote there. A round is seldom under way for longer.
LOOK_BACK = timedelta(days=60)
# Where nobody is asked anything at the time, a DM is read when somebody wrote there so lately.
HEARD_LATELY = timedelta(days=60)
# Seconds before each round of reading; what failed for a reason that may pass is read again in the next.
PAUSES = (0.0, 10.0, 60.0, 300.0)
# Seconds until what could not be read is tried again, and all where no connection tells that something may be missing:
# by HTTP, Slack gives up on a request after some six minutes, and nobody hears of it here.
HOURLY = 3600.0
PASSING = (Verdict.UNKNOWN, Verdict.UNREACHABLE, Verdict.REFUSED)


class _StoppedError(Exception):
    """The bot is to stop: what has not been read is read at its next start."""


class MissedMessages:
    """Takes in what the DMs hold and the bot has not heard, at Slack's pace: hundreds of them take minutes."""

    def __init__(self, services: Services, calls: Calls) -> None:
        self.services = services
        self.calls = calls
        self._own_id: str | None = None
        self._bell = threading.Condition()
        self._read_at = math.inf  # monotonic seconds
        self._stop = threading.Event()

    def want(self) -> None:
        """Something may have been missed: all is read soon, once for any number of losses until then."""
        self._want_in(0.0)

    def want_later(self) -> None:
        """As `want`, an hour from now: by then Slack brings nothing again of what it was not told had been heard."""
        self._want_in(HOURLY)

    def _want_in(self, seconds: float) -> None:
        with self._bell:
            self._read_at = min(self._read_at, time.monotonic() + seconds)
            self._bell.notify()

    def stop(self) -> None:
        """Lets all reading end within a few seconds, wherever it is, for good."""
        self._stop.set()
        self.want()

    @contextmanager
    def reading(self, *, hourly: bool = False) -> Iterator[None]:
        """For the length of the block, in a thread of its own, reads when that is wanted, and an hour later what could
        not be read then. `hourly`: at once and every hour, wanted or not."""
        thread = threading.Thread(target=self._keep_reading, args=(hourly,), name="missed")
        thread.start()
        try:
            yield
        finally:
            self.stop()
            thread.join()

    def _keep_reading(self, hourly: bool) -> None:
        if hourly:
            self.want()
        while self._is_time():
            if not self._is_all_read() or hourly:
                self.want_later()

    def _is_time(self) -> bool:
        """Returns when all is to be read; False when the bot is to stop."""
        with self._bell:
            while (left := self._read_at - time.monotonic()) > 0:
                self._bell.wait(None if left == math.inf else left)
            self._read_at = math.inf
        return not self._stop.is_set()

    def _is_all_read(self) -> bool:
        with cause.dealing_with(cause.new()):
            try:
                return self.read()
            except DatabaseUnavailableError as error:
                log.warning("reading up on messages waits for the database: %s", error)
            except Exception:
                # It is logged, and does not end the reading of the hours to come.
                log.exception("what was written while the bot was away could not be read")
            return False

    def read(self) -> bool:
        """Reads every DM in which words may be missing, the liveliest first; what is known already changes nothing.

        False where that failed for some: it is worth another try in an hour.
        """
        since = self.services.clock().calendar - HEARD_LATELY
        with self.services.database.read() as session:
            channels = missed.list_dms_to_read(session, f"{since.timestamp():.6f}")
            left: list[str | Recipient] = [*channels, *missed.list_unopened(session)]
        try:
            for pause in PAUSES:
                if not left:
                    return True
                self._wait(pause)
                left = [dm for dm in left if not self._is_read(dm)]
        except _StoppedError:
            return True
        if left:
            log.error("%d direct messages could not be read up on", len(left))
        return not left

    def _wait(self, seconds: float) -> None:
        if self._stop.wait(max(0.0, seconds)):
            raise _StoppedError

    def _is_read(self, dm: str | Recipient) -> bool:
        """Reads a DM, or that with a person; False where it is worth another try."""
        name = dm if isinstance(dm, str) else f"person:{dm.id}"
        try:
            self._own_id = self._own_id or str(self._call("auth.test")["user_id"])
            self._read(dm if isinstance(dm, str) else self._open(dm))
        except CallError as error:
            log.warning("dm %s cannot be read up on: %s", name, error.code)
            return error.verdict not in PASSING and not is_about_the_app(error.code)
        except DatabaseUnavailableError as error:
            log.warning("dm %s cannot be read up on: %s", name, error)
            return False
        return True

    def _open(self, recipient: Recipient) -> str:
        """Finds out which DM it is; nobody sees anything of that."""
        channel = str(self._call("conversations.open", users=recipient.slack_id)["channel"]["id"])
        with self.services.database.write() as session:
            recipients.remember_dm_channel(session, recipient.id, channel)
        return channel

    def _read(self, channel: str) -> None:
        with self.services.database.read() as session:
            oldest = missed.read_from(session, channel, LOOK_BACK)
            # Listed before Slack is asked: what is heard meanwhile would seem to have been deleted.
            present = missed.list_present(session, channel, oldest=oldest)
        messages = list(self._pages("conversations.history", channel=channel, oldest=oldest, inclusive=True))
        self._take_in(channel, messages, present)
        with self.services.database.read() as session:
            threads = set(missed.list_open_threads(session, channel))
        threads |= {found["ts"] for found in messages if self._have_people_replied(found)}
        for thread in sorted(threads):
            self._read_thread(channel, thread)

    def _read_thread(self, channel: str, thread: str) -> None:
        with self.services.database.read() as session:
            present = missed.list_present(session, channel, thread_ts=thread)
        try:
            replies = list(self._pages("conversations.replies", channel=channel, ts=thread))
        except CallError as error:
            if error.code != "thread_not_found":
                raise
            return  # its root has been deleted: what was written under it is out of sight and stays as it was
        self._take_in(channel, replies, present)

    def _pages(self, method: str, **arguments: Any) -> Iterator[Event]:
        cursor = ""
        while True:
            page = self._call(method, **arguments, limit=PAGE, cursor=cursor)
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        while True:
            self._wait(0)
            try:
                return self.calls.paced(method, **arguments)
            except TooEarlyError as early:
                self._wait(early.seconds - self.services.clock().real.timestamp())
            except CallError as error:
                if error.verdict is not Verdict.TOO_FAST:
                    raise
                self._wait(error.retry_after)

    def _take_in(self, channel: str, messages: list[Event], present: set[str]) -> None:
        """Hears what is new among the messages, each in a write of its own, and forgets what is there no more."""
        with self.services.database.read() as session:
            news = [found for found in messages if self._is_news(session, channel, found)]
        for message in sorted(news, key=lambda found: str(found["ts"])):
            with self.services.database.write() as session:
                hear_message(session, {**message, "channel": channel}, self.services.clock())
        gone = present - {found["ts"] for found in messages if found.get("subtype") != TOMBSTONE}
        for ts in sorted(gone):
            with self.services.database.write() as session:
                conversation.forget(session, channel, ts, ts, self.services.clock())
        if news or gone:
            self.services.wake()

    def _have_people_replied(self, message: Event) -> bool:
        """Whether words may be missing under it. The newest reply tells nothing: an older one, or an edit, may be."""
        return bool(message.get("reply_count")) and set(message.get("reply_users") or ("",)) != {self._own_id}

    def _is_news(self, session: Session, channel: str, message: Event) -> bool:
        """Whether a person's words are not known yet in this wording. The bot's own uploads may look like theirs."""
        if not is_of_person(message) or message["user"] == self._own_id:
            return False
        return not missed.is_known(session, channel, message["ts"], edit_ts_of(message))
