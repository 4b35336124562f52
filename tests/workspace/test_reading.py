"""What people read: blocks, files, dates and names as text; transcripts; waiting."""

import time
from datetime import UTC, datetime

import pytest

from lamppu_bot.workspace import Workspace

MAY = datetime(2012, 5, 31, 9, 30, tzinfo=UTC).timestamp()


def plain(text):
    return {"type": "plain_text", "text": text}


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def test_blocks_are_read_as_lines(client, liisa):
    chart = {
        "type": "line",
        "series": [{"name": "Tulos", "data": [{"label": "Kevät", "value": 1}, {"label": "Syksy", "value": 2}]}],
        "axis_config": {"categories": ["Kevät", "Syksy"]},
    }
    runs = [{"type": "text", "text": "a <b> & "}, {"type": "link", "url": "https://x.fi", "text": "linkki"}]
    items = [{"type": "rich_text_section", "elements": [{"type": "text", "text": "kohta"}]}] * 2
    blocks = [
        {"type": "header", "text": plain("Tila")},
        {"type": "section", "text": mrkdwn("*1*\n2 &lt; 3"), "fields": [plain("kenttä")]},
        {"type": "divider"},
        {"type": "context", "elements": [plain("pieni"), mrkdwn("teksti")]},
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": runs},
                {"type": "rich_text_list", "style": "ordered", "elements": items},
            ],
        },
        {"type": "table", "rows": [[{"type": "raw_text", "text": one} for one in ("A", "B")]]},
        {"type": "data_visualization", "title": "Kaavio", "chart": chart},
        {
            "type": "actions",
            "elements": [
                {"type": "button", "text": plain("Avaa")},
                {"type": "overflow", "options": [{"text": plain("Ohita"), "value": "x"}]},
            ],
        },
    ]
    client.chat_postMessage(channel=liisa.id, text="vara &amp; teksti", blocks=blocks)
    (message,) = liisa.messages()
    assert message.lines == [
        "Tila",
        "*1*",
        "2 < 3",
        "kenttä",
        "---",
        "pieni  teksti",
        "a <b> & linkki",
        "1. kohta",
        "2. kohta",
        "A | B",
        "Kaavio (line)",
        "Tulos: Kevät 1, Syksy 2",
        "[Avaa] [Ohita]",
    ]
    assert message.buttons == ["Avaa", "Ohita"]
    assert message.fallback == "vara & teksti"


def test_references_are_read_in_the_readers_locale_and_zone(ws, client, liisa):
    channel = ws.add_channel("hanke", members=[liisa])
    text = f"<@{liisa.id}> <#{channel.id}> <https://x.fi|linkki> <!here> <!date^{MAY:.0f}^{{date}} {{time}}|vara>"
    client.chat_postMessage(channel=channel.id, text=text)
    assert liisa.messages(channel)[0].text == "@Liisa Lamppu #hanke linkki @here 31. toukokuuta 2012 12.30"


def test_what_people_type_arrives_escaped_with_rich_text_beside_it(ws, liisa):
    ws.settings.events.add("message.im")
    liisa.say("Tulos <!channel> & muuta:\n- https://x.fi/a?b=1&c=2\n- toinen")
    event = ws.deliveries[-1].payload["event"]
    assert event["text"] == "Tulos &lt;!channel&gt; &amp; muuta:\n• <https://x.fi/a?b=1&c=2>\n• toinen"
    section, bullets = event["blocks"][0]["elements"]
    assert section["elements"] == [{"type": "text", "text": "Tulos <!channel> & muuta:"}]
    assert bullets["elements"][0]["elements"] == [{"type": "link", "url": "https://x.fi/a?b=1&c=2"}]
    assert liisa.messages()[0].text == "Tulos <!channel> & muuta:\n• https://x.fi/a?b=1&c=2\n• toinen"


def test_address_is_a_link_without_its_protocol_too_and_without_the_full_stop_after_it(ws, liisa):
    ws.settings.events.add("message.im")
    liisa.say("Malli on osoitteessa www.redu.fi. Katso https://x.fi/a (ohje)!")
    event = ws.deliveries[-1].payload["event"]
    assert event["text"] == "Malli on osoitteessa <http://www.redu.fi|www.redu.fi>. Katso <https://x.fi/a> (ohje)!"
    links = [run for run in event["blocks"][0]["elements"][0]["elements"] if run["type"] == "link"]
    assert links == [
        {"type": "link", "url": "http://www.redu.fi", "text": "www.redu.fi"},
        {"type": "link", "url": "https://x.fi/a"},
    ]
    assert liisa.messages()[0].text == "Malli on osoitteessa www.redu.fi. Katso https://x.fi/a (ohje)!"


def test_transcript_names_people_and_indents_threads():
    with Workspace(clock=lambda: MAY) as ws:
        liisa = ws.add_person("Liisa Lamppu", "liisa@example.org")
        olli = ws.add_person("Olli Ohjaaja", "olli@example.org")
        channel = ws.add_channel("hanke", members=[liisa, olli])
        question = liisa.say("Missä mennään?", channel)
        answer = olli.say("Valmista", channel, thread_ts=question)
        olli.edit(answer, "Valmista tuli")
        liisa.upload("lomake.docx", b"PK", channel=channel)
        text = ws.transcript(channel)
    assert text.splitlines() == [
        "Liisa Lamppu, 2012-05-31 12:30",
        "    Missä mennään?",
        "    Olli Ohjaaja, 2012-05-31 12:30 (edited)",
        "        Valmista tuli",
        "",
        "Liisa Lamppu, 2012-05-31 12:30",
        "    (lomake.docx)",
    ]


def test_people_see_only_their_own_conversations(ws, client, liisa, olli):
    secret = ws.add_channel("salainen", members=[liisa], private=True)
    client.chat_postMessage(channel=secret.id, text="salaisuus")
    client.chat_postMessage(channel=liisa.id, text="Liisalle")
    assert [one.text for one in liisa.everything()] == ["salaisuus", "Liisalle"]
    assert olli.everything() == []


def test_waiting_in_vain_says_for_what_and_ends_in_time(liisa):
    start = time.monotonic()
    with pytest.raises(AssertionError, match=r"Liisa Lamppu to see 'tuloksia'"):
        liisa.wait_for("tuloksia", timeout=0.05)
    assert time.monotonic() - start < 3
