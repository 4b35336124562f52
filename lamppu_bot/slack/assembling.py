"""Puts the bot together while the connection to Slack opens: either takes a good part of a start."""

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from lamppu_bot.settings import SlackSettings
from storage.database import Database

if TYPE_CHECKING:
    from slack_bolt import App, BoltRequest, BoltResponse

    from lamppu_bot.slack.runtime import Machinery


class Assembling:
    """The bot and its app, imported and put together in a thread of their own from the beginning on.

    Whoever asks for them meanwhile waits: Slack's first requests for a fraction of the three seconds that Slack waits.
    """

    def __init__(self, slack: SlackSettings, database: Database) -> None:
        self._slack = slack
        self._database = database
        self._assembled: Future[tuple[Machinery, App]] = Future()
        threading.Thread(target=self._assemble, name="assembling").start()

    def bot(self) -> "Machinery":
        """Raises what went wrong in putting it together."""
        return self._assembled.result()[0]

    def dispatch(self, req: "BoltRequest") -> "BoltResponse":
        return self._assembled.result()[1].dispatch(req)

    def want_missed(self) -> None:
        """What people wrote meanwhile is to be read."""
        self.bot().missed.want()

    def want_missed_later(self) -> None:
        """As `want_missed`, once Slack has given up bringing what could not be taken."""
        self.bot().missed.want_later()

    def _assemble(self) -> None:
        try:
            from lamppu_bot.slack import assembly  # noqa: PLC0415 - the thread is there for this

            bot = assembly.machinery(self._slack, self._database)
            self._assembled.set_result((bot, assembly.app_of(bot)))
        except BaseException as error:  # noqa: BLE001 - it is raised where the bot is waited for
            self._assembled.set_exception(error)
