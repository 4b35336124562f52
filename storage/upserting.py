"""INSERTs that know what to do with a row that is there already: each kind of database has its own."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from sqlalchemy import Table
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    Insert = sqlite.Insert | postgresql.Insert

Built = TypeVar("Built")


class OfDialect(Generic[Built]):
    """What is built, once, of the INSERT of a session's kind of database.

    The engine has imported its own dialect. The other one, with all its drivers, would be a tenth of the start.
    """

    def __init__(self, table: Table, build: Callable[["Insert"], Built]) -> None:
        self._table = table
        self._build = build
        self._built: dict[str, Built] = {}

    def __call__(self, session: Session) -> Built:
        dialect = session.get_bind().dialect.name
        if dialect not in self._built:
            self._built[dialect] = self._build(_insert(dialect, self._table))
        return self._built[dialect]


def insert_into(session: Session, table: Table) -> "Insert":
    return _insert(session.get_bind().dialect.name, table)


def _insert(dialect: str, table: Table) -> "Insert":
    return cast("Insert", import_module(f"sqlalchemy.dialects.{dialect}").insert(table))
