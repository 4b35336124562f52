"""The sheets of the Excel file that only some projects have: indicators, their charts, evidence."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from lamppu_bot.report.compile import Report
from lamppu_bot.report.entries import Entry
from lamppu_bot.report.indicators import Figure, IndicatorSums, Standing, added
from lamppu_bot.report.sheet import Column, Row, Sheet, Side, Styles, Value, row
from lamppu_bot.report.sum_words import chart_text, figure_words, said_of, shown, title_of
from lamppu_bot.report.wordprocessing import safe_address
from lamppu_bot.report.words import one_line, semester
from storage.values import EvidenceKind, EvidenceView

_NAME, _SHORT, _TEXT = 30, 16, 60
_CHART_WIDTH = 66
_BEFORE_FIGURES = 5  # columns
_SIDES: Final[Mapping[str, Side]] = {"number": "center", "total": "right"}
_LINKS = 60_000  # Excel takes 65,530 of a sheet
_ADDRESS = 2_079  # characters of one


def columns_of(report: Report, **widths: int) -> list[Column]:
    """Columns by their keys in the catalogue: an objective's number stands in the middle, a count at the right."""
    return [Column(report.texts(f"matrix.column.{name}"), widths[name], _SIDES.get(name, "left")) for name in widths]


def add_indicator_sheets(workbook: Workbook, report: Report, styles: Styles, footer: str) -> None:
    """Each partner's figures with the sums below them; and a chart of each indicator's sums, with the same in words."""
    if not report.indicators:
        return
    name = report.texts("matrix.sheet.indicators")
    rows: list[Row] = []
    totals: list[int] = []  # where the sums stand, the header's row being 0
    for sums in report.indicators:
        rows += _figure_rows(report, sums)
        totals.append(len(rows))
    sheet = Sheet(workbook, name, styles)
    sheet.write(_figure_columns(report), rows, frozen_columns=_BEFORE_FIGURES, footer=footer, sums=totals)
    charts = Sheet(workbook, report.texts("matrix.sheet.charts"), styles)
    columns = columns_of(report, indicator=_NAME, said=_TEXT, chart=_CHART_WIDTH)
    charts.write(columns, _chart_rows(report), frozen_columns=1, footer=footer)
    for number, (sums, total) in enumerate(zip(report.indicators, totals, strict=True), start=1):
        charts.place(number, 2, _chart(workbook, report, sums, name, total), said=chart_text(sums, report.texts))


def _figure_columns(report: Report) -> list[Column]:
    semesters = [semester(asked, report.texts) for asked in report.rounds]
    named = [*semesters, report.texts("sum.year", year=report.year), report.texts("sum.target")]
    before = columns_of(report, number=6, objective=_NAME, indicator=_NAME, unit=_SHORT, partner=_NAME)
    return [*before, *(Column(name, _SHORT, "right") for name in named)]


def _figure_rows(report: Report, sums: IndicatorSums) -> Iterator[Row]:
    objective, indicator = sums.objective, sums.indicator
    head = (objective.number, one_line(objective.title), one_line(indicator.title), one_line(indicator.unit))
    for partner, figures in sums.figures:
        values = (_value(report, figure) for figure in figures)
        year = added([figure.counted for figure in figures])
        yield row(*head, one_line(partner.name), *values, _sum(report, year))
    totals = (_sum(report, total) for total in sums.semesters)
    yield row(*head, report.texts("sum.all"), *totals, _sum(report, sums.total), indicator.target)


def _value(report: Report, figure: Figure) -> Value:
    """A number where it counts, so that Excel can reckon with it; otherwise why there is none."""
    return figure.value if figure.standing is Standing.COUNTED else figure_words(figure, report.texts)


def _sum(report: Report, total: Value) -> Value:
    return shown(None, report.texts) if total is None else total


def _chart_rows(report: Report) -> Iterator[Row]:
    for sums in report.indicators:
        yield row(title_of(sums, report.texts), "\n".join(said_of(sums, report.texts)), "")


def _chart(workbook: Workbook, report: Report, sums: IndicatorSums, sheet: str, total: int) -> Chart:
    """Bars of the row of sums: the semesters, the year, and the target where there is one."""
    last = _BEFORE_FIGURES + len(sums.rounds) + (sums.indicator.target is not None)
    chart = workbook.add_chart({"type": "bar"})
    chart.add_series(
        {
            "categories": [sheet, 0, _BEFORE_FIGURES, 0, last],
            "values": [sheet, total, _BEFORE_FIGURES, total, last],
            "data_labels": {"value": True},
            "fill": {"color": "#05459A"},
            "gap": 60,
        }
    )
    chart.set_title({"name": title_of(sums, report.texts), "name_font": {"size": 11}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"min": 0, "major_gridlines": {"visible": False}, "visible": False})
    return chart


def add_evidence_sheet(workbook: Workbook, report: Report, styles: Styles, footer: str) -> None:
    """Every link and file, with whose and to what it is."""
    found = [(entry, evidence) for entry in report.entries for evidence in entry.evidence]
    if not found:
        return
    sheet = Sheet(workbook, report.texts("matrix.sheet.evidence"), styles)
    columns = columns_of(report, partner=_NAME, number=6, objective=_NAME, semester=_SHORT, evidence=_NAME, where=_TEXT)
    sheet.write(columns, _evidence_rows(report, found), frozen_columns=3, footer=footer)
    for number, (_, evidence) in enumerate(found[:_LINKS], start=1):
        address = safe_address(evidence.address) if evidence.kind is EvidenceKind.LINK else None
        if address and len(address) <= _ADDRESS:
            sheet.link(number, len(columns) - 1, address)


def _evidence_rows(report: Report, found: Sequence[tuple[Entry, EvidenceView]]) -> Iterator[Row]:
    for entry, evidence in found:
        in_slack = report.texts("matrix.evidence.file")
        yield row(
            one_line(entry.partner.name),
            entry.objective.number,
            one_line(entry.objective.title),
            semester(entry.round, report.texts),
            one_line(evidence.title),
            one_line(evidence.address) if evidence.kind is EvidenceKind.LINK else in_slack,
        )
