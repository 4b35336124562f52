"""Counts of who has answered what."""

from dataclasses import replace
from datetime import date

from lamppu_bot.status import is_open_for, open_answers, partner_status, round_status, takes_changes, waiting_answers
from storage.values import AnswerState, RoundState
from tests.golden import messages_samples as samples
from tests.golden.messages_samples import KUUSAMO, ROVANIEMI, SPRING


def test_partner_status_counts_every_state_once() -> None:
    status = partner_status(samples.snapshot(), ROVANIEMI)
    assert (status.answered, status.draft, status.nothing, status.missing, status.returned) == (1, 1, 1, 1, 1)
    assert (status.total, status.done, status.open) == (5, 2, 3)
    assert not status.is_complete


def test_partner_status_leaves_out_objectives_of_others() -> None:
    status = partner_status(samples.snapshot(), KUUSAMO)
    assert (status.total, status.missing) == (4, 4)


def test_partner_status_has_the_extension_and_the_last_reminder() -> None:
    found = samples.snapshot()
    assert partner_status(found, KUUSAMO).due_on == date(2012, 6, 8)
    assert partner_status(found, KUUSAMO).reminded_at == found.reminded_at[KUUSAMO.id]
    assert partner_status(found, ROVANIEMI).due_on == found.round.due_on
    assert partner_status(found, ROVANIEMI).reminded_at is None


def test_answers_with_nothing_to_report_complete_a_partner() -> None:
    assert partner_status(samples.with_states(AnswerState.NOTHING), ROVANIEMI).is_complete


def test_partner_is_late_from_the_day_after_the_due_day() -> None:
    status = partner_status(samples.snapshot(), ROVANIEMI)
    assert [status.is_late(date(2012, 5, 30)), status.is_late(date(2012, 5, 31)), status.is_late(date(2012, 6, 1))] == [
        False,
        False,
        True,
    ]


def test_partner_of_whom_only_a_returned_answer_is_open_has_until_its_day() -> None:
    found = samples.with_states(AnswerState.ANSWERED)
    key = (ROVANIEMI.id, samples.OBJECTIVES[0].id)
    returned = replace(found.answers[key], state=AnswerState.RETURNED, note="Lisää.", open_until=date(2012, 7, 6))
    status = partner_status(replace(found, answers={**found.answers, key: returned}), ROVANIEMI)
    assert status.due_on == date(2012, 7, 6)
    assert not status.is_late(date(2012, 7, 6))
    assert status.is_late(date(2012, 7, 7))
    earlier = replace(returned, open_until=date(2012, 5, 23))
    assert partner_status(replace(found, answers={**found.answers, key: earlier}), ROVANIEMI).due_on == SPRING.due_on


def test_complete_partner_is_never_late() -> None:
    assert not partner_status(samples.with_states(AnswerState.ANSWERED), ROVANIEMI).is_late(date(2013, 1, 1))


def test_round_status_adds_up() -> None:
    status = round_status(samples.snapshot())
    assert (status.total, status.done, status.complete, status.is_complete) == (9, 2, 0, False)
    assert round_status(samples.with_states(AnswerState.ANSWERED)).is_complete


def test_late_partners_leave_out_those_with_an_extension() -> None:
    status = round_status(samples.snapshot())
    assert [late.partner for late in status.late(date(2012, 6, 1))] == [ROVANIEMI]
    assert [late.partner for late in status.late(date(2012, 6, 9))] == [ROVANIEMI, KUUSAMO]


def test_unfinished_partners_stand_by_due_day_then_by_what_is_open() -> None:
    found = replace(samples.snapshot(), due_on={})
    assert [status.partner for status in round_status(found).unfinished] == [KUUSAMO, ROVANIEMI]
    assert [status.partner for status in round_status(samples.snapshot()).unfinished] == [ROVANIEMI, KUUSAMO]


def test_open_answers_are_those_without_a_last_word() -> None:
    numbers = [objective.number for objective, _ in open_answers(samples.snapshot(), ROVANIEMI.id)]
    assert numbers == [2, 3, 5]


def test_after_closing_only_returned_answers_can_be_given() -> None:
    closed = samples.snapshot(round=samples.in_state(RoundState.CLOSED))
    assert [objective.number for objective, _ in waiting_answers(closed, ROVANIEMI.id)] == [3]
    assert not takes_changes(closed, closed.answers[ROVANIEMI.id, 101])


def test_planned_round_takes_no_answers() -> None:
    planned = samples.snapshot(round=samples.in_state(RoundState.PLANNED))
    assert not takes_changes(planned, planned.answers[ROVANIEMI.id, 105])


def test_partner_that_is_left_out_counts_neither_as_done_nor_as_to_do() -> None:
    found = samples.snapshot(skipped={ROVANIEMI.id: "Fuusio"})
    status = round_status(found)
    assert (status.done, status.total, status.complete, len(status.asked)) == (0, 4, 0, 1)
    assert [one.partner for one in status.skipped] == [ROVANIEMI]
    assert [one.partner for one in status.unfinished] == [KUUSAMO]
    assert status.skipped[0].skip_reason == "Fuusio"
    assert open_answers(found, ROVANIEMI.id) == waiting_answers(found, ROVANIEMI.id) == ()
    assert not is_open_for(found, ROVANIEMI.id)


def test_round_is_complete_without_those_that_are_left_out() -> None:
    found = samples.with_states(AnswerState.ANSWERED)
    missing = replace(found, answers={**found.answers, (KUUSAMO.id, 101): samples.answer(1, KUUSAMO.id, 101)})
    assert not round_status(missing).is_complete
    assert round_status(replace(missing, skipped={KUUSAMO.id: ""})).is_complete


def test_extended_partner_is_open_after_the_round_has_closed() -> None:
    closed = samples.snapshot(round=samples.in_state(RoundState.CLOSED), open_until={KUUSAMO.id: date(2012, 7, 6)})
    assert is_open_for(closed, KUUSAMO.id)
    assert not is_open_for(replace(closed, open_until={}), KUUSAMO.id)
    assert not is_open_for(replace(closed, skipped={KUUSAMO.id: ""}), KUUSAMO.id)
