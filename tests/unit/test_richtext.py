"""Texts of answers: what goes into a Document, what comes out, and that nothing on the way is lost or evaluated."""

import json

import pytest

from lamppu_bot import richtext

HOSTILE = [
    "<!channel> <@U012AB3CD> <!here|here>",
    '=HYPERLINK("http://example.org";"x")',
    "{{ 7*7 }} {% for x in y %} {# no comment #}",
    "<w:p><w:r/></w:p> ]]> &amp; &lt;",
    "שלום עולם, مرحبا بالعالم",
    "👩‍👩‍👧‍👦" * 400,
]


def section(*inlines):
    return {"type": "rich_text_section", "elements": list(inlines)}


def text(words, **style):
    return {"type": "text", "text": words} | ({"style": style} if style else {})


def bullets(*items, indent=0, style="bullet"):
    return {"type": "rich_text_list", "style": style, "indent": indent, "elements": [section(text(i)) for i in items]}


def rich(*elements):
    return {"type": "rich_text", "elements": list(elements)}


def test_from_rich_text_keeps_paragraphs_lists_quotes_and_styles():
    elements = [
        section(text("Keväällä "), text("tehtiin", bold=True)),
        bullets("yksi", "kaksi"),
        {"type": "rich_text_quote", "elements": [text("lainaus", italic=True)]},
        {"type": "rich_text_preformatted", "elements": [text("a  b")]},
    ]
    assert richtext.from_rich_text(rich(*elements)) == elements


def test_from_rich_text_reads_the_state_of_an_input():
    state = {"type": "rich_text_input", "rich_text_value": rich(section(text("sana")))}
    assert richtext.from_rich_text(state) == [section(text("sana"))]


@pytest.mark.parametrize("value", [None, {}, [], {"type": "rich_text"}, "sana", 3, {"elements": "x"}])
def test_from_rich_text_of_nothing_is_empty(value):
    assert richtext.from_rich_text(value) == []


@pytest.mark.parametrize(
    ("inline", "expected"),
    [
        ({"type": "user", "user_id": "U1"}, "@U1"),
        ({"type": "usergroup", "usergroup_id": "S1"}, "@S1"),
        ({"type": "channel", "channel_id": "C1"}, "#C1"),
        ({"type": "broadcast", "range": "channel"}, "@channel"),
        ({"type": "emoji", "name": "wave", "unicode": "1f44b-1f3fd"}, "👋🏽"),
        ({"type": "emoji", "name": "lamppu"}, ":lamppu:"),
        ({"type": "emoji", "name": "odd", "unicode": "zz"}, ":odd:"),
        ({"type": "emoji", "name": "huge", "unicode": "ffffffff"}, ":huge:"),
        ({"type": "date", "timestamp": 1333238400, "format": "{date}", "fallback": "1.4.2012"}, "1.4.2012"),
        ({"type": "date", "timestamp": 1333238400, "format": "{date}"}, "2012-04-01"),
        ({"type": "color", "value": "#F405B3"}, "#F405B3"),
        ({"type": "hologram", "text": {"type": "plain_text", "text": "uusi"}}, "uusi"),
        ({"type": "hologram"}, "[hologram]"),
        ({"type": "link", "url": "javascript:alert(1)", "text": "paina"}, "paina (javascript:alert(1))"),
        ({"type": "link", "url": "file:///etc/passwd"}, "file:///etc/passwd"),
    ],
)
def test_from_rich_text_turns_what_is_no_text_into_text(inline, expected):
    assert richtext.from_rich_text([section(text("a "), inline)]) == [section(text("a " + expected))]


def test_from_rich_text_keeps_the_words_of_unknown_blocks():
    table = {"type": "rich_text_table", "elements": [{"elements": [text("solu")]}, {"elements": [text(" toinen")]}]}
    assert richtext.plain(richtext.from_rich_text([table])) == "solu toinen"


def test_from_rich_text_merges_runs_and_drops_foreign_styles():
    inlines = [text("a"), text("b", underline=True), text("c", bold=False), text("d", bold=True, unlink=True)]
    assert richtext.from_rich_text([section(*inlines)]) == [section(text("abc"), text("d", bold=True))]


def test_from_rich_text_removes_newlines_at_the_ends_of_a_paragraph():
    assert richtext.from_rich_text([section(text("\na\n\nb\n")), bullets("c")]) == [
        section(text("a\n\nb")),
        bullets("c"),
    ]


def test_from_rich_text_limits_the_indent_and_drops_empty_items():
    given = bullets("a", "  ", indent=99)
    assert richtext.from_rich_text([given]) == [bullets("a", indent=8)]


def test_from_rich_text_survives_endless_nesting():
    nested = section(text("ytimessä"))
    for _ in range(500):
        nested = section(nested)
    assert richtext.from_rich_text([nested]) == []


def test_clean_removes_what_xml_and_slack_cannot_carry():
    assert richtext.clean("a\x00\x08b\tc\x1f\x7f\ud800d\ufffe\uffff\udc00") == "ab\tcd"


def test_clean_makes_newlines_of_all_line_ends():
    assert richtext.clean("a\r\nb\rc\vd\fe\x85f\u2028g\u2029h") == "a\nb\nc\nd\ne\nf\ng\nh"


def test_clean_joins_a_pair_of_surrogates():
    assert richtext.clean("\ud83d\x00\ude00!") == "😀!"


def test_clean_removes_directions_that_would_spill_over_the_document():
    assert richtext.clean("tulos \u202e.txt\u2067 \u2069\u200fשלום") == "tulos .txt \u200fשלום"


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_text_stays_the_text_it_is(words):
    state = rich(section(text(words)))
    document = richtext.from_rich_text(state)
    assert richtext.plain(document) == words
    assert richtext.rich_text_block(document, "b") == state | {"block_id": "b"}
    assert richtext.plain(richtext.from_rich_text(json.loads(json.dumps(document)))) == words


def test_from_plain_reads_paragraphs_and_bullets():
    document = richtext.from_plain("Kevät:\n\nToinen kappale.\n- yksi\n• kaksi\n  - syvempi\nLoppu")
    assert document == [
        section(text("Kevät:\n\nToinen kappale.")),
        bullets("yksi", "kaksi"),
        bullets("syvempi", indent=1),
        section(text("Loppu")),
    ]


@pytest.mark.parametrize("line", ["-5 astetta", "- ", "5 - 3", "–ei luetelma"])
def test_from_plain_takes_no_dash_for_a_bullet(line):
    assert [block["type"] for block in richtext.from_plain(line)] == ["rich_text_section"]


@pytest.mark.parametrize(
    ("words", "url", "label"),
    [
        ("Katso https://redu.fi/a?b=1&c=2.", "https://redu.fi/a?b=1&c=2", None),
        ("(sivu http://redu.fi/x)", "http://redu.fi/x", None),
        ("http://redu.fi/x_(y), ja", "http://redu.fi/x_(y)", None),
        ("osoitteesta www.redu.fi", "http://www.redu.fi", "www.redu.fi"),
    ],
)
def test_from_plain_makes_links_of_addresses(words, url, label):
    document = richtext.from_plain(words)
    links = [run for run in document[0]["elements"] if run["type"] == "link"]
    assert links == [{"type": "link", "url": url} | ({"text": label} if label else {})]
    assert richtext.plain(document) == words


def test_from_message_prefers_the_rich_text_block():
    event = {"text": "*sana*", "blocks": [rich(section(text("sana", bold=True)))]}
    assert richtext.from_message(event) == [section(text("sana", bold=True))]


def test_from_message_reads_escaped_text():
    event = {"text": "a &lt;b&gt; &amp;amp; <http://redu.fi/?a=1&amp;b=2|sivut> <mailto:a@b.fi|a@b.fi> <https://x.fi>"}
    assert richtext.from_message(event) == [
        section(
            text("a <b> &amp; "),
            {"type": "link", "url": "http://redu.fi/?a=1&b=2", "text": "sivut"},
            text(" "),
            {"type": "link", "url": "mailto:a@b.fi", "text": "a@b.fi"},
            text(" "),
            {"type": "link", "url": "https://x.fi"},
        )
    ]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<@U1>", "@U1"),
        ("<@U1|maija>", "@maija"),
        ("<#C1|yleinen>", "#yleinen"),
        ("<!channel>", "@channel"),
        ("<!here|here>", "@here"),
        ("<!subteam^S1|@ryhma>", "@ryhma"),
        ("<!subteam^S1>", "@S1"),
        ("<!date^1333238400^{date}|1.4.2012>", "1.4.2012"),
        ("<!date^1333238400^{date}>", "2012-04-01"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_from_message_shows_references_as_read(markup, expected):
    assert richtext.plain(richtext.from_message({"text": f"x {markup}"})) == f"x {expected}"


@pytest.mark.parametrize("event", [{}, {"text": None}, {"text": ""}, {"blocks": None}, {"blocks": [{"type": "image"}]}])
def test_from_message_without_words_is_empty(event):
    assert richtext.from_message(event) == []


def test_plain_shows_lists_and_links():
    linked = section({"type": "link", "url": "https://redu.fi/", "text": "redu.fi"}, text(", "))
    document = [
        linked,
        section({"type": "link", "url": "https://redu.fi", "text": "sivut"}),
        bullets("a", style="ordered"),
        bullets("b", indent=1),
        bullets("c", style="ordered") | {"offset": 1},
    ]
    assert richtext.plain(document) == "redu.fi, \nsivut (https://redu.fi)\n1. a\n    • b\n2. c"


def test_join_keeps_the_order_of_messages():
    parts = [richtext.from_plain("a"), [], richtext.from_plain("- b"), richtext.from_plain("c")]
    assert richtext.plain(richtext.join(parts)) == "a\n• b\nc"


@pytest.mark.parametrize("words", ["", "   \n ", "\u200b\u200d"])
def test_is_empty_where_nothing_can_be_read(words):
    assert richtext.is_empty(richtext.from_plain(words))
    assert not richtext.is_empty(richtext.from_plain(words + "–"))


def test_as_input_value_of_an_empty_document_is_none():
    assert richtext.as_input_value([]) is None
    assert richtext.as_input_value([section(text("a"))]) == rich(section(text("a")))


def test_rich_text_block_of_an_empty_document_is_what_slack_takes():
    assert richtext.rich_text_block([]) == rich(section(text(" ")))


def test_rich_text_block_of_what_somebody_wrote_pings_nobody():
    written = rich(section({"type": "broadcast", "range": "everyone"}, {"type": "user", "user_id": "U1"}))
    assert richtext.rich_text_block(richtext.from_rich_text(written)) == rich(section(text("@everyone@U1")))


def test_word_count_counts_words_alone():
    document = richtext.from_plain("BM-vierailu – ja 10 muuta 🎉\n- https://redu.fi/a")
    assert richtext.word_count(document) == 5


def test_graphemes_keeps_together_what_a_reader_takes_for_one():
    words = "a\u0308👩‍👩‍👧👋🏽🇫🇮🇸🇪🏴\U000e0067\U000e007f한❤️"
    assert list(richtext.graphemes(words)) == [
        "a\u0308",
        "👩‍👩‍👧",
        "👋🏽",
        "🇫🇮",
        "🇸🇪",
        "🏴\U000e0067\U000e007f",
        "한",
        "❤️",
    ]
