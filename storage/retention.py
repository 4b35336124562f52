"""When projects ended, whom they name, and taking what is personal out of those that are no longer to hold it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Table, and_, func, join, not_, or_, select, text, union, update
from sqlalchemy.orm import Session

from storage.addresses import EMAIL
from storage.database import Database
from storage.free_texts import without_words
from storage.models import (
    Answer,
    AuditEntry,
    Conversation,
    Delivery,
    Handover,
    HeardMessage,
    HeardVersion,
    Inquiry,
    Participation,
    Person,
    Project,
    Round,
)
from storage.person_records import naming_columns, naming_tables
from storage.queries import person_view
from storage.values import PersonView


@dataclass(frozen=True, slots=True)
class ProjectEnd:
    """`ended_on` is the last day on which anything is asked or taken in the project; None before it has rounds."""

    id: int
    key: str
    time_zone: str
    ended_on: date | None


def list_ends(session: Session) -> list[ProjectEnd]:
    """Of all projects, archived ones included, in their order."""
    last: dict[int, date] = {}
    for query in (
        select(Round.project_id, func.max(Round.closes_on)).where(Round.archived_at.is_(None)),
        _of_participation(Round.project_id, func.max(Participation.due_on)),
        _of_participation(Round.project_id, func.max(Participation.open_until)),
        _of_answer(Round.project_id, func.max(Answer.open_until)),
    ):
        for project_id, day in session.execute(query.group_by(Round.project_id)):
            if day is not None:
                last[project_id] = max(day, last.get(project_id, day))
    projects = session.execute(select(Project.id, Project.key, Project.time_zone).order_by(Project.id))
    return [ProjectEnd(id_, key, zone, last.get(id_)) for id_, key, zone in projects]


def projects_of_people(session: Session) -> Mapping[int, set[int]]:
    """The ids of the projects that name each person, in whatever part: by a role, or by what they did."""
    found: dict[int, set[int]] = defaultdict(set)
    queries = [select(place, column).select_from(rows) for column, (place, rows) in places_of_naming_columns().items()]
    for project_id, person_id in session.execute(union(*queries)):
        if person_id is not None:
            found[person_id].add(project_id)
    return found


def places_of_naming_columns() -> Mapping[Any, tuple[Any, Any]]:
    """For each column that names a person: the id of the project, and the tables that lead there.

    A new table is in it by itself. Without a way to a project, a row goes with its person alone.
    """
    found: dict[Any, tuple[Any, Any]] = {}
    for table in naming_tables():
        if place := _place_of(table):
            found |= dict.fromkeys(naming_columns(table), place)
    return found


def _place_of(table: Table) -> tuple[Any, Any] | None:
    if "project_id" in table.c:
        return table.c.project_id, table
    if "round_id" in table.c:
        return Round.project_id, join(table, Round, Round.id == table.c.round_id)
    shares = join(Participation, Round, Round.id == Participation.round_id)
    if "participation_id" in table.c:
        return Round.project_id, shares.join(table, table.c.participation_id == Participation.id)
    if "answer_id" in table.c:
        answers = shares.join(Answer, Answer.participation_id == Participation.id)
        return Round.project_id, answers.join(table, table.c.answer_id == Answer.id)
    return None


def _of_participation(*columns: Any) -> Select[Any]:
    return select(*columns).select_from(Participation).join(Round, Round.id == Participation.round_id)


def _of_answer(*columns: Any) -> Select[Any]:
    return _of_participation(*columns).join(Answer, Answer.participation_id == Participation.id)


def list_named(session: Session) -> list[PersonView]:
    """Everybody who is not erased yet, in the order of their ids."""
    known = or_(*(column.is_not(None) for column in (Person.email, Person.slack_id, Person.phone)))
    return [person_view(row) for row in session.scalars(select(Person).where(known).order_by(Person.id))]


def in_touch_since(session: Session, moment: datetime) -> set[int]:
    """The ids of those to whom something was to be sent, or who wrote, since that moment (real time)."""
    sent = select(Delivery.person_id).where(Delivery.created_at >= moment, Delivery.person_id.is_not(None))
    heard = (
        select(HeardMessage.person_id)
        .join(HeardVersion, HeardVersion.message_id == HeardMessage.id)
        .where(HeardVersion.at >= moment, HeardMessage.person_id.is_not(None))
    )
    return {person_id for (person_id,) in session.execute(union(sent, heard)) if person_id is not None}


def count_words(session: Session, project_ids: Collection[int], person_ids: Collection[int], before: datetime) -> int:
    """How many messages, questions and words with handovers go with these projects and people."""
    theirs = select(HeardMessage.id).where(HeardMessage.person_id.in_(person_ids))
    heard = or_(_heard(project_ids, before), HeardVersion.message_id.in_(theirs))
    messages = select(func.count()).select_from(HeardVersion).where(heard, HeardVersion.text != "")
    questions = select(func.count()).select_from(Inquiry).where(_asked(project_ids), Inquiry.text != "")
    handovers = select(func.count()).select_from(Handover).where(_handed(project_ids), _has_words())
    return sum(session.scalar(query) or 0 for query in (messages, questions, handovers))


def erase_words(session: Session, project_ids: Collection[int], before: datetime) -> None:
    """What people wrote beside the answers of these projects, and what strangers wrote to the bot until `before`.

    The rows stay, so that none is taken in again as if it were new.
    """
    unsynchronised = {"synchronize_session": False}
    heard = _heard(project_ids, before)
    strangers = and_(HeardMessage.person_id.is_(None), HeardMessage.id.in_(_old_messages(before)))
    theirs = select(HeardVersion.message_id).where(heard)
    session.execute(
        update(HeardMessage).where(or_(HeardMessage.id.in_(theirs), strangers)).values(files=[]),
        execution_options=unsynchronised,
    )
    session.execute(update(HeardMessage).where(strangers).values(slack_user=""), execution_options=unsynchronised)
    session.execute(update(HeardVersion).where(heard).values(text="", document=[]), execution_options=unsynchronised)
    session.execute(update(Inquiry).where(_asked(project_ids)).values(text=""), execution_options=unsynchronised)
    session.execute(
        update(Handover).where(_handed(project_ids)).values(message="", reason=""), execution_options=unsynchronised
    )


def _heard(project_ids: Collection[int], before: datetime) -> Any:
    """Versions of the messages that went into the answers of these projects or replied to a question there, and of
    strangers' of that age."""
    answers = _answers(project_ids)
    conversations = select(Conversation.id).where(Conversation.answer_id.in_(answers))
    questions = select(Inquiry.id).where(Inquiry.answer_id.in_(answers))
    messages = select(HeardMessage.id).where(
        or_(
            HeardMessage.answer_id.in_(answers),
            HeardMessage.conversation_id.in_(conversations),
            HeardMessage.inquiry_id.in_(questions),
            and_(HeardMessage.person_id.is_(None), HeardMessage.id.in_(_old_messages(before))),
        )
    )
    return HeardVersion.message_id.in_(messages)


def _old_messages(before: datetime) -> Select[Any]:
    newest = func.max(HeardVersion.at)
    return select(HeardVersion.message_id).group_by(HeardVersion.message_id).having(newest < before)


def _answers(project_ids: Collection[int]) -> Select[Any]:
    return _of_answer(Answer.id).where(Round.project_id.in_(project_ids))


def _asked(project_ids: Collection[int]) -> Any:
    return Inquiry.answer_id.in_(_answers(project_ids))


def _handed(project_ids: Collection[int]) -> Any:
    return Handover.participation_id.in_(_of_participation(Participation.id).where(Round.project_id.in_(project_ids)))


def _has_words() -> Any:
    return not_(and_(Handover.message == "", Handover.reason == ""))


def end_projects(session: Session, project_ids: Collection[int], now: datetime) -> None:
    """Nothing is asked or shown in them any more; what their files said of people is forgotten. Their answers stay."""
    query = select(Project).where(Project.id.in_(project_ids))
    for row in session.scalars(query):
        row.definition = {}
        row.archived_at = row.archived_at or now
    for entry in session.scalars(select(AuditEntry).where(AuditEntry.project_id.in_(project_ids))):
        if (cleaned := _without_addresses(without_words(entry.details))) != entry.details:
            entry.details = cleaned
    session.flush()


def _without_addresses(value: Any) -> Any:
    """Of addresses too that nobody has any more, such as those of people who changed theirs."""
    if isinstance(value, str):
        return EMAIL.sub("[e-mail]", value)
    if isinstance(value, list):
        return [_without_addresses(one) for one in value]
    if isinstance(value, dict):
        return {key: _without_addresses(one) for key, one in value.items()}
    return value


def holds_file(session: Session, project_id: int) -> bool:
    """Whether the project file, as last loaded, is kept: it names people."""
    return bool(session.scalar(select(Project.definition).where(Project.id == project_id)))


def empty_log(database: Database) -> None:
    """SQLite's write-ahead log still holds what was there before: it is written back and emptied, if no reader is in
    the way, as it will be later. PostgreSQL lets go of it at its next VACUUM."""
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).close()
