"""A whole round in a storm: people act at random while Slack fails and processes are killed; then it clears up."""

import os
import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from lamppu_bot.clock import MovableClock
from lamppu_bot.loading import apply_load, plan_load
from lamppu_bot.project_file import read_project
from lamppu_bot.workspace import Channel, Person, Workspace
from storage.database import Database
from storage.migrate import upgrade
from tests.e2e.conftest import EXAMPLES, HELSINKI
from tests.e2e.processes import free_port, health_of
from tests.storm import looking, standstill
from tests.storm.crowd import Notes, Somebody, Steward
from tests.storm.outcome import Outcome
from tests.storm.processes import ROOT, Processes
from tests.storm.weather import Weather

PREVIEW = "2012-05-08 09:00"
# The moments to which the calendar moves while the storm goes on, and the last ones, after which the report is out
# however far a coordinator has moved the due day.
STORMY = ("2012-05-16 09:00", "2012-05-24 09:00", "2012-05-29 09:00")
CALM = ("2012-06-01 09:00", "2012-06-04 09:00", "2012-08-15 09:00", "2012-09-03 09:00")
ACTS_A_STRIKE = 8
# To which day the round may be put off.
POSTPONED = "2012-05-10"
# From this share of the acts on the coordinator may close the round by hand, in half of the storms.
CLOSING = 0.75
# From this share of the acts on somebody's account is closed for good, in half of the storms.
LEAVING = 0.7
# Nothing waits so long but for what is never going to happen, or on a machine with much else to do.
SETTLING_SECONDS = 180.0
REACHING_SECONDS = 90.0
# After so many of them without an act the storm is given up.
LONGEST_STANDSTILL = 3


class Storm:
    """One storm: `roles` are the processes of the bot, in `folder` they leave their logs."""

    def __init__(self, seed: int, database_url: str, roles: Sequence[str], folder: Path) -> None:
        self.seed = seed
        self.database_url = database_url
        self.roles = roles
        self.random = random.Random(f"storm {seed}")
        self.notes = Notes()
        self._calendar = folder / "calendar"
        self._moved_at = time.monotonic()
        self._unreachable: set[int] = set()
        self._stood_still: list[str] = []
        self._acts, self._acted_at, self._stalls = -1, 0.0, 0

    def run(self, acts: int) -> Outcome:
        """`acts` things each person does, between the first preview and the posted report."""
        self._move(PREVIEW)
        began, port = time.monotonic(), free_port()
        self._address = f"http://127.0.0.1:{port}"
        self.workspace = Workspace(clock=self._seconds, time_factor=0.02, request_url=f"{self._address}/slack/events")
        with closing(Database(self.database_url)) as self.database, self.workspace:
            people, channel = self._load()
            by_http = self.random.random() < 1 / 2
            self.workspace.use_socket_mode(enabled=not by_http)
            self.processes = Processes(
                self.roles, self._environment(), port=port, calendar=self._calendar, by_http=by_http
            )
            with self.processes:
                self._require(self._is_reachable, REACHING_SECONDS, "the bot to start")
                weather = Weather(self.seed, self.workspace, self.processes, channel, people)
                self._rage(people, weather, acts)
                weather.clear_up()
                self._require(self._is_reachable, REACHING_SECONDS, "the bot to be there after the storm")
                for moment in CALM:
                    self._settle()
                    self._move(moment)
                self._settle()
                return self._outcome(weather, round(time.monotonic() - began))

    def _rage(self, people: Sequence[Person], weather: Weather, acts: int) -> None:
        """Everybody acts at once; at every eighth act the weather strikes, and meanwhile the calendar moves on."""
        steward, *others = self._crowd(people)
        crowd = [steward, *others]
        lives = [lambda one=one: [one.act() for _ in range(acts)] for one in crowd]
        threads = [threading.Thread(target=life, daemon=True) for life in lives]
        self._open(steward)
        self._wait(lambda: any(person.messages() for person in people), SETTLING_SECONDS)
        for thread in threads:
            thread.start()
        leaver = self.random.choice(people[1:]) if self.random.random() < 1 / 2 else None
        closes = self.random.random() < 1 / 2
        moments, strikes = list(STORMY), 0
        while any(thread.is_alive() for thread in threads):
            time.sleep(0.05)
            if self._has_stood_still():
                return
            weather.move_on()
            self.processes.require_all()
            done = len(self.notes.deeds)
            if strikes > done / ACTS_A_STRIKE:
                continue
            weather.strike()
            strikes += 1
            share = done / (acts * len(crowd))
            if moments and share > 1 - len(moments) / (len(STORMY) + 1):
                self._move(moments.pop(0))
            steward.may_close = closes and share > CLOSING
            if leaver and share > LEAVING:
                weather.close_for_good(leaver)
                leaver = None
        for thread in threads:
            thread.join()

    def _has_stood_still(self) -> bool:
        """Whether nobody has acted for so long that nobody ever will; it is written down before."""
        done = len(self.notes.deeds)
        if done > self._acts:
            self._acts, self._acted_at, self._stalls = done, time.monotonic(), 0
        stalls = int((time.monotonic() - self._acted_at) / SETTLING_SECONDS)
        if stalls > self._stalls:
            self._stalls = stalls
            self._note_standstill("somebody to act")
        return stalls >= LONGEST_STANDSTILL

    def _crowd(self, people: Sequence[Person]) -> tuple[Steward, *tuple[Somebody, ...]]:
        around = (self.workspace, self.notes, self._wait_for_the_bot)
        coordinator, *others = people
        return Steward(self.seed, 0, coordinator, *around), *(
            Somebody(self.seed, number, person, *around) for number, person in enumerate(others, 1)
        )

    def _open(self, steward: Steward) -> None:
        """The round opens on its day; in half of the storms somebody tries to put that off from the preview."""
        if self.random.random() < 1 / 2:
            self._wait(steward.person.everything, SETTLING_SECONDS)
            steward.postpone(POSTPONED)
        self._move(f"{looking.opening_day(self.database)} 09:00")

    def _wait_for_the_bot(self) -> None:
        """Whoever was told that it did not work tries again a little later."""
        self._wait(self._is_reachable, REACHING_SECONDS)

    def _is_reachable(self) -> bool:
        if self.processes.by_http:
            return bool(health_of(self._address).get("database"))
        return bool(self.workspace.sockets.connections)

    def _settle(self) -> None:
        """Until the bot has heard everything and wants to say nothing more."""
        self._require(self._is_all_delivered, SETTLING_SECONDS, "what people did to be delivered")
        self._require(self._is_quiet, SETTLING_SECONDS, "the bot to have said everything")

    def _is_all_delivered(self) -> bool:
        return all(delivery.done.is_set() for delivery in list(self.workspace.deliveries))

    def _is_quiet(self) -> bool:
        """Twice in a row, a calendar's step apart: a step may order more."""
        for pause in (1.2, 0):
            if self._is_waiting() or looking.parked_needlessly(self.database):
                return False
            if looking.behind(self.database, self._moment.date()):
                return False
            time.sleep(pause)
        return not looking.lost_messages(self.database, self.notes)

    def _is_waiting(self) -> dict[str, int]:
        """What is due, by kind, without what cannot reach its recipient and is tried all the same."""
        self._unreachable |= looking.unreachable(self.database)
        return looking.waiting(self.database, but=self._unreachable)

    def _require(self, condition: Callable[[], object], seconds: float, what: str) -> None:
        """As `_wait`, with an operator's supervisor about; a standstill is written down while it lasts."""

        def is_so() -> object:
            self.processes.require_all()
            return condition()

        if not self._wait(is_so, seconds):
            self._note_standstill(what)

    def _note_standstill(self, what: str) -> None:
        """For whoever looks into it; the storm's own folder keeps it."""
        self._stood_still.append(what)
        place = self._calendar.with_name(f"standstill-{len(self._stood_still)}.txt")
        place.write_text(standstill.described(what, self.processes, self.database_url, self.workspace), "utf-8")

    @staticmethod
    def _wait(condition: Callable[[], object], seconds: float) -> bool:
        """For so long at most: what is missing then is told by the outcome."""
        deadline = time.monotonic() + seconds
        while not (is_so := bool(condition())) and time.monotonic() < deadline:
            time.sleep(0.1)
        return is_so

    def _move(self, moment: str) -> None:
        at = datetime.fromisoformat(moment).replace(tzinfo=HELSINKI)
        unfinished = self._calendar.with_suffix(".new")
        unfinished.write_text(at.isoformat(), encoding="utf-8")
        unfinished.replace(self._calendar)
        self._moment, self._moved_at = at, time.monotonic()

    def _seconds(self) -> float:
        return self._moment.timestamp() + time.monotonic() - self._moved_at

    def _load(self) -> tuple[list[Person], Channel]:
        """The LAMPPU project, its people in the workspace; returns those who act, and the coordinators' channel."""
        definition = read_project(EXAMPLES / "lamppu-2012.toml")
        partners = definition.partners
        named = [*definition.coordinators, *(p.contact for p in partners), *(p.deputy for p in partners if p.deputy)]
        people = [self.workspace.add_person(one.name, str(one.email)) for one in named]
        channel = self.workspace.add_channel("koordinaattorit", members=people[:1], private=True)
        here = definition.project.model_copy(update={"channel": channel.id})
        upgrade(self.database)
        now = MovableClock(self._moment)()
        with self.database.write() as session:
            plan = plan_load(session, definition.model_copy(update={"project": here}), template=None, now=now)
            apply_load(session, plan, now)
        return people, channel

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return kept | {
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.database_url,
            "SLACK_API_URL": self.workspace.api_url,
            "SLACK_BOT_TOKEN": self.workspace.bot_token,
            "SLACK_APP_TOKEN": self.workspace.app_token,
            "SLACK_SIGNING_SECRET": self.workspace.signing_secret,
        }

    def _outcome(self, weather: Weather, seconds: int) -> Outcome:
        sent = looking.sent_messages(self.database)
        return Outcome(
            self.seed,
            lost={
                "words lost": looking.lost_words(self.database, self.notes),
                "messages lost": looking.lost_messages(self.database, self.notes),
                "words not in the report": looking.unreported_words(self.database, self.workspace),
                "parts of the report not posted": looking.missing_report(self.database),
                "partners not asked": looking.unprompted(self.database),
                "messages missing": looking.missing_messages(self.database, self.workspace),
            },
            doubled={
                "messages doubled": looking.doubled_messages(self.workspace),
                "files doubled": looking.doubled_files(self.workspace),
            },
            stuck={
                "stuck": self._is_waiting(),
                "stood still, waiting for": self._stood_still,
                "rounds behind the calendar": looking.behind(self.database, self._moment.date()),
                "parked and untold": looking.parked_untold(self.database),
                "parked needlessly": looking.parked_needlessly(self.database),
            },
            otherwise={
                "faults of ours": looking.faults_in(self.processes.logs()),
                "called too early": looking.impatient_calls(self.workspace.calls, weather.kills),
            },
            seconds=seconds,
            figures={
                "acts": len(self.notes.deeds),
                "not acknowledged": len(self.notes.unanswered),
                "events and interactions": len(self.workspace.deliveries),
                "API calls": len(self.workspace.calls),
                "forms acknowledged": len(self.notes.submitted) + len(self.notes.steered),
                "messages written": len(self.notes.said),
                "messages sent": sum(sent.values()),
            },
            faults=weather.faults(),
            strikes=dict(weather.counts + self.processes.ended),
            tools=looking.deeds_of_coordinators(self.database),
            sent=sent,
            left=len(looking.unreachable(self.database)),
        )
