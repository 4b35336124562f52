"""`bot.py rehearse`: a project in a local workspace, acted in the browser, played by itself, or told beforehand."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lamppu_bot.errors import LamppuError
from lamppu_bot.logs import set_up_logging
from lamppu_bot.memory import without_collecting
from lamppu_bot.stopping import stopping

if TYPE_CHECKING:
    from lamppu_bot.project_file import ProjectDefinition
    from lamppu_bot.rehearsal import Rehearsal

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
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
        from lamppu_bot.project_file import read_answers, read_project, read_template
        from lamppu_bot.rehearsal import Rehearsal

    set_up_logging("WARNING")  # the story is told on the screen; the bot's own log would run through it
    project = read_project(file)
    if calendar:
        if play or unattended:
            raise click.UsageError("--calendar plays every round with nobody answering: leave out --play, --unattended")
        _foretell(project, read_template(project, file), out)
        return
    answers = read_answers(play, project) if play else ()
    with Rehearsal(project, template=read_template(project, file), say=click.echo) as rehearsal:
        if play or unattended:
            rehearsal.play(answers)
        else:
            _show_page(rehearsal, port)
        left = rehearsal.story.leave(out) if out else []
    click.echo("")
    for path in left:
        click.echo(f"left {path}")
    if play or unattended:
        command = shlex.join([_interpreter(), "bot.py", "rehearse", str(file)])
        click.echo(f"To act in it yourself, in the browser: {command}")


def _foretell(project: "ProjectDefinition", template: bytes | None, out: Path | None) -> None:
    """Prints what will be sent, and leaves it in full where a folder is named."""
    from lamppu_bot import forecast

    found, left = forecast.foresee(project, template=template, out=out)
    forecast.show(found)
    for path in left:
        click.echo(f"left {path}")


def _interpreter() -> str:
    """This Python as one would type it here."""
    path, here = Path(sys.executable), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else path.name


def _show_page(rehearsal: "Rehearsal", port: int) -> None:
    """Serves the rehearsal's page until SIGTERM or Ctrl-C."""
    from lamppu_bot.rehearsal_page import open_page

    stop = stopping()
    try:
        with open_page(rehearsal, port=port) as page:
            click.echo(f"Open {page.url} in the browser. Ctrl-C ends the rehearsal.")
            stop.wait()
    except OSError as error:
        raise LamppuError(f"port {port} cannot be used ({error.strerror}): choose another with --port") from error
