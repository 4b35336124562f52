"""What a start imports: all that it needs not would be waited for each time, and kept in memory."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONNECTING = "bot, lamppu_bot.operating.opening, lamppu_bot.slack.connection, lamppu_bot.slack.serving"


def imported(modules: str) -> set[str]:
    program = f"import {modules}, sys; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(told.stdout.split())


def test_connecting_to_slack_imports_nothing_of_what_the_bot_says_and_does() -> None:
    found = imported(CONNECTING)
    assert not found & {"pydantic", "slackblocks", "babel", "lamppu_bot.rounds", "lamppu_bot.answers"}


@pytest.mark.parametrize(
    "module",
    [
        "pydantic",
        "docx",
        "xlsxwriter",
        "typst",
        "holidays",
        "sqlalchemy.dialects.postgresql",
        "alembic",
        "rich",
        "lamppu_bot.project_file",
        "lamppu_bot.workspace",
    ],
)
def test_a_running_bot_imports_only_when_wanted(module: str, running: set[str]) -> None:
    assert module not in running


@pytest.fixture(scope="module")
def running() -> set[str]:
    return imported(f"{CONNECTING}, lamppu_bot.slack.assembly")
