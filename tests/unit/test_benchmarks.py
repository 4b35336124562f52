"""The benchmarks are run by hand; that they can be is seen here."""

from importlib import import_module
from pkgutil import iter_modules

import pytest

from lamppu_bot.slack.pacing import SLACK_LIMITS
from tests import benchmarks
from tests.benchmarks.bot_process import pressed


@pytest.mark.parametrize("name", [found.name for found in iter_modules(benchmarks.__path__)])
def test_benchmark_finds_what_it_measures(name: str) -> None:
    assert import_module(f"tests.benchmarks.{name}")


def test_pressed_hour_has_all_of_slacks_limits() -> None:
    assert pressed(1.0) == SLACK_LIMITS
    assert pressed(0.5).posts.interval == SLACK_LIMITS.posts.interval / 2
