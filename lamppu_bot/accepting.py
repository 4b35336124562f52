"""Taking a draft for the partner's answer, once its round is due."""

from sqlalchemy.orm import Session

from lamppu_bot import answers, entrusted, richtext
from lamppu_bot.answers import Writing
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from storage import answers as rows
from storage import queries, rounds
from storage.values import AnswerState, PersonView, RoundState, Source


def accept_draft(session: Session, person: PersonView, answer_id: int, version: int, now: Now) -> None:
    """Makes the draft that the person saw the partner's answer, once its due day is over; again, it changes nothing.

    Raises RefusedError unless they coordinate the project or answer for the partner, and where the draft has moved on.
    """
    place = queries.find_answer_place(session, answer_id)
    coordinates = place is not None and queries.is_coordinator(session, place.project_id, person.id)
    if place is None or not (coordinates or entrusted.may_write(session, place, person.id)):
        raise RefusedError("refused.not_yours")
    writing = Writing(answer_id, version, AnswerState.ANSWERED, place.document, Source.ACCEPTED, f"draft:{version}")
    if place.version == version + 1 and rows.newest_origin(session, answer_id) == writing.origin:
        return
    answers.refuse_archived(session, place)
    answers.refuse_where_nothing_is_taken(session, place)
    drafted = place.state is AnswerState.DRAFT and not richtext.is_empty(place.document)
    is_private = place.round_state is RoundState.OPEN or place.share.open_until is not None
    if place.version != version or not drafted or is_private:
        raise RefusedError("refused.draft_moved_on")
    answers.write(session, place, person, writing, now)
    if coordinates:
        draft = {"answer": answer_id, "version": version}
        rounds.add_audit(session, place.project_id, person.id, "accept-draft", now.calendar, origin=None, **draft)
