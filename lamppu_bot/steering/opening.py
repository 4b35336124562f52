"""Opening a round by hand, before its day has come."""

from dataclasses import replace

from sqlalchemy.orm import Session

from lamppu_bot import rounds
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.steering.permission import Form, Steered, done_by, require_steered
from storage import queries
from storage import rounds as rows
from storage.rounds import RoundProgress
from storage.values import PersonView, ProjectView, RoundSnapshot, RoundState

ACTION = "open-round"


def require_openable(session: Session, person: PersonView, round_id: int, now: Now) -> Steered:
    """Raises RefusedError unless the person coordinates the round, it is still planned, and it is not over already."""
    steered = require_steered(session, person, round_id)
    _refuse_unless_planned(session, steered, now)
    return steered


def open_now(session: Session, form: Form, round_id: int, now: Now) -> RoundSnapshot:
    """Asks everybody at once; the calendar then finds the round open. Returns the round as it is afterwards.

    The same form once more changes nothing. Raises as `require_openable` does.
    """
    steered = require_steered(session, form.person, round_id)
    if not rows.has_audit(session, form.origin):
        _refuse_unless_planned(session, steered, now)
        _open(session, form, steered.project, steered.progress, now)
    return queries.snapshot(session, round_id)


def _refuse_unless_planned(session: Session, steered: Steered, now: Now) -> None:
    if steered.progress.round.state is not RoundState.PLANNED:
        if done := done_by(session, steered, ACTION):
            raise RefusedError("refused.opened_already.by", **done)
        raise RefusedError("refused.opened_already")
    if now.calendar >= rounds.dates_of(steered.project, steered.progress.round).closes_at:
        raise RefusedError("refused.round_past")


def _open(session: Session, form: Form, project: ProjectView, progress: RoundProgress, now: Now) -> None:
    planned = progress.round.opens_on
    opens_on = min(planned, rounds.working_calendar(project).local_day(now.calendar))
    details = {"round": progress.round.key, "planned": planned.isoformat()}
    rows.add_audit(session, project.id, form.person.id, ACTION, now.calendar, origin=form.origin, **details)
    rows.set_round(session, progress.round.id, opens_on=opens_on)
    moved = replace(progress, round=replace(progress.round, opens_on=opens_on))
    rounds.open_round(session, project, moved, rounds.dates_of(project, moved.round), now)
