"""The ledger as use cases see it: ordered once, changed, put off, found."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import claims, ledger
from storage.database import Database

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)


def order(database: Database, key: str, **facts: object) -> int:
    with database.write() as session:
        return ledger.order(session, key, "card", **{"now": NOW, "channel": "C1", **facts})


def claim_next(database: Database, now: datetime = NOW) -> claims.Claimed | None:
    with database.write() as session:
        ids = claims.due_ids(session, now, limit=1)
        return next(iter(claims.claim(session, ids, now, worker="w", lease=LEASE)), None)


def send_next(database: Database, ts: str, now: datetime = NOW) -> claims.Claimed:
    claimed = claim_next(database, now)
    assert claimed is not None
    with database.write() as session:
        claims.settle_sent(session, claimed, now, ts=ts, shown=claimed.wanted)
    return claimed


def state_of(database: Database, key: str) -> str:
    with database.read() as session:
        found = ledger.find(session, key)
    assert found is not None
    return found.state


def test_order_repeated_is_the_same_delivery(database: Database) -> None:
    first = order(database, "card:a", subject={"round": 1})
    second = order(database, "card:b")
    again = order(database, "card:a", subject={"round": 2})
    assert again == first
    assert second != first
    with database.read() as session:
        assert ledger.counts(session) == {"due": 2}
    claimed = claim_next(database)
    assert claimed is not None
    assert claimed.subject == {"round": 1}


def test_order_of_a_cause_rolled_back_is_not_there(database: Database) -> None:
    def use_case() -> None:
        with database.write() as session:
            ledger.order(session, "card:a", "card", now=NOW, channel="C1")
            raise RuntimeError("the cause failed")

    with pytest.raises(RuntimeError, match="the cause"):
        use_case()
    with database.read() as session:
        assert ledger.find(session, "card:a") is None


def test_change_of_sent_makes_one_update_of_many(database: Database) -> None:
    order(database, "card:a")
    send_next(database, "1.1")
    for second in range(3):
        with database.write() as session:
            ledger.change(session, ["card:a", "card:nobody"], now=NOW + timedelta(seconds=second))
    update = send_next(database, "1.1", NOW + timedelta(seconds=5))
    assert (update.ts, update.wanted) == ("1.1", 4)
    assert claim_next(database, NOW + timedelta(hours=1)) is None
    assert state_of(database, "card:a") == "sent"


def test_change_while_being_sent_is_due_again(database: Database) -> None:
    order(database, "card:a")
    claimed = claim_next(database)
    assert claimed is not None
    with database.write() as session:
        ledger.change(session, ["card:a"], now=NOW)
    with database.write() as session:
        claims.settle_sent(session, claimed, NOW, ts="1.1", shown=claimed.wanted)
    assert state_of(database, "card:a") == "due"
    assert send_next(database, "1.1").ts == "1.1"
    assert state_of(database, "card:a") == "sent"


def test_change_of_dropped_brings_it_back(database: Database) -> None:
    delivery_id = order(database, "card:a")
    claimed = claim_next(database)
    assert claimed is not None
    with database.write() as session:
        claims.settle_dropped(session, claimed)
    assert state_of(database, "card:a") == "dropped"
    with database.write() as session:
        ledger.change_ids(session, [delivery_id], now=NOW)
    assert state_of(database, "card:a") == "due"


def test_change_while_being_dropped_is_looked_at_again(database: Database) -> None:
    order(database, "card:a")
    claimed = claim_next(database)
    assert claimed is not None
    with database.write() as session:
        ledger.change(session, ["card:a"], now=NOW)
    with database.write() as session:
        claims.settle_dropped(session, claimed)
    assert state_of(database, "card:a") == "due"


def test_change_of_parked_waits_for_a_person(database: Database) -> None:
    order(database, "card:a")
    claimed = claim_next(database)
    assert claimed is not None
    with database.write() as session:
        claims.park(session, claimed, NOW, error="channel_not_found", keep_attempt=False)
    with database.write() as session:
        ledger.change(session, ["card:a"], now=NOW)
    assert state_of(database, "card:a") == "parked"
    with database.read() as session:
        assert ledger.list_parked(session, before=NOW) == []
        (parked,) = ledger.list_parked(session, before=NOW + timedelta(seconds=1))
    assert parked.error == "channel_not_found"
    with database.write() as session:
        ledger.unpark(session, [parked.id], now=NOW)
    assert claim_next(database) is not None


def test_change_does_not_put_off_what_is_on_its_way(database: Database) -> None:
    order(database, "card:a")
    with database.write() as session:
        ledger.change(session, ["card:a"], now=NOW, not_before=NOW + timedelta(minutes=5))
    assert claim_next(database) is not None


def test_change_not_before_holds_for_a_sent_one(database: Database) -> None:
    order(database, "card:a")
    send_next(database, "1.1")
    with database.write() as session:
        ledger.change(session, ["card:a"], now=NOW, not_before=NOW + timedelta(minutes=5))
    assert claim_next(database, NOW + timedelta(minutes=4)) is None
    assert claim_next(database, NOW + timedelta(minutes=5)) is not None


def test_defer_moves_a_burst_on(database: Database) -> None:
    order(database, "burst:a", not_before=NOW + timedelta(seconds=20))
    with database.write() as session:
        ledger.defer(session, "burst:a", NOW + timedelta(seconds=35))
    assert claim_next(database, NOW + timedelta(seconds=34)) is None
    assert claim_next(database, NOW + timedelta(seconds=35)) is not None


def test_defer_of_one_being_sent_updates_it_later(database: Database) -> None:
    order(database, "burst:a")
    claimed = claim_next(database)
    assert claimed is not None
    with database.write() as session:
        ledger.defer(session, "burst:a", NOW + timedelta(seconds=20))
    with database.write() as session:
        claims.settle_sent(session, claimed, NOW, ts="1.1", shown=claimed.wanted)
    assert claim_next(database, NOW + timedelta(seconds=19)) is None
    assert send_next(database, "1.1", NOW + timedelta(seconds=20)).ts == "1.1"


def test_defer_of_sent_changes_nothing(database: Database) -> None:
    order(database, "burst:a")
    send_next(database, "1.1")
    with database.write() as session:
        ledger.defer(session, "burst:a", NOW + timedelta(seconds=20))
    assert state_of(database, "burst:a") == "sent"


def test_put_last_lets_others_pass_and_leaves_alone_what_is_on_its_way(database: Database) -> None:
    later = NOW + timedelta(seconds=1)
    for key in ("sent", "taken", "second", "third", "new"):
        order(database, key, channel=key if key == "taken" else "C1", subject={"of": key})
    send_next(database, "1.1")
    assert claim_next(database)
    with database.write() as session:
        ledger.put_last(session, ["sent", "taken", "third", "second", "nobody"], not_before=later)
    assert [state_of(database, key) for key in ("sent", "taken")] == ["sent", "due"]
    assert send_next(database, "1.2", later).key == "new"
    with database.write() as session:
        ledger.put_last(session, ["third"], not_before=NOW)
        found = ledger.find(session, "third")
    assert found
    assert (found.subject, found.created_at) == ({"of": "third"}, NOW)


def test_put_last_keeps_the_order_it_is_given(database: Database) -> None:
    later = NOW + timedelta(seconds=1)
    for key in ("first", "second", "new"):
        order(database, key)
    with database.write() as session:
        ledger.put_last(session, ["second", "first"], not_before=later)
    assert send_next(database, "1.1", NOW).key == "new"
    assert claim_next(database, NOW) is None
    assert [send_next(database, ts, later).key for ts in ("1.2", "1.3")] == ["second", "first"]


def test_find_waiting_until_it_is_taken_up(database: Database) -> None:
    order(database, "burst:a", subject={"conversation": 7})
    with database.read() as session:
        waiting = ledger.find_waiting(session, "card", {"conversation": 7})
        assert waiting is not None
        assert waiting.key == "burst:a"
        assert ledger.find_waiting(session, "card", {"conversation": 8}) is None
        assert ledger.find_waiting(session, "other", {"conversation": 7}) is None
    claim_next(database)
    with database.read() as session:
        assert ledger.find_waiting(session, "card", {"conversation": 7}) is None


def test_oldest_unsent_tells_since_when(database: Database) -> None:
    with database.read() as session:
        assert ledger.oldest_unsent(session) is None
    parent = order(database, "card:a", not_before=NOW + timedelta(minutes=1))
    order(database, "card:b")
    order(database, "reply", thread_of=parent, not_before=NOW - timedelta(hours=1))
    with database.read() as session:
        assert ledger.oldest_unsent(session) == NOW


def test_order_replies_wants_each_once_in_order(database: Database) -> None:
    replies = [ledger.Order(f"reply:{number}", "reply", {"part": number}) for number in range(3)]
    with database.write() as session:
        root = ledger.order(session, "root", "root", channel="C1", now=NOW)
        ledger.order_replies(session, root, "C1", replies[:2], now=NOW)
        ledger.order_replies(session, root, "C1", replies, now=NOW + timedelta(hours=1))
        ledger.order_replies(session, root, "C1", [], now=NOW)
    with database.read() as session:
        found = [ledger.find(session, reply.key) for reply in replies]
    assert [(one.kind, one.channel, one.subject["part"], one.state) for one in found if one] == [
        ("reply", "C1", number, ledger.DUE) for number in range(3)
    ]
    assert [one.created_at - NOW for one in found if one] == [timedelta(0), timedelta(0), timedelta(hours=1)]
    assert sorted(one.id for one in found if one) == [one.id for one in found if one]
