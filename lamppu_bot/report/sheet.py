"""One worksheet: a header that stays, columns to filter, text as text, ready to print."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Value = str | int | Decimal | date | None
Row = Mapping[int, Value]
"""Values by column, counted from 0. A column without one stays bare, an empty text becomes an empty cell."""

_A4 = 9
_CHART = (460, 200)  # pixels
_AROUND = 4
_LINE, _TALLEST = 15, 409  # points; Excel has no taller rows
_FILLED = 1.1  # characters in the width of a digit, line ends reckoned in
_READERS_OWN_DATE = 14  # the number format that each reader's Excel shows in its own language


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in characters of the default font."""

    name: str
    width: int


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

    def __init__(self, workbook: Workbook) -> None:
        cell = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
        self.header: Format = workbook.add_format(cell | {"bold": True, "bg_color": "#EDEDED"})
        self.text: Format = workbook.add_format(cell | {"quote_prefix": True})
        self.number: Format = workbook.add_format(cell | {"align": "right"})
        self.link: Format = workbook.add_format(cell | {"font_color": "#05459A", "underline": 1})
        self.date: Format = workbook.add_format(cell | {"num_format": _READERS_OWN_DATE, "align": "left"})


class Sheet:
    """A worksheet being written."""

    def __init__(self, workbook: Workbook, name: str, styles: Styles) -> None:
        self._sheet: Worksheet = workbook.add_worksheet(name)
        self._styles = styles

    def write(self, columns: Sequence[Column], rows: Iterable[Row], *, frozen_columns: int, footer: str) -> None:
        """The whole sheet: the columns' names, then the rows."""
        for number, column in enumerate(columns):
            self._sheet.set_column(number, number, column.width)
            self._sheet.write_string(0, number, column.name, self._styles.header)
        last = 0
        for last, row in enumerate(rows, start=1):
            for number, value in row.items():
                self._write(last, number, value)
            lines = max((_lines(value, columns[number].width) for number, value in row.items()), default=1)
            if lines > 1:
                self._sheet.set_row(last, min(lines * _LINE, _TALLEST))
        self._sheet.freeze_panes(1, frozen_columns)
        self._sheet.autofilter(0, 0, last, len(columns) - 1)
        self._set_print(footer)

    def _write(self, row: int, column: int, value: Value) -> None:
        if isinstance(value, int | Decimal):
            self._sheet.write_number(row, column, value, self._styles.number)
        elif isinstance(value, date):
            self._sheet.write_datetime(row, column, value, self._styles.date)
        elif value:
            self._sheet.write_string(row, column, value, self._styles.text)
        else:
            self._sheet.write_blank(row, column, None, self._styles.text)

    def link(self, row: int, column: int, address: str) -> None:
        """A text that is the address of a page, as a link. Its words are those that were written."""
        self._sheet.write_url(row, column, address, self._styles.link, address)

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
