"""The pace: Slack's limits kept by all workers together, and a 429 heeded."""

import itertools
import random
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from lamppu_bot.slack.content import Upload
from lamppu_bot.slack.pacing import SLACK_LIMITS, Pacer, TooEarlyError
from lamppu_bot.workspace import Channel, Fault
from tests.slack.sending_rig import Rig, messages, post, texts


def moments(channels: list[Channel]) -> list[float]:
    return sorted(float(message.ts) for channel in channels for message in messages(channel))


def gaps(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in itertools.pairwise(times)]


def test_channel_gets_one_message_a_second_in_order(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    for number in range(4):
        rig.order(f"a{number}", post(str(number)), channel=channel.id)
    assert rig.drain() == 4
    assert texts(channel) == ["0", "1", "2", "3"]
    assert min(gaps(moments([channel]))) > 0.999


def test_workspace_gets_five_messages_a_second_after_a_few_at_once(rig: Rig) -> None:
    channels = [rig.workspace.add_channel(f"c{number}") for number in range(12)]
    for number, channel in enumerate(channels):
        rig.order(f"a{number}", post("Hei"), channel=channel.id)
    began = rig.clock.seconds()
    rig.drain()
    times = moments(channels)
    assert len(times) == 12
    assert times[6] - began < 1
    assert min(gaps(times[6:])) > 0.199
    assert times[-1] - began < 12 * 0.2 + 1


def most_within(times: Sequence[float], seconds: float) -> int:
    """The largest number of these moments in any stretch of so many seconds."""
    return max(bisect_left(times, time + seconds) - number for number, time in enumerate(times))


WAVE = 700


def wave(rig: Rig, method: str, late: Callable[[], float], count: int = WAVE) -> list[float]:
    """The moments at which so many calls arrive, each `late` seconds after its turn was asked for and given."""
    pacer, arrived = rig.worker().pacer, []
    for number in range(count):
        pacer.wait_turn(method, f"D{number}", patience=60)
        arrived.append(rig.clock.seconds() + late())
    return sorted(arrived)


def test_wave_of_posts_takes_little_longer_than_slack_allows(rig: Rig) -> None:
    times = wave(rig, "chat.postMessage", lambda: 0.0)
    assert times[-1] - times[0] <= 1.05 * WAVE * 60 / 300


def test_wave_makes_up_for_a_worker_that_is_late(rig: Rig) -> None:
    def late() -> float:
        rig.clock.sleep(dice.choice([0.0, 0.1, 0.3]))
        return 0.0

    dice = random.Random("late")
    times = wave(rig, "chat.postMessage", late)
    assert times[-1] - times[0] <= 1.05 * WAVE * 60 / 300


@pytest.mark.parametrize(
    ("method", "count", "most"),
    [
        ("chat.postMessage", WAVE, 300),
        ("conversations.open", 120, 50),
        ("chat.update", 120, 50),
        ("views.publish", 240, 100),
    ],
)
def test_no_minute_has_more_calls_than_slack_allows_whatever_their_way_takes(
    rig: Rig, method: str, count: int, most: int
) -> None:
    dice = random.Random(method)
    assert most_within(wave(rig, method, lambda: dice.uniform(0, 0.4), count), 60) <= most


def test_full_channel_does_not_hold_up_the_others(rig: Rig) -> None:
    full, other = rig.workspace.add_channel("full"), rig.workspace.add_channel("other")
    for number in range(20):
        rig.order(f"a{number}", post(str(number)), channel=full.id)
    rig.order("b", post("Hei"), channel=other.id)
    rig.drain()
    assert moments([other])[0] < moments([full])[1]


@pytest.mark.parametrize("seconds", [1, 30, 600])
def test_retry_after_is_heeded_by_all(rig: Rig, seconds: int) -> None:
    channels = [rig.workspace.add_channel(f"c{number}") for number in range(3)]
    rig.workspace.faults.append(Fault("chat.postMessage", "ratelimited", retry_after=seconds))
    for number, channel in enumerate(channels):
        rig.order(f"a{number}", post("Hei"), channel=channel.id)
    began = rig.clock.seconds()
    rig.settle()
    assert [texts(channel) for channel in channels] == [["Hei"]] * 3
    assert moments(channels)[0] >= began + seconds
    assert rig.calls_to("chat.postMessage") == 4
    assert rig.calls_to("conversations.history") == 0
    assert rig.find("a0").error is None


def test_retry_after_is_heeded_by_who_waits_for_a_turn_already(rig: Rig) -> None:
    others = Pacer(rig.database, SLACK_LIMITS, rig.clock)

    def told_meanwhile(seconds: float) -> None:
        """While this one waits, another worker is told to leave the method alone."""
        rig.clock.sleep(seconds)
        others.hold("chat.postMessage", 30)

    pacer = Pacer(rig.database, SLACK_LIMITS, rig.clock, sleep=told_meanwhile)
    pacer.wait_turn("chat.postMessage", "C1")
    with pytest.raises(TooEarlyError) as early:
        pacer.wait_turn("chat.postMessage", "C1")
    assert early.value.seconds == pytest.approx(rig.clock.seconds() + 30, abs=1)


def test_retry_after_of_posts_lets_updates_pass(rig: Rig) -> None:
    channel, other = rig.workspace.add_channel("hanke"), rig.workspace.add_channel("toinen")
    rig.order("a", post("old"), channel=channel.id)
    rig.drain()
    rig.workspace.faults.append(Fault("chat.postMessage", "ratelimited", retry_after=300))
    rig.order("b", post("Hei"), channel=other.id)
    rig.drain(minutes=1)
    rig.change("a", post("new"))
    rig.drain(minutes=1)
    assert (texts(channel), texts(other)) == (["new"], [])


@pytest.mark.parametrize(
    "method",
    ["users.lookupByEmail", "conversations.open", "files.getUploadURLExternal", "files.completeUploadExternal"],
)
def test_retry_after_of_other_methods_is_heeded(rig: Rig, method: str) -> None:
    aino = rig.workspace.add_person("Aino", "aino@example.org")
    person_id = rig.add_recipient(name="Aino", email="aino@example.org")
    rig.workspace.faults.append(Fault(method, "ratelimited", retry_after=90))
    rig.order("a", Upload((("form.docx", "Form", b"docx"),), "files"), person_id=person_id)
    began = rig.clock.seconds()
    rig.settle()
    dm = rig.workspace.state.dm_with(rig.workspace.state.users[aino.id])
    assert texts(dm) == ["files"]
    assert moments([dm])[0] >= began + 90
    assert rig.calls_to(method) == 2


def test_updates_keep_to_their_tier(rig: Rig) -> None:
    channels = [rig.workspace.add_channel(f"c{number}") for number in range(30)]
    for number, channel in enumerate(channels):
        rig.order(f"a{number}", post("old"), channel=channel.id)
    rig.drain()
    for number in range(30):
        rig.change(f"a{number}", post("new"))
    began = rig.clock.seconds()
    rig.drain()
    assert {text for channel in channels for text in texts(channel)} == {"new"}
    assert rig.clock.seconds() - began >= 20 * SLACK_LIMITS.tier_3.interval - 1


def test_drain_leaves_what_its_deadline_does_not_reach(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    for number in range(10):
        rig.order(f"a{number}", post(str(number)), channel=channel.id)
    deadline = rig.clock.moment + timedelta(seconds=4.5)
    assert rig.worker().drain(deadline) == 5
    assert rig.clock.moment <= deadline
    assert rig.drain() == 5


def test_drain_leaves_retries_for_later(rig: Rig) -> None:
    channel = rig.workspace.add_channel("hanke")
    rig.workspace.faults.append(Fault("chat.postMessage", "error", error="teapot"))
    rig.order("a", post("Hei"), channel=channel.id)
    began = rig.clock.moment
    assert rig.drain() == 1
    assert rig.clock.moment - began < timedelta(seconds=1)
