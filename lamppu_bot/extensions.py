"""Longer time of one partner's own: its one reminder, and its end."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from lamppu_bot import keys, ladder, status
from lamppu_bot.clock import Now
from lamppu_bot.following import follow_share
from lamppu_bot.semester import ONE_DAY, Rung, WorkingCalendar
from storage import answers, participations, queries
from storage.participations import Extended
from storage.rounds import RoundProgress
from storage.values import ProjectView, RoundSnapshot, RoundState


def has_passed(calendar: WorkingCalendar, due_on: date, now: Now) -> bool:
    """Whether the moment of the reminder before this due day has come: the morning of the working day before."""
    return calendar.morning_of(calendar.working_days_before(due_on, 1)) <= now.calendar


def remind(
    session: Session, progress: RoundProgress, calendar: WorkingCalendar, now: Now
) -> list[tuple[int, ladder.Nudge]]:
    """Whom to remind of an extension that is over soon, by person id: once, the working day before.

    The round's own ladder passes these partners over.
    """
    soon = {
        one.partner_id
        for one in participations.list_extended(session, progress.round.id)
        if _is_near(one, calendar, now)
    }
    if not soon:
        return []
    found = queries.states(session, progress.round.id)
    late = [partner for partner in found.partners if partner.id in soon and status.waiting_answers(found, partner.id)]
    today = calendar.local_day(now.calendar)
    nudges = [
        (partner.asked_on(today).id, ladder.Nudge(found.round.id, partner.id, Rung.CONTACT, None, today))
        for partner in late
    ]
    nudges += ladder.nudge_colleagues(session, found, late, Rung.CONTACT, nudges, today)
    answers.set_reminded(session, found.round.id, [partner.id for partner in late], now.calendar)
    return nudges


def _is_near(extended: Extended, calendar: WorkingCalendar, now: Now) -> bool:
    due_on = extended.due_on
    if not has_passed(calendar, due_on, now) or now.calendar >= calendar.start_of(due_on + ONE_DAY):
        return False
    moment = calendar.morning_of(calendar.working_days_before(due_on, 1))
    return extended.reminded_at is None or extended.reminded_at < moment


def end(session: Session, project: ProjectView, progress: RoundProgress, calendar: WorkingCalendar, now: Now) -> None:
    """What took answers until a day that is over takes them no longer; the coordinators hear what is missing still."""
    today = calendar.local_day(now.calendar)
    over = participations.end_extensions(session, progress.round.id, today)
    if not over:
        return
    found = queries.states(session, progress.round.id)
    ended = [partner for partner in found.partners if partner.id in over]
    for partner in ended:
        follow_share(session, project, progress, partner, now)
    if _is_missing(found, over) and progress.round.state is not RoundState.OPEN:
        ladder.order_overview(session, project, progress.round, keys.extended(today), calendar, now)


def _is_missing(found: RoundSnapshot, over: Collection[int]) -> bool:
    return any(status.open_answers(found, partner_id) for partner_id in over)
