"""The Word form and the PDF files pass one list of accessibility checks; and the checks do find what is wrong."""

import re
from dataclasses import dataclass
from io import BytesIO

import docx
import pytest
import typst
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from lamppu_bot import richtext
from lamppu_bot.report.form import render_form
from lamppu_bot.report.pdf import render_form_pdf, render_report_pdf
from lamppu_bot.texts import languages
from tests.unit.accessibility.checks import CHECKS
from tests.unit.accessibility.pdf_file import PdfFile
from tests.unit.accessibility.word_file import WordFile
from tests.unit.report_samples import example_report, report_of_every_state, report_with, report_with_indicators

RICH = "Ensin:\n- yksi\n  - sisempi\n- kaksi\n\nKatso https://example.org/a ja *tämä*.\n\n> lainaus"


@dataclass(frozen=True)
class Made:
    """A report's first form in both kinds, and the whole report."""

    word: bytes
    pdf: bytes
    whole: bytes


def made(report):
    return Made(render_form(report.forms[0]), render_form_pdf(report.forms[0]), render_report_pdf(report))


REPORTS = {
    "example": example_report,
    "indicators": report_with_indicators,
    "rich text": lambda: report_with(RICH),
    **{language: lambda language=language: report_of_every_state(language) for language in languages()},
}


@pytest.fixture(scope="module", params=REPORTS, ids=str)
def files(request):
    found = made(REPORTS[request.param]())
    return {"word": WordFile(found.word), "pdf": PdfFile(found.pdf), "whole": PdfFile(found.whole)}


@pytest.mark.parametrize("kind", ["word", "pdf", "whole"])
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_file_passes(files, kind, check):
    assert list(check(files[kind])) == []


def letters(text):
    return re.sub(r"[\W_]+", "", text)


@pytest.mark.parametrize(("render", "opened"), [(render_form, WordFile), (render_form_pdf, PdfFile)])
def test_form_is_read_aloud_in_the_order_of_the_real_form(render, opened):
    form = example_report().forms[0]
    named = form.headings
    expected = [named.project, form.project, named.partner, named.partner_note, form.partner, named.contact]
    expected += [richtext.plain(form.contact), named.results, named.objective, named.objective_note, named.outcome]
    expected += [named.outcome_note, named.spring, named.autumn]
    for row in form.rows:
        expected += [richtext.plain(document) for document in (row.objective, row.spring.document, row.autumn.document)]
    assert letters(opened(render(form)).read_aloud) == letters("".join(expected))


def test_word_and_pdf_form_say_the_same():
    report = report_of_every_state("sv")
    for form in report.forms:
        word, pdf = WordFile(render_form(form)), PdfFile(render_form_pdf(form))
        assert letters(word.read_aloud) == letters(pdf.read_aloud)
        assert (word.title, word.headings, word.languages) == (pdf.title, pdf.headings, pdf.languages)


def spoilt(change):
    """The findings on a Word form that something was done to."""
    word = docx.Document(BytesIO(render_form(example_report().forms[0])))
    change(word)
    file = BytesIO()
    word.save(file)
    opened = WordFile(file.getvalue())
    return [finding for check in CHECKS for finding in check(opened)]


def _drop(word, path):
    found = next(word.element.body.iter(qn(path)))
    found.getparent().remove(found)


def _pale(word):
    word.styles["Table Note"].font.color.rgb = docx.shared.RGBColor(0xAA, 0xAA, 0xAA)


def _deep_heading(word):
    word.styles.add_style("Heading 3", WD_STYLE_TYPE.PARAGRAPH)
    word.add_heading("Liian syvällä", 3)


def _picture(word):
    drawing = OxmlElement("wp:docPr")
    word.element.body.append(drawing)


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda word: setattr(word.core_properties, "title", "Asiakirja1"), "the title is not shown to readers"),
        (lambda word: setattr(word.core_properties, "language", "sv-FI"), "languages: ['fi-FI', 'sv-FI']"),
        (lambda word: word.add_paragraph(""), "1 empty paragraphs"),
        (lambda word: word.add_paragraph("• käsin tehty"), "what the parts of the text are is not told"),
        (_deep_heading, "level 3 follows 1"),
        (lambda word: _drop(word, "w:tblHeader"), "the header row does not repeat"),
        (lambda word: word.tables[1].rows[2].cells[1].add_table(1, 1), "stands inside another table"),
        (_pale, "is only"),
        (_picture, "a picture has no alternative text"),
        (lambda word: word.settings.element.append(OxmlElement("w:documentProtection")), "keeps assistive"),
    ],
)
def test_checks_find_what_is_wrong(change, finding):
    assert any(finding in found for found in spoilt(change))


def findings_on(source):
    """On a PDF file that typst makes of this, without being asked for PDF/UA: that would refuse most of it."""
    opened = PdfFile(typst.compile(source.encode(), format="pdf"))
    return [finding for check in CHECKS for finding in check(opened)]


@pytest.mark.parametrize(
    ("source", "finding"),
    [
        ("= Otsikko", "the document has no title"),
        ("= Otsikko", "the title is not shown to readers"),
        ('#set text(lang: "fi")\n= Otsikko', "'fi' names no country"),
        ("= Otsikko", "what the parts of the text are is not told"),
        ("== Liian syvällä", "the first heading is of level [2]"),
        ("= Otsikko\n=== Liian syvällä", "level 3 follows 1"),
        ("= Otsikko\n#table(columns: 2)[a][b][c][d]", "Otsikko: the header row is not marked"),
        ("#table(columns: 2, table.header[a][b])", "a table has no name"),
        ("Kuva: #figure(rect())", "a picture has no alternative text"),
        ('#text(fill: rgb("#aaaaaa"))[Vaaleaa]', "is only 2.3:1"),
    ],
)
def test_checks_find_what_is_wrong_in_a_pdf_file(source, finding):
    assert any(finding in found for found in findings_on(source))
