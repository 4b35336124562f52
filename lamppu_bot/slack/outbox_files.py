"""The files that go out: each partner's form as Word and PDF, the whole report as PDF, all answers as Excel."""

import threading
from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot import reporting
from lamppu_bot.messages.files import FilesAtHand, build_evidence_comment, build_evidence_note, build_files_comment
from lamppu_bot.messages.message import plain_fallback
from lamppu_bot.report.compile import Report
from lamppu_bot.report.filenames import form_filenames, matrix_filename, pdf_filename
from lamppu_bot.report.form import render_form
from lamppu_bot.report.forms import PartnerForm
from lamppu_bot.report.matrix import matrix_title, render_matrix
from lamppu_bot.report.pdf import render_form_pdf, render_report_pdf, report_title
from lamppu_bot.report.pieces import MATRIX, WHOLE, form_piece
from lamppu_bot.slack.content import Content, File, Obstacle, Post, Relay, Upload
from lamppu_bot.slack.fetching import LARGEST
from lamppu_bot.slack.services import Services
from lamppu_bot.texts import Texts
from storage import queries
from storage.claims import Claimed
from storage.rounds import get_progress

Renderer = Callable[[Session, Claimed, Texts], Content | None]


class _Compiled:
    """A report and what its files are made of, shared by all the messages that they go out in."""

    def __init__(self, report: Report, template: bytes | None) -> None:
        self.report = report
        self.forms: Mapping[str, PartnerForm] = {form_piece(form): form for form in report.forms}
        self._template = template
        self._names = form_filenames(report)
        self._pdf_names = form_filenames(report, "pdf")
        self._whole: bytes | None = None
        self._rendering = threading.Lock()

    def files_of(self, piece: str) -> tuple[File, ...]:
        if piece == MATRIX:
            title = self.report.texts("files.title.excel", title=matrix_title(self.report))
            return (File(matrix_filename(self.report), title, render_matrix(self.report)),)
        if piece == WHOLE:
            title = self.report.texts("files.title.pdf", title=report_title(self.report))
            return (File(pdf_filename(self.report), title, self._rendered_whole()),)
        return self.files_of_form(self.forms[piece])

    def files_of_form(self, form: PartnerForm) -> tuple[File, ...]:
        texts = self.report.texts
        word = render_form(form, self._template)
        return (
            File(self._names[form.partner_id], texts("files.title.word", title=form.title), word),
            File(self._pdf_names[form.partner_id], texts("files.title.pdf", title=form.title), render_form_pdf(form)),
        )

    def _rendered_whole(self) -> bytes:
        """Rendered once, however often it is tried: a large one takes long enough for its delivery to be taken anew."""
        with self._rendering:
            if self._whole is None:
                self._whole = render_report_pdf(self.report)
            return self._whole


class FilesOutbox:
    """Renderers of uploads, their files and comments in the project's language."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._newest: tuple[tuple[int, int], _Compiled] | None = None
        self.kinds: Final[Mapping[str, Renderer]] = {
            "files": self._files,
            "evidence": self._evidence,
            "thanks-form": self._thanks_form,
        }

    def _compiled(self, session: Session, round_id: int) -> _Compiled:
        """What the files are made of. Their many uploads go out one after the other and share one compilation."""
        key = (round_id, get_progress(session, round_id).files_built)
        if self._newest and self._newest[0] == key:
            return self._newest[1]
        report = reporting.report_of(session, round_id, self.services.clock())
        compiled = _Compiled(report, queries.form_template(session, report.project.id))
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
        compiled = _Compiled(report, queries.form_template(session, report.project.id))
        return Upload(compiled.files_of_form(report.forms[0]), texts("thanks.form"))
