"""What may befall the bot in a storm: faults of Slack, lost sockets, repeated events, and processes killed."""

import random
import time
from dataclasses import dataclass, field

from lamppu_bot.workspace import Fault, Workspace
from tests.storm.processes import Processes

METHODS = (
    *("chat.postMessage", "chat.update", "conversations.open", "conversations.history", "conversations.replies"),
    *("users.lookupByEmail", "users.info", "views.open", "views.publish"),
    *("files.getUploadURLExternal", "files.completeUploadExternal", "upload", "response_url", "apps.connections.open"),
)
MOST_FAULTS = 8
RETRY_AFTER = 3  # seconds
KINDS = ("http_500", "internal_error", "cut_before", "cut_after", "slow", "hang", "ratelimited")


@dataclass
class Weather:
    """Seeded: the same seed sends the same faults in the same order, at about the same moments."""

    seed: int
    workspace: Workspace
    processes: Processes
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(f"weather {self.seed}")

    def strike(self) -> None:
        """One thing goes wrong."""
        acts = [self._fault] * 6 + [self._drop, self._refresh, self._repeat, self._repeat, self._kill, self._kill]
        self.random.choice(acts)()

    def clear_up(self) -> None:
        self.workspace.faults.clear()
        self.processes.require_all()

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def _fault(self) -> None:
        kind = self.random.choice(KINDS)
        fault = Fault(
            self.random.choice(METHODS),
            kind,  # type: ignore[arg-type]
            times=self.random.randint(1, 3),
            retry_after=RETRY_AFTER,
            seconds=self.random.choice([0.2, 1.5]),
            after_effect=kind in ("http_500", "internal_error") and self.random.random() < 0.5,
        )
        del self.workspace.faults[:-MOST_FAULTS]  # those whose method nobody has called for a while
        self.workspace.faults.append(fault)
        self._count(f"fault {kind}")

    def _drop(self) -> None:
        self.workspace.drop_sockets()
        self._count("sockets dropped")

    def _refresh(self) -> None:
        self.workspace.refresh_sockets()
        self._count("sockets refreshed")

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
