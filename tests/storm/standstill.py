"""What one needs to see when a storm stands still: who waits for what, in the processes, the database and Slack."""

import os
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from sqlalchemy import text

from lamppu_bot.workspace import Workspace
from storage.database import Database
from tests.storm.bot_process import DUMP
from tests.storm.processes import Processes

DUMPING_SECONDS = 2.0
LEDGER = """
    SELECT id, key, state, attempts, wanted, shown, thread_of, not_before, lease_until, leased_by, attempted_at, error
    FROM delivery WHERE state IN ('due', 'parked') ORDER BY id
"""
PACING = "SELECT key, next_at FROM pacing ORDER BY next_at DESC LIMIT 30"
CONNECTIONS = """
    SELECT pid, state, wait_event_type, wait_event, now() - xact_start AS transaction_for, now() - state_change AS since
        , pg_blocking_pids(pid) AS blocked_by, left(query, 200) AS query
    FROM pg_stat_activity WHERE backend_type = 'client backend' ORDER BY xact_start
"""
LOCKS = "SELECT pid, locktype, relation::regclass, mode, granted, objid FROM pg_locks ORDER BY pid, granted"


def described(what: str, processes: Processes, database_url: str, workspace: Workspace) -> str:
    """Everything, as text; the threads of the bot's processes stand at the end of their logs."""
    parts = {
        what: [f"at {time.strftime('%H:%M:%S', time.gmtime())}Z"],
        "processes": list(_dumped(processes)),
        "Slack": list(_slack(workspace)),
        "database": list(_database(database_url)),
        "threads of the storm": list(_threads()),
    }
    return "\n\n".join("\n".join([f"== {title}", *lines]) for title, lines in parts.items())


def _dumped(processes: Processes) -> Iterator[str]:
    for role, pid, told in processes.described():
        yield f"{role} {pid} {told}"
    for pid in processes.of_ours():
        os.kill(pid, DUMP)
    time.sleep(DUMPING_SECONDS)


def _slack(workspace: Workspace) -> Iterator[str]:
    sockets, settings = workspace.sockets, workspace.settings
    way = "sockets" if workspace.courier.transport is sockets else "HTTP"
    yield f"by {way}; {len(sockets.connections)} sockets open, {len(sockets.deaf)} deaf"
    yield f"token {settings.token_error or 'good'}, scopes {sorted(settings.scopes)}"
    for delivery in list(workspace.deliveries):
        if not delivery.done.is_set():
            yield f"under way: {delivery.kind} {delivery.failures}"
    for call in list(workspace.calls)[-40:]:
        yield f"{workspace.state.monotonic() - call.at:.1f} s ago {call.method} {call.outcome} {call.retry_after or ''}"


def _database(url: str) -> Iterator[str]:
    with closing(Database(url)) as database, database.engine.connect() as connection:
        queries = [LEDGER, PACING] if database.is_sqlite else [LEDGER, PACING, CONNECTIONS, LOCKS]
        for query in queries:
            found = connection.execute(text(query))
            yield " | ".join(found.keys())
            yield from _rows(found.all())


def _rows(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    return (" | ".join(map(str, row)) for row in rows)


def _threads() -> Iterator[str]:
    frames = sys._current_frames()
    for thread in threading.enumerate():
        frame = frames.get(thread.ident or 0)
        yield f"{thread.name}\n{''.join(traceback.format_stack(frame)) if frame else ''}"
