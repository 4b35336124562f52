"""The pace: Slack's limits kept by all workers together, and a 429 heeded."""

import itertools
from datetime import timedelta

import pytest

from lamppu_bot.slack.content import Upload
from lamppu_bot.slack.pacing import SLACK_LIMITS
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


def test_workspace_gets_five_messages_a_second(rig: Rig) -> None:
    channels = [rig.workspace.add_channel(f"c{number}") for number in range(12)]
    for number, channel in enumerate(channels):
        rig.order(f"a{number}", post("Hei"), channel=channel.id)
    began = rig.clock.seconds()
    rig.drain()
    times = moments(channels)
    assert len(times) == 12
    assert min(gaps(times)) > 0.199
    assert times[-1] - began < 12 * 0.2 + 1


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
