"""Writing evidence: links and files of an answer. What is taken away stays as a row, and comes back as the same one."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.models import Evidence
from storage.values import NewEvidence


def standing(session: Session, answer_id: int) -> dict[str, int]:
    """The ids of the evidence that an answer has, by address."""
    query = select(Evidence.address, Evidence.id).where(Evidence.answer_id == answer_id)
    return {row.address: row.id for row in session.execute(query.where(Evidence.removed_at.is_(None)))}


def put(session: Session, answer_id: int, given: Iterable[NewEvidence], person_id: int, at: datetime) -> bool:
    """Adds what the answer does not have. Returns whether that was anything."""
    by_address = {one.address: one for one in given}
    found = session.scalars(
        select(Evidence).where(Evidence.answer_id == answer_id, Evidence.address.in_(list(by_address)))
    )
    known = {row.address: row for row in found}
    has_changed = False
    for address, one in by_address.items():
        if (row := known.get(address)) is None:
            session.add(Evidence(answer_id=answer_id, person_id=person_id, at=at, **_columns(one)))
        elif row.removed_at is not None:
            row.removed_at, row.person_id, row.at, row.title = None, person_id, at, one.title
        else:
            continue
        has_changed = True
    session.flush()
    return has_changed


def _columns(given: NewEvidence) -> dict[str, object]:
    return {
        "kind": given.kind,
        "address": given.address,
        "title": given.title,
        "size": given.size,
        "mimetype": given.mimetype,
    }


def take_away(session: Session, answer_id: int, evidence_ids: Iterable[int], at: datetime) -> bool:
    """Takes these pieces of the answer away. Returns whether any of them stood."""
    where = (Evidence.answer_id == answer_id, Evidence.id.in_(list(evidence_ids)), Evidence.removed_at.is_(None))
    taken = session.scalars(
        update(Evidence).where(*where).values(removed_at=at).returning(Evidence.id),
        execution_options={"synchronize_session": False},
    )
    return bool(taken.all())
