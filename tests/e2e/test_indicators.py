"""Figures of partners added up in the posted report: in the thread, in the files, over both semesters."""

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook

from lamppu_bot.project_file import ProjectDefinition
from lamppu_bot.project_file.definition import IndicatorTable
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import VisibleMessage
from tests.e2e.acting import NEXT, answer, card_of
from tests.e2e.conftest import KAARNIKKA, MERI, REDU, at
from tests.e2e.looking import block_types, channel, posts

TRAINED = "Koulutetut (henkilöä)"
HEADING = "Mittarit: kevään 2012 raportti"


@pytest.fixture
def counting(project: ProjectDefinition, rehearse: Callable[[ProjectDefinition], Rehearsal]) -> Rehearsal:
    """The first objective asks for a number; the spring round has opened."""
    first, *others = project.objectives
    trained = IndicatorTable(key="koulutetut", title="Koulutetut", unit="henkilöä", target=40)  # type: ignore[arg-type]
    objectives = (
        first.model_copy(update={"indicators": (trained,)}),
        *(other.model_copy(update={"indicators": ()}) for other in others),
    )
    house = rehearse(project.model_copy(update={"objectives": objectives}))
    house.move_to(at("2012-05-09 09:00"), "the opening")
    return house


def give(house: Rehearsal, email: str, number: str, semester: str = "") -> None:
    person = house.people[email]
    person.click(NEXT, card_of(person, semester))
    person.fill(TRAINED, number)
    answer(house, person, "Koulutettu.")
    if person.modal:
        person.close_modal()


def report(house: Rehearsal, semester: str) -> VisibleMessage:
    return next(message for message in channel(house) if message.lines[0] == f"LAMPPU: {semester} 2012 raportti")


def sums(house: Rehearsal, semester: str = "kevään") -> VisibleMessage:
    """The message of all indicators."""
    return next(reply for reply in report(house, semester).thread if reply.lines[0].startswith("Mittarit: "))


def test_report_tells_sums_targets_and_whose_figures_are_missing(counting: Rehearsal) -> None:
    give(counting, REDU, "20")
    give(counting, MERI, "0,5")
    counting.move_to(at("2012-06-01 09:00"), "the report")
    told = sums(counting)
    assert told.lines[0] == HEADING
    assert "Yhteensä 20,5 henkilöä, tavoite 40. Luku puuttuu vielä: Kaarnikka." in told.text
    assert "data_visualization" in block_types(told)
    assert "Koulutetut: toteuma, % 51" in told.fallback
    first = next(reply for reply in report(counting, "kevään").thread if reply.lines[0].startswith("Tavoite 1"))
    assert first.lines[1] == "*Koulutetut (henkilöä):* Yhteensä 20,5 henkilöä, tavoite 40."
    assert "Mittarit: Koulutetut 20 henkilöä." in first.text


def test_late_figure_changes_the_sums_in_place(counting: Rehearsal) -> None:
    give(counting, REDU, "20")
    counting.move_to(at("2012-06-01 09:00"), "the report")
    before = sums(counting).ts
    give(counting, KAARNIKKA, "20")
    assert sums(counting).ts == before
    assert "Yhteensä 40 henkilöä, tavoite 40." in sums(counting).text
    assert max(posts(counting).values()) == 1


def test_autumn_adds_spring_and_spring_stays_as_it_was(counting: Rehearsal) -> None:
    give(counting, REDU, "20")
    counting.move_to(at("2012-06-01 09:00"), "the report")
    counting.move_to(at("2012-06-15 00:00"), "closed")
    counting.move_to(at("2012-11-22 09:00"), "autumn opens")
    give(counting, REDU, "14", "syksy")
    counting.move_to(at("2012-12-15 00:00"), "due")
    counting.move_to(at("2012-12-17 09:00"), "the report")
    autumn = sums(counting, "syksyn").text
    assert "Yhteensä 34 henkilöä, tavoite 40. Kevät 2012: 20." in autumn
    assert "Syksy 2012: 14." in autumn
    assert "Yhteensä 20 henkilöä, tavoite 40." in sums(counting).text
    files = [file for reply in report(counting, "syksyn").thread for file in reply.files]
    matrix = next(file.content for file in files if file.name.endswith(".xlsx"))
    total = [row for row in load_workbook(BytesIO(matrix or b""))["Mittarit"].iter_rows(values_only=True)][-1]
    assert total[4:] == ("Yhteensä", 20, 14, 34, 40)
