"""The files that go out: each partner's form as Word and PDF, the whole report as PDF, all answers as Excel."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from lamppu_bot import reporting
from lamppu_bot.messages.files import FilesAtHand, build_evidence_comment, build_evidence_note, build_files_comment
from lamppu_bot.messages.message import plain_fallback
from lamppu_bot.report.compile import Report
from lamppu_bot.report.pieces import MATRIX, WHOLE
from lamppu_bot.slack.content import Content, Obstacle, Post, Relay, Upload
from lamppu_bot.slack.fetching import LARGEST
from lamppu_bot.slack.services import Services
from lamppu_bot.texts import Texts
from storage import queries
from storage.claims import Claimed
from storage.rounds import get_progress

if TYPE_CHECKING:
    from lamppu_bot.slack.report_files import CompiledFiles

Renderer = Callable[[Session, Claimed, Texts], Content | None]


class FilesOutbox:
    """Renderers of uploads, their files and comments in the project's language."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._newest: tuple[tuple[int, int], CompiledFiles] | None = None
        self.kinds: Final[Mapping[str, Renderer]] = {
            "files": self._files,
            "evidence": self._evidence,
            "thanks-form": self._thanks_form,
        }

    def _compiled(self, session: Session, round_id: int) -> "CompiledFiles":
        """What the files are made of. Their many uploads go out one after the other and share one compilation."""
        key = (round_id, get_progress(session, round_id).files_built)
        if self._newest and self._newest[0] == key:
            return self._newest[1]
        report = reporting.report_of(session, round_id, self.services.clock())
        compiled = _files_of(session, report)
        self._newest = (key, compiled)
        return compiled

    def _files(self, session: Session, claimed: Claimed, texts: Texts) -> Upload:
        compiled = self._compiled(session, claimed.subject["round"])
        report, pieces = compiled.report, claimed.subject["files"]
        partners = {partner.id: partner for partner in report.partners}
        held = FilesAtHand(
            forms=[partners[compiled.forms[name].partner_id] for name in pieces if name in compiled.forms],
            whole=WHOLE in pieces,
            matrix=MATRIX in pieces,
        )
        comment = build_files_comment(
            next(found for found in report.rounds if found.id == claimed.subject["round"]),
            held,
            newer=claimed.subject["newer"],
            compiled_at=report.compiled_at,
            time_zone=report.project.time_zone,
            texts=texts,
        )
        return Upload(tuple(file for name in pieces for file in compiled.files_of(name)), comment)

    def _evidence(self, session: Session, claimed: Claimed, texts: Texts) -> Relay | None:
        """A partner's file; nobody wants one that was taken away meanwhile."""
        found = queries.find_evidence(session, claimed.subject["evidence"])
        if found is None:
            return None
        answer_id, evidence = found
        place = queries.get_answer_place(session, answer_id)
        snapshot = queries.snapshot(session, place.round_id, place.partner_id)
        objective = next(one for one in snapshot.objectives if one.id == place.objective_id)
        about = (evidence, place.share.partner, objective)
        notes = {
            obstacle: build_evidence_note(obstacle, *about, most=LARGEST // 1_000_000, texts=texts)
            for obstacle in Obstacle
        }
        instead = {obstacle: Post(note, plain_fallback(note)) for obstacle, note in notes.items()}
        return Relay(evidence.address, evidence.title, build_evidence_comment(*about, texts), instead)

    def _thanks_form(self, session: Session, claimed: Claimed, texts: Texts) -> Upload:
        """The partner's own form as it stands, for reading before the funder does."""
        now = self.services.clock()
        report = reporting.report_of(session, claimed.subject["round"], now, claimed.subject["partner"])
        compiled = _files_of(session, report)
        return Upload(compiled.files_of_form(report.forms[0]), texts("thanks.form"))


def _files_of(session: Session, report: Report) -> "CompiledFiles":
    from lamppu_bot.slack.report_files import CompiledFiles  # noqa: PLC0415 - a start need not wait for Word and Excel

    return CompiledFiles(report, queries.form_template(session, report.project.id))
