"""Requests of Slack's that come again byte for byte within five minutes, signature and all: nothing changes twice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltResponse
from sqlalchemy import Table, select

from lamppu_bot.clock import MovableClock
from lamppu_bot.slack.app import build_app
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.health import Health
from lamppu_bot.slack.http import HttpServer
from lamppu_bot.slack.runtime import Machinery
from lamppu_bot.slack.signed_requests import SignedRequests
from lamppu_bot.workspace import Person, Workspace
from storage.database import Database
from storage.models import Base
from tests.e2e.acting import CHOICE, FI, NEXT, READY, TEXT
from tests.e2e.processes import OPENING, House, free_port
from tests.storm.bot_process import LIMITS

NIILO = "niilo.niemela@example.org"
KATRI = "katri.koordinaattori@example.org"
# Leases and paces are not about what people said; a Home is simply shown again.
PASSING = {"pacing", "pulse", "home_tab", "delivery"}


class Recorded(SignedRequests):
    """Keeps every request as it came."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.seen: list[tuple[bytes, str, Mapping[str, str]]] = []

    def answer(self, body: bytes, query: str, headers: Mapping[str, str]) -> BoltResponse:
        self.seen.append((body, query, headers))
        return super().answer(body, query, headers)


@dataclass
class Web:
    """The bot called over HTTP in this process."""

    house: House
    database: Database
    bot: Machinery
    requests: Recorded

    def settle(self) -> None:
        self.house.workspace.wait_delivered()
        self.bot.tick()

    def replay(self) -> list[int]:
        """All that has come in so far once more; returns the statuses."""
        statuses = [super(Recorded, self.requests).answer(*request).status for request in self.requests.seen]
        self.settle()
        return statuses

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        tables: list[Table] = [table for table in Base.metadata.sorted_tables if table.name not in PASSING]
        with self.database.read() as session:
            return {table.name: sorted(map(tuple, session.execute(select(table))), key=str) for table in tables}

    @property
    def posted(self) -> int:
        return len(self.house.workspace.calls_to("chat.postMessage"))


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    port = free_port()
    with Workspace(request_url=f"http://127.0.0.1:{port}/slack/events", time_factor=0.02) as workspace:
        house = House(workspace, f"sqlite:///{tmp_path / 'lamppu.db'}", tmp_path)
        house.open_round()
        database = Database(house.database_url)
        client = build_client(workspace.bot_token, workspace.api_url)
        bot = Machinery(database, client, clock=MovableClock(datetime.fromisoformat(OPENING)), limits=LIMITS)
        requests = Recorded(build_app(bot.services, client), workspace.signing_secret)
        server = HttpServer(lambda: Health(True), port=port, requests=requests)
        server.start()
        yield Web(house, database, bot, requests)
        server.stop()
        database.close()


def answer(person: Person, text: str, button: str = NEXT) -> None:
    person.click(button)
    person.fill(TEXT, text)
    person.fill(CHOICE, READY)
    person.submit()
    person.close_modal()


def test_events_forms_clicks_and_commands_replayed_change_nothing_twice(web: Web) -> None:
    niilo, katri = web.house.people[NIILO], web.house.people[KATRI]
    stray = niilo.say("Mikä tämä on?")
    niilo.edit(stray, "Mikä ihme tämä on?")
    answer(niilo, "Ensimmäinen")
    web.settle()
    niilo.click(FI("stray.none"))
    niilo.open_home()
    niilo.command("/lamppu", "status")
    niilo.command("/lamppu", "away 14.5.")
    katri.command("/lamppu", "report")
    web.settle()
    before, posted = web.rows(), web.posted
    assert len(web.requests.seen) >= 9
    statuses = web.replay()
    assert set(statuses) == {200}
    assert web.rows() == before
    assert web.posted == posted


def test_older_form_replayed_after_a_newer_one_does_not_take_its_place(web: Web) -> None:
    niilo = web.house.people[NIILO]
    answer(niilo, "Ensimmäinen")
    web.settle()
    answer(niilo, "Korjattu", FI("card.button.answered"))
    web.settle()
    before = web.rows()
    web.replay()
    assert [row for row in web.rows()["revision"] if row not in before["revision"]] == []
    assert web.rows()["answer"] == before["answer"]
