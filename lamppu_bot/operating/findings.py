"""What `bot.py check` has found, and how it is told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import click


class Level(StrEnum):
    """`NOTE`: works, and somebody should know of it. `FAIL`: does not work, or will not for long."""

    OK = "ok"
    NOTE = "note"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, in a line; `advice` says what to do where it is not in order. Never a secret."""

    level: Level
    what: str
    advice: str = ""

    @property
    def is_ok(self) -> bool:
        return self.level is Level.OK

    @property
    def is_failure(self) -> bool:
        return self.level is Level.FAIL


def ok(what: str) -> Finding:
    return Finding(Level.OK, what)


def note(what: str, advice: str) -> Finding:
    return Finding(Level.NOTE, what, advice)


def fail(what: str, advice: str) -> Finding:
    return Finding(Level.FAIL, what, advice)


def tell(section: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Prints each as it is found, under the section's heading if there is any, and passes it on."""
    heading = section
    for found in findings:
        if heading:
            click.secho(heading, bold=True)
            heading = ""
        click.echo(f"  {found.level:<5} {found.what}")
        if found.advice:
            click.echo(f"        {found.advice}")
        yield found
    if not heading:
        click.echo("")


def summary(findings: Iterable[Finding]) -> str:
    levels = [found.level for found in findings]
    failed, noted = levels.count(Level.FAIL), levels.count(Level.NOTE)
    if not failed and not noted:
        return "All is well."
    to_do = f"{failed} {'thing' if failed == 1 else 'things'} to put right" if failed else "Nothing to put right"
    return f"{to_do}; {noted} to know of." if noted else f"{to_do}."
