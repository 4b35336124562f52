"""Checks of the blocks that show figures: table, data_table and data_visualization."""

from collections.abc import Mapping, Sequence
from typing import Any

from lamppu_bot.workspace.validation import limits
from lamppu_bot.workspace.validation.checks import Problems

Part = Mapping[str, Any]

TABLE_CELLS = {"raw_text", "rich_text"}
DATA_TABLE_CELLS = {"raw_text", "raw_number", "rich_text"}
AXIS_CHARTS = {"bar", "line", "area"}


def text_characters(value: object) -> int:
    """The characters of every string under a key `text`, at any depth."""
    if isinstance(value, Mapping):
        own = value.get("text")
        here = len(own) if isinstance(own, str) else 0
        return here + sum(text_characters(part) for part in value.values() if isinstance(part, (dict, list)))
    if isinstance(value, list):
        return sum(map(text_characters, value))
    return 0


def _rows(block: Part, at: str, problems: Problems, *, most: int, least: int) -> list[list[Any]]:
    rows = block.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        problems.add(f"{at}/rows", "must be an array of arrays")
        return []
    if not least <= len(rows) <= most:
        problems.add(f"{at}/rows", f"must have between {least} and {most} rows")
    for number, row in enumerate(rows):
        if not 1 <= len(row) <= limits.TABLE_COLUMNS:
            problems.add(f"{at}/rows/{number}", f"must have between 1 and {limits.TABLE_COLUMNS} cells")
    return rows


def _cells(rows: list[list[Any]], at: str, problems: Problems, allowed: set[str]) -> None:
    """No cell may be empty: documented for data_table, and taken to hold for table as for all other text."""
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            kind = str(cell.get("type")) if isinstance(cell, Mapping) else "none"
            if kind not in allowed:
                problems.add(f"{at}/rows/{y}/{x}", f"unsupported cell: {kind}")
            elif kind != "rich_text":
                problems.length(cell.get("text"), f"{at}/rows/{y}/{x}/text", most=limits.DATA_TABLE_TEXT)


def check_table(block: Part, at: str, problems: Problems) -> None:
    """A `table`: 100 rows of 20 raw_text or rich_text cells, 10,000 characters in all."""
    rows = _rows(block, at, problems, most=limits.TABLE_ROWS, least=1)
    _cells(rows, at, problems, TABLE_CELLS)
    if "column_settings" in block:
        problems.items(block, "column_settings", at, most=limits.TABLE_COLUMNS)
    if text_characters(rows) > limits.TABLE_TEXT:
        problems.add(f"{at}/rows", f"no more than {limits.TABLE_TEXT} characters allowed in a table")


def check_data_table(block: Part, at: str, problems: Problems) -> None:
    """A `data_table`: a caption, a header without rich text, even rows, 20,000 characters."""
    rows = _rows(block, at, problems, most=limits.DATA_TABLE_ROWS, least=2)
    _cells(rows, at, problems, DATA_TABLE_CELLS)
    problems.length(block.get("caption"), f"{at}/caption", most=limits.FIELD_TEXT)
    problems.number({"page_size": 1, **block}, "page_size", at, least=1, most=limits.DATA_TABLE_PAGE)
    if not rows:
        return
    problems.number(block, "row_header_column_index", at, least=0, most=max(len(rows[0]) - 1, 0))
    if len({len(row) for row in rows}) > 1:
        problems.add(f"{at}/rows", "all rows must have the same number of cells")
    if any(isinstance(cell, Mapping) and cell.get("type") == "rich_text" for cell in rows[0]):
        problems.add(f"{at}/rows/0", "header cells must not be rich_text")
    if text_characters(rows) > limits.DATA_TABLE_TEXT:
        problems.add(f"{at}/rows", f"no more than {limits.DATA_TABLE_TEXT} characters allowed in a data table")


def _labelled_numbers(parts: Sequence[Part], at: str, problems: Problems, *, above_zero: bool) -> list[str]:
    labels = []
    for number, part in enumerate(parts):
        problems.length(part.get("label"), f"{at}/{number}/label", most=limits.CHART_LABEL)
        labels.append(str(part.get("label")))
        value = part.get("value")
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            problems.add(f"{at}/{number}/value", "must be a number")
        elif above_zero and value <= 0:
            problems.add(f"{at}/{number}/value", "must be greater than 0")
    return labels


def _axis_chart(chart: Part, at: str, problems: Problems) -> None:
    axis = chart.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, Mapping) else None
    if not isinstance(axis, Mapping) or not isinstance(categories, list):
        problems.add(f"{at}/axis_config/categories", "must be an array")
        return
    names = [str(category) for category in categories]
    if not 1 <= len(names) <= limits.CHART_CATEGORIES or len(set(names)) != len(names):
        problems.add(f"{at}/axis_config/categories", "must be 1 to 20 different labels")
    for number, category in enumerate(categories):
        problems.length(category, f"{at}/axis_config/categories/{number}", most=limits.CHART_LABEL)
    for label in ("x_label", "y_label"):
        problems.string(axis, label, f"{at}/axis_config", most=limits.AXIS_LABEL)
    series = problems.items(chart, "series", at, most=limits.CHART_SERIES)
    if len({str(one.get("name")) for one in series}) != len(series):
        problems.add(f"{at}/series", "series names must be unique")
    for number, one in enumerate(series):
        place = f"{at}/series/{number}"
        problems.length(one.get("name"), f"{place}/name", most=limits.CHART_LABEL)
        points = problems.items(one, "data", place, most=limits.CHART_CATEGORIES)
        labels = _labelled_numbers(points, f"{place}/data", problems, above_zero=False)
        if sorted(labels) != sorted(names):
            problems.add(f"{place}/data", "must have one point for every category")


def check_chart(block: Part, at: str, problems: Problems) -> None:
    """A `data_visualization`: a title and a pie, bar, line or area chart."""
    problems.length(block.get("title"), f"{at}/title", most=limits.CHART_TITLE)
    chart = block.get("chart")
    if not isinstance(chart, Mapping):
        problems.add(f"{at}/chart", "must be an object")
    elif str(chart.get("type")) in AXIS_CHARTS:
        _axis_chart(chart, f"{at}/chart", problems)
    elif chart.get("type") == "pie":
        segments = problems.items(chart, "segments", f"{at}/chart", most=limits.CHART_SEGMENTS)
        _labelled_numbers(segments, f"{at}/chart/segments", problems, above_zero=True)
    else:
        problems.add(f"{at}/chart/type", "must be one of: area, bar, line, pie")
