"""The operator's side of the ledger: what waits, trying again, settling by hand."""

from datetime import UTC, datetime, timedelta

from storage import claims, ledger, parked
from storage.database import Database

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
LEASE = timedelta(seconds=30)


def order(database: Database, key: str, **facts: object) -> int:
    with database.write() as session:
        return ledger.order(session, key, "card", **{"now": NOW, "channel": key, **facts})


def park(database: Database, delivery_id: int) -> None:
    with database.write() as session:
        [claimed] = claims.claim(session, [delivery_id], NOW, worker="w", lease=LEASE)
        claims.park(session, claimed, NOW, error="channel_not_found", keep_attempt=False)


def states(database: Database) -> dict[str, str]:
    with database.read() as session:
        found = parked.list_waiting(session, now=LATER, states=["due", "parked", "sent", "dropped"])
        return {one.key: one.state for one in found}


def test_list_waiting_tells_what_is_due_or_parked_and_why(database: Database) -> None:
    park(database, order(database, "C1"))
    order(database, "C2")
    order(database, "C3", not_before=LATER + LEASE)
    with database.read() as session:
        found = parked.list_waiting(session, now=LATER)
    assert [(one.key, one.state, one.to, one.error) for one in found] == [
        ("C1", "parked", "C1", "channel_not_found"),
        ("C2", "due", "C2", None),
    ]


def test_retry_makes_only_what_is_parked_due_again(database: Database) -> None:
    first, second = order(database, "C1"), order(database, "C2")
    park(database, first)
    with database.write() as session:
        assert parked.retry(session, [first, second, 99], now=LATER) == [first]
    assert states(database) == {"C1": "due", "C2": "due"}


def test_settled_messages_are_not_sent_again(database: Database) -> None:
    first, second = order(database, "C1"), order(database, "C2")
    park(database, first)
    park(database, second)
    with database.write() as session:
        assert parked.settle_as_sent(session, [first], now=LATER) == [first]
        assert parked.settle_as_dropped(session, [second]) == [second]
        assert parked.settle_as_sent(session, [first], now=LATER) == []
    assert states(database) == {"C1": "sent", "C2": "dropped"}
    with database.read() as session:
        assert claims.due_ids(session, LATER, limit=9) == []
