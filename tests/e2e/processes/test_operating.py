"""What an operator does beside a running bot: copies, waiting messages, figures, the audit trail, persons' rights."""

import json
import logging
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

from click.testing import CliRunner, Result
from sqlalchemy import delete, select

from bot import cli
from storage import pulse
from storage.database import Database
from storage.models import HeardVersion, Person, Pulse
from tests.e2e.acting import CHOICE, FI, NEXT, READY, TEXT
from tests.e2e.processes import House, free_port, health_of, is_healthy

NIILO = "niilo.niemela@example.org"
ANSWER = "Verkosto kokoontui kahdesti."


def invoke(house: House, *words: str, **variables: str) -> Result:
    """As `house.command`, in this process: it takes a tenth of the time."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        return CliRunner().invoke(cli, words, env=house.environment(**{**house.socket_mode, **variables}))
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])


def answer_one(house: House) -> None:
    """Niilo answers one objective, and writes something that belongs to none."""
    niilo = house.people[NIILO]
    with house.start("run") as bot:
        house.workspace.wait_connected(timeout=30)
        niilo.click(NEXT)
        niilo.fill(TEXT, ANSWER)
        niilo.fill(CHOICE, READY)
        niilo.submit()
        niilo.close_modal()
        niilo.say("Soitan huomenna, numeroni on 040 123.")
        house.workspace.wait_delivered(30)
        niilo.wait_for(lambda one: any(FI("card.progress", done=1, total=4) in m.text for m in one.messages()), 30)
        bot.stop()


def hand_on(house: House) -> None:
    """Somebody else is contact in Niilo's place."""
    text = house.file.read_text(encoding="utf-8")
    text = text.replace("Niilo Niemelä", "Uusi Henkilö").replace(NIILO, "uusi@example.org")
    house.file.write_text(text, encoding="utf-8")
    assert invoke(house, "load", str(house.file)).exit_code == 0


def said_in_database(house: House) -> str:
    """All text of the database file."""
    copy = house.folder / "look.db"
    copy.unlink(missing_ok=True)
    assert invoke(house, "backup", str(copy)).exit_code == 0
    return copy.read_bytes().decode("utf-8", "replace")


def test_backup_beside_a_running_bot_and_restore_after_it(house: House) -> None:
    copy = house.folder / "copy.db"
    with house.start("run") as bot:
        house.workspace.wait_connected(timeout=30)
        assert invoke(house, "backup", str(copy)).stdout.startswith(f"{copy}: ")
        refused = invoke(house, "restore", str(copy))
        assert (refused.exit_code, "another process is already at work" in refused.stderr) == (1, True)
        bot.stop()
    answer_one(house)
    restored = invoke(house, "restore", str(copy))
    assert restored.exit_code == 0
    told = json.loads(invoke(house, "status", "--json").stdout)
    assert [one["answered"] for one in told[0]["round"]["partners"]] == [0, 0, 0]
    assert "lamppu.db.replaced-" in restored.stdout


def test_words_written_since_the_copy_was_made_are_read_from_slack_after_restoring_it(house: House) -> None:
    niilo = house.people[NIILO]
    copy = house.folder / "copy.db"
    assert invoke(house, "backup", str(copy)).exit_code == 0
    with house.start("run") as bot:
        house.workspace.wait_connected(timeout=30)
        niilo.say("Kirjoitettu kopion jälkeen")
        house.workspace.wait_delivered(30)
        bot.stop()
    assert heard(house) == ["Kirjoitettu kopion jälkeen"]
    assert invoke(house, "restore", str(copy)).exit_code == 0
    assert heard(house) == []
    with house.start("run") as bot:
        house.workspace.wait_until(lambda: heard(house), 30, "the words to be read from Slack")
        bot.stop()
    assert heard(house) == ["Kirjoitettu kopion jälkeen"]


def heard(house: House) -> list[str]:
    with closing(Database(house.database_url)) as database, database.read() as session:
        return list(session.scalars(select(HeardVersion.text)))


def test_sqlite_file_whose_folder_is_not_there_is_named_with_what_to_do(house: House) -> None:
    file = house.folder / "nowhere" / "lamppu.db"
    for words in (["status"], ["run"], ["load", str(house.file)]):
        refused = invoke(house, *words, DATABASE_URL=f"sqlite:///{file}")
        assert (refused.exit_code, len(refused.stderr.splitlines())) == (1, 1)
        assert f"({file}): see that its folder is there" in refused.stderr


def test_library_that_an_upgrade_wants_is_named_with_what_to_do(house: House) -> None:
    program = "import sys; sys.modules['sqlalchemy'] = None; import bot; bot.cli(['status'])"
    done = [sys.executable, "-c", program]
    refused = subprocess.run(done, env=house.environment(), capture_output=True, text=True, check=False)
    told = "Error: the library sqlalchemy is not installed: run `make install`, as after each upgrade\n"
    assert (refused.returncode, refused.stderr) == (1, told)


def test_parked_messages_are_listed_retried_and_settled(house: House) -> None:
    """The coordinators' channel has lost its bot; the address of a contact is wrong in Slack."""
    house.workspace.remove(house.channel)
    for day in ("2099-05-22", "2099-05-27"):
        invoke(house, "tick", "--now", f"{day}T09:00+03:00")
    waiting = json.loads(invoke(house, "deliveries", "--json").stdout)
    assert {one["state"] for one in waiting} == {"parked"}
    [overview] = [one for one in waiting if one["kind"] == "overview"]
    assert "not_in_channel" in overview["error"]
    told = invoke(house, "deliveries").stdout.splitlines()
    begun = told.index(f"{overview['id']}  parked  {overview['key']}")
    since = overview["since"][:16]
    assert told[begun + 1].startswith(f"    to {house.channel.id}, since {since} UTC, ")
    assert told[begun + 1].endswith(f", cause={overview['cause']}")
    assert told[begun + 2] == f"    {overview['error']}", "all of it, in a window of any width"
    wrong = invoke(house, "deliveries", "settle", str(overview["id"]), "999999", "--as", "dropped")
    assert (wrong.exit_code, "not parked: 999999" in wrong.stderr) == (1, True)
    house.workspace.invite(house.channel)
    assert invoke(house, "deliveries", "retry", str(overview["id"])).stdout == f"due again: {overview['id']}\n"
    invoke(house, "tick", "--now", "2099-05-27T09:05+03:00")
    left = [one["id"] for one in json.loads(invoke(house, "deliveries", "--json").stdout)]
    assert overview["id"] not in left
    if left:
        invoke(house, "deliveries", "settle", *map(str, left), "--as", "dropped")
    assert invoke(house, "deliveries").stdout == "Nothing waits.\n"


def test_what_a_load_orders_is_found_in_the_log_by_one_id(house: House) -> None:
    hand_on(house)
    waiting = json.loads(invoke(house, "deliveries", "--json").stdout)
    [card] = [one for one in waiting if (one["kind"], one["to"]) == ("card", "Uusi Henkilö")]
    house.workspace.add_person("Uusi Henkilö", "uusi@example.org")
    assert re.search(rf"cause={card['cause']} msg=sent .*kind=card", invoke(house, "tick").stderr)


def test_metrics_are_told_on_the_command_line_and_where_health_is(house: House) -> None:
    port = free_port()
    told = invoke(house, "metrics").stdout
    assert 'lamppu_answers{project="lamppu",round="2099-spring",state="missing"} 13.0' in told
    assert 'lamppu_deliveries{state="parked"} 0.0' in told
    with house.start("run", variables={**house.socket_mode, "PORT": str(port)}) as bot:
        address = f"http://127.0.0.1:{port}"
        house.workspace.wait_until(lambda: is_healthy(address), 30, "a healthy answer")
        health = health_of(address)
        assert (health["database"], health["worker"], health["slack"]) == (True, True, True)
        with urllib.request.urlopen(f"{address}/metrics", timeout=5) as answer:
            assert "lamppu_oldest_unsent_seconds" in answer.read().decode()
        bot.stop()


def test_metrics_tell_how_long_no_worker_was_seen_where_several_share_a_database(shared_house: House) -> None:
    with closing(Database(shared_house.database_url)) as database, database.write() as session:
        pulse.beat(session, datetime.now(UTC) - timedelta(minutes=5))
    [seen] = re.findall(r"^lamppu_worker_seen_seconds (.+)$", invoke(shared_house, "metrics").stdout, re.M)
    assert float(seen) >= 300
    with closing(Database(shared_house.database_url)) as database, database.write() as session:
        session.execute(delete(Pulse))
    assert "lamppu_worker_seen_seconds" not in invoke(shared_house, "metrics").stdout


def test_audit_trail_is_exported(house: House) -> None:
    lines = invoke(house, "audit").stdout.splitlines()
    assert lines[0] == "at,project,who,action,details"
    assert ",lamppu,,load," in lines[1]
    assert json.loads(invoke(house, "audit", "--format", "json", "--project", "lamppu").stdout)[0]["action"] == "load"
    assert invoke(house, "audit", "--project", "nobody").exit_code == 1


def test_person_who_has_something_to_do_is_exported_and_not_erased(house: House) -> None:
    answer_one(house)
    kept = json.loads(invoke(house, "person", "export", NIILO).stdout)
    assert kept["roles"] == ["contact of lamppu merilappi"]
    assert [(one["objective"], one["text"]) for one in kept["answers"]] == [("verkosto", ANSWER)]
    assert [one["text"] for one in kept["messages"]] == ["Soitan huomenna, numeroni on 040 123."]
    refused = invoke(house, "person", "erase", NIILO, "--yes")
    assert (refused.exit_code, "contact of lamppu merilappi" in refused.stderr) == (1, True)
    assert invoke(house, "person", "export", "nobody@example.org").exit_code == 1


def test_colleague_whose_address_nobody_knows_is_exported_and_erased_by_their_slack_id(house: House) -> None:
    with closing(Database(house.database_url)) as database, database.write() as session:
        session.add(Person(name="Ulla Ulkopuolinen", slack_id="U0ELSEWHERE"))
    assert json.loads(invoke(house, "person", "export", "u0elsewhere").stdout)["person"]["name"] == "Ulla Ulkopuolinen"
    asked = invoke(house, "person", "erase", "U0ELSEWHERE")
    assert "Ulla Ulkopuolinen <U0ELSEWHERE> cannot be brought back. Go on?" in asked.stdout
    assert invoke(house, "person", "erase", "U0ELSEWHERE", "--yes").exit_code == 0
    unknown = invoke(house, "person", "export", "U0ELSEWHERE")
    assert (unknown.exit_code, "nobody is known by U0ELSEWHERE" in unknown.stderr) == (1, True)


def test_person_who_has_left_is_erased_and_the_answers_stay(house: House) -> None:
    answer_one(house)
    hand_on(house)
    erased = invoke(house, "person", "erase", NIILO, "--yes")
    assert (erased.exit_code, erased.stderr) == (0, "")
    kept = said_in_database(house)
    assert ANSWER in kept
    for secret in ("Niilo Niemelä", NIILO, "040 123", house.people[NIILO].id):
        assert secret not in kept
    with closing(Database(house.database_url)) as database, database.read() as session:
        names = set(session.scalars(select(Person.name)))
    assert {name for name in names if name.startswith("N. N.")} != set()


def test_move_to_postgres_and_go_on_there(house: House, new_postgres_url: Callable[[str], str]) -> None:
    answer_one(house)
    url = new_postgres_url("moved_by_command")
    moved = invoke(house, "move", "--to", url)
    assert (moved.exit_code, "each compared" in moved.stdout) == (0, True)
    told = json.loads(invoke(house, "status", "--json", DATABASE_URL=url).stdout)
    assert [one["answered"] for one in told[0]["round"]["partners"]] == [0, 0, 1]
    again = invoke(house, "move", "--to", url)
    assert (again.exit_code, "not empty" in again.stderr) == (1, True)
    assert invoke(house, "move", "--to", "nonsense").exit_code == 1
