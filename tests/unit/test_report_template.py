"""Templates of one's own: what works in them, and how a broken one is told from a good one before it is used."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from docx.shared import Pt

from lamppu_bot.report.form import TemplateError, check_template, render_form
from lamppu_bot.report.make_template import TEMPLATE, make_template
from lamppu_bot.report.package import unpacked
from tests.unit.report_samples import example_report, report_with, report_with_indicators

ROWS = ("{%tr for row in rows %}", ("{{p row.objective }}", "{{p row.spring }}", "{{p row.autumn }}"), "{%tr endfor %}")


def saved(word):
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def funders_own(*paragraphs, rows=ROWS):
    """A template as somebody makes it in Word: paragraphs, then the table of results."""
    word = docx.Document()
    for text in paragraphs:
        word.add_paragraph(text)
    widest = max(len(content) for content in rows if not isinstance(content, str))
    table = word.add_table(rows=len(rows), cols=widest)
    for row, content in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, (content,) if isinstance(content, str) else content, strict=False):
            cell.paragraphs[0].add_run(text)
    return saved(word)


def filled(template, document="Tulos."):
    return docx.Document(BytesIO(render_form(report_with(document).forms[0], template)))


def test_template_that_comes_along_is_good():
    check_template(TEMPLATE.read_bytes())


def test_template_that_comes_along_is_what_its_script_makes():
    assert unpacked(TEMPLATE.read_bytes()) == unpacked(make_template())


def test_own_template_is_filled():
    template = funders_own("Rahoittajan lomake {{ year }}", "{{ project }}, {{ partner }}", "{{p contact }}")
    check_template(template)
    word = filled(template, "Ensin\n- luetelma")
    assert [paragraph.text for paragraph in word.paragraphs] == [
        "Rahoittajan lomake 2012",
        "Laatua pohjoiseen (LAMPPU), Osahanke 1 (osahanke)",
        "Oona Ojala\noona.ojala@example.org\n020 000 0001",
    ]
    row = word.tables[0].rows[0]
    assert [cell.text for cell in row.cells] == ["Tavoitteen 1 teksti.", "Ensin\nluetelma", ""]
    assert row.cells[1].paragraphs[1]._p.pPr.numPr is not None


def with_indicators(template):
    word = docx.Document(BytesIO(render_form(report_with_indicators().forms[0], template)))
    return [[cell.text for cell in row.cells] for row in word.tables[0].rows]


def test_own_template_gets_figures_and_evidence_without_asking_for_them():
    [_, _, autumn] = with_indicators(funders_own())[0]
    assert autumn.split("\n") == [
        "Lisää.",
        "Jatkunut työ: Mallin kuvaus",
        "Malli on kuvattu.",
        "Jatkuu keväällä 2013: Mallin käyttöönotto",
        "Mittarit: Koulutukseen osallistuneet 20 henkilöä.",
        "Linkit ja liitteet:",
        "Toimintamalli",
        "Kuva tapaamisesta (tiedosto)",
    ]


def test_own_template_may_give_them_places_of_their_own():
    parts = ("{{p row.autumn.result }}", "{{p row.autumn.indicators }}", "{{p row.autumn.evidence }}")
    template = funders_own(rows=("{%tr for row in rows %}", parts, "{%tr endfor %}"))
    [result, indicators, evidence] = with_indicators(template)[0]
    assert result.endswith("Jatkuu keväällä 2013: Mallin käyttöönotto")
    assert indicators == "Mittarit: Koulutukseen osallistuneet 20 henkilöä."
    assert evidence == "Linkit ja liitteet:\nToimintamalli\nKuva tapaamisesta (tiedosto)"


def test_own_template_s_format_is_kept():
    word = docx.Document(BytesIO(funders_own()))
    run = word.tables[0].rows[1].cells[1].paragraphs[0].runs[0]
    run.font.size, run.font.italic = Pt(8), True
    word.tables[0].rows[1].cells[1].paragraphs[0].alignment = 2
    paragraph = filled(saved(word), "Sanat.").tables[0].rows[0].cells[1].paragraphs[0]
    assert (paragraph.runs[0].font.size, paragraph.runs[0].font.italic, paragraph.alignment) == (Pt(8), True, 2)


def test_placeholder_that_word_has_torn_apart_is_found():
    word = docx.Document(BytesIO(funders_own()))
    paragraph = word.add_paragraph()
    for piece in ("{", "{ part", "ner }", "}"):
        paragraph.add_run(piece)
    template = saved(word)
    check_template(template)
    assert filled(template).paragraphs[-1].text == "Osahanke 1 (osahanke)"


def test_text_inside_a_line_keeps_its_line_ends():
    template = funders_own("Yhteys: {{ contact }}!")
    check_template(template)
    assert filled(template).paragraphs[0].text == "Yhteys: Oona Ojala\noona.ojala@example.org\n020 000 0001!"


def test_conditions_on_results_work():
    template = funders_own("{% if rows %}{{ rows|length }} tavoite{% endif %}")
    check_template(template)
    assert filled(template).paragraphs[0].text == "1 tavoite"


def test_text_of_a_template_without_numbering_still_gets_lists():
    members = unpacked(TEMPLATE.read_bytes())
    members.pop("word/numbering.xml")
    relations = members["word/_rels/document.xml.rels"].decode()
    start = relations.index("<Relationship ", relations.index("numbering.xml") - 250)
    for piece in relations[start:].split("<Relationship ")[1:]:
        if "numbering.xml" in piece:
            relations = relations.replace("<Relationship " + piece.split("/>")[0] + "/>", "")
    members["word/_rels/document.xml.rels"] = relations.encode()
    content_types = members["[Content_Types].xml"].decode()
    piece = next(p for p in content_types.split("<Override ") if "numbering.xml" in p)
    members["[Content_Types].xml"] = content_types.replace("<Override " + piece.split("/>")[0] + "/>", "").encode()
    template = zipped(members)
    check_template(template)
    assert filled(template, "- yksi").tables[1].rows[2].cells[1].paragraphs[0]._p.pPr.numPr is not None


def zipped(members):
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def own_places(*parts):
    """A template with all of autumn in one place, and these parts of spring in a place each."""
    places = [f"{{{{p row.spring.{part} }}}}" for part in parts]
    return funders_own(rows=(ROWS[0], (*places, "{{p row.autumn }}"), ROWS[2]))


def test_own_template_may_leave_figures_and_evidence_out_of_both_semesters():
    check_template(funders_own(rows=(ROWS[0], ("{{p row.spring.result }}", "{{p row.autumn.result }}"), ROWS[2])))
    check_template(own_places("result", "indicators", "evidence"))


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        (b"", "no Word document"),
        (b"%PDF-1.7", "no Word document"),
        (zipped({"a.txt": b"x"}), "no Word document"),
        (zipped({"bomb": b"0" * 60_000_000}), "unpacks to too much"),
        (funders_own("{{ hanke }}"), "'hanke' is undefined"),
        (funders_own("{{ headings.nimi }}"), "nimi"),
        (funders_own("{{ partner"), "wrong"),
        (funders_own("Nimi: {{ partner | }}"), "Nimi:"),
        (funders_own("{% if rows %}"), "wrong"),
        (funders_own("{{ partner|olematon }}"), "olematon"),
        (funders_own("{{ rows.__class__ }}"), "cannot be filled"),
        (funders_own("{{ ''.__class__.__mro__ }}"), "cannot be filled"),
        (funders_own("{{ year / 0 }}"), "division"),
        (funders_own("{{ range(10) }}"), "range"),
        (funders_own("{{r partner }}"), "outside a line"),
        (funders_own(rows=(("Ei", "mitään", "täytettävää"),)), "does not show"),
        (funders_own(rows=(ROWS[0], ("{{p row.objective }}", "{{p row.spring }}", ""), ROWS[2])), "row.autumn"),
        (own_places("result"), r"shows evidence of autumn but not of spring: write \{\{p row.spring.evidence"),
        (own_places("result", "evidence"), "shows indicators of autumn but not of spring"),
        (funders_own(rows=(ROWS[0], ("{%p if row.spring %}", "{{p row.spring }}", ""), ROWS[2])), "wrong"),
    ],
)
def test_broken_template_is_refused_with_the_reason(template, reason):
    with pytest.raises(TemplateError, match=reason):
        check_template(template)


def test_document_with_macros_is_refused():
    members = unpacked(TEMPLATE.read_bytes())
    types = members["[Content_Types].xml"]
    plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    assert plain in types
    members["[Content_Types].xml"] = types.replace(plain, b"application/vnd.ms-word.document.macroEnabled.main+xml")
    with pytest.raises(TemplateError, match=r"save it as \.docx"):
        check_template(zipped(members))


def test_entities_in_a_template_are_not_expanded():
    members = unpacked(TEMPLATE.read_bytes())
    xml = members["word/document.xml"].split(b"?>", 1)[1]
    doctype = b'<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    members["word/document.xml"] = doctype + xml.replace(b"{{ project }}", b"&secret;{{ project }}")
    with pytest.raises(TemplateError):
        check_template(zipped(members))


def test_every_template_is_read_once(monkeypatch):
    template = funders_own("{{ partner }}")
    report = example_report()
    render_form(report.forms[0], template)
    monkeypatch.setattr("docx.Document", None)  # reading it again would need this
    assert render_form(report.forms[1], template)
