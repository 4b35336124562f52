"""Slack's rate limits, when a workspace is told to keep them."""

import math
from collections import deque
from dataclasses import dataclass, field

TIERS: dict[str, int] = {
    "users.list": 20,
    "conversations.list": 20,
    **dict.fromkeys(
        (
            "conversations.open",
            "conversations.history",
            "conversations.replies",
            "conversations.info",
            "chat.update",
            "chat.delete",
            "users.lookupByEmail",
            "reactions.add",
        ),
        50,
    ),
    **dict.fromkeys(
        (
            "views.open",
            "views.push",
            "views.update",
            "views.publish",
            "files.getUploadURLExternal",
            "files.completeUploadExternal",
            "files.info",
            "users.info",
            "chat.postEphemeral",
            "conversations.members",
        ),
        100,
    ),
}
"""Calls a minute by method (SLACK.md, "Rate limits"); `chat.postMessage` has limits of its own."""


@dataclass
class RateLimits:
    """Limits per channel, per workspace and per method; every wait is multiplied by `time_factor`."""

    time_factor: float = 1.0
    posts_per_minute: int = 300
    _seen: dict[str, deque[float]] = field(default_factory=dict)
    _closed_until: dict[str, float] = field(default_factory=dict)

    def retry_after(self, method: str, channel: str, now: float) -> int:
        """Whole seconds that a call at `now` has to wait, 0 when it may pass (and then it counts).

        A refused method stays closed until its Retry-After is over (for a post: in that channel or for all).
        """
        for key, most, seconds in self._windows(method, channel):
            wait = max(self._closed_until.get(key, now) - now, self._wait(key, most, seconds, now))
            if wait > 0:
                self._closed_until[key] = now + wait
                return math.ceil(wait)
        for key, _most, _seconds in self._windows(method, channel):
            self._seen.setdefault(key, deque()).append(now)
        return 0

    def _windows(self, method: str, channel: str) -> list[tuple[str, int, float]]:
        if method == "chat.postMessage":
            minute = 60 * self.time_factor
            return [(f"post {channel}", 1, self.time_factor), ("post", self.posts_per_minute, minute)]
        if method in TIERS:
            return [(method, TIERS[method], 60 * self.time_factor)]
        return []

    def _wait(self, key: str, most: int, seconds: float, now: float) -> float:
        seen = self._seen.get(key)
        if seen is None:
            return 0
        while seen and seen[0] <= now - seconds:
            seen.popleft()
        return seen[0] + seconds - now if len(seen) >= most else 0
