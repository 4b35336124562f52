"""Word of a single answer beside its card: that it was returned, came back, or was entered on the partner's behalf."""

from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lamppu_bot import entrusted, keys
from lamppu_bot.clock import Now
from storage import answers as rows
from storage import ledger
from storage.queries import AnswerPlace
from storage.values import AnswerState, PersonView, Source

_BY_PARTNER: Final = frozenset({Source.FORM, Source.CONVERSATION, Source.CONFIRMED})


def tell_of_return(session: Session, place: AnswerPlace, now: Now) -> None:
    """Whoever answers for the partner hears what is asked for; `place` is the answer as it was before its return."""
    version = place.version + 1
    for person_id in sorted(_concerned(session, place, now)):
        key = keys.returned(place.answer_id, version, person_id)
        ledger.order(session, key, "returned", now=now.real, person_id=person_id, subject=_subject(place, version))


def tell_of_entry(session: Session, place: AnswerPlace, now: Now) -> None:
    """Whoever answers for the partner reads what was entered for them; `place` is the answer as it was before."""
    version = place.version + 1
    for person_id in sorted(_concerned(session, place, now)):
        key = keys.entered(place.answer_id, version, person_id)
        ledger.order(session, key, "entered", now=now.real, person_id=person_id, subject=_subject(place, version))


def follow(session: Session, place: AnswerPlace, person: PersonView, state: AnswerState, now: Now) -> None:
    """What people were told of this answer says what has become of it; `place` is the answer as it was before.

    The coordinators hear that what they returned has come back, in the thread of the posted report where there is one.
    """
    update(session, place.answer_id, now)
    if place.note is None or not state.is_final or not entrusted.may_write(session, place, person.id):
        return
    report = ledger.find(session, keys.summary(place.project_key, place.round_key))
    version = place.version + 1
    ledger.order(
        session,
        keys.came_back(place.answer_id, version),
        "came-back",
        now=now.real,
        channel=place.share.project.channel,
        subject=_subject(place, version),
        thread_of=report.id if report else None,
    )


def update(session: Session, answer_id: int, now: Now) -> None:
    """The messages about the answer's return and its entry are read anew."""
    for kind in ("returned", "entered"):
        ledger.change_all(session, keys.of_answer(kind, answer_id), now=now.real)


def update_round(session: Session, round_id: int, now: Now, partner_id: int | None = None) -> None:
    """As `update`, for all answers of the round, or of one partner in it: others answer now, or nobody may any more."""
    for answer_id in rows.list_told_of(session, round_id, partner_id):
        update(session, answer_id, now)


def _concerned(session: Session, place: AnswerPlace, now: Now) -> set[int]:
    """The contact, whoever wrote the answer where it is theirs still, and the deputy of a contact who is away."""
    partner = place.share.partner
    said = [one.person_id for one in rows.list_revisions(session, place.answer_id) if one.source in _BY_PARTNER]
    wrote = {one for one in said[-1:] if entrusted.may_write(session, place, one)}
    today = now.calendar.astimezone(ZoneInfo(place.share.project.time_zone)).date()
    stands_in = {partner.deputy.id} if partner.deputy and partner.contact.is_away(today) else set()
    return {partner.contact.id, *wrote, *stands_in}


def _subject(place: AnswerPlace, version: int) -> dict[str, int]:
    return {"answer": place.answer_id, "version": version, "round": place.round_id, "partner": place.partner_id}
