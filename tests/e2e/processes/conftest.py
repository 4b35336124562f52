"""The bot installed beside the local workspace, for processes to be started in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lamppu_bot.workspace import Workspace
from lamppu_bot.workspace.api import views
from tests.e2e.processes import House

# Seconds in which a press must be acknowledged here. Slack gives 3, but a process that has just been started is still
# importing when it connects, and on a busy machine several of them take turns; `make bench` measures a start.
PATIENCE = 20.0


@pytest.fixture(autouse=True)
def _patient_triggers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form may open as late as its press may be acknowledged."""
    monkeypatch.setattr(views, "TRIGGER_SECONDS", PATIENCE)


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace(time_factor=0.02, ack_timeout=PATIENCE) as found:
        yield found


@pytest.fixture
def house(workspace: Workspace, tmp_path: Path) -> House:
    """On SQLite, the round open and nothing running."""
    found = House(workspace, f"sqlite:///{tmp_path / 'lamppu.db'}", tmp_path)
    found.open_round()
    return found


@pytest.fixture
def shared_house(workspace: Workspace, tmp_path: Path, new_postgres_url: Callable[[str], str]) -> House:
    """On PostgreSQL, the round open and nothing running."""
    found = House(workspace, new_postgres_url("processes"), tmp_path)
    found.open_round()
    return found
