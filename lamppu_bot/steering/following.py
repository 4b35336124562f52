"""Word of what was steered: to the contact, and to the coordinators when nothing is missing any more."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from lamppu_bot import keys
from lamppu_bot.clock import Now
from lamppu_bot.steering.permission import Steered
from storage import answers, ledger
from storage.values import PartnerView


def tell_if_complete(session: Session, steered: Steered, now: Now) -> None:
    """The coordinators hear that what the posted report still lacked is lacking no more, as after a last answer."""
    project, round_ = steered.project, steered.progress.round
    if steered.progress.report_wanted and answers.is_round_complete(session, round_.id):
        key = keys.completed(project.key, round_.key)
        subject = {"round": round_.id}
        ledger.order(session, key, "completed", now=now.real, channel=project.channel, subject=subject)


def has_card(session: Session, steered: Steered, partner: PartnerView) -> bool:
    """Whether the partner's contact has been asked in the round."""
    key = keys.card(steered.project.key, steered.progress.round.key, partner.key, partner.contact.id)
    return ledger.find(session, key) is not None


def tell(session: Session, person_id: int, audit_id: int, subject: Mapping[str, object], now: Now) -> None:
    """A message of its own to a contact, for a card changes silently."""
    key = keys.steered(audit_id, person_id)
    ledger.order(session, key, "steered", now=now.real, person_id=person_id, subject=subject)
