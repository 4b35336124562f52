"""The partners' files in the report's thread: brought there once, named, and told of where they are gone."""

from io import BytesIO

import docx
import pytest
from openpyxl import load_workbook

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import VisibleMessage
from tests.e2e.acting import FI, NEXT, TEXT, card_of
from tests.e2e.conftest import KATRI, MERI, at
from tests.e2e.looking import posts, summary, uploads
from tests.e2e.test_evidence import FILES, LINKS, PDF, REMOVED, open_links

PICTURE = ("kuva.png", b"\x89PNG ...")


def give(house: Rehearsal, email: str, *, files: list[tuple[str, bytes]], links: str = "") -> None:
    """With an answer to the next objective."""
    person = house.people[email]
    person.click(NEXT, card_of(person))
    person.fill(TEXT, "Verkosto kokoontui.")
    open_links(person)
    person.fill(FILES, files)
    person.fill(LINKS, links)
    person.submit()
    person.close_modal()
    person.submit()
    if person.modal:
        person.close_modal()
    house.settle()


def attachments(house: Rehearsal) -> list[VisibleMessage]:
    """What stands in the report's thread in the place of partners' files."""
    return [reply for reply in summary(house).thread if "Liite" in reply.lines[0]]


@pytest.fixture
def given(spring: Rehearsal) -> Rehearsal:
    give(spring, MERI, files=[PDF, PICTURE], links="https://example.org/malli Malli")
    return spring


def test_files_come_into_the_report_s_thread_with_whose_they_are(given: Rehearsal) -> None:
    given.move_to(at("2012-06-01 09:00"), "the report")
    assert [[(file.name, file.content) for file in reply.files] for reply in attachments(given)] == [[PDF], [PICTURE]]
    assert attachments(given)[0].lines[:2] == [
        "Liite: raportti.pdf",
        "*Perämeren koulutussäätiö* – Tavoite 1: Laatuverkosto ja toimintamalli",
    ]


def test_files_come_once_and_those_given_later_come_the_next_day(given: Rehearsal) -> None:
    given.move_to(at("2012-06-01 09:00"), "the report")
    give(given, MERI, files=[("muistio.pdf", b"%PDF muistio")])
    given.move_to(at("2012-06-01 15:00"), "the same day")
    assert len(attachments(given)) == 2
    given.move_to(at("2012-06-04 09:00"), "Monday")
    assert [reply.files[0].name for reply in attachments(given)] == ["raportti.pdf", "kuva.png", "muistio.pdf"]
    given.move_to(at("2012-06-05 09:00"), "Tuesday")
    given.move_to(at("2012-06-15 09:00"), "closed")
    assert len(attachments(given)) == 3
    assert max(posts(given).values()) == 1


def test_file_of_a_draft_is_its_writer_s_until_the_round_is_due(spring: Rehearsal) -> None:
    niilo, katri = spring.people[MERI], spring.people[KATRI]
    niilo.click(NEXT, card_of(niilo))
    open_links(niilo)
    niilo.fill(FILES, PDF)
    niilo.submit()
    niilo.close_modal()
    niilo.fill(TEXT, "Kesken.")
    niilo.fill(FI("answer_form.choice"), FI("answer_form.choice.draft"))
    niilo.submit()
    if niilo.modal:
        niilo.close_modal()
    spring.settle()
    katri.command("/lamppu", "report")
    spring.settle()
    katri.click(FI("offer.publish"))
    spring.settle()
    assert attachments(spring) == []
    spring.move_to(at("2012-06-01 09:00"), "due")
    spring.move_to(at("2012-06-04 09:00"), "the next working day")
    assert [reply.files[0].name for reply in attachments(spring)] == ["raportti.pdf"]


def test_file_taken_away_is_not_brought(given: Rehearsal) -> None:
    niilo = given.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    niilo.close_modal()
    niilo.click("Muuta", card_of(niilo), near="Laatuverkosto ja toimintamalli")
    assert niilo.modal is not None
    niilo.click(FI("evidence.open.some", count=3))
    niilo.fill(REMOVED, ["kuva.png"])
    niilo.submit()
    given.move_to(at("2012-06-01 09:00"), "the report")
    assert [reply.files[0].name for reply in attachments(given)] == ["raportti.pdf"]


def test_file_deleted_in_slack_is_told_of_with_whom_to_ask(given: Rehearsal) -> None:
    files = given.workspace.state.files
    for file in [file for file in files.values() if file.name == "kuva.png"]:
        del files[file.id]
    given.move_to(at("2012-06-01 09:00"), "the report")
    [gone] = [reply for reply in attachments(given) if not reply.files]
    assert "ei ole enää Slackissa" in gone.text
    assert "Niilo Niemelä" in gone.text
    assert "Perämeren koulutussäätiö" in gone.text


def test_files_of_the_report_list_links_and_files(given: Rehearsal) -> None:
    given.move_to(at("2012-06-01 09:00"), "the report")
    files = {file.name: file.content or b"" for reply in uploads(given) for file in reply.files}
    form = docx.Document(BytesIO(files["lamppu-2012-perameren-koulutussaatio.docx"]))
    paragraphs = form.tables[1].rows[2].cells[1].paragraphs
    assert [paragraph.text for paragraph in paragraphs][1:] == [
        "Linkit ja liitteet:",
        "Malli",
        "raportti.pdf (tiedosto)",
        "kuva.png (tiedosto)",
    ]
    assert paragraphs[2].hyperlinks[0].address == "https://example.org/malli"
    sheet = load_workbook(BytesIO(files["lamppu-2012-tulokset.xlsx"]))["Linkit ja liitteet"]
    assert [row[4].value for row in sheet.iter_rows(min_row=2)] == ["Malli", "raportti.pdf", "kuva.png"]
