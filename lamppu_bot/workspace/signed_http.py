"""Signed HTTP: events, interactions and commands posted to the bot's request URL, as Slack signs them."""

import hashlib
import hmac
import json
import secrets
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp

from lamppu_bot.workspace.delivery import Delivery, Outcome
from lamppu_bot.workspace.events import VERIFICATION_TOKEN


class SignedHttp:
    """Posts to one request URL; `ack_timeout` is in seconds."""

    def __init__(self, request_url: str, signing_secret: str, ack_timeout: float) -> None:
        self.request_url = request_url
        self.signing_secret = signing_secret
        self.ack_timeout = ack_timeout
        self._is_to_cut = False
        self._session: aiohttp.ClientSession | None = None

    def headers(self, body: str, timestamp: int) -> dict[str, str]:
        """Slack's signature of a body at a time (Unix seconds), for a test that forges or replays one."""
        base = f"v0:{timestamp}:{body}".encode()
        digest = hmac.new(self.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}

    async def _post(self, body: str, content_type: str, more: dict[str, str]) -> tuple[int, str, Any]:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self.ack_timeout))
        headers = {"Content-Type": content_type, **self.headers(body, int(time.time())), **more}
        async with self._session.post(self.request_url, data=body.encode(), headers=headers) as answer:
            return answer.status, await answer.text(), answer.headers

    async def attempt(self, delivery: Delivery, number: int, reason: str) -> Outcome:
        """Post once; anything but a 2xx within the limit is a failure."""
        body, content_type = _body(delivery)
        more = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason} if number else {}
        try:
            status, text, headers = await self._post(body, content_type, more)
        except TimeoutError:
            return Outcome(reason="http_timeout")
        except aiohttp.ClientError:
            return Outcome(reason="connection_failed")
        if self._is_to_cut:
            self._is_to_cut = False
            return Outcome(reason="connection_failed")
        if not 200 <= status < 300:
            return Outcome(reason="http_error", no_retry=headers.get("x-slack-no-retry") == "1")
        return Outcome(response=_response(text))

    def lose_answer(self) -> None:
        """Lose the next answer on its way: what it was about has been done, and Slack does not hear of it."""
        self._is_to_cut = True

    async def verify(self) -> bool:
        """Whether the request URL echoes the challenge that Slack sends before it accepts an address."""
        challenge = secrets.token_hex(16)
        body = {"token": VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}
        status, text, _ = await self._post(json.dumps(body), "application/json", {})
        return status == 200 and challenge in text

    async def stop(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


def _body(delivery: Delivery) -> tuple[str, str]:
    form = "application/x-www-form-urlencoded"
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload), "application/json"
    if delivery.kind == "interactive":
        return urlencode({"payload": json.dumps(delivery.payload)}), form
    return urlencode(delivery.payload), form


def _response(text: str) -> dict[str, Any] | None:
    """The payload of an acknowledgement; plain text is a command's answer."""
    if not text.strip():
        return None
    try:
        answer = json.loads(text)
    except ValueError:
        return {"text": text}
    return answer if isinstance(answer, dict) else None
