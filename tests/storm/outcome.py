"""How storms went: every list of what went wrong is to be empty; figures, and a row of a table for each storm."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

COLUMNS = (
    *("Seed", "Database", "Acts", "Events", "API calls", "Faulty calls", "Strikes", "kill -9", "Words"),
    *("Tools", "Messages", "Parked, told", "Minutes", "Lost", "Doubled", "Stuck", "Else"),
)
HEADING = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"


@dataclass(frozen=True)
class Outcome:
    """One storm. `left` counts parked messages to people who cannot be reached, of which the coordinators know."""

    seed: int
    lost: Mapping[str, object]
    doubled: Mapping[str, object]
    stuck: Mapping[str, object]
    otherwise: Mapping[str, object]
    seconds: int
    figures: Mapping[str, int]
    faults: Mapping[str, int]
    strikes: Mapping[str, int]
    tools: Mapping[str, int]
    sent: Mapping[str, int]
    left: int

    @property
    def wrong(self) -> dict[str, object]:
        """What went wrong, without what did not."""
        everything = {**self.lost, **self.doubled, **self.stuck, **self.otherwise}
        return {what: found for what, found in everything.items() if found}

    def counts(self) -> list[int]:
        """The figures of the table's row, from the acts on."""
        kills = sum(count for what, count in self.strikes.items() if what.startswith("kill -9"))
        words = self.figures["forms acknowledged"] + self.figures["messages written"]
        told = [self.figures[name] for name in ("acts", "events and interactions", "API calls")]
        done = [sum(self.faults.values()), sum(self.strikes.values()), kills, words, sum(self.tools.values())]
        return [*told, *done, self.figures["messages sent"], self.left]

    def ends(self) -> list[int]:
        """How many are lost, doubled, stuck, or went wrong otherwise."""
        groups = (self.lost, self.doubled, self.stuck, self.otherwise)
        return [sum(len(found) for found in group.values()) for group in groups]  # type: ignore[arg-type]


def row_of(place: str, outcome: Outcome) -> str:
    return _row([outcome.seed, place, *outcome.counts(), f"{outcome.seconds / 60:.1f}", *outcome.ends()])


def total_of(place: str, outcomes: Iterable[Outcome]) -> str:
    """All storms on one database in a row."""
    found = list(outcomes)
    if not found:
        return _row(["no storm", place])
    counts = [sum(column) for column in zip(*(one.counts() for one in found), strict=True)]
    ends = [sum(column) for column in zip(*(one.ends() for one in found), strict=True)]
    minutes = f"{sum(one.seconds for one in found) / 60:.0f}"
    return _row([f"{len(found)} storms", place, *counts, minutes, *ends])


def kinds_of(outcomes: Iterable[Outcome]) -> str:
    """What befell the bot, what coordinators did, and what was sent, in all storms."""
    found = list(outcomes)
    groups = {
        "Faulty calls": [one.faults for one in found],
        "Strikes": [one.strikes for one in found],
        "Coordinators' tools and handovers": [one.tools for one in found],
        "Messages in Slack": [one.sent for one in found],
    }
    return "\n".join(f"{name}: {_told(counts)}" for name, counts in groups.items())


def _told(counts: Iterable[Mapping[str, int]]) -> str:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return ", ".join(f"{what} {count}" for what, count in sorted(total.items()))


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"
