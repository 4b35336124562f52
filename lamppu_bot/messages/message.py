"""A message as it is sent: its blocks, and the text that screen readers and notifications read instead of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from slackblocks import Block, HomeTabView, MessageResponse, ModalView
from slackblocks.blocks import BlockType

from lamppu_bot import richtext
from lamppu_bot.messages import limits
from lamppu_bot.messages.blocks import UNNAMED, plain_section, rendered
from lamppu_bot.messages.fitting import fitted
from lamppu_bot.texts import Mrkdwn, escape

View = dict[str, Any]

_SEPARATOR: Final = "; "
_LONG_TABLE: Final = 3_000


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is Slack mark-up of at most 4,000 characters; `blocks` are plain dicts with stable block ids."""

    text: Mrkdwn
    blocks: tuple[dict[str, Any], ...]


def compose(name: str, blocks: Sequence[Block]) -> Message:
    """A message of blocks checked against Slack's limits; its text is the blocks read out.

    Blocks that were not given an id are numbered under `name`, so that the same input makes the same message.
    """
    rendered = MessageResponse(blocks=list(_numbered(name, blocks))).to_dict()["blocks"]
    return Message(_short(spoken(rendered)), tuple(fitted(rendered)))


def modal(
    name: str,
    title: str,
    blocks: Sequence[Block],
    *,
    close: str,
    submit: str | None = None,
    callback_id: str | None = None,
    private_metadata: str | None = None,
) -> View:
    """A form, or a view that only says something when it has no `submit`."""
    content = [rendered(block) for block in _numbered(name, blocks)]
    kinds = tuple(block["type"] for block in content)
    frame = _frame(title, close=close, submit=submit, callback_id=callback_id, kinds=kinds)
    return {**frame, "blocks": content, **({"private_metadata": private_metadata} if private_metadata else {})}


def home(name: str, blocks: Sequence[Block]) -> View:
    """A person's Home, of at most 100 blocks."""
    return HomeTabView(list(_numbered(name, blocks))).to_dict()


def plain_home(view: View) -> View:
    """As `plain_fallback`, of a Home."""
    return {**view, "blocks": _trimmed(_plain(view["blocks"]), limits.VIEW_BLOCKS)}


@lru_cache(256)
def _frame(title: str, *, close: str, submit: str | None, callback_id: str | None, kinds: tuple[str, ...]) -> View:
    """A form around blocks of these kinds, checked; forms differ in what the blocks say far more than in this."""
    return ModalView(
        title=limits.clip(title, 24),
        blocks=[_Outline(kind) for kind in kinds],
        close=limits.clip(close, 24),
        submit=limits.clip(submit, 24) if submit else None,
        callback_id=callback_id,
    ).to_dict()


class _Outline(Block):
    """Stands for a block where only the number and the kinds of blocks are looked at."""

    def __init__(self, kind: str) -> None:
        super().__init__(BlockType(kind))

    def _resolve(self) -> dict[str, Any]:
        return {"type": self.type.value}


def plain_fallback(message: Message) -> Message:
    """The same content without the newer kinds of block, for when Slack answers `invalid_blocks`."""
    return Message(message.text, tuple(fitted(_trimmed(_plain(message.blocks), limits.MESSAGE_BLOCKS))))


def _plain(blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for block in blocks:
        if block["type"] in _NEWER:
            pieces = limits.split("\n".join(_lines(block)))
            sections = [plain_section(piece, f"{block['block_id']}.{part}") for part, piece in enumerate(pieces)]
            found += MessageResponse(blocks=sections).to_dict()["blocks"] if sections else []
        else:
            found.append(block)
    return found


def spoken(blocks: Sequence[Mapping[str, Any]]) -> Mrkdwn:
    """Everything that blocks say, as Slack mark-up, line by line; what is only a button is left out."""
    lines = [line if block["type"] not in _NEWER else escape(line) for block in blocks for line in _lines(block)]
    return Mrkdwn("\n".join(line for line in lines if line))


def table_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """A table read out row by row, the first cell naming the row.

    Each cell has its column's heading with it; in a long table the headings are read once, in the first line.
    """
    heads, *body = rows
    full = [
        f"{row[0]}: " + _SEPARATOR.join(f"{head} {cell}" for head, cell in zip(heads[1:], row[1:], strict=True))
        for row in body
    ]
    if sum(map(len, full)) <= _LONG_TABLE:
        return full
    return [f"{row[0]}: {_SEPARATOR.join(row[1:])}" for row in rows]


def _numbered(name: str, blocks: Sequence[Block]) -> Sequence[Block]:
    for index, block in enumerate(blocks):
        if block.block_id == UNNAMED:
            block.block_id = f"{name}.{index}"
    return blocks


def _short(text: str) -> Mrkdwn:
    if limits.width(text) <= limits.PLAIN_MESSAGE:
        return Mrkdwn(text)
    kept, _ = limits.fitting(text.split("\n"), limits.PLAIN_MESSAGE - 2)
    return Mrkdwn("\n".join([*kept, limits.ELLIPSIS]) if kept else limits.clip(text, limits.PLAIN_MESSAGE))


def _trimmed(blocks: list[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """At most so many blocks: sections in the middle go first, the buttons at the end stay."""
    excess = len(blocks) - limit
    if excess <= 0:
        return blocks
    last_section = max(index for index, block in enumerate(blocks) if block["type"] == "section")
    return blocks[: last_section - excess + 1] + blocks[last_section + 1 :]


def _lines(block: Mapping[str, Any]) -> list[str]:
    reader = _READERS.get(block["type"])
    return reader(block) if reader else []


def _text_of(text: Mapping[str, Any]) -> str:
    return str(text["text"]) if text["type"] == "mrkdwn" else escape(text["text"])


def _read_section(block: Mapping[str, Any]) -> list[str]:
    return [_text_of(text) for text in (*([block["text"]] if "text" in block else []), *block.get("fields", []))]


def _read_context(block: Mapping[str, Any]) -> list[str]:
    return [_text_of(element) for element in block["elements"] if "text" in element]


def _read_table(block: Mapping[str, Any]) -> list[str]:
    rows = [[_cell_text(cell) for cell in row] for row in block["rows"]]
    return [*([block["caption"]] if "caption" in block else []), *table_lines(rows)]


def _cell_text(cell: Mapping[str, Any]) -> str:
    return str(cell["text"]) if "text" in cell else " ".join(_read_rich_text(cell))


def _read_chart(block: Mapping[str, Any]) -> list[str]:
    heads = ["", *(series["name"] for series in block["chart"]["series"])]
    points = [series["data"] for series in block["chart"]["series"]]
    rows = [[column[0]["label"], *(str(point["value"]) for point in column)] for column in zip(*points, strict=True)]
    return [block["title"], *table_lines([heads, *rows])]


def _read_rich_text(block: Mapping[str, Any]) -> list[str]:
    return richtext.plain(list(block["elements"])).split("\n")


def _read_markdown(block: Mapping[str, Any]) -> list[str]:
    return str(block["text"]).split("\n")


_NEWER: Final = frozenset({"data_table", "table", "data_visualization", "rich_text", "markdown"})
_READERS: Final[dict[str, Callable[[Mapping[str, Any]], list[str]]]] = {
    "header": _read_section,
    "section": _read_section,
    "context": _read_context,
    "data_table": _read_table,
    "table": _read_table,
    "data_visualization": _read_chart,
    "rich_text": _read_rich_text,
    "markdown": _read_markdown,
}
