"""Pacing: any number of workers together stay under a limit."""

import threading

from storage import pacing
from storage.database import Database
from storage.pacing import Limit

T = 1_800_000_000.0


def reserve(database: Database, now: float = T, patience: float = 3600, **limits: Limit) -> float:
    with database.write() as session:
        return pacing.reserve(session, limits, now, patience=patience)


def test_reserve_spaces_calls_evenly(database: Database) -> None:
    limit = Limit(1.5)
    assert [reserve(database, channel=limit) - T for _ in range(3)] == [0, 1.5, 3]
    assert reserve(database, T + 100, channel=limit) == T + 100


def test_reserve_burst_then_even(database: Database) -> None:
    limit = Limit(2, burst=2)
    assert [reserve(database, method=limit) - T for _ in range(5)] == [0, 0, 0, 2, 4]


def test_reserve_goes_by_the_tightest(database: Database) -> None:
    reserve(database, channel=Limit(10))
    assert reserve(database, channel=Limit(10), workspace=Limit(1)) == T + 10
    assert reserve(database, workspace=Limit(1)) == T + 11


def test_reserve_beyond_patience_takes_nothing(database: Database) -> None:
    limit = Limit(10)
    reserve(database, channel=limit)
    assert reserve(database, patience=5, channel=limit) == T + 10
    assert reserve(database, T + 5, patience=5, channel=limit) == T + 10
    assert reserve(database, T + 11, patience=5, channel=limit) == T + 20


def test_hold_keeps_all_away_even_from_a_burst(database: Database) -> None:
    limit = Limit(1, burst=5)
    with database.write() as session:
        pacing.hold(session, "method", limit, T + 30)
    assert reserve(database, method=limit) == T + 30
    with database.read() as session:
        assert pacing.held_until(session, T) == {"method": T + 36}
        assert pacing.held_until(session, T + 36) == {}


def test_hold_never_moves_back(database: Database) -> None:
    limit = Limit(1)
    with database.write() as session:
        pacing.hold(session, "method", limit, T + 30)
        pacing.hold(session, "method", limit, T + 5)
    assert reserve(database, method=limit) == T + 30


def test_reserve_by_many_at_once_gives_each_a_moment_of_its_own(database: Database) -> None:
    moments: list[float] = []

    def work(number: int) -> None:
        keys = {"workspace": Limit(1), f"channel{number}": Limit(1), "method": Limit(1)}
        for _ in range(8):
            with database.write() as session:
                moments.append(pacing.reserve(session, keys, T, patience=3600))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(moments) == [T + second for second in range(24)]
