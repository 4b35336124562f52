"""The form for an answer's links and files: built, filled in, sent back."""

from dataclasses import replace
from typing import Any

import pytest

from lamppu_bot.messages import ids
from lamppu_bot.messages.answer_form import build_answer_form
from lamppu_bot.messages.evidence_form import build_evidence_form, build_links_error, parse_evidence_form
from lamppu_bot.messages.ids import AnswerRef, MalformedPayloadError
from lamppu_bot.texts import texts_for
from lamppu_bot.workspace.validation import check_view
from storage.values import EvidenceKind, EvidenceView, RoundSnapshot
from tests.golden import messages_samples as samples
from tests.golden.messages_samples import ROVANIEMI
from tests.unit.test_messages_forms import input_of

FI = texts_for("fi")
OBJECTIVE, ANSWER = 101, 1001
LINK = EvidenceView(7, EvidenceKind.LINK, "https://www.example.org/a", "Loppuraportti")
FILE = EvidenceView(8, EvidenceKind.FILE, "F1", "kuva.png", 12, "image/png")


def with_evidence(*found: EvidenceView) -> RoundSnapshot:
    return replace(samples.snapshot(), evidence={ANSWER: found} if found else {})


def form(*found: EvidenceView, sent: int = 0) -> dict[str, Any]:
    return build_evidence_form(with_evidence(*found), ROVANIEMI.id, OBJECTIVE, texts=FI, sent=sent)


def sent_in(view: dict[str, Any], links: str = "", files: Any = (), removed: Any = ()) -> dict[str, Any]:
    entered = {
        ids.EVIDENCE_LINKS: {"value": links or None},
        ids.EVIDENCE_FILES: {"files": list(files)},
        ids.EVIDENCE_REMOVED: {"selected_options": [{"value": str(one)} for one in removed]},
    }
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    values = {
        block["block_id"]: {block["element"]["action_id"]: entered[block["element"]["action_id"]]} for block in inputs
    }
    return {**view, "state": {"values": values}}


def test_form_lists_what_there_is_and_offers_to_remove_it() -> None:
    shown = str(form(LINK, FILE))
    assert "Loppuraportti" in shown
    assert "kuva.png (tiedosto)" in shown
    options = input_of(form(LINK, FILE), ids.EVIDENCE_REMOVED)["element"]["options"]
    assert [option["value"] for option in options] == ["7", "8"]
    assert ids.EVIDENCE_REMOVED not in str(form())


def test_form_makes_the_round_trip() -> None:
    links = "https://a.example.org Ensimmäinen\n\nhttps://b.example.org\n"
    files = [{"id": "F9", "name": "raportti.pdf", "size": 5, "mimetype": "application/pdf"}]
    submission = parse_evidence_form(sent_in(form(LINK), links, files, [7]))
    assert submission.ref == AnswerRef(ANSWER, 0)
    assert [(one.kind, one.address, one.title) for one in submission.given] == [
        ("link", "https://a.example.org", "Ensimmäinen"),
        ("link", "https://b.example.org", "https://b.example.org"),
        ("file", "F9", "raportti.pdf"),
    ]
    assert (submission.removed, submission.wrong, submission.is_empty) == (frozenset({7}), None, False)


def test_form_sent_in_empty_says_nothing() -> None:
    assert parse_evidence_form(sent_in(form(LINK))).is_empty


def test_first_line_that_is_no_link_is_told_at_its_field() -> None:
    view = sent_in(form(), "https://a.example.org\n\nwww.example.org\nx")
    submission = parse_evidence_form(view)
    assert submission.wrong == 3
    [(block_id, said)] = build_links_error(submission, FI).items()
    assert block_id == input_of(view, ids.EVIDENCE_LINKS)["block_id"]
    assert "Rivillä 3 " in said


def test_form_sent_once_more_has_new_inputs() -> None:
    blocks = {input_of(form(sent=sent), ids.EVIDENCE_LINKS)["block_id"] for sent in (0, 1)}
    assert len(blocks) == 2


@pytest.mark.parametrize("forged", [{"private_metadata": "[1]"}, {"state": {}}])
def test_form_that_is_none_of_ours_is_refused(forged: dict[str, Any]) -> None:
    with pytest.raises(MalformedPayloadError):
        parse_evidence_form({**sent_in(form()), **forged})


@pytest.mark.parametrize("words", ["x" * 300, "\N{GRINNING FACE}" * 300, "<!channel> & <@U1>"])
def test_form_of_very_much_evidence_is_one_that_slack_takes(words: str) -> None:
    found = [EvidenceView(n, EvidenceKind.LINK, f"https://example.org/{n}", words) for n in range(1, 151)]
    check_view(form(*found), "modal", set())


def test_button_of_the_answer_s_form_tells_how_many_there_are() -> None:
    def button(found: RoundSnapshot) -> str:
        view = build_answer_form(found, ROVANIEMI.id, OBJECTIVE, texts=FI)
        [actions] = [block for block in view["blocks"] if block["type"] == "actions"]
        return str(actions["elements"][0]["text"]["text"])

    assert button(with_evidence()) == "Lisää linkkejä ja liitteitä"
    assert button(with_evidence(LINK, FILE)) == "Linkit ja liitteet (2)"
