"""A rehearsal of the real LAMPPU project for each test: the real bot on the local workspace."""

import pickle
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lamppu_bot.conversation import bursts
from lamppu_bot.project_file import CoordinatorTable, ProjectDefinition, read_project
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.slack import runtime
from lamppu_bot.slack.reporter import Reporter
from storage.database import Database

EXAMPLES = Path(__file__).parents[2] / "examples"
HELSINKI = ZoneInfo("Europe/Helsinki")

REDU, KAARNIKKA, VARA, MERI = (
    "yhteyshenkilo@example.org",
    "oona.ojala@example.org",
    "veikko.vaara@example.org",
    "niilo.niemela@example.org",
)
KATRI = "katri.koordinaattori@example.org"
KAIJA = "kaija.koordinaattori@example.org"


def at(text: str) -> datetime:
    """A moment in the project's zone: at("2012-05-10 09:00")."""
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI)


@pytest.fixture
def project() -> ProjectDefinition:
    return read_project(EXAMPLES / "lamppu-2012.toml")


@pytest.fixture(autouse=True)
def _no_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bursts are answered at once: tests do not wait 20 seconds for a quiet moment."""
    monkeypatch.setattr(bursts, "QUIET", timedelta(0))
    monkeypatch.setattr(bursts, "TOGETHER", timedelta(0))


@pytest.fixture(autouse=True)
def _steps_copied(steps_copied: None) -> None:
    """Nearly every test here begins with an empty database."""


class Beside:
    """The side process within this one: every test would wait for one to import all that makes files.

    What goes there and back is copied as between two. Commands, the page and the storm have a process of its own.
    """

    def __init__(self, furnish: "partial[Reporter]") -> None:
        self._database = Database(*furnish.args, pool_size=1)
        self._reporter = Reporter(self._database)

    def do(self, *job: object, **kwargs: object) -> object:
        (work, *args), kwargs = pickle.loads(pickle.dumps((job, kwargs)))
        return pickle.loads(pickle.dumps(work(self._reporter, *args, **kwargs)))

    def close(self) -> None:
        self._database.close()


@pytest.fixture
def _reports_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "SideProcess", Beside)


@pytest.fixture
def rehearse(hasty_sqlite: None, _reports_made_here: None) -> Iterator[Callable[..., Rehearsal]]:
    with ExitStack() as stack:
        yield lambda definition, **more: stack.enter_context(Rehearsal(definition, say=lambda _: None, **more))


@pytest.fixture
def house(rehearse: Callable[[ProjectDefinition], Rehearsal], project: ProjectDefinition) -> Rehearsal:
    """The project loaded, its first round still planned."""
    return rehearse(project)


@pytest.fixture
def spring(house: Rehearsal) -> Rehearsal:
    """The spring round of 2012 has just opened: every contact has their card."""
    house.move_to(at("2012-05-08 09:00"), "the preview")
    house.move_to(at("2012-05-09 09:00"), "the opening")
    return house


@pytest.fixture
def two(rehearse: Callable[[ProjectDefinition], Rehearsal], project: ProjectDefinition) -> Rehearsal:
    """The spring round has just opened, and two coordinate it: Katri and Kaija."""
    kaija = CoordinatorTable(name="Kaija Koordinaattori", email=KAIJA)
    found = rehearse(project.model_copy(update={"coordinators": (*project.coordinators, kaija)}))
    found.move_to(at("2012-05-08 09:00"), "the preview")
    found.move_to(at("2012-05-09 09:00"), "the opening")
    return found
