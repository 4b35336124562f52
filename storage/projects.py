"""Projects as their files make them: everything of one, archived things included, and the writes of a load."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from storage import ledger
from storage.database import is_postgres
from storage.models import Base, Coordinator, Objective, Partner, Person, Project, Round
from storage.queries import (
    Contact,
    Deputy,
    SpringFirst,
    get_project,
    partner_view,
    person_view,
    round_view,
)
from storage.values import IndicatorView, ObjectiveView, PartnerView, PersonView, ProjectView, RoundView

_LOADING = 0x6C616D70  # any number that only loads ask PostgreSQL to lock

Part = Literal["partners", "objectives", "semesters"]
"""The keyed parts of a project, by the names that its file gives them."""

_TABLES: Mapping[Part, type[Partner | Objective | Round]] = {
    "partners": Partner,
    "objectives": Objective,
    "semesters": Round,
}


@dataclass(frozen=True, slots=True)
class StoredPartner:
    view: PartnerView
    position: int
    archived: bool


@dataclass(frozen=True, slots=True)
class StoredObjective:
    view: ObjectiveView
    archived: bool


@dataclass(frozen=True, slots=True)
class StoredRound:
    view: RoundView
    previewed_for: date | None
    archived: bool


@dataclass(frozen=True, slots=True)
class StoredProject:
    """A project with all that was ever in its file. `definition` is what the last load left in `Project.definition`."""

    view: ProjectView
    archived: bool
    form_template: bytes | None
    definition: Mapping[str, Any]
    partners: tuple[StoredPartner, ...]
    objectives: tuple[StoredObjective, ...]
    rounds: tuple[StoredRound, ...]


def wait_for_other_loads(session: Session) -> None:
    """Until the end of the transaction no other load runs. On SQLite a write is alone anyway."""
    if is_postgres(session):
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOADING})


def find_stored(session: Session, key: str) -> StoredProject | None:
    """The project, its row and its rounds locked on PostgreSQL until the end of the transaction."""
    # Not for its key: who steers a round, which is locked below, goes on to record so, and that refers to the project.
    row = session.scalar(select(Project).where(Project.key == key).with_for_update(key_share=True))
    if row is None:
        return None
    return StoredProject(
        view=get_project(session, row.id),
        archived=row.archived_at is not None,
        form_template=row.form_template,
        definition=row.definition,
        partners=_partners(session, row.id),
        objectives=_objectives(session, row.id),
        rounds=_rounds(session, row.id),
    )


def _partners(session: Session, project_id: int) -> tuple[StoredPartner, ...]:
    query = (
        select(Partner, Contact, Deputy)
        .join(Contact, Contact.id == Partner.contact_id)
        .outerjoin(Deputy, Deputy.id == Partner.deputy_id)
        .where(Partner.project_id == project_id)
        .order_by(Partner.position, Partner.id)
    )
    return tuple(
        StoredPartner(partner_view(partner, contact, deputy), partner.position, partner.archived_at is not None)
        for partner, contact, deputy in session.execute(query)
    )


def _objectives(session: Session, project_id: int) -> tuple[StoredObjective, ...]:
    query = select(Objective).where(Objective.project_id == project_id).order_by(Objective.number, Objective.id)
    return tuple(
        StoredObjective(
            ObjectiveView(row.id, row.key, row.number, row.title, row.text, row.partner_id, row.room, row.indicators),
            row.archived_at is not None,
        )
        for row in session.scalars(query)
    )


def list_indicators(session: Session, project_id: int) -> dict[str, tuple[IndicatorView, ...]]:
    """The indicators of a project's objectives by the objective's key, archived ones included."""
    query = select(Objective.key, Objective.indicators).where(Objective.project_id == project_id)
    return {row.key: row.indicators for row in session.execute(query)}


def _rounds(session: Session, project_id: int) -> tuple[StoredRound, ...]:
    query = select(Round).where(Round.project_id == project_id).order_by(Round.year, SpringFirst).with_for_update()
    return tuple(
        StoredRound(round_view(row), row.previewed_for, row.archived_at is not None) for row in session.scalars(query)
    )


def list_people(session: Session, emails: Iterable[str], slack_ids: Iterable[str]) -> list[PersonView]:
    """The people known by one of these e-mail addresses (in small letters) or Slack ids."""
    known = or_(func.lower(Person.email).in_(list(emails)), Person.slack_id.in_(list(slack_ids)))
    return [person_view(row) for row in session.scalars(select(Person).where(known).order_by(Person.id))]


def add_people(session: Session, people: Iterable[Mapping[str, Any]]) -> list[int]:
    """Their ids, in the same order."""
    rows = [Person(**columns) for columns in people]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def set_person(session: Session, person_id: int, **values: Any) -> None:
    """A person with another Slack id is written to in another DM, which is not known yet."""
    row = session.get_one(Person, person_id)
    if "slack_id" in values and values["slack_id"] != row.slack_id:
        values["dm_channel"] = None
    _set(session, row, values)


def merge_people(session: Session, kept_id: int, gone_id: int) -> None:
    """Two rows turn out to be one person: everything of `gone_id`, Slack id and DM included, becomes `kept_id`'s."""
    gone = session.get_one(Person, gone_id)
    known = {"slack_id": gone.slack_id, "dm_channel": gone.dm_channel, "locale": gone.locale}
    shared = select(Coordinator.project_id).where(Coordinator.person_id == kept_id)
    session.execute(
        delete(Coordinator).where(Coordinator.person_id == gone_id, Coordinator.project_id.in_(shared)),
        execution_options={"synchronize_session": False},
    )
    ledger.pass_cards(session, gone_id, kept_id)
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is Person.__table__.c.id for key in column.foreign_keys):
                session.execute(update(table).where(column == gone_id).values({column.name: kept_id}))
    session.delete(gone)
    session.flush()
    session.expire_all()
    _set(session, session.get_one(Person, kept_id), {name: value for name, value in known.items() if value})


def add_project(session: Session, **values: Any) -> int:
    row = Project(**values)
    session.add(row)
    session.flush()
    return row.id


def set_project(session: Session, project_id: int, **values: Any) -> None:
    _set(session, session.get_one(Project, project_id), values)


def set_coordinators(session: Session, project_id: int, person_ids: Sequence[int]) -> None:
    """Replaces the coordinators by these, in this order."""
    for row in session.scalars(select(Coordinator).where(Coordinator.project_id == project_id)).all():
        session.delete(row)
    session.flush()
    for position, person_id in enumerate(dict.fromkeys(person_ids)):
        session.add(Coordinator(project_id=project_id, person_id=person_id, position=position))
    session.flush()


def put(session: Session, part: Part, project_id: int, columns: Mapping[str, Mapping[str, Any]]) -> None:
    """Adds the partners, objectives or rounds that are not there yet and sets columns of those that are, by key."""
    table = _TABLES[part]
    query = select(table).where(table.project_id == project_id)
    rows = {row.key: row for row in cast("Iterable[Partner | Objective | Round]", session.scalars(query))}
    for key, values in columns.items():
        if key in rows:
            for name, value in values.items():
                setattr(rows[key], name, value)
        else:
            session.add(table(project_id=project_id, key=key, **values))
    session.flush()


def list_keys(session: Session, part: Part, project_id: int) -> dict[str, int]:
    """The ids of a project's partners, objectives or rounds by key, archived ones included."""
    table = _TABLES[part]
    query = select(table.key, table.id).where(table.project_id == project_id)
    return {row.key: row.id for row in session.execute(query)}


def _set(session: Session, row: Base, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
