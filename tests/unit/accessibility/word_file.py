"""A Word file as the checks see it: through its styles, which is what a screen reader goes by."""

import re
from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table

from tests.unit.accessibility.checks import TableFound
from tests.unit.accessibility.colours import BLACK, WHITE, Colour, Pair, of_hex

_HEADING = re.compile(r"Heading (\d)")


class WordFile:
    def __init__(self, content: bytes) -> None:
        self.word = docx.Document(BytesIO(content))
        self.body = self.word.element.body
        self.header = self.word.sections[0].header

    @property
    def title(self) -> str:
        return self.word.core_properties.title or ""

    @property
    def shows_title(self) -> bool:
        """Word shows a file's name; whose form it is, which the title begins with, stands at the top of each page."""
        return self.title.split(":")[0] in self.header.paragraphs[0].text

    @property
    def languages(self) -> set[str]:
        """That of the properties, of the styles and of any run with one of its own."""
        spoken = [*self.word.styles.element.iter(qn("w:lang")), *self.word.element.iter(qn("w:lang"))]
        tags = {element.get(qn("w:val")) for element in spoken}
        return {tag for tag in {*tags, self.word.core_properties.language} if tag}

    @property
    def is_tagged(self) -> bool:
        """Every paragraph's style is there, headings are built-in ones, and lists are lists."""
        known = {style.style_id for style in self.word.styles}
        used = [element.get(qn("w:val")) for element in self.body.iter(qn("w:pStyle"))]
        typed = [text for text in self._lines() if re.match(r"[•·*-]\s", text)]
        return set(used) <= known and not typed

    @property
    def is_locked(self) -> bool:
        return self.word.settings.element.find(qn("w:documentProtection")) is not None

    def fonts_without_letters(self) -> list[str]:
        """Symbols of a font that has its own alphabet."""
        return [element.get(qn("w:font")) for element in self.body.iter(qn("w:sym"))]

    @property
    def floating(self) -> list[str]:
        boxes = ("w:framePr", "w:tblpPr", "wp:anchor", "w:txbxContent", "w:pict")
        return [name for name in boxes if next(self.body.iter(_name(name)), None) is not None]

    @property
    def headings(self) -> list[tuple[int, str]]:
        names = {style.style_id: style.name for style in self.word.styles}
        found = []
        for paragraph in self.body.iter(qn("w:p")):
            style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
            level = _HEADING.fullmatch(names[style.get(qn("w:val"))]) if style is not None else None
            if level:
                found.append((int(level[1]), _text(paragraph)))
        return found

    @property
    def tables(self) -> list[TableFound]:
        """A table whose rows each begin with a heading is a form to fill in, and has no header row."""
        return [self._table(table) for table in self.word.tables if not self._is_form(table)]

    def _is_form(self, table: Table) -> bool:
        return all(row.cells[0].paragraphs[0].style.name.startswith("Heading") for row in table.rows)

    def _table(self, table: Table) -> TableFound:
        properties = table._tbl.tblPr
        caption = properties.find(qn("w:tblCaption"))
        heads = [row for row in table.rows if row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None]
        look = properties.find(qn("w:tblLook"))
        return TableFound(
            name="" if caption is None else caption.get(qn("w:val")),
            rows=len(table.rows),
            header_rows=len(heads),
            headers_are_marked=look is not None and look.get(qn("w:firstRow")) == "1",
            headers_repeat=[row._tr for row in heads] == [row._tr for row in table.rows][: len(heads)],
            is_nested=next(table._tbl.iterdescendants(qn("w:tbl")), None) is not None,
        )

    @property
    def empty_paragraphs(self) -> int:
        return sum(not _text(paragraph).strip() and not _is_alone_in_a_cell(paragraph) for paragraph in self._all())

    @property
    def pictures(self) -> list[str]:
        return [element.get("descr") or "" for element in self.body.iter(_name("wp:docPr"))]

    @property
    def links(self) -> list[tuple[str, str]]:
        targets = {rel_id: rel.target_ref for rel_id, rel in self.word.part.rels.items() if rel.is_external}
        return [(_text(link), targets[link.get(qn("r:id"))]) for link in self.body.iter(qn("w:hyperlink"))]

    @property
    def colours(self) -> set[Pair]:
        """Each colour of letters that a style or a run names, on each ground that a cell has."""
        roots = (self.word.styles.element, self.word.element, self.header._element)
        inks = {_written(element) for root in roots for element in root.iter(qn("w:color"))}
        grounds = {_ground(element) for root in roots for element in root.iter(qn("w:shd"))}
        return {(ink, ground) for ink in inks for ground in {*grounds, WHITE}}

    @property
    def read_aloud(self) -> str:
        return " ".join(self._lines())

    def _lines(self) -> list[str]:
        return [_text(paragraph) for paragraph in self._all()]

    def _all(self) -> list[Any]:
        return list(self.body.iter(qn("w:p")))


def _name(name: str) -> str:
    drawing = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
    return drawing + name[3:] if name.startswith("wp:") else str(qn(name))


def _text(element: Any) -> str:
    pieces = []
    for piece in element.iter(qn("w:t"), qn("w:br"), qn("w:tab")):
        pieces.append(piece.text or "" if piece.tag == qn("w:t") else " ")
    return "".join(pieces)


def _is_alone_in_a_cell(paragraph: Any) -> bool:
    parent = paragraph.getparent()
    return parent.tag == qn("w:tc") and len(parent.findall(qn("w:p"))) == 1


def _written(element: Any) -> Colour:
    value = element.get(qn("w:val"))
    return BLACK if value in (None, "auto") else of_hex(value)


def _ground(element: Any) -> Colour:
    fill = element.get(qn("w:fill"))
    return WHITE if fill in (None, "auto") else of_hex(fill)
