"""Writes to SQLite that follow each other at once share one commit: the disk confirms once for all of them.

SQLite has one writer at a time, and for a commit to be confirmed takes longer than all that is written before it. So
whoever has written hands the open transaction on to the next in line and waits; the last one commits for all, and then
all go on. PostgreSQL does the like by itself.

Each that joins has a savepoint of its own, so that what fails undoes nothing of the others'; the first needs none. It
sees what those before it have written, as if they had committed one after the other. Nobody goes on, and so nothing is
acknowledged, before the commit is confirmed: if it fails, or the process is killed, nothing of any of them was written.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from storage.turns import Turns

# What bounds the wait of the first for the last.
MOST: Final = 32
LONGEST: Final = 0.02  # seconds after which nobody joins any more


class Writers:
    """All who write to one SQLite file in this process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turns = Turns()
        self._shared: SharedTransaction | None = None  # for whoever has the turn

    @contextmanager
    def write(self, patience: float, *, gives_way: float) -> Iterator[Session]:
        """A session whose changes are committed at the end of the block, perhaps with those of others.

        Raises NoTurnError after `patience` seconds of waiting, and OperationalError when the commit failed.
        `gives_way`: see `Turns.take`.
        """
        self._turns.take(patience, gives_way=gives_way)
        try:
            shared = self._shared = self._shared or SharedTransaction(self._engine)
            with shared.part() as session:
                yield session
        finally:
            self._go_on()
        shared.wait_for_commit()

    def _go_on(self) -> None:
        """Lets the next one join, or commits: before what gives way, too, for that may take its time."""
        shared = self._shared
        if shared and shared.has_room and self._turns.hand_on_to_urgent():
            return
        self._shared = None
        try:
            if shared:
                shared.commit()
        finally:
            self._turns.hand_on()


class SharedTransaction:
    """One transaction, in which one thread after the other writes its part."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.connect()
        try:
            self._transaction = self._connection.begin()
        except BaseException:
            self._connection.close()
            raise
        self._closes = monotonic() + LONGEST
        self._parts = 0
        self._failure: BaseException | None = None
        self._ended = threading.Event()

    @property
    def has_room(self) -> bool:
        return self._failure is None and self._parts < MOST and monotonic() < self._closes

    @contextmanager
    def part(self) -> Iterator[Session]:
        """What is written in the block stays, or nothing of it where the block fails."""
        self._parts += 1
        is_first = self._parts == 1
        session = Session(
            self._connection,
            expire_on_commit=False,
            join_transaction_mode="rollback_only" if is_first else "create_savepoint",
        )
        try:
            yield session
            session.commit()
        except BaseException as error:
            self._undo(session)
            if is_first:
                self._failure = error  # the transaction itself was rolled back, with nobody else in it
            raise
        finally:
            session.close()

    def _undo(self, session: Session) -> None:
        try:
            session.rollback()
        except DBAPIError as error:  # the savepoint is gone, and with it all that the others have written
            self._failure = error.orig

    def commit(self) -> None:
        """Ends it, well or not; those who wait are told."""
        try:
            with self._connection, self._transaction:  # commits, and rolls back what it could not commit
                if self._failure is not None and self._transaction.is_active:
                    self._transaction.rollback()
        except DBAPIError as error:
            self._failure = error.orig
        except BaseException as error:
            self._failure = error
            raise
        finally:
            self._ended.set()

    def wait_for_commit(self) -> None:
        """Raises OperationalError when nothing was written after all."""
        self._ended.wait()
        if self._failure is not None:
            raise OperationalError("COMMIT", None, self._failure) from self._failure
