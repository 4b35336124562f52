"""SQLAlchemy's dialect for SQLite with savepoints that take a fifth of the time: under load most submissions have one.

SQLAlchemy compiles and runs a statement object for each SAVEPOINT and RELEASE. Known to it as `sqlite+savepoints`.
"""

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite


class SavepointsDialect(SQLiteDialect_pysqlite):
    supports_statement_cache = True

    def do_savepoint(self, connection: Connection, name: str) -> None:
        connection.exec_driver_sql(f"SAVEPOINT {name}")

    def do_rollback_to_savepoint(self, connection: Connection, name: str) -> None:
        connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {name}")

    def do_release_savepoint(self, connection: Connection, name: str) -> None:
        connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")
