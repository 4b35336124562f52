"""Compiling: what enters the form, what stands in the matrix only, and in which order."""

from dataclasses import replace

import pytest

from lamppu_bot import richtext
from lamppu_bot.report.compile import compile_report
from lamppu_bot.texts import texts_for
from storage.values import AnswerState, RoundState
from tests.unit.report_samples import (
    NOW,
    WRITTEN_AT,
    answer,
    compiled,
    example_report,
    objectives,
    partners,
    report_with,
    round_view,
    snapshot,
)


def spring_text(report):
    return richtext.plain(report.forms[0].rows[0].spring.document)


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (AnswerState.ANSWERED, "Sanat."),
        (AnswerState.NOTHING, "Ei raportoitavaa.\nSanat."),
        (AnswerState.RETURNED, "[Palautettu täydennettäväksi. Aiempi vastaus:]\nSanat."),
        (AnswerState.DRAFT, ""),
        (AnswerState.MISSING, ""),
    ],
)
def test_form_shows_of_each_state(state, shown):
    report = report_with("Sanat.", state)
    assert spring_text(report) == shown
    assert report.forms[0].rows[0].spring.state is state


def test_form_marks_no_returned_answer_without_words():
    assert spring_text(report_with([], AnswerState.RETURNED)) == ""


@pytest.mark.parametrize("state", AnswerState)
def test_entries_keep_every_word_of_a_round_that_is_due(state):
    entry = report_with("Sanat.", state).entries[0]
    assert (entry.state, richtext.plain(entry.document)) == (state, "" if state is AnswerState.MISSING else "Sanat.")


@pytest.mark.parametrize(
    ("state", "seen"),
    [(RoundState.PLANNED, ""), (RoundState.OPEN, ""), (RoundState.DUE, "Oma."), (RoundState.CLOSED, "Oma.")],
)
def test_draft_is_private_until_the_round_is_due(state, seen):
    draft = answer(1, 1, AnswerState.DRAFT, "Oma.")
    report = compiled(snapshot(draft, round=round_view("spring", state)))
    assert richtext.plain(report.entries[0].document) == seen
    assert report.entries[0].state is AnswerState.DRAFT


def test_form_covers_the_year_whatever_rounds_there_are():
    spring, autumn = snapshot(answer(1, 1, document="Kevät.")), snapshot(answer(1, 1, document="Syksy."), term="autumn")
    row = compiled(autumn, spring).forms[0].rows[0]
    assert [richtext.plain(cell.document) for cell in (row.spring, row.autumn)] == ["Kevät.", "Syksy."]
    row = compiled(autumn).forms[0].rows[0]
    assert (row.spring.state, row.spring.document, richtext.plain(row.autumn.document)) == (None, [], "Syksy.")


def test_rounds_and_entries_go_by_partner_objective_and_time():
    answers = [answer(partner, objective) for objective in (2, 1) for partner in (2, 1)]
    report = compiled(snapshot(*answers, term="autumn"), snapshot(*answers))
    assert [asked.term for asked in report.rounds] == ["spring", "autumn"]
    order = [(entry.partner.id, entry.objective.number, entry.round.term) for entry in report.entries]
    assert order == sorted(order, key=lambda place: (place[0], place[1], place[2] == "autumn"))
    assert len(order) == 8


def test_objective_of_another_partner_is_not_on_the_form():
    report = compiled(snapshot(answer(1, 1), answer(2, 1), answer(2, 2)))
    assert [len(form.rows) for form in report.forms] == [1, 2]


def test_names_and_order_are_those_of_the_later_round():
    renamed = replace(partners(2)[0], name="Uusi nimi")
    spring = snapshot(answer(1, 1), answer(2, 1))
    autumn = snapshot(answer(1, 1), answer(2, 1), term="autumn", partners=(partners(2)[1], renamed))
    assert [form.partner for form in compiled(spring, autumn).forms] == [
        "Osahanke 2 (osahanke)",
        "Uusi nimi (osahanke)",
    ]


def test_partner_that_has_left_keeps_its_form():
    spring, autumn = snapshot(answer(1, 1), answer(2, 1)), snapshot(answer(1, 1), term="autumn")
    assert [form.partner for form in compiled(spring, autumn).forms] == [
        "Osahanke 1 (osahanke)",
        "Osahanke 2 (osahanke)",
    ]


def test_contact_is_told_line_by_line():
    contact = report_with("x").forms[0].contact
    assert richtext.plain(contact) == "Oona Ojala\noona.ojala@example.org\n020 000 0001"


def test_names_lose_what_no_file_can_carry():
    odd = replace(partners(1)[0], name="Osa\x00hanke\n\u202eyksi")
    form = compiled(snapshot(answer(1, 1), partners=(odd,))).forms[0]
    assert form.partner == "Osahanke yksi (osahanke)"
    assert form.title == "Osahanke yksi: osahankkeen tulokset 2012"


def test_changed_at_is_the_newest_answer_s():
    report = compiled(snapshot(answer(1, 1), answer(2, 1, AnswerState.MISSING)))
    assert (report.changed_at, report.compiled_at) == (WRITTEN_AT, NOW)
    assert [form.changed_at for form in report.forms] == [WRITTEN_AT, None]


@pytest.mark.parametrize(
    "snapshots",
    [
        [],
        [snapshot(), snapshot()],
        [snapshot(), snapshot(round=round_view("autumn", year=2013))],
        [snapshot(), snapshot(term="autumn", project=replace(snapshot().project, id=2))],
    ],
)
def test_compile_refuses_what_is_not_one_year_of_one_project(snapshots):
    with pytest.raises(ValueError, match="report"):
        compile_report(snapshots, texts_for("fi"), NOW)


def test_project_without_answers_has_forms_without_rows():
    report = compiled(snapshot(partners=partners(2), objectives=objectives(1)))
    assert [form.rows for form in report.forms] == [(), ()]
    assert report.changed_at is None


def test_example_holds_every_result_of_the_real_form():
    rovaniemi = example_report().forms[0]
    assert rovaniemi.partner == "Rovaniemen koulutuskuntayhtymä (osahanke)"
    assert [cell.state for row in rovaniemi.rows for cell in (row.spring, row.autumn)] == [AnswerState.ANSWERED] * 10
