"""One WebSocket to Slack, from the asking for it to its end."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any, cast

import aiohttp
import orjson
from slack_bolt import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from lamppu_bot.slack.refusals import retry_after_of

logger = logging.getLogger(__name__)

OPENING = "apps.connections.open"
HELLO_SECONDS = 10.0


class SocketRefusedError(Exception):
    """Slack opened the socket and did not say hello."""


# Answers of apps.connections.open after which another try may succeed. Any other says that the token or app is wrong.
PASSING_ERRORS = frozenset({"internal_error", "fatal_error", "ratelimited", "request_timeout", "service_unavailable"})
OPENING_ERRORS = (SlackApiError, aiohttp.ClientError, OSError, TimeoutError, SocketRefusedError)


class Socket:
    """`leaving` is set once Slack wants it replaced or it is closed; `heard_at` is when it last brought a message.

    `end_expected` is false while its end would be a surprise: what Slack sent last may then be lost.
    """

    def __init__(self, web_socket: aiohttp.ClientWebSocketResponse) -> None:
        self._web_socket = web_socket
        self.heard_at = time.monotonic()
        self.leaving = asyncio.Event()
        self.end_expected = False

    @property
    def closed(self) -> bool:
        return self._web_socket.closed

    async def envelopes(self) -> AsyncIterator[dict[str, Any]]:
        """What Slack sends that wants an acknowledgement, until the socket is closed."""
        try:
            async for frame in self._web_socket:
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    continue
                self.heard_at = time.monotonic()
                message = _read(frame.data)
                if message.get("type") == "disconnect":
                    self._will_close(message.get("reason"))
                elif "envelope_id" in message:
                    yield message
        finally:
            if not self.end_expected:
                logger.warning("A connection to Slack was cut (code %s)", self._web_socket.close_code)
            self.leaving.set()

    def _will_close(self, reason: str | None) -> None:
        """Slack says so some seconds ahead, every few hours."""
        logger.info("Slack asks for a new connection (%s)", reason)
        self.end_expected = True
        self.leaving.set()

    async def send(self, frame: str) -> bool:
        """False when the socket is gone."""
        try:
            await self._web_socket.send_str(frame)
        except (ConnectionError, aiohttp.ClientError):
            return False
        return True

    async def close(self) -> None:
        self.end_expected = True
        await self._web_socket.close()


async def open_socket(
    client: AsyncWebClient, app_token: str, session: aiohttp.ClientSession, *, heartbeat: float
) -> Socket:
    """Asks Slack for an address, connects and waits for its hello. Raises one of OPENING_ERRORS."""
    address = (await client.apps_connections_open(app_token=app_token))["url"]
    # Slack keeps TCP open after the close handshake; a second is enough to wait for its part of it.
    patience = aiohttp.ClientWSTimeout(ws_close=1.0)
    async with asyncio.timeout(HELLO_SECONDS):  # aiohttp itself waits five minutes for an answer
        web_socket = await session.ws_connect(address, heartbeat=heartbeat, proxy=client.proxy, timeout=patience)
    try:
        first = await web_socket.receive(timeout=HELLO_SECONDS)
        message = _read(first.data) if first.type is aiohttp.WSMsgType.TEXT else {}
        if message.get("type") != "hello":
            raise SocketRefusedError(message.get("reason") or f"closed with code {web_socket.close_code}")
    except BaseException:
        await web_socket.close()
        raise
    return Socket(web_socket)


def acknowledgement(envelope_id: str, response: BoltResponse) -> str:
    """The frame that answers a request; the app's body, if any, is what Slack shows (errors of a form, a reply)."""
    envelope = json.dumps(envelope_id)
    if not response.body:
        return f'{{"envelope_id": {envelope}}}'
    is_json = response.first_headers().get("content-type", "").startswith("application/json")
    payload = response.body if is_json else json.dumps({"text": response.body})
    return f'{{"envelope_id": {envelope}, "payload": {payload}}}'


def is_final(error: Exception) -> bool:
    """Whether trying again would be of no use, for it is the token or the app that is wrong."""
    return isinstance(error, SlackApiError) and error_code(error) not in PASSING_ERRORS


def asked_to_wait(error: Exception) -> float:
    """For how many seconds Slack wants to be left alone, 0 where it says nothing of that."""
    if not isinstance(error, SlackApiError) or error_code(error) != "ratelimited":
        return 0.0
    return retry_after_of(getattr(error.response, "headers", {}))


def error_code(error: SlackApiError) -> str:
    answer = getattr(error.response, "data", error.response)
    code = answer.get("error") if isinstance(answer, Mapping) else None
    return str(code or "service_unavailable")  # no JSON at all: something else than Slack's API answered


def explained(error: Exception, api_url: str) -> str:
    """One line that says what is wrong and what to do."""
    if not isinstance(error, SlackApiError):
        reason = str(error) or type(error).__name__
        return f"Slack cannot be reached at {api_url} ({reason}): check the network, the proxy and SLACK_API_URL."
    code = error_code(error)
    if not is_final(error):
        return f"Slack could not open a connection ({code}): try again."
    return f"Slack refuses SLACK_APP_TOKEN ({code}): write an app-level token that has connections:write."


def _read(frame: str) -> dict[str, Any]:
    """Half an emoji, which people do paste, is no Unicode to orjson; it must not cost the connection."""
    try:
        message = orjson.loads(frame)
    except orjson.JSONDecodeError:
        message = json.loads(frame)
    return cast("dict[str, Any]", message)
