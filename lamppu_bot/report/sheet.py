"""One worksheet: a header that stays, columns to filter, text as text, ready to print."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Value = str | int | Decimal | date | None
Side = Literal["left", "center", "right"]
Row = Mapping[int, Value]
"""Values by column, counted from 0. A column without one stays bare, an empty text becomes an empty cell."""

_A4 = 9
_CHART = (460, 200)  # pixels
_AROUND = 4
_LINE, _TALLEST = 15, 409  # points; Excel has no taller rows
_FILTER = 3  # characters that the button of the filter takes from a column's name
_FILLED = 1.1  # characters in the width of a digit, line ends reckoned in
_READERS_OWN_DATE = 14  # the number format that each reader's Excel shows in its own language


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in characters of the default font. Numbers stand `at` one side, and what is said in their place too."""

    name: str
    width: int
    at: Side = "left"


def row(*values: Value) -> Row:
    """A row that begins in the first column and leaves none out."""
    return dict(enumerate(values))


def _lines(value: Value, width: int) -> int:
    """How many lines the cell may take. Excel finds that out by itself, LibreOffice shows rows as they are written."""
    if not isinstance(value, str):
        return 1
    return sum(1 + int(len(line) / (_FILLED * width)) for line in value.split("\n"))


class Styles:
    """The formats of a workbook. Cells of text carry Excel's quote prefix: they stay text when somebody edits them."""

    _KINDS: Final[Mapping[str, Mapping[str, Any]]] = {
        "header": {"bold": True, "bg_color": "#EDEDED"},
        "text": {"quote_prefix": True},
        "number": {},
        "link": {"font_color": "#05459A", "underline": 1},
        "date": {"num_format": _READERS_OWN_DATE},
    }

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, Side, bool], Format] = {}

    def of(self, kind: str, at: Side = "left", *, bold: bool = False) -> Format:
        """The format of a header, text, number, link or date that stands at this side of its cell."""
        if (kind, at, bold) not in self._made:
            cell = {"text_wrap": True, "valign": "top", "align": at, "border": 1, "border_color": "#BFBFBF"}
            self._made[kind, at, bold] = self._workbook.add_format({**cell, "bold": bold, **self._KINDS[kind]})
        return self._made[kind, at, bold]


class Sheet:
    """A worksheet being written."""

    def __init__(self, workbook: Workbook, name: str, styles: Styles) -> None:
        self._sheet: Worksheet = workbook.add_worksheet(name)
        self._styles = styles

    def write(
        self,
        columns: Sequence[Column],
        rows: Iterable[Row],
        *,
        frozen_columns: int,
        footer: str,
        sums: Container[int] = (),
    ) -> None:
        """The whole sheet: the columns' names in row 0, then the rows; those of `sums` in bold."""
        for number, column in enumerate(columns):
            self._sheet.set_column(number, number, column.width)
            self._sheet.write_string(0, number, column.name, self._styles.of("header", column.at))
        self._set_height(0, max(_lines(column.name, column.width - _FILTER) for column in columns))
        last = 0
        for last, row in enumerate(rows, start=1):
            for number, value in row.items():
                self._write(last, number, value, columns[number].at, bold=last in sums)
            self._set_height(
                last, max((_lines(value, columns[number].width) for number, value in row.items()), default=1)
            )
        self._sheet.freeze_panes(1, frozen_columns)
        self._sheet.autofilter(0, 0, last, len(columns) - 1)
        self._set_print(footer)

    def _set_height(self, row: int, lines: int) -> None:
        if lines > 1:
            self._sheet.set_row(row, min(lines * _LINE, _TALLEST))

    def _write(self, row: int, column: int, value: Value, at: Side, *, bold: bool) -> None:
        if isinstance(value, int | Decimal):
            self._sheet.write_number(row, column, value, self._styles.of("number", at, bold=bold))
        elif isinstance(value, date):
            self._sheet.write_datetime(row, column, value, self._styles.of("date", at, bold=bold))
        elif value:
            self._sheet.write_string(row, column, value, self._styles.of("text", at, bold=bold))
        else:
            self._sheet.write_blank(row, column, None, self._styles.of("text", at, bold=bold))

    def link(self, row: int, column: int, address: str) -> None:
        """A text that is the address of a page, as a link. Its words are those that were written."""
        self._sheet.write_url(row, column, address, self._styles.of("link"), address)

    def place(self, row: int, column: int, chart: Chart, *, said: str) -> None:
        """A chart in a cell that is made as large as the chart; `said` is for those who do not see it."""
        width, height = _CHART
        chart.set_size({"width": width, "height": height})
        self._sheet.set_row_pixels(row, height + 2 * _AROUND)
        self._sheet.insert_chart(row, column, chart, {"description": said, "x_offset": _AROUND, "y_offset": _AROUND})

    def _set_print(self, footer: str) -> None:
        self._sheet.set_landscape()
        self._sheet.set_paper(_A4)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)
        self._sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)  # inches
        self._sheet.set_footer(footer)
