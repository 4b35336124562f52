"""`rehearse` as anybody runs it: the page until Ctrl-C, and the plays that end by themselves."""

import re
import shlex
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from lamppu_bot.messages import words
from lamppu_bot.project_file import ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.rehearsal_page import RehearsalClock, command_words, script_of
from tests.e2e.conftest import EXAMPLES, KAARNIKKA, KATRI, VARA, at
from tests.e2e.steering import steer

COMMAND = [sys.executable, "bot.py", "rehearse", str(EXAMPLES / "lamppu-2012.toml")]


@contextmanager
def rehearsing(*more: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*COMMAND, *more], cwd=EXAMPLES.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_page_is_served_until_ctrl_c(tmp_path: Path) -> None:
    with rehearsing("--out", str(tmp_path / "out")) as process:
        assert process.stdout
        line = process.stdout.readline()
        url = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert url, line
        with urllib.request.urlopen(url.group(), timeout=10) as answer:
            assert b"/static/main.js" in answer.read()
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=20)
        assert (process.returncode, complaints) == (0, "")
    assert (tmp_path / "out" / "messages").is_dir()


def test_taken_port_is_told_in_one_line() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*COMMAND, "--port", str(port)],
            cwd=EXAMPLES.parent,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"Error: port {port} cannot be used")
    assert len(done.stderr.splitlines()) == 1


def test_unattended_every_round_runs_with_nobody_answering() -> None:
    done = subprocess.run(
        [*COMMAND, "--unattended"], cwd=EXAMPLES.parent, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "2012-autumn: the round closes" in done.stdout
    assert " answers " not in done.stdout
    python, *rest = shlex.split(done.stdout.splitlines()[-1].partition("in the browser: ")[2])
    assert Path(python).name == Path(sys.executable).name
    assert rest == COMMAND[1:]


def test_everybody_is_told_with_what_they_are(house: Rehearsal) -> None:
    abouts = {role.person.name: role.about for role in script_of(house).roles}
    assert abouts["Katri Koordinaattori"] == "koordinaattori"
    assert abouts["Oona Ojala"] == "yhteyshenkilö, Kaarnikka"
    assert abouts["Veikko Vaara"] == "varahenkilö, Kaarnikka"


def test_every_word_of_the_command_is_offered_and_explained(house: Rehearsal) -> None:
    assert {*words.COMMANDS, *words.TOOL_WORDS} <= set(command_words())
    assert all(command.does for command in script_of(house).commands)


def test_clock_stops_where_something_ends_that_one_person_asked_for(spring: Rehearsal) -> None:
    clock = RehearsalClock(spring)
    with spring.bot.running():
        spring.people[KAARNIKKA].command("/lamppu", "away 14.5.2012")
        back, reminder = clock.move("next")
    assert (back.moment, back.what) == ("ti 15.5.2012 klo 9.00", "")
    assert spring.people[KAARNIKKA].id in {news.person_id for news in back.news}
    assert reminder.moment == "ke 16.5.2012 klo 9.00"
    assert spring.people[VARA].id not in {news.person_id for news in reminder.news}


def test_clock_stops_for_what_goes_on_after_a_round_has_closed(spring: Rehearsal) -> None:
    clock, katri = RehearsalClock(spring), spring.people[KATRI]
    with spring.bot.running():
        steer(spring, katri, "close")
        steer(spring, katri, "extend Kaarnikka 8.6.")
        moved = clock.move("next")
    told = {one.moment: {news.person_id for news in one.news} for one in moved}
    assert list(told) == ["to 7.6.2012 klo 9.00", "ma 11.6.2012 klo 9.00", "ke 21.11.2012 klo 9.00"]
    assert told["to 7.6.2012 klo 9.00"] == {spring.people[KAARNIKKA].id}


def test_clock_passes_no_happening_over(house: Rehearsal, project: ProjectDefinition) -> None:
    clock = RehearsalClock(house)
    assert clock.now().startswith("ma 2.1.2012")
    with house.bot.running():
        first = clock.steps()[0]
        assert first.moment == "ti 8.5.2012 klo 9.00"
        assert len(first.happens) == 1
        [moved] = clock.move("day")
        assert (moved.moment, moved.what, moved.news) == ("ti 3.1.2012 klo 11.00", "", ())
        moved = clock.move("due")
        assert [one.moment for one in moved][:3] == [
            "ti 8.5.2012 klo 9.00",
            "ke 9.5.2012 klo 9.00",
            "ke 16.5.2012 klo 9.00",
        ]
        got = {news.person_id for news in moved[1].news}
        assert house.people[KAARNIKKA].id in got
        assert house.people[VARA].id not in got
        assert house.clock.calendar == at("2012-06-01 00:00")
        assert clock.steps()[2].moment.endswith("15.12.2012 klo 0.00")
        clock.move("due")
        while clock.steps()[0].moment:
            clock.move("next")
        assert clock.move("next") == []
        assert [step.key for step in clock.steps() if step.moment] == ["day"]
        assert len(clock.move("day")) == 1
