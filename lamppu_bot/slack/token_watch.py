"""Whether Slack takes the bot's token: a bot whose token was revoked looks alive, and can do nothing."""

import threading
import time
from collections.abc import Callable

from slack_sdk import WebClient

from lamppu_bot.slack.pacing import TooEarlyError
from lamppu_bot.slack.refusals import FAILED_CALL, call_error, is_about_the_token

ASK_AGAIN_SECONDS = 60.0


class TokenWatch:
    """Asks Slack at most once a minute, when somebody wants to know; `seconds` tells the time. Any thread may ask.

    `client` should give up early, for the health waits for it.
    """

    def __init__(self, client: WebClient, seconds: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._seconds = seconds
        self._asking = threading.Lock()
        self._asked_at: float | None = None
        self._said: str | None = None

    def ask(self) -> str | None:
        """Slack's word for why it refuses the token, "" when it takes it; None while it has never told.

        Takes two seconds at most; where Slack does not answer, it is what it said last.
        """
        if self._asking.acquire(blocking=False):
            try:
                self._ask()
            finally:
                self._asking.release()
        return self._said

    def _ask(self) -> None:
        now = self._seconds()
        if self._asked_at is not None and now - self._asked_at < ASK_AGAIN_SECONDS:
            return
        self._asked_at = now
        try:
            self._client.auth_test()
        except TooEarlyError:
            return
        except FAILED_CALL as error:
            code = call_error("auth.test", error).code
            if is_about_the_token(code):
                self._said = code
        else:
            self._said = ""
