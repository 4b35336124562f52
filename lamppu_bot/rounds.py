"""The life of a round: previewed, opened, reminded, due, closed. What happens; whoever calls decides when it is."""

from collections import defaultdict
from dataclasses import replace
from datetime import time

from sqlalchemy.orm import Session

from lamppu_bot import absence, extensions, handover, inquiry, keys, ladder, notices
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.faults import guarded
from lamppu_bot.following import TOLD_OF_EXTENSION
from lamppu_bot.semester import RoundDates, Schedule, Semester, Term, WorkingCalendar, round_dates
from storage import answers, conversations, ledger, participations, queries
from storage import rounds as rows
from storage.rounds import RoundProgress
from storage.values import PartnerView, PersonView, ProjectView, RoundSnapshot, RoundState, RoundView

_UNDER_WAY = (RoundState.OPEN, RoundState.DUE)


def working_calendar(project: ProjectView) -> WorkingCalendar:
    return WorkingCalendar(project.holidays, project.time_zone, time.fromisoformat(project.calendar["hour"]))


def dates_of(project: ProjectView, round_: RoundView) -> RoundDates:
    """The dates of a round as they are in force, postponements included."""
    schedule = Schedule(
        open_days_before=project.calendar["open_days_before"],
        remind_days_before=tuple(project.calendar["remind_days_before"]),
        closes_days_after=project.calendar["closes_days_after"],
    )
    return round_dates(
        Semester(round_.year, Term(round_.term), round_.due_on),
        schedule,
        working_calendar(project),
        opens_on_override=round_.opens_on,
        due_on_override=round_.due_on,
        closes_on_override=round_.closes_on,
    )


def advance(session: Session, now: Now) -> None:
    """Does everything that the calendar says is due in any project, each thing once.

    After a time off the steps that were missed collapse: a round whose closing is past is never prompted, and of
    several reminders only the highest goes out, in one message a person. A round that fails is logged under a short
    reference, left as it was and tried again by the next step; the others go on.
    """
    projects = {project.id: project for project in queries.list_projects(session)}
    with guarded("the end of absences"), session.begin_nested():
        absence.end_past(session, now)
    nudges: dict[int, list[ladder.Nudge]] = defaultdict(list)
    for progress in rows.list_progress(session, lock=True):
        project = projects[progress.project_id]
        with guarded(f"the calendar of {project.key}, {progress.round.key}"), session.begin_nested():
            for person_id, nudge in _advance_round(session, project, progress, now):
                nudges[person_id].append(nudge)
    ladder.remind(session, nudges, now)


def _advance_round(
    session: Session, project: ProjectView, progress: RoundProgress, now: Now
) -> list[tuple[int, ladder.Nudge]]:
    """Returns whom to remind of what, by person id."""
    dates = dates_of(project, progress.round)
    calendar = working_calendar(project)
    prompting = calendar.in_prompting_hours(now.calendar)
    state = progress.round.state
    nudges: list[tuple[int, ladder.Nudge]] = []
    if state is RoundState.PLANNED:
        state = _advance_planned(session, project, progress, dates, now, prompting=prompting)
    elif state is RoundState.OPEN and prompting and now.calendar < dates.due_at:
        nudges = ladder.climb(session, project, progress, dates, calendar, now)
    if state is not RoundState.PLANNED and prompting:
        nudges += extensions.remind(session, progress, calendar, now)
    extensions.end(session, project, progress, calendar, now)
    if state in _UNDER_WAY:
        _end(session, project, replace(progress, round=replace(progress.round, state=state)), dates, now)
    return nudges


def _end(session: Session, project: ProjectView, progress: RoundProgress, dates: RoundDates, now: Now) -> None:
    """Due, reported and closed, as far as the time has come. The coordinators hear what is missing when it is over."""
    state, is_wanted, closes = progress.round.state, bool(progress.report_wanted), now.calendar >= dates.closes_at
    is_complete = answers.is_round_complete(session, progress.round.id)
    if state is RoundState.OPEN and now.calendar >= dates.due_at:
        state = _change_state(session, progress, RoundState.DUE, now)
        if is_wanted and not is_complete and not closes:  # posted early, by hand
            ladder.order_overview(
                session, project, progress.round, keys.due(progress.round.due_on), working_calendar(project), now
            )
    if closes:
        close_round(session, project, progress, now)
    elif not is_wanted and (is_complete or _report_is_due(project, dates, state, now)):
        answers.want_report(session, progress.round.id)


def close_round(session: Session, project: ProjectView, progress: RoundProgress, now: Now) -> None:
    """The report is final; the coordinators hear what is missing for good."""
    _change_state(session, progress, RoundState.CLOSED, now)
    if not progress.report_wanted:
        answers.want_report(session, progress.round.id)
    if not answers.is_round_complete(session, progress.round.id):
        ladder.order_overview(session, project, progress.round, keys.CLOSED, working_calendar(project), now)


def _report_is_due(project: ProjectView, dates: RoundDates, state: RoundState, now: Now) -> bool:
    in_hours = working_calendar(project).in_prompting_hours(now.calendar)
    return state is RoundState.DUE and in_hours and now.calendar >= dates.report_at


def _advance_planned(
    session: Session, project: ProjectView, progress: RoundProgress, dates: RoundDates, now: Now, *, prompting: bool
) -> RoundState:
    if now.calendar >= dates.closes_at:
        rows.set_round(session, progress.round.id, state=RoundState.CLOSED)
        return RoundState.CLOSED
    if prompting and now.calendar >= dates.opens_at:
        open_round(session, project, progress, dates, now)
        return RoundState.OPEN
    if prompting and now.calendar >= dates.preview_at and progress.previewed_for != progress.round.opens_on:
        _preview(session, project, progress, now)
    return RoundState.PLANNED


def _preview(session: Session, project: ProjectView, progress: RoundProgress, now: Now) -> None:
    """Shows the coordinators whom the round will go to and what it will say, while they can still postpone it."""
    opens_on = progress.round.opens_on
    ledger.order(
        session,
        keys.preview(project.key, progress.round.key, opens_on),
        "preview",
        now=now.real,
        channel=project.channel,
        subject={"round": progress.round.id, "opens_on": opens_on.isoformat()},
    )
    rows.set_round(session, progress.round.id, previewed_for=opens_on)


def change_previews(session: Session, project: ProjectView, progress: RoundProgress, now: Now) -> None:
    """Those that were shown say what has become of the round since."""
    shown_for = set(rows.list_moves(session, project.id, progress.round.key))
    if progress.previewed_for:
        shown_for.add(progress.previewed_for)
    previews = [keys.preview(project.key, progress.round.key, day) for day in sorted(shown_for)]
    ledger.change(session, previews, now=now.real)


def open_round(session: Session, project: ProjectView, progress: RoundProgress, dates: RoundDates, now: Now) -> None:
    """The prompt itself; reminders whose time has passed meanwhile are passed over, for this is one."""
    passed = sum(reminder.at <= now.calendar for reminder in dates.reminders)
    asked = queries.snapshot(session, progress.round.id)
    rows.set_round(session, progress.round.id, state=RoundState.OPEN, reminders_done=passed)
    _take_in(session, project, asked, now)
    change_previews(session, project, progress, now)


def take_in(session: Session, project: ProjectView, round_id: int, now: Now) -> None:
    """Brings a round under way up to the project as it is now: new partners, new objectives, new contacts."""
    _take_in(session, project, queries.expected_snapshot(session, round_id), now)


def _take_in(session: Session, project: ProjectView, asked: RoundSnapshot, now: Now) -> None:
    objectives = {partner.id: [o.id for o in asked.objectives_of(partner.id)] for partner in asked.partners}
    participations.take_in(session, asked.round.id, objectives)
    today = working_calendar(project).local_day(now.calendar)
    for partner in asked.partners:
        if partner.id not in asked.skipped:
            ladder.order_card(session, project, asked.round, partner, partner.asked_on(today).id, now)


def _change_state(session: Session, progress: RoundProgress, state: RoundState, now: Now) -> RoundState:
    """Moves the round on. Cards and reminders say what that means; a posted report shows drafts, or their end."""
    rows.set_round(session, progress.round.id, state=state)
    if progress.report_wanted:
        answers.want_report(session, progress.round.id)
    found = queries.states(session, progress.round.id)
    ledger.change(session, [key for partner in found.partners for key in _cards(found, partner)], now=now.real)
    handover.follow_round(session, [progress.round.id], now)
    if state is RoundState.CLOSED:
        people = {person.id for partner in found.partners for person in partner.people}
        for kind in ("reminder", TOLD_OF_EXTENSION, inquiry.CONFIRM):
            ledger.change_sent(session, kind, people, now=now.real)
        running = conversations.list_open_of(session, progress.round.id)
        ledger.change_ids(session, conversations.deliveries_of(session, running), now=now.real)
        notices.update_round(session, progress.round.id, now)
    return state


def _cards(asked: RoundSnapshot, partner: PartnerView) -> list[str]:
    return [keys.card(asked.project.key, asked.round.key, partner.key, person.id) for person in partner.people]


def require_coordinator(session: Session, project: ProjectView, person: PersonView) -> None:
    """Raises RefusedError, naming those who may, unless the person coordinates the project."""
    if not queries.is_coordinator(session, project.id, person.id):
        names = ", ".join(coordinator.name for coordinator in project.coordinators)
        raise RefusedError("refused.coordinators_only", coordinators=names)
