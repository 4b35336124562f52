"""The Excel file, read back as Excel would."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from lamppu_bot import richtext
from lamppu_bot.report.matrix import CELL_LIMIT, render_matrix
from storage.values import AnswerState
from tests.unit.report_samples import (
    WRITTEN_AT,
    answer,
    compiled,
    example_report,
    objectives,
    partners,
    report_with,
    snapshot,
)


def read(report):
    return load_workbook(BytesIO(render_matrix(report)))


def rows(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def results(document, state=AnswerState.ANSWERED):
    return rows(read(report_with(document, state))["Tulokset"])


def test_matrix_has_its_sheets_and_properties():
    book = read(report_with("Sanat."))
    assert book.sheetnames == ["Tulokset", "Vertailu", "Tilanne", "Tavoitteet"]
    assert book.properties.title == "LAMPPU: osahankkeiden tulokset 2012"
    assert book.properties.creator == "LAMPPU"


def test_results_are_a_row_for_each_answer():
    report = compiled(
        snapshot(answer(1, 1, document="Kevät.")), snapshot(answer(1, 1, document="Syksy."), term="autumn")
    )
    day = datetime(2012, 5, 31)  # noqa: DTZ001 - a date in Excel has no zone
    assert rows(read(report)["Tulokset"]) == [
        ["Osahanke 1", 1, "Tavoite 1", "Kevät 2012", "Vastattu", "Kevät.", day, "Oona Ojala"],
        ["Osahanke 1", 1, "Tavoite 1", "Syksy 2012", "Vastattu", "Syksy.", day, "Oona Ojala"],
    ]


@pytest.mark.parametrize(
    ("state", "label", "compared"),
    [
        (AnswerState.ANSWERED, "Vastattu", "Sanat."),
        (AnswerState.DRAFT, "Luonnos, vahvistamatta", "[Luonnos, vahvistamatta]\nSanat."),
        (AnswerState.NOTHING, "Ei raportoitavaa", "[Ei raportoitavaa]\nSanat."),
        (AnswerState.RETURNED, "Palautettu täydennettäväksi", "[Palautettu täydennettäväksi]\nSanat."),
        (AnswerState.MISSING, "Puuttuu", None),
    ],
)
def test_every_state_is_told_in_words(state, label, compared):
    book = read(report_with("Sanat.", state))
    assert book["Tulokset"]["E2"].value == label
    assert book["Vertailu"]["C2"].value == compared


def test_comparison_has_partners_below_and_objectives_beside_each_other():
    sheet = read(compiled(snapshot(answer(1, 1), answer(2, 1), answer(2, 2, document="Oma."))))["Vertailu"]
    assert [cell.value for cell in sheet[1]] == ["Osahanke", "Lukukausi", "1. Tavoite 1", "2. Tavoite 2"]
    assert rows(sheet) == [
        ["Osahanke 1", "Kevät 2012", "Tulos.", None],
        ["Osahanke 2", "Kevät 2012", "Tulos.", "Oma."],
    ]


def test_status_counts_states():
    states = (AnswerState.ANSWERED, AnswerState.ANSWERED, AnswerState.DRAFT, AnswerState.MISSING, AnswerState.NOTHING)
    answers = [answer(1, number, state) for number, state in enumerate(states, start=1)]
    sheet = read(compiled(snapshot(*answers)))["Tilanne"]
    assert rows(sheet) == [
        ["Osahanke 1", "Kevät 2012", "Oona Ojala", "oona.ojala@example.org", 5, 2, 1, 1, 0, 1],
    ]


def test_objectives_say_whose_they_are():
    common, own = objectives(2)
    both = (common, replace(own, partner_id=1))
    sheet = read(compiled(snapshot(answer(1, 1), answer(1, 2), objectives=both)))["Tavoitteet"]
    assert rows(sheet) == [
        [1, "Tavoite 1", "Tavoitteen 1 teksti.", "yhteinen"],
        [2, "Tavoite 2", "Tavoitteen 2 teksti.", "Osahanke 1"],
    ]


def test_sheets_are_ready_to_filter_and_to_print():
    for sheet in read(report_with("Sanat.")):
        assert sheet.freeze_panes.endswith("2")
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0  # as many pages down as it takes, one across
        assert all(cell.alignment.wrap_text for cell in sheet[2])


@pytest.mark.parametrize(
    "words",
    [
        '=HYPERLINK("http://example.org";"x")',
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "{=1+1}",
        "http://example.org/x",
        "007",
        "1e5",
        "TRUE",
        "_x0041_",
        "<w:p>{{ 7*7 }}</w:p> &amp;",
        "<!channel> <@U012AB3CD>",
        "שלום عالم",
        "'lainaus",
    ],
)
def test_hostile_text_is_a_string_and_nothing_else(words):
    document = [{"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}]
    book = read(report_with(document))
    for cell in (book["Tulokset"]["F2"], book["Vertailu"]["C2"]):
        assert (cell.value, cell.data_type, cell.hyperlink) == (words, "s", None)
        assert cell.quotePrefix  # stays text when somebody edits the cell


def test_hostile_names_are_strings():
    odd = replace(partners(1)[0], name="=1+1")
    report = compiled(
        snapshot(answer(1, 1), partners=(odd,), project=replace(snapshot().project, short_name="&P=1&" * 9))
    )
    book = read(report)
    assert {book[name]["A2"].data_type for name in ("Tulokset", "Vertailu", "Tilanne")} == {"s"}
    assert "&&P=1&&" in book["Tulokset"].oddFooter.left.text


@pytest.mark.parametrize("words", ["sana " * 14_000, "👩‍👩‍👧‍👦" * 6_000, "a" * 33_000])
def test_text_too_long_for_a_cell_goes_on_below(words):
    found = results(words)
    pieces = [row[5] for row in found]
    assert len(pieces) > 1
    assert all(len(piece.encode("utf-16-le")) // 2 <= CELL_LIMIT for piece in pieces)
    assert "".join(pieces).replace(" ", "") == words.replace(" ", "")
    assert [row[4] for row in found] == ["Vastattu", *["Vastattu (jatkoa)"] * (len(pieces) - 1)]
    assert {tuple(row[:4]) for row in found} == {("Osahanke 1", 1, "Tavoite 1", "Kevät 2012")}


def test_comparison_goes_on_below_too():
    report = compiled(snapshot(answer(1, 1, document="sana " * 7_000), answer(1, 2, document="lyhyt")))
    found = rows(read(report)["Vertailu"])
    assert [row[:2] for row in found] == [["Osahanke 1", "Kevät 2012"]] * len(found)
    assert " ".join(row[2] for row in found).split() == ["sana"] * 7_000
    assert [row[3] for row in found] == ["lyhyt", *[None] * (len(found) - 1)]


def test_equal_reports_are_equal_bytes():
    report = example_report()
    assert render_matrix(report) == render_matrix(replace(report, compiled_at=WRITTEN_AT))


def test_lists_and_links_stay_readable():
    text = richtext.plain(richtext.from_plain("- yksi\n- kaksi: www.redu.fi"))
    assert results("- yksi\n- kaksi: www.redu.fi")[0][5] == text == "• yksi\n• kaksi: www.redu.fi"


def test_report_without_answers_has_headers_only():
    book = read(compiled(snapshot(partners=partners(1), objectives=objectives(1))))
    assert rows(book["Tulokset"]) == rows(book["Tilanne"]) == []
