"""The PDF files, opened again: every word is there, hostile ones too, and they can be read without eyes."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from lamppu_bot import richtext
from lamppu_bot.report.export import export
from lamppu_bot.report.make_font import FONT, make_font
from lamppu_bot.report.pdf import render_form_pdf, render_report_pdf
from storage.values import AnswerState, RoundState
from tests.unit.report_samples import (
    PAGE,
    TRAINED,
    answer,
    compiled,
    example_report,
    figures,
    objectives,
    partners,
    report_of_every_state,
    report_with,
    report_with_indicators,
    round_view,
    snapshot,
    with_details,
)

FAMILY = "👩‍👩‍👧‍👦"
_SHOWN = re.compile(rb"/ActualText\s*<FEFF([0-9A-Fa-f]+)>")


def opened(pdf):
    return PdfReader(BytesIO(pdf))


def words(pdf):
    """What stands on the pages, in the order in which it is read, on one line."""
    text = "\n".join(page.extract_text() for page in opened(pdf).pages)
    return " ".join(re.sub(r"\xad\n?", "", text).split())


def letters(text):
    return re.sub(r"[\W_]+", "", text)


def unseen(pdf):
    """The text behind glyphs that do not show it: what is copied and read aloud."""
    contents = (page.get_contents().get_data() for page in opened(pdf).pages)
    return "".join(bytes.fromhex(code.decode()).decode("utf-16-be") for c in contents for code in _SHOWN.findall(c))


def elements(pdf, kind=None):
    """The elements of the structure tree in reading order."""

    return elements_below(opened(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"], kind)


def elements_below(start, kind=None):
    def below(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                yield from below(child)
        elif isinstance(node, dict) and "/S" in node:
            yield node
            yield from below(node.get("/K", []))

    return [element for element in below(start) if kind in (None, element["/S"])]


def form_pdf(document):
    return render_form_pdf(report_with(document).forms[0])


@pytest.fixture(scope="module")
def example():
    return example_report()


@pytest.fixture(scope="module")
def rovaniemi(example):
    return render_form_pdf(example.forms[0])


@pytest.fixture(scope="module")
def report_pdf(example):
    return render_report_pdf(example)


@pytest.mark.parametrize("number", range(3))
def test_form_holds_every_word_of_headings_and_cells(example, number):
    form = example.forms[number]
    shown = letters(words(render_form_pdf(form)))
    texts = [getattr(form.headings, name) for name in form.headings.__slots__ if name != "details"]
    texts += [form.project, form.partner, richtext.plain(form.contact)]
    for row in form.rows:
        texts += [richtext.plain(document) for document in (row.objective, row.spring.document, row.autumn.document)]
    assert [text for text in texts if letters(text) not in shown] == []


def test_report_holds_every_result(example, report_pdf):
    shown = letters(words(report_pdf))
    texts = [richtext.plain(entry.document) for entry in example.entries]
    texts += [objective.text for objective in example.objectives] + [partner.name for partner in example.partners]
    assert [text for text in texts if letters(text) not in shown] == []


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("rovaniemi", "Rovaniemen koulutuskuntayhtymä: osahankkeen tulokset 2012"),
        ("report_pdf", "LAMPPU: osahankkeiden tulokset 2012"),
    ],
)
def test_file_says_what_it_is_and_that_it_is_accessible(request, name, title):
    reader = opened(request.getfixturevalue(name))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "fi-FI"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert reader.metadata.title == title
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


@pytest.mark.parametrize(("language", "tag"), [("fi", "fi-FI"), ("sv", "sv-FI"), ("en", "en-GB")])
def test_files_speak_the_project_s_language(language, tag):
    report = report_of_every_state(language)
    for file in (render_form_pdf(report.forms[0]), render_report_pdf(report)):
        assert opened(file).trailer["/Root"]["/Lang"] == tag


def test_language_without_a_country_is_named_alone(example):
    assert opened(render_form_pdf(replace(example.forms[0], language="se"))).trailer["/Root"]["/Lang"] == "se"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", "Kevät 2012: osahankkeista on valmiina 1/2, tavoitteista on vastattu 2/4."),
        ("sv", "Våren 2012: färdiga delprojekt 1/2, besvarade mål 2/4."),
        ("en", "Spring 2012: partners complete 1/2, objectives answered 2/4."),
    ],
)
def test_report_tells_how_far_it_has_come_in_the_project_s_language(language, said):
    assert said in words(render_report_pdf(report_of_every_state(language)))


def test_form_has_the_headings_of_the_real_form_in_its_order(rovaniemi):
    assert [heading["/T"] for heading in elements(rovaniemi, "/H1")] == [
        "Hankkeen nimi",
        "Osahankkeen toteuttaja",
        "Osahankkeen yhteyshenkilö ja yhteystiedot",
        "Osahankkeen toiminta ja saavutetut tulokset",
    ]


def test_form_s_table_has_header_cells_over_both_semesters(rovaniemi):
    spans = [cell["/A"][0] for cell in elements(rovaniemi, "/TH")]
    assert [(span.get("/RowSpan", 1), span.get("/ColSpan", 1), span["/Scope"]) for span in spans] == [
        (2, 1, "/Column"),
        (1, 2, "/Column"),
        (1, 1, "/Column"),
        (1, 1, "/Column"),
    ]
    assert len(elements(rovaniemi, "/TD")) == 15


def test_report_goes_by_objectives(example, report_pdf):
    assert [heading["/T"] for heading in elements(report_pdf, "/H1")] == [
        "Ketkä ovat vastanneet ja mitä puuttuu",
        *[f"Tavoite {objective.number}: {objective.title}" for objective in example.objectives],
    ]
    assert len(elements(report_pdf, "/Table")) == 6
    assert len(elements(report_pdf, "/TH")) == 18


def test_report_tells_who_has_answered_and_what_is_missing():
    report = compiled(
        snapshot(
            answer(1, 1),
            answer(1, 2, AnswerState.NOTHING, "Alkaa syksyllä."),
            answer(2, 1, AnswerState.DRAFT, "Kesken."),
            answer(2, 2, AnswerState.MISSING),
            answer(2, 3, AnswerState.RETURNED, "Entinen."),
        )
    )
    shown = words(render_report_pdf(report))
    assert "Kevät 2012: osahankkeista on valmiina 1/2, tavoitteista on vastattu 2/5." in shown
    assert "viimeksi muutettu 31.5.2012" in shown
    assert "Osahanke 1 Vastattu 2/2 Osahanke 2 Vastattu 0/3" in shown
    assert "Luonnos, vahvistamatta: tavoite 1 Palautettu täydennettäväksi: tavoite 3 Puuttuu: tavoite 2" in shown


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (AnswerState.ANSWERED, "Osahanke 1 Sanat."),
        (AnswerState.DRAFT, "[Luonnos, vahvistamatta] Sanat."),
        (AnswerState.RETURNED, "[Palautettu täydennettäväksi] Sanat."),
        (AnswerState.NOTHING, "[Ei raportoitavaa] Sanat."),
        (AnswerState.MISSING, "Osahanke 1 [Puuttuu]"),
    ],
)
def test_report_marks_what_is_no_plain_answer(state, said):
    assert said in words(render_report_pdf(report_with("Sanat.", state)))


def test_report_keeps_the_draft_of_an_open_round_to_its_writer():
    own = snapshot(answer(1, 1, AnswerState.DRAFT, "Salaisuus."), round=round_view("spring", RoundState.OPEN))
    shown = words(render_report_pdf(compiled(own)))
    assert "[Luonnos, vahvistamatta]" in shown
    assert "Salaisuus" not in shown


def test_report_says_where_a_semester_did_not_ask():
    report = compiled(snapshot(answer(1, 1)), snapshot(answer(1, 1), answer(1, 2, document="Uutta."), term="autumn"))
    assert "Osahanke 1 Ei kysytty Uutta." in words(render_report_pdf(report))


@pytest.mark.parametrize(
    "text",
    [
        '#eval("1") #panic() #{ 1 + 1 } #import "form.typ" #read("common.typ")',
        "$x$ @ref <label> *bold* _em_ `raw` ~ --- ... // a /* b */",
        "\\ \\n \\u{41} C:\\temp = Otsikko",
        "{{ 7*7 }} </w:t> &amp; <!channel> <@U012AB3CD>",
        '=HYPERLINK("http") "a" \'b\'',
        "Sámi giella: čáppa đ ŋ ŧ ž, svenska åäö",
    ],
)
def test_hostile_text_stays_the_text_it_is(text):
    document = [richtext.section([richtext.text_run(text)])]
    report = report_with(document)
    assert text in words(render_form_pdf(report.forms[0]))
    assert text in words(render_report_pdf(report))


def test_hostile_names_stay_text():
    odd = replace(partners(1)[0], name='#panic() $x$ @a " \\ <b> 👩')
    titled = replace(objectives(1)[0], title="*#eval* @x", text="#panic() <y>")
    report = compiled(snapshot(answer(1, 1), partners=(odd,), objectives=(titled,)))
    form = render_form_pdf(report.forms[0])
    assert opened(form).metadata.title == '#panic() $x$ @a " \\ <b> 👩: osahankkeen tulokset 2012'
    assert '#panic() $x$ @a " \\ <b>' in words(form)
    assert "Tavoite 1: *#eval* @x" in words(render_report_pdf(report))


def test_what_no_file_can_carry_is_left_out():
    shown = words(
        form_pdf([{"type": "rich_text_section", "elements": [richtext.text_run("a\x00\x08b\ufeffc\u202ed")]}])
    )
    assert "abcd" in shown


def test_emoji_are_read_aloud_though_no_font_shows_them():
    assert unseen(form_pdf(FAMILY * 3000)).count(FAMILY) == 3000


def test_text_from_right_to_left_arrives():
    shown = words(form_pdf("שלום עולם مرحبا"))
    assert all(word in shown or word[::-1] in shown for word in ("שלום", "עולם", "مرحبا"))


def test_no_character_is_without_a_glyph():
    planes = "".join(richtext.clean(chr(code)) for code in range(0x20, 0x32000, 97))
    ends = "\U000e0041\U000f0000\U0010fffd\ue000\ufffd"
    assert elements(form_pdf([richtext.section([richtext.text_run(f"a{planes}{ends}")])]))


def test_overlong_word_stays_in_its_column():
    pdf = form_pdf("x" * 5000)
    shown = "\n".join(page.extract_text() for page in opened(pdf).pages)
    lines = [len(line) for line in re.findall("x{2,}", shown)]
    assert sum(lines) == 5000
    assert max(lines) <= 40


def test_text_of_a_hundred_pages_arrives_whole():
    pdf = form_pdf("\n\n".join(f"Kappale {number}." for number in range(4200)))
    assert len(opened(pdf).pages) >= 100
    assert [int(number) for number in re.findall(r"Kappale (\d+)\.", words(pdf))] == list(range(4200))


def test_styles_lists_and_links_are_tagged():
    pdf = form_pdf("Ensin:\n- yksi\n  - sisempi\nKatso https://example.org/a?b=ä ja www.redu.fi.")
    assert len(elements(pdf, "/LI")) == 2
    links = [note.get_object()["/A"]["/URI"] for page in opened(pdf).pages for note in page.get("/Annots", [])]
    assert links == ["mailto:oona.ojala@example.org", "https://example.org/a?b=%C3%A4", "http://www.redu.fi"]


def test_link_that_leads_nowhere_is_text():
    pdf = form_pdf([richtext.section([{"type": "link", "url": "http://[::1", "text": "sivu"}])])
    assert "sivu (http://[::1)" in words(pdf)


def test_quotes_and_code_keep_their_lines():
    code = {"type": "rich_text_preformatted", "elements": [richtext.text_run("if a:\n    b")]}
    quote = {"type": "rich_text_quote", "elements": [richtext.text_run("Lainaus.")]}
    pdf = form_pdf([code, quote])
    assert "if a:\n\xa0\xa0\xa0\xa0b" in opened(pdf).pages[0].extract_text()
    assert len(elements(pdf, "/BlockQuote")) == 1


def test_numbered_lists_go_on_where_they_were_left():
    items = [richtext.section([richtext.text_run("kolmas")])]
    made = {"type": "rich_text_list", "style": "ordered", "indent": 0, "offset": 2, "elements": items}
    assert "3. kolmas" in words(form_pdf([made]))


def test_equal_reports_are_equal_bytes(example, rovaniemi, report_pdf):
    later = replace(example_report(), compiled_at=datetime(2030, 1, 1, tzinfo=UTC))
    assert render_form_pdf(later.forms[0]) == rovaniemi
    assert render_report_pdf(later) == report_pdf


def test_fonts_are_those_that_come_along(rovaniemi):
    fonts = [
        font.get_object()["/BaseFont"].partition("+")[2]
        for page in opened(rovaniemi).pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    assert all(font.startswith(("LibertinusSerif", "DejaVuSansMono", "LamppuBoxes")) for font in fonts)


def test_font_of_last_resort_is_as_its_script_makes_it():
    assert FONT.read_bytes() == make_font()


def test_export_writes_the_report_and_each_form(example, tmp_path):
    paths = export(example, "pdf", tmp_path / "out", None)
    assert [path.name for path in paths] == [
        "lamppu-2012-raportti.pdf",
        "lamppu-2012-rovaniemen-koulutuskuntayhtyma.pdf",
        "lamppu-2012-kaarnikan-ammattiopisto.pdf",
        "lamppu-2012-perameren-koulutussaatio.pdf",
    ]
    assert all(path.read_bytes().startswith(b"%PDF-1.7") for path in paths)


def test_form_of_a_partner_called_report_does_not_take_the_report_s_place(tmp_path):
    odd = replace(partners(1)[0], name="Raportti")
    paths = export(compiled(snapshot(answer(1, 1), partners=(odd,))), "pdf", tmp_path, None)
    assert [path.name for path in paths] == ["lamppu-2012-raportti.pdf", "lamppu-2012-osahanke-1-raportti.pdf"]


def test_start_does_not_wait_for_the_typesetter():
    code = "import sys, lamppu_bot.report.export; sys.exit('typst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_indicator_is_drawn_with_the_same_in_words_and_in_a_table():
    pdf = render_report_pdf(report_with_indicators())
    assert [str(figure["/Alt"]) for figure in elements(pdf, "/Figure")] == [
        "Pylväskaavio, Koulutukseen osallistuneet (henkilöä): Kevät 2012 14, Syksy 2012 20, Vuosi 2012 34 ja "
        "Vuoden tavoite 40.",
        "Pylväskaavio, Tapaamisia (kertaa): Kevät 2012 2,5, Syksy 2012 ei lukuja ja Vuosi 2012 2,5.",
    ]
    assert "Yhteensä 34 henkilöä, tavoite 40. Kevät 2012: 14. Luku puuttuu vielä: Osa 3." in words(pdf)
    assert "Osahanke 2 2 puuttuu 2" in words(pdf)


def test_table_of_very_many_partners_holds_the_sums_alone():
    (objective,) = objectives(1)
    given = [with_details(answer(number, 1), figures(koulutetut="1")) for number in range(1, 102)]
    report = compiled(snapshot(*given, objectives=(replace(objective, indicators=(TRAINED,)),)))
    rows = [len(elements_below(table, "/TR")) for table in elements(render_report_pdf(report), "/Table")]
    assert rows == [102, 102, 2]


def test_links_of_evidence_can_be_followed():
    pdf = render_report_pdf(report_with_indicators())
    links = [note.get_object()["/A"]["/URI"] for page in opened(pdf).pages for note in page.get("/Annots", [])]
    assert links == [PAGE.address] * 2
    assert "Kuva tapaamisesta (tiedosto)" in words(pdf)
