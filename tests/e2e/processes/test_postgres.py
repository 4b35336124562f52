"""PostgreSQL that fails while people answer: nothing they were told is kept is lost, nothing is doubled."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text

from lamppu_bot import overview
from lamppu_bot.clock import MovableClock
from lamppu_bot.slack.app import build_app
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.connection import SocketModeConnection
from lamppu_bot.slack.runtime import Machinery
from lamppu_bot.workspace import Workspace
from storage import ledger
from storage.database import Database
from storage.models import HeardVersion
from tests.conftest import admin_of
from tests.cutting_proxy import CuttingProxy, Moment
from tests.e2e.acting import CHOICE, FI, NEXT, READY, TEXT
from tests.e2e.crowd import Crowd
from tests.e2e.processes import OPENING, House
from tests.e2e.processes.test_processes import progress, texts_of
from tests.slack.sending_rig import wait_for
from tests.storm.bot_process import LIMITS, TIMING
from tests.storm.looking import doubled_messages, faults_in

NIILO = "niilo.niemela@example.org"
CONTACTS = ("yhteyshenkilo@example.org", "oona.ojala@example.org", NIILO)


@pytest.fixture
def house(workspace: Workspace, tmp_path: Path, new_postgres_url: Callable[[str], str]) -> House:
    """On a PostgreSQL that keeps what it has committed when it is killed, the round open and nothing running."""
    url = new_postgres_url("failing")
    with admin_of(url) as admin:
        admin.execute(text("ALTER DATABASE failing SET synchronous_commit = on"))
    found = House(workspace, url, tmp_path)
    found.open_round()
    return found


@pytest.fixture
def proxy(postgres_server: SimpleNamespace) -> Iterator[CuttingProxy]:
    with CuttingProxy(postgres_server.socket) as found:
        yield found


@pytest.fixture
def bot(house: House, proxy: CuttingProxy) -> Iterator[Machinery]:
    """The bot in this process, with the proxy between it and the database."""
    workspace = house.workspace
    with closing(Database(f"postgresql://postgres@127.0.0.1:{proxy.port}/failing")) as database:
        client = build_client(workspace.bot_token, workspace.api_url)
        bot = Machinery(
            database, client, clock=MovableClock(datetime.fromisoformat(OPENING)), timing=TIMING, limits=LIMITS
        )
        connection = SocketModeConnection(
            build_app(bot.services, client),
            app_token=workspace.app_token,
            api_url=workspace.api_url,
            on_connected=lambda: None,
        )
        connection.start()
        with bot.running():
            yield bot
            connection.stop()


def heard(house: House) -> list[str]:
    with closing(Database(house.database_url)) as database, database.read() as session:
        return list(session.scalars(select(HeardVersion.text)))


def is_all_sent(house: House) -> bool:
    with closing(Database(house.database_url)) as database, database.read() as session:
        return set(ledger.counts(session)) == {ledger.SENT}


def wait_for_card(house: House) -> None:
    """Until Niilo's card says how many answers of his partner the database holds."""
    niilo = house.people[NIILO]
    with closing(Database(house.database_url)) as database, database.read() as session:
        partners = overview.of_all_projects(session)[0]["round"]["partners"]
    [answered] = [found["answered"] for found in partners if found["partner"] == "merilappi"]
    niilo.wait_for(progress(niilo, answered), timeout=60)


def test_server_that_is_killed_in_mid_load_and_comes_back_loses_and_doubles_nothing(
    house: House, postgres_server: SimpleNamespace
) -> None:
    workspace = house.workspace
    with house.start("run") as run, house.start("listen") as listen:
        workspace.wait_connected(4, timeout=60)
        with Crowd(house.people[contact] for contact in CONTACTS) as crowd:
            workspace.wait_until(lambda: len(crowd.kept) >= 30, 40, "thirty answers")
            with postgres_server.down():
                wait_for(lambda: crowd.refused >= 3)
            before = len(crowd.kept)
            workspace.wait_until(lambda: len(crowd.kept) >= before + 30, 60, "answers by the same processes")
        wait_for_card(house)
        assert (run.stop(), listen.stop()) == (0, 0)
    stored = Counter(texts_of(house))
    assert not set(crowd.kept) - set(stored)
    assert max(stored.values()) == 1
    assert doubled_messages(workspace) == {}
    assert faults_in((house.folder / "process.log").read_text("utf-8")) == []


def writes_revision(sent: bytes) -> bool:
    return b"INSERT INTO revision" in sent


def commits_revision(sent: bytes) -> bool:
    return writes_revision(sent) and b"COMMIT\0" in sent


@pytest.mark.parametrize(
    ("what", "moment"),
    [
        (writes_revision, "before"),
        (writes_revision, "within"),
        (writes_revision, "after"),
        (commits_revision, "before"),
        (commits_revision, "after"),
    ],
)
@pytest.mark.usefixtures("bot")
def test_connection_cut_in_a_submission_keeps_the_form_open_and_the_next_press_saves_once(
    house: House, proxy: CuttingProxy, what: Callable[[bytes], bool], moment: Moment
) -> None:
    """Where the answer of the commit is lost, the words are kept already, and the next press changes nothing."""
    niilo = house.people[NIILO]
    niilo.click(NEXT)
    niilo.fill(TEXT, "Kerran")
    niilo.fill(CHOICE, READY)
    proxy.cut_at(what, moment)
    niilo.submit()
    assert proxy.cuts == 1
    assert niilo.modal
    assert list(niilo.modal.errors.values()) == [FI("answer_form.not_saved")]
    assert niilo.modal.input(TEXT).value == "Kerran"
    is_committed = what is commits_revision and moment == "after"
    assert texts_of(house) == (["Kerran"] if is_committed else [])
    niilo.submit()
    assert niilo.modal
    assert niilo.modal.errors == {}
    assert texts_of(house) == ["Kerran"]
    niilo.wait_for(progress(niilo, 1), timeout=30)
    assert doubled_messages(house.workspace) == {}


def hears(sent: bytes) -> bool:
    return b"INSERT INTO heard_message" in sent and b"COMMIT\0" in sent


def begins_attempt(sent: bytes) -> bool:
    return b"attempted_at=" in sent and b"sent_at=" not in sent and b"COMMIT\0" in sent


def settles(sent: bytes) -> bool:
    return b"sent_at=" in sent and b"COMMIT\0" in sent


@pytest.mark.parametrize("what", [hears, begins_attempt, settles])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.usefixtures("bot")
def test_message_whose_commits_are_cut_is_heard_once_and_answered_once(
    house: House, proxy: CuttingProxy, what: Callable[[bytes], bool], moment: Moment
) -> None:
    """Slack brings again what was not acknowledged; the worker looks whether its question is there already."""
    niilo = house.people[NIILO]
    proxy.cut_at(what, moment)
    niilo.say("Mihin tämä kuuluu?")
    niilo.wait_for(lambda one: any(FI("stray.none") in message.buttons for message in one.messages()), timeout=60)
    house.workspace.wait_until(lambda: is_all_sent(house), 60, "everything sent")
    assert proxy.cuts == 1
    assert heard(house) == ["Mihin tämä kuuluu?"]
    assert doubled_messages(house.workspace) == {}


@pytest.mark.usefixtures("bot")
def test_all_connections_cut_again_and_again_under_load_lose_and_double_nothing(
    house: House, proxy: CuttingProxy, caplog: pytest.LogCaptureFixture
) -> None:
    workspace = house.workspace
    with Crowd(house.people[contact] for contact in CONTACTS) as crowd:
        for life in range(1, 6):
            workspace.wait_until(lambda wanted=10 * life: len(crowd.kept) >= wanted, 40, "ten more answers")
            proxy.cut_all()
    stored = Counter(texts_of(house))
    assert proxy.cuts > 5
    assert not set(crowd.kept) - set(stored)
    assert max(stored.values()) == 1
    wait_for_card(house)
    assert doubled_messages(workspace) == {}
    assert [record for record in caplog.records if record.exc_info] == []
