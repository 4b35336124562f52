"""Work that takes much memory, done in a process beside this one: what a process has once taken, it hardly gives back.

Compiling a report and making its files takes 100 MB and more for a moment, and the bot is there all the year. So it is
done in another process, which is started with the first job, and ended when none has come for a while. It is asked over
a socket, its standard input, and so nothing that it is told stands on a command line. When the bot ends, by whatever,
the socket closes, and the other process ends at once, in the midst of a job too.
"""

import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from queue import SimpleQueue
from traceback import format_exception, print_exc
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from lamppu_bot.memory import without_collecting

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")

IDLE_SECONDS = 60.0
# Far more than the report of any project takes, less than anybody would wait before they look what is wrong.
LONGEST_SECONDS = 300.0
ENDING_SECONDS = 5.0
# Who answers Slack goes first.
NICENESS = 10


class SideProcessError(Exception):
    """The process ended, or was ended, before it had done the job; or it says what went wrong in words alone."""


class SideProcess(Generic[T]):
    """Does jobs, one at a time, with what `furnish` makes in the other process.

    `furnish`, jobs, what they are given and what they return go from one process to the other: functions by name, all
    else by value. `idle` and `longest` are the seconds after which a process without jobs, or a job, is ended.
    """

    def __init__(self, furnish: Callable[[], T], *, idle: float = IDLE_SECONDS, longest: float = LONGEST_SECONDS):
        self._furnish = furnish
        self._idle = idle
        self._longest = longest
        self._turn = threading.Lock()
        self._other: _Other | None = None
        self._ending: threading.Timer | None = None

    def do(self, job: Callable[Concatenate[T, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What the job returns. Raises what the job raises, noting where; SideProcessError where it came to no end."""
        with self._turn:
            self._stay()
            if self._other is None or self._other.has_ended:
                self._end()
                self._other = _started(self._furnish, self._longest)
            try:
                is_done, found = self._other.asked((job, args, kwargs))
            except BaseException:  # whatever it still says would be taken for the answer to the next job
                self._end()
                raise
            self._end_later()
        if not is_done:
            raise found
        return found  # type: ignore[no-any-return]

    def close(self) -> None:
        """Ends the process, if there is one, when it has done what it is doing."""
        with self._turn:
            self._stay()
            self._end()

    def _end_later(self) -> None:
        self._ending = threading.Timer(self._idle, self.close)
        self._ending.daemon = True
        self._ending.start()

    def _stay(self) -> None:
        if self._ending:
            self._ending.cancel()

    def _end(self) -> None:
        if self._other:
            self._other.end()
        self._other = None


@dataclass(frozen=True, slots=True)
class _Other:
    """The other process, as this one sees it."""

    process: "subprocess.Popen[bytes]"
    socket: socket.socket
    answers: BufferedReader

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def asked(self, job: object) -> Any:
        """Raises SideProcessError."""
        try:
            self.socket.sendall(pickle.dumps(job))
            return pickle.load(self.answers)  # noqa: S301 - our own process is on the other side
        except TimeoutError as error:
            limit = self.socket.gettimeout()
            raise SideProcessError(f"the side process was ended: no job may take longer than {limit:g} s") from error
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self.end()
            raise SideProcessError(f"the side process has ended in the midst of a job ({self._how()})") from error

    def _how(self) -> str:
        code = self.process.returncode
        return f"by signal {-code}; 9 where the machine had no memory left" if code < 0 else f"exit code {code}"

    def end(self) -> None:
        with suppress(OSError):  # it has ended already
            self.socket.shutdown(socket.SHUT_RDWR)
        self.answers.close()
        self.socket.close()
        try:
            self.process.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _started(furnish: Callable[[], object], longest: float) -> _Other:
    furnishing = pickle.dumps(furnish)
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - nobody's words are in it
            [sys.executable, "-P", "-c", f"from {__name__} import main; main()"],
            stdin=theirs.fileno(),
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
            # Ctrl-C is for the bot, which finishes what it has begun. A session of its own would have Linux share the
            # processor with it half and half, however nice it is.
            process_group=0,
        )
    ours.settimeout(longest)
    ours.sendall(furnishing)
    return _Other(process, ours, ours.makefile("rb"))


def main() -> None:
    """The other process: furnishes itself, then does one job after the other until nobody is there to ask."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # as for Ctrl-C: it ends with the bot
    os.nice(NICENESS)
    line = socket.socket(fileno=os.dup(0))
    heard: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_listen, args=(line.makefile("rb"), heard), daemon=True).start()
    with without_collecting():
        made = heard.get()()
    while True:
        job, args, kwargs = heard.get()
        line.sendall(_done(job, made, args, kwargs))


def _listen(line: BufferedReader, heard: "SimpleQueue[Any]") -> None:
    """In a thread of its own, for the end must be heard in the midst of a job."""
    code = 0
    try:
        while True:
            heard.put(pickle.load(line))  # noqa: S301 - our own process is on the other side
    except (EOFError, OSError):
        pass
    except BaseException:  # noqa: BLE001 - a job that cannot be imported: the other side hears that the process has ended
        print_exc()
        code = 1
    os._exit(code)


def _done(job: Callable[..., object], made: object, args: tuple[object, ...], kwargs: dict[str, object]) -> bytes:
    try:
        return pickle.dumps((True, job(made, *args, **kwargs)))
    except Exception as error:  # noqa: BLE001 - it is raised on the other side
        return pickle.dumps((False, _carried(error)))


def _carried(error: Exception) -> Exception:
    """The error as it can be raised on the other side, with a note of where it came from."""
    where = "".join(format_exception(error))
    try:
        error.add_note(where)
        pickle.loads(pickle.dumps(error))  # noqa: S301 - what was just made
    except Exception:  # noqa: BLE001 - the classes of libraries, made of things that stay here
        return SideProcessError(where)
    return error
