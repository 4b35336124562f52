"""What an administrator does in Slack: channels, who is in them, whose account is closed, which token is good."""

from collections.abc import Iterable

from lamppu_bot.workspace.events import publish_membership
from lamppu_bot.workspace.people import Person
from lamppu_bot.workspace.records import Channel
from lamppu_bot.workspace.state import Settings, WorkspaceState


class Administration:
    """May be called from any thread."""

    def __init__(self, state: WorkspaceState) -> None:
        self.state = state

    @property
    def bot_user_id(self) -> str:
        """The bot's user id."""
        return self.state.identity.bot_user_id

    @property
    def settings(self) -> Settings:
        """Scopes, subscribed events and refused block types, to be changed at any time."""
        return self.state.settings

    def add_channel(
        self, name: str, *, members: Iterable[Person] = (), private: bool = False, bot: bool = True
    ) -> Channel:
        """A channel with these people in it and, unless told otherwise, the bot."""
        ids = {person.id for person in members} | ({self.bot_user_id} if bot else set())
        return self.state.add_channel(name, "private" if private else "public", ids)

    def invite(self, channel: Channel, person: Person | None = None) -> None:
        """Bring a person into a channel, or the bot."""
        self._move(channel, person, joined=True)

    def remove(self, channel: Channel, person: Person | None = None) -> None:
        """Take a person out of a channel, or the bot."""
        self._move(channel, person, joined=False)

    def _move(self, channel: Channel, person: Person | None, *, joined: bool) -> None:
        user_id = person.id if person else self.bot_user_id
        with self.state.lock:
            (channel.members.add if joined else channel.members.discard)(user_id)
            publish_membership(self.state, channel, user_id, joined=joined)
            self.state.touch()

    def deactivate(self, person: Person, *, deactivated: bool = True) -> None:
        """Close a person's account, or open it again."""
        with self.state.lock:
            person.user.deactivated = deactivated
            self.state.touch()

    def archive(self, channel: Channel, *, archived: bool = True) -> None:
        """Archive a channel, or bring it back."""
        with self.state.lock:
            channel.archived = archived
            self.state.touch()

    def revoke_token(self, code: str = "token_revoked") -> None:
        """From now on Slack does not take the bot's token, and says so with this code."""
        self.settings.token_error = code

    def restore_token(self) -> None:
        """The bot's token is good again, as after the app was installed anew."""
        self.settings.token_error = ""
