"""What contacts get when a coordinator has steered something."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot import status
from lamppu_bot.messages.conversation import Share
from lamppu_bot.messages.message import Message
from lamppu_bot.messages.notices import build_extended_notice, build_extended_over, build_skip_notice
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
        self.kinds: Final[Mapping[str, Renderer]] = {"steered": self._steered, "extended": self._extended}

    def _steered(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        """Left out, or taken back in: says how it is now."""
        own = _own_shares(session, claimed)
        if not own:
            return None
        found, partner_id = own[0]
        today = working_calendar(found.project).local_day(self.services.clock().calendar)
        return build_skip_notice(found, partner_id, today=today, texts=texts)

    def _extended(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        """Longer time: no news to whoever has answered everything meanwhile, and over where nothing is taken now."""
        own = _own_shares(session, claimed)
        waiting = [share for share in own if status.waiting_answers(*share)]
        if waiting:
            return build_extended_notice(waiting, texts=texts)
        return build_extended_over(claimed.id, texts=texts) if own and claimed.ts else None


def _own_shares(session: Session, claimed: Claimed) -> list[Share]:
    """Of the partners that it is about, those for which the person still answers."""
    places = [(claimed.subject["round"], partner_id) for partner_id in claimed.subject["partners"]]
    shares = [(queries.snapshot(session, *place), place[1]) for place in places]
    return [(found, partner_id) for found, partner_id in shares if _is_answered_by(claimed.person_id, found)]


def _is_answered_by(person_id: int | None, share: RoundSnapshot) -> bool:
    people = {person.id for partner in share.partners for person in partner.people}
    return person_id in people and not share.is_archived
