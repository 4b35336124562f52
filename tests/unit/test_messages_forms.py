"""The forms and buttons: what is built, filled in and sent back is what was meant, and nothing else is taken."""

from datetime import date
from typing import Any

import pytest

from lamppu_bot import richtext
from lamppu_bot.messages import ids
from lamppu_bot.messages.answer_details import DetailsSubmission
from lamppu_bot.messages.answer_form import (
    AnswerSubmission,
    build_answer_form,
    build_conflict_form,
    build_form_errors,
    build_storage_errors,
    is_complete,
    parse_answer_form,
)
from lamppu_bot.messages.card import build_card
from lamppu_bot.messages.ids import MalformedPayloadError, Tool, ToolRef
from lamppu_bot.messages.postpone_form import (
    PostponeSubmission,
    build_postpone_errors,
    build_postpone_form,
    parse_postpone_form,
)
from lamppu_bot.texts import texts_for
from storage.values import AnswerState, DetailsSaid, RoundState
from tests.golden import messages_samples as samples
from tests.golden.messages_samples import KUUSAMO, OBJECTIVES, ROVANIEMI, TODAY

FI = texts_for("fi")
HALF_WAY = samples.snapshot()
ANSWERED, DRAFT, MISSING, RETURNED = 101, 102, 105, 103
NOTHING_BESIDE = DetailsSubmission(DetailsSaid(continuing=""))


def filled(view: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The view as Slack sends it in: inputs hold what they were prefilled with, or what was changed."""
    values: dict[str, dict[str, Any]] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            values[block["block_id"]] = {element["action_id"]: _state(element, changes.get(element["action_id"]))}
    return {**view, "state": {"values": values}}


def _state(element: dict[str, Any], changed: Any) -> dict[str, Any]:
    kind = element["type"]
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": changed if changed is not None else element.get("initial_value")}
    if kind == "plain_text_input":
        return {"type": kind, "value": changed if changed is not None else element.get("initial_value")}
    if kind == "radio_buttons":
        options = {option["value"]: option for option in element["options"]}
        return {"type": kind, "selected_option": options[changed] if changed else element.get("initial_option")}
    return {"type": kind, "selected_date": changed or element.get("initial_date")}


def input_of(view: dict[str, Any], action_id: str) -> dict[str, Any]:
    return next(b for b in view["blocks"] if b["type"] == "input" and b["element"]["action_id"] == action_id)


def answer_form(objective_id: int, **extras: Any) -> dict[str, Any]:
    return build_answer_form(HALF_WAY, ROVANIEMI.id, objective_id, texts=FI, **extras)


@pytest.mark.parametrize("choice", ["answered", "draft", "nothing"])
def test_answer_form_makes_the_round_trip(choice: str) -> None:
    written = richtext.from_plain("Kävimme KAO:ssa.\n- ja Kuusamossa")
    view = filled(answer_form(MISSING), answer_text=richtext.as_input_value(written), answer_choice=choice)
    submission = parse_answer_form(view)
    assert submission == AnswerSubmission(ids.AnswerRef(1005, 0), AnswerState(choice), written, NOTHING_BESIDE)
    assert (submission.answer_id, submission.version) == (1005, 0)


def test_answer_form_sent_in_unchanged_is_what_was_there() -> None:
    answer = HALF_WAY.answers[ROVANIEMI.id, DRAFT]
    submission = parse_answer_form(filled(answer_form(DRAFT)))
    assert submission == AnswerSubmission(ids.AnswerRef(1002, 2), AnswerState.DRAFT, answer.document, NOTHING_BESIDE)


@pytest.mark.parametrize(("objective_id", "choice"), [(ANSWERED, "answered"), (104, "nothing"), (MISSING, "answered")])
def test_answer_form_has_the_state_chosen(objective_id: int, choice: str) -> None:
    view = answer_form(objective_id)
    assert input_of(view, ids.ANSWER_CHOICE)["element"]["initial_option"]["value"] == choice


def test_answer_form_of_a_new_version_has_new_inputs() -> None:
    views = [answer_form(DRAFT), answer_form(ANSWERED), build_answer_form(_newer(), ROVANIEMI.id, DRAFT, texts=FI)]
    assert len({input_of(view, ids.ANSWER_TEXT)["block_id"] for view in views}) == 3


def test_answer_form_goes_on_while_others_are_open() -> None:
    assert answer_form(MISSING)["submit"]["text"] == "Tallenna ja jatka"


def test_answer_form_of_the_last_open_one_only_saves() -> None:
    one_left = samples.with_states(AnswerState.ANSWERED)
    answers = {**one_left.answers, (ROVANIEMI.id, 102): samples.answer(1002, ROVANIEMI.id, 102)}
    view = build_answer_form(samples.snapshot(answers=answers), ROVANIEMI.id, 102, texts=FI)
    assert view["submit"]["text"] == "Tallenna"


def test_answer_form_numbers_within_the_partner_s_own_objectives() -> None:
    assert answer_form(102)["title"]["text"] == "Tavoite 2/5"
    assert build_answer_form(HALF_WAY, KUUSAMO.id, 102, texts=FI)["title"]["text"] == "Tavoite 2/4"


def test_answer_form_without_a_total_where_numbers_have_gaps() -> None:
    gap = samples.snapshot(objectives=OBJECTIVES[1:])
    assert build_answer_form(gap, ROVANIEMI.id, 105, texts=FI)["title"]["text"] == "Tavoite 5"


def test_answer_form_refuses_an_objective_of_another_partner() -> None:
    with pytest.raises(LookupError):
        build_answer_form(HALF_WAY, KUUSAMO.id, 105, texts=FI)


def test_answer_form_shortens_a_long_earlier_answer_and_says_so() -> None:
    found = samples.with_earlier(HALF_WAY, MISSING, richtext.from_plain("sana " * 1_000))
    view = build_answer_form(found, ROVANIEMI.id, MISSING, texts=FI)
    said = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]
    assert any(text.endswith("…") and len(text) <= 1_500 for text in said)
    assert any(block["type"] == "context" and "Lyhennetty" in str(block) for block in view["blocks"])


def test_answer_form_without_an_earlier_answer_does_not_mention_one() -> None:
    empty = samples.with_earlier(HALF_WAY, MISSING, [])
    assert "edellisellä" not in str(build_answer_form(empty, ROVANIEMI.id, MISSING, texts=FI))
    assert "edellisellä" not in str(answer_form(MISSING))


@pytest.mark.parametrize("choice", ["answered", "draft", "nothing"])
def test_empty_answer_is_an_error_at_its_input(choice: str) -> None:
    view = filled(answer_form(MISSING), answer_choice=choice)
    errors = build_form_errors(parse_answer_form(view), FI)
    assert list(errors) == [input_of(view, ids.ANSWER_TEXT)["block_id"]]


def test_blank_answer_is_empty() -> None:
    blank = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": " \n"}]}],
    }
    assert build_form_errors(parse_answer_form(filled(answer_form(MISSING), answer_text=blank)), FI)


def test_written_answer_has_no_errors() -> None:
    assert is_complete(parse_answer_form(filled(answer_form(DRAFT))))


def test_storage_error_keeps_the_form_open_at_the_text() -> None:
    view = answer_form(DRAFT)
    errors = build_storage_errors(parse_answer_form(filled(view)), FI)
    assert list(errors) == [input_of(view, ids.ANSWER_TEXT)["block_id"]]
    assert "Tekstisi on tallessa tässä lomakkeessa" in next(iter(errors.values()))


def test_conflict_form_holds_own_text_and_the_newer_version() -> None:
    mine = AnswerSubmission(ids.AnswerRef(1001, 1), AnswerState.DRAFT, richtext.from_plain("Oma tekstini."))
    view = build_conflict_form(HALF_WAY, ROVANIEMI.id, mine, objective_id=ANSWERED, texts=FI)
    again = parse_answer_form(filled(view))
    assert again == AnswerSubmission(ids.AnswerRef(1001, 2), AnswerState.DRAFT, mine.document, NOTHING_BESIDE)
    assert "Pekka Niemi ehti tallentaa ennen sinua" in str(view["blocks"])


@pytest.mark.parametrize(
    "broken",
    [
        {"private_metadata": ""},
        {"private_metadata": "[1001]"},
        {"private_metadata": '[1001,"2"]'},
        {"private_metadata": "[1001,true]"},
        {"private_metadata": "[1001,null]"},
        {"private_metadata": '{"answer_id":1001,"version":2}'},
        {"private_metadata": None},
        {"state": {"values": {}}},
        {"state": {}},
    ],
)
def test_answer_form_that_is_not_ours_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(MalformedPayloadError):
        parse_answer_form({**filled(answer_form(DRAFT)), **broken})


@pytest.mark.parametrize("choice", ["missing", "returned", "", None])
def test_answer_form_with_a_forged_choice_is_refused(choice: str | None) -> None:
    view = filled(answer_form(DRAFT))
    state = next(block for block in view["state"]["values"].values() if ids.ANSWER_CHOICE in block)
    state[ids.ANSWER_CHOICE]["selected_option"] = {"value": choice}
    with pytest.raises(MalformedPayloadError):
        parse_answer_form(view)


PLANNED = samples.snapshot(round=samples.in_state(RoundState.PLANNED))


def test_postpone_form_makes_the_round_trip() -> None:
    day, ref = date(2012, 5, 16), ToolRef(Tool.POSTPONE, 7)
    view = build_postpone_form(PLANNED, day=day, texts=FI)
    assert parse_postpone_form(filled(view)) == PostponeSubmission(ref, samples.SPRING.opens_on, day)
    other = filled(view, postpone_day="2012-05-21")
    assert parse_postpone_form(other) == PostponeSubmission(ref, samples.SPRING.opens_on, date(2012, 5, 21))


@pytest.mark.parametrize("day", ["2012-02-30", "tomorrow"])
def test_postpone_form_with_a_day_that_does_not_exist_is_refused(day: str) -> None:
    view = build_postpone_form(PLANNED, day=date(2012, 5, 16), texts=FI)
    for wrong in (filled(view, postpone_day=day), filled({**view, "private_metadata": f"[11,7,null,null]\n{day}"})):
        with pytest.raises(MalformedPayloadError):
            parse_postpone_form(wrong)


def test_postpone_error_stands_at_the_day() -> None:
    view = build_postpone_form(PLANNED, day=date(2012, 5, 16), texts=FI)
    errors = build_postpone_errors(parse_postpone_form(filled(view)), "Ei käy.")
    assert errors == {input_of(view, ids.POSTPONE_DAY)["block_id"]: "Ei käy."}


@pytest.mark.parametrize(
    "ref",
    [
        ids.AnswerRef(1, 0),
        ids.PartnerRef(2, 3),
        ids.RoundRef(4),
        ids.PageRef(0),
        ids.TalkRef(5),
        ids.StrayRef(6),
        ids.StrayRef(6, 7),
        ids.QuestionRef(8),
    ],
)
def test_value_of_a_button_comes_back(ref: ids.Ref) -> None:
    assert type(ref).decode(ids.value_of({"value": ref.encode()})) == ref
    assert type(ref).decode(ids.value_of({"selected_option": {"value": ref.encode()}})) == ref


@pytest.mark.parametrize("forged", [None, "", "x", "[]", "[1,2,3]", '["1",2]', "[1.5,2]", "{}", 7, "[[1],2]"])
def test_forged_value_is_refused(forged: object) -> None:
    with pytest.raises(MalformedPayloadError):
        ids.AnswerRef.decode(forged)


def test_menu_without_a_choice_is_refused() -> None:
    with pytest.raises(MalformedPayloadError):
        ids.StrayRef.decode(ids.value_of({"selected_option": None}))


def test_card_s_values_lead_back_to_its_answers() -> None:
    card = build_card(HALF_WAY, ROVANIEMI.id, today=TODAY, texts=FI)
    buttons = [block["accessory"] for block in card.blocks if "accessory" in block]
    refs = [ids.AnswerRef.decode(ids.value_of(button)) for button in buttons]
    assert [(ref.answer_id, ref.version) for ref in refs] == [(1001, 2), (1002, 2), (1003, 2), (1004, 2), (1005, 0)]
    onward, write = card.blocks[-2]["elements"]
    assert ids.PartnerRef.decode(ids.value_of(onward)) == ids.PartnerRef(7, ROVANIEMI.id)
    chosen = [ids.AnswerRef.decode(option["value"]).answer_id for option in write["options"]]
    assert chosen == [1002, 1003, 1005]


def _newer() -> Any:
    found = samples.snapshot()
    old = found.answers[ROVANIEMI.id, DRAFT]
    newer = type(old)(old.id, old.partner_id, old.objective_id, old.state, 3, old.text, old.document)
    return samples.snapshot(answers={**found.answers, (ROVANIEMI.id, DRAFT): newer})
