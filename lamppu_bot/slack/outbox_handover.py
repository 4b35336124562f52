"""What the messages of a handover say when their turn comes."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot.messages.handover import build_kept, build_outcome, build_request
from lamppu_bot.messages.message import Message
from lamppu_bot.rounds import working_calendar
from lamppu_bot.slack.content import Content, NotYet
from lamppu_bot.slack.services import Services
from lamppu_bot.texts import Texts
from storage import handovers, people, queries
from storage.claims import Claimed
from storage.values import HandoverState, HandoverView, ProjectView, RoundSnapshot

Renderer = Callable[[Session, Claimed, Texts], Message | Content | None]

# A request waits so long for Slack to tell who the colleague is: a bot is not asked, and its asker is told.
_PATIENCE: Final = timedelta(seconds=60)
_LOOK_AGAIN: Final = timedelta(seconds=2)


class HandoverOutbox:
    """The renderers by kind."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.kinds: Final[Mapping[str, Renderer]] = {
            "handover": self._request,
            "handover-kept": self._kept,
            "handover-outcome": self._outcome,
        }

    def _today(self, project: ProjectView) -> date:
        return working_calendar(project).local_day(self.services.clock().calendar)

    def _request(self, session: Session, claimed: Claimed, texts: Texts) -> Message | Content | None:
        found = _of(session, claimed)
        if found is None:
            return None
        asked, snapshot = found
        if claimed.ts is None and asked.state is not HandoverState.ASKED:
            return None
        now = self.services.clock().real
        if people.is_new(session, asked.colleague.id) and now < claimed.created_at + _PATIENCE:
            return NotYet(now + _LOOK_AGAIN)
        return build_request(asked, snapshot, today=self._today(snapshot.project), texts=texts)

    def _kept(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        found = _of(session, claimed)
        return build_kept(*found, texts=texts) if found else None

    def _outcome(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        found = _of(session, claimed)
        if found is None:
            return None
        asked, snapshot = found
        return build_outcome(asked, HandoverState(claimed.subject["state"]), snapshot, texts=texts)


def _of(session: Session, claimed: Claimed) -> tuple[HandoverView, RoundSnapshot] | None:
    """The handover with the partner's share; None where the partner has left the project."""
    asked = handovers.find(session, claimed.subject["handover"])
    snapshot = queries.snapshot(session, asked.round_id, asked.partner_id) if asked else None
    return (asked, snapshot) if asked and snapshot and snapshot.partners else None
