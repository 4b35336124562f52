"""A whole round in which the first call of every method meets the same fault: what each person sees of it."""

from collections.abc import Iterator, Mapping

import pytest

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.slack import calls, client, missed
from lamppu_bot.workspace import Fault, NotAcknowledgedError, Person
from tests.e2e.acting import FI, NEXT, answer, card_of
from tests.e2e.conftest import KATRI, MERI, REDU, at
from tests.e2e.faulty import LOOK_AFTER, TROUBLE, hurry, let_pass, require_well, wait, written
from tests.e2e.looking import cards, summary, uploads
from tests.e2e.talking import heard
from tests.e2e.test_missed import lose_events

SOON = 0.2  # seconds
RETRY_AFTER = 30  # seconds
EVIDENCE = FI("evidence.open")
# By its name: the kind of fault, and whatever else makes it.
FAULTS: Mapping[str, Mapping[str, object]] = {
    "http_500 before the effect": {"kind": "http_500"},
    "http_500 after the effect": {"kind": "http_500", "after_effect": True},
    "internal_error before the effect": {"kind": "internal_error"},
    "internal_error after the effect": {"kind": "internal_error", "after_effect": True},
    "connection cut before the effect": {"kind": "cut_before"},
    "connection cut after the effect": {"kind": "cut_after"},
    "hang": {"kind": "hang"},
    "slow answer": {"kind": "slow", "seconds": 3 * SOON},
    "429": {"kind": "ratelimited", "retry_after": RETRY_AFTER},
}


class Spoiled:
    """A house in which the next call of a method meets the fault."""

    def __init__(self, house: Rehearsal, facts: Mapping[str, object]) -> None:
        self.house = house
        self.facts = facts

    def next(self, *methods: str, **more: object) -> None:
        facts = {**self.facts, **more}
        self.house.workspace.faults.extend(Fault(method, **facts) for method in methods)  # type: ignore[arg-type]

    @property
    def left(self) -> list[str]:
        """The methods of which no call has met the fault yet."""
        return [fault.method for fault in self.house.workspace.faults if fault.times]

    def press(self, person: Person, label: str) -> None:
        """Pressed until it does what it should: whenever it does not, the person is told so."""
        before, told = person.modal, len(person.ephemerals)
        for _ in range(3):
            try:
                person.click(label)
            except NotAcknowledgedError:  # Slack itself shows that it failed
                assert before is not None, "beside a message there is another way to tell"
            if person.modal is None:
                assert TROUBLE in person.ephemerals[told].text
            elif TROUBLE in person.modal.text:
                person.close_modal()
            elif before is None or person.modal.view.id != before.view.id:
                return
            let_pass(self.house, RETRY_AFTER)
        raise AssertionError(f"[{label}] did nothing in three presses")

    def pass_minutes(self) -> None:
        for _ in range(6):
            wait(self.house, LOOK_AFTER)


@pytest.fixture(params=FAULTS)
def spoiled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Spoiled]:
    for module in (client, calls):
        monkeypatch.setattr(module, "HTTP_SECONDS", SOON)
    monkeypatch.setattr(client, "CLICK_SECONDS", SOON)
    monkeypatch.setattr(client.build_responder, "__defaults__", (SOON,))
    house: Rehearsal = request.getfixturevalue("house")  # whose clients are built with these
    house.workspace.sockets.ack_timeout = 2.0
    hurry(house)
    yield Spoiled(house, FAULTS[request.param])
    require_well(house)


def test_cards_to_people_whom_slack_is_first_asked_for_come_once(spoiled: Spoiled) -> None:
    spoiled.next("users.lookupByEmail", "conversations.open", "chat.postMessage", "users.info")
    spoiled.house.move_to(at("2012-05-09 09:00"), "the opening")
    spoiled.pass_minutes()
    assert spoiled.left == []
    assert [len(cards(spoiled.house.people[who])) for who in (MERI, REDU)] == [1, 1]


def test_form_opens_at_a_further_press_and_the_card_and_home_follow_the_answer(spoiled: Spoiled) -> None:
    house = spoiled.house
    niilo = house.people[MERI]
    house.move_to(at("2012-05-09 09:00"), "the opening")
    spoiled.next("views.open", "views.push", "chat.update", "views.publish")
    spoiled.press(niilo, NEXT)
    spoiled.press(niilo, EVIDENCE)
    while niilo.modal:
        niilo.close_modal()
    answer(house, niilo, "Tehty.")
    assert written(house) == [("answered", "Tehty.")]
    niilo.open_home()
    house.workspace.wait_delivered()
    spoiled.pass_minutes()
    assert spoiled.left == []
    assert "Vastattu 1/4." in card_of(niilo).text
    assert niilo.home is not None
    assert "Perämeren koulutussäätiö" in niilo.home.text


def test_report_and_its_files_are_posted_once(spoiled: Spoiled) -> None:
    house = spoiled.house
    house.move_to(at("2012-05-09 09:00"), "the opening")
    answer(house, house.people[MERI], "Tehty.")
    spoiled.next("files.getUploadURLExternal", "upload", "files.completeUploadExternal", "chat.postMessage")
    house.move_to(at("2012-06-01 09:00"), "the report")
    spoiled.pass_minutes()
    assert spoiled.left == []
    assert "Tehty." in house.workspace.transcript(house.channel)
    names = [file.title for posted in uploads(house) for file in posted.files]
    assert len(names) == len(set(names)) > 0
    said = [reply.lines[0] for reply in summary(house).thread if not reply.files]
    assert len(said) == len(set(said)) > 0


def test_answer_to_a_command_is_shown_once_at_most_and_to_the_next_one_surely(spoiled: Spoiled) -> None:
    house = spoiled.house
    katri = house.people[KATRI]
    house.move_to(at("2012-05-09 09:00"), "the opening")
    spoiled.next("response_url")
    katri.command("/lamppu", "status")
    spoiled.pass_minutes()
    [call] = [call for call in house.workspace.calls_to("response_url") if call.outcome != "ok"]
    had_its_effect = any(fault.does_the_work for fault in house.workspace.faults) or call.outcome == "ratelimited"
    assert len(katri.ephemerals) == int(had_its_effect)
    katri.command("/lamppu", "status")
    house.settle()
    assert len(katri.ephemerals) == int(had_its_effect) + 1


def test_words_that_slack_has_lost_are_read_whatever_fails_in_reading(
    spoiled: Spoiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = spoiled.house
    niilo = house.people[MERI]
    house.move_to(at("2012-05-09 09:00"), "the opening")
    monkeypatch.setattr(missed, "PAUSES", (0.0,) * 4)
    lose_events(house)
    niilo.say("Olen täällä.", thread_ts=niilo.say("Hei!"))
    spoiled.next("auth.test", "conversations.history", "conversations.replies", retry_after=1)
    assert house.bot.missed.read()
    spoiled.pass_minutes()
    assert spoiled.left == []
    assert [one.versions for one in heard(house)] == [["Hei!"], ["Olen täällä."]]
    assert "Olen täällä." in house.workspace.transcript(niilo.dm)
