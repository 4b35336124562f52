"""Links and files as people give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamppu_bot.given import file_of, link_of
from storage.values import EvidenceKind, NewEvidence


def a_link(address: str, title: str) -> NewEvidence:
    return NewEvidence(EvidenceKind.LINK, address, title)


@pytest.mark.parametrize(
    ("line", "address", "title"),
    [
        ("https://www.example.org/a", "https://www.example.org/a", "https://www.example.org/a"),
        ("  http://example.org  Loppuraportti 2012 ", "http://example.org", "Loppuraportti 2012"),
        ("Loppuraportti: <https://example.org/ä?x=1#y>", "https://example.org/ä?x=1#y", "Loppuraportti:"),
        ("HTTPS://EXAMPLE.ORG", "HTTPS://EXAMPLE.ORG", "HTTPS://EXAMPLE.ORG"),
        ("https://example.org:8080/a b", "https://example.org:8080/a", "b"),
    ],
)
def test_line_with_one_address_is_a_link(line: str, address: str, title: str) -> None:
    assert link_of(line) == a_link(address, title)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "www.example.org",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.org",
        "mailto:a@example.org",
        "https://",
        "https://localhost/x",
        "https://user:secret@example.org",
        "https://[::1",
        "https://a.example.org https://b.example.org",
        f"https://example.org/{'x' * 2_000}",
    ],
)
def test_line_that_is_no_link_is_none(line: str) -> None:
    assert link_of(line) is None


@given(st.text(max_size=60))
def test_any_line_is_a_link_or_none(line: str) -> None:
    found = link_of(f"{line} https://example.org/a")
    assert found is None or (found.address.startswith("http") and found.title.strip())


def test_file_is_known_by_its_id_and_name() -> None:
    told = {"id": "F1", "name": "a\nb.pdf", "size": 12, "mimetype": "application/pdf", "url_private": "https://x"}
    assert file_of(told) == NewEvidence(EvidenceKind.FILE, "F1", "a b.pdf", 12, "application/pdf")
    assert file_of({"id": "F1"}) == NewEvidence(EvidenceKind.FILE, "F1", "F1")
    assert file_of({"id": "F1", "name": "\x00", "size": -1}) == NewEvidence(EvidenceKind.FILE, "F1", "F1")


@pytest.mark.parametrize("file", [{}, {"id": None}, {"id": ""}, {"id": 5}])
def test_file_without_an_id_is_none(file: dict[str, object]) -> None:
    assert file_of(file) is None
