"""When a worker was last at work on this database, for the processes that only listen to tell."""

from datetime import datetime
from typing import Final, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from storage.models import Pulse
from storage.upserting import insert_into

PULSE = cast(Table, Pulse.__table__)
WORKER: Final = "worker"
CHECK: Final = "check"


def beat(session: Session, now: datetime, name: str = WORKER) -> None:
    """A worker is at work; of several, whoever says so last. `CHECK`: somebody has tried whether writing works."""
    row = insert_into(session, PULSE).values(name=name, at=now)
    session.execute(row.on_conflict_do_update(index_elements=[PULSE.c.name], set_={"at": row.excluded.at}))


def last_beat(session: Session) -> datetime | None:
    """None where there has never been a worker."""
    return session.execute(select(PULSE.c.at).where(PULSE.c.name == WORKER)).scalar()
