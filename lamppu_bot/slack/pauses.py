"""Slack's "too fast" for those who cannot wait for their turn: presses of buttons, new connections, health."""

import http
from contextlib import suppress
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookResponse

from lamppu_bot.clock import Clock
from lamppu_bot.slack.client import build_click_client
from lamppu_bot.slack.pacing import SLACK_LIMITS, Pacer, TooEarlyError
from lamppu_bot.slack.refusals import FAILED_CALL, CallError, Verdict, call_error, retry_after_of
from storage.database import Database, DatabaseUnavailableError

# What a call raises that came to nothing, or was not made because Slack has asked for a pause.
UNDONE_CALL = (*FAILED_CALL, TooEarlyError)
RESPONSE_URL = "response_url"


class Pauses:
    """Until when a method is to be left alone, for all processes that share the database.

    Where the database does not answer, nobody knows of any pause.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._pacer = Pacer(database, SLACK_LIMITS, clock)

    def respect(self, method: str) -> None:
        """Raises TooEarlyError while Slack wants the method left alone."""
        with suppress(DatabaseUnavailableError):
            self._pacer.refuse_held(method)

    def seconds_left(self, method: str) -> float:
        """For how long it is to be left alone still; 0 where it may be called."""
        try:
            self.respect(method)
        except TooEarlyError as early:
            return self._pacer.seconds_until(early.seconds)
        return 0.0

    def note(self, failure: CallError) -> None:
        """Keeps what Slack has asked for, if it has."""
        if failure.verdict is Verdict.TOO_FAST:
            self.note_too_fast(failure.method, failure.retry_after)

    def note_answered(self, answer: WebhookResponse) -> None:
        """As `note`, of an answer to a `response_url`."""
        if answer.status_code == http.HTTPStatus.TOO_MANY_REQUESTS:
            self.note_too_fast(RESPONSE_URL, retry_after_of(answer.headers))

    def note_too_fast(self, method: str, seconds: float) -> None:
        with suppress(DatabaseUnavailableError):
            self._pacer.hold(method, seconds)


class ClickClient(WebClient):
    """A client for what is called while Slack waits for an answer: it gives up early, and keeps to Slack's pauses.

    Raises UNDONE_CALL.
    """

    def __init__(self, client: WebClient, pauses: Pauses) -> None:
        brisk = build_click_client(client)
        super().__init__(
            brisk.token,
            base_url=brisk.base_url,
            timeout=brisk.timeout,
            retry_handlers=brisk.retry_handlers,
            logger=brisk.logger,
        )
        self._pauses = pauses

    def api_call(self, api_method: str, **arguments: Any) -> SlackResponse:
        self._pauses.respect(api_method)
        try:
            return super().api_call(api_method, **arguments)
        except FAILED_CALL as error:
            self._pauses.note(call_error(api_method, error))
            raise
