"""The Excel file, read back as Excel would."""

import re
import textwrap
from dataclasses import replace
from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from lamppu_bot import richtext
from lamppu_bot.report.matrix import CELL_LIMIT, render_matrix
from lamppu_bot.report.package import unpacked
from lamppu_bot.texts import languages
from storage.values import AnswerState
from tests.unit.report_samples import (
    PAGE,
    WRITTEN_AT,
    answer,
    compiled,
    example_report,
    objectives,
    partners,
    report_with,
    report_with_indicators,
    snapshot,
)

LINE = 15  # points


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


@pytest.mark.parametrize("language", languages())
def test_names_of_columns_fit_their_cells(language):
    """LibreOffice shows rows as high as they are written, and lets what is too long hang into the next."""
    for sheet in read(report_with_indicators(language)):
        spans = [(span.min, span.max, span.width) for span in sheet.column_dimensions.values()]
        height = sheet.row_dimensions[1].height or LINE
        for cell in sheet[1]:
            width = next(width for first, last, width in spans if first <= cell.column <= last)
            lines = textwrap.wrap(cell.value, int(width), break_long_words=False)
            assert max(map(len, lines)) <= width, cell.value
            assert len(lines) * LINE <= height, cell.value


def test_numbers_stand_below_their_names():
    book = read(report_with_indicators())
    figures = [cell for column in book["Mittarit"].iter_cols(min_col=6) for cell in column if cell.value is not None]
    assert {type(cell.value) for cell in figures} == {str, int, float}  # "puuttuu" stands where a number would
    assert {cell.alignment.horizontal for cell in figures} == {"right"}
    assert {cell.alignment.horizontal for cell in book["Tulokset"]["B"]} == {"center"}  # apart from the title beside


def test_sums_stand_out():
    sheet = read(report_with_indicators())["Mittarit"]
    bold = {row[4].value for row in sheet.iter_rows(min_row=2) if all(cell.font.bold for cell in row if cell.value)}
    assert bold == {"Yhteensä"}


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


def test_projects_without_indicators_and_evidence_have_no_sheets_for_them():
    book = read(report_with("Tulos."))
    assert book.sheetnames == ["Tulokset", "Vertailu", "Tilanne", "Tavoitteet"]
    assert [cell.value for cell in book["Tulokset"][1]][5:] == ["Tulos", "Muutettu", "Muuttaja"]


def test_figures_are_numbers_that_excel_can_reckon_with():
    sheet = read(report_with_indicators())["Mittarit"]
    trained = [[cell.value for cell in row[4:]] for row in sheet.iter_rows(min_row=2, max_row=5)]
    assert trained == [
        ["Osahanke 1", 12, 20, 32, None],
        ["Osahanke 2", 2, "puuttuu", 2, None],
        ["Osahanke 3", "5 (vahvistamatta, ei mukana summassa)", "ei kysytty", "ei lukuja", None],
        ["Yhteensä", 14, 20, 34, 40],
    ]


def test_each_indicator_has_a_native_chart_with_a_text_beside_it():
    content = render_matrix(report_with_indicators())
    sheet = load_workbook(BytesIO(content))["Kaaviot"]
    assert [chart.anchor._from.row for chart in sheet._charts] == [1, 2]
    assert sheet["B2"].value.startswith("Yhteensä 34 henkilöä, tavoite 40.")
    [drawing] = [part for name, part in unpacked(content).items() if name == "xl/drawings/drawing1.xml"]
    said = re.findall(r'descr="([^"]*)"', drawing.decode())
    assert said[0].startswith("Pylväskaavio, Koulutukseen osallistuneet (henkilöä): Kevät 2012 14, Syksy 2012 20")
    charts = [part.decode() for name, part in unpacked(content).items() if name.startswith("xl/charts/chart")]
    assert ["<c:f>Mittarit!$F$5:$I$5</c:f>" in charts[0], "<c:f>Mittarit!$F$9:$H$9</c:f>" in charts[1]] == [True, True]


def test_evidence_is_listed_with_links_that_can_be_followed():
    sheet = read(report_with_indicators())["Linkit ja liitteet"]
    page, picture = sheet.iter_rows(min_row=2)
    assert [cell.value for cell in page][4:] == ["Toimintamalli", "https://example.org/malli?a=1&b=2"]
    assert page[5].hyperlink.target == "https://example.org/malli?a=1&b=2"
    assert [cell.value for cell in picture][4:] == ["Kuva tapaamisesta", "Tiedosto raportin ketjussa Slackissa"]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "=HYPERLINK(1)", "http://[::1", "https://x.fi/" + "a" * 3000]
)
def test_evidence_that_is_no_sound_address_stays_text(address):
    report = report_with_indicators()
    odd = tuple(replace(entry, evidence=(replace(PAGE, address=address),)) for entry in report.entries[:1])
    sheet = read(replace(report, entries=odd))["Linkit ja liitteet"]
    assert (sheet["F2"].value, sheet["F2"].hyperlink, sheet["F2"].data_type) == (address, None, "s")


def test_who_is_passed_over_and_what_is_unchanged_stands_in_words():
    book = read(report_with_indicators())
    marks = {row[6].value for row in book["Tulokset"].iter_rows(min_row=2)} - {None}
    assert marks == {
        "Edellisen lukukauden työ jatkuu",
        "Sama teksti kuin edellisellä lukukaudella",
        "Osahankkeelta ei kysytä tällä lukukaudella: Yhdistyy toiseen oppilaitokseen",
    }
    assert book["Tilanne"]["K7"].value == "Osahankkeelta ei kysytä tällä lukukaudella: Yhdistyy toiseen oppilaitokseen"


def test_rows_are_as_tall_as_their_texts_where_nobody_works_that_out():
    sheet = read(report_with("Rivi.\n" * 5 + "sana " * 40))["Tulokset"]
    assert sheet.row_dimensions[2].height == 8 * 15
    assert read(report_with("Lyhyt."))["Tulokset"].row_dimensions[2].height in (None, 15)
    assert read(report_with("a" * 30_000))["Tulokset"].row_dimensions[2].height > 400
