"""Who may run beside whom on one database; a killed process leaves nothing behind."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.process_lock import ProcessLockError, Role, process_lock
from tests.conftest import admin_of

HOLDER = """
import sys
from storage.database import Database
from storage.process_lock import Role, process_lock
with process_lock(Database(sys.argv[1]), Role(sys.argv[2])):
    print("holding", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def sqlite_url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'lamppu.db'}"


@pytest.fixture
def postgres_url(new_postgres_url) -> str:
    return new_postgres_url("locked")


@contextmanager
def held(url: str, role: str) -> Iterator[None]:
    """The place of a role is taken, by way of another connection or file handle than the test's own."""
    with closing(Database(url)) as database, process_lock(database, Role(role)):
        yield


@contextmanager
def held_by_process(url: str, role: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url, role], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def refusal(url: str, role: Role) -> str:
    """What a process of that role is told, or nothing when it may start."""
    with closing(Database(url)) as database:
        try:
            with process_lock(database, role):
                return ""
        except ProcessLockError as error:
            return str(error)


def may(url: str, role: Role) -> bool:
    return refusal(url, role) == ""


def free_within(seconds: float, url: str, role: Role) -> bool:
    """PostgreSQL hears of a client's death a moment after it."""
    deadline = time.monotonic() + seconds
    while not may(url, role):
        if time.monotonic() > deadline:
            return False
    return True


@pytest.mark.parametrize("role", [Role.RUN, Role.TICK])
@pytest.mark.parametrize("other", ["run", "tick"])
def test_lock_sqlite_second_process_on_the_file_is_refused(sqlite_url, other, role):
    with held(sqlite_url, other):
        assert refusal(sqlite_url, role).startswith("another process is already at work on /")


def test_lock_sqlite_same_file_by_another_name_is_refused(sqlite_url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.db").symlink_to(tmp_path / "lamppu.db")
    with held(sqlite_url, "run"):
        assert not may("sqlite:///lamppu.db", Role.RUN)
        assert not may("sqlite:///link.db", Role.RUN)
        assert may("sqlite:///another.db", Role.RUN)


@pytest.mark.parametrize("role", [Role.LISTEN, Role.WORK, Role.WEB])
def test_lock_sqlite_roles_that_share_want_postgresql(sqlite_url, role):
    assert refusal(sqlite_url, role).startswith(f"{role} wants PostgreSQL")


def test_lock_sqlite_folder_that_is_not_there_is_named_and_not_made(tmp_path):
    assert "missing does not exist" in refusal(f"sqlite:///{tmp_path}/missing/lamppu.db", Role.RUN)
    assert list(tmp_path.iterdir()) == []


def test_lock_sqlite_lock_file_that_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "lamppu.db.lock").mkdir()
    assert "lamppu.db.lock cannot be locked" in refusal(f"sqlite:///{tmp_path}/lamppu.db", Role.RUN)


@pytest.mark.parametrize("other", ["run", "listen", "work", "web"])
def test_lock_postgresql_everything_but_tick_runs_side_by_side(postgres_url, other):
    with held(postgres_url, other):
        assert [may(postgres_url, role) for role in (Role.RUN, Role.LISTEN, Role.WORK, Role.WEB)] == [True] * 4


@pytest.mark.parametrize(
    ("other", "allowed"), [("run", False), ("work", False), ("tick", False), ("listen", True), ("web", True)]
)
def test_lock_postgresql_tick_refuses_beside_run_and_work(postgres_url, other, allowed):
    with held(postgres_url, other):
        assert may(postgres_url, Role.TICK) is allowed


@pytest.mark.parametrize("role", [Role.RUN, Role.WORK])
def test_lock_postgresql_run_and_work_refuse_beside_tick(postgres_url, role):
    with held(postgres_url, "tick"):
        assert not may(postgres_url, role)


def test_lock_postgresql_lost_with_its_session_is_taken_again(postgres_url):
    with closing(Database(postgres_url)) as database, process_lock(database, Role.RUN) as lock:
        lock.renew()
        assert not may(postgres_url, Role.TICK)
        end_sessions_with_locks(postgres_url)
        with held(postgres_url, "tick"):
            lock.renew()
        assert may(postgres_url, Role.TICK)
        lock.renew()
        assert not may(postgres_url, Role.TICK)
    assert may(postgres_url, Role.TICK)


def end_sessions_with_locks(url: str) -> None:
    with admin_of(url) as admin:
        locks = "SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory'"
        admin.execute(text(f"SELECT pg_terminate_backend(pid, 5000) FROM ({locks}) AS holding"))


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_lock_is_free_again_after_the_block_and_after_a_kill(kind, request):
    url = request.getfixturevalue(f"{kind}_url")
    assert may(url, Role.TICK)
    with held_by_process(url, "run") as process:
        assert not may(url, Role.TICK)
        process.kill()
        process.wait()
        assert free_within(10, url, Role.TICK)
