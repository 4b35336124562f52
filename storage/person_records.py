"""What is kept of one person, for them to have, and taking their name out of it for good."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, or_, select, update
from sqlalchemy.orm import Session

from storage.free_texts import without_words
from storage.models import (
    Answer,
    AuditEntry,
    Base,
    Coordinator,
    Delivery,
    Handover,
    HeardMessage,
    HeardVersion,
    HomeTab,
    Inquiry,
    Objective,
    Pacing,
    Participation,
    Partner,
    Person,
    Project,
    Revision,
    Round,
)
from storage.queries import person_view
from storage.values import AnswerDetails, PersonView

Record = dict[str, Any]
_AS_STORED = {"synchronize_session": False}  # nothing of what is changed has been read in the session


def find(session: Session, known_by: str) -> PersonView | None:
    """By e-mail address, or by Slack id: of colleagues, Slack does not always tell the address."""
    known_by = known_by.strip()
    is_known = or_(Person.email == known_by.lower(), Person.slack_id == known_by.upper())
    row = session.scalars(select(Person).where(is_known)).first()
    return person_view(row) if row else None


def roles_of(session: Session, person_id: int) -> list[str]:
    """What the person does now in projects that are not archived, in words for the command line."""
    coordinated = (
        select(Project.key)
        .join(Coordinator, Coordinator.project_id == Project.id)
        .where(Coordinator.person_id == person_id, Project.archived_at.is_(None))
    )
    answered = (
        select(Project.key, Partner.key, Partner.contact_id)
        .join(Project, Project.id == Partner.project_id)
        .where(or_(Partner.contact_id == person_id, Partner.deputy_id == person_id))
        .where(Partner.archived_at.is_(None), Project.archived_at.is_(None))
    )
    return [
        *(f"coordinator of {project}" for project in session.scalars(coordinated)),
        *(
            f"{'contact' if contact_id == person_id else 'deputy'} of {project} {partner}"
            for project, partner, contact_id in session.execute(answered)
        ),
    ]


def export(session: Session, person_id: int) -> Record:
    """Everything that is kept of the person: what they wrote in its context, and every row that names them."""
    return {
        "person": _plain(session.execute(select(Person.__table__).where(Person.id == person_id)).one()._mapping),
        "roles": roles_of(session, person_id),
        "answers": list(_answers(session, person_id)),
        "messages": list(_messages(session, _heard_from([person_id], _slack_ids(session, [person_id])))),
        "records": {table.name: rows for table in naming_tables() if (rows := _rows_of(session, table, person_id))},
    }


def _answers(session: Session, person_id: int) -> Iterator[Record]:
    query = (
        select(Project.key, Round.key, Partner.key, Objective.key, *(Revision.number, Revision.state, Revision.text))
        .add_columns(Revision.details, Revision.source, Revision.at)
        .join_from(Revision, Answer, Answer.id == Revision.answer_id)
        .join(Participation, Participation.id == Answer.participation_id)
        .join(Round, Round.id == Participation.round_id)
        .join(Partner, Partner.id == Participation.partner_id)
        .join(Objective, Objective.id == Answer.objective_id)
        .join(Project, Project.id == Round.project_id)
        .where(Revision.person_id == person_id)
        .order_by(Revision.id)
    )
    names = ("project", "round", "partner", "objective", "revision", "state", "text", "details", "source", "at")
    for row in session.execute(query):
        yield _plain(dict(zip(names, row, strict=True)))


def messages_of_stranger(session: Session, slack_id: str) -> list[Record]:
    """What somebody wrote to the bot who was never anybody in a project."""
    return list(_messages(session, _heard_from([], [slack_id])))


def erase_stranger(session: Session, slack_id: str) -> None:
    _erase_messages(session, _heard_from([], [slack_id]))


def _slack_ids(session: Session, ids: Collection[int]) -> Collection[str]:
    found = session.scalars(select(Person.slack_id).where(Person.id.in_(ids)))
    return [slack_id for slack_id in found if slack_id]


def _heard_from(ids: Collection[int], slack_ids: Collection[str]) -> ColumnElement[bool]:
    """Their messages, those too that were heard before anybody knew who they are."""
    return or_(HeardMessage.person_id.in_(ids), HeardMessage.slack_user.in_(slack_ids))


def _messages(session: Session, theirs: ColumnElement[bool]) -> Iterator[Record]:
    query = (
        select(HeardMessage.ts, HeardMessage.deleted, HeardVersion.edit_ts, HeardVersion.text, HeardVersion.at)
        .join(HeardVersion, HeardVersion.message_id == HeardMessage.id)
        .where(theirs)
        .order_by(HeardMessage.id, HeardVersion.id)
    )
    for row in session.execute(query):
        yield _plain(row._mapping)


def naming_tables() -> list[Table]:
    """The tables with a column that names a person; a new one is in it by itself."""
    return [table for table in Base.metadata.sorted_tables if naming_columns(table)]


def naming_columns(table: Table) -> list[Any]:
    return [c for c in table.columns if any(key.column is Person.__table__.c.id for key in c.foreign_keys)]


def _rows_of(session: Session, table: Table, person_id: int) -> list[Record]:
    named = or_(*(column == person_id for column in naming_columns(table)))
    rows = session.execute(select(table).where(named).order_by(*table.primary_key.columns))
    return [_plain(row._mapping) for row in rows]


def _plain(row: Mapping[Any, Any]) -> Record:
    return {str(name): _as_json(value) for name, value in row.items()}


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, AnswerDetails):
        return value.as_plain()
    return str(value) if isinstance(value, Decimal) else value


def erase(session: Session, names: Mapping[int, str]) -> None:
    """Of these people, by their ids, the answers stay under the names given; what leads to the people goes.

    What they wrote to the bot beside the answers goes too, as does the chance to change the messages in their DM.
    """
    people = [session.get_one(Person, person_id) for person_id in names]
    _erase_from_audit(session, names, {text: names[row.id] for row in people for text in _leading_to(row)})
    _erase_messages(session, _heard_from(names, [row.slack_id for row in people if row.slack_id]))
    ended = {"channel": None, "ts": None, "state": "dropped", "lease_until": None, "attempted_at": None}
    for statement in (
        update(Handover).where(Handover.from_id.in_(names)).values(message=""),
        update(Handover).where(Handover.to_id.in_(names)).values(reason=""),
        update(Inquiry).where(Inquiry.person_id.in_(names)).values(text=""),
        update(Delivery).where(Delivery.person_id.in_(names)).values(ended),
        delete(HomeTab).where(HomeTab.person_id.in_(names)),
        delete(Pacing).where(Pacing.key.in_([f"channel:{row.dm_channel}" for row in people if row.dm_channel])),
    ):
        session.execute(statement, execution_options=_AS_STORED)
    for row in people:
        for column in ("email", "phone", "slack_id", "locale", "language", "dm_channel", "away_until"):
            setattr(row, column, None)
        row.name = names[row.id]
    session.flush()


def _leading_to(row: Person) -> list[str]:
    return [text for text in (row.name, row.email, row.phone, row.slack_id) if text]


def _erase_from_audit(session: Session, ids: Collection[int], names: Mapping[str, str]) -> None:
    """What these people wrote there goes. `names` has the name that stands in the place of each text that leads to
    somebody."""
    if not names:
        return
    leading = re.compile("|".join(re.escape(text) for text in sorted(names, key=len, reverse=True)))
    for entry in session.scalars(select(AuditEntry)):
        kept = without_words(entry.details) if entry.person_id in ids else entry.details
        if (cleaned := _without(kept, leading, names)) != entry.details:
            entry.details = cleaned


def _erase_messages(session: Session, theirs: ColumnElement[bool]) -> None:
    """Their rows stay, so that none is taken in again as if it were new."""
    ids = select(HeardMessage.id).where(theirs)
    texts = update(HeardVersion).where(HeardVersion.message_id.in_(ids)).values(text="", document=[])
    messages = update(HeardMessage).where(theirs).values(slack_user="", files=[])
    for statement in (texts, messages):
        session.execute(statement, execution_options=_AS_STORED)


def _without(value: Any, leading: re.Pattern[str], names: Mapping[str, str]) -> Any:
    """The value with a name in the place of every text in it that leads to somebody."""
    if isinstance(value, str):
        return leading.sub(lambda found: names[found[0]], value)
    if isinstance(value, list):
        return [_without(one, leading, names) for one in value]
    if isinstance(value, dict):
        return {key: _without(one, leading, names) for key, one in value.items()}
    return value


def projects_naming(session: Session, person: PersonView) -> list[str]:
    """The keys of the projects whose file, as last loaded, still names the person's address or Slack id."""
    known_by = {text.lower() for text in (person.email, person.slack_id) if text}
    rows = session.execute(select(Project.key, Project.definition).order_by(Project.id))
    return [key for key, definition in rows if _names(definition, known_by)]


def _names(value: Any, known_by: Collection[str]) -> bool:
    if isinstance(value, dict):
        return any(_names(one, known_by) for one in value.values())
    if isinstance(value, list):
        return any(_names(one, known_by) for one in value)
    return isinstance(value, str) and value.lower() in known_by
