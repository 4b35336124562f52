"""A compiled report as files. Imported with the first that is wanted: Word's and Excel's libraries are large."""

import threading
from collections.abc import Mapping

from lamppu_bot.report.compile import Report
from lamppu_bot.report.filenames import form_filenames, matrix_filename, pdf_filename
from lamppu_bot.report.form import render_form
from lamppu_bot.report.forms import PartnerForm
from lamppu_bot.report.matrix import matrix_title, render_matrix
from lamppu_bot.report.pdf import render_form_pdf, render_report_pdf, report_title
from lamppu_bot.report.pieces import MATRIX, WHOLE, form_piece
from lamppu_bot.slack.content import File


class CompiledFiles:
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
