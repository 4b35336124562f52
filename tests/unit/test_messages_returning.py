"""The forms that return an answer or enter one on a partner's behalf: what is sent back is what was meant."""

from datetime import date
from typing import Any

import pytest

from lamppu_bot import richtext
from lamppu_bot.messages import ids
from lamppu_bot.messages.behalf import (
    build_behalf_conflict,
    build_behalf_errors,
    build_behalf_form,
    build_behalf_refusal,
    parse_behalf_form,
)
from lamppu_bot.messages.ids import AnswerRef, MalformedPayloadError, Tool, ToolRef
from lamppu_bot.messages.picking import Picked, build_pick_form, parse_pick_form
from lamppu_bot.messages.return_form import (
    NOTE,
    ReturnSubmission,
    build_return_conflict,
    build_return_errors,
    build_return_form,
    build_return_refusal,
    parse_return_form,
)
from lamppu_bot.texts import texts_for
from storage.values import AnswerState
from tests.golden.messages_samples import OBJECTIVES, ROVANIEMI
from tests.golden.returning_cases import DUE, OPEN
from tests.unit.test_messages_forms import filled

FI = texts_for("fi")
DAY = date(2012, 7, 6)
ANSWERED, RETURNED, MISSING = ((DUE, ROVANIEMI.id, number) for number in (101, 103, 105))
DRAFTED = (OPEN, ROVANIEMI.id, 102)


def block_ids(view: dict[str, Any]) -> set[str]:
    return {block["block_id"] for block in view["blocks"] if block["type"] == "input"}


def test_return_form_makes_the_round_trip() -> None:
    view = build_return_form(ANSWERED, note="Kerro lisää.", day=DAY, texts=FI)
    assert parse_return_form(filled(view)) == ReturnSubmission(AnswerRef(1001, 2), "Kerro lisää.", DAY)
    changed = filled(view, return_note="  Kerro\u0000 kaikki.\n", return_day="2012-07-09")
    assert parse_return_form(changed) == ReturnSubmission(AnswerRef(1001, 2), "Kerro kaikki.", date(2012, 7, 9))


def test_form_of_a_returned_answer_offers_to_accept_it() -> None:
    view = build_return_form(RETURNED, note="Kerro lisää.", day=DAY, texts=FI)
    assert not parse_return_form(filled(view)).accepts
    assert parse_return_form(filled(view, return_choice="accept")).accepts


def test_return_conflict_keeps_what_was_typed_for_the_newer_version() -> None:
    sent = ReturnSubmission(AnswerRef(1003, 1), "Oma kommenttini.", DAY, accepts=True)
    found = parse_return_form(filled(build_return_conflict(RETURNED, sent, texts=FI)))
    assert found == ReturnSubmission(AnswerRef(1003, 2), "Oma kommenttini.", DAY, accepts=True)


def test_return_errors_stand_beside_the_form_s_inputs() -> None:
    view = build_return_form(ANSWERED, note="", day=DAY, texts=FI)
    sent = parse_return_form(filled(view))
    assert set(build_return_errors(sent, FI)) < block_ids(view)
    assert set(build_return_refusal(sent, "Ei.", is_of_day=True)) < block_ids(view)
    assert build_return_refusal(sent, "Ei.", is_of_day=True) != build_return_refusal(sent, "Ei.", is_of_day=False)


def test_comment_typed_beside_the_word_is_cut_to_what_the_form_takes() -> None:
    view = build_return_form(ANSWERED, note="x" * 3_000, day=DAY, texts=FI)
    assert len(parse_return_form(filled(view)).note) == NOTE


@pytest.mark.parametrize("change", [{"return_day": "tomorrow"}, {"return_day": "2012-02-30"}])
def test_return_form_takes_no_other_day(change: dict[str, str]) -> None:
    view = build_return_form(ANSWERED, note="Kerro lisää.", day=DAY, texts=FI)
    with pytest.raises(MalformedPayloadError):
        parse_return_form(filled(view, **change))


def test_behalf_form_makes_the_round_trip() -> None:
    view = build_behalf_form(MISSING, typed="Puhelimessa kerrottua.", texts=FI)
    found = parse_behalf_form(filled(view, answer_choice="nothing"))
    assert (found.ref, found.choice) == (AnswerRef(1005, 0), AnswerState.NOTHING)
    assert richtext.plain(found.document) == "Puhelimessa kerrottua."


def test_behalf_form_hides_a_private_draft_and_keeps_what_was_typed() -> None:
    view = build_behalf_form(DRAFTED, typed="", texts=FI)
    assert "mittareihin" not in str(view)
    sent = parse_behalf_form(filled(build_behalf_form(DRAFTED, typed="Oma.", texts=FI)))
    conflict = build_behalf_conflict(DRAFTED, sent, texts=FI)
    assert "mittareihin" not in str(conflict)
    assert parse_behalf_form(filled(conflict)).document == sent.document


def test_behalf_errors_stand_beside_the_form_s_inputs() -> None:
    view = build_behalf_form(MISSING, typed="", texts=FI)
    sent = parse_behalf_form(filled(view))
    assert set(build_behalf_errors(sent, FI)) < block_ids(view)
    assert set(build_behalf_refusal(sent, "Ei.")) < block_ids(view)


def test_behalf_form_takes_no_draft() -> None:
    view = filled(build_behalf_form(MISSING, typed="Oma.", texts=FI))
    for block in view["state"]["values"].values():
        if ids.ANSWER_CHOICE in block:
            block[ids.ANSWER_CHOICE] = {"selected_option": {"value": "draft"}}
    with pytest.raises(MalformedPayloadError):
        parse_behalf_form(view)


def test_pick_form_carries_the_tool_and_what_was_typed() -> None:
    ref = ToolRef(Tool.RETURN, 7, ROVANIEMI.id)
    choices = [(one, DUE.answers[ROVANIEMI.id, one.id]) for one in OBJECTIVES]
    view = build_pick_form(ref, DUE, choices, typed="Kerro lisää.\nJa paikka.", texts=FI)
    (block,) = block_ids(view)
    chosen = {"selected_option": {"value": AnswerRef(1003, 2).encode()}}
    sent = {**view, "state": {"values": {block: {ids.PICK_ANSWER: chosen}}}}
    picked = ToolRef(Tool.RETURN, 7, ROVANIEMI.id, 1003)
    assert parse_pick_form(sent) == Picked(picked, "Kerro lisää.\nJa paikka.")


@pytest.mark.parametrize("parse", [parse_return_form, parse_behalf_form, parse_pick_form])
@pytest.mark.parametrize("metadata", [None, "", "[1]", '["a",1]', "{}", "[1,2,3,4,5]"])
def test_other_views_are_refused(parse: Any, metadata: str | None) -> None:
    with pytest.raises(MalformedPayloadError):
        parse({"private_metadata": metadata, "state": {"values": {}}})
