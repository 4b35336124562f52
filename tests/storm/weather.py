"""What may befall the bot in a storm: faults of Slack, lost connections, repeated events, and processes killed.

And what people do to it: accounts closed, the channel archived, the token revoked, another way to the bot chosen.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence

from lamppu_bot.workspace import Channel, Fault, FaultPlan, Person, Workspace
from lamppu_bot.workspace.faults import OF_SLACK
from tests.storm.processes import Processes

METHODS = (
    *("chat.postMessage", "chat.update", "conversations.open", "conversations.history", "conversations.replies"),
    *("users.lookupByEmail", "users.info", "views.open", "views.push", "views.publish", "files.info"),
    *(
        "files.getUploadURLExternal",
        "files.completeUploadExternal",
        "upload",
        "response_url",
        "auth.test",
        "apps.connections.open",
    ),
)
SHARE = 0.2
SLOW_SECONDS = (0.2, 3.0)  # the longer is more than the bot waits for
RETRY_AFTER = 3  # seconds
# Of what the bot shows, the block types that Slack does not know everywhere.
NEW_BLOCKS = ("table", "data_table", "data_visualization")
SHORTEST_SPELL, LONGEST_SPELL = 1.0, 4.0  # seconds
Undo = Callable[[], object]


class Weather:
    """Seeded: the n-th call of a method meets the same fault, and the same things befall the bot in the same order."""

    def __init__(
        self, seed: int, workspace: Workspace, processes: Processes, channel: Channel, people: Sequence[Person]
    ) -> None:
        self.seed = seed
        self.workspace = workspace
        self.processes = processes
        self.channel = channel
        self.people = people
        self.counts: Counter[str] = Counter()
        self.kills: list[float] = []  # when, in the workspace's seconds
        self.random = random.Random(f"weather {seed}")
        self._spells: list[tuple[float, Undo]] = []
        self._gone: set[str] = set()
        self._faults: list[tuple[str, int, Fault]] = []
        self._bringing: list[threading.Thread] = []
        workspace.faults.plan = FaultPlan(seed, SHARE, METHODS, seconds=SLOW_SECONDS, retry_after=RETRY_AFTER)

    def strike(self) -> None:
        """One thing goes wrong."""
        connection = [
            self._drop,
            self._refresh,
            self._deafen,
            self._forget,
            self._lose_acknowledgement,
            self._lose_acknowledgement,
        ]
        events = [self._repeat, self._repeat, self._hold]
        calls = [self._slow_down, self._slow_down, self._let_triggers_expire]
        processes = [*[self._kill] * 4, self._stop, self._switch]
        web = [self._kill_web_worker, self._kill_web_worker, self._reload_web] if self.processes.web_places else []
        people = [self._close_account, self._archive, self._remove, self._revoke, self._forbid_reading]
        blocks = [self._refuse_blocks]
        strikes = [*connection, *events, *calls, *processes, *web, *people, *blocks]
        self.random.choice(strikes)()

    def move_on(self) -> None:
        """What was to last a while and has is over."""
        now = time.monotonic()
        over = [spell for spell in self._spells if spell[0] <= now]
        self._spells = [spell for spell in self._spells if spell[0] > now]
        for _, undo in over:
            undo()

    def clear_up(self) -> None:
        self.workspace.faults.plan = None
        for _, undo in self._spells:
            undo()
        self._spells = []
        self._count_faults()
        self.workspace.faults.clear()
        self.processes.require_all()
        for thread in self._bringing:
            thread.join()

    def close_for_good(self, person: Person) -> None:
        """Somebody leaves the organisation."""
        self.workspace.deactivate(person)
        self._gone.add(person.id)
        self.counts["accounts closed for good"] += 1

    def faults(self) -> dict[str, int]:
        """How many calls of the bot went wrong, by kind."""
        found = Counter(call.outcome for call in self.workspace.calls)
        return {kind: found[kind] for kind in OF_SLACK}

    def _count_faults(self) -> None:
        for what, times, fault in self._faults:
            self.counts[what] += times - fault.times

    def _for_a_while(self, what: str, undo: Undo) -> None:
        self.counts[what] += 1
        self._spells.append((time.monotonic() + self.random.uniform(SHORTEST_SPELL, LONGEST_SPELL), undo))

    def _add(self, what: str, fault: Fault) -> None:
        self._faults.append((what, fault.times, fault))
        self.workspace.faults.append(fault)

    def _drop(self) -> None:
        self.workspace.drop_sockets()
        self.counts["sockets dropped"] += 1

    def _refresh(self) -> None:
        self.workspace.refresh_sockets()
        self.counts["sockets refreshed"] += 1

    def _deafen(self) -> None:
        self.workspace.deafen_sockets()
        self.counts["sockets deaf"] += 1

    def _forget(self) -> None:
        self.workspace.deafen_sockets(forgotten=True)
        self.counts["sockets forgotten"] += 1

    def _lose_acknowledgement(self) -> None:
        self.workspace.lose_acknowledgement()
        self.counts["acknowledgements lost"] += 1

    def _repeat(self) -> None:
        """An event of a while ago comes once more, out of its order."""
        past = [delivery for delivery in list(self.workspace.deliveries)[-200:] if delivery.kind == "events_api"]
        if past:
            self.workspace.deliver_again(self.random.choice(past))
            self.counts["events repeated"] += 1

    def _hold(self) -> None:
        """Events are late, and then each comes twice and in any order."""
        seed = self.random.randrange(10**6)
        self.workspace.hold_events()
        self._for_a_while("events late and out of order", lambda: self._bring(seed))

    def _bring(self, seed: int) -> None:
        thread = threading.Thread(target=self.workspace.release_events, args=(seed,))
        thread.start()
        self._bringing.append(thread)

    def _slow_down(self) -> None:
        """A 429 for several calls in a row."""
        method, seconds = self.random.choice(METHODS[:-1]), self.random.randint(1, RETRY_AFTER)
        self._add("calls in storms of 429", Fault(method, "ratelimited", times=5, retry_after=seconds))

    def _let_triggers_expire(self) -> None:
        for method in ("views.open", "views.push"):
            self._add("triggers expired", Fault(method, "error", times=2, error="expired_trigger_id"))

    def _kill(self) -> None:
        place = self.random.choice(self.processes.places)
        self._note_kill()
        self.processes.kill(place)
        self.counts[f"kill -9 of {self.processes.roles[place]}"] += 1
        time.sleep(self.random.uniform(0, 1.0))  # it is away for a while; nothing waits for this
        self.processes.require_all()

    def _note_kill(self) -> None:
        self.kills.append(self.workspace.state.monotonic())

    def _stop(self) -> None:
        place = self.random.choice(self.processes.places)
        self.processes.stop(place)
        self.counts["stopped and started"] += 1
        self.processes.require_all()

    def _kill_web_worker(self) -> None:
        self._note_kill()
        self.processes.kill_worker(self.random.choice(self.processes.web_places), self.random.randrange(2))
        self.counts["kill -9 of gunicorn's workers"] += 1

    def _reload_web(self) -> None:
        self.processes.reload(self.random.choice(self.processes.web_places))
        self.counts["gunicorn reloaded"] += 1

    def _switch(self) -> None:
        """An administrator has Slack take the other way to the bot; a `run` is started anew with settings for it."""
        self.processes.by_http = not self.processes.by_http
        self.workspace.use_socket_mode(enabled=not self.processes.by_http)
        for place, role in enumerate(self.processes.roles):
            if role == "run":
                self.processes.stop(place)
        self.processes.require_all()
        self.counts["sockets to HTTP or back"] += 1

    def _close_account(self) -> None:
        person = self.random.choice(self.people[1:])
        self.workspace.deactivate(person)
        self._for_a_while("accounts closed", lambda: self._reopen_account(person))

    def _reopen_account(self, person: Person) -> None:
        if person.id not in self._gone:
            self.workspace.deactivate(person, deactivated=False)

    def _archive(self) -> None:
        self.workspace.archive(self.channel)
        self._for_a_while("channel archived", lambda: self.workspace.archive(self.channel, archived=False))

    def _remove(self) -> None:
        self.workspace.remove(self.channel)
        self._for_a_while("bot removed from the channel", lambda: self.workspace.invite(self.channel))

    def _revoke(self) -> None:
        self.workspace.revoke_token(self.random.choice(["token_revoked", "invalid_auth"]))
        self._for_a_while("token revoked", self.workspace.restore_token)

    def _forbid_reading(self) -> None:
        scopes = self.workspace.settings.scopes
        scopes.discard("im:history")
        self._for_a_while("history unreadable", lambda: scopes.add("im:history"))

    def _refuse_blocks(self) -> None:
        refused = self.workspace.settings.refused_block_types
        refused.update(NEW_BLOCKS)
        self._for_a_while("new blocks refused", lambda: refused.difference_update(NEW_BLOCKS))
