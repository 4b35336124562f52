"""The funder's form as a Word template: A4 upright, Arial, real headings and tables.

`python -m lamppu_bot.report.make_template` writes templates/form.docx, so that it can be read where the binary comes
from. docs/word-template.md tells what the placeholders mean and how to put a template of one's own in its place.
"""

from io import BytesIO
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.rel import Relationships
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from lamppu_bot.report.package import packed

TEMPLATE = Path(__file__).parent / "templates" / "form.docx"

_FONT = "Arial"
_LANGUAGE = "fi-FI"
_INK = RGBColor(0, 0, 0)
_GREY = RGBColor(0x40, 0x40, 0x40)  # 10:1 on white
_SHADE = "EDEDED"
_KEPT_STYLES = {"Normal", "Heading1", "Header", "DefaultParagraphFont", "TableNormal", "NoList", "TableGrid"}
_TEXT_WIDTH = Cm(17)
_DETAIL_WIDTHS = (Cm(5.4), Cm(11.6))
_RESULT_WIDTHS = (Cm(5.1), Cm(5.95), Cm(5.95))


def make_template() -> bytes:
    """The template's bytes, the same every time."""
    word = Document()
    _remove_ballast(word)
    _set_page(word)
    _set_styles(word)
    _set_properties(word)
    _write_header(word)
    _write_details(word)
    _write_heading(word)
    _write_results(word)
    file = BytesIO()
    word.save(file)
    return packed(file.getvalue())


def _remove_ballast(word: WordDocument) -> None:
    """What python-docx's own blank document brings along and no form needs: each form would carry it."""
    _drop_relations(word.part.package.rels, "/thumbnail")
    _drop_relations(word.part.rels, "/stylesWithEffects", "/customXml", "/webSettings")
    styles = word.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in _KEPT_STYLES:
            styles.remove(style)
    numbering = word.part.numbering_part.element
    for definition in list(numbering):
        numbering.remove(definition)


def _drop_relations(relations: Relationships, *kinds: str) -> None:
    for rel_id, relation in list(relations.items()):
        if relation.reltype.endswith(kinds):
            del relations[rel_id]


def _set_page(word: WordDocument) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2)
    section.header_distance = section.footer_distance = Cm(1.1)


def _set_styles(word: WordDocument) -> None:
    _set_defaults(word)
    normal = _style(word, "Normal", size=10, after=4)
    normal.paragraph_format.line_spacing = 1.1
    _style(word, "Heading 1", size=10.5, bold=True, after=2).paragraph_format.keep_with_next = True
    header = _style(word, "Header", size=8.5, after=0)
    header.font.color.rgb = _GREY
    _style(word, "Table Heading", size=10, bold=True, after=2).paragraph_format.keep_with_next = True
    _style(word, "Table Note", size=9, after=2).paragraph_format.keep_with_next = True
    _style(word, "Table Text", size=10, after=4)
    _add_hyperlink_style(word)


def _set_defaults(word: WordDocument) -> None:
    """Font and language of whatever has no style of its own; the language is what a screen reader speaks."""
    run = word.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    _set_font(run)
    run.remove(run.find(qn("w:lang")))
    run.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{_LANGUAGE}" w:eastAsia="{_LANGUAGE}" w:bidi="ar-SA"/>'))


def _set_font(properties: BaseOxmlElement) -> None:
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = " ".join(f'w:{script}="{_FONT}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    properties.insert(0, parse_xml(f"<w:rFonts {nsdecls('w')} {fonts}/>"))


def _style(
    word: WordDocument, name: str, *, size: float, after: float, before: float = 0, bold: bool = False
) -> ParagraphStyle:
    known = name in [style.name for style in word.styles]
    style: ParagraphStyle = word.styles[name] if known else word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    _set_font(style.element.get_or_add_rPr())
    style.font.size, style.font.bold, style.font.color.rgb = Pt(size), bold, _INK
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.widow_control = True
    return style


def _add_hyperlink_style(word: WordDocument) -> None:
    style = word.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    style.font.color.rgb, style.font.underline = RGBColor(0x05, 0x45, 0x9A), True


def _set_properties(word: WordDocument) -> None:
    properties = word.core_properties
    properties.language = _LANGUAGE
    properties.title = properties.author = properties.comments = properties.last_modified_by = ""
    compatibility = parse_xml(
        f'<w:compat {nsdecls("w")}><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    )
    settings = word.settings.element
    settings.replace(settings.find(qn("w:compat")), compatibility)
    settings.remove(settings.find(qn("w:proofState")))  # nobody has checked the spelling of what will be filled in
    settings.find(qn("w:themeFontLang")).set(qn("w:val"), _LANGUAGE)
    # Finnish words are longer than the columns are wide.
    settings.find(qn("w:defaultTabStop")).addnext(OxmlElement("w:autoHyphenation"))


def _write_header(word: WordDocument) -> None:
    """What and whose on the left, page and number of pages on the right as Finnish letters have it: 1 (2)."""
    paragraph = word.sections[0].header.paragraphs[0]
    stops = paragraph.style.paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(_TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run("{{ running_title }}\t")
    _add_field(paragraph, "PAGE")
    paragraph.add_run(" (")
    _add_field(paragraph, "NUMPAGES")
    paragraph.add_run(")")


def _add_field(paragraph: Paragraph, instruction: str) -> None:
    field = parse_xml(
        f'<w:fldSimple {nsdecls("w")} w:instr=" {instruction} "><w:r><w:t>1</w:t></w:r></w:fldSimple>',
    )
    paragraph._p.append(field)


def _write_details(word: WordDocument) -> None:
    table = _table(word, _DETAIL_WIDTHS, caption="{{ headings.details }}", rows=3)
    labels = (
        ("{{ headings.project }}", None, "{{ project }}"),
        ("{{ headings.partner }}", "{{ headings.partner_note }}", "{{ partner }}"),
        ("{{ headings.contact }}", None, "{{p contact }}"),
    )
    for row, (label, note, value) in zip(table.rows, labels, strict=True):
        _forbid_split(row)
        _shade(row.cells[0])
        _write(row.cells[0], (label, "Heading 1"), *([(note, "Table Note")] if note else []))
        _write(row.cells[1], (value, "Table Text"))


def _write_heading(word: WordDocument) -> None:
    paragraph = word.add_paragraph("{{ headings.results }}", style="Heading 1")
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(18), Pt(6)


def _write_results(word: WordDocument) -> None:
    table = _table(word, _RESULT_WIDTHS, caption="{{ headings.results }}", rows=5)
    table._tbl.tblPr.append(_with_value("w:tblDescription", "{{ headings.outcome_note }}"))
    top, below, opening, body, closing = table.rows
    for row in (top, below):
        _repeat(row)
        _forbid_split(row)
    for cell in (*top.cells, *below.cells):
        _shade(cell)
    objective = top.cells[0].merge(below.cells[0])
    outcome = top.cells[1].merge(top.cells[2])
    _write(objective, ("{{ headings.objective }}", "Table Heading"), ("{{ headings.objective_note }}", "Table Note"))
    _write(outcome, ("{{ headings.outcome }}", "Table Heading"), ("{{ headings.outcome_note }}", "Table Note"))
    _write(below.cells[1], ("{{ headings.spring }}", "Table Heading"))
    _write(below.cells[2], ("{{ headings.autumn }}", "Table Heading"))
    _write(opening.cells[0], ("{%tr for row in rows %}", "Table Text"))
    for cell, name in zip(body.cells, ("objective", "spring", "autumn"), strict=True):
        _write(cell, (f"{{{{p row.{name} }}}}", "Table Text"))
    _forbid_split(body)
    _write(closing.cells[0], ("{%tr endfor %}", "Table Text"))


def _table(word: WordDocument, widths: tuple[Cm, ...], *, caption: str, rows: int) -> Table:
    table: Table = word.add_table(rows=rows, cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    properties = table._tbl.tblPr
    properties.find(qn("w:tblW")).set(qn("w:type"), "dxa")
    properties.find(qn("w:tblW")).set(qn("w:w"), str(sum(width.twips for width in widths)))
    look = properties.find(qn("w:tblLook"))
    look.addprevious(_cell_margins())
    properties.append(_with_value("w:tblCaption", caption))
    return table


def _cell_margins() -> BaseOxmlElement:
    sides = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 70), ("left", 100), ("bottom", 50), ("right", 100))
    )
    return parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>")


def _with_value(tag: str, value: str) -> BaseOxmlElement:
    element = OxmlElement(tag)
    element.set(qn("w:val"), value)
    return element


def _write(cell: _Cell, *lines: tuple[str, str]) -> None:
    for extra in cell.paragraphs[1:]:  # merging cells leaves a paragraph of each
        extra._p.getparent().remove(extra._p)
    for number, (text, style) in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.style = style
        paragraph.add_run(text)


def _shade(cell: _Cell) -> None:
    properties = cell._tc.get_or_add_tcPr()
    if properties.find(qn("w:shd")) is None:
        properties.append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{_SHADE}"/>'))


def _repeat(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _forbid_split(row: _Row) -> None:
    row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))


if __name__ == "__main__":
    TEMPLATE.write_bytes(make_template())
