"""`bot.py retention`: what is personal goes out of projects that ended long ago, and out of nothing else."""

import csv
import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from dateutil.relativedelta import relativedelta
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lamppu_bot.operating.mentions import HEADING
from lamppu_bot.richtext import from_plain
from lamppu_bot.workspace import Workspace
from storage import retention
from storage.database import Database
from storage.models import (
    Answer,
    AuditEntry,
    Base,
    Delivery,
    HeardMessage,
    HeardVersion,
    Participation,
    Person,
    Project,
    Revision,
    Round,
)
from storage.person_records import naming_tables
from tests.e2e.processes import House
from tests.e2e.processes.test_operating import ANSWER, NIILO, hand_on, invoke, said_in_database

KATRI = "katri.koordinaattori@example.org"
STRAY = "Soitan huomenna, numeroni on 040 123."


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, workspace: Workspace, tmp_path: Path) -> House:
    """The round open and one objective answered, a message that belongs to none beside it."""
    if request.param == "postgresql":
        create: Callable[[str], str] = request.getfixturevalue("new_postgres_url")
        url = create("retained")
    else:
        url = f"sqlite:///{tmp_path / 'lamppu.db'}"
    found = House(workspace, url, tmp_path)
    found.open_round()
    with writing(found) as session:
        niilo = session.scalars(select(Person).where(Person.email == NIILO)).one()
        answer = session.scalars(select(Answer).order_by(Answer.id.desc()).limit(1)).one()
        answer.state, answer.text, answer.version, answer.updated_by_id = "answered", ANSWER, 1, niilo.id
        answer.document = from_plain(ANSWER)
        kept = {"number": 1, "state": "answered", "text": ANSWER, "document": answer.document, "at": datetime.now(UTC)}
        session.add(Revision(answer_id=answer.id, person_id=niilo.id, source="form", origin="V1", **kept))
        hear(session, found.people[NIILO].id, STRAY, "1.0", datetime.now(UTC), person_id=niilo.id)
    return found


def hear(session: Session, slack_user: str, text: str, ts: str, at: datetime, person_id: int | None = None) -> None:
    """Somebody has written to the bot what belongs to no answer."""
    row = HeardMessage(channel="D1", ts=ts, slack_user=slack_user, person_id=person_id, state="stray", files=[])
    session.add(row)
    session.flush()
    session.add(HeardVersion(message_id=row.id, edit_ts="", text=text, document=[], at=at))


@contextmanager
def writing(house: House) -> Iterator[Session]:
    with closing(Database(house.database_url)) as database, database.write() as session:
        yield session


def months_ago(months: int) -> date:
    return datetime.now(UTC).date() - relativedelta(months=months)


def let_end(house: House, months: int, key: str = "lamppu") -> None:
    """The project's last round closed so long ago, and nothing was sent or heard since."""
    then = datetime.now(UTC) - relativedelta(months=months)
    with writing(house) as session:
        project_id = session.scalars(select(Project.id).where(Project.key == key)).one()
        dates = {"opens_on": timedelta(days=40), "due_on": timedelta(days=20), "closes_on": timedelta(0)}
        moved = {name: months_ago(months) - earlier for name, earlier in dates.items()}
        session.execute(update(Round).where(Round.project_id == project_id).values(moved))
        session.execute(update(Delivery).values(created_at=then))
        session.execute(update(HeardVersion).values(at=then))


def add_project(house: House, *, people: str) -> None:
    """Another project, still under way, in which the people with `people` in their addresses go on."""
    text = house.file.read_text(encoding="utf-8").replace('key = "lamppu"', 'key = "revontuli"')
    for email in house.people:
        if people not in email:
            text = text.replace(email, f"toinen.{email}")
    house.file.with_name("other.toml").write_text(text, encoding="utf-8")
    assert invoke(house, "load", str(house.file.with_name("other.toml"))).exit_code == 0


def expire(house: House, *words: str, months: int = 24) -> Result:
    done = invoke(house, "retention", "--months", str(months), *words)
    assert "Traceback" not in done.output
    return done


def names(house: House) -> set[str]:
    with writing(house) as session:
        return set(session.scalars(select(Person.name)))


def test_a_project_that_ended_long_ago_keeps_its_answers_and_loses_its_people(house: House) -> None:
    let_end(house, 25)
    done = expire(house, "--yes")
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"lamppu: ended on {months_ago(25)}, 5 people to go" in done.stdout
    assert f"  Niilo Niemelä <{NIILO}>" in done.stdout
    assert "handovers: 1 to go" in done.stdout
    with writing(house) as session:
        kept = "\n".join(
            str(row._mapping) for table in Base.metadata.sorted_tables for row in session.execute(select(table))
        )
    assert ANSWER in kept
    for person in house.people.values():
        for secret in (person.user.real_name, person.user.email, person.id):
            assert secret not in kept
    assert STRAY not in kept
    left = invoke(house, "report", "2099-spring", "--format", "json", "--out", str(house.folder / "out"))
    assert ANSWER in Path(left.stdout.strip()).read_text(encoding="utf-8")


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)  # PostgreSQL lets go of it at its next VACUUM
def test_nothing_of_it_is_left_in_the_file(house: House) -> None:
    let_end(house, 25)
    expire(house, "--yes")
    raw = b"".join(file.read_bytes() for file in house.folder.glob("lamppu.db*"))
    assert ANSWER in raw.decode("utf-8", "replace")
    for secret in ("Niilo Niemelä", NIILO, "040 123", house.people[NIILO].id):
        assert secret.encode() not in raw
        assert secret not in said_in_database(house)


def test_dry_run_and_a_no_change_nothing(house: House) -> None:
    let_end(house, 25)
    before = names(house)
    shown = expire(house, "--dry-run")
    assert shown.stdout.splitlines()[-1] == "Nothing was changed."
    assert "5 people to go" in shown.stdout
    refused = expire(house)  # nobody is there to say yes
    assert (refused.exit_code, "None of it can be brought back. Go on?" in refused.stdout) == (1, True)
    assert names(house) == before


def test_what_it_took_out_is_in_the_audit_trail_and_once_more_takes_nothing(house: House) -> None:
    let_end(house, 25)
    expire(house, "--yes")
    again = expire(house, "--yes")
    assert again.stdout.splitlines() == [
        f"lamppu: ended on {months_ago(25)}, nothing of it is left to go",
        "Nothing is to go.",
    ]
    trail = list(csv.DictReader(io.StringIO(invoke(house, "audit", "--project", "lamppu").stdout)))
    [entry] = [one for one in trail if one["action"] == "retention"]
    assert (json.loads(entry["details"]), entry["who"]) == ({"months": 24, "people": 5}, "")


@pytest.mark.parametrize("months", [0, 23])
def test_a_project_that_ended_lately_or_goes_on_is_left_alone(house: House, months: int) -> None:
    let_end(house, months)
    done = expire(house, "--yes")
    goes_on = months_ago(months) + relativedelta(months=24, days=1)
    assert done.stdout.splitlines() == [f"lamppu: kept; may go from {goes_on} on", "Nothing is to go."]
    assert "Niilo Niemelä" in names(house)


def test_a_partner_who_was_given_longer_keeps_the_project(house: House) -> None:
    let_end(house, 25)
    with writing(house) as session:
        session.execute(update(Participation).values(open_until=datetime.now(UTC).date()))
    assert "Nothing is to go." in expire(house, "--yes").stdout


def test_who_takes_part_in_a_project_that_goes_on_stays_and_their_old_messages_go(house: House) -> None:
    add_project(house, people="niilo")
    with writing(house) as session:
        answer_id = session.scalars(select(Answer.id).limit(1)).one()
        session.execute(update(HeardMessage).values(answer_id=answer_id, state="assigned"))
    let_end(house, 25)
    done = expire(house, "--yes")
    assert "4 people to go" in done.stdout
    assert (
        f"these stay, for they take part elsewhere or were in touch lately:\n  Niilo Niemelä <{NIILO}>" in done.stdout
    )
    with writing(house) as session:
        assert set(session.scalars(select(HeardVersion.text))) == {""}
    kept = json.loads(invoke(house, "person", "export", NIILO).stdout)
    assert kept["roles"] == ["contact of revontuli merilappi"]
    assert [one["text"] for one in kept["answers"]] == [ANSWER]
    assert "Katri Koordinaattori" in names(house)  # of the other project, another account


def test_who_was_in_touch_lately_stays(house: House) -> None:
    let_end(house, 25)
    with writing(house) as session:
        session.execute(update(HeardVersion).values(at=datetime.now(UTC) - timedelta(days=3)))
    done = expire(house, "--yes")
    assert f"in touch lately:\n  Niilo Niemelä <{NIILO}>" in done.stdout
    assert "Niilo Niemelä" in names(house)
    assert "Katri Koordinaattori" not in names(house)


def test_people_of_no_project_and_what_strangers_wrote_go_when_they_are_old(house: House) -> None:
    with writing(house) as session:
        session.add(Person(name="Entinen Henkilö", email="entinen@example.org"))
    stranger = house.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org")
    for age, text in ((25, "Vanha sana"), (3, "Tuore sana")):
        with writing(house) as session:
            hear(session, stranger.id, text, f"{age}.0", datetime.now(UTC) - relativedelta(months=age))
    done = expire(house, "--yes")
    assert "in no project: 1 person to go\n  Entinen Henkilö <entinen@example.org>" in done.stdout
    assert "lamppu: kept; may go from" in done.stdout
    query = select(HeardVersion.text, HeardMessage.slack_user).join(HeardMessage)
    with writing(house) as session:
        heard = {text: user for text, user in session.execute(query.where(HeardMessage.person_id.is_(None)))}
    assert heard == {"": "", "Tuore sana": stranger.id}
    assert "Niilo Niemelä" in names(house)


def test_words_with_reminders_and_questions_leave_the_audit_trail_and_reasons_stay(house: House) -> None:
    hand_on(house)
    with writing(house) as session:
        niilo, katri = (
            session.scalars(select(Person.id).where(Person.email == email)).one() for email in (NIILO, KATRI)
        )
        for writer_id in (niilo, katri):
            details = {"words": "Hei, Ulla!", "text": "Entä Ulla?", "reason": "Ulla on poissa."}
            session.add(AuditEntry(project_id=1, person_id=writer_id, action="ask", details=details))

    def kept() -> list[tuple[str, str, str]]:
        trail = json.loads(invoke(house, "audit", "--format", "json").stdout)
        asked = [one["details"] for one in trail if one["action"] == "ask"]
        return [(one["words"], one["text"], one["reason"]) for one in asked]

    assert invoke(house, "person", "erase", NIILO, "--yes").exit_code == 0
    assert kept() == [("", "", "Ulla on poissa."), ("Hei, Ulla!", "Entä Ulla?", "Ulla on poissa.")]
    let_end(house, 25)
    expire(house, "--yes")
    assert kept() == [("", "", "Ulla on poissa.")] * 2


def test_stranger_is_exported_and_erased_by_their_slack_id(house: House) -> None:
    with writing(house) as session:
        hear(session, "U0STRANGER", "Väärä numero?", "5.0", datetime.now(UTC))
    out = house.folder / "stranger.json"
    assert invoke(house, "person", "export", "U0STRANGER", "--out", str(out)).exit_code == 0
    assert [one["text"] for one in json.loads(out.read_text("utf-8"))["messages"]] == ["Väärä numero?"]
    assert out.stat().st_mode & 0o077 == 0, "for nobody else on the machine"
    asked = invoke(house, "person", "erase", "U0STRANGER")
    assert "What U0STRANGER wrote to the bot cannot be brought back. Go on?" in asked.stdout
    assert invoke(house, "person", "erase", "U0STRANGER", "--yes").exit_code == 0
    assert invoke(house, "person", "export", "U0STRANGER").exit_code == 1
    with writing(house) as session:
        assert set(session.scalars(select(HeardVersion.text))) == {"", STRAY}


def test_what_somebody_wrote_before_they_were_anybody_is_theirs_too(house: House) -> None:
    hand_on(house)
    with writing(house) as session:
        hear(session, house.people[NIILO].id, "Ennen hanketta", "4.0", datetime.now(UTC))
    kept = json.loads(invoke(house, "person", "export", NIILO).stdout)
    assert {one["text"] for one in kept["messages"]} == {STRAY, "Ennen hanketta"}
    assert invoke(house, "person", "erase", NIILO, "--yes").exit_code == 0
    with writing(house) as session:
        assert set(session.scalars(select(HeardVersion.text))) == {""}


def test_addresses_that_nobody_has_any_more_leave_the_audit_trail_of_the_project(house: House) -> None:
    with writing(house) as session:
        session.add(AuditEntry(project_id=1, action="load", details={"changes": ["changed people.old@example.org"]}))
    let_end(house, 25)
    expire(house, "--yes")
    assert "@example.org" not in invoke(house, "audit").stdout


def test_loading_the_file_again_begins_the_project_anew_with_its_answers(house: House) -> None:
    let_end(house, 25)
    expire(house, "--yes")
    assert invoke(house, "status", "--json").stdout == "[]\n"
    assert invoke(house, "load", str(house.file)).exit_code == 0
    assert {"Niilo Niemelä", "Katri Koordinaattori"} <= names(house)
    told = json.loads(invoke(house, "status", "--json").stdout)
    assert [one["answered"] for one in told[0]["round"]["partners"]] == [0, 0, 1]


def expire_until(house: House, step: str) -> int:
    """The command in a process of its own that dies of kill -9 where that step begins; returns its exit code."""
    program = f"""
import os, signal
from unittest.mock import patch
import bot
with patch("{step}", lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)):
    bot.cli(["retention", "--months", "24", "--yes"])
"""
    died = subprocess.run([sys.executable, "-c", program], env=house.environment(), cwd=house.folder, check=False)
    return died.returncode


def everything(house: House) -> list[object]:
    with writing(house) as session:
        return [tuple(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table))]


@pytest.mark.parametrize(
    "step",
    [
        "storage.retention.erase_words",
        "storage.person_records.erase",
        "storage.retention.end_projects",
        "storage.rounds.add_audit",
    ],
)
def test_killed_in_the_midst_it_took_nothing_and_the_next_takes_all(house: House, step: str) -> None:
    let_end(house, 25)
    before = everything(house)
    assert expire_until(house, step) == -signal.SIGKILL
    assert everything(house) == before
    assert "5 people to go" in expire(house, "--yes").stdout
    assert names(house) == {f"N. N. {number}" for number in range(1, 6)}


def test_killed_after_the_commit_it_took_all_and_the_file_forgets_it(house: House) -> None:
    """SQLite's log still holds what was there before; whoever closes the file next writes it back."""
    let_end(house, 25)
    assert expire_until(house, "lamppu_bot.operating.personal_data.empty_log") == -signal.SIGKILL
    assert names(house) == {f"N. N. {number}" for number in range(1, 6)}
    assert expire(house, "--yes").stdout.endswith("Nothing is to go.\n")
    if house.database_url.startswith("sqlite"):
        files = [file.read_bytes() for file in house.folder.glob("lamppu.db*")]
        assert not [raw for raw in files for secret in (STRAY, NIILO) if secret.encode() in raw]


def test_every_table_that_names_people_leads_to_a_project_or_goes_with_the_person() -> None:
    looked_at = {column.table.name for column in retention.places_of_naming_columns()}
    assert {table.name for table in naming_tables()} - looked_at == {"home_tab", "delivery"}


NAMED = "Verkosto kokoontui Niilon luona."


@pytest.fixture
def named(house: House) -> str:
    """Niilo's answer names him; where that stands, as the operator is told."""
    with writing(house) as session:
        session.execute(update(Answer).where(Answer.text == ANSWER).values(text=NAMED))
    return f"  lamppu 2099-spring merilappi objective 4, answer: “{NAMED}”"


def test_answers_that_name_whom_retention_erases_are_told_beforehand_and_stay(house: House, named: str) -> None:
    let_end(house, 25)
    for words in ((), ("--dry-run",), ("--yes",)):
        assert f"{HEADING}\n{named}\n" in expire(house, *words).stdout
    assert HEADING not in expire(house, "--yes").stdout, "nobody knows any more whose name it was"
    with writing(house) as session:
        assert NAMED in session.scalars(select(Answer.text)).all()


def test_answers_that_name_somebody_are_told_before_they_are_erased_and_in_their_export(
    house: House, named: str
) -> None:
    hand_on(house)
    kept = json.loads(invoke(house, "person", "export", NIILO).stdout)
    assert {"where": named.strip().partition(":")[0], "text": NAMED} in kept["named_in"]
    refused = invoke(house, "person", "erase", NIILO)
    assert refused.exit_code == 1
    assert refused.stdout.startswith(f"{HEADING}\n{named}\nNiilo Niemelä <{NIILO}> cannot be brought back. Go on?")
    assert "Niilo Niemelä" in names(house)
    assert invoke(house, "person", "erase", NIILO, "--yes").stdout.startswith(f"{HEADING}\n{named}\nErased.")


def test_erasing_one_person_is_in_the_audit_trail_without_their_name(house: House) -> None:
    hand_on(house)
    assert invoke(house, "person", "erase", NIILO, "--yes").exit_code == 0
    trail = json.loads(invoke(house, "audit", "--format", "json").stdout)
    [entry] = [one for one in trail if one["action"] == "erase"]
    assert entry["details"]["person"].startswith("N. N. ")
    assert "Niilo" not in json.dumps(trail)
