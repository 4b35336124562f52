"""The present moment, told twice: as the calendar has it and as it really is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Now:
    """`calendar` decides what is due and is written beside answers; leases, pacing and quiet times count in `real`.

    They differ only in a rehearsal and in `tick --now`. Both are aware.
    """

    calendar: datetime
    real: datetime

    def real_at(self, moment: datetime) -> datetime:
        """The real moment of one that the calendar is yet to come to, for what must not go out before it.

        A calendar that is moved by hand comes to none by itself: there nothing waits.
        """
        return max(self.real, moment) if self.calendar == self.real else self.real


Clock = Callable[[], Now]


def present() -> Now:
    """The clock of everyday: both moments are the same."""
    moment = datetime.now(UTC)
    return Now(moment, moment)


class MovableClock:
    """A calendar that stands where it is put, over a real clock that runs: for rehearsals, tests and `tick --now`.

    The real clock is `ahead` of the machine's: what waits for a minute or an hour need not be waited for.
    """

    def __init__(self, calendar: datetime) -> None:
        self.calendar = calendar
        self.ahead = timedelta(0)

    def __call__(self) -> Now:
        return Now(self.calendar, datetime.now(UTC) + self.ahead)
