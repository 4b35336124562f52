"""A posted report, its messages and files; compiled and made in the side process, so that nothing of it stays."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from sqlalchemy.orm import Session

from lamppu_bot import reporting
from lamppu_bot.clock import Now
from lamppu_bot.messages.files import FilesAtHand, build_files_comment
from lamppu_bot.messages.message import Message
from lamppu_bot.report.pieces import MATRIX, digest, is_whole
from lamppu_bot.reporting import FilesSeen
from lamppu_bot.side_process import SideProcess
from lamppu_bot.slack.content import File, Upload
from lamppu_bot.texts import texts_for
from storage import queries
from storage.database import Database
from storage.rounds import get_progress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lamppu_bot.report.making import MadeFile, ReportMaker

T = TypeVar("T")


class _Newest(Generic[T]):
    """What was made last, of one state of one round: its many parts go out one after the other and share it."""

    def __init__(self) -> None:
        self._made: tuple[tuple[int, int], T] | None = None

    def of(self, round_id: int, state: int, make: Callable[[], T]) -> T:
        if self._made is None or self._made[0] != (round_id, state):
            self._made = ((round_id, state), make())
        return self._made[1]


class Reporter:
    """What the side process is furnished with. It only reads the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._messages: _Newest[dict[str, Message]] = _Newest()
        self._maker: _Newest[ReportMaker] = _Newest()

    def messages_seen(self, round_id: int, now: Now) -> dict[str, str]:
        """As `reporting.Looks` wants it."""
        with self._database.read() as session:
            messages = reporting.messages_of(session, round_id, now)
        return {name: digest(message) for name, message in messages.items()}

    def message(self, round_id: int, name: str, now: Now) -> Message | None:
        """One message of a round's report; None where the report has no such part any more."""
        with self._database.read() as session:
            built = get_progress(session, round_id).report_built
            messages = self._messages.of(round_id, built, lambda: reporting.messages_of(session, round_id, now))
        return messages.get(name)

    def files_seen(self, round_id: int, now: Now) -> FilesSeen:
        """As `reporting.Looks` wants it."""
        with self._database.read() as session:
            return reporting.files_seen(session, round_id, now)

    def upload(self, round_id: int, pieces: Sequence[str], *, newer: bool, now: Now) -> Upload:
        """These pieces of a round's report; `newer` where they replace versions posted before."""
        with self._database.read() as session:
            built = get_progress(session, round_id).files_built
            maker = self._maker.of(round_id, built, lambda: _maker(session, round_id, now))
        report = maker.report
        partners = {partner.id: partner for partner in report.partners}
        held = FilesAtHand(
            forms=[partners[maker.forms[name].partner_id] for name in pieces if name in maker.forms],
            whole=any(map(is_whole, pieces)),
            matrix=MATRIX in pieces,
        )
        comment = build_files_comment(
            next(found for found in report.rounds if found.id == round_id),
            held,
            newer=newer,
            compiled_at=report.compiled_at,
            time_zone=report.project.time_zone,
            texts=texts_for(report.project.language),
        )
        return _upload((file for name in pieces for file in maker.piece(name)), comment)

    def own_form(self, round_id: int, partner_id: int, *, language: str, now: Now) -> Upload:
        """A partner's own form as it stands, for reading before the funder does; the comment in this language."""
        with self._database.read() as session:
            maker = _maker(session, round_id, now, partner_id)
        return _upload(maker.both_forms(maker.report.forms[0]), texts_for(language)("thanks.form"))


def reporter_of(database_url: str) -> Reporter:
    """With a connection of its own."""
    return Reporter(Database(database_url, pool_size=1))


class ReporterBeside:
    """`reporting.Looks`, taken in the side process."""

    def __init__(self, side: SideProcess[Reporter]) -> None:
        self._side = side

    def messages_seen(self, round_id: int, now: Now) -> dict[str, str]:
        return self._side.do(Reporter.messages_seen, round_id, now)

    def files_seen(self, round_id: int, now: Now) -> FilesSeen:
        return self._side.do(Reporter.files_seen, round_id, now)


def _upload(files: "Iterable[MadeFile]", comment: str) -> Upload:
    """Of the worker's own kind of file: what it does not know, it would import with all that makes files."""
    return Upload(tuple(File(*file) for file in files), comment)


def _maker(session: Session, round_id: int, now: Now, partner_id: int | None = None) -> "ReportMaker":
    from lamppu_bot.report.making import ReportMaker  # noqa: PLC0415 - the bot names jobs, and makes no files itself

    report = reporting.report_of(session, round_id, now, partner_id)
    return ReportMaker(report, queries.form_template(session, report.project.id))
