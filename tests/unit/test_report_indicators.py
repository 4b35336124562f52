"""Indicators added up: exactly, from last words alone, and never with a zero that nobody has given."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lamppu_bot.report.indicators import Standing
from lamppu_bot.report.sum_words import said_of
from lamppu_bot.texts import texts_for
from storage.values import AnswerState, RoundState
from tests.unit.report_samples import (
    MEETINGS,
    TRAINED,
    answer,
    compiled,
    figures,
    objectives,
    partners,
    report_with_indicators,
    round_view,
    snapshot,
    with_details,
)

FI = texts_for("fi")


def counted(*answers, indicator=TRAINED, **changes):
    """The sums of the only indicator, of a project whose only objective has it."""
    (objective,) = objectives(1)
    own = {"objectives": (replace(objective, indicators=(indicator,)),), **changes}
    (sums,) = compiled(snapshot(*answers, **own)).indicators
    return sums


def given(partner, number, state=AnswerState.ANSWERED):
    return with_details(answer(partner, 1, state), figures(koulutetut=number))


def test_sums_are_exact():
    assert counted(given(1, "0.1"), given(2, "0.2")).total == Decimal("0.3")
    assert counted(given(1, "12345678901234567.1"), given(2, "0.0000001")).total == Decimal("12345678901234567.1000001")


def test_semesters_and_the_year_are_added_up():
    trained, meetings = report_with_indicators().indicators
    assert (trained.semesters, trained.total) == ((14, 20), 34)
    assert (meetings.semesters, meetings.total) == ((Decimal("2.5"), None), Decimal("2.5"))


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        (AnswerState.ANSWERED, Standing.COUNTED),
        (AnswerState.NOTHING, Standing.COUNTED),
        (AnswerState.DRAFT, Standing.UNCONFIRMED),
        (AnswerState.RETURNED, Standing.UNCONFIRMED),
    ],
)
def test_only_last_words_count(state, standing):
    sums = counted(given(1, "7", state))
    [(_, (figure,))] = sums.figures
    assert (figure.standing, figure.value) == (standing, 7)
    assert sums.total == (7 if standing is Standing.COUNTED else None)


def test_figure_of_a_draft_is_its_writer_s_until_the_round_is_due():
    sums = counted(given(1, "7", AnswerState.DRAFT), round=round_view("spring", RoundState.OPEN))
    [(_, (figure,))] = sums.figures
    assert (figure.standing, figure.value) == (Standing.MISSING, None)


def test_zero_is_a_figure_and_none_is_not():
    assert counted(given(1, "0"), answer(2, 1)).total == 0
    assert counted(answer(1, 1), answer(2, 1)).total is None


def test_those_whose_figures_are_missing_are_named():
    sums = counted(given(1, "3"), answer(2, 1), answer(3, 1, AnswerState.NOTHING), given(4, "1", AnswerState.DRAFT))
    assert [partner.id for partner in sums.missing_in(sums.rounds[0].id)] == [2, 4]
    assert list(said_of(sums, FI)) == ["Yhteensä 3 henkilöä, tavoite 40.", "Luku puuttuu vielä: Osa 2 ja Osa 4."]


def test_partner_of_whom_nothing_is_asked_misses_nothing():
    sums = counted(given(1, "3"), answer(2, 1, AnswerState.MISSING), skipped={2: "Tauolla"})
    assert sums.missing_in(sums.rounds[0].id) == ()


def test_of_many_missing_the_number_is_told():
    missing = [answer(number, 1) for number in range(2, 10)]
    sums = counted(given(1, "3"), *missing, indicator=replace(TRAINED, target=None))
    assert list(said_of(sums, FI)) == ["Yhteensä 3 henkilöä.", "Luku puuttuu vielä 8 osahankkeelta."]


def test_where_nobody_has_given_a_figure_that_is_all_there_is_to_say():
    assert list(said_of(counted(answer(1, 1)), FI)) == ["Lukuja ei ole vielä annettu. Tavoite on 40 henkilöä."]


def test_large_and_broken_numbers_are_written_as_the_language_does():
    sums = counted(given(1, "1234567.875"), indicator=replace(TRAINED, unit="€", target=Decimal(2_000_000)))
    said = {tag: next(said_of(sums, texts_for(tag))).replace("\xa0", " ") for tag in ("fi", "sv", "en")}
    assert said == {
        "fi": "Yhteensä 1 234 567,875 €, tavoite 2 000 000.",
        "sv": "Totalt 1 234 567,875 €, målvärde 2 000 000.",
        "en": "1,234,567.875 € in all, target 2,000,000.",
    }


def test_indicator_that_is_asked_no_more_is_told_while_it_has_figures():
    old = replace(TRAINED, is_archived=True)
    assert counted(given(1, "5"), indicator=old).total == 5
    objective = replace(objectives(1)[0], indicators=(old, MEETINGS))
    kept = compiled(snapshot(answer(1, 1), objectives=(objective,))).indicators
    assert [sums.indicator for sums in kept] == [MEETINGS]


def test_partners_stand_in_the_project_s_order():
    trained, _ = report_with_indicators().indicators
    assert [partner for partner, _ in trained.figures] == list(partners(3))
