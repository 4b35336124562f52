"""Builds the clients that talk to Slack."""

import logging

from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

# Per socket operation. The lease and the wait before looking for a message are longer; see `sending.Timing`.
HTTP_SECONDS = 10
# Slack waits three seconds for the answer to a click, and no longer is its trigger good. Whoever waits for more keeps a
# thread from those whose words are to be acknowledged.
CLICK_SECONDS = 2


def build_client(token: str, api_url: str | None = None) -> WebClient:
    """A client that never repeats a call by itself.

    The default one repeats after a dropped connection, and so posts twice what Slack had taken already.
    """
    logger = logging.getLogger("lamppu_bot.slack.web")
    logger.setLevel(logging.CRITICAL)  # it logs what it sends and whole answers; `calls` logs what is fit to be logged
    base_url = api_url or WebClient.BASE_URL
    return WebClient(token, base_url=base_url, timeout=HTTP_SECONDS, retry_handlers=[], logger=logger)


def build_click_client(client: WebClient) -> WebClient:
    """The same client, for what is called while Slack waits for an answer."""
    brisk = build_client(client.token or "", client.base_url)
    brisk.timeout = CLICK_SECONDS
    return brisk


def build_responder(response_url: str, seconds: int = HTTP_SECONDS) -> WebhookClient:
    """A client for one `response_url`; it too never repeats."""
    logger = logging.getLogger("lamppu_bot.slack.web")
    return WebhookClient(response_url, timeout=seconds, retry_handlers=[], logger=logger)
