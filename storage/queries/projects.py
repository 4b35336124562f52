"""Reading projects and their partners."""

from collections.abc import Sequence

from sqlalchemy import Executable, bindparam, or_, select
from sqlalchemy.orm import Session

from storage.database import fetch
from storage.models import Coordinator, Handover, Participation, Partner, Person, Project
from storage.queries import columns
from storage.queries.columns import Contact, Deputy
from storage.queries.people import person_view
from storage.values import PartnerView, PersonView, ProjectView

_PROJECT = select(*columns.PROJECT).where(Project.id == bindparam("project_id"))
_PROJECTS = select(*columns.PROJECT).where(Project.archived_at.is_(None)).order_by(Project.id)
_ALL_PROJECTS = select(*columns.PROJECT).order_by(Project.id)
_COORDINATORS = (
    select(Coordinator.project_id, *columns.PERSON)
    .join(Person, Person.id == Coordinator.person_id)
    .where(Coordinator.project_id.in_(bindparam("project_ids", expanding=True)))
    .order_by(Coordinator.position)
)


def list_projects(session: Session) -> tuple[ProjectView, ...]:
    """The projects that are not archived, oldest first."""
    return _listed(session, _PROJECTS)


def list_all_projects(session: Session) -> tuple[ProjectView, ...]:
    """Those too that are archived, for whoever looks back."""
    return _listed(session, _ALL_PROJECTS)


def _listed(session: Session, query: Executable) -> tuple[ProjectView, ...]:
    rows = fetch(session, query).all()
    people = _coordinators(session, [row.id for row in rows])
    return tuple(ProjectView(**row._mapping, coordinators=people.get(row.id, ())) for row in rows)


def get_project(session: Session, project_id: int) -> ProjectView:
    row = fetch(session, _PROJECT, project_id=project_id).one()
    return ProjectView(**row._mapping, coordinators=_coordinators(session, [project_id]).get(project_id, ()))


def _coordinators(session: Session, project_ids: Sequence[int]) -> dict[int, tuple[PersonView, ...]]:
    found: dict[int, tuple[PersonView, ...]] = {}
    for project_id, *person in fetch(session, _COORDINATORS, project_ids=project_ids):
        found[project_id] = (*found.get(project_id, ()), PersonView(*person))
    return found


def list_coordinated(session: Session, person_id: int) -> tuple[ProjectView, ...]:
    """The projects that the person coordinates."""
    projects = list_projects(session)
    return tuple(project for project in projects if person_id in {found.id for found in project.coordinators})


def partners_of(session: Session, person_id: int) -> list[tuple[int, int]]:
    """(project id, partner id) of every partner the person is the contact or the deputy of."""
    query = (
        select(Partner.project_id, Partner.id)
        .join(Project, Project.id == Partner.project_id)
        .where(or_(Partner.contact_id == person_id, Partner.deputy_id == person_id))
        .where(Partner.archived_at.is_(None), Project.archived_at.is_(None))
        .order_by(Project.id, Partner.position)
    )
    return [(project_id, partner_id) for project_id, partner_id in session.execute(query)]


def find_language(session: Session, person_id: int | None) -> str | None:
    """The language of the oldest project that the person takes part in; for anybody else, of the oldest of all."""
    if person_id is None:
        return session.scalar(select(Project.language).order_by(Project.id).limit(1))
    coordinated = select(Coordinator.project_id).where(Coordinator.person_id == person_id)
    answered = select(Partner.project_id).where(or_(Partner.contact_id == person_id, Partner.deputy_id == person_id))
    entrusted = (
        select(Partner.project_id)
        .join(Participation, Participation.partner_id == Partner.id)
        .join(Handover, Handover.participation_id == Participation.id)
        .where(Handover.to_id == person_id)
    )
    taking_part = or_(Project.id.in_(coordinated), Project.id.in_(answered), Project.id.in_(entrusted))
    return session.scalar(select(Project.language).order_by(taking_part.desc(), Project.id).limit(1))


def list_partners(session: Session, project_id: int) -> tuple[PartnerView, ...]:
    """A project's partners in the order of the file, archived ones left out."""
    query = (
        select(Partner, Contact, Deputy)
        .join(Contact, Contact.id == Partner.contact_id)
        .outerjoin(Deputy, Deputy.id == Partner.deputy_id)
        .where(Partner.project_id == project_id, Partner.archived_at.is_(None))
        .order_by(Partner.position, Partner.id)
    )
    return tuple(partner_view(*row) for row in session.execute(query))


def partner_view(row: Partner, contact: Person, deputy: Person | None) -> PartnerView:
    return PartnerView(
        id=row.id,
        key=row.key,
        name=row.name,
        short_name=row.short_name,
        contact=person_view(contact),
        deputy=person_view(deputy) if deputy else None,
    )


def form_template(session: Session, project_id: int) -> bytes | None:
    """The funder's own Word template, where the project file names one."""
    return session.scalar(select(Project.form_template).where(Project.id == project_id))
