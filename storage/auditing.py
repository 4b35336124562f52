"""Reading who steered what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import AuditEntry, Person, Project


@dataclass(frozen=True, slots=True)
class AuditView:
    """One act. `who` is None for what was done on the command line; `at` is the calendar's moment, in UTC."""

    at: datetime
    project: str
    who: str | None
    action: str
    details: Mapping[str, Any]


def audit_trail(session: Session, project_key: str | None = None) -> Iterator[AuditView]:
    """All that was done, in its order; of one project, where a key is given."""
    query = (
        select(AuditEntry.at, Project.key, Person.name, AuditEntry.action, AuditEntry.details)
        .join(Project, Project.id == AuditEntry.project_id)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .order_by(AuditEntry.id)
    )
    if project_key is not None:
        query = query.where(Project.key == project_key)
    for row in session.execute(query, execution_options={"yield_per": 500}):
        yield AuditView(*row)
