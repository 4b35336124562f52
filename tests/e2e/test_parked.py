"""Messages that could not arrive, and go out once somebody has put right why."""

from datetime import timedelta

import pytest

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.slack import directory, parking
from tests.e2e.acting import FI
from tests.e2e.conftest import KATRI, MERI, at
from tests.e2e.looking import cards, channel, summary

PUBLISH = FI("offer.publish")
NOT_YET = "not.yet@example.org"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is parked, and who is not found, is tried again at every step, as far as the calendar lets it."""
    monkeypatch.setattr(parking, "TRY_AGAIN_AFTER", timedelta(0))
    monkeypatch.setattr(directory, "ASK_AGAIN_AFTER", timedelta(0))


@pytest.fixture
def without_niilo(house: Rehearsal) -> Rehearsal:
    """The round has opened, and Niilo is not in Slack yet."""
    house.workspace.state.users[house.people[MERI].id].email = NOT_YET
    house.move_to(at("2012-05-09 09:00"), "the opening")
    return house


def join(house: Rehearsal) -> None:
    house.workspace.state.users[house.people[MERI].id].email = MERI


def post_report(house: Rehearsal) -> None:
    """A coordinator asks for the report and has it posted."""
    katri = house.people[KATRI]
    before = len(katri.ephemerals)
    katri.command("/lamppu", "report")
    house.settle()
    katri.click(PUBLISH, katri.ephemerals[before])
    house.settle()


def test_bot_that_was_not_in_the_channel_posts_when_invited_but_not_at_night(house: Rehearsal) -> None:
    house.workspace.remove(house.channel)
    house.move_to(at("2012-05-08 09:00"), "the preview")
    assert FI("parked.again") in house.people[KATRI].messages()[-1].text
    house.move_to(at("2012-05-08 18:00"), "the bot is invited in the evening")
    house.workspace.invite(house.channel)
    house.settle()
    assert channel(house) == []
    house.move_to(at("2012-05-09 08:00"), "people are back at work")
    house.settle()
    assert len(channel(house)) == 1


def test_report_asked_for_goes_out_at_once_when_the_bot_has_been_invited(spring: Rehearsal) -> None:
    before = len(channel(spring))
    spring.move_to(at("2012-05-12 20:00"), "a Saturday night")
    spring.workspace.remove(spring.channel)
    post_report(spring)
    spring.workspace.invite(spring.channel)
    spring.settle()
    assert len(channel(spring)) == before
    post_report(spring)
    assert summary(spring).thread


def test_contact_who_joins_slack_late_gets_the_card_at_once(without_niilo: Rehearsal) -> None:
    house, niilo = without_niilo, without_niilo.people[MERI]
    assert "Niilo Niemelä" in channel(house)[-1].text
    house.move_to(at("2012-05-12 20:00"), "a Saturday night")
    assert cards(niilo) == []
    join(house)
    house.settle()
    assert len(cards(niilo)) == 1


def test_contact_who_joins_slack_after_the_round_gets_no_card(without_niilo: Rehearsal) -> None:
    house = without_niilo
    house.move_to(at("2012-07-02 09:00"), "the round is closed")
    join(house)
    house.settle()
    assert cards(house.people[MERI]) == []
