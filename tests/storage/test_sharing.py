"""Several who write to SQLite at once share a commit; what that means when one of them fails, or the commit does."""

import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from storage import sharing
from storage.database import Database, DatabaseUnavailableError
from tests.storage.test_turns import wait_until

PATIENCE = 30.0
UNAVAILABLE = DatabaseUnavailableError.__name__
ADD = text("INSERT INTO note (said) VALUES (:said)")
TABLE = text("CREATE TABLE note (id INTEGER PRIMARY KEY, said TEXT, of_note INTEGER REFERENCES note (id))")

Work = Callable[[Session], object]


class Office:
    """People who write to one file, each in a thread; what came of it, by name."""

    def __init__(self, file: Path) -> None:
        self.database = Database(f"sqlite:///{file}")
        self.outcomes: dict[str, str] = {}
        self.statements: list[str] = []
        self._threads: list[threading.Thread] = []
        event.listen(self.database.engine, "connect", self._listen)
        with self.database.write() as session:
            session.execute(TABLE)

    def _listen(self, connection: object, _record: object) -> None:
        connection.set_trace_callback(self.statements.append)  # type: ignore[attr-defined]

    def start(self, name: str, work: Work, database: Database | None = None) -> None:
        """Somebody writes and then does this work; returns when they stand in line."""
        waiting = self.database._writers._turns._waiting
        before = len(waiting)
        thread = threading.Thread(target=self._write, args=(name, work, database or self.database))
        self._threads.append(thread)
        thread.start()
        wait_until(lambda: len(waiting) > before)

    def write_together(self, **works: Work) -> dict[str, str]:
        """They stand in line while somebody else writes nothing; returns what came of each."""
        with suppress(DatabaseUnavailableError), self.database.write():
            for name, work in works.items():
                self.start(name, work)
            self.statements.clear()
        return self.wait()

    def _write(self, name: str, work: Work, database: Database) -> None:
        try:
            with database.write() as session:
                session.execute(ADD, {"said": name})
                work(session)
            self.outcomes[name] = "written"
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            self.outcomes[name] = type(error).__name__

    def wait(self) -> dict[str, str]:
        for thread in self._threads:
            thread.join(PATIENCE)
        return self.outcomes

    def notes(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(text("SELECT said FROM note ORDER BY id")))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """However slow the machine is, who waits for their turn joins those before them."""
    monkeypatch.setattr(sharing, "LONGEST", PATIENCE)
    office = Office(tmp_path / "lamppu.db")
    yield office
    office.wait()
    office.database.close()


def nothing(_session: Session) -> None:
    """No more work."""


def refuse(_session: Session) -> None:
    raise LookupError


def break_the_commit(session: Session) -> None:
    """A reference that leads nowhere, which SQLite is told to look at in the end."""
    session.execute(text("PRAGMA defer_foreign_keys = ON"))
    session.execute(text("INSERT INTO note (said, of_note) VALUES ('nowhere', 4711)"))


def test_those_who_wait_share_one_commit_in_the_order_of_asking(office: Office) -> None:
    names = [f"note {number}" for number in range(8)]
    assert office.write_together(**dict.fromkeys(names, nothing)) == dict.fromkeys(names, "written")
    assert office.notes() == names
    assert office.statements.count("COMMIT") == 1


def test_no_more_share_a_commit_than_the_first_can_wait_for(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "MOST", 3)
    office.write_together(**{f"note {number}": nothing for number in range(8)})
    assert office.statements.count("COMMIT") == 3


def test_one_that_fails_undoes_nothing_of_the_others(office: Office) -> None:
    outcomes = office.write_together(first=nothing, second=refuse, third=nothing, last=refuse)
    assert outcomes == {"first": "written", "second": "LookupError", "third": "written", "last": "LookupError"}
    assert office.notes() == ["first", "third"]


def test_first_that_fails_undoes_nothing_of_those_who_wait(office: Office) -> None:
    with suppress(LookupError), office.database.write() as session:
        session.execute(ADD, {"said": "first"})
        office.start("second", nothing)
        raise LookupError
    assert office.wait() == {"second": "written"}
    assert office.notes() == ["second"]


def test_savepoints_of_a_write_s_own_undo_their_own_part(office: Office) -> None:
    def try_in_vain(session: Session) -> None:
        """As the calendar does with each round."""
        with suppress(LookupError), session.begin_nested():
            session.execute(ADD, {"said": "in vain"})
            raise LookupError
        session.execute(ADD, {"said": "after it"})

    with office.database.write() as session:
        try_in_vain(session)
        office.start("second", try_in_vain)
    assert office.wait() == {"second": "written"}
    assert office.notes() == ["after it", "second", "after it"]


def test_each_sees_what_those_before_have_written(office: Office) -> None:
    seen: list[int] = []

    def count(session: Session) -> None:
        seen.append(session.scalar(text("SELECT count(*) FROM note")) or 0)

    office.write_together(first=count, second=count, third=count)
    assert seen == [1, 2, 3]


def test_nobody_goes_on_before_the_commit(office: Office) -> None:
    def look(_session: Session) -> None:
        assert office.outcomes == {}
        assert office.notes() == []

    assert office.write_together(first=nothing, second=look) == {"first": "written", "second": "written"}


def test_commit_that_fails_is_told_to_all_and_nothing_is_written(office: Office) -> None:
    outcomes = office.write_together(first=nothing, second=break_the_commit, third=nothing)
    assert outcomes == dict.fromkeys(("first", "second", "third"), UNAVAILABLE)
    assert office.notes() == []
    with office.database.write() as session:
        session.execute(ADD, {"said": "afterwards"})
    assert office.notes() == ["afterwards"]


def test_disk_that_is_full_at_the_commit_takes_nothing_of_anybody(office: Office, tmp_path: Path) -> None:
    with no_room(tmp_path / "lamppu.db-wal"):
        outcomes = office.write_together(first=nothing, second=nothing)
    assert outcomes == {"first": UNAVAILABLE, "second": UNAVAILABLE}
    assert office.notes() == []
    with office.database.write() as session:
        session.execute(ADD, {"said": "afterwards"})
    assert office.notes() == ["afterwards"]


@contextmanager
def no_room(file: Path) -> Iterator[None]:
    """No file of this process can grow beyond this one's size, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_transaction_that_sqlite_gives_up_is_told_to_all_that_had_written_in_it(office: Office) -> None:
    def give_up(session: Session) -> None:
        """What SQLite does by itself where the disk breaks."""
        session.connection().connection.cursor().execute("ROLLBACK")
        session.execute(text("SELECT no_such_column FROM note"))

    outcomes = office.write_together(first=nothing, second=give_up, third=nothing)
    assert outcomes == {"first": UNAVAILABLE, "second": UNAVAILABLE, "third": "written"}
    assert office.notes() == ["third"]


def test_work_in_the_background_joins_nobody_who_is_waited_for(office: Office) -> None:
    gone_on = threading.Event()

    def take_long(_session: Session) -> None:
        assert gone_on.wait(PATIENCE)

    with office.database.write():
        office.start("background", take_long, office.database.for_background())
    gone_on.set()
    assert office.wait() == {"background": "written"}


def test_work_in_the_background_has_its_turn_under_a_load_without_end(office: Office) -> None:
    done = threading.Event()

    def write_on() -> None:
        while not done.is_set():
            with suppress(DatabaseUnavailableError), office.database.write() as session:
                session.execute(ADD, {"said": "one more"})

    listeners = [threading.Thread(target=write_on) for _ in range(4)]
    for listener in listeners:
        listener.start()
    try:
        with office.database.for_background().write() as session:
            session.execute(ADD, {"said": "background"})
    finally:
        done.set()
        for listener in listeners:
            listener.join(PATIENCE)
    assert "background" in office.notes()


KILLED = """
import os, signal, sys, threading
from sqlalchemy import text
from storage import sharing
from storage.database import Database

sharing.LONGEST = 60
database = Database(sys.argv[1])

def write(said, then):
    with database.write() as session:
        session.execute(text("INSERT INTO note (said) VALUES (:said)"), {"said": said})
        then()
    print("acknowledged", said, flush=True)

def die():
    assert database._writers._shared._parts == 2
    os.kill(os.getpid(), signal.SIGKILL)

def second():
    threading.Thread(target=write, args=("second", die)).start()
    while not database._writers._turns._waiting:
        pass

write("before", lambda: None)
write("first", second)
"""


def test_process_killed_before_a_shared_commit_has_acknowledged_nothing_of_it(office: Office) -> None:
    command = [sys.executable, "-c", KILLED, str(office.database.url)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "acknowledged before\n"), done.stderr
    assert office.notes() == ["before"]


BESIDE = """
import sys, threading
from sqlalchemy import text
from storage.database import Database, DatabaseUnavailableError

database = Database(sys.argv[1])

def write_on(number):
    for turn in range(25):
        while True:
            try:
                with database.write() as session:
                    session.execute(text("INSERT INTO note (said) VALUES (:said)"), {"said": f"{number}-{turn}"})
                break
            except DatabaseUnavailableError:
                continue

threads = [threading.Thread(target=write_on, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_two_processes_on_one_file_lose_and_double_nothing(office: Office) -> None:
    command = [sys.executable, "-c", BESIDE, str(office.database.url)]
    for process in [subprocess.Popen(command) for _ in range(2)]:
        assert process.wait(PATIENCE) == 0
    expected = [f"{number}-{turn}" for number in range(4) for turn in range(25)]
    assert sorted(office.notes()) == sorted(2 * expected)
