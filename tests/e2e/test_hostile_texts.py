"""Texts made to do harm, all the way from the form into Slack, Word and Excel: they arrive as the text they are."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
import pytest
from openpyxl import load_workbook

from lamppu_bot.rehearsal import Rehearsal
from tests.e2e.acting import hand_in
from tests.e2e.conftest import MERI, at
from tests.e2e.looking import summary, uploads

MENTIONS = "<!channel> <!here> <@U0HOSTILE99> <#C1|x> <tel:112|bank> &lt;!channel&gt; *b* _i_ `c`"
FORMULAS = '=HYPERLINK("evil.example","click") \n+1+1\n@SUM(A1)\n-2+3'
TAGS = "{{ 7*7 }} {% for x in y %} {{ cycler.__init__ }} <w:p/> </w:t> <!-- ]]> &amp; {#"
ODD = "\x00a\x07b\x0bc\x1b[31md שלום \u202eevil\u202c مرحبا \ud83d🙂\u200d🙂"
EMOJI = "🙂" * 3000
ODD_CLEANED = ["a", "b", "c", "[31md", "שלום", "evil", "مرحبا"]


def marked_up(value: Any) -> Iterator[str]:
    """Every string in what the bot sent that Slack reads as mark-up."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for inner in value.values():
            yield from marked_up(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from marked_up(inner)


def runs(value: Any) -> Iterator[dict[str, Any]]:
    """Every piece of rich text."""
    if isinstance(value, dict):
        if value.get("type") == "rich_text_section":
            yield from value["elements"]
        for inner in value.values():
            yield from runs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from runs(inner)


@pytest.fixture
def reported(spring: Rehearsal) -> Rehearsal:
    hand_in(spring, spring.people[MERI], MENTIONS, FORMULAS, TAGS, f"{ODD} {EMOJI}")
    spring.move_to(at("2012-06-01 09:00"), "the report")
    return spring


def test_hostile_text_is_shown_in_slack_as_text(reported: Rehearsal) -> None:
    parts = [reply.message.blocks for reply in summary(reported).thread]
    shown = [run["text"] for run in runs(parts) if run["type"] == "text"]
    assert {MENTIONS, TAGS} <= set(shown)
    assert any(text.startswith(FORMULAS.splitlines()[0].strip()) for text in shown)
    assert "".join(shown).count("🙂") == 3002
    assert {run["type"] for run in runs(parts)} == {"text"}
    sent = [call.args for call in reported.workspace.calls if call.method in ("chat.postMessage", "chat.update")]
    said = [call["text"] for call in sent] + [text for call in sent for text in marked_up(call["blocks"])]
    for text in said:
        assert "<!channel>" not in text
        assert "<!here>" not in text
        assert "<@U0HOSTILE99>" not in text
        assert "<tel:" not in text


def test_hostile_text_arrives_in_word_as_text(reported: Rehearsal) -> None:
    form = next(file for file in uploads(reported)[0].files if file.name == "lamppu-2012-perameren-koulutussaatio.docx")
    word = docx.Document(BytesIO(form.content or b""))
    cells = [row.cells[1].text for row in word.tables[1].rows[2:]]
    assert cells[0] == MENTIONS
    assert [line.strip() for line in cells[1].splitlines()] == [line.strip() for line in FORMULAS.splitlines()]
    assert cells[2] == TAGS
    assert all(piece in cells[3] for piece in ODD_CLEANED)
    assert cells[3].count("🙂") == 3002
    assert not set(cells[3]) & set("\x00\x07\x1b\u202e\ud83d")


def test_hostile_text_arrives_in_excel_as_text(reported: Rehearsal) -> None:
    matrix = load_workbook(BytesIO(uploads(reported)[0].files[-1].content or b""))
    cells = [cell for sheet in matrix for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    results = [row[5].value for row in matrix["Tulokset"].iter_rows(min_row=2) if row[5].value]
    assert results[0] == MENTIONS
    assert results[1].splitlines()[0].strip() == FORMULAS.splitlines()[0].strip()
    assert results[2] == TAGS
    assert results[3].count("🙂") == 3002
