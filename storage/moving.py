"""Moving everything from one database to another, such as from SQLite to PostgreSQL: all of it, or nothing."""

from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import zip_longest
from typing import Any

from sqlalchemy import Integer, Table, func, insert, select, text
from sqlalchemy.orm import Session

from storage.database import Database
from storage.errors import StorageError
from storage.models import Base

ROWS_A_STEP = 500


class MoveError(StorageError):
    """Nothing was moved. The text says why and what to do."""


def move(source: Database, target: Database) -> dict[str, int]:
    """Copies every row, and reads every one back before it is kept; returns how many, by table.

    Both have the present shape; nobody else uses them meanwhile. Raises MoveError.
    """
    with source.read() as read, target.write() as write:
        _require_every_letter(target, write)
        if occupied := [table.name for table in _tables() if _count(write, table)]:
            raise MoveError(f"the target is not empty ({', '.join(occupied)}): name a new database")
        for table in _tables():
            _copy(read, write, table)
        if not target.is_sqlite:
            _let_ids_go_on(write)
        return {table.name: _require_same(read, write, table) for table in _tables()}


def _require_every_letter(target: Database, write: Session) -> None:
    """Raises MoveError for a PostgreSQL that would refuse some of what people write, now or later."""
    if not target.is_sqlite and (encoding := write.scalar(text("SHOW server_encoding"))) != "UTF8":
        raise MoveError(f"the target's encoding is {encoding}: name a new database that is made with ENCODING 'UTF8'")


def _tables() -> Sequence[Table]:
    """In an order in which each row's references are there before it."""
    return Base.metadata.sorted_tables


def _count(session: Session, table: Table) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _rows(session: Session, table: Table) -> Generator[dict[str, Any]]:
    """Some at a time: the cursor behind them must be closed, also when not all are taken."""
    query = select(table).order_by(*table.primary_key.columns)
    with session.connection().execute(query, execution_options={"yield_per": ROWS_A_STEP}) as found:
        for row in found:
            yield dict(row._mapping)


def _copy(read: Session, write: Session, table: Table) -> None:
    step: list[dict[str, Any]] = []
    for row in _rows(read, table):
        step.append(row)
        if len(step) == ROWS_A_STEP:
            write.connection().execute(insert(table), step)
            step = []
    if step:
        write.connection().execute(insert(table), step)


def _let_ids_go_on(write: Session) -> None:
    """PostgreSQL counts ids by sequences, which know nothing of rows that brought theirs along."""
    for table in _tables():
        [*key] = table.primary_key.columns
        if len(key) == 1 and isinstance(key[0].type, Integer) and not key[0].foreign_keys:
            highest = write.scalar(select(func.max(key[0])))
            sequence = text("SELECT setval(pg_get_serial_sequence(:name, :column), :next, false)")
            write.execute(sequence, {"name": table.name, "column": key[0].name, "next": (highest or 0) + 1})


def _require_same(read: Session, write: Session, table: Table) -> int:
    """Compares the two row by row, as both databases tell them; returns how many there are."""
    count = 0
    with closing(_rows(read, table)) as left, closing(_rows(write, table)) as arrived:
        for before, after in zip_longest(left, arrived):
            if before != after:
                raise MoveError(f"a row of {table.name} arrived changed: keep the old database and report this")
            count += 1
    return count
