"""What is true after every storm: nothing lost, nothing doubled, nothing stuck."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import func, select

from lamppu_bot.workspace import Workspace
from lamppu_bot.workspace.faults import ApiCall
from storage.database import Database
from storage.models import (
    Answer,
    AuditEntry,
    Delivery,
    HeardMessage,
    HeardVersion,
    Inquiry,
    Participation,
    Partner,
    Revision,
    Round,
)
from storage.values import RoundState
from tests.storm.crowd import TOKEN, Notes

# Calls that were on their way when Slack said "too fast" to another may still arrive for so long.
UNDER_WAY_SECONDS = 1.5
# How the reason ends for which a message cannot reach somebody, whatever is tried.
NOT_THERE = ("(users_not_found)", "(user_not_found)", "(user_disabled)", "(no_address)")


def lost_words(database: Database, notes: Notes) -> list[str]:
    """Words of forms that somebody was told are kept, and that no answer, or no tool of the coordinators', has."""
    with database.read() as session:
        answered = set(TOKEN.findall(" ".join(session.scalars(select(Revision.text)))))
        places = (Revision.text, Revision.details, Revision.note, Inquiry.text, AuditEntry.details)
        everywhere = " ".join(str(text) for place in places for text in session.scalars(select(place)))
    steered = set(TOKEN.findall(everywhere))
    lost = [token for token in notes.submitted if token not in answered]
    return lost + [token for token in notes.steered if token not in steered]


def lost_messages(database: Database, notes: Notes) -> list[str]:
    """Messages that stand in Slack and that the bot has not heard, as they read now."""
    with database.read() as session:
        rows = session.execute(
            select(HeardMessage.channel, HeardMessage.ts, HeardVersion.text).join(
                HeardVersion, HeardVersion.message_id == HeardMessage.id
            )
        )
        heard = {(channel, ts, token) for channel, ts, text in rows for token in TOKEN.findall(text)}
    return [
        f"{message!r} in the thread {message.thread_ts}"
        for message in notes.standing
        if (message.channel_id, message.ts, TOKEN.findall(message.text)[0]) not in heard
    ]


def doubled_messages(workspace: Workspace) -> dict[str, int]:
    """Messages of the bot that stand in Slack more than once, by the key of their delivery."""
    keys = Counter(
        message.metadata["event_payload"]["key"]
        for channel in workspace.state.channels.values()
        for message in channel.messages.values()
        if message.metadata
    )
    return {key: count for key, count in keys.items() if count > 1}


def doubled_files(workspace: Workspace) -> list[str]:
    return [file.name for file in workspace.state.files.values() if len(file.shares) > 1]


def missing_messages(database: Database, workspace: Workspace) -> list[str]:
    """Deliveries that count as sent and are not in Slack."""
    with database.read() as session:
        sent = session.execute(
            select(Delivery.key, Delivery.channel, Delivery.ts).where(Delivery.ts.is_not(None))
        ).all()
    channels = workspace.state.channels
    return [key for key, channel, ts in sent if channel not in channels or ts not in channels[channel].messages]


def waiting(database: Database, *, but: Collection[int] = ()) -> dict[str, int]:
    """What the ledger holds that is neither sent nor dropped nor parked, by kind; those in `but` are passed over."""
    with database.read() as session:
        query = select(Delivery.kind, func.count()).where(Delivery.state == "due", Delivery.id.not_in(but))
        rows = session.execute(query.group_by(Delivery.kind))
        return {kind: count for kind, count in rows}


def parked_untold(database: Database) -> list[str]:
    """Parked messages of which nobody was told."""
    with database.read() as session:
        word = session.scalars(select(Delivery.subject).where(Delivery.kind == "problem"))
        told = {subject["delivery"] for subject in word}
        rows = session.execute(
            select(Delivery.id, Delivery.key).where(Delivery.state == "parked", Delivery.kind != "problem")
        )
        return [key for id_, key in rows if id_ not in told]


def unreachable(database: Database) -> set[int]:
    """Parked messages to those who have left, or never were there, with the replies that wait for them.

    They cannot be reached, whatever is tried.
    """
    found = {id_ for id_, _, error in _parked(database) if error.endswith(NOT_THERE)}
    with database.read() as session:
        return found | set(session.scalars(select(Delivery.id).where(Delivery.thread_of.in_(found))))


def parked_needlessly(database: Database) -> list[tuple[str, str]]:
    """(key, why) of what is parked although nothing is in its way any more."""
    return [(key, error) for _, key, error in _parked(database) if not error.endswith(NOT_THERE)]


def _parked(database: Database) -> list[tuple[int, str, str]]:
    with database.read() as session:
        rows = session.execute(select(Delivery.id, Delivery.key, Delivery.error).where(Delivery.state == "parked"))
        return [(id_, key, str(error)) for id_, key, error in rows]


def unprompted(database: Database) -> list[str]:
    """Partners of a round that has opened of whom nobody has been asked, nor the coordinators told that it failed."""
    with database.read() as session:
        query = (
            select(Round.key, Partner.key)
            .join(Participation, Participation.round_id == Round.id)
            .join(Partner, Partner.id == Participation.partner_id)
            .where(Round.state != "planned", Participation.skipped_at.is_(None))
        )
        asked = {f"{round_key}:{partner}" for round_key, partner in session.execute(query)}
        cards = session.execute(select(Delivery.key, Delivery.state).where(Delivery.kind == "card"))
        closings = session.scalars(select(AuditEntry.details).where(AuditEntry.action == "close-round"))
        closed = {details["round"] for details in closings}  # by hand: a card that was still to go is wanted no more
        places = ((key.split(":")[2:4], state) for key, state in cards)
        done = {":".join(place) for place, state in places if state in ("sent", "parked") or place[0] in closed}
        return sorted(asked - done)


def behind(database: Database, today: date) -> list[str]:
    """Rounds in which the calendar has something to do still: on a busy machine a report takes a while to be made."""
    with database.read() as session:
        rounds = session.scalars(select(Round)).all()
    over = (one for one in rounds if one.closes_on < today and one.state != RoundState.CLOSED)
    unposted = (
        one for one in rounds if one.report_built < one.report_wanted or (one.report_built and not one.files_built)
    )
    return sorted({one.key for found in (over, unposted) for one in found})


def opening_day(database: Database) -> date:
    """Of the first round, as it stands now."""
    with database.read() as session:
        return session.scalars(select(Round.opens_on).order_by(Round.id)).first() or date.min


def deeds_of_coordinators(database: Database) -> dict[str, int]:
    """What was done with their tools, and of requests to colleagues."""
    with database.read() as session:
        actions = session.execute(select(AuditEntry.action, func.count()).group_by(AuditEntry.action))
        return {action: count for action, count in actions if action != "load"}


def sent_messages(database: Database) -> dict[str, int]:
    """How many of each kind stand in Slack."""
    with database.read() as session:
        rows = session.execute(
            select(Delivery.kind, func.count()).where(Delivery.state == "sent").group_by(Delivery.kind)
        )
        return {kind: count for kind, count in rows}


def impatient_calls(calls: Iterable[ApiCall], kills: Sequence[float] = ()) -> list[str]:
    """Calls of a method, whichever, within the time for which Slack had asked to be left alone.

    What a process was told that was killed just then, nobody knows; `kills` are those moments.
    """
    return list(_impatient(calls, kills))


def _impatient(calls: Iterable[ApiCall], kills: Sequence[float]) -> Iterator[str]:
    closed: dict[str, tuple[float, float]] = {}
    for call in calls:
        from_, until = closed.get(call.method, (0.0, 0.0))
        if from_ + UNDER_WAY_SECONDS < call.at < until - 0.05:
            yield f"{call.method} {until - call.at:.2f} s too early"
        is_known = not any(call.at <= kill <= call.at + UNDER_WAY_SECONDS for kill in kills)
        if call.outcome == "ratelimited" and is_known:
            closed[call.method] = (call.at, call.at + call.retry_after)


def faults_in(log: str) -> list[str]:
    """The last line of each traceback in the log: what nobody foresaw."""
    lines = [line for line in log.split("\n") if " level=ERROR " in line and "Traceback" in line]
    return sorted({line.split("\\n")[-1][:200] for line in lines})


def missing_report(database: Database) -> list[str]:
    """Says so where the round's report was not posted with its files."""
    with database.read() as session:
        sent = set(session.scalars(select(Delivery.kind).where(Delivery.state == "sent")))
    return sorted({"summary", "summary-part", "files"} - sent)


def unreported_words(database: Database, workspace: Workspace) -> list[str]:
    """Words of finished answers that the posted report does not show."""
    with database.read() as session:
        query = select(Answer.text).join(Participation).join(Round)
        texts = session.scalars(query.where(Answer.state == "answered", Round.state.in_(("due", "closed")))).all()
    shown = "\n".join(
        f"{message.text} {message.blocks}"
        for channel in workspace.state.channels.values()
        if channel.kind != "im"
        for message in channel.messages.values()
    )
    return [token for text in texts for token in TOKEN.findall(text) if token not in shown]
