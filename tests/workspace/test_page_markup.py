"""Slack's texts taken apart for the page."""

from typing import Any

import pytest

from lamppu_bot.workspace import Person, Workspace
from lamppu_bot.workspace.page.elements import typed_again
from lamppu_bot.workspace.page.markup import Markup
from lamppu_bot.workspace.text import rich_text


@pytest.fixture
def markup(liisa: Person) -> Markup:
    return Markup(liisa.reader)


def runs(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [run for part in parts for run in part["runs"]]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a *b* c", [{"t": "a "}, {"t": "b", "b": True}, {"t": " c"}]),
        ("*b _bi_*", [{"t": "b ", "b": True}, {"t": "bi", "b": True, "i": True}]),
        ("2*3*4 a_b_c", [{"t": "2*3*4 a_b_c"}]),
        ("* ei *", [{"t": "* ei *"}]),
        ("~yli~ `*koodi*`", [{"t": "yli", "s": True}, {"t": " "}, {"t": "*koodi*", "c": True}]),
        ("&lt;b&gt; &amp;amp;", [{"t": "<b> &amp;"}]),
        ("<!here> :tada: :omaa:", [{"t": "@here", "m": True}, {"t": " 🎉 :omaa:"}]),
        ("<https://example.org/a_b_c>", [{"t": "https://example.org/a_b_c", "u": "https://example.org/a_b_c"}]),
        ("<mailto:a@example.org|kirje>", [{"t": "kirje", "u": "mailto:a@example.org"}]),
        ("<javascript:alert(1)|tästä>", [{"t": "tästä"}]),
        ("<data:text/html,x|tästä>", [{"t": "tästä"}]),
        ("*<https://example.org|x>*", [{"t": "x", "b": True, "u": "https://example.org"}]),
        ("", []),
    ],
)
def test_mrkdwn(markup: Markup, text: str, wanted: list[dict[str, Any]]) -> None:
    assert runs(markup.mrkdwn(text)) == wanted


def test_quoted_lines_stand_by_themselves(markup: Markup) -> None:
    parts = markup.mrkdwn("alku\n&gt; eka\n> toka\nloppu")
    assert [(part["p"], part["runs"][0]["t"]) for part in parts] == [
        ("text", "alku"),
        ("quote", "eka\ntoka"),
        ("text", "loppu"),
    ]


def test_link_to_a_message_of_the_workspace_leads_there(ws: Workspace, markup: Markup) -> None:
    [run] = runs(markup.mrkdwn(f"<{ws.url}/archives/C0000000001/p1336543200000100|viesti>"))
    assert run == {"t": "viesti", "go": {"channel": "C0000000001", "ts": "1336543200.000100"}}


def test_plain_text_is_left_as_it_is(markup: Markup) -> None:
    assert markup.text({"type": "plain_text", "text": "*a* <b> &amp; :x:"}) == [
        {"p": "text", "runs": [{"t": "*a* <b> &amp; ❌"}]}
    ]


def test_rich_text_keeps_lists_and_looks(markup: Markup, liisa: Person) -> None:
    style = {"bold": True, "italic": False, "code": True}
    section = {
        "type": "rich_text_section",
        "elements": [
            {"type": "text", "text": "<b>", "style": style},
            {"type": "user", "user_id": liisa.id},
            {"type": "link", "url": "javascript:x", "text": "x"},
        ],
    }
    numbered = {"type": "rich_text_list", "style": "ordered", "indent": 1, "offset": 2, "elements": [section]}
    [part] = markup.rich_text({"type": "rich_text", "elements": [numbered]})
    assert {key: part[key] for key in ("p", "ordered", "indent", "start")} == {
        "p": "list",
        "ordered": True,
        "indent": 1,
        "start": 3,
    }
    bold, mention, link = part["items"][0]
    assert bold == {"t": "<b>", "b": True, "c": True}
    assert mention == {"t": "@Liisa Lamppu", "m": True}
    assert link == {"t": "x"}


def test_markdown_of_the_commonest_kind(markup: Markup) -> None:
    parts = markup.markdown("## Otsikko\n1. eka\n2. **toka**\n> lainaus\nloppu [x](javascript:y) [z](https://z.org)")
    assert [part["p"] for part in parts] == ["heading", "list", "quote", "text"]
    assert parts[1]["items"][1] == [{"t": "toka", "b": True}]
    assert parts[3]["runs"] == [{"t": "loppu "}, {"t": "x"}, {"t": " "}, {"t": "z", "u": "https://z.org"}]


def test_what_was_typed_is_typed_again() -> None:
    typed = "Alku:\n- eka\n- toka https://example.org\nloppu www.redu.fi."
    assert typed_again(rich_text(typed)) == typed
