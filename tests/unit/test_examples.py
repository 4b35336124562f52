"""The example files against the real form of 2012: the same words, the same cells."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from lamppu_bot.project_file import read_answers, read_project

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "examples" / "lamppu-2012.toml"
ANSWERS = ROOT / "examples" / "lamppu-2012-answers.toml"
CELLS = tomllib.loads((ROOT / "tests" / "golden" / "rovaniemi-2012-cells.toml").read_text("utf-8"))["cells"]


@pytest.fixture(scope="module")
def project():
    return read_project(PROJECT)


@pytest.fixture(scope="module")
def answers(project):
    return read_answers(ANSWERS, project)


def joined(cell: str) -> str:
    """The cell without its line ends: words broken by a hyphen are put together, paragraphs stay."""
    cell = re.sub(r"(BM-|–)\n", r"\1", cell.strip())  # these belong to the word
    cell = re.sub(r"-\n(?!tai )", "", cell)  # "laadunhallinta- tai" is no broken word
    return re.sub(r"(?<!\n)\n(?!\n)", " ", cell)


def words_of_form(column: str) -> list[str]:
    return [joined(cell["text"]) for cell in CELLS if cell["column"] == column]


def test_example_objectives_are_those_of_the_form(project):
    assert [objective.text for objective in project.objectives] == words_of_form("tavoite")


@pytest.mark.parametrize(("semester", "column"), [("2012-spring", "kevät"), ("2012-autumn", "syksy")])
def test_example_answers_are_those_of_the_form(project, answers, semester, column):
    written = {
        answer.objective: answer.text
        for answer in answers
        if (answer.partner, answer.semester) == ("rovaniemi", semester)
    }
    assert [written[objective.key] for objective in project.objectives] == words_of_form(column)


def test_example_project_is_that_of_the_form(project):
    partner = project.partners[0]
    assert project.project.name == "Laatua ammatilliseen koulutukseen pohjoisessa (LAMPPU-hanke)"
    assert partner.name == "Rovaniemen koulutuskuntayhtymä"
    assert partner.contact.name == "Etunimi Sukunimi"
    assert partner.contact.email == "yhteyshenkilo@example.org"
    assert partner.contact.phone == "020 000 0000"


def test_example_fifth_objective_is_redu_s_alone(project):
    asked = {partner.key: len(project.objectives_of(partner.key)) for partner in project.partners}
    assert asked == {"rovaniemi": 5, "kaarnikka": 4, "merilappi": 4}


def test_example_due_dates(project):
    due = [project.round_dates(semester).due_on for semester in project.semesters]
    assert due == [date(2012, 5, 31), date(2012, 12, 14)]


def test_example_addresses_lead_nowhere():
    addresses = re.findall(r"\S+@(\S+)\"", PROJECT.read_text("utf-8"))
    assert set(addresses) == {"example.org"}


def test_example_answers_show_every_kind_of_state(project, answers):
    spring = [answer for answer in answers if answer.semester == "2012-spring"]
    given = {partner.key: sum(answer.partner == partner.key for answer in spring) for partner in project.partners}
    assert given == {"rovaniemi": 5, "kaarnikka": 4, "merilappi": 3}
    assert [answer.partner for answer in answers if answer.nothing_to_report] == ["merilappi"]


def test_example_comments_name_every_field():
    commented = PROJECT.read_text("utf-8")
    for field in (
        "form_template",
        "slack",
        "phone",
        "deputy",
        "opens",
        "due",
        "closes",
        "partner",
        "remind_days_before",
        "room",
        "indicators",
        "unit",
        "target",
    ):
        assert re.search(rf"\b{field}\b", commented), field
