"""The operator's commands beside those that serve: registered by `bot.py`."""

import csv
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from lamppu_bot.clock import present
from lamppu_bot.errors import LamppuError
from lamppu_bot.operating.opening import opened, unopened
from lamppu_bot.operating.personal_data import person, retention
from lamppu_bot.settings import WHAT_TO_WRITE, Settings, checked_database_url
from storage import parked, queries
from storage.auditing import AuditView, audit_trail
from storage.backup import back_up
from storage.backup import restore as put_back
from storage.database import Database
from storage.ledger import PARKED
from storage.migrate import upgrade
from storage.moving import move as move_rows
from storage.parked import WaitingDelivery
from storage.process_lock import Role, process_lock

__all__ = ["audit", "backup", "deliveries", "metrics", "move", "person", "restore", "retention"]

FILE = click.Path(dir_okay=False, path_type=Path)
IDS = click.argument("ids", type=int, nargs=-1, metavar="ID...")


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def deliveries(ctx: click.Context, *, as_json: bool) -> None:
    """What waits to be sent, and what is parked and why."""
    if ctx.invoked_subcommand is not None:
        return
    settings: Settings = ctx.obj
    with opened(settings) as database, database.read() as session:
        waiting = parked.list_waiting(session, now=present().real)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in waiting], ensure_ascii=False, indent=2, default=str))
    else:
        _show(waiting)


def _show(waiting: Sequence[WaitingDelivery]) -> None:
    if not waiting:
        click.echo("Nothing waits.")
        return
    for one in waiting:
        tries = "1 try" if one.attempts == 1 else f"{one.attempts} tries"
        click.echo(f"{one.id}  {one.state}  {one.key}")
        click.echo(f"    to {one.to}, since {one.since:%Y-%m-%d %H:%M} UTC, {tries}, cause={one.cause or '-'}")
        if one.error:
            click.echo(f"    {one.error}")


@deliveries.command()
@IDS
@click.pass_obj
def retry(settings: Settings, ids: tuple[int, ...]) -> None:
    """Send parked messages again; without an ID, all of them. Those that may be in Slack are looked for first."""
    now = present().real
    with opened(settings) as database, database.write() as session:
        wanted = ids or [one.id for one in parked.list_waiting(session, now=now, states=[PARKED])]
        found = parked.retry(session, list(wanted), now=now)
        _tell_settled(found, ids, "due again")


@deliveries.command()
@IDS
@click.option("--as", "outcome", type=click.Choice(["sent", "dropped"]), required=True, help="What became of them.")
@click.pass_obj
def settle(settings: Settings, ids: tuple[int, ...], outcome: str) -> None:
    """Settle parked messages by hand: `sent` when they can be seen in Slack, `dropped` when nobody wants them."""
    if not ids:
        raise click.UsageError("name the messages by their ids, as `deliveries` shows them")
    now = present().real
    with opened(settings) as database, database.write() as session:
        if outcome == "sent":
            found = parked.settle_as_sent(session, ids, now=now)
        else:
            found = parked.settle_as_dropped(session, ids)
        _tell_settled(found, ids, outcome)


def _tell_settled(found: Sequence[int], wanted: Sequence[int], outcome: str) -> None:
    """Raises LamppuError, so that nothing is changed, where one that was named is not parked."""
    if others := sorted(set(wanted) - set(found)):
        names = ", ".join(map(str, others))
        raise LamppuError(f"not parked: {names}. Nothing was changed; `deliveries` shows what is parked")
    click.echo(f"{outcome}: {', '.join(map(str, found)) or 'nothing, for nothing is parked'}")


@click.command()
@click.argument("file", type=FILE)
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    """Copy the SQLite database to FILE, while the bot runs."""
    with unopened(settings) as database:
        size = back_up(database, file)
    click.echo(f"{file}: {size:,} bytes, whole")


@click.command()
@click.argument("file", type=FILE)
@click.pass_obj
def restore(settings: Settings, file: Path) -> None:
    """Put the copy FILE in the place of the SQLite database; refuses beside a running bot."""
    with unopened(settings) as database:
        with process_lock(database, Role.TICK):
            kept = put_back(database, file, present().real)
        upgrade(database)
    click.echo(f"restored from {file}" + (f"; what was there before is in {kept}" if kept else ""))


@click.command()
@click.option("--to", "address", prompt="Address of the new database", hide_input=True, help="Asked for when left out.")
@click.pass_obj
def move(settings: Settings, address: str) -> None:
    """Copy everything to another, empty database, such as from SQLite to PostgreSQL, and compare it row by row."""
    try:
        target = Database(checked_database_url(address))
    except ValueError:
        raise LamppuError(f"the address is wrong: write {WHAT_TO_WRITE['DATABASE_URL']}") from None
    with opened(settings) as source, closing(target), process_lock(source, Role.TICK):
        upgrade(target)
        moved = move_rows(source, target)
    click.echo(f"{sum(moved.values()):,} rows of {len(moved)} tables moved, each compared.")
    click.echo("Now set DATABASE_URL to the new address, and start the bot. The old database is as it was.")


@click.command()
@click.pass_obj
def metrics(settings: Settings) -> None:
    """Figures in Prometheus' text format: messages, answers and partners by state."""
    from lamppu_bot.operating.metrics import prometheus_text

    with opened(settings) as database, database.read() as session:
        click.echo(prometheus_text(session, present().real), nl=False)


@click.command()
@click.option("--project", "project_key", help="The project's key; without it, all of them.")
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.pass_obj
def audit(settings: Settings, project_key: str | None, kind: str) -> None:
    """Who steered what and when, oldest first, on standard output."""
    with opened(settings) as database, database.read() as session:
        known = {project.key for project in queries.list_all_projects(session)}
        if project_key is not None and project_key not in known:
            raise LamppuError(f"there is no project {project_key}; there are: {', '.join(sorted(known)) or 'none'}")
        trail = list(audit_trail(session, project_key))
    if kind == "json":
        click.echo(json.dumps([asdict(one) for one in trail], ensure_ascii=False, indent=2, default=str))
    else:
        _write_csv(trail)


def _write_csv(trail: Sequence[AuditView]) -> None:
    written = csv.writer(sys.stdout, lineterminator="\n")
    written.writerow(["at", "project", "who", "action", "details"])
    for one in trail:
        details = json.dumps(one.details, ensure_ascii=False, sort_keys=True)
        written.writerow([one.at.isoformat(), one.project, one.who or "", one.action, details])
