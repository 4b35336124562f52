"""Who waits how long for a turn to write."""

import threading
from pathlib import Path

from storage.database import LOCK_SECONDS, Database, DatabaseUnavailableError


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
