"""`python -m tests.benchmarks [NAME ...]`: measures and prints one table. Nothing here passes or fails by the clock."""

from collections.abc import Callable, Iterator

import click

from tests.benchmarks import dispatching, rendering, startup, status_command, submissions
from tests.benchmarks.table import Row, print_table

BENCHMARKS: dict[str, Callable[[], Iterator[Row]]] = {
    "submissions": submissions.measure,
    "dispatch": dispatching.measure,
    "status": status_command.measure,
    "rendering": rendering.measure,
    "startup": startup.measure,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHMARKS)))
def main(names: tuple[str, ...]) -> None:
    rows: list[Row] = []
    for name in names or BENCHMARKS:
        click.echo(f"measuring {name} ...", err=True)
        rows += BENCHMARKS[name]()
    print_table(rows)


if __name__ == "__main__":
    main()
