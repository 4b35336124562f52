"""The blocks that messages and forms are made of, each shortened to what Slack takes."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, cast

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DataTableBlock,
    DividerBlock,
    HeaderBlock,
    Option,
    OptionGroup,
    PlainText,
    RawNumber,
    RawText,
    RichTextBlock,
    SectionBlock,
    StaticMultiSelectMenu,
    StaticSelectMenu,
)
from slackblocks import Markdown as MarkdownText
from slackblocks.blocks import BlockType
from slackblocks.elements import Element

from lamppu_bot import richtext
from lamppu_bot.messages import limits
from lamppu_bot.messages.ids import Ref
from lamppu_bot.texts import Mrkdwn
from storage.values import Document

# Stands in for the block id of a block that nothing refers to, until the whole message numbers its blocks.
UNNAMED: Final = "-"

_MENU: Final = 3_000  # characters of all labels of a menu, which count in the message they stand in
_LABEL: Final = 12  # enough for a number
_KEPT: Final = 256  # rendered paragraphs, by what they say: most stand in one form after the other


class RenderedBlock(Block):
    """A block that was checked and rendered before, under a name of its own."""

    def __init__(self, rendered: Mapping[str, Any], block_id: str = UNNAMED) -> None:
        self.type = BlockType(rendered["type"])
        self.block_id = block_id
        self.rendered = rendered

    def _resolve(self) -> dict[str, Any]:
        return {**self.rendered, "block_id": self.block_id}


class WrittenBlock(RichTextBlock):
    """Rich text as somebody wrote it: checked when it was taken in, shown as it is."""

    def __init__(self, rendered: Mapping[str, Any], block_id: str = UNNAMED) -> None:
        Block.__init__(self, BlockType.RICH_TEXT, block_id)
        self.rendered = rendered

    def _resolve(self) -> dict[str, Any]:
        named = {} if self.block_id == UNNAMED else {"block_id": self.block_id}
        return {**self.rendered, **named}


def header(text: str) -> Block:
    return HeaderBlock(PlainText(limits.clip(text, limits.HEADER)), UNNAMED)


def section(text: Mrkdwn, accessory: Element | None = None, block_id: str = UNNAMED) -> Block:
    """One paragraph of our own words; text too long for it is shortened."""
    if accessory is None:
        return RenderedBlock(_section(text), block_id)
    return SectionBlock(MarkdownText(limits.clip(text, limits.SECTION), verbatim=True), block_id, accessory=accessory)


@lru_cache(_KEPT)
def _section(text: Mrkdwn) -> dict[str, Any]:
    return rendered(SectionBlock(MarkdownText(limits.clip(text, limits.SECTION), verbatim=True), UNNAMED))


def plain_section(text: str, block_id: str = UNNAMED) -> Block:
    return SectionBlock(PlainText(limits.clip(text, limits.SECTION)), block_id)


def plain_sections(text: str) -> list[Block]:
    """All of somebody's text, in as many sections as it takes."""
    return [plain_section(piece) for piece in limits.split(text) if piece.strip()]


def context(text: Mrkdwn) -> Block:
    return RenderedBlock(_context(text))


@lru_cache(_KEPT)
def _context(text: Mrkdwn) -> dict[str, Any]:
    return rendered(ContextBlock([MarkdownText(limits.clip(text, limits.SECTION), verbatim=True)], UNNAMED))


def divider() -> Block:
    return DividerBlock(UNNAMED)


def written(document: Document) -> Block:
    """Somebody's rich text."""
    return WrittenBlock(richtext.rich_text_block(document))


def button(text: str, action_id: str, ref: Ref, *, primary: bool = False, label: str | None = None) -> Button:
    """A button; `label` says the same to a screen reader with what it is about."""
    return Button(
        PlainText(limits.clip(text, limits.BUTTON)),
        action_id=action_id,
        value=ref.encode(),
        style="primary" if primary else None,
        accessibility_label=limits.clip(label, limits.BUTTON) if label else None,
    )


def menu(placeholder: str, action_id: str, choices: Sequence[tuple[str, Ref]]) -> StaticSelectMenu:
    """A menu of up to 10,000 choices: those beyond 100 stand in groups of 100, and very many have shorter labels."""
    room = max(_LABEL, min(limits.OPTION, _MENU // max(1, len(choices))))
    options = [Option(PlainText(limits.clip(text, room)), ref.encode()) for text, ref in choices]
    hint = PlainText(limits.clip(placeholder, limits.HEADER))
    if len(options) <= limits.OPTIONS:
        return StaticSelectMenu(action_id, options=options, placeholder=hint)
    return StaticSelectMenu(action_id, option_groups=_groups(options), placeholder=hint)


def multi_menu(placeholder: str, action_id: str, options: list[Option]) -> StaticMultiSelectMenu:
    """A menu of which any number is chosen; those beyond 100 stand in groups of 100."""
    hint = PlainText(placeholder)
    if len(options) <= limits.OPTIONS:
        return StaticMultiSelectMenu(action_id, options, placeholder=hint)
    none = cast("list[Option]", None)  # its type wants options where groups stand, and its check wants none
    return StaticMultiSelectMenu(action_id, none, option_groups=_groups(options), placeholder=hint)


def _groups(options: Sequence[Option]) -> list[OptionGroup]:
    return [
        OptionGroup(
            PlainText(f"{start + 1}–{min(start + limits.OPTIONS, len(options))}"),
            list(options[start : start + limits.OPTIONS]),
        )
        for start in range(0, min(len(options), limits.OPTIONS**2), limits.OPTIONS)
    ]


def actions(*elements: Element, block_id: str = UNNAMED) -> Block:
    return ActionsBlock(list(elements), block_id)


def table(caption: str, rows: Sequence[Sequence[str | int]], page_size: int = 20) -> Block:
    """A table whose first row are its headings; whole numbers can be sorted by."""
    cells: list[list[RawText | RawNumber | RichTextBlock]] = [[_cell(value) for value in row] for row in rows]
    return DataTableBlock(cells, caption=caption, page_size=page_size, block_id=UNNAMED)


def rendered(block: Block) -> dict[str, Any]:
    """The block as Slack takes it. Slackblocks itself renders a block of a form three times, to look at its kind."""
    return block._resolve()


def _cell(value: str | int) -> RawText | RawNumber:
    if isinstance(value, int):
        return RawNumber(value, str(value))
    return RawText(limits.clip(value, limits.CELL) or "–")
