"""What people wrote in words of their own, and where it stands: names may be in any of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from storage.models import (
    Answer,
    AuditEntry,
    Conversation,
    Evidence,
    Handover,
    HeardMessage,
    HeardVersion,
    Inquiry,
    Objective,
    Participation,
    Partner,
    Person,
    Project,
    Revision,
    Round,
)

# Members of an audit entry's details that hold what was written beside the answers: with a reminder, as a question.
WORDS_OF_AUDIT = ("words", "text")

_PARTNER = Project.key + " " + Round.key + " " + Partner.key
_ANSWER = _PARTNER + " objective " + cast(Objective.number, String)


def without_words(details: Any) -> Any:
    """The details of an audit entry with nothing left of what was written beside the answers."""
    return {**details, **{name: "" for name in WORDS_OF_AUDIT if name in details}}


@dataclass(frozen=True, slots=True)
class FreeText:
    """`place` says where it stands, in words for the command line. `writer_id` is None where nobody is known.

    What is written beside the answers (`is_beside`) goes with its writer, and with its project (`project_id`; None
    where it belongs to none); all else stays.
    """

    place: str
    text: str
    writer_id: int | None
    project_id: int | None
    is_beside: bool = False


def list_free_texts(session: Session) -> Iterator[FreeText]:
    """All that is kept, kind by kind, each in the order in which it was begun."""
    yield from _answers(session)
    yield from _evidence(session)
    yield from _reasons(session)
    yield from _questions(session)
    yield from _handovers(session)
    yield from _messages(session)


def _answers(session: Session) -> Iterator[FreeText]:
    """With the wordings that they had, and what was asked for when they were returned."""
    newest = _of_answer(Answer.text, Answer.document, Answer.details, Answer.note, Answer.updated_by_id)
    before = or_(Revision.number.is_(None), Revision.number != Answer.version)
    earlier = (
        _of_answer(Revision.text, Revision.document, Revision.details, Revision.note, Revision.person_id)
        .join(Revision, Revision.answer_id == Answer.id)
        .where(before)
        .order_by(Revision.id)
    )
    for what, query in (("answer", newest), ("earlier wording", earlier)):
        for project_id, place, text, document, details, note, writer_id in session.execute(query):
            parts = (text, *_addresses(document), details.continuing, *_words(details.follow_up), note or "")
            yield FreeText(f"{place}, {what}", "\n".join(filter(None, parts)), writer_id, project_id)


def _evidence(session: Session) -> Iterator[FreeText]:
    query = _of_answer(Evidence.title, Evidence.address, Evidence.person_id)
    query = query.join(Evidence, Evidence.answer_id == Answer.id).order_by(Evidence.id)
    for project_id, place, title, address, writer_id in session.execute(query):
        yield FreeText(f"{place}, evidence", f"{title}\n{address}", writer_id, project_id)


def _reasons(session: Session) -> Iterator[FreeText]:
    """Why a partner was left out: as it is now, and as it was each time. With what coordinators wrote beside that."""
    query = _of_partner(Participation.skip_reason, Participation.skipped_by_id)
    for project_id, place, reason, writer_id in session.execute(query.where(Participation.skip_reason.is_not(None))):
        yield FreeText(f"{place}, why it was left out", reason, writer_id, project_id)
    entries = select(Project.id, Project.key, AuditEntry.details, AuditEntry.person_id)
    entries = entries.join(AuditEntry, AuditEntry.project_id == Project.id).order_by(AuditEntry.id)
    for project_id, key, details, writer_id in session.execute(entries):
        place = f"{key}, audit trail"
        yield FreeText(place, str(details.get("reason", "")), writer_id, project_id)
        for name in WORDS_OF_AUDIT:
            yield FreeText(place, str(details.get(name, "")), writer_id, project_id, is_beside=True)


def _questions(session: Session) -> Iterator[FreeText]:
    query = _of_answer(Inquiry.text, Inquiry.person_id).join(Inquiry, Inquiry.answer_id == Answer.id)
    for project_id, place, text, writer_id in session.execute(query.order_by(Inquiry.id)):
        yield FreeText(f"{place}, question", text, writer_id, project_id, is_beside=True)


def _handovers(session: Session) -> Iterator[FreeText]:
    query = _of_partner(Handover.message, Handover.from_id, Handover.reason, Handover.to_id)
    query = query.join(Handover, Handover.participation_id == Participation.id).order_by(Handover.id)
    for project_id, place, message, from_id, reason, to_id in session.execute(query):
        for text, writer_id in ((message, from_id), (reason, to_id)):
            yield FreeText(f"{place}, handover", text, writer_id, project_id, is_beside=True)


def _messages(session: Session) -> Iterator[FreeText]:
    """What was written to the bot, in every wording."""
    answer_id = func.coalesce(HeardMessage.answer_id, Conversation.answer_id, Inquiry.answer_id)
    wrote_unknown = and_(HeardMessage.person_id.is_(None), HeardMessage.slack_user == Person.slack_id)
    query = (
        select(Round.project_id, Person.name, HeardVersion.at, HeardVersion.text, Person.id)
        .select_from(HeardVersion)
        .join(HeardMessage, HeardMessage.id == HeardVersion.message_id)
        .outerjoin(Person, or_(Person.id == HeardMessage.person_id, wrote_unknown))
        .outerjoin(Conversation, Conversation.id == HeardMessage.conversation_id)
        .outerjoin(Inquiry, Inquiry.id == HeardMessage.inquiry_id)
        .outerjoin(Answer, Answer.id == answer_id)
        .outerjoin(Round, Round.id == Answer.round_id)
        .order_by(HeardVersion.id)
    )
    for project_id, name, at, text, writer_id in session.execute(query):
        place = f"message to the bot of {at:%Y-%m-%d} from {name or 'a stranger'}"
        yield FreeText(place, text, writer_id, project_id, is_beside=True)


def _of_partner(*columns: Any) -> Select[Any]:
    """These columns, with the project's id and the place in front."""
    return _joined(select(Project.id, _PARTNER, *columns))


def _of_answer(*columns: Any) -> Select[Any]:
    query = _joined(select(Project.id, _ANSWER, *columns))
    query = query.join(Answer, Answer.participation_id == Participation.id)
    return query.join(Objective, Objective.id == Answer.objective_id).order_by(Answer.id)


def _joined(query: Select[Any]) -> Select[Any]:
    return (
        query.select_from(Participation)
        .join(Round, Round.id == Participation.round_id)
        .join(Project, Project.id == Round.project_id)
        .join(Partner, Partner.id == Participation.partner_id)
        .order_by(Participation.id)
    )


def _addresses(document: Any) -> Iterator[str]:
    """What links lead to: a reader of the text does not see it."""
    return _of_elements(document, "url")


def _words(document: Any) -> Iterator[str]:
    yield from _of_elements(document, "text")
    yield from _of_elements(document, "url")


def _of_elements(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _of_elements(one, name)
    if isinstance(value, dict):
        if isinstance(found := value.get(name), str):
            yield found
        yield from _of_elements(value.get("elements"), name)
