"""The Word form, opened again: its headings and cells, lists and links, and that it can be read without eyes."""

import re
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from lamppu_bot.report.form import render_form
from tests.unit.report_samples import (
    answer,
    compiled,
    example_report,
    partners,
    report_of_every_state,
    report_with,
    snapshot,
)

FAMILY = "👩‍👩‍👧‍👦"


def opened(form, template=None):
    return docx.Document(BytesIO(render_form(form, template)))


def form_with(document):
    return report_with(document).forms[0]


def result_cell(word):
    return word.tables[1].rows[2].cells[1]


def cell_with(document):
    return result_cell(opened(form_with(document)))


def runs(words, **style):
    return {"type": "text", "text": words} | ({"style": style} if style else {})


def section(*inlines):
    return {"type": "rich_text_section", "elements": list(inlines)}


def listed(style, *items, **more):
    return {"type": "rich_text_list", "style": style, "indent": 0, "elements": [section(runs(i)) for i in items]} | more


@pytest.fixture(scope="module")
def example():
    return example_report()


@pytest.fixture(scope="module")
def rovaniemi(example):
    return opened(example.forms[0])


def test_form_has_the_headings_of_the_real_form_in_its_order(rovaniemi):
    details, results = rovaniemi.tables
    assert [row.cells[0].text for row in details.rows] == [
        "Hankkeen nimi",
        "Osahankkeen toteuttaja\n(koulutuksen järjestäjä)",
        "Osahankkeen yhteyshenkilö ja yhteystiedot",
    ]
    assert [paragraph.text for paragraph in rovaniemi.paragraphs] == ["Osahankkeen toiminta ja saavutetut tulokset"]
    objective_head = "Tavoite\nHankkeen tiivistetyssä hankekuvauksessa kuvatut tavoitteet"
    outcome_head = (
        "Tulokset\nKonkreettinen hankkeen mitattavissa oleva tulos tai tulokset, jonka hanke tuottaa tavoitteen "
        "toteuttamiseksi."
    )
    assert [cell.text for cell in results.rows[0].cells] == [objective_head, outcome_head, outcome_head]
    assert [cell.text for cell in results.rows[1].cells] == [
        objective_head,
        "Kevään 2012 aikana saavutetut tulokset",
        "Syksyn 2012 aikana saavutetut tulokset",
    ]


def test_form_tells_whose_it_is(rovaniemi):
    assert [row.cells[1].text for row in rovaniemi.tables[0].rows] == [
        "Laatua ammatilliseen koulutukseen pohjoisessa (LAMPPU-hanke)",
        "Rovaniemen koulutuskuntayhtymä (osahanke)",
        "Etunimi Sukunimi\nyhteyshenkilo@example.org\n020 000 0000",
    ]


def test_form_has_a_row_for_each_objective_with_both_semesters(example, rovaniemi):
    shown = [[cell.text.split() for cell in row.cells] for row in rovaniemi.tables[1].rows[2:]]
    first, *_, fifth = shown
    assert len(shown) == 5
    assert first[0][:3] == ["Hankkeessa", "käynnistetään", "pohjoisen"]
    assert fifth[2][-2:] == ["päätösten", "valmistuttua."]
    own = [[cell.document for cell in (row.spring, row.autumn)] for row in example.forms[0].rows]
    assert [[bool(cell) for cell in row] for row in own] == [[True, True]] * 5


def test_form_of_a_partner_without_answers_has_empty_cells(example):
    empty = replace(example.forms[0], rows=tuple(replace(row, spring=row.autumn) for row in example.forms[2].rows))
    for row in opened(replace(empty, contact=[])).tables[1].rows[2:]:
        assert all(cell.paragraphs for cell in row.cells)


def test_paragraphs_and_line_ends_arrive():
    cell = cell_with("Yksi\nrivi.\n\nToinen kappale.")
    assert [paragraph.text for paragraph in cell.paragraphs] == ["Yksi\nrivi.", "Toinen kappale."]
    assert {paragraph.style.name for paragraph in cell.paragraphs} == {"Table Text"}


def test_styles_of_runs_arrive():
    cell = cell_with([section(runs("a", bold=True), runs("b", italic=True, strike=True), runs("c", code=True))])
    bold, both, code = cell.paragraphs[0].runs
    assert (bold.text, bold.bold, bold.italic) == ("a", True, None)
    assert (both.text, both.italic, both.font.strike) == ("b", True, True)
    assert (code.text, code.font.name) == ("c", "Courier New")


def test_bullets_are_a_real_list():
    cell = cell_with("Ensin:\n- yksi\n  - sisempi\n- kaksi")
    assert [paragraph.text for paragraph in cell.paragraphs] == ["Ensin:", "yksi", "sisempi", "kaksi"]
    assert [level_of(paragraph) for paragraph in cell.paragraphs] == [None, 0, 1, 0]


def level_of(paragraph):
    numbering = paragraph._p.pPr.numPr
    return None if numbering is None else numbering.ilvl.val


def test_ordered_lists_count_each_for_itself():
    lists = [
        listed("ordered", "a", "b"),
        section(runs("väli")),
        listed("ordered", "c"),
        listed("ordered", "d", offset=2),
    ]
    word = opened(form_with(lists))
    ids = [p._p.pPr.numPr.numId.val for p in result_cell(word).paragraphs if p._p.pPr.numPr is not None]
    assert ids[0] == ids[1] != ids[2] != ids[3]
    root = word.part.numbering_part.element
    starts = {
        num.get(qn("w:numId")): num.find(f"{qn('w:lvlOverride')}/{qn('w:startOverride')}").get(qn("w:val"))
        for num in root.findall(qn("w:num"))
        if num.find(qn("w:lvlOverride")) is not None
    }
    assert [starts[str(number)] for number in ids] == ["1", "1", "1", "3"]


def test_links_are_real_hyperlinks():
    word = opened(form_with("Katso https://example.org/a?b=1&c=ä ja www.redu.fi."))
    links = [link for paragraph in result_cell(word).paragraphs for link in paragraph.hyperlinks]
    assert [(link.text, link.address) for link in links] == [
        ("https://example.org/a?b=1&c=ä", "https://example.org/a?b=1&c=%C3%A4"),
        ("www.redu.fi", "http://www.redu.fi"),
    ]
    contact = [
        link.address for paragraph in word.tables[0].rows[2].cells[1].paragraphs for link in paragraph.hyperlinks
    ]
    assert contact == ["mailto:oona.ojala@example.org"]


@pytest.mark.parametrize("url", ["https://", "http://[::1", "https://x.fi:porttti/", "https://x.fi/" + "a" * 2100])
def test_link_that_word_would_choke_on_is_text(url):
    paragraph = cell_with([section({"type": "link", "url": url, "text": "sivu"})]).paragraphs[0]
    assert (paragraph.text, paragraph.hyperlinks) == (f"sivu ({url})", [])


@pytest.mark.parametrize(
    "words",
    [
        "{{ 7*7 }} {% for x in rows %} {# ei #} {_{ x }_} {_% y %_}",
        "{{ rows.__class__.__mro__ }}",
        "</w:t></w:r></w:p><w:p/> <!-- --> <![CDATA[x]]> &amp; &#x41;",
        '<!channel> <@U012AB3CD> =HYPERLINK("http://example.org")',
        'INCLUDETEXT "c:\\\\x" MERGEFIELD',
        "שלום עולם مرحبا",
        "a\tb",
        FAMILY * 400,
    ],
)
def test_hostile_text_stays_the_text_it_is(words):
    assert cell_with([section(runs(words))]).text == words


def test_control_characters_do_not_break_the_file():
    kept = [section(runs("a\x00\x08b\x1f\ufffe\ud800c\u202ed"))]
    assert cell_with(kept).text == "abcd"


def test_hostile_names_stay_text():
    odd = replace(partners(1)[0], name="{{ 7*7 }} <w:p/> & Co")
    word = opened(compiled(snapshot(answer(1, 1), partners=(odd,))).forms[0])
    assert word.tables[0].rows[1].cells[1].text == "{{ 7*7 }} <w:p/> & Co (osahanke)"
    assert word.core_properties.title.startswith("{{ 7*7 }} <w:p/> & Co")
    assert "{{ 7*7 }} <w:p/> & Co" in word.sections[0].header.paragraphs[0].text


def test_equal_forms_are_equal_bytes(example):
    assert render_form(example.forms[0]) == render_form(example_report().forms[0])


def test_forms_do_not_leak_into_each_other():
    first, second = form_with("https://example.org/salainen\n- a"), form_with("toinen")
    render_form(first)
    word = opened(second)
    targets = [rel.target_ref for rel in word.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.HYPERLINK]
    assert targets == ["mailto:oona.ojala@example.org"]


def test_document_says_what_it_is_and_in_which_language(rovaniemi):
    properties = rovaniemi.core_properties
    assert properties.title == "Rovaniemen koulutuskuntayhtymä: osahankkeen tulokset 2012"
    assert properties.subject == "Laatua ammatilliseen koulutukseen pohjoisessa (LAMPPU-hanke)"
    assert properties.language == "fi-FI"
    assert language_of_styles(rovaniemi) == "fi-FI"


def language_of_styles(word):
    defaults = word.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:lang')}")
    return defaults.get(qn("w:val"))


@pytest.mark.parametrize(("language", "tag"), [("fi", "fi-FI"), ("sv", "sv-FI"), ("en", "en-GB")])
def test_document_speaks_the_project_s_language(language, tag):
    word = opened(report_of_every_state(language).forms[0])
    assert (word.core_properties.language, language_of_styles(word)) == (tag, tag)


def test_headings_are_heading_styles(rovaniemi):
    everything = [p for row in rovaniemi.tables[0].rows for p in row.cells[0].paragraphs] + rovaniemi.paragraphs
    headings = [paragraph.text for paragraph in everything if paragraph.style.name.startswith("Heading")]
    assert headings == [
        "Hankkeen nimi",
        "Osahankkeen toteuttaja",
        "Osahankkeen yhteyshenkilö ja yhteystiedot",
        "Osahankkeen toiminta ja saavutetut tulokset",
    ]


def test_both_header_rows_are_repeated_and_no_other(rovaniemi):
    rows = rovaniemi.tables[1].rows
    assert [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [
        True,
        True,
        *[False] * 5,
    ]


def test_tables_have_an_alternative_text(rovaniemi):
    captions = [table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) for table in rovaniemi.tables]
    assert captions == ["Osahankkeen tiedot", "Osahankkeen toiminta ja saavutetut tulokset"]


def test_nothing_is_told_by_colour_alone():
    xml = result_cell(opened(form_with("a www.redu.fi")))._tc.xml
    coloured = re.findall(r"<w:rPr>(?:(?!</w:rPr>).)*<w:color(?:(?!</w:rPr>).)*</w:rPr>", xml, re.DOTALL)
    assert len(coloured) == 1
    assert "<w:u " in coloured[0]


def test_no_empty_paragraph_is_used_as_space(rovaniemi):
    assert all(paragraph.text for paragraph in rovaniemi.paragraphs)
    texts = [p.text for table in rovaniemi.tables for row in table.rows for cell in row.cells for p in cell.paragraphs]
    assert all(texts)


@pytest.mark.parametrize(("length", "kept"), [(1600, True), (1601, False)])
def test_only_a_short_row_is_kept_from_splitting(length, kept):
    row = opened(form_with("a" * length)).tables[1].rows[2]
    assert (row._tr.trPr.find(qn("w:cantSplit")) is not None) is kept


def test_page_numbers_stand_in_the_header(rovaniemi):
    header = rovaniemi.sections[0].header._element.xml
    assert re.findall(r'w:instr=" (\w+) "', header) == ["PAGE", "NUMPAGES"]
    assert rovaniemi.sections[0].header.paragraphs[0].text.startswith("LAMPPU 2012 · Rovaniemen koulutuskuntayhtymä")
