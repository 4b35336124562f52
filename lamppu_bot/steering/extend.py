"""Giving longer time: to some partners, whatever has become of the round, or to all, whose round then moves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lamppu_bot import extensions, rounds, status, under_way
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.following import TOLD_OF_EXTENSION, follow_share
from lamppu_bot.semester import WorkingCalendar
from lamppu_bot.steering import following
from lamppu_bot.steering.permission import Form, Steered, require_steered
from storage import answers, ledger, participations, queries
from storage import rounds as rows
from storage.values import PartnerView, PersonView, ProjectView, RoundSnapshot, RoundState

ACTION = "extend"


@dataclass(frozen=True, slots=True)
class Extension:
    """What a coordinator wants: a later due day for these partners, or (none named) for the whole round."""

    round_id: int
    partner_ids: tuple[int, ...]
    day: date


@dataclass(frozen=True, slots=True)
class Extended:
    """What came of it: the due day is a working day, on or before the one that was chosen."""

    project: ProjectView
    day: date
    partners: tuple[PartnerView, ...]


def require_extendable(session: Session, person: PersonView, round_id: int, partner_id: int | None) -> Steered:
    """Raises RefusedError for who may not steer the round, and where the partner cannot be given longer."""
    steered = require_steered(session, person, round_id)
    if partner_id is not None:
        _require_partners(queries.states(session, round_id), [partner_id])
    return steered


def extend(session: Session, form: Form, wanted: Extension, now: Now) -> Extended:
    """Moves the due day, and all that follows from it. The same form once more changes nothing.

    Raises RefusedError for who may not, and for a day that is no later than the one in force.
    """
    steered = require_steered(session, form.person, wanted.round_id)
    calendar = rounds.working_calendar(steered.project)
    day = calendar.on_or_before(wanted.day)
    found = queries.states(session, wanted.round_id)
    if not rows.has_audit(session, form.origin):
        if wanted.partner_ids:
            _extend_partners(session, form, steered, found, wanted, day, calendar, now)
        else:
            _extend_round(session, form, steered, found, day, calendar, now)
    chosen = tuple(partner for partner in found.partners if partner.id in wanted.partner_ids)
    return Extended(steered.project, day, chosen)


def _extend_partners(
    session: Session,
    form: Form,
    steered: Steered,
    found: RoundSnapshot,
    wanted: Extension,
    day: date,
    calendar: WorkingCalendar,
    now: Now,
) -> None:
    partners = _require_partners(found, wanted.partner_ids)
    _refuse_early(day, calendar, now, max(found.due_of(partner.id) for partner in partners))
    names = [partner.key for partner in partners]
    audit_id = _record(session, form, steered, now, partners=names, to=day.isoformat())
    for partner in partners:
        participations.set_participation(session, found.round.id, partner.id, due_on=day, open_until=day)
        follow_share(session, steered.project, steered.progress, partner, now)
    told = [partner for partner in partners if status.open_answers(found, partner.id)]
    _tell(session, steered, told, audit_id, now)
    if extensions.has_passed(calendar, day, now):  # the word of it is the reminder, too
        answers.set_reminded(session, found.round.id, [partner.id for partner in told], now.calendar)


def _extend_round(
    session: Session,
    form: Form,
    steered: Steered,
    found: RoundSnapshot,
    day: date,
    calendar: WorkingCalendar,
    now: Now,
) -> None:
    """The round's own day, and its closing where that would come too soon. One that was due is open again."""
    round_, project = found.round, steered.project
    if round_.state is RoundState.CLOSED:
        raise RefusedError("refused.closed_for_all")
    _refuse_early(day, calendar, now, round_.due_on)
    closes_on = max(round_.closes_on, calendar.working_days_after(day, project.calendar["closes_days_after"]))
    moved = {"from": round_.due_on.isoformat(), "to": day.isoformat()}
    audit_id = _record(session, form, steered, now, **moved)
    before = under_way.look(session, project.id)
    state = RoundState.OPEN if round_.state is RoundState.DUE else round_.state
    rows.set_round(session, round_.id, due_on=day, closes_on=closes_on, state=state)
    participations.drop_extensions(session, round_.id, day)
    under_way.catch_up(session, project, before, now)
    if state is RoundState.PLANNED:
        return
    people = {person.id for partner in found.partners for person in partner.people}
    for kind in ("reminder", TOLD_OF_EXTENSION):
        ledger.change_sent(session, kind, people, now=now.real)
    told = [one for one in found.partners if status.open_answers(found, one.id) and found.due_of(one.id) < day]
    _tell(session, steered, told, audit_id, now)


def _require_partners(found: RoundSnapshot, partner_ids: Iterable[int]) -> list[PartnerView]:
    """Those that can be given longer: they have been asked, and still are."""
    if found.round.state is RoundState.PLANNED:
        raise RefusedError("refused.not_open_yet")
    by_id = {partner.id: partner for partner in found.partners}
    partners = [by_id[one] for one in partner_ids if one in by_id]
    if len(partners) != len(set(partner_ids)):
        raise RefusedError("refused.no_such_partner")
    for partner in partners:
        if partner.id in found.skipped:
            raise RefusedError("refused.extends_skipped", partner=partner.name)
    return partners


def _refuse_early(day: date, calendar: WorkingCalendar, now: Now, due_on: date) -> None:
    today = calendar.local_day(now.calendar)
    if day <= max(today, due_on):
        raise RefusedError("refused.extension_day", after=max(today, due_on))


def _record(session: Session, form: Form, steered: Steered, now: Now, **details: Any) -> int:
    what = {"round": steered.progress.round.key, **details}
    project_id, by = steered.project.id, form.person.id
    return rows.add_audit(session, project_id, by, ACTION, now.calendar, origin=form.origin, **what)


def _tell(session: Session, steered: Steered, partners: Iterable[PartnerView], audit_id: int, now: Now) -> None:
    """A message a person, however many of the partners are theirs."""
    today = rounds.working_calendar(steered.project).local_day(now.calendar)
    theirs: dict[int, list[int]] = {}
    for partner in partners:
        theirs.setdefault(partner.asked_on(today).id, []).append(partner.id)
    for person_id, partner_ids in theirs.items():
        subject = {"round": steered.progress.round.id, "partners": partner_ids}
        following.tell(session, person_id, audit_id, subject, now, TOLD_OF_EXTENSION)
