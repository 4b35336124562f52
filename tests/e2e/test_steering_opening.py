"""Opening a round by hand: by button, by word, by those who may not, and what the calendar does of it later."""

from sqlalchemy import select

from lamppu_bot.rehearsal import Rehearsal
from storage.models import Round
from tests.e2e.acting import FI
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, REDU, at
from tests.e2e.looking import cards, channel, forge, newest_payload, posts, reminders
from tests.e2e.steering import ask, audit, send_in, states

OPEN = FI("tool.open_round")
ANSWERING = (REDU, KAARNIKKA, MERI)


def asked(house: Rehearsal) -> list[int]:
    return [len(cards(house.people[one])) for one in ANSWERING]


def test_round_is_opened_by_word_before_its_preview_and_not_once_more_by_the_calendar(house: Rehearsal) -> None:
    katri = house.people[KATRI]
    house.move_to(at("2012-05-05 20:00"), "a Saturday evening, days before the preview")
    katri.command("/lamppu", "open")
    assert katri.modal
    assert "heti" in katri.modal.text
    assert "3 osahanketta" in katri.modal.text
    assert asked(house) == [0, 0, 0]
    said = send_in(house, katri)
    assert "torstaina 31. toukokuuta" in said
    assert asked(house) == [1, 1, 1]
    for day in ("2012-05-08 09:00", "2012-05-09 09:00", "2012-05-10 09:00"):
        house.move_to(at(day), "when the calendar would have previewed and opened it")
    assert channel(house) == []
    assert max(posts(house).values()) == 1
    assert audit(house) == [("open-round", {"round": "2012-spring", "planned": "2012-05-09"})]
    with house.database.read() as session:
        assert str(session.scalar(select(Round.opens_on).order_by(Round.id))) == "2012-05-05"
    house.move_to(at("2012-05-16 09:00"), "the first reminder")
    assert [len(reminders(house.people[one])) for one in ANSWERING] == [1, 1, 1]


def test_round_is_opened_from_its_preview_which_then_offers_nothing(house: Rehearsal) -> None:
    katri = house.people[KATRI]
    house.move_to(at("2012-05-08 09:00"), "the preview")
    katri.click(OPEN, channel(house)[0])
    send_in(house, katri)
    assert states(house)[0] == "open"
    [preview] = channel(house)
    assert preview.buttons == []
    assert "on alkanut" in preview.text


def test_form_sent_in_twice_or_by_two_coordinators_opens_once(house: Rehearsal) -> None:
    katri = house.people[KATRI]
    house.settle()
    katri.command("/lamppu", "open")
    send_in(house, katri)
    submission = newest_payload(house, "view_submission")
    assert "Kierros on avattu" in str(forge(house, submission, katri))
    submission["view"]["id"] = "V0OTHERFORM"  # as that of another coordinator, opened a moment before
    assert "Katri Koordinaattori on jo avannut kierroksen" in str(forge(house, submission, katri))
    assert len(audit(house)) == 1
    assert max(posts(house).values()) == 1


def test_open_goes_on_with_the_next_round_and_says_when_there_is_none(house: Rehearsal) -> None:
    katri = house.people[KATRI]
    house.settle()
    for _ in range(2):
        katri.command("/lamppu", "open")
        send_in(house, katri)
    assert states(house) == ["open", "open"]
    [said] = ask(house, katri, "open")
    assert said.text == FI("tools.no_round.planned", projects="LAMPPU")


def test_round_is_opened_by_its_coordinators_alone(house: Rehearsal) -> None:
    katri, niilo = house.people[KATRI], house.people[MERI]
    stranger = house.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org")
    house.settle()
    for person in (niilo, stranger):
        [said] = ask(house, person, "open")
        assert said.text == FI("refused.coordinators_only", coordinators="Katri Koordinaattori")
        assert person.modal is None
    house.move_to(at("2012-05-08 09:00"), "the preview")
    katri.click(OPEN, channel(house)[0])
    pressed = newest_payload(house, "block_actions")
    forge(house, pressed, niilo)
    assert niilo.modal is None
    katri.submit()
    submission = newest_payload(house, "view_submission")
    submission["view"]["id"] = "V0FORGED"
    assert "Katri Koordinaattori" in str(forge(house, submission, niilo))
    assert "vastaajien" in str(forge(house, submission, stranger))
    submission["view"]["private_metadata"] = "[3,99,null,null]"
    assert FI("refused.no_such_round") in str(forge(house, submission, katri))
    assert len(audit(house)) == 1


def test_tool_that_is_unknown_is_answered_with_a_reference(house: Rehearsal) -> None:
    katri = house.people[KATRI]
    house.move_to(at("2012-05-08 09:00"), "the preview")
    katri.click(OPEN, channel(house)[0])
    pressed = newest_payload(house, "block_actions")
    for value in ("[99,1,null,null]", "[3,1]", "DROP"):
        pressed["actions"][0]["value"] = value
        forge(house, pressed, katri)
    assert states(house)[0] == "planned"
    assert audit(house) == []
