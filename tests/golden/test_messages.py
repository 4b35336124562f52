"""Every message and form as it is sent, read in review like prose.

`GOLDEN_WRITE=1 pytest tests/golden/test_messages.py` writes the files anew; read the difference before committing it.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from lamppu_bot.messages.message import Message, plain_fallback, spoken
from tests.golden.messages_cases import CASES, built_comments

FOLDER = Path(__file__).parent / "messages"


def rendered(built: Message | dict[str, Any]) -> str:
    """As a person without eyes for blocks reads it, then as JSON."""
    if isinstance(built, Message):
        return f"{built.text}\n\n{_json(list(built.blocks))}"
    inputs = [_input(block) for block in built["blocks"] if block["type"] == "input"]
    buttons = f"[{built['close']['text']}]" + (f" [{built['submit']['text']}]" if "submit" in built else "")
    read = "\n".join([built["title"]["text"], spoken(built["blocks"]), *inputs, buttons])
    return f"{read}\n\n{_json(built)}"


def _input(block: dict[str, Any]) -> str:
    options = "".join(f"\n( ) {option['text']['text']}" for option in block["element"].get("options", ()))
    return f"{block['label']['text']}{options}\n  {block['hint']['text']}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def assert_golden(name: str, text: str) -> None:
    path = FOLDER / f"{name}.txt"
    if os.environ.get("GOLDEN_WRITE"):
        FOLDER.mkdir(exist_ok=True)
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


def test_golden_files_have_a_case() -> None:
    known = {*CASES, "summary_plain", "results_plain", "status_plain", "talk_plain", "files_comments"}
    assert {path.stem for path in FOLDER.iterdir()} == known
