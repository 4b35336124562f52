"""The bot as a process of the storm: the real one, with waits of seconds instead of minutes, and a calendar in a file.

`python -m tests.storm.bot_process ROLE CALENDAR_FILE`; addresses and tokens come from the environment, as always.
"""

import signal
import sys
import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lamppu_bot.clock import Now
from lamppu_bot.conversation import bursts
from lamppu_bot.logs import set_up_logging
from lamppu_bot.settings import Settings
from lamppu_bot.slack import client as clients
from lamppu_bot.slack import connection, missed, runtime
from lamppu_bot.slack.app import build_app
from lamppu_bot.slack.booking import Timing
from lamppu_bot.slack.connection import SocketModeConnection
from lamppu_bot.slack.pacing import Limits
from lamppu_bot.slack.runtime import Machinery
from storage.database import Database
from storage.migrate import upgrade
from storage.pacing import Limit
from storage.process_lock import Role, process_lock

# A request may be under way for HTTP_SECONDS; what is looked for is looked for later, as in the real proportions.
HTTP_SECONDS = 1
# A deaf socket is noticed after one and a half of these.
HEARTBEAT_SECONDS = 1.0
TIMING = Timing(
    lease=timedelta(seconds=3),
    look_after=timedelta(seconds=2.5),
    retry_first=timedelta(seconds=0.2),
    retry_longest=timedelta(seconds=2),
    park_after=40,
)
# Slack's limits, twenty times as fast.
FASTER = 20
LIMITS = Limits(
    posts=Limit(60 / 300 / FASTER),
    channel=Limit(1.0 / FASTER),
    tier_3=Limit(1.5 / FASTER, burst=9),
    tier_4=Limit(0.8 / FASTER, burst=24),
)


class FileClock:
    """The calendar is what the file says; every process of the storm reads the same one."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self) -> Now:
        return Now(datetime.fromisoformat(self.file.read_text(encoding="utf-8")), datetime.now(UTC))


def quicken() -> None:
    """The waits that are constants of their modules."""
    clients.HTTP_SECONDS = clients.CLICK_SECONDS = HTTP_SECONDS
    bursts.QUIET = timedelta(seconds=0.3)
    runtime.CALENDAR_SECONDS = 0.5
    missed.PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)


def main(role: Role, calendar: Path) -> None:
    quicken()
    settings = Settings.load(None)
    set_up_logging(settings.log_level)
    slack = settings.for_slack()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    database = Database(settings.database_url.get_secret_value())
    upgrade(database)
    with ExitStack() as stack:
        stack.enter_context(process_lock(database, role))
        client = clients.build_client(slack.bot_token.get_secret_value(), slack.api_url)
        bot = Machinery(database, client, clock=FileClock(calendar), timing=TIMING, limits=LIMITS)
        if role is not Role.LISTEN:
            stack.enter_context(bot.running())
        if role is not Role.WORK:
            assert slack.app_token is not None
            sockets = SocketModeConnection(
                build_app(bot.services, client),
                app_token=slack.app_token.get_secret_value(),
                api_url=slack.api_url,
                on_connected=bot.read_missed,
                timing=connection.Timing(heartbeat=HEARTBEAT_SECONDS),
            )
            sockets.start()
            stack.callback(sockets.stop)
            stack.callback(bot.stop_reading)
        stop.wait()


if __name__ == "__main__":
    main(Role(sys.argv[1]), Path(sys.argv[2]))
