"""The operator's commands for what came of a round: who has answered what, and the report's files."""

import json
from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy.orm import Session

from lamppu_bot import overview
from lamppu_bot.clock import present
from lamppu_bot.errors import LamppuError
from lamppu_bot.operating.opening import opened
from lamppu_bot.settings import Settings
from storage import queries
from storage.values import ProjectView, RoundView

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def status(settings: Settings, *, as_json: bool) -> None:
    """Who has answered what in the rounds under way."""
    with opened(settings) as database, database.read() as session:
        found = overview.of_all_projects(session)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        overview.show(found)


@click.command()
@click.argument("round_key", metavar="ROUND")
@click.option("--format", "kind", type=click.Choice(["docx", "xlsx", "pdf", "json"]), required=True)
@click.option("--out", type=FOLDER, required=True, help="The folder to write to.")
@click.option("--project", "project_key", help="The project's key, where several have such a round.")
@click.pass_obj
def report(settings: Settings, round_key: str, kind: str, out: Path, project_key: str | None) -> None:
    """Write the compiled report of ROUND (such as 2012-spring) as files."""
    from lamppu_bot import reporting
    from lamppu_bot.report.export import export

    with opened(settings) as database, database.read() as session:
        project, found = _one_round(queries.list_all_projects(session), session, round_key, project_key)
        if not queries.snapshot(session, found.id).partners:
            raise LamppuError(f"nobody was asked in the round {round_key}: there is nothing to report")
        compiled = reporting.report_of(session, found.id, present())
        paths = export(compiled, kind, out, queries.form_template(session, project.id))
    for path in paths:
        click.echo(path)


def _one_round(
    projects: Sequence[ProjectView], session: Session, round_key: str, project_key: str | None
) -> tuple[ProjectView, RoundView]:
    """The round of this key, in the named project or the only one that has it."""

    known = [(project, found) for project in projects for found in queries.list_rounds(session, project.id)]
    found = [pair for pair in known if pair[1].key == round_key and project_key in (None, pair[0].key)]
    if not found:
        rounds = ", ".join(f"{project.key} {view.key}" for project, view in known) or "none: load a project first"
        raise LamppuError(f"there is no round {round_key}; there are: {rounds}")
    if len(found) > 1:
        keys = ", ".join(project.key for project, _ in found)
        raise LamppuError(f"several projects have a round {round_key}: say which by --project ({keys})")
    return found[0]
