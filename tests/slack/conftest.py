"""What tests of the bot in Slack share."""

from collections.abc import Iterator

import pytest

from lamppu_bot.workspace import Workspace
from storage.database import Database
from tests.slack.sending_rig import HandClock, Rig


@pytest.fixture
def rig(database: Database) -> Iterator[Rig]:
    """A worker's surroundings, on each database; the workspace goes by the same clock."""
    clock = HandClock()
    with Workspace(clock=clock.seconds) as workspace:
        yield Rig(database, workspace, clock)
