"""Finding out who the project's people are in Slack, so that what they press or write is known to be theirs."""

import logging
import threading
from datetime import timedelta

from lamppu_bot.clock import Clock
from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.pacing import TooEarlyError
from lamppu_bot.slack.refusals import CallError, Verdict, is_about_the_app
from storage import ledger, people, recipients
from storage.database import Database
from storage.values import PersonView

log = logging.getLogger(__name__)

# Somebody who is not in the workspace now may have joined by then.
ASK_AGAIN_AFTER = timedelta(minutes=15)
LOOKUP = "users.lookupByEmail"


def find_people(database: Database, calls: Calls, clock: Clock, stop: threading.Event) -> None:
    """Looks up by e-mail those whose Slack id is not known: as many as Slack's limits allow without waiting for them.

    The rest have their turn in the next step of the calendar. Who is not in Slack is asked for again later; what was
    parked for somebody who is found goes out.
    """
    with database.read() as session:
        unknown = people.list_unknown(session, clock().real - ASK_AGAIN_AFTER)
    for person in unknown:
        if stop.is_set() or not _look_up(database, calls, clock, person):
            return


def _look_up(database: Database, calls: Calls, clock: Clock, person: PersonView) -> bool:
    """Whether Slack has an answer about this person; without one it is no use to ask for the next."""
    try:
        calls.pacer.wait_turn(LOOKUP, patience=0)
        answer = calls.now(LOOKUP, email=person.email)
    except TooEarlyError:
        return False
    except CallError as error:
        log.warning("person %d is not found in Slack: %s", person.id, error.code)
        if error.verdict not in (Verdict.PERMANENT, Verdict.REFUSED) or is_about_the_app(error.code):
            return False
        with database.write() as session:
            people.remember_lookup(session, person.id, clock().real)
        return True
    now = clock().real
    with database.write() as session:
        recipients.remember_slack_id(session, person.id, str(answer["user"]["id"]), now)
        ledger.unpark_for_person(session, person.id, now=now)
    return True
