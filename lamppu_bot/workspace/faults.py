"""Faults that a test puts in the way of Web API calls, and the record of the calls that were made."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

FaultKind = Literal[
    "http_500", "internal_error", "error", "cut_before", "cut_after", "slow", "hang", "ratelimited", "late"
]

OF_SLACK: tuple[FaultKind, ...] = (
    *("http_500", "internal_error", "cut_before", "cut_after", "slow", "hang", "ratelimited"),
)
"""What may befall any call of anybody; `error` and `late` tell of something in particular."""


@dataclass
class Fault:
    """What happens to the next `times` calls of `method` (`*`: of any) for which `when(arguments)` holds.

    `internal_error` answers with that code; `error` answers with the code `error`; `cut_before` and
    `cut_after` close the connection without an answer; `slow` answers `seconds` late; `hang` never answers; `late`
    takes `seconds` to arrive, for which the workspace's deadlines pass and nobody waits; `ratelimited` answers 429
    with `Retry-After: retry_after`. `after_effect` lets a call that gets an error do its work all the same. `upload`
    and `response_url` are methods here too.
    """

    method: str
    kind: FaultKind
    times: int = 1
    when: Callable[[Mapping[str, Any]], bool] | None = None
    error: str = "fatal_error"
    seconds: float = 1.0
    retry_after: int = 1
    after_effect: bool = False

    @property
    def does_the_work(self) -> bool:
        """Whether the call has its effect in spite of the fault."""
        return self.after_effect or self.kind in ("cut_after", "slow")

    @property
    def code(self) -> str:
        """The error code of the answer, for the kinds `error` and `internal_error`."""
        return self.error if self.kind == "error" else self.kind

    def concerns(self, method: str, args: Mapping[str, Any]) -> bool:
        """Whether this call is to be hit."""
        return self.times > 0 and self.method in ("*", method) and (self.when is None or self.when(args))


@dataclass
class ApiCall:
    """One Web API call: `outcome` is `ok`, an error code or the kind of fault; `at` is monotonic seconds.

    `retry_after` is for how many seconds Slack asked to be left alone, 0 when it did not.
    """

    method: str
    args: dict[str, Any]
    at: float
    outcome: str = "pending"
    response: dict[str, Any] = field(default_factory=dict)
    retry_after: int = 0


@dataclass
class FaultPlan:
    """Draws from a seed which calls go wrong, and how.

    The n-th call of a method always meets the same fault, in whatever order the methods are called. `share` of the
    calls fail; `methods` are those concerned, all of them when empty.
    """

    seed: int
    share: float
    methods: Collection[str] = ()
    kinds: Sequence[FaultKind] = OF_SLACK
    seconds: Sequence[float] = (0.2, 1.5)
    retry_after: int = 1
    _calls: Counter[str] = field(default_factory=Counter)

    def take(self, method: str) -> Fault | None:
        """The fault of the next call of this method, if it is to have one."""
        self._calls[method] += 1
        return self.fault_of(method, self._calls[method])

    def fault_of(self, method: str, number: int) -> Fault | None:
        """The fault of the call of this number, from 1 on."""
        dice = random.Random(f"{self.seed} {method} {number}")
        if dice.random() >= self.share or (self.methods and method not in self.methods):
            return None
        kind = dice.choice(self.kinds)
        return Fault(
            method,
            kind,
            seconds=dice.choice(self.seconds),
            retry_after=self.retry_after,
            after_effect=kind in ("http_500", "internal_error") and dice.random() < 1 / 2,
        )


class FaultList(list[Fault]):
    """The faults still to come; append to it at any time, from any thread. What it lets pass meets the `plan`."""

    def __init__(self) -> None:
        super().__init__()
        self.plan: FaultPlan | None = None
        self._lock = threading.Lock()

    def take(self, method: str, args: Mapping[str, Any]) -> Fault | None:
        """The fault that hits this call, counted down."""
        if not self and self.plan is None:
            return None
        with self._lock:
            for fault in self:
                if fault.concerns(method, args):
                    fault.times -= 1
                    return fault
            return self.plan.take(method) if self.plan else None
