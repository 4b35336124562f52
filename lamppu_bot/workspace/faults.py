"""Faults that a test puts in the way of Web API calls, and the record of the calls that were made."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

FaultKind = Literal["http_500", "internal_error", "error", "cut_before", "cut_after", "slow", "hang", "ratelimited"]
AFTER_EFFECT: frozenset[str] = frozenset({"cut_after", "slow"})
"""The faults that let the call do its work first."""


@dataclass
class Fault:
    """What happens to the next `times` calls of `method` (`*`: of any) for which `when(arguments)` holds.

    `internal_error` answers so without the effect; `error` answers with the code `error`; `cut_before` and
    `cut_after` close the connection without an answer; `slow` answers `seconds` late; `hang` never answers;
    `ratelimited` answers 429 with `Retry-After: retry_after`. `upload` and `response_url` are methods here too.
    """

    method: str
    kind: FaultKind
    times: int = 1
    when: Callable[[Mapping[str, Any]], bool] | None = None
    error: str = "fatal_error"
    seconds: float = 1.0
    retry_after: int = 1

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
