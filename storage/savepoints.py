"""SQLAlchemy's dialect for SQLite with savepoints that take a tenth of the time: under load most submissions have one.

SQLAlchemy compiles and runs a statement object for each SAVEPOINT and RELEASE; here the driver runs them itself. Known
to it as `sqlite+savepoints`.
"""

import sqlite3
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError


class SavepointsDialect(SQLiteDialect_pysqlite):
    supports_statement_cache = True

    def do_savepoint(self, connection: Connection, name: str) -> None:
        _run(connection, f"SAVEPOINT {name}")

    def do_rollback_to_savepoint(self, connection: Connection, name: str) -> None:
        _run(connection, f"ROLLBACK TO SAVEPOINT {name}")

    def do_release_savepoint(self, connection: Connection, name: str) -> None:
        _run(connection, f"RELEASE SAVEPOINT {name}")


def _run(connection: Connection, statement: str) -> None:
    driver: Any = connection.connection.dbapi_connection
    try:
        driver.execute(statement).close()
    except sqlite3.Error as error:
        raise DBAPIError.instance(statement, None, error, sqlite3.Error) from error
