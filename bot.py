"""The door: the command line, and the WSGI application for gunicorn (`bot:web`)."""

from contextlib import ExitStack, closing
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from lamppu_bot.clock import MovableClock, present
from lamppu_bot.errors import LamppuError
from lamppu_bot.logs import set_up_logging
from lamppu_bot.memory import share_heap, without_collecting
from lamppu_bot.settings import Settings
from lamppu_bot.stopping import stopping
from storage.errors import StorageError

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
LOCK_SECONDS = 10  # between looks whether the lock against a `tick` is still there
# The other commands, by the modules that hold them: imported when one of them, or the list of all, is asked for.
ELSEWHERE = {
    **dict.fromkeys(
        ("deliveries", "backup", "restore", "move", "metrics", "audit", "person", "retention"),
        "lamppu_bot.operating.commands",
    ),
    **dict.fromkeys(("status", "report"), "lamppu_bot.operating.results"),
    "rehearse": "lamppu_bot.rehearsal_command",
}


class Commands(click.Group):
    """Turns what could not be done into one line and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        found: click.Command = getattr(import_module(ELSEWHERE[cmd_name]), cmd_name)
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (LamppuError, StorageError) as error:
            raise click.ClickException(str(error)) from error
        except ModuleNotFoundError as error:
            library = str(error.name).partition(".")[0]
            what = f"the library {library} is not installed: run `make install`, as after each upgrade"
            raise click.ClickException(what) from error


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
    from lamppu_bot.project_file import read_project, read_template
    from storage import cause

    definition = read_project(file)
    template = read_template(definition, file)
    now = present()
    with cause.dealing_with(cause.new()), opened(settings) as database, database.write() as session:
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


def aware(text: str) -> datetime:
    from dateutil.parser import isoparse

    try:
        moment = isoparse(text)
    except ValueError:
        raise click.BadParameter(f"{text} is no moment: write one such as 2012-05-10T09:00+03:00") from None
    if moment.tzinfo is None:
        raise click.BadParameter(f"{text} lacks a time zone: write one such as {text}+03:00")
    return moment


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
    with without_collecting():
        from lamppu_bot.slack.serving import web_application

        return web_application()


if __name__ == "__main__":
    cli()
