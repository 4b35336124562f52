"""A whole round in a storm: people act at random while Slack fails and processes are killed; then it clears up."""

import os
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from lamppu_bot.clock import MovableClock
from lamppu_bot.loading import apply_load, plan_load
from lamppu_bot.project_file import read_project
from lamppu_bot.workspace import Person, Workspace
from storage.database import Database
from storage.migrate import upgrade
from tests.e2e.conftest import EXAMPLES, HELSINKI
from tests.storm import looking
from tests.storm.bot_process import HTTP_SECONDS
from tests.storm.crowd import Notes, Somebody
from tests.storm.processes import ROOT, Processes
from tests.storm.weather import Weather

# The moments to which the calendar moves while the storm goes on, and the last ones, after which the report is out
# however far a coordinator has moved the due day.
STORMY = ("2012-05-08 09:00", "2012-05-09 09:00", "2012-05-16 09:00", "2012-05-24 09:00", "2012-05-29 09:00")
CALM = ("2012-06-01 09:00", "2012-06-04 09:00", "2012-08-15 09:00", "2012-09-03 09:00")
ACTS_A_STRIKE = 8
SETTLING_SECONDS = 40.0


@dataclass
class Outcome:
    """How a storm went. Every list of what went wrong is to be empty."""

    seed: int
    wrong: dict[str, object]
    figures: dict[str, object] = field(default_factory=dict)

    @property
    def is_well(self) -> bool:
        return not any(self.wrong.values())


class Storm:
    def __init__(self, seed: int, database_url: str, roles: Sequence[str], folder: Path) -> None:
        self.seed = seed
        self.database_url = database_url
        self.roles = roles
        self.folder = folder
        self.notes = Notes()
        self._calendar = folder / "calendar"
        self._moved_at = time.monotonic()

    def run(self, acts: int) -> Outcome:
        """`acts` things each person does, between the first preview and the posted report."""
        self._move(STORMY[0])
        began = time.monotonic()
        workspace = Workspace(clock=self._seconds, time_factor=0.02)
        with closing(Database(self.database_url)) as self.database, workspace:
            people = self._load(workspace)
            with Processes(self.roles, self._calendar, self._environment(workspace), self.folder) as processes:
                workspace.wait_connected(timeout=60)
                weather = Weather(self.seed, workspace, processes)
                self._rage(workspace, people, weather, acts)
                weather.clear_up()
                for moment in CALM:
                    self._settle(workspace)
                    self._move(moment)
                self._settle(workspace)
                seconds = round(time.monotonic() - began)
                return Outcome(
                    self.seed, self._wrong(workspace, processes), self._figures(workspace, weather) | {"s": seconds}
                )

    def _rage(self, workspace: Workspace, people: Sequence[Person], weather: Weather, acts: int) -> None:
        """Everybody acts at once; at every eighth act the weather strikes, and meanwhile the calendar moves on."""
        crowd = [Somebody(self.seed, number, person, workspace, self.notes) for number, person in enumerate(people)]
        threads = [threading.Thread(target=lambda one=one: [one.act() for _ in range(acts)]) for one in crowd]
        self._move(STORMY[1])
        self._wait(workspace, lambda: any(person.messages() for person in people), "the first card")
        for thread in threads:
            thread.start()
        moments, strikes = list(STORMY[2:]), 0
        while any(thread.is_alive() for thread in threads):
            time.sleep(0.05)
            if strikes > self.notes.acts / ACTS_A_STRIKE:
                continue
            weather.strike()
            strikes += 1
            share = self.notes.acts / (acts * len(crowd))
            if moments and share > (len(STORMY) - 1 - len(moments)) / (len(STORMY) - 1):
                self._move(moments.pop(0))
        for thread in threads:
            thread.join()

    def _settle(self, workspace: Workspace) -> None:
        """Until the bot has heard everything and wants to say nothing more."""
        workspace.wait_delivered(SETTLING_SECONDS)
        self._wait(workspace, self._is_quiet, "a ledger with nothing due")

    def _is_quiet(self) -> bool:
        """Twice in a row, a calendar's step apart: a step may order more."""
        if looking.waiting(self.database):
            return False
        time.sleep(1.2)
        return not looking.waiting(self.database) and not looking.lost_messages(self.database, self.notes)

    def _wait(self, workspace: Workspace, condition: object, what: str) -> None:
        try:
            workspace.wait_until(condition, SETTLING_SECONDS, what)  # type: ignore[arg-type]
        except AssertionError:
            return  # what is missing then is told by the outcome

    def _move(self, moment: str) -> None:
        at = datetime.fromisoformat(moment).replace(tzinfo=HELSINKI)
        unfinished = self._calendar.with_suffix(".new")
        unfinished.write_text(at.isoformat(), encoding="utf-8")
        unfinished.replace(self._calendar)
        self._moment, self._moved_at = at, time.monotonic()

    def _seconds(self) -> float:
        return self._moment.timestamp() + time.monotonic() - self._moved_at

    def _load(self, workspace: Workspace) -> list[Person]:
        """The LAMPPU project, its people in the workspace; returns those who will act."""
        definition = read_project(EXAMPLES / "lamppu-2012.toml")
        partners = definition.partners
        named = [*definition.coordinators, *(p.contact for p in partners), *(p.deputy for p in partners if p.deputy)]
        people = [workspace.add_person(one.name, str(one.email)) for one in named]
        channel = workspace.add_channel("koordinaattorit", members=people[:1], private=True)
        here = definition.project.model_copy(update={"channel": channel.id})
        upgrade(self.database)
        now = MovableClock(self._moment)()
        with self.database.write() as session:
            plan = plan_load(session, definition.model_copy(update={"project": here}), template=None, now=now)
            apply_load(session, plan, now)
        return people

    def _environment(self, workspace: Workspace) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | {
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.database_url,
            "SLACK_API_URL": workspace.api_url,
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
        }

    def _wrong(self, workspace: Workspace, processes: Processes) -> dict[str, object]:
        return {
            "words lost": looking.lost_words(self.database, self.notes),
            "messages lost": looking.lost_messages(self.database, self.notes),
            "words not in the report": looking.unreported_words(self.database, workspace),
            "parts of the report not posted": looking.missing_report(self.database),
            "faults of ours": looking.faults_in(processes.logs()),
            "messages doubled": looking.doubled_messages(workspace),
            "files doubled": looking.doubled_files(workspace),
            "messages missing": looking.missing_messages(self.database, workspace),
            "stuck": looking.waiting(self.database),
            "parked and untold": looking.parked_untold(self.database),
            "called too early": looking.impatient_calls(workspace.calls),
        }

    def _figures(self, workspace: Workspace, weather: Weather) -> dict[str, object]:
        return {
            "acts": self.notes.acts,
            "forms acknowledged": len(self.notes.submitted),
            "messages written": len(self.notes.said),
            "not acknowledged": self.notes.unanswered,
            "API calls": len(workspace.calls),
            "events and interactions": len(workspace.deliveries),
            "timeout s": HTTP_SECONDS,
            **weather.figures(),
        }
