"""Faults that a test puts in the way of Web API calls, and the record of the calls that were made."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

FaultKind = Literal["http_500", "internal_error", "error", "cut_before", "cut_after", "slow", "hang", "ratelimited"]


@dataclass
class Fault:
    """What happens to the next `times` calls of `method` (`*`: of any) for which `when(arguments)` holds.

    `internal_error` answers with that code; `error` answers with the code `error`; `cut_before` and
    `cut_after` close the connection without an answer; `slow` answers `seconds` late; `hang` never answers;
    `ratelimited` answers 429 with `Retry-After: retry_after`. `after_effect` lets a call that gets an error do
    its work all the same. `upload` and `response_url` are methods here too.
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
    """One Web API call: `outcome` is `ok`, an error code or the kind of fault; `at` is monotonic seconds."""

    method: str
    args: dict[str, Any]
    at: float
    outcome: str = "pending"
    response: dict[str, Any] = field(default_factory=dict)


class FaultList(list[Fault]):
    """The faults still to come; append to it at any time, from any thread."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def take(self, method: str, args: Mapping[str, Any]) -> Fault | None:
        """The fault that hits this call, counted down."""
        if not self:
            return None
        with self._lock:
            for fault in self:
                if fault.concerns(method, args):
                    fault.times -= 1
                    return fault
        return None
