"""A report's files with what stands beside them; compiled and made in the side process, so that nothing of it stays."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from lamppu_bot import reporting
from lamppu_bot.clock import Now
from lamppu_bot.messages.files import FilesAtHand, build_files_comment
from lamppu_bot.report.pieces import MATRIX, is_whole
from lamppu_bot.reporting import FilesSeen
from lamppu_bot.slack.content import File, Upload
from lamppu_bot.texts import texts_for
from storage import queries
from storage.database import Database
from storage.rounds import get_progress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lamppu_bot.report.making import MadeFile, ReportMaker


class ReportFiles:
    """What the side process is furnished with. It only reads the database, over a connection of its own."""

    def __init__(self, database_url: str) -> None:
        self._database = Database(database_url, pool_size=1)
        self._newest: tuple[tuple[int, int], ReportMaker] | None = None

    def seen(self, round_id: int, now: Now) -> FilesSeen:
        """What would stand in the files of a round's report at this moment."""
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
        """Many uploads go out one after the other and share one compilation."""
        key = (round_id, get_progress(session, round_id).files_built)
        if self._newest is None or self._newest[0] != key:
            self._newest = (key, _maker(session, round_id, now))
        return self._newest[1]


def _upload(files: "Iterable[MadeFile]", comment: str) -> Upload:
    """Of the worker's own kind of file: what it does not know, it would import with all that makes files."""
    return Upload(tuple(File(*file) for file in files), comment)


def _maker(session: Session, round_id: int, now: Now, partner_id: int | None = None) -> "ReportMaker":
    from lamppu_bot.report.making import ReportMaker  # noqa: PLC0415 - the bot names jobs, and makes no files itself

    report = reporting.report_of(session, round_id, now, partner_id)
    return ReportMaker(report, queries.form_template(session, report.project.id))
