"""What a template's placeholders stand for, and how they are found before docxtpl reads the template.

`{{p name }}` alone in a paragraph becomes paragraphs, lists and links in that paragraph's format; `{{ name }}` inside a
line becomes the text alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from lxml import etree

from lamppu_bot import richtext
from lamppu_bot.report.forms import FormCell, FormRow, PartnerForm
from lamppu_bot.report.wordprocessing import ParagraphFormat, RunFormat, text
from storage.values import Document

PARAGRAPHS = "paragraphs"
"""The filter that `{{p name }}` stands for; its argument is the number of the paragraph's format."""

_MARKED = re.compile(rf"\{{\{{(?:p )? \(([^}}]*)\)\|{PARAGRAPHS}\(\d+\) \}}\}}")
_BLOCK = re.compile(r"\s*\{\{p\s+(.+?)\s*\}\}\s*", re.DOTALL)
_ROWS = re.compile(r"\{%tr\s+for\s+(\w+)\s+in\s+rows\b")
_END = re.compile(r"\{%tr\s+endfor\b")
_NAMESPACES = re.compile(r' xmlns:\w+="[^"]*"')
# What the schema puts before and after a list's `w:numPr` in a paragraph's properties.
_BEFORE_LIST = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl")
_AFTER_INDENT = (
    *("contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment"),
    *("textboxTightWrap", "outlineLvl"),
)
_SHORT = 1600
"""Characters of a row's longest cell, about half a page of the narrowest column: above, a row may split."""


class FormText:
    """A text in a template: as a line where it stands in one, as paragraphs behind `{{p`."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def __str__(self) -> str:
        return richtext.plain(self.document)

    def __bool__(self) -> bool:
        return not richtext.is_empty(self.document)

    def __html__(self) -> str:
        # Inside a `w:t`; what closes and opens it again are only our own line breaks.
        inner = text(str(self))
        return f'</w:t>{inner}<w:t xml:space="preserve">'


class CellText(FormText):
    """All that a cell says; its parts by name, for a template that gives them places of their own."""

    def __init__(self, cell: FormCell) -> None:
        super().__init__(cell.document)
        self.result = FormText(cell.result)
        self.indicators = FormText(cell.indicators)
        self.evidence = FormText(cell.evidence)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the results table; `number` counts from 1."""

    number: int
    objective: FormText
    spring: CellText
    autumn: CellText

    @property
    def is_short(self) -> bool:
        """Whether the row surely fits on one page, so that it may be kept from splitting."""
        return max(len(str(cell)) for cell in (self.objective, self.spring, self.autumn)) <= _SHORT


def values_of(form: PartnerForm) -> dict[str, Any]:
    """What the placeholders mean, by name. docs/word-template.md is the list for people."""
    return {
        "title": form.title,
        "running_title": form.running_title,
        "project": form.project,
        "partner": form.partner,
        "contact": FormText(form.contact),
        "year": form.year,
        "headings": form.headings,
        "rows": [_row(number, row) for number, row in enumerate(form.rows, start=1)],
    }


def _row(number: int, row: FormRow) -> Row:
    return Row(number, FormText(row.objective), CellText(row.spring), CellText(row.autumn))


def prepare(part: etree._Element, formats: list[ParagraphFormat]) -> None:
    """Marks a part's placeholders for rendering, before it becomes a string; adds the formats found to `formats`."""
    for paragraph in part.iter(qn("w:p")):
        found = _BLOCK.fullmatch(_text_of(paragraph))
        if found:
            formats.append(_format_of(paragraph))
            _reduce(paragraph, f"{{{{p ({found[1]})|{PARAGRAPHS}({len(formats) - 1}) }}}}")
    for name, row in _looped_rows(part):
        for rule in row.findall(f"{qn('w:trPr')}/{qn('w:cantSplit')}"):
            _only_if(rule, f"{name}.is_short")


def as_written(source: str) -> str:
    """Prepared placeholders as somebody wrote them."""
    return _MARKED.sub(r"{{p \1 }}", source)


def _text_of(element: etree._Element) -> str:
    return "".join(run.text or "" for run in element.iter(qn("w:t")))


def _reduce(paragraph: etree._Element, placeholder: str) -> None:
    for child in list(paragraph):
        paragraph.remove(child)
    paragraph.append(parse_xml(f"<w:r {nsdecls('w')}><w:t/></w:r>"))
    paragraph[0][0].text = placeholder


def _looped_rows(part: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """The table rows repeated for each of `rows`, with the name that the loop gives them."""
    for table in part.iter(qn("w:tbl")):
        name = ""
        for row in table.iterchildren(qn("w:tr")):
            words = _text_of(row)
            opening = _ROWS.search(words)
            if opening or _END.search(words):
                name = opening[1] if opening else ""
            elif name:
                yield name, row


def _only_if(element: etree._Element, condition: str) -> None:
    """A row that may not split keeps that only where the condition holds."""
    parent, before = element.getparent(), element.getprevious()
    opening = f"{{% if {condition} %}}"
    if before is None:
        parent.text = opening
    else:
        before.tail = opening
    element.tail = "{% endif %}"


def _format_of(paragraph: etree._Element) -> ParagraphFormat:
    properties = paragraph.find(qn("w:pPr"))
    children = {} if properties is None else {_name(child): _xml(child) for child in properties}
    for never in ("numPr", "sectPr", "pPrChange", "rPr"):
        children.pop(never, None)
    before = "".join(children.pop(name, "") for name in _BEFORE_LIST)
    indent = children.pop("ind", "")
    after_indent = "".join(children.pop(name, "") for name in _AFTER_INDENT)
    return ParagraphFormat(before, "".join(children.values()), indent, after_indent, _run_format_of(paragraph))


def _run_format_of(paragraph: etree._Element) -> RunFormat:
    """The format of the placeholder's first letters."""
    run = next((run for run in paragraph.iter(qn("w:r")) if _text_of(run).strip()), None)
    properties = None if run is None else run.find(qn("w:rPr"))
    return RunFormat() if properties is None else RunFormat(tuple((_name(child), _xml(child)) for child in properties))


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _xml(element: etree._Element) -> str:
    """The element as it may stand inside the part, whose root declares the namespaces."""
    xml: str = etree.tostring(element, encoding="unicode", with_tail=False)
    return _NAMESPACES.sub("", xml)
