"""`python -m tests.benchmarks [NAME ...]`: measures and prints one table. Nothing here passes or fails by the clock.

Without a name it leaves out those that take many minutes.
"""

from collections.abc import Callable, Iterator

import click

from tests.benchmarks import (
    dispatching,
    growth,
    night,
    rendering,
    residing,
    startup,
    status_command,
    submissions,
    wave,
)
from tests.benchmarks.table import Row, print_table

BENCHMARKS: dict[str, Callable[[], Iterator[Row]]] = {
    "submissions": submissions.measure,
    "dispatch": dispatching.measure,
    "status": status_command.measure,
    "rendering": rendering.measure,
    "startup": startup.measure,
    "residing": residing.measure,
}
LONG: dict[str, Callable[[], Iterator[Row]]] = {
    "wave": wave.measure,
    "night": night.measure,
    "growth": growth.measure,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*BENCHMARKS, *LONG]))
def main(names: tuple[str, ...]) -> None:
    rows: list[Row] = []
    for name in names or BENCHMARKS:
        click.echo(f"measuring {name} ...", err=True)
        rows += {**BENCHMARKS, **LONG}[name]()
    print_table(rows)


if __name__ == "__main__":
    main()
