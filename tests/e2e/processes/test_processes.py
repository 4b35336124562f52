"""The bot as an operator runs it: real processes, killed and stopped, on SQLite and on PostgreSQL."""

import json
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from lamppu_bot.workspace import NotAcknowledgedError, Person, Workspace
from storage.database import Database
from storage.models import Delivery, Revision
from tests.e2e.acting import CHOICE, FI, NEXT, READY, TEXT
from tests.e2e.processes import OPENING, House, free_port, health_of, is_healthy

NIILO = "niilo.niemela@example.org"
KATRI = "katri.koordinaattori@example.org"


def texts_of(house: House) -> list[str]:
    database = Database(house.database_url)
    try:
        with database.read() as session:
            return list(session.scalars(select(Revision.text).order_by(Revision.id)))
    finally:
        database.close()


def write(person: Person, text: str) -> None:
    """Sends the open form, or the one behind the card's button."""
    if person.modal is None:
        person.click(NEXT)
    person.fill(TEXT, text)
    person.fill(CHOICE, READY)
    person.submit()


def progress(person: Person, done: int) -> Callable[[Person], bool]:
    heading = FI("card.progress", done=done, total=4)
    return lambda one: any(heading in message.text for message in one.messages())


def test_run_takes_answers_and_finishes_what_it_acknowledged_on_sigterm(house: House) -> None:
    niilo = house.people[NIILO]
    assert [message.text.split("\n")[0] for message in niilo.messages()] == ["LAMPPU: kevään 2099 tulokset"]
    with house.start("run") as bot:
        house.workspace.wait_connected(2, timeout=30)
        write(niilo, "Ensimmäinen")
        write(niilo, "Toinen")
        niilo.wait_for(progress(niilo, 2), timeout=30)
        assert bot.stop() == 0
    assert texts_of(house) == ["Ensimmäinen", "Toinen"]


def test_second_process_on_the_same_file_says_so_and_ends(house: House) -> None:
    with house.start("run"):
        house.workspace.wait_connected(timeout=30)
        second = house.command("run")
        tick = house.command("tick", "--now", OPENING)
    assert second.returncode == 1
    assert "another process is already at work" in second.stderr
    assert tick.returncode == 1


def test_nothing_acknowledged_is_lost_and_nothing_doubled_when_killed_again_and_again(house: House) -> None:
    """Every submission that Slack heard a yes to is in the database; each person has one card."""
    niilo = house.people[NIILO]
    acknowledged = []
    for life in range(3):
        with house.start("run") as bot:
            house.workspace.wait_connected(timeout=30)
            for number in range(3):
                text = f"elämä {life}, vastaus {number}"
                if niilo.modal is None:
                    niilo.click(FI("card.button.answered" if life or number else "card.button.missing"))
                niilo.fill(TEXT, text)
                try:
                    niilo.submit()
                except NotAcknowledgedError:
                    continue
                acknowledged.append(text)
                niilo.close_modal()
                niilo.wait_for(progress(niilo, 1), timeout=30)
            bot.kill()
        house.workspace.wait_until(lambda: not house.workspace.sockets.connections, 10, "the end of its sockets")
    assert len(acknowledged) == 9
    assert texts_of(house) == acknowledged
    assert len(niilo.messages()) == 1


def test_listen_and_work_share_a_postgres(shared_house: House) -> None:
    niilo = shared_house.people[NIILO]
    with shared_house.start("listen") as listener, shared_house.start("work") as worker:
        shared_house.workspace.wait_connected(2, timeout=30)
        write(niilo, "Kuunneltu")
        niilo.wait_for(progress(niilo, 1), timeout=30)
        assert (listener.stop(), worker.stop()) == (0, 0)
    assert texts_of(shared_house) == ["Kuunneltu"]


def test_home_opened_before_the_listener_was_killed_is_shown_by_the_worker_and_follows(shared_house: House) -> None:
    niilo = shared_house.people[NIILO]
    with shared_house.start("listen") as listener:
        shared_house.workspace.wait_connected(2, timeout=30)
        niilo.open_home()
        shared_house.workspace.wait_delivered()
        listener.kill()
    assert niilo.home is None
    with shared_house.start("work"), shared_house.start("listen"):
        niilo.wait_for(lambda one: one.home and FI("card.progress", done=0, total=4) in one.home.text, timeout=30)
        shared_house.workspace.wait_connected(2, timeout=30)
        write(niilo, "Kotoa")
        niilo.wait_for(lambda one: one.home and FI("card.progress", done=1, total=4) in one.home.text, timeout=60)


def test_listen_wants_postgres(house: House) -> None:
    refused = house.command("listen")
    assert refused.returncode == 1
    assert "wants PostgreSQL" in refused.stderr


def test_run_without_an_app_token_serves_http(tmp_path: Path) -> None:
    port = free_port()
    with Workspace(request_url=f"http://127.0.0.1:{port}/slack/events", time_factor=0.02) as workspace:
        house = House(workspace, f"sqlite:///{tmp_path / 'lamppu.db'}", tmp_path)
        house.open_round()
        with house.start("run", variables={**house.signed_http, "PORT": str(port)}) as bot:
            answer_over_http(house, port)
            assert bot.stop() == 0
        assert texts_of(house) == ["Verkosta"]


def test_gunicorn_serves_http_beside_a_worker(tmp_path: Path, new_postgres_url: Callable[[str], str]) -> None:
    port = free_port()
    with Workspace(request_url=f"http://127.0.0.1:{port}/slack/events", time_factor=0.02) as workspace:
        house = House(workspace, new_postgres_url("web"), tmp_path)
        house.open_round()
        told_all = {**house.signed_http, "LOG_LEVEL": "DEBUG"}
        variables = {**told_all, "PORT": str(port)}
        words = ["gunicorn", "bot:web", "--workers", "2", "--threads", "4"]
        of_work = free_port()
        beside = {**told_all, "PORT": str(of_work)}
        with house.start(*words, variables=variables) as web, house.start("work", variables=beside) as worker:
            answer_over_http(house, port)
            assert health_of(f"http://127.0.0.1:{port}")["worker_seen_seconds"] is not None
            address = f"http://127.0.0.1:{of_work}"
            workspace.wait_until(lambda: is_healthy(address), 40, "a healthy answer of the worker")
            told = health_of(address)
            assert (told["ok"], told["worker"], told["token"]) == (True, True, True)
            with urllib.request.urlopen(f"http://127.0.0.1:{of_work}/metrics", timeout=5) as metrics:
                assert "lamppu_oldest_unsent_seconds" in metrics.read().decode()
            assert (web.stop(), worker.stop()) == (0, 0)
        assert texts_of(house) == ["Verkosta"]
        log = (house.folder / "process.log").read_text(encoding="utf-8")
        [cause] = re.findall(r"cause=(\w+) msg=handled kind=view_submission", log)
        assert re.search(rf"cause={cause} msg=sent .*kind=card", log), "one id from the web process to the worker"
        secrets = (workspace.bot_token, workspace.signing_secret, "Verkosta", NIILO, "Niilo", "Niemelä")
        assert not [secret for secret in secrets if secret in log]
        of_gunicorn = re.compile(r"\[[\d-]+ [\d:]+ \+0000\] \[\d+\] \[INFO\] ")
        lines = [line for line in log.splitlines() if not of_gunicorn.match(line)]
        assert not [line for line in lines if not re.match(r"time=\S+Z level=[A-Z]+ logger=\S+ .*msg=", line)]


def test_listen_serves_http_beside_a_worker(tmp_path: Path, new_postgres_url: Callable[[str], str]) -> None:
    port = free_port()
    with Workspace(request_url=f"http://127.0.0.1:{port}/slack/events", time_factor=0.02) as workspace:
        house = House(workspace, new_postgres_url("listening"), tmp_path)
        house.open_round()
        with (
            house.start("listen", variables={**house.signed_http, "PORT": str(port)}) as listener,
            house.start("work", variables=house.signed_http) as worker,
        ):
            answer_over_http(house, port)
            assert (listener.stop(), worker.stop()) == (0, 0)
        assert texts_of(house) == ["Verkosta"]


def test_work_says_on_its_port_that_slack_refuses_the_token(shared_house: House) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    shared_house.workspace.revoke_token()
    with shared_house.start("work", variables={**shared_house.socket_mode, "PORT": str(port)}) as worker:
        shared_house.workspace.wait_until(lambda: health_of(address), 40, "an answer")
        told = health_of(address)
        assert (told["status"], told["token_error"]) == (503, "token_revoked")
        assert "write the new SLACK_BOT_TOKEN" in told["advice"][0]
        assert worker.stop() == 0


def test_work_whose_port_is_taken_says_what_to_do(shared_house: House) -> None:
    with socket.create_server(("", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = shared_house.command("work", PORT=port)
    assert refused.returncode == 1
    assert f"PORT {port} cannot be opened" in refused.stderr
    assert "one of their own" in refused.stderr


def answer_over_http(house: House, port: int) -> None:
    """A contact's answer arrives and comes back on the card; a forged request is turned away."""
    address = f"http://127.0.0.1:{port}"
    house.workspace.wait_until(lambda: is_healthy(address), 40, "a healthy answer")
    niilo = house.people[NIILO]
    write(niilo, "Verkosta")
    niilo.wait_for(progress(niilo, 1), timeout=30)
    assert forged_status(address) == 401


def forged_status(address: str) -> int:
    request = urllib.request.Request(
        f"{address}/slack/events",
        data=b"payload=%7B%22type%22%3A%22block_actions%22%7D",
        headers={"x-slack-signature": "v0=0000", "x-slack-request-timestamp": "1"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_load_and_tick_open_a_round_from_the_command_line(workspace: Workspace, tmp_path: Path) -> None:
    house = House(workspace, f"sqlite:///{tmp_path / 'lamppu.db'}", tmp_path)
    assert "added     partners.merilappi" in house.command("load", str(house.file)).stdout
    ticked = house.command("tick", "--now", OPENING)
    assert (ticked.returncode, ticked.stdout) == (0, "3 messages were due\n")
    assert NEXT in house.people[NIILO].messages()[0].buttons
    assert house.command("tick", "--now", OPENING).stdout == "0 messages were due\n"


def test_status_and_report_are_told_on_the_command_line(house: House) -> None:
    told = json.loads(house.command("status", "--json").stdout)
    assert told[0]["round"]["round"] == "2099-spring"
    assert [one["missing"] for one in told[0]["round"]["partners"]] == [5, 4, 4]
    assert "Kaarnikka".casefold() in house.command("status").stdout.casefold()
    left = house.command("report", "2099-spring", "--format", "docx", "--out", "report")
    assert len(left.stdout.split()) == 3
    assert (house.folder / left.stdout.split()[0]).read_bytes().startswith(b"PK")
    pdf = house.command("report", "2099-spring", "--format", "pdf", "--out", "report").stdout.split()
    assert [(house.folder / path).read_bytes()[:5] for path in pdf] == [b"%PDF-"] * 4
    unknown = house.command("report", "2098-spring", "--format", "json", "--out", "report")
    assert (unknown.returncode, "2099-spring" in unknown.stderr) == (1, True)


def test_no_process_leaves_a_token_in_its_log(house: House) -> None:
    with house.start("run", variables={**house.socket_mode, "LOG_LEVEL": "DEBUG"}) as bot:
        house.workspace.wait_connected(timeout=30)
        write(house.people[NIILO], "Salainen teksti")
        house.people[NIILO].wait_for(lambda niilo: "1/4" in niilo.messages()[0].text)
        bot.stop()
    log = (house.folder / "process.log").read_text(encoding="utf-8")
    assert "delivery" in log
    for secret in (house.workspace.bot_token, house.workspace.app_token, "Salainen teksti"):
        assert secret not in log


def test_every_delivery_went_out_once(house: House) -> None:
    database = Database(house.database_url)
    with database.read() as session:
        states = list(session.scalars(select(Delivery.state)))
    database.close()
    assert set(states) == {"sent"}
    assert len(house.workspace.calls_to("chat.postMessage")) == len(states)
    assert len(house.people[KATRI].messages(house.channel)) == 0
