"""What contacts get when a coordinator has steered something."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot import status
from lamppu_bot.messages.message import Message
from lamppu_bot.messages.notices import build_extended_notice, build_skip_notice
from lamppu_bot.rounds import working_calendar
from lamppu_bot.slack.services import Services
from lamppu_bot.texts import Texts
from storage import queries
from storage.claims import Claimed
from storage.values import RoundSnapshot

Renderer = Callable[[Session, Claimed, Texts], Message | None]


class SteeringOutbox:
    """Renderers of word about steering; wanted by whoever still answers for the partner."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.kinds: Final[Mapping[str, Renderer]] = {"steered": self._steered}

    def _steered(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        """Says how it is now; longer time is no news to whoever has answered everything meanwhile."""
        found = queries.snapshot(session, claimed.subject["round"])
        own = [one.id for one in found.partners if claimed.person_id in {person.id for person in one.people}]
        partner_ids = [one for one in claimed.subject["partners"] if one in own]
        today = working_calendar(found.project).local_day(self.services.clock().calendar)
        if claimed.subject["what"] == "extend":
            partner_ids = [one for one in partner_ids if _waits(found, one)]
            return build_extended_notice(found, partner_ids, texts=texts) if partner_ids else None
        return build_skip_notice(found, partner_ids[0], today=today, texts=texts) if partner_ids else None


def _waits(found: RoundSnapshot, partner_id: int) -> bool:
    return bool(status.waiting_answers(found, partner_id))
