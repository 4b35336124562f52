"""Finding out who the project's people are in Slack, so that what they press or write is known to be theirs."""

import logging
from datetime import timedelta

from lamppu_bot.clock import Clock
from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.pacing import TooEarlyError
from lamppu_bot.slack.refusals import CallError
from storage import people, recipients
from storage.database import Database

log = logging.getLogger(__name__)

# Somebody who is not in the workspace today may be invited tomorrow.
ASK_AGAIN_AFTER = timedelta(hours=1)


def find_people(database: Database, calls: Calls, clock: Clock) -> None:
    """Looks up by e-mail those whose Slack id is not known. Who cannot be found is asked for again in an hour."""
    with database.read() as session:
        unknown = people.list_unknown(session, clock().real - ASK_AGAIN_AFTER)
    for person in unknown:
        try:
            answer = calls.paced("users.lookupByEmail", email=person.email)
        except TooEarlyError:
            return
        except CallError as error:
            log.warning("person %d is not found in Slack: %s", person.id, error.code)
            with database.write() as session:
                people.remember_lookup(session, person.id, clock().real)
            continue
        with database.write() as session:
            recipients.remember_slack_id(session, person.id, str(answer["user"]["id"]), clock().real)
