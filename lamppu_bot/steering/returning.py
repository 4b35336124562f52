"""Returning an answer with a comment: only that objective opens again, until a day; and accepting it after all."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot import answers, notices
from lamppu_bot.answers import Wish, Writing
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.rounds import require_coordinator, working_calendar
from lamppu_bot.status import can_be_returned
from lamppu_bot.steering.recording import record
from storage import answers as answer_rows
from storage import queries
from storage.answers import RevisionView
from storage.queries import AnswerPlace
from storage.values import AnswerState, PersonView, RoundSnapshot, Source

# So many working days a partner has at least, unless the coordinator says otherwise; and so many days at most.
_WORKING_DAYS: Final = 5
_LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Return:
    """What a coordinator asks for, having seen an answer's `version`; `origin` is the form they wrote it in."""

    answer_id: int
    version: int
    note: str
    open_until: date
    origin: str


@dataclass(frozen=True, slots=True)
class Steered:
    """The answer stands as the coordinator wanted, in the partner's share of the round as it is now."""

    place: AnswerPlace
    share: RoundSnapshot


@dataclass(frozen=True, slots=True)
class Moved:
    """The answer has changed since the coordinator saw it: nothing was done, and the newer one is theirs to read."""

    place: AnswerPlace
    share: RoundSnapshot


def require_returnable(session: Session, person: PersonView, answer_id: int) -> AnswerPlace:
    """Where the answer belongs. Raises RefusedError unless the person coordinates it and it has a last word.

    One that is returned already can be returned again: that changes what is asked for.
    """
    place = require_coordinated(session, person, answer_id)
    if not can_be_returned(place.state):
        raise RefusedError("refused.nothing_to_return")
    return place


def require_coordinated(session: Session, person: PersonView, answer_id: int) -> AnswerPlace:
    """Raises RefusedError unless the person coordinates the answer's project, and the partner is still asked."""
    place = queries.find_answer_place(session, answer_id)
    if place is None:
        raise RefusedError("refused.no_such_answer")
    require_coordinator(session, place.share.project, person)
    answers.refuse_archived(session, place)
    if place.share.skipped_at is not None:
        raise RefusedError("refused.skipped_partner", partner=place.share.partner.short_name)
    return place


def usual_day(place: AnswerPlace, now: Now) -> date:
    """Five working days ahead, or the partner's due day where that is later."""
    calendar = working_calendar(place.share.project)
    soon = calendar.working_days_after(calendar.local_day(now.calendar), _WORKING_DAYS)
    return max(soon, calendar.on_or_before(place.share.due_on or place.share.round.due_on))


def send_back(session: Session, person: PersonView, wanted: Return, now: Now) -> Steered | Moved:
    """Opens the answer again with the comment beside it, whatever the round's state; whoever answers is told.

    The same form once more, or the same comment and day, changes nothing. Raises RefusedError as `require_returnable`
    does, and for a day that is no good.
    """
    place = require_returnable(session, person, wanted.answer_id)
    if _is_returned_so(place, wanted):
        return _as_it_is(session, place)
    if place.version != wanted.version:
        return Moved(place, queries.answers_of(session, place.share)[0])
    _refuse_day(place, wanted.open_until, now)
    writing = Writing(
        answer_id=place.answer_id,
        version=place.version,
        state=AnswerState.RETURNED,
        document=place.document,
        source=Source.RETURNED,
        origin=wanted.origin,
        wish=Wish(wanted.note, wanted.open_until),
    )
    answers.write(session, place, person, writing, now)
    notices.update(session, place.answer_id, now)
    notices.tell_of_return(session, place, now)
    record(session, place, person, "return", now, open_until=wanted.open_until.isoformat())
    return _as_it_is(session, place)


def accept_as_it_is(
    session: Session, person: PersonView, answer_id: int, version: int, origin: str, now: Now
) -> Steered | Moved:
    """Takes the return back: what the partner had said is their answer again. A second time it changes nothing.

    What a coordinator had entered waits for the partner's confirmation again.

    Raises RefusedError as `require_returnable` does.
    """
    place = require_returnable(session, person, answer_id)
    if place.state.is_final and answer_rows.newest_origin(session, answer_id) == origin:
        return _as_it_is(session, place)
    if place.version != version or place.state is not AnswerState.RETURNED:
        return Moved(place, queries.answers_of(session, place.share)[0])
    said = _last_word(session, place)
    entered_by = said.person_id if said and said.source is Source.ON_BEHALF else None
    writing = Writing(
        answer_id=answer_id,
        version=version,
        state=said.state if said else AnswerState.ANSWERED,
        document=place.document,
        source=Source.ACCEPTED,
        origin=origin,
        entered_by_id=entered_by,
    )
    answers.write(session, place, person, writing, now)
    if entered_by is not None:
        notices.tell_of_entry(session, place, now)
    record(session, place, person, "accept-returned", now)
    return _as_it_is(session, place)


def _last_word(session: Session, place: AnswerPlace) -> RevisionView | None:
    """What the partner had said before it was returned: an answer, or that there is nothing to report."""
    said = [one for one in answer_rows.list_revisions(session, place.answer_id) if one.state.is_final]
    return said[-1] if said else None


def _is_returned_so(place: AnswerPlace, wanted: Return) -> bool:
    asked = (place.note, place.open_until)
    return place.state is AnswerState.RETURNED and asked == (wanted.note, wanted.open_until)


def _refuse_day(place: AnswerPlace, day: date, now: Now) -> None:
    calendar = working_calendar(place.share.project)
    today = calendar.local_day(now.calendar)
    if not today <= day <= today + _LONGEST or not calendar.is_working_day(day):
        raise RefusedError("refused.return_day")


def _as_it_is(session: Session, place: AnswerPlace) -> Steered:
    return Steered(place, queries.answers_of(session, place.share)[0])
