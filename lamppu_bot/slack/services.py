"""What listeners and renderers need, passed in: there is no module-level app and no module-level database."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.orm import Session

from lamppu_bot.clock import Clock
from lamppu_bot.errors import RefusedError
from lamppu_bot.texts import Texts, texts_of
from storage import queries
from storage.database import Database
from storage.values import PersonView


class Wake(Protocol):
    """Tells the worker, after a commit, that there is something to send; with `calendar`, that a report may be due."""

    def __call__(self, *, calendar: bool = False) -> None: ...


@dataclass(frozen=True, slots=True)
class Services:
    database: Database
    clock: Clock
    wake: Wake

    def texts_of(self, body: Mapping[str, Any]) -> Texts:
        """What the acting person reads, strangers too, read from the database."""
        with self.database.read() as session:
            return reader_texts(session, queries.find_person(session, slack_id_of(body)))


def reader_texts(session: Session, person: PersonView | None) -> Texts:
    """The texts that a person reads where no project tells which language else: that of one they take part in."""
    return texts_of(person, queries.find_language(session, person.id if person else None))


def person_of(session: Session, body: Mapping[str, Any]) -> PersonView:
    """Who pressed, sent or wrote. Raises RefusedError for somebody who takes part in no project."""
    person = queries.find_person(session, slack_id_of(body))
    if person is None:
        raise RefusedError("refused.stranger")
    return person


def slack_id_of(body: Mapping[str, Any]) -> str:
    """The acting person's Slack id: interactions carry a user, commands a user_id."""
    return str(body["user"]["id"] if "user" in body else body["user_id"])
