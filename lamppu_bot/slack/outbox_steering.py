"""What contacts get when a coordinator has steered something."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot.messages.message import Message
from lamppu_bot.messages.notices import build_skip_notice
from lamppu_bot.rounds import working_calendar
from lamppu_bot.slack.services import Services
from lamppu_bot.texts import Texts
from storage import queries
from storage.claims import Claimed

Renderer = Callable[[Session, Claimed, Texts], Message | None]


class SteeringOutbox:
    """Renderers of word about steering; wanted by whoever still answers for the partner."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.kinds: Final[Mapping[str, Renderer]] = {"steered": self._steered}

    def _steered(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        partner_id = claimed.subject["partner"]
        found = queries.snapshot(session, claimed.subject["round"], partner_id)
        if not found.partners or found.is_archived:
            return None
        if claimed.person_id not in {person.id for person in found.partners[0].people}:
            return None
        today = working_calendar(found.project).local_day(self.services.clock().calendar)
        return build_skip_notice(found, partner_id, today=today, texts=texts)
