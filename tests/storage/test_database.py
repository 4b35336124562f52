"""Who waits how long for a turn to write, and what is told where nobody may."""

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import pulse
from storage.database import LOCK_SECONDS, Database, DatabaseUnavailableError
from storage.migrate import upgrade
from tests.conftest import admin_of


def test_background_waits_longer_for_its_turn_to_write_than_a_listener(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'lamppu.db'}")
    outcomes: dict[str, str] = {}

    def write(who: str, door: Database) -> None:
        try:
            with door.write():
                outcomes[who] = "written"
        except DatabaseUnavailableError:
            outcomes[who] = "busy"

    background = threading.Thread(target=write, args=("background", database.for_background()))
    listener = threading.Thread(target=write, args=("listener", database))
    with database.write():
        background.start()
        listener.start()
        listener.join(LOCK_SECONDS + 10)
    background.join(10)
    assert outcomes == {"listener": "busy", "background": "written"}
    database.close()


def test_postgres_that_is_read_only_is_unavailable_to_those_who_write(new_postgres_url: Callable[[str], str]) -> None:
    url = new_postgres_url("standby")
    with closing(Database(url)) as database:
        upgrade(database)
    with admin_of(url) as admin:
        admin.execute(text("ALTER DATABASE standby SET default_transaction_read_only = on"))
    with closing(Database(url)) as database:
        with pytest.raises(DatabaseUnavailableError, match="read-only"), database.write() as session:
            pulse.beat(session, datetime.now(UTC))
        with database.read() as session:
            assert pulse.last_beat(session) is None
