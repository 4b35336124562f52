"""A press of a button while Slack cannot be reached from the bot: the person is told by another way, or the log is."""

import logging

import pytest

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.texts import texts_for
from lamppu_bot.workspace import NotAcknowledgedError
from lamppu_bot.workspace.faults import Fault
from tests.e2e.acting import NEXT, card_of
from tests.e2e.conftest import MERI

TROUBLE = texts_for("fi")("trouble.slack")
# What the sentence says before the reference, which is another one each time.
FAULT = texts_for("fi")("trouble.reference", reference="").partition(".")[0]


def test_person_is_told_beside_the_message_when_no_window_opens(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    spring.workspace.faults.append(Fault("views.open", "cut_before", times=2))
    niilo.click(NEXT, card_of(niilo))
    assert niilo.modal is None
    assert TROUBLE in niilo.ephemerals[-1].text


def test_press_of_which_nothing_can_be_told_fails_on_screen(
    spring: Rehearsal, caplog: pytest.LogCaptureFixture
) -> None:
    niilo = spring.people[MERI]
    for fault in (Fault("views.open", "cut_before", times=2), Fault("response_url", "cut_before")):
        spring.workspace.faults.append(fault)
    spring.workspace.sockets.ack_timeout = 0.5
    with (
        caplog.at_level(logging.WARNING, logger="lamppu_bot.slack.failures"),
        pytest.raises(NotAcknowledgedError),
    ):
        niilo.click(NEXT, card_of(niilo))
    spring.workspace.sockets.ack_timeout = 3.0
    assert niilo.ephemerals == []
    assert "could not be told" in caplog.text
    niilo.click(NEXT, card_of(niilo))
    assert niilo.modal is not None


def test_form_that_slack_does_not_take_is_our_fault_and_logged(
    spring: Rehearsal, caplog: pytest.LogCaptureFixture
) -> None:
    niilo = spring.people[MERI]
    spring.workspace.faults.append(Fault("views.open", "error", error="invalid_arguments"))
    niilo.click(NEXT, card_of(niilo))
    assert niilo.modal is not None
    assert FAULT in niilo.modal.text
    assert "reference" in caplog.text
