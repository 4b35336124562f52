"""The ladder of reminders: the contact, the deputy once the contact has been told so, the coordinators' overview."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from lamppu_bot import keys, status
from lamppu_bot.clock import Now
from lamppu_bot.semester import Reminder, RoundDates, Rung, WorkingCalendar
from storage import answers, handovers, ledger, queries
from storage import rounds as rows
from storage.rounds import RoundProgress
from storage.values import HandoverState, PartnerView, ProjectView, RoundSnapshot, RoundState, RoundView


@dataclass(frozen=True, slots=True)
class Nudge:
    """One partner's share of a reminder to one person; `is_entrusted` where it is about what they have taken over."""

    round_id: int
    partner_id: int
    rung: Rung
    deputy_turn_on: date | None
    on: date
    is_entrusted: bool = False


def climb(
    session: Session,
    project: ProjectView,
    progress: RoundProgress,
    dates: RoundDates,
    calendar: WorkingCalendar,
    now: Now,
) -> list[tuple[int, Nudge]]:
    """Takes the highest rung whose time has come, and passes over those below it.

    Partners with longer time of their own are left to `extensions`. Returns whom to remind of what, by person id:
    `remind` puts the rounds of a person together.
    """
    reached = [r for r in dates.reminders if r.number > progress.reminders_done and r.at <= now.calendar]
    if not reached:
        return []
    found = queries.states(session, progress.round.id)
    unfinished = [partner for partner in found.partners if not status.partner_status(found, partner).is_complete]
    late = [partner for partner in unfinished if found.due_of(partner.id) <= found.round.due_on]
    rung = _rung(calendar, found, late, reached[-1], dates, now)
    if rung is None:
        return []
    rows.set_round(session, progress.round.id, reminders_done=rung.number)
    if rung.rung is Rung.CONTACT:  # whom a coordinator has reminded today by hand hears no more today
        late = [partner for partner in late if not _is_reminded_today(found, partner, calendar, now)]
    told = _told(found, late, dates)
    nudges = [nudge for partner in late for nudge in _nudge(session, found, partner, rung, dates, calendar, told, now)]
    nudges += nudge_colleagues(session, found, late, rung.rung, nudges, calendar.local_day(now.calendar))
    answers.set_reminded(session, found.round.id, [partner.id for partner in late], now.calendar)
    if unfinished and rung.rung in (Rung.DEPUTY_AND_OVERVIEW, Rung.CONTACT_AND_OVERVIEW):
        order_overview(session, project, found.round, calendar.local_day(now.calendar).isoformat(), calendar, now)
    return nudges


def _is_reminded_today(found: RoundSnapshot, partner: PartnerView, calendar: WorkingCalendar, now: Now) -> bool:
    at = found.reminded_at.get(partner.id)
    return at is not None and calendar.local_day(at) == calendar.local_day(now.calendar)


def _rung(
    calendar: WorkingCalendar,
    found: RoundSnapshot,
    late: Sequence[PartnerView],
    reached: Reminder,
    dates: RoundDates,
    now: Now,
) -> Reminder | None:
    """The rung to take: never the deputies' before a day has passed on which the contacts were told of it.

    None where nothing goes out today. Where no day is left before the round is due, the deputies are not asked.
    """
    today = calendar.local_day(now.calendar)
    deputies = {partner.id for partner in late if partner.deputy and not partner.stand_in(today)}
    if reached.rung is not Rung.DEPUTY_AND_OVERVIEW or not deputies:
        return reached
    told = _told(found, late, dates) & deputies
    if any(calendar.local_day(found.reminded_at[one]) == calendar.local_day(now.calendar) for one in told):
        return None
    if told or _turn_of_deputies(calendar, dates, now) is None:
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


def _turn_of_deputies(calendar: WorkingCalendar, dates: RoundDates, now: Now) -> date | None:
    """The day on which the deputies are asked if the contacts are told now; None where the round is due by then."""
    planned = calendar.local_day(dates.reminders[-1].at)
    turn = max(planned, calendar.working_days_after(calendar.local_day(now.calendar), 1))
    return turn if turn <= dates.due_on else None


def announced_turn(
    progress: RoundProgress, partner: PartnerView, dates: RoundDates, calendar: WorkingCalendar, now: Now
) -> date | None:
    """The day of the deputy's turn that a reminder must name now: `_told` takes it that every one does by then."""
    announcing = _announcing(dates)
    if announcing is None or partner.deputy is None or progress.round.state is not RoundState.OPEN:
        return None
    is_ahead = progress.reminders_done < dates.reminders[-1].number
    return _turn_of_deputies(calendar, dates, now) if is_ahead and now.calendar >= announcing.at else None


def _nudge(
    session: Session,
    found: RoundSnapshot,
    partner: PartnerView,
    rung: Reminder,
    dates: RoundDates,
    calendar: WorkingCalendar,
    told: Collection[int],
    now: Now,
) -> list[tuple[int, Nudge]]:
    today = calendar.local_day(now.calendar)
    if stand_in := partner.stand_in(today):  # at every rung, for the contact reads nothing now
        order_card(session, found.project, found.round, partner, stand_in.id, now)
        return [(stand_in.id, Nudge(found.round.id, partner.id, rung.rung, None, today))]
    announces = rung.rung is Rung.DEPUTY_ANNOUNCED and partner.deputy is not None
    turn = _turn_of_deputies(calendar, dates, now) if announces else None
    nudges = [(partner.contact.id, Nudge(found.round.id, partner.id, rung.rung, turn, today))]
    if rung.rung is Rung.DEPUTY_AND_OVERVIEW and partner.deputy and partner.id in told:
        nudges.append((partner.deputy.id, Nudge(found.round.id, partner.id, rung.rung, None, today)))
        order_card(session, found.project, found.round, partner, partner.deputy.id, now)
    return nudges


def nudge_colleagues(
    session: Session,
    found: RoundSnapshot,
    late: Sequence[PartnerView],
    rung: Rung,
    nudges: Sequence[tuple[int, Nudge]],
    today: date,
) -> list[tuple[int, Nudge]]:
    """Those who have taken answers over that are still open, unless they are reminded of all the partner's anyway."""
    waiting = {answer.id for partner in late for _, answer in status.waiting_answers(found, partner.id)}
    asked = {(person_id, nudge.partner_id) for person_id, nudge in nudges}
    taken = {
        (one.colleague.id, one.partner_id)
        for one in handovers.list_live_of_round(session, found.round.id)
        if one.state is HandoverState.ACCEPTED and one.answer_ids & waiting
    }
    return [
        (person_id, Nudge(found.round.id, partner_id, rung, None, today, is_entrusted=True))
        for person_id, partner_id in sorted(taken - asked)
    ]


def remind(session: Session, nudges: Mapping[int, Sequence[Nudge]], now: Now) -> None:
    """One message a person, whatever the number of partners and projects they answer for."""
    for person_id, shares in nudges.items():
        occasion = "+".join(sorted({str(share.round_id) for share in shares}))
        ledger.order(
            session,
            keys.reminder(occasion, person_id, shares[0].on),
            "reminder",
            now=now.real,
            person_id=person_id,
            subject={"shares": [as_json(share) for share in shares]},
        )


def as_json(share: Nudge) -> dict[str, object]:
    turn = share.deputy_turn_on
    return {
        "round": share.round_id,
        "partner": share.partner_id,
        "rung": share.rung.value,
        "deputy_turn_on": turn.isoformat() if turn else None,
        **({"entrusted": True} if share.is_entrusted else {}),
    }


def order_card(
    session: Session, project: ProjectView, round_: RoundView, partner: PartnerView, person_id: int, now: Now
) -> None:
    key = keys.card(project.key, round_.key, partner.key, person_id)
    subject = {"round": round_.id, "partner": partner.id}
    ledger.order(session, key, "card", now=now.real, person_id=person_id, subject=subject)


def order_overview(
    session: Session, project: ProjectView, round_: RoundView, occasion: str, calendar: WorkingCalendar, now: Now
) -> None:
    """For the hours in which people work: a round is due, and closes, at midnight."""
    ledger.order(
        session,
        keys.overview(project.key, round_.key, occasion),
        "overview",
        now=now.real,
        channel=project.channel,
        subject={"round": round_.id},
        not_before=now.real_at(calendar.next_prompting(now.calendar)),
    )
