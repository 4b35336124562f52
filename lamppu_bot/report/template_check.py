"""Whether a Word template is fit for use: it is filled with a trial form, and what comes out is looked at."""

from collections.abc import Mapping

from docx.oxml.ns import nsmap, qn
from lxml import etree

from lamppu_bot import richtext
from lamppu_bot.report.forms import FormCell, FormRow, PartnerForm
from lamppu_bot.report.headings import Headings
from lamppu_bot.report.package import unpacked
from lamppu_bot.report.placeholders import values_of
from lamppu_bot.report.properties import core_properties
from lamppu_bot.report.template import TemplateError, load_template
from storage.values import AnswerState, Document

# What the trial form says in each part of a cell, by which one sees what of it arrives.
_SPRING, _AUTUMN = (
    {"result": f"{name}tulos", "indicators": f"{name}luku", "evidence": f"{name}liite"} for name in ("kevät", "syksy")
)
_ROWS = 2
# The elements of WordprocessingML that hold characters; anywhere else they make Word call the file damaged.
_HOLD_TEXT = {qn(f"w:{name}") for name in ("t", "delText", "instrText", "delInstrText")}


def check_template(content: bytes) -> None:
    """Raises TemplateError, which says what is wrong with the .docx file and what to write instead."""
    template = load_template(content)
    for form in (_trial(rows=_ROWS), _trial(rows=0)):
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
    """Every row's result; and figures and evidence of both semesters, or of neither."""
    words = "".join(_parsed(xml).itertext())
    arrived = {
        name: {part for part, sample in samples.items() if words.count(sample) >= _ROWS}
        for name, samples in (("spring", _SPRING), ("autumn", _AUTUMN))
    }
    for name, parts in arrived.items():
        if "result" not in parts:
            raise TemplateError(
                f"the Word template does not show every row's results; write {{{{p row.{name} }}}} in a table row "
                "between {%tr for row in rows %} and {%tr endfor %}, each of those alone in a row of its own"
            )
    for name, other in (("spring", "autumn"), ("autumn", "spring")):
        for part in sorted(arrived[other] - arrived[name]):
            raise TemplateError(
                f"the Word template shows {part} of {other} but not of {name}: write {{{{p row.{name}.{part} }}}} too, "
                f"or {{{{p row.{name} }}}} for all of it"
            )


def _trial(rows: int) -> PartnerForm:
    """A form that holds what forms hold: lists, links, styles, an empty cell."""
    objective = richtext.from_plain("Tavoite <b> {{ x }} & muuta")
    lists = "Kappale: https://example.org/\n- kohta\n  - alakohta"
    spring = _cell(_SPRING, richtext.from_plain(f"{_SPRING['result']}\n\n{lists}"))
    autumn = _cell(_AUTUMN, [richtext.section([richtext.text_run(_AUTUMN["result"], {"bold": True})])])
    answered = FormRow(objective, spring, autumn)
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


def _cell(samples: Mapping[str, str], result: Document) -> FormCell:
    indicators, evidence = (richtext.from_plain(samples[part]) for part in ("indicators", "evidence"))
    return FormCell(AnswerState.ANSWERED, result, indicators, evidence)
