"""Tokens, scopes, unknown methods, the record of calls."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from lamppu_bot.workspace import RateLimits, Workspace


def test_auth_test_tells_who_and_which_scopes(ws, client):
    answer = client.auth_test()
    assert (answer["team_id"], answer["user_id"]) == (ws.team_id, ws.bot_user_id)
    assert set(answer.headers["x-oauth-scopes"].split(",")) == ws.settings.scopes


def test_wrong_token_is_refused(ws):
    with pytest.raises(SlackApiError, match="invalid_auth"):
        WebClient("xoxb-wrong", base_url=ws.api_url).auth_test()
    with pytest.raises(SlackApiError, match="not_authed"):
        WebClient(base_url=ws.api_url).auth_test()


def test_socket_address_needs_the_app_token(ws, client):
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        client.apps_connections_open(app_token=ws.bot_token)
    assert client.apps_connections_open(app_token=ws.app_token)["url"].startswith("ws://127.0.0.1:")


def test_missing_scope_names_what_is_needed(ws, client, liisa):
    ws.settings.scopes.discard("im:history")
    with pytest.raises(SlackApiError) as caught:
        client.conversations_history(channel=liisa.dm.id)
    answer = caught.value.response
    assert (answer["error"], answer["needed"]) == ("missing_scope", "im:history")
    assert "chat:write" in answer["provided"].split(",")


def test_unknown_method(client):
    with pytest.raises(SlackApiError, match="unknown_method"):
        client.api_call("chat.shout")


def test_calls_are_recorded_without_the_token(ws, client, liisa):
    client.chat_postMessage(channel=liisa.id, text="Hei")
    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel="C0NOWHERE", text="Hei")
    calls = ws.calls_to("chat.postMessage")
    assert [call.outcome for call in calls] == ["ok", "channel_not_found"]
    assert calls[0].args == {"channel": liisa.id, "text": "Hei"}
    assert calls[0].at < calls[1].at


def test_rate_limits_close_a_channel_and_no_other():
    with Workspace(rate_limits=RateLimits(time_factor=30)) as ws:
        client = WebClient(ws.bot_token, base_url=ws.api_url, retry_handlers=[])
        people = [ws.add_person(name, f"{name}@example.org") for name in ("a", "b")]
        for person in people:
            client.chat_postMessage(channel=person.id, text="1")
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=people[0].dm.id, text="2")
        assert caught.value.response.status_code == 429
        assert 0 < int(caught.value.response.headers["Retry-After"]) <= 30
        assert client.chat_update(channel=people[0].dm.id, ts=people[0].messages()[0].ts, text="3")["ok"]
        assert [call.outcome for call in ws.calls_to("chat.postMessage")] == ["ok", "ok", "ratelimited"]


def test_channel_opens_again_after_its_second():
    limits = RateLimits(time_factor=0.01)
    waits = [limits.retry_after("chat.postMessage", "D1", now) for now in (5.0, 5.009, 5.02)]
    assert waits == [0, 1, 0]


def test_workspace_budget_counts_all_channels():
    limits = RateLimits(posts_per_minute=3)
    assert [limits.retry_after("chat.postMessage", f"D{n}", 0.0) for n in range(3)] == [0, 0, 0]
    assert limits.retry_after("chat.postMessage", "D3", 0.0) > 0


def test_tier_limits_count_calls_per_minute():
    limits = RateLimits()
    waits = [limits.retry_after("users.list", "", 0.0) for _ in range(21)]
    assert waits[:20] == [0] * 20
    assert 0 < waits[20] <= 60
    assert limits.retry_after("users.info", "", 0.0) == 0


def members(client, **arguments):
    found = client.users_list(**arguments)
    return [one["name"] for one in found["members"]], found["response_metadata"]["next_cursor"]


def test_members_are_listed_by_pages(ws, client, liisa, olli):
    elsewhere = ws.add_person("Vieras", "vieras@example.org", external=True)
    last = ws.add_person("Viimeinen", "viimeinen@example.org", deactivated=True)
    names = [one.user.name for one in (liisa, olli, elsewhere, last)]
    first, cursor = members(client, limit=3)
    assert first == ["lamppu", *names[:2]]
    second, cursor = members(client, limit=1, cursor=cursor)
    assert (second, bool(cursor)) == ([], True), "one of another organisation is not shown, and more follow"
    assert members(client, limit=2, cursor=cursor) == ([last.user.name], "")
    assert members(client) == (["lamppu", names[0], names[1], names[3]], "")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"limit": "many"}, "invalid_limit"),
        ({"cursor": "bm9ib2R5"}, "invalid_cursor"),
        ({"cursor": "ä"}, "invalid_cursor"),
    ],
)
def test_members_asked_for_wrongly_are_refused(client, liisa, arguments, error):
    with pytest.raises(SlackApiError) as refused:
        client.users_list(**arguments)
    assert refused.value.response["error"] == error


def test_members_of_a_large_workspace_want_a_limit(ws, client):
    for number in range(1001):
        ws.add_person(f"Member {number}", f"{number}@example.org")
    with pytest.raises(SlackApiError, match="limit_required"):
        client.users_list()
    assert len(client.users_list(limit=5000)["members"]) == 1000
