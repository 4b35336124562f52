"""Processes under load: stopped, nothing that was acknowledged is lost; a copy made meanwhile has all of it."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from lamppu_bot.workspace import Workspace
from tests.conftest import admin_of
from tests.e2e.crowd import Crowd
from tests.e2e.processes import House, free_port, is_healthy
from tests.e2e.processes.test_processes import texts_of

CONTACTS = ("yhteyshenkilo@example.org", "oona.ojala@example.org", "niilo.niemela@example.org")


CONNECTIONS = 16  # five for each web process, six for the worker: what a PostgreSQL of 20 has for its users


def test_gunicorn_stopped_under_load_on_a_small_database_loses_no_acknowledged_word(
    tmp_path: Path, new_postgres_url: Callable[[str], str]
) -> None:
    port, url = free_port(), new_postgres_url("small")
    with admin_of(url) as admin:
        admin.execute(text(f"CREATE ROLE small LOGIN CONNECTION LIMIT {CONNECTIONS}"))
        admin.execute(text("ALTER DATABASE small OWNER TO small"))
    with Workspace(request_url=f"http://127.0.0.1:{port}/slack/events", time_factor=0.02) as workspace:
        house = House(workspace, url.replace("postgres:@", "small:@"), tmp_path)
        house.open_round()
        words = ["gunicorn", "bot:web", "--workers", "2", "--threads", "16", "--graceful-timeout", "10"]
        variables = {**house.signed_http, "PORT": str(port)}
        with house.start(*words, variables=variables) as web, house.start("work", variables=house.signed_http) as work:
            workspace.wait_until(lambda: is_healthy(f"http://127.0.0.1:{port}"), 40, "a healthy answer")
            with Crowd(house.people[contact] for contact in CONTACTS) as crowd:
                workspace.wait_until(lambda: len(crowd.kept) >= 60, 40, "sixty answers")
                assert web.stop() == 0
            assert work.stop() == 0
        stored = Counter(texts_of(house))
    assert crowd.refused == 0
    assert not set(crowd.kept) - set(stored)
    assert max(stored.values()) == 1


@pytest.mark.parametrize("way", ["socket", "http"])
def test_run_stopped_under_load_loses_no_acknowledged_word_and_a_copy_made_meanwhile_has_them(
    tmp_path: Path, way: str
) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    url = f"{address}/slack/events" if way == "http" else None
    with Workspace(request_url=url, time_factor=0.02) as workspace:
        house = House(workspace, f"sqlite:///{tmp_path / 'lamppu.db'}", tmp_path)
        house.open_round()
        settings = house.signed_http if way == "http" else house.socket_mode
        copy = tmp_path / "copy.db"
        with house.start("run", variables={**settings, "PORT": str(port)}) as bot:
            workspace.wait_until(lambda: is_healthy(address), 40, "a healthy answer")
            with Crowd(house.people[contact] for contact in CONTACTS) as crowd:
                workspace.wait_until(lambda: len(crowd.kept) >= 30, 40, "thirty answers")
                before = set(crowd.kept)
                assert house.command("backup", str(copy)).returncode == 0
                after = len(crowd.kept)
                workspace.wait_until(lambda: len(crowd.kept) >= after + 30, 40, "thirty answers more")
                assert bot.stop() == 0
        stored = Counter(texts_of(house))
    assert crowd.refused == 0
    assert not set(crowd.kept) - set(stored)
    assert max(stored.values()) == 1
    house.database_url = f"sqlite:///{copy}"
    assert before <= set(texts_of(house)) <= set(stored)
