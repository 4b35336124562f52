"""The form and the matrix of the example project, and a small one in every language, read in review like prose.

`GOLDEN_WRITE=1 pytest tests/golden/test_report.py` writes the files anew; read the difference before committing it.
"""

import os
import re
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.table import Table
from openpyxl import load_workbook

from lamppu_bot.report.compile import Report
from lamppu_bot.report.filenames import form_filenames
from lamppu_bot.report.form import render_form
from lamppu_bot.report.matrix import render_matrix
from lamppu_bot.report.pdf import render_report_pdf
from lamppu_bot.texts import languages
from tests.unit.accessibility.pdf_file import PdfFile
from tests.unit.report_samples import example_report, report_of_every_state, report_with_indicators

HERE = Path(__file__).parent
FOLDER = HERE / "report"


@pytest.fixture(scope="module")
def report() -> Report:
    return example_report()


def assert_golden(name: str, text: str) -> None:
    path = FOLDER / f"{name}.txt"
    if os.environ.get("GOLDEN_WRITE"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def outline(word: WordDocument) -> Iterator[str]:
    """The words with the styles they stand in, cell by cell."""
    yield f"[header] {word.sections[0].header.paragraphs[0].text}"
    for block in word.iter_inner_content():
        if not isinstance(block, Table):
            yield f"\n[{block.style.name}] {block.text}"
            continue
        for number, row in enumerate(block.rows, start=1):
            yield f"\n--- row {number}"
            for cell in row.cells:
                yield " | ".join(f"[{paragraph.style.name}] {paragraph.text}" for paragraph in cell.paragraphs)


@pytest.mark.parametrize("number", range(3))
def test_form_reads_as_kept(report: Report, number: int) -> None:
    form = report.forms[number]
    name = form_filenames(report)[form.partner_id].removesuffix(".docx")
    assert_golden(name, "\n".join(outline(docx.Document(BytesIO(render_form(form))))) + "\n")


def cells(report: Report) -> Iterator[str]:
    """The matrix sheet by sheet, row by row."""
    for sheet in load_workbook(BytesIO(render_matrix(report))):
        yield f"=== {sheet.title}"
        yield from (" | ".join(str(cell.value or "") for cell in row) for row in sheet.iter_rows())


def test_matrix_reads_as_kept(report: Report) -> None:
    assert_golden("matrix", "\n".join(cells(report)) + "\n")


@pytest.mark.parametrize("language", languages())
def test_form_and_matrix_read_as_kept_in_every_language(language: str) -> None:
    report = report_of_every_state(language)
    forms = [line for form in report.forms for line in outline(docx.Document(BytesIO(render_form(form))))]
    assert_golden(f"{language}/form", "\n".join(forms) + "\n")
    assert_golden(f"{language}/matrix", "\n".join(cells(report)) + "\n")


@pytest.mark.parametrize("language", languages())
def test_indicators_and_evidence_read_as_kept_in_every_language(language: str) -> None:
    report = report_with_indicators(language)
    form = "\n".join(outline(docx.Document(BytesIO(render_form(report.forms[0])))))
    whole = "\n".join(PdfFile(render_report_pdf(report)).read_by_element())
    matrix = "\n".join(cells(report))
    assert_golden(f"{language}/indicators", f"{form}\n\n=== PDF\n{whole}\n\n{matrix}\n")


def test_form_holds_the_real_form_s_words_cell_for_cell(report: Report) -> None:
    cells = tomllib.loads((HERE / "rovaniemi-2012-cells.toml").read_text("utf-8"))["cells"]
    columns = ("tavoite", "kevät", "syksy")
    table = docx.Document(BytesIO(render_form(report.forms[0]))).tables[1]
    for cell in cells:
        made = table.rows[1 + cell["objective"]].cells[columns.index(cell["column"])].text
        # The real form breaks words at line ends, so only the letters can be compared.
        assert letters(made) == letters(cell["text"])
    assert len(cells) == 3 * (len(table.rows) - 2)


def test_form_names_the_partner_as_the_real_form_does(report: Report) -> None:
    details = docx.Document(BytesIO(render_form(report.forms[0]))).tables[0]
    assert details.rows[1].cells[1].text == "Rovaniemen koulutuskuntayhtymä (osahanke)"


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)
