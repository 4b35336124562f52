"""Long Documents in pieces: at the limit, above it, and for whatever hypothesis thinks of."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamppu_bot import richtext

TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from("aä \n\t•-👩‍👧\u0301\u202e\ud83d\ude00<&"), st.characters()), max_size=120
)
STYLES = st.sampled_from([None, {"bold": True}, {"italic": True, "code": True}, {"odd": True}])
INLINES = st.one_of(
    st.builds(lambda text, style: {"type": "text", "text": text, "style": style}, TEXTS, STYLES),
    st.builds(lambda text: {"type": "link", "url": "https://x.fi/sivu", "text": text}, TEXTS),
    st.sampled_from([{"type": "emoji", "name": "x", "unicode": "2764-fe0f"}, {"type": "user", "user_id": "U1"}]),
)
SECTIONS = st.builds(lambda inlines: {"type": "rich_text_section", "elements": inlines}, st.lists(INLINES, max_size=4))
BLOCKS = st.one_of(
    SECTIONS,
    st.builds(
        lambda kind, inlines: {"type": kind, "elements": inlines},
        st.sampled_from(["rich_text_quote", "rich_text_preformatted"]),
        st.lists(INLINES, max_size=3),
    ),
    st.builds(
        lambda style, indent, offset, items: {
            "type": "rich_text_list",
            "style": style,
            "indent": indent,
            "offset": offset,
            "elements": items,
        },
        st.sampled_from(["bullet", "ordered"]),
        st.integers(-1, 12),
        st.integers(0, 12),
        st.lists(SECTIONS, max_size=4),
    ),
)
DOCUMENTS = st.lists(BLOCKS, max_size=6)


def without_space(text):
    return re.sub(r"\s+", "", text)


@given(DOCUMENTS)
def test_normalisation_is_idempotent(elements):
    document = richtext.from_rich_text(elements)
    assert richtext.from_rich_text(document) == document
    assert richtext.clean(richtext.plain(document)) == richtext.plain(document)


@given(DOCUMENTS, st.integers(64, 200))
def test_chunks_fit_and_lose_nothing(elements, limit):
    document = richtext.from_rich_text(elements)
    pieces = richtext.chunks(document, limit)
    assert all(len(richtext.plain(piece)) <= limit for piece in pieces)
    assert without_space("".join(map(richtext.plain, pieces))) == without_space(richtext.plain(document))
    assert all(richtext.from_rich_text(piece) == piece for piece in pieces)


@given(st.lists(st.text("abcäö", min_size=1, max_size=64), min_size=1, max_size=80), st.integers(64, 100))
def test_chunks_cut_no_word(words, limit):
    pieces = richtext.chunks(richtext.from_plain(" ".join(words)), limit)
    assert [word for piece in pieces for word in richtext.plain(piece).split()] == words


@pytest.mark.parametrize(("length", "count"), [(99, 1), (100, 1), (101, 2)])
def test_chunks_at_the_limit(length, count):
    assert len(richtext.chunks(richtext.from_plain("a" * length), 100)) == count


def test_chunks_of_an_empty_document_are_none():
    assert richtext.chunks([], 100) == []


def test_chunks_refuse_a_limit_without_room():
    with pytest.raises(ValueError, match="room"):
        richtext.chunks([], 63)


def test_chunks_prefer_the_end_of_a_paragraph():
    first, second = "sana " * 12 + "loppu.", "toinen " * 12 + "loppu."
    pieces = richtext.chunks(richtext.from_plain(f"{first}\n\n{second}"), 100)
    assert [richtext.plain(piece) for piece in pieces] == [first, second]


def test_chunks_number_an_ordered_list_on():
    items = [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x" * 30}]} for _ in range(4)]
    listed = {"type": "rich_text_list", "style": "ordered", "indent": 0, "elements": items}
    pieces = richtext.chunks([listed], 70)
    assert [richtext.plain(piece)[:2] for piece in pieces] == ["1.", "3."]
    assert "\n".join(map(richtext.plain, pieces)) == richtext.plain([listed])


def test_chunks_repeat_no_bullet_of_a_long_item():
    pieces = richtext.chunks(richtext.from_plain("- " + "sana " * 60), 100)
    assert len(pieces) > 2
    assert "".join(map(richtext.plain, pieces)).count("•") == 1


def test_chunks_cut_three_thousand_emoji_between_emoji():
    family = "👩‍👩‍👧‍👦"
    pieces = richtext.chunks(richtext.from_plain(family * 430), 100)
    assert all(set(richtext.graphemes(richtext.plain(piece))) == {family} for piece in pieces)


def test_chunks_keep_a_styled_word_whole():
    word = [{"type": "text", "text": "osa"}, {"type": "text", "text": "hanke", "style": {"bold": True}}]
    filler = {"type": "text", "text": "x" * 60 + " "}
    pieces = richtext.chunks([{"type": "rich_text_section", "elements": [filler, *word]}], 64)
    assert richtext.plain(pieces[1]) == "osahanke"


def test_chunks_cut_a_link_longer_than_the_limit_into_text():
    link = {"type": "link", "url": "https://x.fi/" + "a" * 200}
    pieces = richtext.chunks([{"type": "rich_text_section", "elements": [link]}], 100)
    assert "".join(map(richtext.plain, pieces)) == link["url"]
