"""The life of a round: previewed, opened, reminded, due, closed. What happens; whoever calls decides when it is."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from sqlalchemy.orm import Session

from lamppu_bot import keys, status
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.faults import guarded
from lamppu_bot.semester import Reminder, RoundDates, Rung, Schedule, Semester, Term, WorkingCalendar, round_dates
from storage import answers, ledger, participations, queries
from storage import rounds as rows
from storage.rounds import RoundProgress
from storage.values import PartnerView, PersonView, ProjectView, RoundSnapshot, RoundState, RoundView

_UNDER_WAY = (RoundState.OPEN, RoundState.DUE)


@dataclass(frozen=True, slots=True)
class Nudge:
    """One partner's share of a reminder to one person."""

    round_id: int
    partner_id: int
    rung: Rung
    deputy_turn_on: date | None
    on: date


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
    nudges: dict[int, list[Nudge]] = defaultdict(list)
    for progress in rows.list_progress(session, lock=True):
        project = projects[progress.project_id]
        with guarded(f"the calendar of {project.key}, {progress.round.key}"), session.begin_nested():
            for person_id, nudge in _advance_round(session, project, progress, now):
                nudges[person_id].append(nudge)
    _remind(session, nudges, now)


def _advance_round(
    session: Session, project: ProjectView, progress: RoundProgress, now: Now
) -> list[tuple[int, Nudge]]:
    """Returns whom to remind of what, by person id."""
    dates = dates_of(project, progress.round)
    prompting = working_calendar(project).in_prompting_hours(now.calendar)
    state = progress.round.state
    nudges: list[tuple[int, Nudge]] = []
    if state is RoundState.PLANNED:
        state = _advance_planned(session, project, progress, dates, now, prompting=prompting)
    elif state is RoundState.OPEN and prompting and now.calendar < dates.due_at:
        nudges = _climb_ladder(session, project, progress, dates, now)
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
            _order_overview(session, project, progress.round, keys.DUE, now)
    if not is_wanted and (is_complete or _report_is_due(project, dates, state, now)):
        answers.want_report(session, progress.round.id)
    if closes:
        _change_state(session, progress, RoundState.CLOSED, now)
        if not is_complete:
            _order_overview(session, project, progress.round, keys.CLOSED, now)


def _report_is_due(project: ProjectView, dates: RoundDates, state: RoundState, now: Now) -> bool:
    in_hours = working_calendar(project).in_prompting_hours(now.calendar) or now.calendar >= dates.closes_at
    return state is RoundState.DUE and in_hours and now.calendar >= dates.report_at


def _advance_planned(
    session: Session, project: ProjectView, progress: RoundProgress, dates: RoundDates, now: Now, *, prompting: bool
) -> RoundState:
    if now.calendar >= dates.closes_at:
        rows.set_round(session, progress.round.id, state=RoundState.CLOSED)
        return RoundState.CLOSED
    if prompting and now.calendar >= dates.opens_at:
        _open(session, project, progress, dates, now)
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


def _open(session: Session, project: ProjectView, progress: RoundProgress, dates: RoundDates, now: Now) -> None:
    """The prompt itself; reminders whose time has passed meanwhile are passed over, for this is one."""
    passed = sum(reminder.at <= now.calendar for reminder in dates.reminders)
    asked = queries.snapshot(session, progress.round.id)
    rows.set_round(session, progress.round.id, state=RoundState.OPEN, reminders_done=passed)
    _take_in(session, project, asked, now)


def take_in(session: Session, project: ProjectView, round_id: int, now: Now) -> None:
    """Brings a round under way up to the project as it is now: new partners, new objectives, new contacts."""
    _take_in(session, project, queries.expected_snapshot(session, round_id), now)


def _take_in(session: Session, project: ProjectView, asked: RoundSnapshot, now: Now) -> None:
    objectives = {partner.id: [o.id for o in asked.objectives_of(partner.id)] for partner in asked.partners}
    participations.take_in(session, asked.round.id, objectives)
    for partner in asked.partners:
        _order_card(session, project, asked.round, partner, partner.contact.id, now)


def _order_card(
    session: Session, project: ProjectView, round_: RoundView, partner: PartnerView, person_id: int, now: Now
) -> None:
    key = keys.card(project.key, round_.key, partner.key, person_id)
    subject = {"round": round_.id, "partner": partner.id}
    ledger.order(session, key, "card", now=now.real, person_id=person_id, subject=subject)


def _change_state(session: Session, progress: RoundProgress, state: RoundState, now: Now) -> RoundState:
    """Moves the round on. Cards and reminders say what that means; a posted report shows drafts, or their end."""
    rows.set_round(session, progress.round.id, state=state)
    if progress.report_wanted:
        answers.want_report(session, progress.round.id)
    found = queries.snapshot(session, progress.round.id)
    ledger.change(session, [key for partner in found.partners for key in _cards(found, partner)], now=now.real)
    if state is RoundState.CLOSED:
        people = {person.id for partner in found.partners for person in partner.people}
        ledger.change_sent(session, "reminder", people, now=now.real)
    return state


def _cards(asked: RoundSnapshot, partner: PartnerView) -> list[str]:
    return [keys.card(asked.project.key, asked.round.key, partner.key, person.id) for person in partner.people]


def _climb_ladder(
    session: Session, project: ProjectView, progress: RoundProgress, dates: RoundDates, now: Now
) -> list[tuple[int, Nudge]]:
    """Takes the highest rung whose time has come, and passes over those below it."""
    reached = [r for r in dates.reminders if r.number > progress.reminders_done and r.at <= now.calendar]
    if not reached:
        return []
    found = queries.snapshot(session, progress.round.id)
    late = [partner for partner in found.partners if not status.partner_status(found, partner).is_complete]
    rung = _rung(project, found, late, reached[-1], dates, now)
    if rung is None:
        return []
    rows.set_round(session, progress.round.id, reminders_done=rung.number)
    told = _told(found, late, dates)
    nudges = [nudge for partner in late for nudge in _nudge(session, project, found, partner, rung, dates, told, now)]
    answers.set_reminded(session, found.round.id, [partner.id for partner in late], now.calendar)
    if late and rung.rung in (Rung.DEPUTY_AND_OVERVIEW, Rung.CONTACT_AND_OVERVIEW):
        day = working_calendar(project).local_day(now.calendar)
        _order_overview(session, project, found.round, day.isoformat(), now)
    return nudges


def _rung(
    project: ProjectView,
    found: RoundSnapshot,
    late: Sequence[PartnerView],
    reached: Reminder,
    dates: RoundDates,
    now: Now,
) -> Reminder | None:
    """The rung to take: never the deputies' before a day has passed on which the contacts were told of it.

    None where nothing goes out today. Where no day is left before the round is due, the deputies are not asked.
    """
    deputies = {partner.id for partner in late if partner.deputy}
    if reached.rung is not Rung.DEPUTY_AND_OVERVIEW or not deputies:
        return reached
    calendar, told = working_calendar(project), _told(found, late, dates) & deputies
    if any(calendar.local_day(found.reminded_at[one]) == calendar.local_day(now.calendar) for one in told):
        return None
    if told or _turn_of_deputies(project, dates, now) is None:
        return reached
    return _announcing(dates)


def _announcing(dates: RoundDates) -> Reminder | None:
    return next((reminder for reminder in dates.reminders if reminder.rung is Rung.DEPUTY_ANNOUNCED), None)


def _told(found: RoundSnapshot, late: Sequence[PartnerView], dates: RoundDates) -> set[int]:
    """Partners whose contact has read that the deputy is asked next: every reminder since that rung's time says so."""
    announcing = _announcing(dates)
    if announcing is None:
        return set()
    reminded = ((partner.id, found.reminded_at.get(partner.id)) for partner in late)
    return {partner_id for partner_id, at in reminded if at and at >= announcing.at}


def _turn_of_deputies(project: ProjectView, dates: RoundDates, now: Now) -> date | None:
    """The day on which the deputies are asked if the contacts are told now; None where the round is due by then."""
    calendar = working_calendar(project)
    planned = calendar.local_day(dates.reminders[-1].at)
    turn = max(planned, calendar.working_days_after(calendar.local_day(now.calendar), 1))
    return turn if turn <= dates.due_on else None


def _nudge(
    session: Session,
    project: ProjectView,
    found: RoundSnapshot,
    partner: PartnerView,
    rung: Reminder,
    dates: RoundDates,
    told: Collection[int],
    now: Now,
) -> list[tuple[int, Nudge]]:
    today = working_calendar(project).local_day(now.calendar)
    announces = rung.rung is Rung.DEPUTY_ANNOUNCED and partner.deputy is not None
    turn = _turn_of_deputies(project, dates, now) if announces else None
    nudges = [(partner.contact.id, Nudge(found.round.id, partner.id, rung.rung, turn, today))]
    if rung.rung is Rung.DEPUTY_AND_OVERVIEW and partner.deputy and partner.id in told:
        nudges.append((partner.deputy.id, Nudge(found.round.id, partner.id, rung.rung, None, today)))
        _order_card(session, project, found.round, partner, partner.deputy.id, now)
    return nudges


def _remind(session: Session, nudges: dict[int, list[Nudge]], now: Now) -> None:
    """One message a person, whatever the number of partners and projects they answer for."""
    for person_id, shares in nudges.items():
        occasion = "+".join(sorted({str(share.round_id) for share in shares}))
        ledger.order(
            session,
            keys.reminder(occasion, person_id, shares[0].on),
            "reminder",
            now=now.real,
            person_id=person_id,
            subject={"shares": [_as_json(share) for share in shares]},
        )


def _as_json(share: Nudge) -> dict[str, object]:
    turn = share.deputy_turn_on
    return {
        "round": share.round_id,
        "partner": share.partner_id,
        "rung": share.rung.value,
        "deputy_turn_on": turn.isoformat() if turn else None,
    }


def _order_overview(session: Session, project: ProjectView, round_: RoundView, occasion: str, now: Now) -> None:
    ledger.order(
        session,
        keys.overview(project.key, round_.key, occasion),
        "overview",
        now=now.real,
        channel=project.channel,
        subject={"round": round_.id},
    )


def postpone(session: Session, person: PersonView, round_id: int, opens_on: date, now: Now) -> None:
    """A coordinator moves the opening of a planned round. The preview comes again the working day before the new date.

    Raises RefusedError where the person may not, the round is open already, or the day is no good.
    """
    project, progress = require_postponable(session, person, round_id)
    calendar, before = working_calendar(project), progress.round.opens_on
    if not calendar.local_day(now.calendar) < opens_on < progress.round.due_on or not calendar.is_working_day(opens_on):
        raise RefusedError("refused.opening_day", due=progress.round.due_on)
    if opens_on == before:
        return
    rows.set_round(session, round_id, opens_on=opens_on)
    moved = {"from": before.isoformat(), "to": opens_on.isoformat()}
    rows.add_audit(session, project.id, person.id, "postpone", now.calendar, round=progress.round.key, **moved)
    shown_for = {*rows.list_moves(session, project.id, progress.round.key), progress.previewed_for or before}
    previews = [keys.preview(project.key, progress.round.key, day) for day in sorted(shown_for)]
    ledger.change(session, previews, now=now.real)


def require_postponable(session: Session, person: PersonView, round_id: int) -> tuple[ProjectView, RoundProgress]:
    """The round, which nobody else opens meanwhile, and its project.

    Raises RefusedError unless the person coordinates it and it is still planned.
    """
    progress = rows.get_progress(session, round_id, lock=True)
    project = queries.get_project(session, progress.project_id)
    require_coordinator(session, project, person)
    if progress.round.state is not RoundState.PLANNED:
        raise RefusedError("refused.already_open")
    return project, progress


def require_coordinator(session: Session, project: ProjectView, person: PersonView) -> None:
    """Raises RefusedError, naming those who may, unless the person coordinates the project."""
    if not queries.is_coordinator(session, project.id, person.id):
        names = ", ".join(coordinator.name for coordinator in project.coordinators)
        raise RefusedError("refused.coordinators_only", coordinators=names)
