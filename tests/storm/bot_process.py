"""The bot as a process of the storm: the real one, with waits of seconds instead of minutes, and a calendar in a file.

`python -m tests.storm.bot_process ROLE` does what `python bot.py ROLE` does, `tests.storm.bot_process:web` is for
gunicorn what `bot:web` is. The environment is the operator's, and STORM_CALENDAR names the file.
"""

import faulthandler
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch

import bot
from lamppu_bot.clock import Now
from lamppu_bot.conversation import bursts
from lamppu_bot.settings import SlackSettings
from lamppu_bot.slack import assembly, calls, connection, directory, fetching, missed, parking, runtime, token_watch
from lamppu_bot.slack import client as clients
from lamppu_bot.slack.booking import Timing
from lamppu_bot.slack.pacing import Limits
from lamppu_bot.slack.runtime import Machinery
from storage.database import Database
from storage.pacing import Limit

CALENDAR = "STORM_CALENDAR"
DUMP = signal.SIGRTMIN
# A request may be under way for HTTP_SECONDS; what is looked for is looked for later, as in the real proportions.
HTTP_SECONDS = 2
CLICK_SECONDS = 1
# A deaf socket is noticed after one and a half of these.
HEARTBEAT_SECONDS = 1.0
PARTING_SECONDS = 2.0
SILENCE_SECONDS = 6.0  # after which a socket that brings nothing is replaced, whatever it answers to pings
AGAIN_SECONDS = 20.0  # until what could not be read, or may have been missed by HTTP, is read
TIMING = Timing(
    lease=timedelta(seconds=8),
    look_after=timedelta(seconds=8),
    retry_first=timedelta(seconds=0.2),
    retry_longest=timedelta(seconds=2),
    park_after=40,
)
# Slack's limits, twenty times as fast.
FASTER = 20
LIMITS = Limits(
    posts=Limit(60 / 300 / FASTER),
    channel=Limit(1.0 / FASTER),
    tier_2=Limit(5.0 / FASTER, burst=6),
    tier_3=Limit(1.5 / FASTER, burst=9),
    tier_4=Limit(0.8 / FASTER, burst=24),
)
# The waits that are constants of their modules.
CONSTANTS = (
    *((module, "HTTP_SECONDS", HTTP_SECONDS) for module in (clients, calls, fetching)),
    (clients, "CLICK_SECONDS", CLICK_SECONDS),
    (bursts, "QUIET", timedelta(seconds=0.3)),
    (bursts, "TOGETHER", timedelta(seconds=0.05)),
    (runtime, "CALENDAR_SECONDS", 0.5),
    (missed, "PAUSES", (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)),
    (missed, "HOURLY", AGAIN_SECONDS),
    (parking, "TRY_AGAIN_AFTER", timedelta(seconds=3)),
    (directory, "ASK_AGAIN_AFTER", timedelta(seconds=3)),
    (token_watch, "ASK_AGAIN_SECONDS", 3.0),
)


class FileClock:
    """The calendar is what the file says; every process of the storm reads the same one."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self) -> Now:
        return Now(datetime.fromisoformat(self.file.read_text(encoding="utf-8")), datetime.now(UTC))


def machinery(slack: SlackSettings, database: Database) -> Machinery:
    client = clients.build_client(slack.bot_token.get_secret_value(), slack.api_url)
    clock = FileClock(Path(os.environ[CALENDAR]))
    return Machinery(database, client, clock=clock, timing=TIMING, limits=LIMITS)


def quicken() -> None:
    """From now on nothing in this process takes minutes; and on DUMP it tells what its threads are doing."""
    faulthandler.register(DUMP)
    for module, name, value in CONSTANTS:
        patch.object(module, name, value).start()
    brisk = partial(connection.Timing, heartbeat=HEARTBEAT_SECONDS, silence=SILENCE_SECONDS, parting=PARTING_SECONDS)
    patch.object(connection, "Timing", brisk).start()
    patch.object(assembly, "machinery", machinery).start()


def __getattr__(name: str) -> Callable[..., object]:
    if name != "web":
        raise AttributeError(name)
    quicken()
    return bot.web


if __name__ == "__main__":
    quicken()
    bot.cli(sys.argv[1:])
