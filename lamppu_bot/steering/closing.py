"""Closing a round by hand, before its day has come."""

from sqlalchemy.orm import Session

from lamppu_bot import rounds
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.steering.permission import Form, Steered, done_by, require_steered
from storage import rounds as rows
from storage.values import PersonView, ProjectView, RoundState

ACTION = "close-round"


def require_closable(session: Session, person: PersonView, round_id: int) -> Steered:
    """Raises RefusedError unless the person coordinates the round and it is under way."""
    steered = require_steered(session, person, round_id)
    _refuse_unless_under_way(session, steered)
    return steered


def close_now(session: Session, form: Form, round_id: int, now: Now) -> ProjectView:
    """Closes the round as the calendar would, which then finds nothing left to do. Returns its project.

    Who was given longer may still answer. The same form once more changes nothing. Raises as `require_closable` does.
    """
    steered = require_steered(session, form.person, round_id)
    if not rows.has_audit(session, form.origin):
        _refuse_unless_under_way(session, steered)
        details = {"round": steered.progress.round.key, "was": steered.progress.round.state.value}
        project, by = steered.project, form.person.id
        rows.add_audit(session, project.id, by, ACTION, now.calendar, origin=form.origin, **details)
        rounds.close_round(session, project, steered.progress, now)
    return steered.project


def _refuse_unless_under_way(session: Session, steered: Steered) -> None:
    state = steered.progress.round.state
    if state is RoundState.PLANNED:
        raise RefusedError("refused.not_open_yet")
    if state is RoundState.CLOSED:
        if done := done_by(session, steered, ACTION):
            raise RefusedError("refused.closed_already.by", **done)
        raise RefusedError("refused.closed_already")
