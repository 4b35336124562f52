"""Calls to Slack, paced, timed and logged; whatever goes wrong becomes a CallError."""

import http.client
import logging
import time
from collections.abc import Mapping
from typing import Any, cast
from urllib.request import Request, urlopen

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from lamppu_bot.logs import pairs
from lamppu_bot.slack.client import HTTP_SECONDS
from lamppu_bot.slack.pacing import Pacer, TooEarlyError
from lamppu_bot.slack.refusals import FAILED_CALL, CallError, Verdict, call_error

logger = logging.getLogger(__name__)


class Calls:
    def __init__(self, client: WebClient, pacer: Pacer) -> None:
        self.client = client
        self.pacer = pacer

    def paced(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """A call that may be repeated. Raises CallError, TooEarlyError."""
        self.pacer.wait_turn(method)
        return self.now(method, **arguments)

    def patient(self, method: str, **arguments: Any) -> SlackResponse:
        """As `paced`, waiting for Slack's limits as long as it takes. Raises CallError."""
        while True:
            try:
                self.pacer.wait_turn(method)
                return self._answer(method, arguments)
            except TooEarlyError as early:
                self.pacer.wait_until(early.seconds)
            except CallError as error:
                if error.verdict is not Verdict.TOO_FAST:
                    raise

    def now(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """A call whose turn has come; a 429 holds the method back for everybody. Raises CallError."""
        return cast(Mapping[str, Any], self._answer(method, arguments).data)

    def at_once(self, method: str, **arguments: Any) -> SlackResponse:
        """As `now`, with the answer's headers."""
        return self._answer(method, arguments)

    def _answer(self, method: str, arguments: Mapping[str, Any]) -> SlackResponse:
        call = getattr(self.client, method.replace(".", "_"))
        began = time.monotonic()
        try:
            answer: SlackResponse = call(**arguments)
        except FAILED_CALL as error:
            failure = call_error(method, error)
            logger.info("called Slack", extra=pairs(method=method, answer=failure.code, ms=_since(began)))
            if failure.verdict is Verdict.TOO_FAST:
                self.pacer.hold(method, failure.retry_after)
            raise failure from None  # the exception's text holds the whole request
        logger.debug("called Slack", extra=pairs(method=method, answer="ok", ms=_since(began)))
        return answer

    def upload(self, url: str, content: bytes) -> None:
        """The bytes of a file, to an address that Slack gave; may be repeated. Raises CallError."""
        request = Request(url, data=content, headers={"Content-Type": "application/octet-stream"}, method="POST")  # noqa: S310
        try:
            with urlopen(request, timeout=HTTP_SECONDS, context=self.client.ssl) as answer:  # noqa: S310 - Slack's own
                answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise CallError("upload", call_error("upload", error).code, Verdict.REFUSED) from None


def _since(began: float) -> int:
    """Milliseconds."""
    return round(1000 * (time.monotonic() - began))
