"""Moving the opening of a round to another day."""

from datetime import date

from sqlalchemy.orm import Session

from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.rounds import change_previews, working_calendar
from lamppu_bot.steering.permission import Form, Steered, require_steered
from storage import queries
from storage import rounds as rows
from storage.values import PersonView, RoundSnapshot, RoundState

ACTION = "postpone"


def require_postponable(session: Session, person: PersonView, round_id: int) -> Steered:
    """Raises RefusedError unless the person coordinates the round and it is still planned."""
    steered = require_steered(session, person, round_id)
    if steered.progress.round.state is not RoundState.PLANNED:
        raise RefusedError("refused.already_open")
    return steered


def postpone(session: Session, form: Form, round_id: int, seen: date, opens_on: date, now: Now) -> RoundSnapshot:
    """The preview comes again the working day before the new date. Returns the round as it is afterwards.

    The same form once more changes nothing. Raises RefusedError as `require_postponable` does, for a day that is no
    good, and where somebody has moved the opening since it was `seen`.
    """
    require_steered(session, form.person, round_id)
    if not rows.has_audit(session, form.origin):
        _move(session, form, require_postponable(session, form.person, round_id), seen, opens_on, now)
    return queries.snapshot(session, round_id)


def _move(session: Session, form: Form, steered: Steered, seen: date, opens_on: date, now: Now) -> None:
    project, round_ = steered.project, steered.progress.round
    calendar, before = working_calendar(project), round_.opens_on
    if not calendar.local_day(now.calendar) < opens_on < round_.due_on or not calendar.is_working_day(opens_on):
        raise RefusedError("refused.opening_day", due=round_.due_on)
    if opens_on == before:
        return
    if before != seen:
        raise RefusedError("refused.postponed_since", day=before)
    rows.set_round(session, round_.id, opens_on=opens_on)
    moved = {"round": round_.key, "from": before.isoformat(), "to": opens_on.isoformat()}
    rows.add_audit(session, project.id, form.person.id, ACTION, now.calendar, origin=form.origin, **moved)
    change_previews(session, project, steered.progress, now)
