"""What somebody is told who asks how one partner is getting on, at once or a moment later."""

from sqlalchemy.orm import Session

from lamppu_bot import entrusted
from lamppu_bot.clock import Now
from lamppu_bot.messages.message import Message
from lamppu_bot.messages.status import build_partner_status
from lamppu_bot.rounds import working_calendar
from lamppu_bot.texts import Texts
from storage import handovers, queries


def partner_status(
    session: Session, person_id: int, round_id: int, partner_id: int, now: Now, texts: Texts
) -> Message | None:
    """Everything, with the tools, for a coordinator; for others what is theirs to answer, and None where nothing is."""
    found = queries.snapshot(session, round_id, partner_id)
    coordinates = queries.is_coordinator(session, found.project.id, person_id)
    share = found if coordinates else entrusted.seen_by(session, found, partner_id, person_id)
    if share is None:
        return None
    today = working_calendar(found.project).local_day(now.calendar)
    handed = handovers.list_live_of_share(session, round_id, partner_id)
    return build_partner_status(share, partner_id, today=today, texts=texts, handed=handed, coordinates=coordinates)
