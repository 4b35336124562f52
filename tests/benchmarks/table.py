"""One table of what was measured: the figure, what it is held against, and the ratio of the two."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

HEADINGS = ("what", "measured", "against", "baseline", "ratio")


@dataclass(frozen=True, slots=True)
class Row:
    """`value` and `baseline` are in the same `unit`; a row without a baseline only tells."""

    what: str
    value: float
    unit: str
    against: str = ""
    baseline: float | None = None

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        if self.baseline is None:
            return (self.what, shown(self.value, self.unit), self.against, "", "")
        ratio = self.value / self.baseline if self.baseline else float("nan")
        return (
            self.what,
            shown(self.value, self.unit),
            self.against,
            shown(self.baseline, self.unit),
            f"{ratio:.2f}",
        )


def shown(value: float, unit: str) -> str:
    """Three digits are more than such figures hold."""
    digits = 0 if abs(value) >= 100 or float(value).is_integer() else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def print_table(rows: Sequence[Row]) -> None:
    table = Table(title="Lamppu's benchmarks: ratios against baselines of the same run")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading in ("what", "against") else "right")
    for row in rows:
        table.add_row(*row.cells)
    Console(width=150).print(table)
