"""Brings the database into the shape of `storage.models`, once, however many processes start together."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import IntegrityError

from storage.database import Database, unavailable_named
from storage.errors import StorageError

if TYPE_CHECKING:
    from alembic.config import Config

STEPS = Path(__file__).parent / "migrations" / "versions"
LOCK_KEY = 0x4C616D7070750001  # "Lamppu" and a number of its own, among PostgreSQL's advisory locks
WAIT_SECONDS = 60  # for another process that is migrating


class DatabaseIsNewerError(StorageError):
    """A newer Lamppu has already changed the database: this one must not touch it."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"the database has the shape {revision}, which this version of Lamppu does not know:"
            " install the version that made it, or restore the backup made before it"
        )


def upgrade(database: Database) -> None:
    """Runs the steps that are missing; an empty database gets all of them. Either all of them happen or none.

    Raises DatabaseIsNewerError, or DatabaseUnavailableError.
    """
    if stored_revision(database) == known_revisions()[-1]:
        return
    with migration_connection(database) as connection:
        move(connection, "head")


def downgrade(database: Database) -> None:
    """Takes every step back: no table is left. For tests of the steps."""
    with migration_connection(database) as connection:
        move(connection, "base")


def known_revisions() -> list[str]:
    """The revisions from first to newest: each step's file name begins with its own."""
    return sorted(step.stem.partition("_")[0] for step in STEPS.glob("[0-9]*.py"))


def stored_revision(database: Database) -> str | None:
    """The revision the database has, or None when it is empty. Raises DatabaseIsNewerError."""
    with unavailable_named(), database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if revision is not None and revision not in known_revisions():
        raise DatabaseIsNewerError(revision)
    return revision


def move(connection: Connection, revision: str) -> "Config":
    """Lets alembic run the steps up to a revision ("head": all), or down to "base", in the connection's transaction."""
    # Imported here because it takes a third of a second, and nearly every start finds nothing to do.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(STEPS.parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    (command.downgrade if revision == "base" else command.upgrade)(config, revision)
    return config


@contextmanager
def migration_connection(database: Database) -> Iterator[Connection]:
    """A connection beside which no other process migrates, in a transaction committed at the end of the block."""
    with unavailable_named(), database.engine.connect() as connection:
        connection.detach()  # from the pool: what is set below is for this one use
        if database.is_sqlite:
            with sqlite_migration(connection):
                yield connection
        else:
            with postgres_migration(connection):
                yield connection


@contextmanager
def sqlite_migration(connection: Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE is the lock. Foreign keys are checked at the end, for SQLite changes a table by replacing it."""
    driver: Any = connection.connection.dbapi_connection
    driver.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}")
    driver.execute("PRAGMA foreign_keys=OFF")
    with connection.execution_options(lamppu_writes=True).begin():
        yield
        if broken := connection.execute(text("PRAGMA foreign_key_check")).all():
            raise IntegrityError("PRAGMA foreign_key_check", None, ValueError(f"{len(broken)} rows point nowhere"))


@contextmanager
def postgres_migration(connection: Connection) -> Iterator[None]:
    with connection.begin():
        connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        yield
