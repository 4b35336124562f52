"""The ledger as workers see it: who may send what when, and how it comes out."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from storage import claims, ledger
from storage.claims import Busy, Claimed, LeaseLostError
from storage.database import Database
from storage.models import Person

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def order(database: Database, key: str, **facts: object) -> int:
    with database.write() as session:
        return ledger.order(session, key, "card", **{"now": NOW, **facts})


def claim(database: Database, now: datetime = NOW, limit: int = 100, busy: Busy | None = None) -> list[Claimed]:
    with database.write() as session:
        ids = claims.due_ids(session, now, limit=limit, busy=busy)
        return claims.claim(session, ids, now, worker="w", lease=LEASE, limit=limit)


def keys_of(found: list[Claimed]) -> list[str]:
    return [claimed.key for claimed in found]


def test_claim_takes_the_oldest_of_each_channel(database: Database) -> None:
    for number in range(3):
        order(database, f"a{number}", channel="C1")
    order(database, "b0", channel="C2")
    assert keys_of(claim(database)) == ["a0", "b0"]
    assert claim(database) == []


def test_claim_limit_is_kept(database: Database) -> None:
    for number in range(3):
        order(database, f"a{number}", channel=f"C{number}")
    assert keys_of(claim(database, limit=2)) == ["a0", "a1"]


def test_claim_nothing_overtakes_in_a_channel(database: Database) -> None:
    order(database, "first", channel="C1")
    order(database, "second", channel="C1")
    (first,) = claim(database)
    assert claim(database) == []
    with database.write() as session:
        claims.settle_sent(session, first, NOW, ts="1.1", shown=first.wanted)
    assert keys_of(claim(database)) == ["second"]


def test_claim_person_and_their_dm_are_one_destination(database: Database) -> None:
    with database.write() as session:
        session.add(Person(id=5, name="Aino", dm_channel="D5"))
        session.flush()
        ledger.order(session, "first", "card", now=NOW, person_id=5)
        ledger.order(session, "second", "card", now=NOW, person_id=5, channel="D5")
    assert keys_of(claim(database)) == ["first"]
    assert claim(database) == []


def test_claim_without_destination_waits_for_nobody(database: Database) -> None:
    order(database, "first")
    order(database, "second")
    assert keys_of(claim(database)) == ["first", "second"]


def test_claim_after_the_lease_is_up(database: Database) -> None:
    order(database, "a", channel="C1")
    (lost,) = claim(database)
    assert claim(database, later(29)) == []
    (taken,) = claim(database, later(30))
    assert taken.lease != lost.lease
    with pytest.raises(LeaseLostError), database.write() as session:
        claims.begin_attempt(session, lost, later(30), channel="C1", lease=LEASE)
    with database.write() as session:
        claims.begin_attempt(session, taken, later(30), channel="C1", lease=LEASE)


def test_claim_not_before_its_moment(database: Database) -> None:
    order(database, "a", channel="C1", not_before=later(10))
    with database.read() as session:
        assert claims.next_free_at(session, NOW) == later(10)
        assert not claims.has_due(session, NOW)
        assert claims.has_due(session, later(10))
    assert claim(database, later(9)) == []
    assert keys_of(claim(database, later(10))) == ["a"]


def test_claim_reply_waits_for_its_parent(database: Database) -> None:
    parent = order(database, "parent", channel="C1")
    order(database, "reply", thread_of=parent)
    (claimed,) = claim(database)
    with database.read() as session:
        assert claims.next_free_at(session, NOW) == later(30)
    with database.write() as session:
        claims.settle_sent(session, claimed, NOW, ts="1.1", shown=claimed.wanted)
    (reply,) = claim(database)
    assert (reply.key, reply.channel, reply.thread_ts) == ("reply", "C1", "1.1")


def test_claim_reply_to_a_dropped_parent_is_not_due(database: Database) -> None:
    parent = order(database, "parent", channel="C1")
    order(database, "reply", thread_of=parent)
    (claimed,) = claim(database)
    with database.write() as session:
        claims.settle_dropped(session, claimed)
        assert not claims.has_due(session, NOW)
        assert claims.next_free_at(session, NOW) is None
    assert claim(database) == []


def test_claim_passes_busy_channels_over(database: Database) -> None:
    order(database, "sent", channel="C1")
    (sent,) = claim(database)
    with database.write() as session:
        claims.settle_sent(session, sent, NOW, ts="1.1", shown=sent.wanted)
        ledger.change(session, ["sent"], now=NOW)
    order(database, "post", channel="C1")
    order(database, "elsewhere", channel="C2")
    with database.read() as session:

        def ids(busy: Busy) -> int:
            return len(claims.due_ids(session, NOW, limit=10, busy=busy))

        assert ids(Busy()) == 2
        assert ids(Busy(channels=frozenset({"C1"}))) == 2
        assert ids(Busy(posts=True)) == 1
        assert ids(Busy(updates=True)) == 2
        assert ids(Busy(posts=True, updates=True)) == 0
    assert keys_of(claim(database, busy=Busy(updates=True))) == ["post", "elsewhere"]


def test_attempt_whose_outcome_is_unknown_is_told(database: Database) -> None:
    order(database, "a", channel="C1")
    (claimed,) = claim(database)
    assert not claimed.is_outcome_unknown
    with database.write() as session:
        claims.begin_attempt(session, claimed, later(1), channel="C1", lease=LEASE, file_ids=["F1"])
    assert claim(database, later(30)) == []
    (again,) = claim(database, later(31))
    assert again.is_outcome_unknown
    assert (again.attempted_at, again.file_ids, again.shown) == (later(1), ["F1"], 1)
    with database.write() as session:
        claims.forget_attempt(session, again)
    (fresh,) = claim(database, later(100))
    assert not fresh.is_outcome_unknown


def test_settle_failed_comes_back_later_and_lets_others_pass(database: Database) -> None:
    order(database, "a", channel="C1")
    order(database, "b", channel="C1")
    (claimed,) = claim(database)
    with database.write() as session:
        claims.begin_attempt(session, claimed, NOW, channel="C1", lease=LEASE)
        claims.settle_failed(session, claimed, error="teapot", retry_at=later(60), keep_attempt=False, keep_files=False)
    assert keys_of(claim(database)) == ["b"]
    again = claim(database, later(60))
    assert [(row.key, row.attempts, row.attempted_at) for row in again] == [("a", 1, None)]


def test_release_holds_the_destination_back(database: Database) -> None:
    order(database, "a", channel="C1")
    order(database, "b", channel="C1")
    (claimed,) = claim(database)
    with database.write() as session:
        claims.release(session, claimed, later(5), keep_attempt=False)
    with database.read() as session:
        assert claims.has_due(session, NOW)
        assert claims.next_free_at(session, NOW) == later(5)
    assert claim(database) == []
    assert keys_of(claim(database, later(5))) == ["a"]


def test_put_off_is_no_longer_due(database: Database) -> None:
    order(database, "a", channel="C1")
    (claimed,) = claim(database)
    with database.write() as session:
        claims.put_off(session, claimed, later(3600))
    with database.read() as session:
        assert not claims.has_due(session, later(3599))
        assert claims.next_free_at(session, later(3599)) == later(3600)


def test_claim_by_many_workers_gives_each_row_once(database: Database) -> None:
    for number in range(60):
        order(database, f"a{number}", channel=f"C{number}")
    taken: list[str] = []
    start = threading.Barrier(3)

    def work() -> None:
        start.wait()
        while found := claim(database, limit=4):
            taken.extend(keys_of(found))

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    left = keys_of(claim(database))
    assert sorted(taken + left) == sorted(f"a{number}" for number in range(60))
