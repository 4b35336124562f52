"""What a form asks beside the text: built, filled in, sent back; and what is told of an answer that was saved."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from lamppu_bot import richtext
from lamppu_bot.messages import ids
from lamppu_bot.messages.answer_details import details_lines
from lamppu_bot.messages.answer_form import (
    AnswerSubmission,
    build_answer_form,
    build_conflict_form,
    build_form_errors,
    is_complete,
    parse_answer_form,
)
from lamppu_bot.messages.endings import build_saved_view
from lamppu_bot.texts import texts_for
from storage.values import (
    AnswerDetails,
    AnswerState,
    Carried,
    DetailsSaid,
    Document,
    IndicatorView,
    ObjectiveView,
    RoundSnapshot,
)
from tests.golden import messages_samples as samples
from tests.golden.messages_samples import OBJECTIVES, ROVANIEMI, SPRING, indicators_of
from tests.unit.test_messages_forms import filled, input_of

FI = texts_for("fi")
ANSWERED, MISSING = 101, 105
TOLD = richtext.from_plain("Verkosto kokoontui.")
GOES_ON = AnswerDetails(continuing="Verkoston kokoukset")
FULL = AnswerDetails(
    Carried.CHANGED, "Vertaisarviointi", richtext.from_plain("Kokouksia oli kolme."), {"koulutetut": Decimal("24.5")}
)


def asked(objective_id: int = MISSING, document: Document = TOLD, details: AnswerDetails = GOES_ON) -> RoundSnapshot:
    """A round in which that objective was answered before and has two indicators."""
    return samples.with_earlier(indicators_of(samples.snapshot(), objective_id), objective_id, document, details)


def with_details(found: RoundSnapshot, objective_id: int, details: AnswerDetails) -> RoundSnapshot:
    key = (ROVANIEMI.id, objective_id)
    return replace(found, answers={**found.answers, key: replace(found.answers[key], details=details)})


def form(found: RoundSnapshot, objective_id: int = MISSING, **extras: Any) -> dict[str, Any]:
    return build_answer_form(found, ROVANIEMI.id, objective_id, texts=FI, **extras)


def inputs(view: dict[str, Any]) -> list[str]:
    return [block["element"]["action_id"] for block in view["blocks"] if block["type"] == "input"]


def objective_of(found: RoundSnapshot, objective_id: int) -> ObjectiveView:
    return next(one for one in found.objectives if one.id == objective_id)


def test_form_asks_for_all_that_carries_over_and_for_figures() -> None:
    assert inputs(form(asked())) == [
        "answer_carried",
        "answer_follow_up",
        "answer_text",
        "answer_figure:koulutetut",
        "answer_figure:kokoukset",
        "answer_continuing",
        "answer_choice",
    ]
    assert "Verkoston kokoukset" in str(form(asked()))


def test_form_asks_of_earlier_work_only_where_there_was_some() -> None:
    assert inputs(form(samples.snapshot())) == ["answer_text", "answer_continuing", "answer_choice"]
    assert "answer_follow_up" not in inputs(form(asked(details=AnswerDetails())))
    nothing = {key: replace(said, state=AnswerState.NOTHING) for key, said in asked().earlier.items()}
    assert "answer_carried" not in inputs(form(replace(asked(), earlier=nothing)))


def test_form_begins_at_its_first_question() -> None:
    for found, is_first in ((samples.snapshot(), True), (asked(), False)):
        assert bool(input_of(form(found), ids.ANSWER_TEXT)["element"].get("focus_on_load")) is is_first


def test_archived_indicator_is_asked_no_more() -> None:
    found = asked()
    archived = tuple(replace(one, is_archived=True) for one in objective_of(found, MISSING).indicators[:1])
    objectives = [replace(one, indicators=archived) if one.id == MISSING else one for one in found.objectives]
    assert "answer_figure:koulutetut" not in inputs(form(replace(found, objectives=tuple(objectives))))


def test_details_make_the_round_trip() -> None:
    view = filled(
        form(asked()),
        answer_text=richtext.as_input_value(TOLD),
        answer_carried="finished",
        answer_follow_up=richtext.as_input_value(richtext.from_plain("Kokouksia oli kolme.")),
        answer_continuing="  Vertais\u0007arviointi\nkevääseen ",
        **{"answer_figure:koulutetut": "1 200,5", "answer_figure:kokoukset": ""},
    )
    submission = parse_answer_form(view)
    assert is_complete(submission)
    assert submission.details.said == DetailsSaid(
        carried=Carried.FINISHED,
        continuing="Vertaisarviointi kevääseen",
        follow_up=richtext.from_plain("Kokouksia oli kolme."),
        figures={"koulutetut": Decimal("1200.5"), "kokoukset": None},
    )


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_form_sent_in_untouched_keeps_the_details(language: str) -> None:
    found = with_details(asked(ANSWERED), ANSWERED, FULL)
    view = build_answer_form(found, ROVANIEMI.id, ANSWERED, texts=texts_for(language))
    assert parse_answer_form(filled(view)).details.said.onto(FULL) == FULL


def test_what_a_form_does_not_ask_is_kept() -> None:
    submission = parse_answer_form(filled(form(samples.snapshot(), ANSWERED)))
    assert submission.details.said.onto(FULL) == replace(FULL, continuing="")


def test_figure_that_is_none_is_an_error_beside_its_field_and_the_rest_is_kept() -> None:
    view = filled(form(asked()), **{"answer_figure:koulutetut": "noin 20", "answer_figure:kokoukset": "3"})
    submission = parse_answer_form(view)
    assert not is_complete(submission)
    errors = build_form_errors(submission, FI)
    assert list(errors) == [
        input_of(view, "answer_figure:koulutetut")["block_id"],
        input_of(view, ids.ANSWER_TEXT)["block_id"],
    ]
    assert submission.details.said.figures == {"kokoukset": Decimal(3)}


def test_choice_that_nobody_offered_is_passed_over() -> None:
    view = filled(form(asked()), answer_text=richtext.as_input_value(TOLD))
    block = input_of(view, ids.ANSWER_CARRIED)["block_id"]
    view["state"]["values"][block][ids.ANSWER_CARRIED]["selected_option"] = {"value": "perhaps"}
    assert parse_answer_form(view).details.said.carried is None


def test_conflict_form_shows_their_details_and_keeps_ones_own_in_the_inputs() -> None:
    found = with_details(asked(ANSWERED), ANSWERED, FULL)
    mine = filled(form(found, ANSWERED), answer_continuing="Omani jatkuu", **{"answer_figure:koulutetut": "7"})
    submission: AnswerSubmission = parse_answer_form(mine)
    view = build_conflict_form(found, ROVANIEMI.id, submission, ANSWERED, texts=FI)
    shown = "\n".join(block["text"]["text"] for block in view["blocks"] if block["type"] == "section")
    for line in details_lines(objective_of(found, ANSWERED), found.round, FULL, FI):
        assert line in shown
    assert input_of(view, ids.ANSWER_CONTINUING)["element"]["initial_value"] == "Omani jatkuu"
    assert input_of(view, "answer_figure:koulutetut")["element"]["initial_value"] == "7"
    assert "kolme" in str(input_of(view, ids.ANSWER_FOLLOW_UP)["element"]["initial_value"])


@pytest.mark.parametrize(
    ("language", "spring", "autumn"),
    [
        ("fi", "syksyllä 2012", "keväällä 2013"),
        ("sv", "hösten 2012", "våren 2013"),
        ("en", "in autumn 2012", "in spring 2013"),
    ],
)
def test_form_names_the_next_semester(language: str, spring: str, autumn: str) -> None:
    texts = texts_for(language)
    for round_, when in ((SPRING, spring), (replace(SPRING, term="autumn"), autumn)):
        view = build_answer_form(samples.snapshot(round=round_), ROVANIEMI.id, MISSING, texts=texts)
        label = input_of(view, ids.ANSWER_CONTINUING)["label"]["text"]
        assert label == texts("carrying.continuing", when=when)


def test_hint_tells_the_room_of_the_funder_s_form() -> None:
    with_room = tuple(replace(objective, room=1_200) for objective in OBJECTIVES)
    hint = input_of(form(samples.snapshot(objectives=with_room)), ids.ANSWER_TEXT)["hint"]["text"]
    assert "1\u00a0200 merkkiä" in hint
    assert "merkkiä" not in input_of(form(samples.snapshot()), ids.ANSWER_TEXT)["hint"]["text"]


@pytest.mark.parametrize(("room", "said"), [(20, None), (19, "yhden merkin pidempi"), (10, "10 merkkiä pidempi")])
def test_saved_answer_that_is_longer_than_the_room_says_by_how_much(room: int, said: str | None) -> None:
    """The text and what became of earlier work stand in the same cell."""
    objective = replace(objective_of(samples.snapshot(), ANSWERED), room=room)
    found = samples.with_states(AnswerState.ANSWERED, "Kymmenen m")
    found = with_details(found, ANSWERED, AnswerDetails(follow_up=richtext.from_plain("Toiset kym")))
    view = build_saved_view(found, ROVANIEMI.id, texts=FI, saved=objective)
    assert ("pidempi" in str(view)) is bool(said)
    assert (said or "") in str(view)


def test_saved_answer_that_has_not_changed_says_so_gently() -> None:
    found = samples.with_earlier(
        samples.with_states(AnswerState.ANSWERED), ANSWERED, richtext.from_plain("Valmista tuli.")
    )
    objective = objective_of(found, ANSWERED)
    assert FI("carrying.unchanged.saved") in str(build_saved_view(found, ROVANIEMI.id, texts=FI, saved=objective))
    more = with_details(found, ANSWERED, AnswerDetails(follow_up=TOLD))
    assert FI("carrying.unchanged.saved") not in str(build_saved_view(more, ROVANIEMI.id, texts=FI, saved=objective))


def test_figures_of_archived_indicators_are_still_told() -> None:
    objective = replace(
        OBJECTIVES[0], indicators=(IndicatorView("k", "Koulutetut", "henkilöä", None, is_archived=True),)
    )
    lines = list(details_lines(objective, SPRING, AnswerDetails(figures={"k": Decimal("1200.5")}), FI))
    assert lines == ["Koulutetut: 1\u00a0200,5 henkilöä"]
