"""Whether a Word template is fit for use: it is filled with a trial form, and what comes out is looked at."""

from docx.oxml.ns import nsmap, qn
from lxml import etree

from lamppu_bot import richtext
from lamppu_bot.report.forms import FormCell, FormRow, PartnerForm
from lamppu_bot.report.headings import Headings
from lamppu_bot.report.package import unpacked
from lamppu_bot.report.placeholders import values_of
from lamppu_bot.report.properties import core_properties
from lamppu_bot.report.template import TemplateError, load_template
from storage.values import AnswerState

_SPRING, _AUTUMN = "kevätkoe", "syksykoe"
# The elements of WordprocessingML that hold characters; anywhere else they make Word call the file damaged.
_HOLD_TEXT = {qn(f"w:{name}") for name in ("t", "delText", "instrText", "delInstrText")}


def check_template(content: bytes) -> None:
    """Raises TemplateError, which says what is wrong with the .docx file and what to write instead."""
    template = load_template(content)
    for form in (_trial(rows=2), _trial(rows=0)):
        members = unpacked(template.fill(values_of(form), core_properties(form)))
        for name in template.parts:
            _check_part(name, members[name])
        if form.rows:
            _check_results_arrive(members[template.main])


def _check_part(name: str, xml: bytes) -> None:
    try:
        root = _parsed(xml)
    except etree.XMLSyntaxError as error:
        raise TemplateError(
            f"a placeholder stands where the Word template cannot hold text ({name}): {error}"
        ) from error
    _check_text(root)
    _check_cells(root)


def _parsed(xml: bytes) -> etree._Element:
    """Bare elements: those of python-docx mean the text of a whole paragraph where lxml means an element's own."""
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))


def _check_text(root: etree._Element) -> None:
    for element in root.iter(f"{{{nsmap['w']}}}*"):
        own = "" if element.tag in _HOLD_TEXT else element.text
        stray = f"{own or ''}{element.tail or ''}".strip()
        if stray:
            raise TemplateError(
                f"the Word template shows “{stray[:60]}” outside a line; write {{{{p name }}}} alone in a paragraph, "
                "{{ name }} inside a line, and {%tr … %} alone in a table row"
            )


def _check_cells(root: etree._Element) -> None:
    for cell in root.iter(qn("w:tc")):
        if not len(cell) or cell[-1].tag != qn("w:p"):
            raise TemplateError("a table cell of the Word template stays without a paragraph; let it end with one")


def _check_results_arrive(xml: bytes) -> None:
    words = "".join(_parsed(xml).itertext())
    for name, sample in (("spring", _SPRING), ("autumn", _AUTUMN)):
        if words.count(sample) < 2:
            raise TemplateError(
                f"the Word template does not show every row's results; write {{{{p row.{name} }}}} in a table row "
                "between {%tr for row in rows %} and {%tr endfor %}, each of those alone in a row of its own"
            )


def _trial(rows: int) -> PartnerForm:
    """A form that holds what forms hold: lists, links, styles, an empty cell."""
    objective = richtext.from_plain("Tavoite <b> {{ x }} & muuta")
    spring = richtext.from_plain(f"{_SPRING}\n\nKappale: https://example.org/\n- kohta\n  - alakohta")
    autumn = [richtext.section([richtext.text_run(_AUTUMN, {"bold": True})])]
    cell = FormCell(AnswerState.ANSWERED, autumn, richtext.from_plain("Mittarit: 12"), richtext.from_plain("Liitteet:"))
    answered = FormRow(objective, FormCell(AnswerState.ANSWERED, spring), cell)
    words = {name: f"otsikko {name}" for name in Headings.__dataclass_fields__}
    return PartnerForm(
        partner_id=0,
        project="Hanke & muut",
        partner="Osahanke <1>",
        contact=richtext.from_plain("Etunimi Sukunimi\nhttps://example.org") if rows else [],
        year=2012,
        language="fi-FI",
        title="Osahanke: tulokset 2012",
        running_title="Hanke 2012",
        headings=Headings(**words),
        rows=(answered,) * rows,
        changed_at=None,
    )
