"""A contact is away until a day of their choice: till its end the deputy is prompted and reminded in their stead.

Whether somebody is away is told by that day alone, so an absence ends by itself; `end_past` does what then follows.
"""

from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot import keys, ladder
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.semester import PROMPTING_STARTS, WorkingCalendar
from storage import ledger, people, queries
from storage import rounds as rows
from storage.values import PartnerView, PersonView, ProjectView, RoundSnapshot, RoundState

# Longer than this, somebody else should be the contact.
LONGEST: Final = timedelta(days=366)


def today_of(session: Session, person: PersonView, now: Now) -> date:
    """The present day in the zone of the oldest project that the person answers in.

    Raises RefusedError for somebody who answers for no partner: nothing is sent to them that could go to another.
    """
    return _calendar(_project(session, person)).local_day(now.calendar)


def _calendar(project: ProjectView) -> WorkingCalendar:
    return WorkingCalendar(project.holidays, project.time_zone, PROMPTING_STARTS)


def _project(session: Session, person: PersonView) -> ProjectView:
    own = queries.partners_of(session, person.id)
    if not own:
        raise RefusedError("absence.refused.not_asked")
    return queries.get_project(session, own[0][0])


def set_away(session: Session, person: PersonView, until: date, now: Now) -> list[PartnerView]:
    """The person is away to the end of that day; the same once more changes nothing.

    Returns the partners that they are the contact of, as they are now. Raises RefusedError for a day that is past or
    too far, and for somebody who answers for nobody.
    """
    today = today_of(session, person, now)
    if not today <= until <= today + LONGEST:
        raise RefusedError("absence.refused.day", today=today, longest=today + LONGEST)
    if person.away_until != until:
        people.set_away(session, person.id, until)
        _record(session, person, "away", now, until=until.isoformat())
        _follow(session, person, now)
    return _partners(session, person)


def end(session: Session, person: PersonView, now: Now) -> None:
    """The person is there again; pressed twice it changes nothing."""
    if person.away_until is not None:
        _record(session, person, "back", now)
        _end(session, person, now)


def _end(session: Session, person: PersonView, now: Now) -> None:
    people.set_away(session, person.id, None)
    _follow(session, person, now)


def _record(session: Session, person: PersonView, action: str, now: Now, **details: str) -> None:
    for project_id in dict(queries.partners_of(session, person.id)):
        rows.add_audit(session, project_id, person.id, action, now.calendar, **details)


def end_past(session: Session, now: Now) -> None:
    """Absences that are over are forgotten, and who is back gets the cards that went to the deputy.

    Only when messages may be sent that nobody asked for.
    """
    soonest = now.calendar.date() + timedelta(days=1)  # the day has begun already where the sun rises first
    for person in people.list_back(session, soonest):
        own = queries.partners_of(session, person.id)
        project = queries.get_project(session, own[0][0]) if own else None
        if project is None or _is_back(person, project, now):
            _end(session, person, now)


def _is_back(person: PersonView, project: ProjectView, now: Now) -> bool:
    calendar = _calendar(project)
    return not person.is_away(calendar.local_day(now.calendar)) and calendar.in_prompting_hours(now.calendar)


def _partners(session: Session, person: PersonView) -> list[PartnerView]:
    own = queries.partners_of(session, person.id)
    found = {p.id: p for project_id in dict(own) for p in queries.list_partners(session, project_id)}
    return [found[id_] for _, id_ in own if id_ in found and found[id_].contact.id == person.id]


def _follow(session: Session, person: PersonView, now: Now) -> None:
    """Whoever is asked now in the rounds under way gets a card; all cards, and previews, say how it is."""
    for round_id, partner_id in queries.open_shares(session, person.id):
        found = queries.snapshot(session, round_id, partner_id)
        today = _calendar(found.project).local_day(now.calendar)
        for partner in found.partners:
            if partner_id not in found.skipped:
                ladder.order_card(session, found.project, found.round, partner, partner.asked_on(today).id, now)
            ledger.change(session, _cards(found, partner), now=now.real)
    ledger.change_sent(session, "reminder", [person.id], now=now.real)
    _change_previews(session, person, now)


def _cards(found: RoundSnapshot, partner: PartnerView) -> list[str]:
    return [keys.card(found.project.key, found.round.key, partner.key, person.id) for person in partner.people]


def _change_previews(session: Session, person: PersonView, now: Now) -> None:
    for project_id in dict(queries.partners_of(session, person.id)):
        project = queries.get_project(session, project_id)
        planned = [one for one in queries.list_rounds(session, project_id) if one.state is RoundState.PLANNED]
        shown_for = [(one.key, rows.get_progress(session, one.id).previewed_for) for one in planned]
        wanted = [keys.preview(project.key, key, opens_on) for key, opens_on in shown_for if opens_on]
        ledger.change(session, wanted, now=now.real)
