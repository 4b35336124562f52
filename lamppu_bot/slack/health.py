"""Whether a process can serve, as `/healthz` tells it: the database, the connection to Slack, the worker."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from lamppu_bot.slack.runtime import Machinery
from storage.database import DatabaseUnavailableError

# A worker looks once a second, however busy the others of its threads are.
STUCK_AFTER_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the bot can serve. `details` is public: states and ages, never a name or a secret."""

    ok: bool
    details: Mapping[str, str | int | bool | None] = field(default_factory=dict)

    @property
    def status(self) -> HTTPStatus:
        return HTTPStatus.OK if self.ok else HTTPStatus.SERVICE_UNAVAILABLE

    def as_json(self) -> str:
        return json.dumps({"ok": self.ok, **self.details})


def health_of(bot: Machinery, *, slack: bool | None = None) -> Health:
    """`slack` tells whether the connection is open, where the process keeps one.

    A process that works itself is ill when its worker is: starting it anew helps. One that only listens goes on taking
    answers while no worker lives anywhere, so it says for how long none was seen, and is well.
    """
    told: dict[str, bool | int | None] = {"database": True}
    try:
        told["oldest_unsent_seconds"] = bot.oldest_unsent_seconds()
        told["worker_seen_seconds"] = bot.worker_seen_seconds()
    except DatabaseUnavailableError:
        told = {"database": False}
    if bot.is_working:
        told["worker"] = bot.are_threads_alive and bot.worker.turned_seconds < STUCK_AFTER_SECONDS
    if slack is not None:
        told["slack"] = slack
    return Health(all(value for value in told.values() if isinstance(value, bool)), told)
