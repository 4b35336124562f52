"""A short storm on each database. The long ones: `make storm`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.storm.__main__ import ALONE, SHARED
from tests.storm.storm import Storm

SEED, ACTS = 2012, 14


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_is_lost_doubled_or_stuck_in_a_storm(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if kind == "sqlite":
        url, roles = f"sqlite:///{tmp_path / 'lamppu.db'}", ALONE
    else:
        create: Callable[[str], str] = request.getfixturevalue("new_postgres_url")
        url, roles = create("storm"), SHARED
    outcome = Storm(SEED, url, roles, tmp_path).run(ACTS)
    assert outcome.wrong == {}, outcome
    assert outcome.figures["acts"] == ACTS * 5
