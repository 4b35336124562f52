"""What keeping Homes up to date costs, and that two who open theirs at once are both served."""

import threading

import pytest
from sqlalchemy import event, select, update

from lamppu_bot import homes
from storage import ledger, queries
from storage.database import Database
from storage.homes import remember_shown
from storage.models import Person
from tests.storage.loading_rig import OPEN, PROJECT, advance, answer, load


def many_partners(number: int) -> str:
    """The project file with so many partners more, each with a contact of its own."""
    return PROJECT + "".join(
        f"""
[[partners]]
key = "p{one}"
name = "Osahanke {one}"
short_name = "P{one}"
contact = {{ name = "Henkilö {one}", email = "p{one}@example.org" }}
"""
        for one in range(number)
    )


def opened(database: Database, *emails: str) -> None:
    for email in emails:
        with database.write() as session:
            session.execute(update(Person).where(Person.email == email).values(slack_id=f"U{email}"[:32]))
            homes.open_home(session, f"U{email}"[:32], OPEN)


def settled(database: Database) -> None:
    """As if a worker had shown every Home as it is now."""
    with database.write() as session:
        for row in session.scalars(select(Person).where(Person.slack_id.is_not(None))):
            person = queries.get_person(session, row.id)
            remember_shown(session, row.id, homes.digest(homes.home_of(session, person, {}, OPEN)))


def statements_of_a_step(database: Database) -> int:
    """How many it takes to look at all Homes that were opened lately."""
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        counted.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        homes.refresh(database, OPEN)
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return len(counted)


def wanted(database: Database) -> dict[str, int]:
    with database.read() as session:
        rows = session.execute(select(ledger.D.key, ledger.D.wanted).where(ledger.D.kind == ledger.HOME))
        return {key: number for key, number in rows}


@pytest.mark.parametrize("partners", [0, 60])
def test_step_costs_the_same_however_many_partners_there_are(database: Database, partners: int) -> None:
    load(database, many_partners(partners))
    advance(database)
    assert statements_of_a_step(database) == 1
    opened(database, "katri@example.org", "oona@example.org")
    settled(database)
    assert statements_of_a_step(database) <= 30
    assert set(wanted(database).values()) == {1}


def test_step_orders_the_homes_that_would_say_something_else(database: Database) -> None:
    load(database)
    advance(database)
    opened(database, "katri@example.org", "oona@example.org", "niilo@example.org")
    settled(database)
    homes.refresh(database, OPEN)
    assert set(wanted(database).values()) == {1}
    answer(database, "rovaniemi", "verkosto", "Verkosto toimii.")
    homes.refresh(database, OPEN)
    assert sorted(wanted(database).values()) == [1, 2, 2]  # that of the other partner says what it said


def test_home_opened_by_several_events_at_once_is_one_row(database: Database) -> None:
    load(database)
    advance(database)
    with database.write() as session:
        session.execute(update(Person).where(Person.email == "oona@example.org").values(slack_id="UOONA"))

    def open_it() -> None:
        with database.write() as session:
            homes.open_home(session, "UOONA", OPEN)

    threads = [threading.Thread(target=open_it) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(wanted(database).values()) == [5]
