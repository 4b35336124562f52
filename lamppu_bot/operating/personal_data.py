"""The operator's commands for what is kept of people: a person's rights, and an end to keeping it."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from lamppu_bot import handover
from lamppu_bot.clock import present
from lamppu_bot.errors import LamppuError
from lamppu_bot.operating import mentions
from lamppu_bot.operating import retention as keeping
from lamppu_bot.operating.opening import opened
from lamppu_bot.operating.retention import ERASED
from lamppu_bot.settings import Settings
from storage import person_records, rounds
from storage.retention import empty_log, projects_of_people
from storage.values import PersonView

FILE = click.Path(dir_okay=False, path_type=Path)
COPIES = "Erased. Copies of the database made before still hold all of it: delete those that you need not keep."


@click.group()
def person() -> None:
    """What is kept of one person, and the end of it."""


@person.command()
@click.argument("known_by", metavar="EMAIL")
@click.option("--out", type=FILE, help="The file to write; otherwise standard output.")
@click.pass_obj
def export(settings: Settings, known_by: str, out: Path | None) -> None:
    """Everything that is kept of the person with this e-mail address, or Slack id, as JSON."""
    with opened(settings) as database, database.read() as session:
        if stranger := _words_of_stranger(session, known_by):
            kept: dict[str, Any] = {"messages": stranger}
        else:
            found = _person(session, known_by)
            named = [{"where": one.place, "text": one.text} for one, _ in mentions.left(session, [found])]
            kept = {**person_records.export(session, found.id), "named_in": named}
    text = json.dumps(kept, ensure_ascii=False, indent=2)
    if out is None:
        click.echo(text)
    else:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{text}\n")  # for nobody else on this machine
        click.echo(out)


@person.command()
@click.argument("known_by", metavar="EMAIL")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(settings: Settings, known_by: str, *, yes: bool) -> None:
    """Take the person's name, addresses and messages out of the database for good. Their answers stay."""
    with opened(settings) as database:
        with database.read() as session:
            if stranger := _words_of_stranger(session, known_by):
                who = f"What {known_by} wrote to the bot"
            else:
                found = _erasable(session, known_by)
                _tell(mentions.told(mentions.left(session, [found])))
                who = keeping.named(found)
        if not yes:
            click.confirm(f"{who} cannot be brought back. Go on?", abort=True)
        with database.write() as session:
            if stranger:
                person_records.erase_stranger(session, known_by.strip().upper())
            else:
                _erase(session, _erasable(session, known_by).id)
        empty_log(database)
    click.echo(COPIES)


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _erase(session: Session, person_id: int) -> None:
    now, name = present(), f"{ERASED} {person_id}"
    project_ids = projects_of_people(session).get(person_id, set())
    handover.give_up(session, person_id, now)
    person_records.erase(session, {person_id: name})
    for project_id in sorted(project_ids):
        rounds.add_audit(session, project_id, None, "erase", now.calendar, person=name)


def _words_of_stranger(session: Session, known_by: str) -> list[person_records.Record]:
    """Of somebody with this Slack id who was never anybody in a project; empty for all others."""
    is_known = person_records.find(session, known_by) is not None
    return [] if is_known else person_records.messages_of_stranger(session, known_by.strip().upper())


def _person(session: Session, known_by: str) -> PersonView:
    found = person_records.find(session, known_by)
    if found is None:
        raise LamppuError(
            f"nobody is known by {known_by}: write an e-mail address, as in the project files, or a Slack id"
        )
    return found


def _erasable(session: Session, known_by: str) -> PersonView:
    """Raises LamppuError for somebody who still has something to do."""
    found = _person(session, known_by)
    if roles := person_records.roles_of(session, found.id):
        raise LamppuError(
            f"{found.name} is {', '.join(roles)}: name somebody else first, in the project file or in Slack"
        )
    if projects := person_records.projects_naming(session, found):
        raise LamppuError(
            f"the file of {', '.join(projects)} still names {known_by}: take it out there and load the file"
        )
    return found


@click.command()
@click.option("--months", type=click.IntRange(1, 600), required=True, help="How long a project's names are kept.")
@click.option("--dry-run", is_flag=True, help="Only show what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def retention(settings: Settings, months: int, *, dry_run: bool, yes: bool) -> None:
    """Take names, addresses and messages out of projects that ended so many months ago. Answers and reports stay."""
    with opened(settings) as database:
        with database.read() as session:
            expiry = keeping.plan(session, months, present())
            _tell(keeping.told(expiry))
            _tell(mentions.told(mentions.left(session, expiry.people, [project.id for project in expiry.projects])))
        if expiry.is_empty:
            click.echo("Nothing is to go.")
            return
        if dry_run:
            click.echo("Nothing was changed.")
            return
        if not yes:
            click.confirm("None of it can be brought back. Go on?", abort=True)
        with database.write() as session:
            keeping.apply(session, months, present())
        empty_log(database)
    click.echo(COPIES)
