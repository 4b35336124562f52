"""The posted report: when it comes, what it holds, how it changes, and that nothing of it is lost or doubled."""

import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import docx
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from lamppu_bot import reporting
from lamppu_bot.project_file import ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.report.compile import Report
from lamppu_bot.slack.booking import Timing
from lamppu_bot.slack.reporter import Reporter
from lamppu_bot.workspace import Fault, VisibleMessage
from lamppu_bot.workspace.faults import FaultKind
from lamppu_bot.workspace.records import StoredFile
from storage.models import Delivery
from tests.e2e.acting import CHOICE, DRAFT, FI, READY, TEXT, answer, card_of, hand_in
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, REDU, at
from tests.e2e.looking import block_types, channel, part, posts, summary, titles, updates, uploads

CHANGE, ACCEPT, RETURN = "Muuta", FI("results.accept"), FI("results.return")
AT_ONCE = Timing(look_after=timedelta(0), retry_first=timedelta(0))
FIVE = [f"REDUn tulos {number}" for number in range(1, 6)]
FOUR = [f"Kaarnikan tulos {number}" for number in range(1, 5)]
MERI_FOUR = [f"Meren tulos {number}" for number in range(1, 5)]


def is_posted(house: Rehearsal) -> bool:
    return titles(channel(house))[-1] == "LAMPPU: kevään 2012 raportti"


def change(house: Rehearsal, email: str, objective: str, text: str, choice: str = READY) -> None:
    """Changes an answer from the card."""
    person = house.people[email]
    person.click(CHANGE, card_of(person), near=objective)
    person.fill(TEXT, text)
    person.fill(CHOICE, choice)
    person.submit()
    if person.modal:
        person.close_modal()
    house.settle()


def pdf_words(file: StoredFile) -> str:
    """What stands on a PDF file's pages."""
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(file.content or b"")).pages)
    return " ".join(text.split())


def words(messages: list[VisibleMessage]) -> list[str]:
    return [word for message in messages for line in message.lines for word in line.split()]


@pytest.fixture
def reported(spring: Rehearsal) -> Rehearsal:
    """Perämeri has answered two of four, the others all; the report came on the first of June."""
    hand_in(spring, spring.people[REDU], *FIVE)
    hand_in(spring, spring.people[KAARNIKKA], *FOUR)
    hand_in(spring, spring.people[MERI], *MERI_FOUR[:2])
    spring.move_to(at("2012-06-01 09:00"), "the report")
    return spring


@pytest.fixture
def impatient(project: ProjectDefinition) -> Iterator[Rehearsal]:
    """As `spring`, with a bot that looks at once for a message whose fate it does not know, and tries again at once."""
    with Rehearsal(project, say=lambda _: None, timing=AT_ONCE) as house:
        house.move_to(at("2012-05-09 09:00"), "the opening")
        yield house


def test_report_comes_at_once_when_everyone_has_answered(spring: Rehearsal) -> None:
    hand_in(spring, spring.people[REDU], *FIVE)
    hand_in(spring, spring.people[KAARNIKKA], *FOUR)
    hand_in(spring, spring.people[MERI], *MERI_FOUR[:3])
    assert not is_posted(spring)
    hand_in(spring, spring.people[MERI], MERI_FOUR[3])
    assert is_posted(spring)
    said = summary(spring)
    assert "Vielä puuttuu" not in said.text
    assert "3/3" in said.text
    assert {"data_table", "data_visualization"} <= block_types(said)
    spring.move_to(at("2012-06-01 09:00"), "the morning when it would have come")
    assert len(uploads(spring)) == 1
    assert max(posts(spring).values()) == 1


@pytest.mark.parametrize(
    ("quiet", "then"),
    [
        (["2012-05-31 23:59", "2012-06-01 00:00", "2012-06-01 08:59"], "2012-06-01 09:00"),
        (["2012-06-02 10:00", "2012-06-04 07:00"], "2012-06-04 08:00"),
    ],
    ids=["the next working morning", "back after a weekend"],
)
def test_report_comes_in_the_morning_after_the_due_day(spring: Rehearsal, quiet: list[str], then: str) -> None:
    for moment in quiet:
        spring.move_to(at(moment), "not yet")
        assert not any("raportti" in title for title in titles(channel(spring)))
    spring.move_to(at(then), "the report")
    assert is_posted(spring)
    assert "Vielä puuttuu" in summary(spring).text


def test_report_says_who_has_answered_and_holds_every_result_and_file(reported: Rehearsal) -> None:
    said = summary(reported)
    assert "Rovaniemen koulutuskuntayhtymä" in said.text
    assert "Perämeren koulutussäätiö (myöhässä, määräpäivä oli 31.5.2012)" in said.text
    assert "3. Toimintajärjestelmän kuvaus tai malli" in said.text
    indicators, *thread = said.thread
    assert indicators.lines[0] == "Mittarit: kevään 2012 raportti"
    assert [reply.lines[0].split(":")[0] for reply in thread[:5]] == [f"Tavoite {number}" for number in range(1, 6)]
    assert "REDUn tulos 1\n" in f"{thread[0].text}\n"
    assert "Meren tulos 1" in thread[0].text
    assert "Ei vielä vastausta: Perämeri." in thread[2].text
    assert "Perämeri" not in thread[4].text
    [upload] = uploads(reported)
    assert [file.title for file in upload.files] == [
        "Rovaniemen koulutuskuntayhtymä: osahankkeen tulokset 2012 (Word)",
        "Rovaniemen koulutuskuntayhtymä: osahankkeen tulokset 2012 (PDF)",
        "Kaarnikan ammattiopisto: osahankkeen tulokset 2012 (Word)",
        "Kaarnikan ammattiopisto: osahankkeen tulokset 2012 (PDF)",
        "Perämeren koulutussäätiö: osahankkeen tulokset 2012 (Word)",
        "Perämeren koulutussäätiö: osahankkeen tulokset 2012 (PDF)",
        "LAMPPU: osahankkeiden tulokset 2012 (PDF)",
        "LAMPPU: osahankkeiden tulokset 2012 (Excel)",
    ]
    assert "Tiedostot: kevään 2012 raportti" in upload.text
    assert "Koko hankkeen raportti PDF-tiedostona" in upload.text
    for pdf in (upload.files[1], upload.files[6]):
        assert all(text in pdf_words(pdf) for text in FIVE)
    form = docx.Document(BytesIO(upload.files[0].content or b""))
    cells = [cell.text for table in form.tables for row in table.rows for cell in row.cells]
    assert set(FIVE) <= set(cells)
    matrix = load_workbook(BytesIO(upload.files[7].content or b""))
    results = [row[5].value for row in matrix["Tulokset"].iter_rows(min_row=2)]
    assert [value for value in results if value] == [*FIVE, *FOUR, *MERI_FOUR[:2]]


def test_late_answer_updates_what_it_changes_in_place_and_files_once_a_day(reported: Rehearsal) -> None:
    before = summary(reported).ts, [reply.ts for reply in summary(reported).thread], len(updates(reported))
    reported.move_to(at("2012-06-01 12:00"), "later that day")
    hand_in(reported, reported.people[MERI], "Myöhäinen tulos")
    assert (summary(reported).ts, [reply.ts for reply in summary(reported).thread]) == before[:2]
    assert "Myöhäinen tulos" in part(reported, "3").text
    assert "3. Toimintajärjestelmän" not in summary(reported).text.split("Vielä puuttuu")[1].split("Tavoite 1")[0]
    changed = {key for key in updates(reported)[before[2] :] if not key.startswith("card")}
    assert changed == {"summary:lamppu:2012-spring", "summary-part:lamppu:2012-spring:toimintajarjestelma:0"}
    reported.move_to(at("2012-06-02 10:00"), "a Saturday")
    assert len(uploads(reported)) == 1
    reported.move_to(at("2012-06-04 09:00"), "Monday")
    newer = uploads(reported)[1]
    assert "Uudet versiot" in newer.text
    assert [file.name for file in newer.files] == [
        "lamppu-2012-perameren-koulutussaatio.docx",
        "lamppu-2012-perameren-koulutussaatio.pdf",
        "lamppu-2012-raportti.pdf",
        "lamppu-2012-tulokset.xlsx",
    ]
    hand_in(reported, reported.people[MERI], "Viimeinenkin")
    reported.move_to(at("2012-06-04 15:00"), "the same day")
    assert len(uploads(reported)) == 2
    reported.move_to(at("2012-06-05 08:30"), "Tuesday")
    assert len(uploads(reported)) == 3
    reported.move_to(at("2012-06-15 09:00"), "after the closing")
    assert len(uploads(reported)) == 3
    assert max(posts(reported).values()) == 1


def test_saving_a_draft_brings_no_new_form(reported: Rehearsal) -> None:
    answer(reported, reported.people[MERI], "Luonnostelua", DRAFT)
    assert "Luonnostelua" in part(reported, "3").text
    reported.move_to(at("2012-06-04 09:00"), "Monday")
    assert [file.name for file in uploads(reported)[1].files] == [
        "lamppu-2012-raportti.pdf",
        "lamppu-2012-tulokset.xlsx",
    ]


def test_long_answers_are_split_and_lose_no_word(spring: Rehearsal) -> None:
    long = " ".join(f"sana{number}" for number in range(4000))
    emoji = "🙂" * 3000
    hand_in(spring, spring.people[REDU], long, emoji)
    hand_in(spring, spring.people[MERI], long.replace("sana", "ord"))
    spring.move_to(at("2012-06-01 09:00"), "the report")
    parts = [reply for reply in summary(spring).thread if reply.lines[0].startswith("Tavoite 1")]
    assert len(parts) > 1
    posted = spring.workspace.calls_to("chat.postMessage")
    assert all(sum(len(str(block)) for block in call.args["blocks"]) < 20_000 for call in posted)
    for stem in ("sana", "ord"):
        found = [word for word in words(parts) if word.startswith(stem) and word[len(stem) :].isdigit()]
        assert found == [f"{stem}{number}" for number in range(4000)]
    shown = "".join(reply.text for reply in summary(spring).thread if reply.lines[0].startswith("Tavoite 2"))
    assert shown.count("🙂") == 3000


def test_report_that_gets_shorter_says_so_and_may_grow_again(spring: Rehearsal) -> None:
    long = " ".join(f"sana{number}" for number in range(4000))
    hand_in(spring, spring.people[REDU], long)
    spring.move_to(at("2012-06-01 09:00"), "the report")
    count = len(summary(spring).thread)
    change(spring, REDU, "Laatuverkosto", "Lyhyesti.")
    left_over = [reply for reply in summary(spring).thread if reply.text == FI("results.left_over")]
    assert len(left_over) > 1
    assert "sana1 " not in "".join(reply.text for reply in summary(spring).thread)
    change(spring, REDU, "Laatuverkosto", long)
    assert len(summary(spring).thread) == count
    found = [word for word in words(summary(spring).thread) if word.startswith("sana")]
    assert found == long.split()


def test_drafts_are_hidden_until_due_then_marked(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    hand_in(spring, spring.people[REDU], *FIVE)
    answer(spring, spring.people[MERI], "Salainen luonnos", DRAFT)
    katri.command("/lamppu", "report")
    spring.settle()
    katri.click(FI("offer.publish"))
    spring.settle()
    assert "Ei vielä vastausta: Kaarnikka ja Perämeri." in part(spring, "1").text
    [upload] = uploads(spring)
    assert all(b"Salainen" not in (file.content or b"") for file in upload.files)
    sheet = load_workbook(BytesIO(upload.files[-1].content or b""))["Tulokset"]
    assert not any("Salainen" in str(row[5].value) for row in sheet.iter_rows())
    assert "Salainen" not in spring.workspace.transcript(spring.channel)
    spring.move_to(at("2012-06-01 09:00"), "the due day is over")
    marked = part(spring, "1")
    assert "*Perämeren koulutussäätiö* – vahvistamaton luonnos" in marked.lines
    assert "Salainen luonnos" in marked.lines
    assert marked.buttons.count(ACCEPT) == 1
    spring.move_to(at("2012-06-04 09:00"), "files")
    sheet = load_workbook(BytesIO(uploads(spring)[-1].files[-1].content or b""))["Tulokset"]
    assert "Luonnos, vahvistamatta" in {row[4].value for row in sheet.iter_rows()}


def test_report_goes_out_in_plain_sections_where_new_blocks_are_refused(reported: Rehearsal) -> None:
    reported.workspace.settings.refused_block_types |= {"data_table", "data_visualization", "table", "rich_text"}
    hand_in(reported, reported.people[MERI], MERI_FOUR[2])
    for plain in (summary(reported), part(reported, "3")):
        assert plain.is_edited
        assert block_types(plain) <= {"header", "section"}
        said = [word for word in words([plain]) if word != f"[{RETURN}]"]
        assert said == plain.fallback.split()
    assert "Perämeri: tavoite 1 vastattu; tavoite 2 vastattu" in summary(reported).text
    assert MERI_FOUR[2] in part(reported, "3").text


@pytest.mark.parametrize("kind", ["cut_after", "cut_before", "internal_error"])
def test_lost_answers_from_slack_double_nothing_of_the_report(impatient: Rehearsal, kind: FaultKind) -> None:
    house = impatient
    hand_in(house, house.people[REDU], *FIVE)
    house.workspace.faults.append(Fault("chat.postMessage", kind, times=4))
    house.workspace.faults.append(Fault("files.completeUploadExternal", kind))
    house.move_to(at("2012-06-01 09:00"), "the report")
    house.settle()
    assert is_posted(house)
    replies = Counter(reply.lines[0] for reply in summary(house).thread)
    assert len(replies) == 7
    assert set(replies.values()) == {1}
    assert len(uploads(house)[0].files) == 8


def test_coordinator_is_told_to_invite_the_bot_into_a_channel_it_is_not_in(spring: Rehearsal) -> None:
    spring.workspace.remove(spring.channel)
    spring.move_to(at("2012-06-01 09:00"), "the report")
    told = spring.people[KATRI].messages()[-1].text
    assert "raportin yhteenveto, kanava #hankkeen-koordinaattorit" in told
    assert "Kutsu botti kanavalle" in told
    assert FI("parked.again") in told


def test_uploads_of_many_files_share_one_compilation(
    rehearse: Callable[[ProjectDefinition], Rehearsal], project: ProjectDefinition, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = project.partners[0]
    partners = tuple(
        first.model_copy(update={"key": f"partner-{number}", "name": f"Opisto {number}", "short_name": f"O{number}"})
        for number in range(21)
    )
    objectives = project.objectives[:1]
    house = rehearse(project.model_copy(update={"partners": partners, "objectives": objectives}))
    house.move_to(at("2012-05-09 09:00"), "the opening")
    house.move_to(at("2012-06-01 09:00"), "the report")
    assert [len(upload.files) for upload in uploads(house)] == [10, 10, 10, 10, 4]
    assert len({file.name for upload in uploads(house) for file in upload.files}) == 44
    compiled, report_of = [], reporting.report_of

    def counted(*args: Any) -> Report:
        compiled.append(args)
        return report_of(*args)

    monkeypatch.setattr(reporting, "report_of", counted)
    with house.database.read() as session:
        asked = session.scalars(select(Delivery.subject).where(Delivery.kind == "files")).all()
    made = Reporter(house.database)  # as the side process does it
    sent = [made.upload(one["round"], one["files"], newer=False, now=house.clock()) for one in asked]
    assert (len(sent), len(compiled)) == (5, 1)
    # By what stands in it the bot would import, and keep in memory for ever, all that makes files.
    assert not any(b"lamppu_bot.report" in pickle.dumps(upload) for upload in sent)


def test_report_posted_early_calls_itself_a_report_once_it_is_due(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    katri.command("/lamppu", "report")
    spring.settle()
    katri.click(FI("offer.publish"), katri.ephemerals[0])
    spring.settle()
    early = summary(spring)
    assert early.lines[0] == "LAMPPU: kevään 2012 raportin tilanne"
    assert "ei vielä valmis raportti" in early.text
    spring.move_to(at("2012-06-01 09:00"), "the due day is over")
    assert summary(spring).ts == early.ts
    assert summary(spring).lines[0] == "LAMPPU: kevään 2012 raportti"
    assert "Määräpäivä on ohi" in summary(spring).text
    spring.move_to(at("2012-06-15 09:00"), "closed")
    assert "Raportointi on päättynyt." in summary(spring).text
