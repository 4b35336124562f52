"""What happens to one claimed delivery: rendered, looked for if need be, sent; and what a failure makes of it."""

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from lamppu_bot.clock import Clock
from lamppu_bot.slack.booking import Book
from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.content import Content, NotYet, Post, Publish, Relay, Respond, Upload
from lamppu_bot.slack.keeping import Keeper
from lamppu_bot.slack.lookup import find_message
from lamppu_bot.slack.pacing import TooEarlyError
from lamppu_bot.slack.posting import SHARING, Posting
from lamppu_bot.slack.refusals import CallError, Reason, Verdict, cannot_look, reason_for
from lamppu_bot.slack.tracing import about
from storage import cause
from storage.claims import Claimed, LeaseLostError
from storage.database import DatabaseUnavailableError
from storage.ledger import HOME

logger = logging.getLogger(__name__)

Render = Callable[[Session, Claimed], Content | None]


class Handling:
    def __init__(self, render: Render, calls: Calls, book: Book, posting: Posting, clock: Clock) -> None:
        self.render = render
        self.calls = calls
        self.book = book
        self.posting = posting
        self.keeper = Keeper(book)
        self.clock = clock

    def handle(self, claimed: Claimed) -> None:
        """Sends one message, or writes down why not. Where even that fails, the lease runs out and it is taken anew."""
        with cause.dealing_with(claimed.cause):
            self._handle_or_leave(claimed)

    def _handle_or_leave(self, claimed: Claimed) -> None:
        try:
            self._handle(claimed)
        except LeaseLostError:
            logger.warning("went to another worker", extra=about(claimed))
            self._show_again(claimed)
        except DatabaseUnavailableError as error:
            logger.warning("waits for its lease: %s", error, extra=about(claimed))

    def _show_again(self, claimed: Claimed) -> None:
        """Two workers have shown this Home, and nobody knows whose content came last: once more, as it is now."""
        if claimed.kind == HOME:
            with suppress(DatabaseUnavailableError):  # the calendar's next step compares it
                self.book.show_again(claimed)

    def _handle(self, claimed: Claimed) -> None:
        try:
            with self.keeper.keeping(claimed), self.book.database.read() as session:
                content = self.render(session, claimed)
            if claimed.is_outcome_unknown:
                if not self._is_surely_missing(claimed, content):
                    return
                claimed = replace(claimed, attempted_at=None)
            self._deliver(claimed, content)
        except (LeaseLostError, DatabaseUnavailableError):
            raise
        except TooEarlyError as early:
            until = datetime.fromtimestamp(early.seconds, UTC)
            self.book.give_back(claimed, until, keep_attempt=claimed.is_outcome_unknown)
        except CallError as failure:
            self._note(claimed, failure)
        except Exception as fault:  # noqa: BLE001 - one message's fault must not stop the others
            self._note_fault(claimed, fault)

    def _is_surely_missing(self, claimed: Claimed, content: Content | None) -> bool:
        """Whether an attempt of unknown outcome has certainly left nothing in Slack; else the row is settled."""
        look_at = (claimed.attempted_at or claimed.created_at) + self.book.timing.look_after
        if isinstance(content, Respond) or claimed.channel is None:  # nobody can look for a private answer
            self.book.dropped(claimed, "outcome_unknown")
        elif self.clock().real < look_at:
            self.book.give_back(claimed, look_at, keep_attempt=True)
        elif ts := find_message(self.calls, claimed):
            self.book.sent(claimed, ts, shown=claimed.shown)
        else:
            self.book.not_sent(claimed)
            return True
        return False

    def _deliver(self, claimed: Claimed, content: Content | None) -> None:
        match content:
            case None:
                self.book.dropped(claimed)
            case NotYet(until):
                self.book.put_off(claimed, until)
            case Post() if claimed.ts:
                self.posting.update(claimed, content)
            case Publish():
                self.posting.publish(claimed, content)
            case _ if claimed.is_in_slack:  # files and answers to a response_url cannot be changed
                self.book.sent(claimed, claimed.ts)
            case Post():
                self.posting.post(claimed, content)
            case Upload():
                self.posting.upload(claimed, content)
            case Relay():
                self.posting.relay(claimed, content)
            case Respond():
                self.posting.respond(claimed, content)

    def _note(self, claimed: Claimed, failure: CallError) -> None:
        """`claimed.is_outcome_unknown` tells that the failure came while looking, before anything new was tried."""
        is_looking = claimed.is_outcome_unknown
        may_be_there = is_looking or (failure.verdict is Verdict.UNKNOWN and not claimed.is_in_slack)
        is_last = claimed.attempts + 1 >= self.book.timing.park_after
        match failure.verdict:
            case Verdict.TOO_FAST:
                until = self.clock().real + timedelta(seconds=failure.retry_after)
                self.book.give_back(claimed, until, keep_attempt=is_looking, error=failure.code)
            case Verdict.PERMANENT | Verdict.BLOCKS:
                self._park(claimed, failure, is_looking=is_looking, keep_attempt=is_looking)
            case Verdict.UNREACHABLE:
                self.book.failed(claimed, failure.code, keep_attempt=is_looking)
            case _ if is_last:
                self._park(claimed, failure, is_looking=is_looking, keep_attempt=may_be_there)
            case Verdict.UNKNOWN if may_be_there and not is_looking:
                self.book.unknown(claimed, failure.code)
            case _:
                keep_files = failure.method != SHARING  # what Slack does not share is put up anew
                self.book.failed(claimed, failure.code, keep_attempt=is_looking, keep_files=keep_files)

    def _park(self, claimed: Claimed, failure: CallError, *, is_looking: bool, keep_attempt: bool) -> None:
        reason = cannot_look(failure.code) if is_looking else reason_for(failure.code)
        self._give_up(claimed, reason, keep_attempt=keep_attempt)

    def _give_up(self, claimed: Claimed, reason: Reason, *, keep_attempt: bool) -> None:
        """A message waits for a person. A Home does not: whoever opens it again has it shown anew."""
        if claimed.kind == HOME:
            logger.warning("not shown: %s", reason, extra=about(claimed))
            self.book.dropped(claimed, reason.code)
        else:
            self.book.parked(claimed, reason, keep_attempt=keep_attempt)

    def _note_fault(self, claimed: Claimed, fault: Exception) -> None:
        """A fault of ours, most likely the renderer's. The log has it under a short reference."""
        reference = secrets.token_hex(3)
        logger.error("fault %s", reference, exc_info=fault, extra=about(claimed))
        if claimed.attempts + 1 < self.book.timing.park_after:
            self.book.failed(claimed, f"fault {reference}", keep_attempt=True)
            return
        reason = Reason("fault", f"Lamppu itself fails at this message: look for {reference} in its log")
        self._give_up(claimed, reason, keep_attempt=True)
