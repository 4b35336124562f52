"""Entering an answer on a partner's behalf: it counts at once, marked, until somebody of the partner confirms it."""

from sqlalchemy.orm import Session

from lamppu_bot import answers, entrusted, notices
from lamppu_bot.answers import Met, Saved, Writing
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.steering.recording import record
from lamppu_bot.steering.returning import require_coordinated
from storage import queries
from storage.queries import AnswerPlace
from storage.values import PersonView, Source


def require_enterable(session: Session, person: PersonView, answer_id: int) -> AnswerPlace:
    """Where the answer belongs. Raises RefusedError unless the person coordinates it and it takes changes."""
    place = require_coordinated(session, person, answer_id)
    if not answers.takes_changes(place):
        raise RefusedError("refused.closed_for_behalf", partner=place.share.partner.short_name)
    return place


def enter(session: Session, person: PersonView, writing: Writing, now: Now) -> Saved | Met:
    """Makes the coordinator's text the answer; whoever answers for the partner reads it, and confirms or corrects it.

    The same text once more changes nothing. Raises RefusedError as `require_enterable` does.
    """
    place = require_enterable(session, person, writing.answer_id)
    if answers.is_same(place, writing):
        return answers.saved_as_it_is(session, place, person)
    outcome = answers.write_or_meet(session, place, person, writing, now)
    if isinstance(outcome, Saved):
        notices.update(session, place.answer_id, now)
        notices.tell_of_entry(session, place, now)
        record(session, place, person, "enter-on-behalf", now)
    return outcome


def confirm(session: Session, person: PersonView, answer_id: int, version: int, now: Now) -> None:
    """The partner stands behind the text that they read: it is theirs now. A second time it changes nothing.

    Nor does it once the partner has corrected the text. Raises RefusedError for everybody else, and where the
    coordinator has entered another text since.
    """
    place = queries.find_answer_place(session, answer_id)
    if place is None:
        raise RefusedError("refused.no_such_answer")
    if not entrusted.may_write(session, place, person.id):
        names = ", ".join(one.name for one in place.share.partner.people)
        raise RefusedError("refused.not_yours_to_confirm", people=names)
    answers.refuse_archived(session, place)
    if place.entered_by_id is None:
        return
    if place.version != version:
        raise RefusedError("refused.entered_anew")
    writing = Writing(answer_id, version, place.state, place.document, Source.CONFIRMED, f"entered:{version}")
    answers.write(session, place, person, writing, now)
