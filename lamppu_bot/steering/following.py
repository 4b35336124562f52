"""Word of what was steered: to the contact, and to the coordinators when nothing is missing any more."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from lamppu_bot import keys
from lamppu_bot.clock import Now
from lamppu_bot.steering.permission import Steered
from storage import answers, ledger
from storage.values import PartnerView, PersonView, ProjectView, RoundView


def tell_if_complete(session: Session, steered: Steered, now: Now) -> None:
    """The coordinators hear that what the posted report still lacked is lacking no more, as after a last answer."""
    project, round_ = steered.project, steered.progress.round
    if steered.progress.report_wanted and answers.is_round_complete(session, round_.id):
        key = keys.completed(project.key, round_.key)
        subject = {"round": round_.id}
        ledger.order(session, key, "completed", now=now.real, channel=project.channel, subject=subject)


def has_card(
    session: Session, project: ProjectView, round_: RoundView, partner: PartnerView, person: PersonView
) -> bool:
    """Whether the person has been asked for the partner's answers in the round."""
    return ledger.find(session, keys.card(project.key, round_.key, partner.key, person.id)) is not None


def tell(
    session: Session, person_id: int, audit_id: int, subject: Mapping[str, object], now: Now, kind: str = "steered"
) -> None:
    """A message of its own, for a card changes silently."""
    key = keys.steered(audit_id, person_id)
    ledger.order(session, key, kind, now=now.real, person_id=person_id, subject=subject)
