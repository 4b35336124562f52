"""The door: the command line, and the WSGI application for gunicorn (`bot:web`)."""

import json
import shlex
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lamppu_bot.clock import MovableClock, present
from lamppu_bot.errors import LamppuError
from lamppu_bot.logs import set_up_logging
from lamppu_bot.memory import share_heap, without_collecting
from lamppu_bot.settings import Settings
from storage.errors import StorageError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lamppu_bot.project_file import ProjectDefinition
    from lamppu_bot.rehearsal import Rehearsal
    from storage.values import ProjectView, RoundView

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
LOCK_SECONDS = 10  # between looks whether the lock against a `tick` is still there
# The commands of `lamppu_bot.operating.commands`, which is imported when one of them, or the list of all, is asked for.
OPERATING = ("deliveries", "backup", "restore", "move", "metrics", "audit", "person", "retention")


class Commands(click.Group):
    """Turns what could not be done into one line and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *OPERATING])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in OPERATING:
            return super().get_command(ctx, cmd_name)
        from lamppu_bot.operating import commands

        found: click.Command = getattr(commands, cmd_name)
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (LamppuError, StorageError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, invoke_without_command=True)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Asks a consortium's partners for their semester reports in Slack and compiles them."""
    settings = Settings.load()
    set_up_logging(settings.log_level)
    ctx.obj = settings
    if ctx.invoked_subcommand is None:
        ctx.invoke(run)


@cli.command()
@click.pass_obj
def run(settings: Settings) -> None:
    """Everything in one process (the default)."""
    serve(settings, "run")


@cli.command()
@click.pass_obj
def listen(settings: Settings) -> None:
    """Only Slack's side; wants PostgreSQL and a `work` beside it."""
    serve(settings, "listen")


@cli.command()
@click.pass_obj
def work(settings: Settings) -> None:
    """Only the worker; wants PostgreSQL."""
    serve(settings, "work")


@cli.command()
@click.option("--now", "moment", metavar="TIME", help="The calendar's moment, such as 2012-05-10T09:00+03:00.")
@click.pass_obj
def tick(settings: Settings, moment: str | None) -> None:
    """Do and send all that is due at that moment, then end."""
    clock = MovableClock(aware(moment)) if moment else present
    from lamppu_bot.operating.opening import opened
    from lamppu_bot.slack.assembly import machinery
    from storage.process_lock import Role, process_lock

    with (
        opened(settings) as database,
        process_lock(database, Role.TICK),
        closing(machinery(settings.for_slack(), database, clock)) as machine,
    ):
        click.echo(f"{machine.tick()} messages were due")


@cli.command()
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.pass_obj
def load(settings: Settings, file: Path, *, dry_run: bool) -> None:
    """Create or update a project from FILE, and show what changes."""
    from lamppu_bot import loading
    from lamppu_bot.operating.opening import opened
    from lamppu_bot.project_file import read_project

    definition = read_project(file)
    template = template_of(definition, file)
    now = present()
    with opened(settings) as database, database.write() as session:
        plan = loading.plan_load(session, definition, template=template, now=now)
        if not dry_run:
            loading.apply_load(session, plan, now)
    for line in loading.describe(plan):
        click.echo(line)


@cli.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """Look at everything that Lamppu needs - database, Slack, channels, people, clock - and say what to do."""
    from lamppu_bot.operating.check import check as look

    if not look(settings):
        raise SystemExit(1)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def status(settings: Settings, *, as_json: bool) -> None:
    """Who has answered what in the rounds under way."""
    from lamppu_bot import overview
    from lamppu_bot.operating.opening import opened

    with opened(settings) as database, database.read() as session:
        found = overview.of_all_projects(session)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        overview.show(found)


@cli.command()
@click.argument("round_key", metavar="ROUND")
@click.option("--format", "kind", type=click.Choice(["docx", "xlsx", "pdf", "json"]), required=True)
@click.option("--out", type=FOLDER, required=True, help="The folder to write to.")
@click.option("--project", "project_key", help="The project's key, where several have such a round.")
@click.pass_obj
def report(settings: Settings, round_key: str, kind: str, out: Path, project_key: str | None) -> None:
    """Write the compiled report of ROUND (such as 2012-spring) as files."""
    from lamppu_bot import reporting
    from lamppu_bot.operating.opening import opened
    from lamppu_bot.report.export import export
    from storage import queries

    with opened(settings) as database, database.read() as session:
        project, found = one_round(queries.list_all_projects(session), session, round_key, project_key)
        if not queries.snapshot(session, found.id).partners:
            raise LamppuError(f"nobody was asked in the round {round_key}: there is nothing to report")
        compiled = reporting.report_of(session, found.id, present())
        paths = export(compiled, kind, out, queries.form_template(session, project.id))
    for path in paths:
        click.echo(path)


@cli.command()
@click.argument("file", type=FILE)
@click.option("--play", type=FILE, help="Play these answers unattended, and end.")
@click.option("--unattended", is_flag=True, help="Play every round with nobody answering, and end.")
@click.option("--calendar", is_flag=True, help="Print every message that will be sent, to whom and when, and end.")
@click.option("--out", type=FOLDER, help="Where to leave posted files and messages.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The page's port; 0 takes any.")
def rehearse(file: Path, play: Path | None, out: Path | None, port: int, *, unattended: bool, calendar: bool) -> None:
    """Rehearse FILE's project in a local workspace, with the real bot in it; nothing leaves this machine.

    Opens a page on 127.0.0.1 where one acts as anybody in the project and moves the calendar on, until Ctrl-C; with
    --play or --unattended it plays by itself, and ends. With --calendar it says what will be sent if nobody answers.
    """
    with without_collecting():
        from lamppu_bot.project_file import read_answers, read_project
        from lamppu_bot.rehearsal import Rehearsal

    set_up_logging("WARNING")  # the story is told on the screen; the bot's own log would run through it
    project = read_project(file)
    if calendar:
        if play or unattended:
            raise click.UsageError("--calendar plays every round with nobody answering: leave out --play, --unattended")
        foretell(project, template_of(project, file), out)
        return
    answers = read_answers(play, project) if play else ()
    with Rehearsal(project, template=template_of(project, file), say=click.echo) as rehearsal:
        if play or unattended:
            rehearsal.play(answers)
        else:
            show_page(rehearsal, port)
        left = rehearsal.story.leave(out) if out else []
    click.echo("")
    for path in left:
        click.echo(f"left {path}")
    if play or unattended:
        command = shlex.join([interpreter(), "bot.py", "rehearse", str(file)])
        click.echo(f"To act in it yourself, in the browser: {command}")


def foretell(project: "ProjectDefinition", template: bytes | None, out: Path | None) -> None:
    """Prints what will be sent, and leaves it in full where a folder is named."""
    from lamppu_bot import forecast

    found, left = forecast.foresee(project, template=template, out=out)
    forecast.show(found)
    for path in left:
        click.echo(f"left {path}")


def interpreter() -> str:
    """This Python as one would type it here."""
    path, here = Path(sys.executable), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else path.name


def show_page(rehearsal: "Rehearsal", port: int) -> None:
    """Serves the rehearsal's page until SIGTERM or Ctrl-C."""
    from lamppu_bot.rehearsal_page import open_page

    stop = stopping()
    try:
        with open_page(rehearsal, port=port) as page:
            click.echo(f"Open {page.url} in the browser. Ctrl-C ends the rehearsal.")
            stop.wait()
    except OSError as error:
        raise LamppuError(f"port {port} cannot be used ({error.strerror}): choose another with --port") from error


def aware(text: str) -> datetime:
    from dateutil.parser import isoparse

    try:
        moment = isoparse(text)
    except ValueError:
        raise click.BadParameter(f"{text} is no moment: write one such as 2012-05-10T09:00+03:00") from None
    if moment.tzinfo is None:
        raise click.BadParameter(f"{text} lacks a time zone: write one such as {text}+03:00")
    return moment


def template_of(definition: "ProjectDefinition", file: Path) -> bytes | None:
    name = definition.project.form_template
    return (file.parent / name).read_bytes() if name else None


def one_round(
    projects: "Sequence[ProjectView]", session: "Session", round_key: str, project_key: str | None
) -> "tuple[ProjectView, RoundView]":
    """The round of this key, in the named project or the only one that has it."""
    from storage import queries

    known = [(project, found) for project in projects for found in queries.list_rounds(session, project.id)]
    found = [pair for pair in known if pair[1].key == round_key and project_key in (None, pair[0].key)]
    if not found:
        rounds = ", ".join(f"{project.key} {view.key}" for project, view in known) or "none: load a project first"
        raise LamppuError(f"there is no round {round_key}; there are: {rounds}")
    if len(found) > 1:
        keys = ", ".join(project.key for project, _ in found)
        raise LamppuError(f"several projects have a round {round_key}: say which by --project ({keys})")
    return found[0]


def stopping() -> threading.Event:
    """What SIGTERM and Ctrl-C set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def serve(settings: Settings, name: str) -> None:
    """Serves until SIGTERM or Ctrl-C, and then ends what was begun."""
    stop = stopping()
    share_heap()
    with ExitStack() as stack:
        with without_collecting():
            from lamppu_bot.operating.opening import opened
            from lamppu_bot.slack.serving import Serving
            from storage.process_lock import Role, process_lock

            role = Role(name)
            database = stack.enter_context(opened(settings))
            lock = stack.enter_context(process_lock(database, role))
            stack.enter_context(Serving(settings, database, role))
        while not stop.wait(LOCK_SECONDS):
            lock.renew()


def __getattr__(name: str) -> object:
    """`bot:web`, which gunicorn asks for when a worker boots: Slack's side over HTTP."""
    if name != "web":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from lamppu_bot.slack.serving import web_application

    return web_application()


if __name__ == "__main__":
    cli()
