"""Whatever somebody writes: the Word and Excel files open, and every letter is in them."""

from io import BytesIO

import docx
from hypothesis import given, settings
from openpyxl import load_workbook

from lamppu_bot import richtext
from lamppu_bot.report.form import render_form
from lamppu_bot.report.matrix import render_matrix
from tests.unit.report_samples import report_with
from tests.unit.test_richtext_chunks import DOCUMENTS, without_space


def words_in_sight(document):
    """What a reader of Word sees: of a link its label, of a list item its words."""
    items = [item for block in document for item in paragraphs_of(block)]
    return "".join(run.get("text") or run["url"] for item in items for run in item["elements"])


def paragraphs_of(block):
    return block["elements"] if block["type"] == "rich_text_list" else [block]


@settings(max_examples=40, deadline=None)
@given(DOCUMENTS)
def test_word_form_holds_every_letter(elements):
    document = richtext.from_rich_text(elements)
    word = docx.Document(BytesIO(render_form(report_with(document).forms[0])))
    assert without_space(word.tables[1].rows[2].cells[1].text) == without_space(words_in_sight(document))


@settings(max_examples=25, deadline=None)
@given(DOCUMENTS)
def test_excel_file_holds_every_character(elements):
    document = richtext.from_rich_text(elements)
    book = load_workbook(BytesIO(render_matrix(report_with(document))))
    assert (book["Tulokset"]["F2"].value or "") == richtext.plain(document)
