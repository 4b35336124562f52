"""Asking a partner a question about one objective, and asking further in the same thread."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lamppu_bot import inquiry, keys
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.rounds import working_calendar
from lamppu_bot.steering.permission import Form
from lamppu_bot.steering.returning import require_coordinated
from storage import inquiries, participations, rounds
from storage.queries import AnswerPlace
from storage.values import InquiryView, PersonView

ACTION = "ask"


@dataclass(frozen=True, slots=True)
class Question:
    """What a coordinator asks about an answer; `further_to` is the question that it continues."""

    answer_id: int
    text: str
    further_to: int | None = None


def require_askable(session: Session, person: PersonView, answer_id: int) -> AnswerPlace:
    """Where the answer belongs. Raises RefusedError unless the person coordinates it and the partner is still asked."""
    return require_coordinated(session, person, answer_id)


def require_further(session: Session, person: PersonView, inquiry_id: int) -> tuple[InquiryView, AnswerPlace]:
    """As `require_askable`, for a question that goes on with this one."""
    found = inquiries.find(session, inquiry_id)
    if found is None:
        raise RefusedError("refused.no_such_answer")
    return found, require_askable(session, person, found.answer_id)


def ask(session: Session, form: Form, question: Question, now: Now) -> tuple[InquiryView, AnswerPlace]:
    """Sends the question to the contact, or to the deputy while they are away, and shows it to the coordinators.

    The same form once more changes nothing. Raises RefusedError as `require_askable` does.
    """
    place = require_askable(session, form.person, question.answer_id)
    if known := inquiries.find_of_origin(session, form.origin):
        return known, place
    participations.keep_people(session, place.partner_id)
    place = require_askable(session, form.person, question.answer_id)  # others may answer since it waited for that
    before = inquiries.find(session, question.further_to) if question.further_to else None
    if before is not None and before.answer_id != place.answer_id:
        raise RefusedError("refused.no_such_answer")
    today = working_calendar(place.share.project).local_day(now.calendar)
    asked = place.share.partner.asked_on(today)
    subject = inquiry.subject_of(place)
    put = inquiry.put(session, subject, form.person, asked, question.text, form.origin, now, before)
    _show(session, place, put, now)
    details = {"round": place.round_key, "partner": place.partner_key, "answer": place.answer_id, "inquiry": put.id}
    rounds.add_audit(
        session, place.project_id, form.person.id, ACTION, now.calendar, origin=form.origin, text=put.text, **details
    )
    return put, place


def _show(session: Session, place: AnswerPlace, put: InquiryView, now: Now) -> None:
    if put.root_id is None:
        key = keys.inquiry_root(put.id)
        inquiry.order_in_channel(session, place, key, "inquiry-root", {"inquiry": put.id}, now)
    else:
        more = {"inquiry": put.id, "root": put.root}
        inquiry.order_in_channel(session, place, keys.inquiry_further(put.id), "inquiry-further", more, now)
