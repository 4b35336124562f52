"""The database of a command, in its present shape."""

from collections.abc import Iterator
from contextlib import contextmanager

from lamppu_bot.errors import LamppuError
from lamppu_bot.settings import Settings
from storage.database import Database, DatabaseUnavailableError
from storage.migrate import upgrade

CLOSED = ("unable to open", "readonly")  # SQLite's words


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Raises LamppuError where SQLite's file cannot be opened or written to, and as `upgrade` does."""
    with unopened(settings) as database:
        try:
            upgrade(database)
        except DatabaseUnavailableError as error:
            if not database.is_sqlite or not any(word in str(error) for word in CLOSED):
                raise
            advice = "see that its folder is there, that this account may write to both, and that DATABASE_URL is right"
            raise LamppuError(f"{error} ({database.file}): {advice}") from error
        yield database


@contextmanager
def unopened(settings: Settings) -> Iterator[Database]:
    """The database as it is found, perhaps not there yet."""
    database = Database(settings.database_url.get_secret_value())
    try:
        yield database
    finally:
        database.close()
