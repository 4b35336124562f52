"""Tables of any length as pages: at most 99 partners, and no more text than a message takes when it is read out."""

from collections.abc import Iterator, Sequence
from typing import Final

from lamppu_bot.messages import limits

ROWS: Final = 99  # a table block holds 100 rows, one of them the headings
READ_OUT: Final = 9_000  # leaves room for headings and buttons in a message's 10,000 characters

Row = Sequence[str | int]


def pages(rows: Sequence[Row], limit: int = READ_OUT) -> Iterator[list[Row]]:
    """The rows page by page, headings not included; each page has at least one row."""
    page: list[Row] = []
    size = 0
    for row in rows:
        width = read_out_width(row)
        if page and (len(page) == ROWS or size + width > limit):
            yield page
            page, size = [], 0
        page.append(row)
        size += width
    if page:
        yield page


def read_out_width(row: Row) -> int:
    """How long one row of a long table is when it is read out, its line end included."""
    return sum(limits.width(limits.clip(str(cell), limits.CELL)) + 2 for cell in row)
