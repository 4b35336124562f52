"""Every message and form as it is sent, read in review like prose: in Finnish with its blocks, else what it says.

`GOLDEN_WRITE=1 pytest tests/golden/test_messages.py` writes the files anew; read the difference before committing it.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lamppu_bot.messages.message import Message, plain_fallback, spoken
from lamppu_bot.texts import languages, texts_for
from tests.golden import messages_cases
from tests.golden.messages_cases import CASES, built_comments
from tests.languages import foreign

FOLDER = Path(__file__).parent / "messages"
OTHERS = [language for language in languages() if language != "fi"]


def rendered(built: Message | dict[str, Any]) -> str:
    """As a person without eyes for blocks reads it, then as JSON."""
    if isinstance(built, Message):
        return f"{built.text}\n\n{_json(list(built.blocks))}"
    inputs = [_input(block) for block in built["blocks"] if block["type"] == "input"]
    buttons = f"[{built['close']['text']}]" + (f" [{built['submit']['text']}]" if "submit" in built else "")
    read = "\n".join([built["title"]["text"], spoken(built["blocks"]), *inputs, buttons])
    return f"{read}\n\n{_json(built)}"


def said(built: Message | dict[str, Any]) -> str:
    """All that a person reads or is read: the blocks, and what stands on buttons, in menus and beside inputs."""
    if isinstance(built, Message):
        return "\n".join([built.text, *controls(list(built.blocks))]) + "\n"
    inputs = [_input(block) for block in built["blocks"] if block["type"] == "input"]
    ends = [f"[{built[end]['text']}]" for end in ("close", "submit") if end in built]
    read = [built["title"]["text"], spoken(built["blocks"]), *inputs, *controls(built["blocks"]), " ".join(ends)]
    return "\n".join(read) + "\n"


def controls(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        for element in [*block.get("elements", ()), block.get("accessory", {})]:
            label = element.get("accessibility_label")
            if element.get("type") == "button":
                yield f"[{element['text']['text']}]" + (f" ({label})" if label else "")
            elif "options" in element:
                options = " | ".join(option["text"]["text"] for option in element["options"])
                heading = f"{element['placeholder']['text']}: " if "placeholder" in element else ""
                yield f"[{heading}{options}]"


def _input(block: dict[str, Any]) -> str:
    options = "".join(f"\n( ) {option['text']['text']}" for option in block["element"].get("options", ()))
    return f"{block['label']['text']}{options}\n  {block['hint']['text']}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def assert_golden(name: str, text: str) -> None:
    path = FOLDER / f"{name}.txt"
    if os.environ.get("GOLDEN_WRITE"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", CASES)
def test_message_reads_as_kept(name: str) -> None:
    assert_golden(name, rendered(CASES[name]()))


@pytest.mark.parametrize("name", ["summary", "results", "status", "talk"])
def test_plain_fallback_reads_as_kept(name: str) -> None:
    built = CASES[name]()
    assert isinstance(built, Message)
    assert_golden(f"{name}_plain", _json(list(plain_fallback(built).blocks)))


def test_files_comments_read_as_kept() -> None:
    assert_golden("files_comments", "\n".join(built_comments().values()) + "\n")


@pytest.fixture(params=OTHERS)
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The cases speak this language."""
    monkeypatch.setattr(messages_cases, "FI", texts_for(request.param))
    return str(request.param)


@pytest.mark.parametrize("name", CASES)
def test_message_reads_as_kept_in_every_language(name: str, language: str) -> None:
    built = CASES[name]()
    assert_golden(f"{language}/{name}", said(built))
    assert not foreign(said(built), texts_for(language))
    if isinstance(built, dict):
        assert not any(built[part]["text"].endswith("…") for part in ("title", "close", "submit") if part in built)


@pytest.mark.parametrize("language", languages(), indirect=True)
@pytest.mark.parametrize("name", CASES)
@pytest.mark.usefixtures("language")
def test_button_read_aloud_begins_with_what_stands_on_it(name: str) -> None:
    """So that who speaks to the computer can say what they see."""
    built = CASES[name]()
    blocks = list(built.blocks) if isinstance(built, Message) else built["blocks"]
    for element in (found for block in blocks for found in [*block.get("elements", ()), block.get("accessory", {})]):
        if label := element.get("accessibility_label"):
            assert label.startswith(element["text"]["text"])


def test_files_comments_read_as_kept_in_every_language(language: str) -> None:
    assert_golden(f"{language}/files_comments", "\n".join(built_comments().values()) + "\n")


def test_golden_files_have_a_case() -> None:
    known = {*CASES, "summary_plain", "results_plain", "status_plain", "talk_plain", "files_comments"}
    assert {path.stem for path in FOLDER.glob("*.txt")} == known


@pytest.mark.parametrize("folder", OTHERS)
def test_golden_files_of_every_language_have_a_case(folder: str) -> None:
    assert {path.stem for path in (FOLDER / folder).iterdir()} == {*CASES, "files_comments"}
