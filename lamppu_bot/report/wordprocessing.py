"""A Document as WordprocessingML: paragraphs, real lists and hyperlinks, formatted as the placeholder they replace."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape, quoteattr

from lamppu_bot.richtext import clean, label_and_url
from storage.values import Document

Inline = dict[str, Any]

HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
LONGEST_ADDRESS = 2048
"""Characters of a link; Word's own limit is 2,083. A longer one is shown as text."""

_MONOSPACE = "Courier New"
_QUOTE_INDENT = '<w:ind w:left="340"/>'
_PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n\s*")
_LINE_OR_TAB = re.compile(r"([\n\t])")
# What an address may hold unescaped, percent signs of one already escaped included (RFC 3986).
_LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_ADDRESS_CHARACTERS = "%:/?#[]@!$&'()*+,;=~"

# The order in which the schema wants a run's properties; those of the placeholder are sorted in among ours.
_RUN_ORDER = (
    *("rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline"),
    *("shadow", "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color", "spacing"),
    *("w", "kern", "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText"),
    *("vertAlign", "rtl", "cs", "em", "lang"),
)


@dataclass(frozen=True, slots=True)
class RunFormat:
    """Run properties as (name, XML), without the namespace prefix in the name."""

    properties: tuple[tuple[str, str], ...] = ()
    hyperlink: tuple[tuple[str, str], ...] = (("color", '<w:color w:val="05459A"/>'), ("u", '<w:u w:val="single"/>'))

    def xml(self, style: Iterable[str], *, linked: bool = False) -> str:
        """The `w:rPr` of a run with these of a Document's styles."""
        merged = dict(self.properties)
        for name in style:
            merged |= _STYLED[name]
        if linked:
            merged |= dict(self.hyperlink)
        if not merged:
            return ""
        return f"<w:rPr>{''.join(merged[name] for name in sorted(merged, key=_run_position))}</w:rPr>"


_CODE = {"rFonts": f'<w:rFonts w:ascii="{_MONOSPACE}" w:hAnsi="{_MONOSPACE}" w:cs="{_MONOSPACE}"/>'}
_STYLED = {
    "bold": {"b": "<w:b/>", "bCs": "<w:bCs/>"},
    "italic": {"i": "<w:i/>", "iCs": "<w:iCs/>"},
    "strike": {"strike": "<w:strike/>"},
    "code": _CODE,
}


def _run_position(name: str) -> int:
    return _RUN_ORDER.index(name) if name in _RUN_ORDER else len(_RUN_ORDER)


@dataclass(frozen=True, slots=True)
class ParagraphFormat:
    """The placeholder's paragraph properties, parted where a list's own have to stand between them."""

    before_list: str = ""
    after_list: str = ""
    indent: str = ""
    after_indent: str = ""
    run: RunFormat = RunFormat()

    def xml(self, listed: str = "", indent: str | None = None) -> str:
        """The `w:pPr`; a paragraph of a list takes its indent from the list."""
        own = "" if listed else self.indent
        inner = f"{self.before_list}{listed}{self.after_list}{own if indent is None else indent}{self.after_indent}"
        return f"<w:pPr>{inner}</w:pPr>" if inner else ""


@dataclass(slots=True)
class Numbering:
    """The lists of one file. Every ordered list counts for itself, so each gets a number of its own."""

    bullet_id: int
    ordered_abstract_id: int
    next_id: int
    added: list[str] = field(default_factory=list)

    def list_id(self, block: dict[str, Any]) -> int:
        if block["style"] == "bullet":
            return self.bullet_id
        number = self.next_id + len(self.added)
        start = int(block.get("offset", 0)) + 1
        level = f'<w:lvlOverride w:ilvl="{block["indent"]}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
        abstract = f'<w:abstractNumId w:val="{self.ordered_abstract_id}"/>'
        self.added.append(f'<w:num w:numId="{number}">{abstract}{level}</w:num>')
        return number


@dataclass(slots=True)
class Links:
    """The hyperlinks of one part of a file: address by relationship id."""

    added: dict[str, str] = field(default_factory=dict)

    def relation(self, address: str) -> str:
        return self.added.setdefault(address, f"rIdLink{len(self.added) + 1}")

    def xml(self) -> str:
        """The relationships to add to the part's."""
        return "".join(
            f'<Relationship Id="{rel_id}" Type="{HYPERLINK}" Target={quoteattr(address)} TargetMode="External"/>'
            for address, rel_id in self.added.items()
        )


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes Documents into one part; `links` is None in headers and footers, whose links stay text."""

    numbering: Numbering
    links: Links | None

    def paragraphs(self, document: Document, style: ParagraphFormat) -> str:
        """One `w:p` or more: a table's cell needs one even when there is nothing to say."""
        return "".join(self._blocks(document, style)) or f"<w:p>{style.xml()}</w:p>"

    def _blocks(self, document: Document, style: ParagraphFormat) -> Iterator[str]:
        for block in document:
            if block["type"] == "rich_text_list":
                yield from self._list(block, style)
                continue
            code = ("code",) if block["type"] == "rich_text_preformatted" else ()
            indent = _QUOTE_INDENT if block["type"] == "rich_text_quote" else None
            for lines in [block["elements"]] if code else paragraphs_of(block["elements"]):
                yield f"<w:p>{style.xml(indent=indent)}{self._runs(lines, style.run, code)}</w:p>"

    def _list(self, block: dict[str, Any], style: ParagraphFormat) -> Iterator[str]:
        level, list_id = block["indent"], self.numbering.list_id(block)
        listed = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
        for item in block["elements"]:
            yield f"<w:p>{style.xml(listed)}{self._runs(item['elements'], style.run)}</w:p>"

    def _runs(self, inlines: Iterable[Inline], style: RunFormat, added: tuple[str, ...] = ()) -> str:
        return "".join(self._run(inline, style, (*inline.get("style", ()), *added)) for inline in inlines)

    def _run(self, inline: Inline, style: RunFormat, names: tuple[str, ...]) -> str:
        if inline["type"] == "text":
            return f"<w:r>{style.xml(names)}{text(inline['text'])}</w:r>"
        label, url = label_and_url(inline)
        address = safe_address(url)
        if self.links is None or address is None:
            shown = label if label in url else f"{label} ({url})"
            return f"<w:r>{style.xml(names)}{text(shown)}</w:r>"
        run = f"<w:r>{style.xml(names, linked=True)}{text(label)}</w:r>"
        return f'<w:hyperlink r:id="{self.links.relation(address)}" w:history="1">{run}</w:hyperlink>'


def text(words: str) -> str:
    """The content of a run: its text, line breaks and tabs."""
    pieces = []
    for piece in _LINE_OR_TAB.split(clean(words)):
        if piece == "\n":
            pieces.append("<w:br/>")
        elif piece == "\t":
            pieces.append("<w:tab/>")
        elif piece:
            pieces.append(f'<w:t xml:space="preserve">{escape(piece)}</w:t>')
    return "".join(pieces)


def paragraphs_of(inlines: Iterable[Inline]) -> list[list[Inline]]:
    """The runs parted at empty lines, which Word shows as the space between paragraphs."""
    paragraphs: list[list[Inline]] = [[]]
    for inline in inlines:
        pieces = _PARAGRAPH_END.split(inline["text"]) if inline["type"] == "text" else []
        for number, piece in enumerate(pieces):
            if number:
                paragraphs.append([])
            if piece:
                paragraphs[-1].append(inline | {"text": piece})
        if not pieces:
            paragraphs[-1].append(inline)
    return [paragraph for paragraph in paragraphs if paragraph]


def safe_address(url: str) -> str | None:
    """The address as a relationship may hold it; None for one that Word would call a damaged file."""
    address = quote(_LONE_PERCENT.sub("%25", clean(url)), safe=_ADDRESS_CHARACTERS)
    try:
        parts = urlsplit(address)
        _ = parts.port  # reading it checks it
    except ValueError:
        return None
    known = parts.netloc if parts.scheme in ("http", "https") else parts.scheme == "mailto" and parts.path
    return address if known and len(address) <= LONGEST_ADDRESS else None
