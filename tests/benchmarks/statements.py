"""Counting SQL statements where none is missed: in SQLite itself."""

from typing import Any

from sqlalchemy import event

from storage.database import Database


def traced(database: Database) -> list[str]:
    """A list that grows by every statement that SQLite gets from now on."""
    statements: list[str] = []

    def listen(connection: Any, _record: Any) -> None:
        connection.set_trace_callback(statements.append)

    database.close()  # connections that are open are not listened to
    event.listen(database.engine, "connect", listen)
    return statements
