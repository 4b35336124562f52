"""What is known of the direct messages, for reading up on what was missed.

A ts sorts as text: its seconds have ten digits until the year 2286.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from storage.models import (
    Answer,
    Conversation,
    Delivery,
    Handover,
    HeardMessage,
    HeardVersion,
    Inquiry,
    Participation,
    Partner,
    Person,
    Project,
    Round,
)
from storage.recipients import Recipient
from storage.values import RoundState


def list_dms_to_read(session: Session, heard_since: str) -> list[str]:
    """The DMs in which words may be missing, the one written in last first.

    They are those with the people who are asked in a round under way, have been given longer or had an answer returned,
    and those where somebody wrote since that ts.
    """
    newest = func.max(HeardMessage.ts)
    lively = select(HeardMessage.channel).group_by(HeardMessage.channel).having(newest >= heard_since)
    channels = list(session.scalars(lively.order_by(newest.desc())))
    asked = _of_people_asked(Person.dm_channel).where(Person.dm_channel.is_not(None)).order_by(Person.dm_channel)
    known = set(channels)
    return channels + [channel for channel in session.scalars(asked) if channel and channel not in known]


def list_unopened(session: Session) -> list[Recipient]:
    """Of the people who are asked, those to whom the bot has not written yet: their DM is not known."""
    columns = (Person.id, Person.email, Person.slack_id, Person.dm_channel)
    asked = _of_people_asked(*columns).where(Person.slack_id.is_not(None), Person.dm_channel.is_(None))
    return [Recipient(*row) for row in session.execute(asked.order_by(Person.id))]


def _of_people_asked(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Of those who may answer, in a round under way or after it: contacts, deputies and colleagues."""
    colleagues = select(Handover.to_id).where(Handover.participation_id == Participation.id)
    answering = or_(
        Partner.contact_id == Person.id,
        Partner.deputy_id == Person.id,
        Person.id.in_(colleagues.correlate(Participation)),
    )
    returned = exists().where(Answer.participation_id == Participation.id, Answer.open_until.is_not(None))
    return (
        select(*columns)
        .distinct()
        .select_from(Partner)
        .join(Participation, Participation.partner_id == Partner.id)
        .join(Round, Round.id == Participation.round_id)
        .join(Project, Project.id == Round.project_id)
        .join(Person, answering)
        .where(or_(Round.state.in_((RoundState.OPEN, RoundState.DUE)), Participation.open_until.is_not(None), returned))
        .where(Partner.archived_at.is_(None), Project.archived_at.is_(None), Round.archived_at.is_(None))
    )


def read_from(session: Session, channel: str, look_back: timedelta) -> str:
    """From which ts on a DM is to be read: a while before the newest message heard there, or from our own first one."""
    newest = session.scalar(select(func.max(HeardMessage.ts)).where(HeardMessage.channel == channel))
    if newest is not None:
        return f"{int(float(newest) - look_back.total_seconds())}.000000"
    return session.scalar(select(func.min(Delivery.ts)).where(Delivery.channel == channel)) or "0"


def list_open_threads(session: Session, channel: str) -> list[str]:
    """The ts of a channel's threads in which somebody is answering by writing, or was asked in a round under way."""
    writing = select(Conversation.delivery_id).where(Conversation.done_at.is_(None))
    asked = (
        select(Inquiry.delivery_id)
        .join(Answer, Answer.id == Inquiry.answer_id)
        .join(Participation, Participation.id == Answer.participation_id)
        .join(Round, Round.id == Participation.round_id)
        .where(Round.state.in_((RoundState.OPEN, RoundState.DUE)))
    )
    opened = or_(Delivery.id.in_(writing), and_(Delivery.id.in_(asked), Delivery.thread_of.is_(None)))
    query = select(Delivery.ts).where(opened, Delivery.channel == channel, Delivery.ts.is_not(None))
    return [ts for ts in session.scalars(query) if ts]


def list_present(session: Session, channel: str, *, oldest: str = "0", thread_ts: str | None = None) -> set[str]:
    """The ts of what was heard in a thread, or outside threads, since `oldest`, and was not deleted."""
    query = select(HeardMessage.ts).where(HeardMessage.channel == channel, HeardMessage.ts >= oldest)
    where = HeardMessage.thread_ts.is_(None) if thread_ts is None else HeardMessage.thread_ts == thread_ts
    return set(session.scalars(query.where(where, HeardMessage.deleted.is_(False))))


def is_known(session: Session, channel: str, ts: str, edit_ts: str) -> bool:
    """Whether a message was heard in this wording."""
    known = (
        select(HeardVersion.id)
        .join(HeardMessage, HeardMessage.id == HeardVersion.message_id)
        .where(HeardMessage.channel == channel, HeardMessage.ts == ts, HeardVersion.edit_ts == edit_ts)
    )
    return bool(session.scalar(select(known.exists())))
