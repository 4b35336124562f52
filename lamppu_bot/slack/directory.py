"""Finding out who the project's people are in Slack, where they are written to, and which language they read there."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from lamppu_bot import handover
from lamppu_bot.clock import Clock
from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.pacing import TooEarlyError
from lamppu_bot.slack.refusals import CallError, Verdict, is_about_the_app, reason_for
from storage import people, recipients
from storage.database import Database
from storage.people import Known
from storage.values import PersonView

log = logging.getLogger(__name__)

# Somebody who is not in the workspace now may have joined by then.
ASK_AGAIN_AFTER = timedelta(minutes=15)
LOOKUP = "users.lookupByEmail"
# People seldom change the language of their Slack.
ASK_LOCALE_AFTER = timedelta(days=7)
INFO = "users.info"
OPEN = "conversations.open"

Answer = Mapping[str, Any]
Remember = Callable[[Session, Answer | None], None]
Ask = Callable[[PersonView], bool]


def find_people(database: Database, calls: Calls, clock: Clock, stop: threading.Event) -> None:
    """Looks up by e-mail those whose Slack id is not known, opens the DMs with those who answer, and asks for the
    locale of all who are known: as many as Slack's limits allow without waiting for them.

    The rest have their turn in the next step of the calendar. Who is not in Slack is asked for again later; what was
    parked for somebody who is found goes out.
    """
    now = clock().real
    with database.read() as session:
        unknown = people.list_unknown(session, now - ASK_AGAIN_AFTER)
    _ask_for_each(unknown, stop, lambda person: _look_up(database, calls, clock, person))
    with database.read() as session:
        without_dm = people.list_without_dm(session, now - ASK_AGAIN_AFTER)
    _ask_for_each(without_dm, stop, lambda person: _open_dm(database, calls, clock, person))
    with database.read() as session:
        known = people.list_of_old_locale(session, now - ASK_LOCALE_AFTER)
    _ask_for_each(known, stop, lambda person: _ask_locale(database, calls, clock, person))


def _ask_for_each(found: Iterable[PersonView], stop: threading.Event, ask: Ask) -> None:
    """Until one asking says that it is no use to go on."""
    for person in found:
        if stop.is_set() or not ask(person):
            return


def _look_up(database: Database, calls: Calls, clock: Clock, person: PersonView) -> bool:
    def remember(session: Session, answer: Answer | None) -> None:
        now = clock().real
        if answer is None:
            people.remember_lookup(session, person.id, now)
            return
        recipients.remember_found(session, person.id, str(answer["user"]["id"]), now)

    return _ask(database, calls, LOOKUP, {"email": person.email}, person, remember)


def _open_dm(database: Database, calls: Calls, clock: Clock, person: PersonView) -> bool:
    """Nobody sees anything of it. Slack opens 50 a minute and takes 300 posts: many cards would wait for their DMs."""

    def remember(session: Session, answer: Answer | None) -> None:
        if answer is None:
            people.remember_lookup(session, person.id, clock().real)
        else:
            recipients.remember_dm_channel(session, person.id, str(answer["channel"]["id"]))

    return _ask(database, calls, OPEN, {"users": person.slack_id}, person, remember)


def _ask_locale(database: Database, calls: Calls, clock: Clock, person: PersonView) -> bool:
    """With their name and e-mail. People of another organisation have no locale: they read the project's language.

    Whoever turns out to be a bot, or to have left, is asked for nothing more.
    """

    def remember(session: Session, answer: Answer | None) -> None:
        known = _known(answer["user"]) if answer else Known()
        people.remember(session, person, known, clock().real)
        if known.unfit:
            handover.give_up(session, person.id, clock())

    return _ask(database, calls, INFO, {"user": person.slack_id, "include_locale": True}, person, remember)


def _known(user: Answer) -> Known:
    profile = user.get("profile") or {}
    unfit = "bot" if user.get("is_bot") else "left" if user.get("deleted") else None
    name = profile.get("real_name") or user.get("real_name") or user.get("name")
    return Known(user.get("locale"), name, profile.get("email"), unfit)


def _ask(database: Database, calls: Calls, method: str, args: Answer, person: PersonView, remember: Remember) -> bool:
    """Whether Slack has an answer about this person; without one it is no use to ask for the next.

    The answer is remembered, or (as None) that Slack does not know them.
    """
    try:
        calls.pacer.wait_turn(method, patience=0)
        answer = calls.now(method, **args)
    except TooEarlyError:
        return False
    except CallError as error:
        if is_about_the_app(error.code):
            log.error("%s", reason_for(error.code))
        else:
            log.warning("Slack's %s does not know person %d: %s", method, person.id, error.code)
        if error.verdict not in (Verdict.PERMANENT, Verdict.REFUSED) or is_about_the_app(error.code):
            return False
        answer = None
    with database.write() as session:
        remember(session, answer)
    return True
