"""Calls to Slack that go wrong: what people see of it, and that it goes on by itself. Called by the fault's name."""

import pytest

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.slack import calls, client
from lamppu_bot.slack.pacing import SLACK_LIMITS
from lamppu_bot.workspace import ApiCall, Fault, FaultPlan, NotAcknowledgedError, Person
from lamppu_bot.workspace.faults import FaultKind
from lamppu_bot.workspace.rate_limits import RateLimits
from tests.e2e.acting import CHOICE, FI, NEXT, READY, TEXT, answer, card_of
from tests.e2e.conftest import KATRI, MERI, REDU, at
from tests.e2e.faulty import LOOK_AFTER, TROUBLE, hurry, let_pass, require_well, try_to_submit, wait, written
from tests.e2e.looking import cards, summary

NIILOS = "card:lamppu:2012-spring:merilappi:5"
OPENING = at("2012-05-09 09:00")
SOON = 0.2  # seconds
RETRY_AFTER = 3  # seconds
EVIDENCE = FI("evidence.open")


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker does not wait ten seconds for an answer that does not come."""
    monkeypatch.setattr(client, "HTTP_SECONDS", SOON)
    monkeypatch.setattr(calls, "HTTP_SECONDS", SOON)


@pytest.fixture
def house(house: Rehearsal) -> Rehearsal:
    hurry(house)
    return house


def to(person: Person, method: str, kind: FaultKind, **facts: object) -> Fault:
    """A fault of the calls about this person alone."""
    own = {person.id, person.dm.id}
    return Fault(method, kind, when=lambda args: args.get("channel") in own, **facts)  # type: ignore[arg-type]


def key_of(call: ApiCall) -> str:
    return str(call.args["metadata"]["event_payload"]["key"])


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("http_500", {}),
        ("http_500", {"after_effect": True}),
        ("internal_error", {}),
        ("internal_error", {"after_effect": True}),
        ("cut_before", {}),
        ("cut_after", {}),
        ("hang", {}),
        ("slow", {"seconds": 2 * SOON}),
    ],
    ids=lambda value: value if isinstance(value, str) else "".join(value),
)
def test_card_of_unknown_outcome_holds_up_nobody_and_arrives_once(
    house: Rehearsal, kind: FaultKind, facts: dict[str, object]
) -> None:
    niilo, redu = house.people[MERI], house.people[REDU]
    house.workspace.faults.append(to(niilo, "chat.postMessage", kind, **facts))
    house.move_to(OPENING, "the opening")
    assert len(cards(redu)) == 1
    [card] = cards(niilo)
    first, *again = [call.at for call in house.workspace.calls_to("chat.postMessage") if key_of(call) == NIILOS]
    assert all(at - first >= LOOK_AFTER for at in again), "nothing is sent again before it was looked for"
    answer(house, niilo, "Tehty.")
    assert "Vastattu 1/4." in card_of(niilo).text
    assert card_of(niilo).ts == card.ts
    assert written(house) == [("answered", "Tehty.")]
    assert FI("parked.again") not in house.workspace.transcript(house.channel)
    require_well(house)


@pytest.mark.parametrize("kind", ["http_500", "internal_error"])
def test_form_that_slack_does_not_open_is_told_and_opens_at_the_next_press(spring: Rehearsal, kind: FaultKind) -> None:
    niilo = spring.people[MERI]
    spring.workspace.faults.append(Fault("views.open", kind, times=2))
    niilo.click(NEXT, card_of(niilo))
    assert niilo.modal is None
    assert TROUBLE in niilo.ephemerals[-1].text
    answer(spring, niilo, "Tehty.")
    assert written(spring) == [("answered", "Tehty.")]
    require_well(spring)


def test_form_is_not_asked_for_before_retry_after_is_over_and_each_press_is_told(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    spring.workspace.faults.append(Fault("views.open", "ratelimited", retry_after=30))
    for presses in (1, 2):
        niilo.click(NEXT, card_of(niilo))
        assert niilo.modal is None
        assert [TROUBLE in one.text for one in niilo.ephemerals] == [True] * presses
    assert [call.outcome for call in spring.workspace.calls_to("views.open")] == ["ratelimited"]
    wait(spring, 31)
    answer(spring, niilo, "Tehty.")
    assert written(spring) == [("answered", "Tehty.")]
    require_well(spring)


def test_window_within_a_form_is_not_asked_for_before_retry_after_is_over(spring: Rehearsal) -> None:
    """There is no way to tell of it: the person sees Slack's own sign that the press has failed."""
    niilo = spring.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    spring.workspace.sockets.ack_timeout = 0.5
    spring.workspace.faults.append(Fault("views.push", "ratelimited", retry_after=30))
    for _ in range(2):
        with pytest.raises(NotAcknowledgedError):
            niilo.click(EVIDENCE)
    assert [call.outcome for call in spring.workspace.calls_to("views.push")] == ["ratelimited"]
    spring.workspace.sockets.ack_timeout = 3.0
    wait(spring, 31)
    niilo.click(EVIDENCE)
    assert [call.outcome for call in spring.workspace.calls_to("views.push")] == ["ratelimited", "ok"]
    require_well(spring)


def test_answer_of_a_command_that_comes_too_fast_is_given_after_retry_after(house: Rehearsal) -> None:
    katri = house.people[KATRI]
    house.move_to(OPENING, "the opening")
    house.workspace.faults.append(Fault("response_url", "ratelimited", retry_after=30))
    katri.command("/lamppu", "status")
    katri.command("/lamppu", "status")
    house.settle()
    wait(house, 31)
    answers = house.workspace.calls_to("response_url")
    assert [call.outcome for call in answers] == ["ratelimited", "ok", "ok"]
    assert len(katri.ephemerals) == 2
    require_well(house)


def test_form_that_opened_although_slack_s_answer_was_cut_can_be_filled_in(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    spring.workspace.faults.append(Fault("views.open", "cut_after"))
    niilo.click(NEXT, card_of(niilo))
    assert niilo.modal is not None
    answer(spring, niilo, "Tehty.")
    assert written(spring) == [("answered", "Tehty.")]
    require_well(spring)


def test_expired_trigger_is_told_beside_the_card_and_the_next_press_opens_the_form(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    spring.workspace.faults.append(Fault("views.open", "late", seconds=3.5))
    niilo.click(NEXT, card_of(niilo))
    assert niilo.modal is None
    assert TROUBLE in niilo.ephemerals[-1].text
    assert [call.outcome for call in spring.workspace.calls_to("views.open")] == ["expired_trigger_id"]
    answer(spring, niilo, "Tehty.")
    assert written(spring) == [("answered", "Tehty.")]


def test_card_that_cannot_be_updated_shows_the_answer_a_little_later(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    kinds: list[FaultKind] = ["http_500", "cut_after", "internal_error"]
    spring.workspace.faults.extend(Fault("chat.update", kind) for kind in kinds)
    answer(spring, niilo, "Tehty.")
    assert niilo.modal is not None, "saving has moved the form on, whatever becomes of the card"
    assert "Vastattu 1/4." not in card_of(niilo).text
    for _ in kinds:
        wait(spring, 21)
    assert "Vastattu 1/4." in card_of(niilo).text
    require_well(spring)


def test_429_storm_with_retry_after_is_waited_for_and_every_card_comes_once(house: Rehearsal) -> None:
    house.workspace.faults.append(Fault("chat.postMessage", "ratelimited", times=6, retry_after=30))
    house.move_to(OPENING, "the opening")
    refused = [call for call in house.workspace.calls_to("chat.postMessage") if call.outcome == "ratelimited"]
    assert len(refused) == 6
    assert [len(cards(house.people[who])) for who in (REDU, MERI)] == [1, 1]
    assert FI("parked.again") not in house.workspace.transcript(house.channel)
    require_well(house)


def test_rate_limits_like_slack_s_are_kept_without_a_429_of_our_own_making(house: Rehearsal) -> None:
    house.workspace.server.rate_limits = RateLimits(
        time_factor=0.5
    )  # half, for a busy machine is late with one call and not with the next
    house.bot.worker.pacer.limits = SLACK_LIMITS
    house.move_to(OPENING, "the opening")
    answer(house, house.people[MERI], "Tehty.")
    house.move_to(at("2012-06-01 09:00"), "the due day is over")
    house.move_to(at("2012-06-04 09:00"), "the report")
    assert summary(house).thread
    assert {call.outcome for call in house.workspace.calls} == {"ok"}
    require_well(house)


def test_rate_limits_ten_times_as_strict_as_we_think_are_found_out_and_kept(house: Rehearsal) -> None:
    house.workspace.server.rate_limits = RateLimits(time_factor=10)
    house.bot.worker.pacer.limits = SLACK_LIMITS
    house.move_to(OPENING, "the opening")
    answer(house, house.people[MERI], "Tehty.")
    house.move_to(at("2012-06-04 09:00"), "the report")
    for _ in range(20):
        wait(house, 60)
    assert any(call.outcome == "ratelimited" for call in house.workspace.calls)
    assert summary(house).thread
    require_well(house)


def persist(house: Rehearsal, person: Person, text: str) -> None:
    """What a patient person does: tries again until the form has moved on."""
    for _ in range(20):
        if person.modal is None:
            try:
                person.click(NEXT, card_of(person))
            except NotAcknowledgedError:
                continue
            let_pass(house, RETRY_AFTER)
        else:
            person.fill(TEXT, text)
            person.fill(CHOICE, READY)
            if try_to_submit(person):
                person.close_modal()
                return
    raise AssertionError(f"{person.name} could not answer")


@pytest.fixture
def _impatient_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "CLICK_SECONDS", SOON)


@pytest.mark.usefixtures("_impatient", "_impatient_people")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_round_in_which_every_fourth_call_fails_loses_and_doubles_nothing(house: Rehearsal, seed: int) -> None:
    house.workspace.faults.plan = FaultPlan(seed, 0.25, seconds=(0.01, 2 * SOON), retry_after=RETRY_AFTER)
    house.move_to(at("2012-05-08 09:00"), "the preview")
    house.move_to(OPENING, "the opening")
    while not all(cards(house.people[who]) for who in (MERI, REDU)):
        wait(house, LOOK_AFTER)
    for who, text in ((MERI, "Merilapista."), (REDU, "Redusta.")):
        persist(house, house.people[who], text)
    house.move_to(at("2012-06-01 09:00"), "the due day is over")
    for _ in range(8):
        wait(house, LOOK_AFTER)
    house.workspace.faults.plan = None
    house.move_to(at("2012-06-04 09:00"), "the sky has cleared")
    for _ in range(12):
        wait(house, 16 * 60)
    assert {text for _, text in written(house)} == {"Merilapista.", "Redusta."}
    shown = house.workspace.transcript(house.channel)
    assert all(text in shown for text in ("Merilapista.", "Redusta."))
    assert len({call.outcome for call in house.workspace.calls}) > 3
    require_well(house)
