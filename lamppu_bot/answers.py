"""Recording answers: who may write, what a repeat or a meeting of two writers means, what a change sets going."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot import entrusted, keys, notices, richtext
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from storage import answers as rows
from storage import conversations, ledger, queries, rounds
from storage.queries import AnswerPlace
from storage.values import (
    AnswerDetails,
    AnswerState,
    DetailsSaid,
    Document,
    PersonView,
    RoundSnapshot,
    Source,
)

# Writing by these means takes the place of what is being written in a thread.
_ENDS_WRITING: Final = frozenset({Source.FORM, Source.ACCEPTED, Source.ON_BEHALF})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a coordinator who returned an answer asks for, and to the end of which day it takes changes at least."""

    note: str | None
    open_until: date | None


@dataclass(frozen=True, slots=True)
class Writing:
    """What a person wants an answer to be, having seen its `version`; `origin` is the view or thread they wrote in.

    `details` None leaves them as they are, and so does `wish` while the answer has no last word. `entered_by_id` is
    the coordinator who writes it on the partner's behalf.
    """

    answer_id: int
    version: int
    state: AnswerState
    document: Document
    source: Source
    origin: str
    details: DetailsSaid | None = None
    wish: Wish | None = None
    entered_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """The answer stands as it was wanted, in the partner's share of the round as it is now.

    `next_id` is the next open answer of the partner, if any is left; `is_complete` when no other is open,
    `is_confirmed` when the partner need not confirm any that a coordinator entered. A colleague sees only what they
    have taken over. `was_last` when thanks are on their way, `ends_round` when the report is too.
    """

    place: AnswerPlace
    share: RoundSnapshot
    next_id: int | None
    is_complete: bool
    is_confirmed: bool
    was_last: bool = False
    ends_round: bool = False


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody else saved a newer text first. The person's own is kept aside; they decide, seeing both."""

    place: AnswerPlace
    share: RoundSnapshot


def save(session: Session, person: PersonView, writing: Writing, now: Now) -> Saved | Met:
    """Makes the writing the newest revision.

    The same text once more changes nothing, unless a coordinator had entered it: then it is confirmed. Raises
    RefusedError where the person may not write or the round is closed.
    """
    return _save(session, writable_place(session, person, writing.answer_id), person, writing, now)


def save_by(session: Session, slack_id: str, writing: Writing, now: Now) -> tuple[PersonView, Saved | Met]:
    """As `save`, for whoever has the Slack id: most often one of the partner's people, who are read with the place.

    Raises RefusedError, too, for somebody who takes part in no project.
    """
    place = queries.find_answer_place(session, writing.answer_id)
    people = place.share.partner.people if place else ()
    person = next((one for one in people if one.slack_id == slack_id), None) or queries.find_person(session, slack_id)
    if person is None:
        raise RefusedError("refused.stranger")
    return person, _save(session, _writable(session, place, person), person, writing, now)


def _save(session: Session, place: AnswerPlace, person: PersonView, writing: Writing, now: Now) -> Saved | Met:
    if is_same(place, writing) and place.entered_by_id is None:
        return saved_as_it_is(session, place, person)
    return write_or_meet(session, place, person, writing, now)


def write_or_meet(session: Session, place: AnswerPlace, person: PersonView, writing: Writing, now: Now) -> Saved | Met:
    """Writes to a place read in this write, unless somebody else has saved what the person has not seen.

    A form that comes once more with the same text, after its writer has saved a newer one elsewhere, changes nothing.
    """
    if place.version != writing.version:
        if rows.was_changed_by_others(session, place.answer_id, person.id, writing.version):
            rows.keep_aside(session, place, **_revision(place, person, writing, now))
            return Met(place, saved_as_it_is(session, place, person).share)
        if _was_saved_before(session, person, writing):
            return saved_as_it_is(session, place, person)
    return _write(session, place, person, writing, now)


def _was_saved_before(session: Session, person: PersonView, writing: Writing) -> bool:
    said = writing.details
    return any(
        (saved.origin, saved.person_id, saved.state) == (writing.origin, person.id, writing.state)
        and saved.document == writing.document
        and (said is None or said.onto(saved.details) == saved.details)
        for saved in rows.list_revisions(session, writing.answer_id, since=writing.version + 1)
    )


def write(session: Session, place: AnswerPlace, person: PersonView, writing: Writing, now: Now) -> int | None:
    """Adds the revision to a place read in this write, with all that follows; returns the next open answer."""
    return _write(session, place, person, writing, now).next_id


def _write(session: Session, place: AnswerPlace, person: PersonView, writing: Writing, now: Now) -> Saved:
    revision, until = _revision(place, person, writing, now), _wish(place, writing).open_until
    rows.add_revision(session, place, open_until=until, entered_by_id=writing.entered_by_id, **revision)
    saved = saved_as_it_is(session, place, person)
    is_final = writing.state.is_final and not place.state.is_final
    was_last = is_final and saved.is_complete
    # In the order in which who moves the round on does it: its row, the cards, reminders, threads, other messages.
    ends_round = _tell_report(session, place, now, was_last=was_last)
    ledger.change(session, entrusted.card_keys(session, place), now=now.real)
    if place.has_handover and is_final:
        asked = {found.colleague.id for found in entrusted.colleagues(session, place.round_id, place.partner_id)}
        ledger.change_sent(session, "reminder", asked - place.people, now=now.real)
    if was_last:
        ledger.change_sent(session, "reminder", place.people, now=now.real)
    if place.has_conversation and writing.source in _ENDS_WRITING:
        end_writing(session, place.answer_id, now)
    if _is_thanked_for(place, writing, saved, was_last=was_last):
        _thank(session, place, person, now)
    if place.note is not None or place.entered_by_id is not None:
        notices.follow(session, place, person, writing.state, now)
    return replace(saved, was_last=was_last, ends_round=ends_round)


def _is_thanked_for(place: AnswerPlace, writing: Writing, saved: Saved, *, was_last: bool) -> bool:
    """Whether the partner's last answer came in just now, confirmed where a coordinator had entered it."""
    has_settled = place.entered_by_id is not None and writing.state.is_final and saved.is_complete
    return saved.is_confirmed and (was_last or has_settled)


def saved_as_it_is(session: Session, place: AnswerPlace, person: PersonView) -> Saved:
    """How the answers stand, as the person sees them: a colleague goes on to the next of those that are theirs."""
    share, states = queries.answers_of(session, place.share)
    is_complete = _next_after(place.answer_id, states) is None
    is_confirmed = not any(answer.entered_by for answer in share.answers.values())
    part = entrusted.part_of(session, place, person.id)
    if part is not None:
        share, states = share.only(part), {id_: state for id_, state in states.items() if id_ in part}
    return Saved(place, share, _next_after(place.answer_id, states), is_complete, is_confirmed)


def end_writing(session: Session, answer_id: int, now: Now) -> None:
    """Ends the threads in which the answer is being written: their root and newest reply lose their buttons."""
    ended = conversations.close_all(session, answer_id, now.calendar)
    ledger.change_ids(session, conversations.deliveries_of(session, ended), now=now.real)


def _revision(place: AnswerPlace, person: PersonView, writing: Writing, now: Now) -> rows.RevisionFields:
    return {
        "details": _details(place, writing),
        "note": _wish(place, writing).note,
        "state": writing.state,
        "document": writing.document,
        "text": richtext.plain(writing.document),
        "person_id": person.id,
        "source": writing.source,
        "origin": writing.origin,
        "at": now.calendar,
    }


def _wish(place: AnswerPlace, writing: Writing) -> Wish:
    """What is asked for from now on: a last word ends it."""
    if writing.state.is_final:
        return Wish(None, None)
    return writing.wish or Wish(place.note, place.open_until)


def is_same(place: AnswerPlace, writing: Writing) -> bool:
    is_same_text = place.state == writing.state and place.document == writing.document
    return is_same_text and _details(place, writing) == place.details


def _details(place: AnswerPlace, writing: Writing) -> AnswerDetails:
    return place.details if writing.details is None else writing.details.onto(place.details)


def readable_place(session: Session, person: PersonView, answer_id: int) -> AnswerPlace:
    """Where the answer belongs. Raises RefusedError unless the person answers for that partner or has taken it over."""
    return _readable(session, queries.find_answer_place(session, answer_id), person)


def _readable(session: Session, place: AnswerPlace | None, person: PersonView) -> AnswerPlace:
    if place is None:
        raise RefusedError("refused.not_yours")
    if not entrusted.may_write(session, place, person.id):
        raise _refusal(session, place, person)
    return place


def _refusal(session: Session, place: AnswerPlace, person: PersonView) -> RefusedError:
    """Whoever was asked before reads who is asked now; to anybody else the partner's people are not named."""
    card = keys.card(place.project_key, place.round_key, place.partner_key, person.id)
    if ledger.find(session, card) is None:
        return RefusedError("refused.not_yours")
    people = ", ".join(one.name for one in place.share.partner.people)
    names = coordinator_names(session, place.project_id)
    return RefusedError("refused.yours_no_more", people=people, coordinators=names)


def writable_place(session: Session, person: PersonView, answer_id: int) -> AnswerPlace:
    """As `readable_place`, and the answer takes changes: what the stored state says counts, not the clock."""
    return _writable(session, queries.find_answer_place(session, answer_id), person)


def _writable(session: Session, found: AnswerPlace | None, person: PersonView) -> AnswerPlace:
    place = _readable(session, found, person)
    refuse_archived(session, place)
    refuse_where_nothing_is_taken(session, place)
    return place


def takes_changes(place: AnswerPlace) -> bool:
    """Whether the answer may still change: as `status.takes_changes`, of the place it is to be written to."""
    is_open = place.round_state.takes_answers or bool(place.share.open_until or place.open_until)
    return is_open and not place.share.is_archived and not place.share.skipped_at


def refuse_archived(session: Session, place: AnswerPlace) -> None:
    if place.share.is_archived:
        raise RefusedError("refused.archived", coordinators=coordinator_names(session, place.project_id))


def refuse_where_nothing_is_taken(session: Session, place: AnswerPlace) -> None:
    if takes_changes(place):
        return
    names = coordinator_names(session, place.project_id)
    if place.share.skipped_at:
        raise RefusedError("refused.skipped", reason=place.share.skip_reason, coordinators=names)
    raise RefusedError("refused.closed", coordinators=names)


def coordinator_names(session: Session, project_id: int) -> str:
    return ", ".join(person.name for person in queries.get_project(session, project_id).coordinators)


def next_open(session: Session, place: AnswerPlace, person: PersonView) -> int | None:
    """Their next answer after this one that wants a last word, going round to the first; None when all have it."""
    return saved_as_it_is(session, place, person).next_id


def _next_after(answer_id: int, states: dict[int, AnswerState]) -> int | None:
    order = list(states)
    turn = order.index(answer_id) + 1 if answer_id in states else 0
    candidates = [other for other in order[turn:] + order[:turn] if other != answer_id]
    return next((other for other in candidates if not states[other].is_final), None)


def _tell_report(session: Session, place: AnswerPlace, now: Now, *, was_last: bool) -> bool:
    """Says that the report has reason to be posted or changed; True when this was what the round waited for.

    Where the posted report lacked only this, the coordinators are told that it is complete.
    """
    is_wanted, is_complete = bool(place.report_wanted), False
    if was_last and not rows.lacks_many(session, place.round_id):
        # Of two partners who end at the same moment, the second waits here and sees what the first has written. In the
        # middle of a round nobody waits: one who holds the row until the disk has confirmed lets 150 a second through.
        is_wanted = bool(rounds.lock_wanted(session, place.round_id))
        is_complete = rows.is_round_complete(session, place.round_id)
    if is_wanted or is_complete:
        rows.want_report(session, place.round_id)
    if is_wanted and is_complete:
        _tell_of_completion(session, place, now)
    return is_complete


def _tell_of_completion(session: Session, place: AnswerPlace, now: Now) -> None:
    key = keys.completed(place.project_key, place.round_key)
    channel, subject = place.share.project.channel, {"round": place.round_id}
    ledger.order(session, key, "completed", now=now.real, channel=channel, subject=subject)


def _thank(session: Session, place: AnswerPlace, person: PersonView, now: Now) -> None:
    """Thanks once per partner and round, with the partner's own form under it.

    Where a colleague has given the last answer, or a coordinator has accepted it, the contact is thanked.
    """
    person_id = person.id if person.id in place.people else place.contact_id
    subject = {"round": place.round_id, "partner": place.partner_id}
    occasion = (place.project_key, place.round_key, place.partner_key)
    thanks = ledger.order(session, keys.thanks(*occasion), "thanks", now=now.real, person_id=person_id, subject=subject)
    ledger.order(
        session,
        keys.thanks_form(*occasion),
        "thanks-form",
        now=now.real,
        person_id=person_id,
        subject=subject,
        thread_of=thanks,
    )
