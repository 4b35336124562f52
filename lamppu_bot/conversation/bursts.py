"""One reply per burst of writing: owed once it has been quiet for a while, put off by each further message."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from lamppu_bot import keys
from lamppu_bot.clock import Now
from storage import conversations as rows
from storage import ledger
from storage.conversations import ConversationView

# So long must it have been quiet (DESIGN: "20 s of quiet").
QUIET = timedelta(seconds=20)
# Slack brings what was written in the same moment in any order; so long each waits for what was written before it.
TOGETHER = timedelta(seconds=1)


def owe(session: Session, key: str, kind: str, subject: Mapping[str, Any], now: Now, **where: Any) -> int:
    """Wants a message of this kind about this subject after the quiet: the one that waits already, or a new one.

    Returns the id of the delivery. `where` says to whom it goes, as for `ledger.order`.
    """
    quiet_at = now.real + QUIET
    waiting = ledger.find_waiting(session, kind, subject)
    if waiting:
        ledger.defer(session, waiting.key, quiet_at)
        return waiting.id
    return ledger.order(session, key, kind, now=now.real, subject=subject, not_before=quiet_at, **where)


def owe_reply(session: Session, conversation: ConversationView, ts: str, now: Now) -> None:
    """Wants the draft shown in its thread; the reply that showed it so far then points to the newer one."""
    shown = rows.newest_reply(session, conversation)
    subject = {"conversation": conversation.id}
    where = {"person_id": conversation.person_id, "thread_of": conversation.delivery_id}
    reply = owe(session, keys.burst(conversation.id, ts), "burst", subject, now, **where)
    if shown is not None and shown != reply:
        ledger.change_ids(session, [shown], now=now.real, not_before=now.real + QUIET)
