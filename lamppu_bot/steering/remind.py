"""Reminding now: one partner, or all that have something missing, with a word of the coordinator's own."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lamppu_bot import keys, ladder, rounds, status
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.semester import Rung
from lamppu_bot.steering.permission import Form, Steered, require_share, require_steered
from storage import answers, ledger, queries
from storage import rounds as rows
from storage.values import PartnerView, PersonView, RoundSnapshot, RoundState

ACTION = "remind"


@dataclass(frozen=True, slots=True)
class Reminding:
    """What a coordinator wants: a reminder to one partner or (None) to all, in which `words` are theirs.

    `seen` is what was recorded last when their form was opened.
    """

    round_id: int
    partner_id: int | None
    words: str
    with_deputies: bool
    seen: int


@dataclass(frozen=True, slots=True)
class Met:
    """Some of these have been reminded since the form was opened: nobody is, until it is sent in once more."""

    late: tuple[PartnerView, ...]
    reminded: tuple[PartnerView, ...]
    by: PersonView
    at: datetime
    found: RoundSnapshot
    seen: int


def require_remindable(
    session: Session, person: PersonView, round_id: int, partner_id: int | None
) -> tuple[Steered, RoundSnapshot, list[PartnerView]]:
    """The round with the partners that can be reminded.

    Raises RefusedError for who may not steer it, and where nobody has anything missing.
    """
    steered = require_steered(session, person, round_id)
    if steered.progress.round.state is RoundState.PLANNED:
        raise RefusedError("refused.not_open_yet")
    if partner_id is not None:
        require_share(session, steered, partner_id)
    found = queries.states(session, round_id)
    late = [one for one in found.partners if partner_id in (None, one.id) and status.waiting_answers(found, one.id)]
    if not late:
        raise RefusedError("refused.nothing_missing" if partner_id else "refused.nobody_late")
    return steered, found, late


def remind_now(session: Session, form: Form, wanted: Reminding, now: Now) -> list[PartnerView] | Met:
    """Orders one message a person, whatever the hour: the coordinator has decided. Returns the partners reminded.

    Where somebody else was as quick, they decide once more, knowing that.

    The same form once more reminds nobody, and returns the same. Raises as `require_remindable` does.
    """
    steered = require_steered(session, form.person, wanted.round_id)
    if (before := rows.find_audit(session, form.origin)) is not None:
        reminded = set(before.details["partners"])
        return [one for one in queries.states(session, steered.progress.round.id).partners if one.key in reminded]
    steered, found, late = require_remindable(session, form.person, wanted.round_id, wanted.partner_id)
    if met := _met(session, steered, found, late, wanted.seen):
        return met
    details = {
        "round": steered.progress.round.key,
        "partners": [partner.key for partner in late],
        "words": wanted.words,
        "deputies": wanted.with_deputies,
    }
    project_id, by = steered.project.id, form.person.id
    audit_id = rows.add_audit(session, project_id, by, ACTION, now.calendar, origin=form.origin, **details)
    nudges = _nudges(session, steered, found, late, now, with_deputies=wanted.with_deputies)
    for person_id, shares in nudges.items():
        subject = {"shares": [ladder.as_json(share) for share in shares], "audit": audit_id}
        key = keys.reminder_now(audit_id, person_id)
        ledger.order(session, key, "reminder", now=now.real, person_id=person_id, subject=subject)
    answers.set_reminded(session, wanted.round_id, [partner.id for partner in late], now.calendar)
    return late


def _met(
    session: Session, steered: Steered, found: RoundSnapshot, late: Sequence[PartnerView], seen: int
) -> Met | None:
    """Who has reminded any of these since then; the last of them, where there are several."""
    project_id, key = steered.project.id, steered.progress.round.key
    for one in reversed(rows.list_audits_since(session, project_id, ACTION, seen)):
        reminded = tuple(partner for partner in late if partner.key in one.details["partners"])
        if reminded and one.details["round"] == key and one.person_id is not None:
            by = queries.get_person(session, one.person_id)
            return Met(tuple(late), reminded, by, one.at, found, rows.newest_audit(session, project_id))
    return None


def _nudges(
    session: Session,
    steered: Steered,
    found: RoundSnapshot,
    late: Sequence[PartnerView],
    now: Now,
    *,
    with_deputies: bool,
) -> dict[int, list[ladder.Nudge]]:
    """By person: a contact who is told now that the deputy's turn comes need not be told so again by the ladder."""
    calendar = rounds.working_calendar(steered.project)
    dates = rounds.dates_of(steered.project, found.round)
    today = calendar.local_day(now.calendar)
    nudges: list[tuple[int, ladder.Nudge]] = []
    for partner in late:
        asked = partner.asked_on(today)
        deputy = partner.deputy if with_deputies or asked == partner.deputy else None
        turn = None if deputy else ladder.announced_turn(steered.progress, partner, dates, calendar, now)
        nudge = ladder.Nudge(found.round.id, partner.id, Rung.CONTACT, turn, today)
        if asked == partner.contact:
            nudges.append((asked.id, nudge))
        if deputy:
            nudges.append((deputy.id, nudge))
            ladder.order_card(session, steered.project, found.round, partner, deputy.id, now)
    nudges += ladder.nudge_colleagues(session, found, late, Rung.CONTACT, nudges, today)
    by_person: dict[int, list[ladder.Nudge]] = defaultdict(list)
    for person_id, nudge in nudges:
        by_person[person_id].append(nudge)
    return by_person
