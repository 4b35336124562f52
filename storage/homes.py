"""The App Homes of those who have opened them: when that was, and what they showed last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Executable, Table, and_, select, update
from sqlalchemy.orm import Session

from storage.ledger import HOME
from storage.models import Delivery, HomeTab, Person
from storage.queries import columns
from storage.upserting import OfDialect
from storage.values import PersonView

if TYPE_CHECKING:
    from storage.upserting import Insert

_HOME_TAB = cast(Table, HomeTab.__table__)


def _opening(insert: "Insert") -> Executable:
    set_ = {"opened_at": insert.excluded.opened_at}
    return insert.on_conflict_do_update(index_elements=["person_id"], set_=set_)


_OPENED = OfDialect(_HOME_TAB, _opening)


@dataclass(frozen=True, slots=True)
class OpenedHome:
    """Whose it is, the subject that it was last shown with, and a digest of what it said then; None for not yet."""

    person: PersonView
    subject: Mapping[str, Any]
    digest: str | None


def note_opened(session: Session, person_id: int, at: datetime) -> None:
    """The person looks at their Home; `at` is the real moment."""
    values = {"person_id": person_id, "opened_at": at}
    session.connection().execute(_OPENED(session), values)


def remember_shown(session: Session, person_id: int, digest: str) -> None:
    session.execute(update(HomeTab).where(HomeTab.person_id == person_id).values(digest=digest))


def is_opened(session: Session, person_id: int, since: datetime) -> bool:
    opened = select(HomeTab.person_id).where(HomeTab.person_id == person_id, HomeTab.opened_at >= since)
    return session.scalar(opened) is not None


def list_opened(session: Session, since: datetime) -> list[OpenedHome]:
    """The Homes opened since that moment, in one statement."""
    shown = and_(Delivery.person_id == Person.id, Delivery.kind == HOME)
    query = (
        select(Delivery.subject, HomeTab.digest, *columns.PERSON)
        .join(Person, Person.id == HomeTab.person_id)
        .join(Delivery, shown)
        .where(HomeTab.opened_at >= since)
        .order_by(HomeTab.person_id)
    )
    return [OpenedHome(PersonView(*person), subject, digest) for subject, digest, *person in session.execute(query)]
