"""Every App Home as it is shown, read in review like prose: in Finnish with its blocks, else what it says.

`GOLDEN_WRITE=1 pytest tests/golden/test_homes.py` writes the files anew; read the difference before committing it.
"""

import json
import os
from pathlib import Path

import pytest

from lamppu_bot.messages.message import View, plain_home, spoken
from lamppu_bot.texts import languages, texts_for
from tests.golden.homes_cases import CASES
from tests.golden.test_messages import controls

FOLDER = Path(__file__).parent / "homes"
OTHERS = [language for language in languages() if language != "fi"]


def said(view: View) -> str:
    """All that a person reads or is read: the blocks, and what stands on buttons and in menus."""
    title = [view["title"]["text"]] if "title" in view else []
    return "\n".join([*title, spoken(view["blocks"]), *controls(view["blocks"])]) + "\n"


def assert_golden(name: str, text: str) -> None:
    path = FOLDER / f"{name}.txt"
    if os.environ.get("GOLDEN_WRITE"):
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", CASES)
def test_home_reads_as_kept(name: str) -> None:
    view = CASES[name](texts_for("fi"))
    assert_golden(name, f"{said(view)}\n{json.dumps(view, ensure_ascii=False, indent=1)}\n")


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("language", OTHERS)
def test_home_reads_as_kept_in_every_language(name: str, language: str) -> None:
    assert_golden(f"{language}/{name}", said(CASES[name](texts_for(language))))


def test_plain_home_reads_as_kept() -> None:
    view = plain_home(CASES["coordinator"](texts_for("fi")))
    assert_golden("coordinator_plain", json.dumps(view, ensure_ascii=False, indent=1) + "\n")


def test_golden_files_have_a_case() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == {*CASES, "coordinator_plain"}
    assert {(path.parent.name, path.stem) for path in FOLDER.glob("*/*.txt")} == {
        (language, name) for language in OTHERS for name in CASES
    }
