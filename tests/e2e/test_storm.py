"""A short storm on each database. The long ones: `make storm`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.storm.storm import Storm

SEED, ACTS = 2012, 14


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_is_lost_doubled_or_stuck_in_a_storm(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if kind == "sqlite":
        url, roles = f"sqlite:///{tmp_path / 'lamppu.db'}", ("run",)
    else:
        create: Callable[[str], str] = request.getfixturevalue("new_postgres_url")
        url, roles = create("storm"), ("listen", "listen", "work", "work")
    outcome = Storm(SEED, url, roles, tmp_path).run(ACTS)
    assert {what: found for what, found in outcome.wrong.items() if found} == {}, outcome.figures
    assert outcome.figures["acts"] == ACTS * 5
