"""What is kept of a coordinator's doings with a single answer."""

from typing import Any

from sqlalchemy.orm import Session

from lamppu_bot.clock import Now
from storage import rounds
from storage.queries import AnswerPlace
from storage.values import PersonView


def record(session: Session, place: AnswerPlace, person: PersonView, action: str, now: Now, **details: Any) -> None:
    """`place` is the answer as it was before; the version recorded is the one that this made."""
    whose: dict[str, Any] = {"round": place.round_key, "partner": place.partner_key, "answer": place.answer_id}
    found = {**whose, "version": place.version + 1, **details}
    rounds.add_audit(session, place.project_id, person.id, action, now.calendar, **found)
