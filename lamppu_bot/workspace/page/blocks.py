"""Blocks described for the page: every kind that the workspace knows, its texts taken apart."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lamppu_bot.workspace.page.elements import Elements, Typed
from lamppu_bot.workspace.page.markup import Markup, plain

Json = dict[str, Any]
Part = Mapping[str, Any]


class Describer:
    """Describes the blocks of one message or view; `errors` are those shown beside its inputs, by block id."""

    def __init__(self, markup: Markup, typed: Typed, errors: Mapping[str, str]) -> None:
        self._markup = markup
        self._errors = errors
        self._elements = Elements(markup, typed)

    def describe(self, blocks: Sequence[Part]) -> list[Json]:
        """All blocks in order; of a kind that is unknown here, its name."""
        return [{"type": str(block["type"]), **self._content(block)} for block in blocks]

    def _content(self, block: Part) -> Json:
        show = _SHOWN.get(str(block["type"]))
        return show(self, block) if show else {"type": "unknown", "name": str(block["type"])}

    def _header(self, block: Part) -> Json:
        return {"text": self._markup.text(block["text"])}

    def _section(self, block: Part) -> Json:
        facts: Json = {}
        if "text" in block:
            facts["text"] = self._markup.text(block["text"])
        if block.get("fields"):
            facts["fields"] = [self._markup.text(field) for field in block["fields"]]
        if "accessory" in block:
            facts["accessory"] = self._elements.describe(block["accessory"], str(block["block_id"]))
        return facts

    def _context(self, block: Part) -> Json:
        elements = [
            {"alt": str(part["alt_text"])} if part["type"] == "image" else {"text": self._markup.text(part)}
            for part in block["elements"]
        ]
        return {"elements": elements}

    def _actions(self, block: Part) -> Json:
        block_id = str(block["block_id"])
        return {"elements": [self._elements.describe(element, block_id) for element in block["elements"]]}

    def _input(self, block: Part) -> Json:
        block_id = str(block["block_id"])
        return {
            "label": str(block["label"]["text"]),
            "hint": str((block.get("hint") or {}).get("text", "")),
            "optional": bool(block.get("optional")),
            "error": self._errors.get(block_id, ""),
            "element": self._elements.describe(block["element"], block_id),
        }

    def _rich_text(self, block: Part) -> Json:
        return {"text": self._markup.rich_text(block)}

    def _markdown(self, block: Part) -> Json:
        return {"text": self._markup.markdown(str(block["text"]))}

    def _nothing(self, _block: Part) -> Json:
        return {}

    def _image(self, block: Part) -> Json:
        return {"alt": str(block["alt_text"]), "title": str((block.get("title") or {}).get("text", ""))}

    def _alert(self, block: Part) -> Json:
        return {"text": self._markup.text(block["text"]), "level": str(block.get("level", ""))}

    def _table(self, block: Part) -> Json:
        return {
            "caption": str(block.get("caption", "")),
            "has_head": block["type"] == "data_table",
            "row_head": int(block.get("row_header_column_index") or 0),
            "rows": [[self._cell(cell) for cell in row] for row in block["rows"]],
        }

    def _cell(self, cell: Part) -> Json:
        is_rich = cell["type"] == "rich_text"
        text = self._markup.rich_text(cell) if is_rich else plain(str(cell.get("text", "")))
        return {"text": text, "number": cell["type"] == "raw_number"}

    def _chart(self, block: Part) -> Json:
        chart = block["chart"]
        axis = chart.get("axis_config") or {}
        names = [str(name) for name in axis.get("categories", ())]
        series = [
            {"name": str(one["name"]), "values": [_points(one)[name] for name in names]}
            for one in chart.get("series", ())
        ]
        segments = [{"label": str(one["label"]), "value": one["value"]} for one in chart.get("segments", ())]
        return {
            "title": str(block["title"]),
            "chart": str(chart["type"]),
            "categories": names,
            "series": series,
            "segments": segments,
            "x_label": str(axis.get("x_label", "")),
            "y_label": str(axis.get("y_label", "")),
        }


def _points(series: Part) -> dict[str, Any]:
    return {str(point["label"]): point["value"] for point in series["data"]}


_SHOWN: dict[str, Callable[[Describer, Part], Json]] = {
    "header": Describer._header,
    "section": Describer._section,
    "context": Describer._context,
    "actions": Describer._actions,
    "input": Describer._input,
    "rich_text": Describer._rich_text,
    "markdown": Describer._markdown,
    "divider": Describer._nothing,
    "image": Describer._image,
    "alert": Describer._alert,
    "table": Describer._table,
    "data_table": Describer._table,
    "data_visualization": Describer._chart,
}
