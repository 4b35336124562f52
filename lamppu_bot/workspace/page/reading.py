"""Who has read how far: unread counts of the page."""

import threading

from lamppu_bot.workspace.people import Person
from lamppu_bot.workspace.records import Channel


class Reading:
    """The last message that each person has seen in each conversation."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def unread(self, person: Person, channel: Channel) -> int:
        """How many messages of others, replies among them, are newer than what the person has seen."""
        with self._lock:
            seen = self._seen.get((person.id, channel.id), "")
        return sum(one.user_id != person.id and one.ts > seen for one in channel.messages.values())

    def read(self, person: Person, channel: Channel) -> bool:
        """The person has the conversation before their eyes; returns whether there was anything new in it."""
        newest = max(channel.messages, default="")
        with self._lock:
            before = self._seen.get((person.id, channel.id), "")
            self._seen[person.id, channel.id] = max(before, newest)
        return newest > before
