"""The database of a command, in its present shape."""

from collections.abc import Iterator
from contextlib import contextmanager

from lamppu_bot.settings import Settings
from storage.database import Database
from storage.migrate import upgrade


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    with unopened(settings) as database:
        upgrade(database)
        yield database


@contextmanager
def unopened(settings: Settings) -> Iterator[Database]:
    """The database as it is found, perhaps not there yet."""
    database = Database(settings.database_url.get_secret_value())
    try:
        yield database
    finally:
        database.close()
