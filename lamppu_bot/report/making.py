"""A compiled report as files: the one door to what makes Word, Excel and PDF, whose libraries are large."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lamppu_bot.report.compile import Report
from lamppu_bot.report.filenames import form_filenames, matrix_filename, pdf_filename
from lamppu_bot.report.form import render_form
from lamppu_bot.report.forms import PartnerForm
from lamppu_bot.report.matrix import matrix_title, render_matrix
from lamppu_bot.report.pdf import render_form_pdf, render_report_pdf, report_title
from lamppu_bot.report.pieces import MATRIX, form_piece, whole_piece
from lamppu_bot.report.volumes import volumes


class MadeFile(NamedTuple):
    name: str
    title: str
    content: bytes


class ReportMaker:
    """Makes the files of a report; `template` is the funder's own Word form, where there is one."""

    def __init__(self, report: Report, template: bytes | None) -> None:
        self.report = report
        self.forms: Mapping[str, PartnerForm] = {form_piece(form): form for form in report.forms}
        self._template = template
        self._names = form_filenames(report)
        self._pdf_names = form_filenames(report, "pdf")
        self._volumes = {whole_piece(volume): volume for volume in volumes(report)}
        self._whole: dict[str, MadeFile] = {}

    def piece(self, name: str) -> tuple[MadeFile, ...]:
        """The files that go out under one name of `pieces`."""
        if name == MATRIX:
            return (self.matrix(),)
        if name in self._volumes:
            return (self._volume(name),)
        return self.both_forms(self.forms[name])

    def both_forms(self, form: PartnerForm) -> tuple[MadeFile, MadeFile]:
        return self.form(form), self.form_pdf(form)

    def form(self, form: PartnerForm) -> MadeFile:
        title = self.report.texts("files.title.word", title=form.title)
        return MadeFile(self._names[form.partner_id], title, render_form(form, self._template))

    def form_pdf(self, form: PartnerForm) -> MadeFile:
        title = self.report.texts("files.title.pdf", title=form.title)
        return MadeFile(self._pdf_names[form.partner_id], title, render_form_pdf(form))

    def matrix(self) -> MadeFile:
        title = self.report.texts("files.title.excel", title=matrix_title(self.report))
        return MadeFile(matrix_filename(self.report), title, render_matrix(self.report))

    def whole(self) -> Iterator[MadeFile]:
        """The report of all partners, in as many parts as it takes."""
        return map(self._volume, self._volumes)

    def _volume(self, name: str) -> MadeFile:
        """Made once, however often it is tried: a large one takes long enough for its delivery to be taken anew."""
        if name not in self._whole:
            volume = self._volumes[name]
            title = self.report.texts("files.title.pdf", title=report_title(volume))
            self._whole[name] = MadeFile(pdf_filename(volume), title, render_report_pdf(volume))
        return self._whole[name]
