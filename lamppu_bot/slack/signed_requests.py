"""Slack's requests as they come by HTTP: nothing is read of one that Slack has not signed within five minutes.

Bolt verifies too, but only after it has parsed what anybody may send, and shows it in the log. The status says what
was wrong: 401 not signed by Slack, or long ago; 413 too large; 400 signed, and yet no UTF-8 or no JSON.
"""

import hashlib
import hmac
import logging
import re
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus

from slack_bolt import App, BoltRequest, BoltResponse

from lamppu_bot.logs import pairs

logger = logging.getLogger(__name__)

LARGEST_REQUEST = 4 * 1024**2  # bytes; a form full of text comes percent-encoded, at three bytes for one
WINDOW_SECONDS = 300
_SECONDS = re.compile(r"[0-9]{1,12}")


class SignedRequests:
    """Hands to the app what Slack has signed. `now` is in seconds since the epoch."""

    def __init__(self, app: App, signing_secret: str, now: Callable[[], float] = time.time) -> None:
        self._app = app
        self._secret = signing_secret.encode()
        self._now = now

    def answer(self, body: bytes, query: str, headers: Mapping[str, str]) -> BoltResponse:
        """Headers are looked up by their names in lower case."""
        if len(body) > LARGEST_REQUEST:
            return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "size")
        timestamp = headers.get("x-slack-request-timestamp", "")
        if not hmac.compare_digest(self._signature(timestamp, body), _bytes(headers.get("x-slack-signature", ""))):
            return refusal(HTTPStatus.UNAUTHORIZED, "signature")
        if not _SECONDS.fullmatch(timestamp) or abs(self._now() - int(timestamp)) > WINDOW_SECONDS:
            return refusal(HTTPStatus.UNAUTHORIZED, "time")  # old, or this machine's clock is wrong
        try:
            request = BoltRequest(body=body.decode("utf-8"), query=query, headers=dict(headers))
        except ValueError:
            return refusal(HTTPStatus.BAD_REQUEST, "encoding")
        return self._app.dispatch(request)

    def _signature(self, timestamp: str, body: bytes) -> bytes:
        signed = b":".join((b"v0", _bytes(timestamp), body))
        return b"v0=" + hmac.new(self._secret, signed, hashlib.sha256).hexdigest().encode()


def refusal(status: HTTPStatus, reason: str) -> BoltResponse:
    """Says no, and shows nothing of the request in the log: anybody may have sent it."""
    logger.warning("refused", extra=pairs(status=status.value, reason=reason))
    return BoltResponse(status=status.value, body=f"{status.phrase}\n")


def _bytes(header: str) -> bytes:
    return header.encode("utf-8", "surrogateescape")
