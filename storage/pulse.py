"""When a worker was last at work on this database, for the processes that only listen to tell."""

from datetime import datetime
from typing import Final, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from storage.models import Pulse
from storage.upserting import insert_into

PULSE = cast(Table, Pulse.__table__)
WORKER: Final = "worker"


def beat(session: Session, now: datetime) -> None:
    """A worker is at work; of several, whoever says so last."""
    row = insert_into(session, PULSE).values(name=WORKER, at=now)
    session.execute(row.on_conflict_do_update(index_elements=[PULSE.c.name], set_={"at": row.excluded.at}))


def last_beat(session: Session) -> datetime | None:
    """None where there has never been a worker."""
    return session.execute(select(PULSE.c.at).where(PULSE.c.name == WORKER)).scalar()
