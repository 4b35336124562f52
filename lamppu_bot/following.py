"""What follows when a partner's share of a round changes otherwise than by an answer: all that shows it says so."""

from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot import handover, inquiry, keys, notices
from lamppu_bot.clock import Now
from storage import answers, conversations, ledger
from storage.rounds import RoundProgress
from storage.values import PartnerView, ProjectView

# The kind of message that tells a partner's people of longer time.
TOLD_OF_EXTENSION: Final = "extended"


def follow_share(
    session: Session, project: ProjectView, progress: RoundProgress, partner: PartnerView, now: Now
) -> None:
    """Brings cards, reminders and threads of the partner's people up to date, and the posted report."""
    round_ = progress.round
    people = [person.id for person in partner.people]
    cards = [keys.card(project.key, round_.key, partner.key, person_id) for person_id in people]
    ledger.change(session, cards, now=now.real)
    for kind in ("reminder", TOLD_OF_EXTENSION, inquiry.CONFIRM):
        ledger.change_sent(session, kind, people, now=now.real)
    running = conversations.list_open_of(session, round_.id, partner.id)
    ledger.change_ids(session, conversations.deliveries_of(session, running), now=now.real)
    handover.follow_share(session, round_.id, partner.id, now)
    notices.update_round(session, round_.id, now, partner.id)
    follow_report(session, progress)


def follow_report(session: Session, progress: RoundProgress) -> None:
    """The posted report is worked over; one that the round waited for is posted now that nothing is missing."""
    is_complete = progress.round.state.takes_answers and answers.is_round_complete(session, progress.round.id)
    if progress.report_wanted or is_complete:
        answers.want_report(session, progress.round.id)
