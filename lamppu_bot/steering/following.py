"""What follows when a partner's share of a round is steered: cards, reminders, threads and the report say how it is."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from lamppu_bot import handover, keys
from lamppu_bot.clock import Now
from lamppu_bot.steering.permission import Steered
from storage import answers, conversations, ledger
from storage.values import PartnerView


def follow_share(session: Session, steered: Steered, partner: PartnerView, now: Now) -> None:
    """Brings all that the partner's people have been sent about the round up to date, and the posted report."""
    round_ = steered.progress.round
    people = [person.id for person in partner.people]
    cards = [keys.card(steered.project.key, round_.key, partner.key, person_id) for person_id in people]
    ledger.change(session, cards, now=now.real)
    ledger.change_sent(session, "reminder", people, now=now.real)
    for running in conversations.list_open_of(session, round_.id, partner.id):
        reply = conversations.newest_reply(session, running)
        ledger.change_ids(session, [running.delivery_id, *([reply] if reply else [])], now=now.real)
    handover.follow_share(session, round_.id, partner.id, now)
    follow_report(session, steered)


def follow_report(session: Session, steered: Steered) -> None:
    """The posted report is worked over; one that the round waited for is posted now that nothing is missing."""
    round_ = steered.progress.round
    is_complete = round_.state.takes_answers and answers.is_round_complete(session, round_.id)
    if steered.progress.report_wanted or is_complete:
        answers.want_report(session, round_.id)


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


def tell(session: Session, partner: PartnerView, audit_id: int, subject: Mapping[str, object], now: Now) -> None:
    """A message of its own to the contact, for a card changes silently."""
    person_id = partner.contact.id
    key = keys.steered(audit_id, person_id)
    ledger.order(session, key, "steered", now=now.real, person_id=person_id, subject=subject)
