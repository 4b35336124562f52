"""Faults drawn from a seed, and what Slack's side does late, twice or not at all."""

from collections import Counter

import pytest
from slack_sdk.errors import SlackApiError

from lamppu_bot.workspace import FaultPlan

METHODS = ("chat.postMessage", "chat.update", "views.open")


def drawn(plan: FaultPlan, order: list[str]) -> dict[tuple[str, int], object]:
    numbers: Counter[str] = Counter()
    found = {}
    for method in order:
        numbers[method] += 1
        found[method, numbers[method]] = plan.take(method)
    return found


def test_same_seed_gives_each_call_the_same_fault_in_whatever_order_methods_are_called():
    alternating, one_by_one = list(METHODS * 50), [method for method in METHODS for _ in range(50)]
    assert drawn(FaultPlan(7, 0.3), alternating) == drawn(FaultPlan(7, 0.3), one_by_one)
    assert drawn(FaultPlan(7, 0.3), alternating) != drawn(FaultPlan(8, 0.3), alternating)


def test_share_and_methods_of_a_plan_are_kept():
    plan = FaultPlan(1, 0.25, methods={"views.open"}, kinds=("http_500", "ratelimited"))
    faults = [fault for fault in drawn(plan, list(METHODS * 400)).values() if fault is not None]
    assert 70 < len(faults) < 130
    assert {fault.method for fault in faults} == {"views.open"}
    assert {fault.kind for fault in faults} == {"http_500", "ratelimited"}
    assert {fault.after_effect for fault in faults if fault.kind == "http_500"} == {True, False}


def test_plan_spoils_calls_until_it_is_taken_away(ws, client, liisa):
    ws.faults.plan = FaultPlan(1, 1.0, kinds=("internal_error",))
    with pytest.raises(SlackApiError, match="internal_error"):
        client.chat_postMessage(channel=liisa.id, text="Hei")
    ws.faults.plan = None
    assert client.chat_postMessage(channel=liisa.id, text="Hei")["ok"]


@pytest.mark.parametrize("code", ["token_revoked", "invalid_auth"])
def test_revoked_token_is_refused_until_it_is_restored(ws, client, liisa, code):
    ws.revoke_token(code)
    for call in (client.auth_test, lambda: client.chat_postMessage(channel=liisa.id, text="Hei")):
        with pytest.raises(SlackApiError, match=code):
            call()
    ws.restore_token()
    assert client.auth_test()["ok"]
    assert liisa.messages() == []


def test_archived_channel_can_be_brought_back(ws, client):
    channel = ws.add_channel("hanke")
    ws.archive(channel)
    with pytest.raises(SlackApiError, match="is_archived"):
        client.chat_postMessage(channel=channel.id, text="Hei")
    ws.archive(channel, archived=False)
    assert client.chat_postMessage(channel=channel.id, text="Hei")["ok"]


def heard_in(ws, app, connected, liisa, seed):
    heard = []
    app.event("message")(lambda event: heard.append(event["text"]))
    with connected(app):
        ws.hold_events()
        for text in ("yksi", "kaksi", "kolme"):
            liisa.say(text)
        assert heard == []
        ws.release_events(seed)
        liisa.say("viimeinen")
        ws.wait_delivered()
    return heard


def test_events_held_twice_are_all_brought(ws, app, connected, liisa):
    heard = []
    app.event("message")(lambda event: heard.append(event["text"]))
    with connected(app):
        for text in ("yksi", "kaksi"):
            ws.hold_events()
            liisa.say(text)
        ws.release_events(1)
        ws.release_events(2)
        ws.wait_delivered()
    assert sorted(heard) == ["kaksi", "kaksi", "yksi", "yksi"]


@pytest.mark.parametrize("seed", [1, 2])
def test_held_events_come_late_twice_and_in_the_order_of_the_seed(ws, app, connected, liisa, seed):
    heard = heard_in(ws, app, connected, liisa, seed)
    assert sorted(heard[:-1]) == sorted(["yksi", "kaksi", "kolme"] * 2)
    assert heard[-1] == "viimeinen"
    assert heard[:6] != ["yksi", "kaksi", "kolme"] * 2
