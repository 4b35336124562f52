"""What may befall the bot in a storm: faults of Slack, lost sockets, repeated events, and processes killed."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field

from lamppu_bot.workspace import FaultPlan, Workspace
from lamppu_bot.workspace.faults import OF_SLACK
from tests.storm.processes import Processes

METHODS = (
    *("chat.postMessage", "chat.update", "conversations.open", "conversations.history", "conversations.replies"),
    *("users.lookupByEmail", "users.info", "views.open", "views.publish"),
    *("files.getUploadURLExternal", "files.completeUploadExternal", "upload", "response_url", "apps.connections.open"),
)
SHARE = 0.2
RETRY_AFTER = 3  # seconds


@dataclass
class Weather:
    """Seeded: the n-th call of a method meets the same fault, and the same things befall the bot in the same order."""

    seed: int
    workspace: Workspace
    processes: Processes
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(f"weather {self.seed}")
        self.workspace.faults.plan = FaultPlan(self.seed, SHARE, METHODS, retry_after=RETRY_AFTER)

    def strike(self) -> None:
        """One thing goes wrong."""
        sockets = [self._drop, self._refresh, self._deafen, self._lose_acknowledgement]
        self.random.choice([*sockets, self._repeat, self._repeat, self._kill, self._kill])()

    def clear_up(self) -> None:
        self.workspace.faults.plan = None
        self.processes.require_all()

    def figures(self) -> dict[str, int]:
        """How often what went wrong."""
        faults = Counter(call.outcome for call in self.workspace.calls)
        return {**{f"fault {kind}": faults[kind] for kind in OF_SLACK}, **self.counts}

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def _drop(self) -> None:
        self.workspace.drop_sockets()
        self._count("sockets dropped")

    def _refresh(self) -> None:
        self.workspace.refresh_sockets()
        self._count("sockets refreshed")

    def _deafen(self) -> None:
        self.workspace.deafen_sockets()
        self._count("sockets deaf")

    def _lose_acknowledgement(self) -> None:
        self.workspace.drop_sockets_at_ack()
        self._count("acknowledgements lost")

    def _repeat(self) -> None:
        """An event or an interaction of a while ago comes once more, out of its order."""
        past = [delivery for delivery in list(self.workspace.deliveries)[-200:] if delivery.kind == "events_api"]
        if past:
            self.workspace.deliver_again(self.random.choice(past))
            self._count("events repeated")

    def _kill(self) -> None:
        self.processes.kill(self.random.randrange(len(self.processes.roles)))
        self._count("kill -9")
        time.sleep(self.random.uniform(0, 1.0))  # it is away for a while; nothing waits for this
        self.processes.require_all()
