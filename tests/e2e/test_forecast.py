"""The overview of all messages to come says what an unattended rehearsal really posts, and when."""

import threading
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import cli
from lamppu_bot.forecast import Foreseen, foresee, show
from lamppu_bot.project_file import ProjectDefinition, read_project
from lamppu_bot.rehearsal import Rehearsal
from tests.e2e.acting import FI
from tests.e2e.conftest import EXAMPLES, HELSINKI

FILE = str(EXAMPLES / "lamppu-2012.toml")
# When, to whom or where, and the first line.
Row = tuple[datetime, str, str]


@pytest.fixture(scope="module")
def found() -> list[Foreseen]:
    return foresee(read_project(Path(FILE)))[0]


def expanded(found: list[Foreseen]) -> Counter[Row]:
    return Counter((one.moment, to.removesuffix(", in the thread"), one.first_line) for one in found for to in one.to)


def really_posted(house: Rehearsal) -> Counter[Row]:
    """What Slack was asked to post and to share, as it was asked."""
    names = {person.dm.id: person.name for person in house.people.values()}
    names[house.channel.id] = f"#{house.channel.name}"
    calls = house.workspace.calls_to("chat.postMessage")
    rows = [(c.response["ts"], c.args["channel"], c.args["text"]) for c in calls]
    for file in house.workspace.state.files.values():
        for share in file.shares:
            message = house.workspace.state.channels[share.channel_id].messages[share.ts]
            rows.append((share.ts, share.channel_id, message.text))
    first = {(ts, channel): text.split("\n")[0].replace("*", "") for ts, channel, text in rows}
    return Counter((_moment(ts), names[channel], line) for (ts, channel), line in first.items())


def _moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), HELSINKI).replace(microsecond=0)


def test_forecast_is_what_an_unattended_rehearsal_posts(found: list[Foreseen], house: Rehearsal) -> None:
    """But for what a rehearsal does not let wait for working hours: the overview of a round that closes at midnight."""
    house.play(())
    posted = really_posted(house)
    assert sum(posted.values()) > 30
    at_night = {row for row in posted if not 8 <= row[0].hour < 16}
    assert [(f"{moment:%m-%d %H}", to) for moment, to, _ in sorted(at_night)] == [
        ("06-15 00", "#hankkeen-koordinaattorit"),
        ("01-04 00", "#hankkeen-koordinaattorit"),
    ]
    by_day = Counter((moment.replace(hour=9), to, line) for (moment, to, line), n in posted.items() for _ in range(n))
    assert expanded(found) == by_day


def test_forecast_is_in_the_order_of_time_and_names_everybody(
    found: list[Foreseen], project: ProjectDefinition
) -> None:
    assert [one.moment for one in found] == sorted(one.moment for one in found)
    said = {to for one in found for to in one.to}
    people = [person.name for p in project.partners for person in (p.contact, p.deputy) if person]
    assert set(people) <= said
    card = next(one for one in found if one.what == "request to answer")
    assert card.cells[0] == "Wed 2012-05-09 09:00"
    assert card.to == tuple(partner.contact.name for partner in project.partners)


def test_command_prints_a_line_a_message_where_there_is_no_terminal(found: list[Foreseen]) -> None:
    threads = set(threading.enumerate())
    done = CliRunner().invoke(cli, ["rehearse", FILE, "--calendar"])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == ["\t".join(one.cells) for one in found]
    assert {thread for thread in threading.enumerate() if thread.is_alive()} <= threads


def test_command_leaves_the_full_texts_in_a_folder(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["rehearse", FILE, "--calendar", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    left = [Path(line.removeprefix("left ")) for line in done.stdout.splitlines() if line.startswith("left ")]
    said = (tmp_path / "calendar.txt").read_text("utf-8")
    assert "Tue 2012-05-29 09:00, request to answer\nVeikko Vaara\n\n    LAMPPU: kevään 2012 tulokset\n" in said
    assert said.count(FI("reminder.greeting")) == 20  # as it is sent, whatever it says when the round has closed
    assert (tmp_path / "messages" / "oona-ojala.txt").is_file()
    assert any(path.suffix == ".docx" for path in left)
    assert all(path.is_file() for path in left)


@pytest.mark.parametrize("option", [["--unattended"], ["--play", str(EXAMPLES / "lamppu-2012-answers.toml")]])
def test_command_refuses_to_foretell_what_is_played(option: list[str]) -> None:
    done = CliRunner().invoke(cli, ["rehearse", FILE, "--calendar", *option])
    assert done.exit_code == 2
    assert "nobody answering" in done.output


def test_table_on_a_terminal_has_every_message(
    found: list[Foreseen], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "160")
    show(found)
    said = capsys.readouterr().out
    assert "first line" in said
    assert all(one.cells[0] in said for one in found)
