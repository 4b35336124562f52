"""The status of every project for the command line: as plain data, and as tables."""

from typing import Any

from rich.console import Console
from rich.table import Column, Table
from sqlalchemy.orm import Session

from lamppu_bot.status import round_status
from storage import queries

COUNTS = ("answered", "draft", "nothing", "missing", "returned", "unchanged")


def of_all_projects(session: Session) -> list[dict[str, Any]]:
    """Each project with its current round and its partners' counts; `round` is null before the first one opens.

    `skipped` is the reason why nothing is asked of a partner this time, null where it is asked.
    """
    return [
        {"project": project.key, "name": project.name, "round": _round(session, project.id)}
        for project in queries.list_projects(session)
    ]


def _round(session: Session, project_id: int) -> dict[str, Any] | None:
    found = queries.current_round(session, project_id)
    if found is None:
        return None
    status = round_status(queries.snapshot(session, found.id))
    partners = [
        {
            "partner": one.partner.key,
            **{count: getattr(one, count) for count in COUNTS},
            "due_on": one.due_on.isoformat(),
            "reminded_at": one.reminded_at.isoformat() if one.reminded_at else None,
            "skipped": one.skip_reason,
        }
        for one in status.partners
    ]
    return {"round": found.key, "state": found.state.value, "due_on": found.due_on.isoformat(), "partners": partners}


def show(projects: list[dict[str, Any]]) -> None:
    """A table a project."""
    console = Console()
    if not projects:
        console.print("No project is loaded. Run: python bot.py load FILE")
    for project in projects:
        console.print(_table(project) if project["round"] else f"{project['project']}: no round has opened yet")
        for one in project["round"]["partners"] if project["round"] else ():
            if one["skipped"] is not None:
                console.print(f"{one['partner']} is not asked this time: {one['skipped']}", markup=False)


def _table(project: dict[str, Any]) -> Table:
    found = project["round"]
    title = f"{project['project']} {found['round']}: {found['state']}, due {found['due_on']}"
    counts = (Column(count, justify="right", no_wrap=True) for count in COUNTS)
    table = Table(Column("partner", overflow="fold"), *counts, "reminded", title=title, box=None, pad_edge=False)
    for one in found["partners"]:
        reminded = (one["reminded_at"] or "-")[:10]
        table.add_row(one["partner"], *(str(one[count]) for count in COUNTS), reminded)
    return table
