"""Finds out what an attempt left in Slack whose outcome is not known."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lamppu_bot.slack.calls import Calls
from storage.claims import Claimed

EVENT_TYPE = "lamppu_delivery"
PAGE = 200
# The clocks of Slack and of this machine may differ; signed requests from Slack fail beyond five minutes.
CLOCK_MARGIN = timedelta(minutes=10)


def metadata_of(key: str) -> dict[str, Any]:
    """What a message carries, unseen, so that it can be found again."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def find_message(calls: Calls, claimed: Claimed) -> str | None:
    """The ts of the message that the attempt left in its channel or thread, or None when there is none.

    A message is known by its key, an upload by its files. Raises CallError, TooEarlyError.
    """
    found = (message for message in _candidates(calls, claimed) if _is_of(message, claimed))
    return next((str(message["ts"]) for message in found), None)


def _candidates(calls: Calls, claimed: Claimed) -> Iterator[Mapping[str, Any]]:
    if claimed.thread_ts:
        yield from _pages(calls, "conversations.replies", channel=claimed.channel, ts=claimed.thread_ts)
        return
    attempted_at = claimed.attempted_at or claimed.created_at
    for number, message in enumerate(_pages(calls, "conversations.history", channel=claimed.channel)):
        # At least one page whatever the clocks say, then back to the attempt: newest come first.
        if number >= PAGE and _moment_of(message) < attempted_at - CLOCK_MARGIN:
            return
        yield message


def _pages(calls: Calls, method: str, **where: Any) -> Iterator[Mapping[str, Any]]:
    cursor = ""
    while True:
        page = calls.paced(method, limit=PAGE, include_all_metadata=True, cursor=cursor or None, **where)
        yield from page["messages"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


def _moment_of(message: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(float(message["ts"]), UTC)


def _is_of(message: Mapping[str, Any], claimed: Claimed) -> bool:
    if claimed.file_ids:
        return any(file.get("id") in claimed.file_ids for file in message.get("files", ()))
    metadata = message.get("metadata") or {}
    return metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload", {}).get("key") == claimed.key
