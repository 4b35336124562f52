"""One id from what comes in to what goes out: each request gets one, and each delivery carries that of its cause."""

import logging
import time
from collections.abc import Mapping
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse

from lamppu_bot.logs import pairs
from storage import cause
from storage.claims import Claimed

logger = logging.getLogger(__name__)


class TracedApp(App):
    """A Bolt app that deals with each request under an id of its own, and logs what kind it was and how it went."""

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        began = time.monotonic()
        with cause.dealing_with(cause.new()):
            response = super().dispatch(req)
            taken = round(1000 * (time.monotonic() - began))
            logger.info("handled", extra=pairs(**named(req.body), status=response.status, ms=taken))
            return response


def named(body: Mapping[str, Any]) -> dict[str, object]:
    """What a request is, without what it says."""
    if event := body.get("event"):
        return {"kind": "event", "name": event.get("type"), "event": body.get("event_id")}
    if "command" in body:
        return {"kind": "command", "name": body["command"]}
    if "view" in body and "actions" not in body:
        return {"kind": body.get("type"), "name": body["view"].get("callback_id")}
    actions = body.get("actions") or [body]
    return {"kind": body.get("type"), "name": actions[0].get("action_id")}


def about(claimed: Claimed) -> dict[str, Any]:
    """For a line of the log about a delivery."""
    return pairs(delivery=claimed.id, kind=claimed.kind, key=claimed.key)
