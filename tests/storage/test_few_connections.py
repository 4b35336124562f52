"""A small PostgreSQL, which gives the bot only so many connections."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import text

from storage.database import Database, DatabaseUnavailableError
from storage.migrate import upgrade
from storage.process_lock import Role, process_lock
from tests.conftest import admin_of

Limited = Callable[[int], str]


@pytest.fixture
def limited(new_postgres_url: Callable[[str], str]) -> Iterator[Limited]:
    """The address of a database that lets so many connections in at once."""
    url = new_postgres_url("few")

    def limit(connections: int) -> str:
        with admin_of(url) as admin:
            admin.execute(text(f"CREATE ROLE few LOGIN CONNECTION LIMIT {connections}"))
            admin.execute(text("ALTER DATABASE few OWNER TO few"))
        return url.replace("postgres:@", "few:@")

    yield limit
    with admin_of(url) as admin:
        admin.execute(text("ALTER DATABASE few OWNER TO postgres"))
        admin.execute(text("DROP OWNED BY few CASCADE"))
        admin.execute(text("DROP ROLE few"))


def ask(database: Database) -> None:
    with database.read() as session:
        session.execute(text("SELECT 1"))


@contextmanager
def others(url: str, connections: int) -> Iterator[None]:
    """Other processes that hold so many connections."""
    with closing(Database(url, pool_size=connections)) as database:
        held = [database.engine.connect() for _ in range(connections)]
        yield
        for connection in held:
            connection.close()


def test_database_without_a_connection_to_spare_is_told_and_used_again_when_there_is_one(limited: Limited) -> None:
    url = limited(2)
    with closing(Database(url)) as database:
        with (
            others(url, 2),
            pytest.raises(DatabaseUnavailableError, match=r"^the database takes no more connections: "),
        ):
            ask(database)
        ask(database)


def test_a_worker_takes_six_connections_and_a_listener_five(limited: Limited) -> None:
    url = limited(11)
    with closing(Database(url)) as work, closing(Database(url)) as listen:
        upgrade(work)
        with process_lock(work, Role.WORK), process_lock(listen, Role.LISTEN):
            held = [database.engine.connect() for database in (work, listen) for _ in range(5)]
            with pytest.raises(DatabaseUnavailableError, match=r"^all database connections are in use$"):
                ask(work)
            for connection in held:
                connection.close()
