"""Where a delivery goes: its channel, its parent's thread, or the DM with a person, opened and kept beforehand."""

from lamppu_bot.clock import Clock
from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.refusals import CallError, Verdict
from storage import recipients
from storage.claims import Claimed
from storage.database import Database
from storage.recipients import Recipient


class Addresses:
    def __init__(self, database: Database, calls: Calls, clock: Clock) -> None:
        self.database = database
        self.calls = calls
        self.clock = clock

    def channel_of(self, claimed: Claimed) -> str:
        """The conversation to post in. What had to be asked for is committed. Raises CallError, TooEarlyError."""
        if claimed.channel:
            return claimed.channel
        if claimed.person_id is None:
            raise CallError("delivery", "no_recipient", Verdict.PERMANENT)
        recipient = self._recipient(claimed.person_id)
        return recipient.dm_channel or self._open_dm(recipient)

    def slack_id_of(self, claimed: Claimed) -> str:
        """Whose Home it is. Raises as `channel_of`."""
        if claimed.person_id is None:
            raise CallError("delivery", "no_recipient", Verdict.PERMANENT)
        recipient = self._recipient(claimed.person_id)
        return recipient.slack_id or self._look_up(recipient)

    def _recipient(self, person_id: int) -> Recipient:
        with self.database.read() as session:
            return recipients.get_recipient(session, person_id)

    def _open_dm(self, recipient: Recipient) -> str:
        slack_id = recipient.slack_id or self._look_up(recipient)
        answer = self.calls.paced("conversations.open", users=slack_id)
        channel = str(answer["channel"]["id"])
        with self.database.write() as session:
            recipients.remember_dm_channel(session, recipient.id, channel)
        return channel

    def _look_up(self, recipient: Recipient) -> str:
        if recipient.email is None:
            raise CallError("delivery", "no_address", Verdict.PERMANENT)
        answer = self.calls.paced("users.lookupByEmail", email=recipient.email)
        slack_id = str(answer["user"]["id"])
        with self.database.write() as session:
            recipients.remember_found(session, recipient.id, slack_id, self.clock().real)
        return slack_id
