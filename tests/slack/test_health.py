"""What `/healthz` tells: of a process that works itself, and of one that listens beside a worker elsewhere."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest

from lamppu_bot.clock import Now, present
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.health import ADVICE, health_of
from lamppu_bot.slack.runtime import Machinery
from lamppu_bot.slack.sending import Worker
from lamppu_bot.slack.token_watch import ASK_AGAIN_SECONDS, TokenWatch
from lamppu_bot.workspace import Fault, Workspace
from storage import ledger
from storage.database import Database
from storage.migrate import upgrade
from tests.slack.sending_rig import wait_for

NOWHERE = "http://127.0.0.1:9/api/"


def bot_on(database: Database, clock: Callable[[], Now] = present) -> Machinery:
    return Machinery(database, build_client("xoxb-1", NOWHERE), clock=clock)


def in_minutes(minutes: float) -> Callable[[], Now]:
    later = datetime.now(UTC) + timedelta(minutes=minutes)
    return lambda: Now(later, later)


def test_health_of_a_process_that_works_tells_of_its_own_worker(database: Database) -> None:
    bot = bot_on(database)
    with bot.running():
        told = health_of(bot, slack=True)
    assert told.status == HTTPStatus.OK
    assert told.details == {
        "database": True,
        "oldest_unsent_seconds": 0,
        "worker_seen_seconds": 0,
        "worker": True,
        "slack": True,
        "token": None,
    }


def test_health_of_a_process_whose_worker_has_died_is_ill(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Worker, "run", lambda *_: None)
    bot = bot_on(database)
    with bot.running():
        wait_for(lambda: not bot.are_threads_alive)
        told = health_of(bot)
    assert (told.status, told.details["worker"]) == (HTTPStatus.SERVICE_UNAVAILABLE, False)
    assert told.details["advice"] == [ADVICE["worker"]]


def test_health_of_a_process_without_a_connection_to_slack_is_ill(database: Database) -> None:
    told = health_of(bot_on(database), slack=False)
    assert (told.status, told.details["slack"]) == (HTTPStatus.SERVICE_UNAVAILABLE, False)


def test_health_of_a_listener_tells_how_long_no_worker_was_seen_and_stays_well(
    new_postgres_url: Callable[[str], str],
) -> None:
    url = new_postgres_url("health")
    with closing(Database(url)) as mine, closing(Database(url)) as theirs:
        upgrade(mine)
        listener = bot_on(mine)
        assert health_of(listener).details["worker_seen_seconds"] is None
        with bot_on(theirs).running():
            wait_for(lambda: health_of(listener).details["worker_seen_seconds"] is not None)
        told = health_of(bot_on(mine, in_minutes(5)))
    assert told.status == HTTPStatus.OK
    assert told.details["worker_seen_seconds"] == pytest.approx(300, abs=30)


def test_health_tells_the_age_of_the_oldest_message_that_waits(database: Database) -> None:
    with database.write() as session:
        ledger.order(session, "a", "test", now=datetime.now(UTC), channel="C1")
    told = health_of(bot_on(database, in_minutes(5)))
    assert told.details["oldest_unsent_seconds"] == pytest.approx(300, abs=30)


def test_health_without_a_database_is_ill(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'nowhere' / 'lamppu.db'}")) as gone:
        told = health_of(bot_on(gone))
    assert (told.status, told.details["database"]) == (HTTPStatus.SERVICE_UNAVAILABLE, False)
    assert told.details["advice"] == [ADVICE["database"]]


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive", "token_expired"])
def test_health_while_slack_refuses_the_token_is_ill_and_says_what_to_do(database: Database, code: str) -> None:
    seconds = [0.0]
    with Workspace() as workspace:
        bot = Machinery(database, build_client(workspace.bot_token, workspace.api_url))
        bot.token = TokenWatch(bot.client, lambda: seconds[0])
        assert health_of(bot).details["token"] is True
        workspace.revoke_token(code)
        assert health_of(bot).status == HTTPStatus.OK  # Slack is asked once a minute
        seconds[0] += ASK_AGAIN_SECONDS
        told = health_of(bot)
        assert (told.status, told.details["token"]) == (HTTPStatus.SERVICE_UNAVAILABLE, False)
        assert (told.details["token_error"], told.details["advice"]) == (code, [ADVICE["token"]])
        workspace.restore_token()
        seconds[0] += ASK_AGAIN_SECONDS
        assert health_of(bot).status == HTTPStatus.OK


@pytest.mark.parametrize("fault", ["http_500", "internal_error", "cut_before", "ratelimited"])
def test_health_keeps_what_slack_said_of_the_token_while_it_gives_no_answer(database: Database, fault: str) -> None:
    seconds = [0.0]
    with Workspace() as workspace:
        bot = Machinery(database, build_client(workspace.bot_token, workspace.api_url))
        bot.token = TokenWatch(bot.client, lambda: seconds[0])
        for refuse, status in ((workspace.restore_token, 200), (workspace.revoke_token, 503)):
            refuse()
            assert health_of(bot).status == status
            workspace.faults.append(Fault("auth.test", fault))  # type: ignore[arg-type]
            seconds[0] += ASK_AGAIN_SECONDS
            assert health_of(bot).status == status
            seconds[0] += ASK_AGAIN_SECONDS


def test_health_does_not_ask_of_the_token_while_slack_wants_to_be_left_alone(database: Database) -> None:
    with Workspace() as workspace:
        one, other = (Machinery(database, build_client(workspace.bot_token, workspace.api_url)) for _ in range(2))
        workspace.faults.append(Fault("auth.test", "ratelimited", retry_after=60))
        for bot in (one, other):
            assert health_of(bot).details["token"] is None
        assert len(workspace.calls_to("auth.test")) == 1
