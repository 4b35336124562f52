"""Writing rounds: their state, their report's pieces, and who steered them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Executable, Table, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from storage.database import is_writing
from storage.models import AuditEntry, Participation, Project, ReportPiece, Round
from storage.prepared import Prepared
from storage.queries import SpringFirst, round_view
from storage.upserting import OfDialect
from storage.values import RoundState, RoundView

if TYPE_CHECKING:
    from storage.upserting import Insert

_PIECE = cast(Table, ReportPiece.__table__)
_PIECE_KEY = [_PIECE.c.round_id, _PIECE.c.name]


def _upsert(statement: "Insert") -> Executable:
    said = {"digest": statement.excluded.digest, "ordered_at": statement.excluded.ordered_at}
    return statement.on_conflict_do_update(index_elements=_PIECE_KEY, set_=said)


_SET_PIECE = OfDialect(_PIECE, _upsert)


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """A round with what has been done for it so far, as the table `round` tells it."""

    round: RoundView
    project_id: int
    previewed_for: date | None
    reminders_done: int
    report_wanted: int
    report_built: int
    files_built: int
    files_on: date | None


def list_progress(session: Session, *, lock: bool = False) -> list[RoundProgress]:
    """The rounds for which something may be left to do: not closed, or closed with a report not worked in yet, or with
    a partner that has been given longer.

    With `lock`, only those that no other process is moving on at this moment (PostgreSQL), until the commit.
    """
    extended = exists().where(Participation.round_id == Round.id, Participation.open_until.is_not(None))
    query = (
        select(Round)
        .join(Project, Project.id == Round.project_id)
        .where(Project.archived_at.is_(None), Round.archived_at.is_(None))
        .where(
            or_(
                Round.state != RoundState.CLOSED,
                Round.files_built < Round.report_wanted,
                extended,
            )
        )
        .order_by(Project.id, Round.year, SpringFirst)
    )
    if lock:
        query = query.with_for_update(of=Round, skip_locked=True)
    return [_progress(row) for row in session.scalars(query)]


def get_progress(session: Session, round_id: int, *, lock: bool = False) -> RoundProgress:
    """Of one round, whatever its state; with `lock`, nobody else moves it on until the commit of this write."""
    return _progress(session.get_one(Round, round_id, with_for_update=(lock and is_writing(session)) or None))


_WANTED = Prepared(select(Round.report_wanted).where(Round.id == bindparam("round_id")).with_for_update())


def lock_wanted(session: Session, round_id: int) -> int:
    """How often there was reason to post or change the report; nobody else moves the round on until the commit."""
    return int(_WANTED.one(session, round_id=round_id)[0])


def find_active(session: Session, round_id: int) -> RoundProgress | None:
    """As `get_progress`, locked in a write; None for a round that is unknown or has left the project file."""
    active = select(Round.id).join(Project, Project.id == Round.project_id)
    active = active.where(Round.id == round_id, Round.archived_at.is_(None), Project.archived_at.is_(None))
    found = session.scalar(active)
    return get_progress(session, found, lock=True) if found is not None else None


def _progress(row: Round) -> RoundProgress:
    return RoundProgress(
        round=round_view(row),
        project_id=row.project_id,
        previewed_for=row.previewed_for,
        reminders_done=row.reminders_done,
        report_wanted=row.report_wanted,
        report_built=row.report_built,
        files_built=row.files_built,
        files_on=row.files_on,
    )


def set_round(session: Session, round_id: int, **values: Any) -> None:
    session.execute(update(Round).where(Round.id == round_id).values(**values))


def take_report(session: Session, progress: RoundProgress) -> bool:
    """Says that the report's messages follow the reasons seen in `progress`; False where another process has."""
    still = (Round.id == progress.round.id, Round.report_built == progress.report_built)
    taken = update(Round).where(*still).values(report_built=progress.report_wanted).returning(Round.id)
    return session.execute(taken).first() is not None


def take_files(session: Session, progress: RoundProgress, files_on: date | None) -> bool:
    """As `take_report`, for the files; `files_on` is the day on which changed ones were last ordered."""
    still = (Round.id == progress.round.id, Round.files_built == progress.files_built)
    values = {"files_built": progress.report_wanted, "files_on": files_on}
    return session.execute(update(Round).where(*still).values(values).returning(Round.id)).first() is not None


def list_pieces(session: Session, round_id: int) -> dict[str, str]:
    """The pieces of a posted report by name, with the digest of what each said last."""
    query = select(ReportPiece.name, ReportPiece.digest).where(ReportPiece.round_id == round_id)
    return {row[0]: row[1] for row in session.execute(query)}


def set_pieces(session: Session, round_id: int, digests: Iterable[tuple[str, str]], at: datetime) -> None:
    """Keeps what the pieces say now; all in one statement, for a large report has thousands."""
    found = [{"round_id": round_id, "name": name, "digest": digest, "ordered_at": at} for name, digest in digests]
    if found:
        session.connection().execute(_SET_PIECE(session), found)


def add_audit(
    session: Session,
    project_id: int,
    person_id: int | None,
    action: str,
    at: datetime,
    *,
    origin: str | None = None,
    **details: Any,
) -> int:
    """Records who steered what; returns the entry's id. `details` must be plain JSON.

    A form that acts once is its `origin`.
    """
    entry = AuditEntry(project_id=project_id, person_id=person_id, action=action, origin=origin, details=details, at=at)
    session.add(entry)
    session.flush()
    return entry.id


@dataclass(frozen=True, slots=True)
class Recorded:
    """What somebody did, as it was recorded. `person_id` None is the command line."""

    id: int
    person_id: int | None
    details: Mapping[str, Any]
    at: datetime


def _recorded(row: AuditEntry) -> Recorded:
    return Recorded(row.id, row.person_id, row.details, row.at)


def get_audit(session: Session, audit_id: int) -> Recorded:
    return _recorded(session.get_one(AuditEntry, audit_id))


def find_audit(session: Session, origin: str) -> Recorded | None:
    """What was recorded of a form; None for one that has not been sent in before."""
    row = session.scalar(select(AuditEntry).where(AuditEntry.origin == origin))
    return _recorded(row) if row else None


def has_audit(session: Session, origin: str) -> bool:
    """Whether a form has been recorded, and so done what it says, before."""
    return bool(session.scalar(select(exists().where(AuditEntry.origin == origin))))


def newest_audit(session: Session, project_id: int) -> int:
    """The id of what was recorded last of a project; 0 where nothing was."""
    query = select(func.max(AuditEntry.id)).where(AuditEntry.project_id == project_id)
    return session.scalar(query) or 0


def list_audits_since(session: Session, project_id: int, action: str, audit_id: int) -> list[Recorded]:
    """What was recorded of an action after the entry with this id, oldest first."""
    where = (AuditEntry.project_id == project_id, AuditEntry.action == action, AuditEntry.id > audit_id)
    return [_recorded(row) for row in session.scalars(select(AuditEntry).where(*where).order_by(AuditEntry.id))]


def list_moves(session: Session, project_id: int, round_key: str) -> list[date]:
    """The days from which people have moved a round's opening, in the order of the moves."""
    query = select(AuditEntry.details).where(AuditEntry.project_id == project_id, AuditEntry.action == "postpone")
    moves = session.scalars(query.order_by(AuditEntry.id))
    return [date.fromisoformat(moved["from"]) for moved in moves if moved["round"] == round_key]
