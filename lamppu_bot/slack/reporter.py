"""A posted report, its messages and files; compiled and made in the side process, so that nothing of it stays."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

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


class Reporter:
    """What the side process is furnished with. It only reads the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # The many messages and files of a report go out one after the other and share one compilation.
        self._messages: tuple[tuple[int, int], dict[str, Message]] | None = None
        self._maker: tuple[tuple[int, int], ReportMaker] | None = None

    def messages_seen(self, round_id: int, now: Now) -> dict[str, str]:
        """As `reporting.Looks` wants it."""
        with self._database.read() as session:
            messages = reporting.messages_of(session, round_id, now)
        return {name: digest(message) for name, message in messages.items()}

    def message(self, round_id: int, name: str, now: Now) -> Message | None:
        """One message of a round's report; None where the report has no such part any more."""
        with self._database.read() as session:
            key = (round_id, get_progress(session, round_id).report_built)
            if self._messages is None or self._messages[0] != key:
                self._messages = (key, reporting.messages_of(session, round_id, now))
        return self._messages[1].get(name)

    def files_seen(self, round_id: int, now: Now) -> FilesSeen:
        """As `reporting.Looks` wants it."""
        with self._database.read() as session:
            return reporting.files_seen(session, round_id, now)

    def upload(self, round_id: int, pieces: Sequence[str], *, newer: bool, now: Now) -> Upload:
        """These pieces of a round's report; `newer` where they replace versions posted before."""
        with self._database.read() as session:
            maker = self._shared(session, round_id, now)
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

    def _shared(self, session: Session, round_id: int, now: Now) -> "ReportMaker":
        key = (round_id, get_progress(session, round_id).files_built)
        if self._maker is None or self._maker[0] != key:
            self._maker = (key, _maker(session, round_id, now))
        return self._maker[1]


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
