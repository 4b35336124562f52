"""The demo as anybody runs it: it ends by itself and leaves the real form, filled in cell for cell."""

import itertools
import re
import subprocess
import sys
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook

from lamppu_bot.project_file import CoordinatorTable, ProjectDefinition, read_answers
from lamppu_bot.rehearsal import Rehearsal
from tests.e2e.conftest import EXAMPLES, KAARNIKKA
from tests.unit.test_examples import CELLS, joined

ROOT = EXAMPLES.parent
FORM = "lamppu-2012-rovaniemen-koulutuskuntayhtyma.docx"
PARTNERS = ("kaarnikan-ammattiopisto", "perameren-koulutussaatio", "rovaniemen-koulutuskuntayhtyma")
FILES = {
    *[f"lamppu-2012-{partner}.{kind}" for partner in PARTNERS for kind in ("docx", "pdf")],
    "lamppu-2012-raportti.pdf",
    "lamppu-2012-tulokset.xlsx",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """What the command said, and the folder it left."""
    out = tmp_path_factory.mktemp("demo")
    examples = EXAMPLES.relative_to(ROOT)  # as one types it, wherever the checkout lies
    files = [examples / "lamppu-2012.toml", "--play", examples / "lamppu-2012-answers.toml", "--out", out]
    command = [sys.executable, "bot.py", "rehearse", *map(str, files)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False), out


def words(text: str) -> list[str]:
    return text.split()


def test_demo_ends_by_itself_and_tells_its_story(demo: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, _ = demo
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert max(len(line) for line in lines if not line.startswith("left ")) <= 110
    moments = [line for line in lines if re.match(r"\w{3} \d{4}-\d\d-\d\d \d\d:\d\d  ", line)]
    assert len(moments) == 16
    assert moments == sorted(moments, key=lambda line: line.split()[1:3])
    assert not any(line == following for line, following in itertools.pairwise(lines) if line)
    told = [line for line in lines if line.startswith("  Etunimi Sukunimi: (updated) LAMPPU: kevään 2012 tulokset")]
    assert len(told) == 2  # once when all was answered, once when the round closed


def test_demo_leaves_messages_and_files(demo: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, out = demo
    assert {path.name for path in (out / "files").iterdir() if path.is_file()} == FILES
    assert (out / "files" / "earlier" / "2012-06-01" / FORM).is_file()
    channel = (out / "messages" / "hankkeen-koordinaattorit.txt").read_text("utf-8")
    assert "LAMPPU: kevään 2012 raportti" in channel
    assert "LAMPPU: syksyn 2012 raportti" in channel
    assert all(Path(line.removeprefix("left ")).is_file() for line in done.stdout.splitlines() if "left /" in line)


def test_demo_fills_the_real_form_cell_for_cell(demo: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    _, out = demo
    results = docx.Document(str(out / "files" / FORM)).tables[1]
    filled = [[words(cell.text) for cell in row.cells] for row in results.rows[2:]]
    kept: dict[int, list[list[str]]] = {}
    for cell in CELLS:
        kept.setdefault(cell["objective"], []).append(words(joined(cell["text"])))
    assert filled == list(kept.values())


def test_demo_s_matrix_holds_both_semesters(demo: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    _, out = demo
    book = load_workbook(out / "files" / "lamppu-2012-tulokset.xlsx")
    rows = [[cell.value for cell in row] for row in book["Tulokset"].iter_rows(min_row=2)]
    assert len(rows) == 26
    assert {row[3] for row in rows} == {"Kevät 2012", "Syksy 2012"}
    states = [row[4] for row in rows]
    assert (states.count("Puuttuu"), states.count("Ei raportoitavaa")) == (2, 1)


def test_rehearsal_finds_people_named_by_a_slack_id_only(project: ProjectDefinition) -> None:
    contact = project.partners[1].contact.model_copy(update={"slack": "U0123456789"})
    partner = project.partners[1].model_copy(update={"contact": contact})
    changed = {
        "coordinators": (CoordinatorTable(name="Katri Koordinaattori", slack="U9876543210"),),
        "partners": (project.partners[0], partner, project.partners[2]),
        "semesters": project.semesters[:1],
    }
    story: list[str] = []
    with Rehearsal(project.model_copy(update=changed), say=story.append) as house:
        house.play(
            [one for one in read_answers(EXAMPLES / "lamppu-2012-answers.toml", project) if "spring" in one.semester]
        )
        assert house.people[KAARNIKKA].messages() != []
    assert any("#hankkeen-koordinaattorit: LAMPPU: kevään 2012 raportti" in line for line in story)
