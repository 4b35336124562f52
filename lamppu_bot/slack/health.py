"""Whether a process can serve, as `/healthz` tells it: the database, Slack's connection and token, the worker."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from lamppu_bot.slack.runtime import Machinery
from storage.database import DatabaseUnavailableError

# A worker looks once a second, however busy the others of its threads are.
STUCK_AFTER_SECONDS = 60
# What to do where one of them is false, for the person whom the monitoring wakes.
ADVICE = {
    "database": "the database does not answer: see that it runs; the bot goes on by itself when it is back",
    "worker": "calendar or worker stand still: restart this process; the log says what it was busy with",
    "slack": "no connection to Slack: check the network and SLACK_APP_TOKEN; the bot goes on trying by itself",
    "token": "Slack refuses the bot's token: install the app again, write the new SLACK_BOT_TOKEN, and restart the bot",
}


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the bot can serve. `details` is public: states and ages, never a name or a secret."""

    ok: bool
    details: Mapping[str, str | int | bool | list[str] | None] = field(default_factory=dict)

    @property
    def status(self) -> HTTPStatus:
        return HTTPStatus.OK if self.ok else HTTPStatus.SERVICE_UNAVAILABLE

    def as_json(self) -> str:
        return json.dumps({"ok": self.ok, **self.details})


def health_of(bot: Machinery, *, slack: bool | None = None) -> Health:
    """`slack` tells whether the connection is open, where the process keeps one.

    A process that works itself is ill when its worker is: starting it anew helps. One that only listens goes on taking
    answers while no worker lives anywhere, so it says for how long none was seen, and is well. While Slack refuses the
    token everybody is ill: nothing is sent and no form opens, until a person acts.
    """
    told: dict[str, str | bool | int | list[str] | None] = {"database": True}
    try:
        told["oldest_unsent_seconds"] = bot.oldest_unsent_seconds()
        told["worker_seen_seconds"] = bot.worker_seen_seconds()
    except DatabaseUnavailableError:
        told = {"database": False}
    if bot.is_working:
        told["worker"] = bot.are_threads_alive and bot.worker.turned_seconds < STUCK_AFTER_SECONDS
    if slack is not None:
        told["slack"] = slack
    refused = bot.token.ask()
    told["token"] = None if refused is None else not refused
    if refused:
        told["token_error"] = refused
    if advice := [ADVICE[name] for name, value in told.items() if value is False]:
        told["advice"] = advice
    return Health(not advice, told)
