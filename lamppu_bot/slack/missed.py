"""Reading up on what people wrote while the bot was away: Slack gives up redelivering after about six minutes."""

import logging
from collections.abc import Iterator
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from lamppu_bot.slack.hearing import Event, hear_event, hear_message
from lamppu_bot.slack.services import Services
from storage import conversations, people

log = logging.getLogger(__name__)

PAGE = 200


def read_missed(services: Services, client: WebClient) -> None:
    """Takes in every message of every DM since the last one heard there; what is known already changes nothing.

    An unreadable DM is logged and left for the next start or reconnect.
    """
    with services.database.read() as session:
        channels = people.list_dm_channels(session)
    for channel in channels:
        try:
            _read_dm(services, client, channel)
        except SlackApiError as error:
            log.warning("dm %s cannot be read up on: %s", channel, error.response.get("error"))


def _read_dm(services: Services, client: WebClient, channel: str) -> None:
    with services.database.read() as session:
        since = conversations.newest_heard(session, channel)
        threads = conversations.list_open_threads(session, channel)
    messages = list(_pages(client, "conversations.history", channel=channel, oldest=since or "0"))
    for thread in threads:
        replies = list(_pages(client, "conversations.replies", channel=channel, ts=thread))
        _forget_deleted(services, channel, thread, {reply["ts"] for reply in replies})
        messages += replies
    for message in sorted(messages, key=lambda found: str(found["ts"])):
        if message.get("subtype") in (None, "file_share", "thread_broadcast"):
            with services.database.write() as session:
                hear_message(session, {**message, "channel": channel}, services.clock())


def _pages(client: WebClient, method: str, **arguments: Any) -> Iterator[Event]:
    cursor = ""
    while True:
        page = client.api_call(method, params={**arguments, "limit": PAGE, "cursor": cursor})
        yield from page["messages"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


def _forget_deleted(services: Services, channel: str, thread: str, present: set[str]) -> None:
    """What was collected in an open thread and is in it no more was deleted while the bot was away."""
    with services.database.write() as session:
        for gone in conversations.list_collected_ts(session, channel, thread):
            if gone not in present:
                event = {"subtype": "message_deleted", "channel": channel, "deleted_ts": gone, "ts": gone}
                hear_event(session, event, services.clock())
