"""Work in a process beside this one: what comes back, what becomes of it when either ends, and that none is left."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest

from lamppu_bot.side_process import SideProcess, SideProcessError
from tests.running import is_running

ROOT = Path(__file__).parents[2]
TELLING = """
import sys
from pathlib import Path
from lamppu_bot.side_process import SideProcess
from tests.unit import test_side_process as jobs

SideProcess(jobs.Desk).do(jobs.wait_for_ever, Path(sys.argv[1]))
"""


class Desk:
    """What the other process is furnished with."""

    def __init__(self) -> None:
        self.jobs = 0


class FussyError(Exception):
    """One that cannot be made anew of its own arguments, as there are in libraries."""

    def __init__(self, *, code: int) -> None:
        super().__init__()
        self.code = code


def pid_of(_: Desk) -> int:
    return os.getpid()


def count(desk: Desk, more: int) -> int:
    desk.jobs += more
    return desk.jobs


def fail(_: Desk, error: Exception) -> None:
    raise error


def fail_fussily(_: Desk) -> None:
    raise FussyError(code=7)


def return_what_cannot_be_sent(_: Desk) -> Callable[[], None]:
    return lambda: None


def wait_for_ever(_: Desk, told: Path) -> None:
    """Tells its process id in a file, whole."""
    made = told.with_suffix(".new")
    made.write_text(str(os.getpid()))
    made.rename(told)
    Event().wait()


def wait_for(_: Desk, told: Path, go: Path) -> int:
    told.touch()
    wait_until(go.exists)
    return os.getpid()


def be_told_to_end(_: Desk) -> int:
    os.kill(os.getpid(), signal.SIGTERM)
    return os.getpid()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = monotonic() + 20
    while not holds():
        assert monotonic() < deadline
        sleep(0.01)


@pytest.fixture
def side() -> Iterator[SideProcess[Desk]]:
    found = SideProcess(Desk)
    yield found
    found.close()


def test_jobs_are_done_one_after_the_other_in_one_other_process_with_what_it_has(side: SideProcess[Desk]) -> None:
    assert side.do(pid_of) == side.do(pid_of) != os.getpid()
    assert [side.do(count, 2), side.do(count, more=3)] == [2, 5]


def test_several_threads_get_each_its_own_answer(side: SideProcess[Desk]) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: side.do(count, 1), range(20))) == list(range(1, 21))


def test_error_is_raised_here_as_what_it_is_with_where_it_came_from(side: SideProcess[Desk]) -> None:
    with pytest.raises(LookupError, match="no such form") as raised:
        side.do(fail, LookupError("no such form"))
    assert "in fail" in raised.value.__notes__[0]
    assert side.do(count, 1) == 1


@pytest.mark.parametrize(("job", "said"), [(fail_fussily, "in fail_fussily"), (return_what_cannot_be_sent, "pickle")])
def test_what_cannot_be_sent_is_told_in_words(
    side: SideProcess[Desk], job: Callable[[Desk], object], said: str
) -> None:
    with pytest.raises((SideProcessError, AttributeError), match=said):
        side.do(job)
    assert side.do(count, 1) == 1


def test_killed_in_the_midst_of_a_job_it_says_so_and_the_next_job_is_done(
    side: SideProcess[Desk], tmp_path: Path
) -> None:
    told = tmp_path / "pid"
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(side.do, wait_for_ever, told)
        wait_until(told.exists)
        os.kill(int(told.read_text()), signal.SIGKILL)
        with pytest.raises(SideProcessError, match="signal 9"):
            job.result(20)
    assert side.do(count, 1) == 1


def test_killed_between_two_jobs_nobody_notices(side: SideProcess[Desk]) -> None:
    pid = side.do(pid_of)
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # all its threads are gone, and its parent may see so
    assert side.do(pid_of) != pid


def test_job_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    side = SideProcess(Desk, longest=1)
    with pytest.raises(SideProcessError, match="longer than 1 s"):
        side.do(wait_for_ever, told)
    assert not (told.exists() and is_running(int(told.read_text())))


def test_without_jobs_it_ends_by_itself() -> None:
    side = SideProcess(Desk, idle=0.05)
    pid = side.do(pid_of)
    wait_until(lambda: not is_running(pid))
    assert side.do(pid_of) != pid
    side.close()


def test_closing_waits_for_the_job_and_leaves_no_process(side: SideProcess[Desk], tmp_path: Path) -> None:
    told, go = tmp_path / "pid", tmp_path / "go"
    with ThreadPoolExecutor(2) as pool:
        job = pool.submit(side.do, wait_for, told, go)
        wait_until(told.exists)
        closing = pool.submit(side.close)
        go.touch()
        pid = job.result(20)
        closing.result(20)
    assert not is_running(pid)


def test_told_to_end_it_finishes_its_job_for_it_ends_with_the_bot(side: SideProcess[Desk]) -> None:
    assert side.do(be_told_to_end) == side.do(pid_of)


def test_bot_that_is_killed_leaves_no_process_that_goes_on(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    with subprocess.Popen([sys.executable, "-c", TELLING, str(told)], cwd=ROOT) as bot:
        wait_until(told.exists)
        bot.kill()
    wait_until(lambda: not is_running(int(told.read_text())))


def test_nothing_that_it_is_told_stands_on_its_command_line(side: SideProcess[Desk]) -> None:
    with pytest.raises(LookupError):
        side.do(fail, LookupError("a private word"))
    line = Path(f"/proc/{side.do(pid_of)}/cmdline").read_bytes()
    assert b"side_process" in line
    assert b"private" not in line
