"""The process that compiles the report beside the bot: killed, and outlived by none."""

import os
import signal

from tests.e2e.acting import FI
from tests.e2e.processes import House
from tests.running import is_running

KATRI = "katri.koordinaattori@example.org"


def want_report(house: House) -> None:
    katri = house.people[KATRI]
    katri.command("/lamppu", "report")
    katri.wait_for(lambda one: bool(one.ephemerals), timeout=60)
    katri.click(FI("offer.publish"), katri.ephemerals[0])


def posted_files(house: House) -> list[str]:
    return sorted(file.name for file in house.workspace.state.files.values() if file.shares)


def test_killed_in_the_midst_it_is_started_anew_and_each_file_is_there_once(house: House) -> None:
    with house.start("run") as bot:
        house.workspace.wait_connected(2, timeout=60)
        want_report(house)
        house.workspace.wait_until(lambda: bool(bot.beside), 60, "the process beside the bot")
        for pid in bot.beside:
            os.kill(pid, signal.SIGKILL)
        house.workspace.wait_until(lambda: len(posted_files(house)) >= 8, 120, "the files of the report")
        left = bot.beside
        assert bot.stop() == 0
    names = posted_files(house)
    assert len(names) == len(set(names)) == 8
    assert not any(map(is_running, left))


def test_bot_that_is_killed_takes_it_along(house: House) -> None:
    with house.start("run") as bot:
        house.workspace.wait_connected(2, timeout=60)
        want_report(house)
        house.workspace.wait_until(lambda: bool(bot.beside), 60, "the process beside the bot")
        left = bot.beside
        bot.kill()
    house.workspace.wait_until(lambda: not any(map(is_running, left)), 20, "the end of the process beside the bot")
