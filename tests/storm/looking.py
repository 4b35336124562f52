"""What is true after every storm: nothing lost, nothing doubled, nothing stuck."""

from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import func, select

from lamppu_bot.workspace import Workspace
from lamppu_bot.workspace.faults import ApiCall
from storage.database import Database
from storage.models import Answer, Delivery, HeardMessage, HeardVersion, Revision
from tests.storm.crowd import TOKEN, Notes

ANSWERING_A_CLICK = ("views.open", "views.push", "response_url")
# Calls that were on their way when Slack said "too fast" to another may still arrive for so long.
UNDER_WAY_SECONDS = 1.5


def lost_words(database: Database, notes: Notes) -> list[str]:
    """Words that somebody was told are kept and that no revision has."""
    with database.read() as session:
        kept = set(TOKEN.findall(" ".join(session.scalars(select(Revision.text)))))
    return [token for token in notes.submitted if token not in kept]


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


def waiting(database: Database) -> dict[str, int]:
    """What the ledger holds that is neither sent nor dropped nor parked."""
    with database.read() as session:
        rows = session.execute(
            select(Delivery.kind, func.count()).where(Delivery.state == "due").group_by(Delivery.kind)
        )
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


def impatient_calls(calls: Iterable[ApiCall]) -> list[str]:
    """Calls of a method within the time for which Slack had asked to be left alone.

    A click cannot wait: its trigger is good for three seconds, so a form is asked for all the same.
    """
    return list(_impatient(call for call in calls if call.method not in ANSWERING_A_CLICK))


def _impatient(calls: Iterable[ApiCall]) -> Iterator[str]:
    closed: dict[str, tuple[float, float]] = {}
    for call in calls:
        from_, until = closed.get(call.method, (0.0, 0.0))
        if from_ + UNDER_WAY_SECONDS < call.at < until - 0.05:
            yield f"{call.method} {until - call.at:.2f} s too early"
        if call.outcome == "ratelimited":
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
        texts = session.scalars(select(Answer.text).where(Answer.state == "answered")).all()
    shown = "\n".join(
        f"{message.text} {message.blocks}"
        for channel in workspace.state.channels.values()
        if channel.kind != "im"
        for message in channel.messages.values()
    )
    return [token for text in texts for token in TOKEN.findall(text) if token not in shown]
