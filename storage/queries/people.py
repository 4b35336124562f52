"""Reading people."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.database import fetch
from storage.models import Coordinator, Person
from storage.prepared import Prepared
from storage.queries import columns
from storage.values import PersonView

_BY_SLACK_ID = Prepared(select(*columns.PERSON).where(Person.slack_id == bindparam("slack_id")))
_BY_ID = select(*columns.PERSON).where(Person.id == bindparam("person_id"))


def person_view(row: Person) -> PersonView:
    return PersonView(row.id, row.name, row.email, row.slack_id, row.phone, row.locale, row.language, row.away_until)


def find_person(session: Session, slack_id: str) -> PersonView | None:
    row = _BY_SLACK_ID.first(session, slack_id=slack_id)
    return PersonView(*row) if row else None


def get_person(session: Session, person_id: int) -> PersonView:
    return PersonView(*fetch(session, _BY_ID, person_id=person_id).one())


def is_coordinator(session: Session, project_id: int, person_id: int) -> bool:
    return session.get(Coordinator, (project_id, person_id)) is not None
