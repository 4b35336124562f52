"""Who may steer what: the coordinators of a project, its rounds, and the partners in them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from lamppu_bot.errors import RefusedError
from lamppu_bot.rounds import require_coordinator, working_calendar
from storage import queries, rounds
from storage.rounds import RoundProgress
from storage.values import PartnerView, PersonView, ProjectView, RoundSnapshot


@dataclass(frozen=True, slots=True)
class Steered:
    """A round that the person may steer; in a write nobody else moves it on until the commit."""

    project: ProjectView
    progress: RoundProgress


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was sent in: by whom, and the id of its view, under which it acts once."""

    person: PersonView
    origin: str


def require_steered(session: Session, person: PersonView, round_id: int) -> Steered:
    """Raises RefusedError unless the person coordinates the project of the round, and both are still in its file."""
    progress = rounds.find_active(session, round_id)
    if progress is None:
        raise RefusedError("refused.no_such_round")
    project = queries.get_project(session, progress.project_id)
    require_coordinator(session, project, person)
    return Steered(project, progress)


def done_by(session: Session, steered: Steered, action: str) -> dict[str, Any] | None:
    """By whom (`person`), and on which `day`, this was done to the round; None where it was the calendar."""
    project = steered.project
    for one in reversed(rounds.list_audits_since(session, project.id, action, 0)):
        if one.person_id is not None and one.details["round"] == steered.progress.round.key:
            by, day = queries.get_person(session, one.person_id), working_calendar(project).local_day(one.at)
            return {"person": by.name, "day": day}
    return None


def require_share(session: Session, steered: Steered, partner_id: int) -> tuple[PartnerView, RoundSnapshot]:
    """The partner and its share of the round. Raises RefusedError for one that has no part in it."""
    share = queries.snapshot(session, steered.progress.round.id, partner_id)
    if not share.partners:
        raise RefusedError("refused.no_such_partner")
    return share.partners[0], share
