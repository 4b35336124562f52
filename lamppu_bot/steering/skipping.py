"""Leaving a partner out this semester, with a reason, and taking it back in."""

from sqlalchemy.orm import Session

from lamppu_bot import ladder
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.following import follow_share
from lamppu_bot.rounds import working_calendar
from lamppu_bot.steering import following
from lamppu_bot.steering.permission import Form, Steered, require_share, require_steered
from storage import answers, participations, queries
from storage import rounds as rows
from storage.values import PartnerView, RoundSnapshot

SKIP, TAKE_BACK = "skip-partner", "take-back-partner"


def skip(session: Session, form: Form, round_id: int, partner_id: int, reason: str, now: Now) -> RoundSnapshot:
    """From now on nothing is asked of the partner in this round; what was answered stays.

    Returns its share as it is afterwards. The same form once more changes nothing. Raises RefusedError for who may
    not, and where somebody else has left the partner out before.
    """
    steered = require_steered(session, form.person, round_id)
    partner, share = require_share(session, steered, partner_id)
    if rows.has_audit(session, form.origin):
        return share
    if partner_id in share.skipped:
        raise RefusedError("refused.skipped_already", reason=share.skipped[partner_id])
    audit_id = _record(session, form, steered, partner, SKIP, now, reason=reason)
    participations.take_in(session, round_id, {partner_id: ()})
    was_complete = answers.is_round_complete(session, round_id)
    by = {"skipped_at": now.calendar, "skipped_by_id": form.person.id, "skip_reason": reason}
    participations.set_participation(session, round_id, partner_id, **by)
    follow_share(session, steered.project, steered.progress, partner, now)
    if not was_complete:
        following.tell_if_complete(session, steered, now)
    _tell(session, steered, partner, audit_id, now)
    return queries.snapshot(session, round_id, partner_id)


def take_back(session: Session, form: Form, round_id: int, partner_id: int, now: Now) -> RoundSnapshot:
    """The partner is asked again, as all others. Otherwise as `skip`; where it is asked already, nothing changes."""
    steered = require_steered(session, form.person, round_id)
    partner, share = require_share(session, steered, partner_id)
    if rows.has_audit(session, form.origin) or partner_id not in share.skipped:
        return share
    audit_id = _record(session, form, steered, partner, TAKE_BACK, now)
    participations.set_participation(
        session, round_id, partner_id, skipped_at=None, skipped_by_id=None, skip_reason=None
    )
    follow_share(session, steered.project, steered.progress, partner, now)
    _tell(session, steered, partner, audit_id, now)
    if steered.progress.round.state.takes_answers:  # left out before the round opened, it has no card yet
        today = working_calendar(steered.project).local_day(now.calendar)
        asked = partner.asked_on(today)
        ladder.order_card(session, steered.project, steered.progress.round, partner, asked.id, now)
    return queries.snapshot(session, round_id, partner_id)


def _record(
    session: Session, form: Form, steered: Steered, partner: PartnerView, action: str, now: Now, **details: str
) -> int:
    what = {"round": steered.progress.round.key, "partner": partner.key, **details}
    project_id, person_id = steered.project.id, form.person.id
    return rows.add_audit(session, project_id, person_id, action, now.calendar, origin=form.origin, **what)


def _tell(session: Session, steered: Steered, partner: PartnerView, audit_id: int, now: Now) -> None:
    """Only somebody who was asked is told; before that there is nothing to call off."""
    round_ = steered.progress.round
    subject = {"round": round_.id, "partners": [partner.id]}
    for person in partner.people if round_.state.takes_answers else ():
        if following.has_card(session, steered.project, round_, partner, person):
            following.tell(session, person.id, audit_id, subject, now)
