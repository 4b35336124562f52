"""Faults in the way of calls: what the bot sees, and whether the effect happened."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from lamppu_bot.workspace import Fault


@pytest.mark.parametrize(("kind", "effect"), [("cut_before", []), ("cut_after", ["Hei"])])
def test_cut_connection_is_an_unknown_outcome(ws, client, liisa, kind, effect):
    ws.faults.append(Fault("chat.postMessage", kind))
    with pytest.raises(OSError, match=r"closed|reset"):
        client.chat_postMessage(channel=liisa.id, text="Hei")
    assert [one.text for one in liisa.messages()] == effect
    assert ws.calls_to("chat.postMessage")[0].outcome == kind


def test_default_client_doubles_a_post_whose_answer_was_cut(ws, liisa):
    """The first fact of SLACK.md: the reason why the bot posts without retry handlers."""
    ws.faults.append(Fault("chat.postMessage", "cut_after"))
    WebClient(ws.bot_token, base_url=ws.api_url).chat_postMessage(channel=liisa.id, text="Hei")
    assert [one.text for one in liisa.messages()] == ["Hei", "Hei"]


@pytest.mark.parametrize(("kind", "answer"), [("internal_error", "internal_error"), ("error", "fatal_error")])
def test_error_codes_come_once_and_without_the_effect(ws, client, liisa, kind, answer):
    ws.faults.append(Fault("chat.postMessage", kind))
    with pytest.raises(SlackApiError, match=answer):
        client.chat_postMessage(channel=liisa.id, text="Hei")
    assert liisa.messages() == []
    client.chat_postMessage(channel=liisa.id, text="Hei")
    assert len(liisa.messages()) == 1


def test_internal_error_can_have_the_effect_all_the_same(ws, client, liisa):
    ws.faults.append(Fault("chat.postMessage", "internal_error", after_effect=True))
    with pytest.raises(SlackApiError, match="internal_error"):
        client.chat_postMessage(channel=liisa.id, text="Hei")
    assert len(liisa.messages()) == 1


def test_http_500_and_429(ws, client, liisa):
    ws.faults.extend([Fault("*", "http_500"), Fault("*", "ratelimited", retry_after=7)])
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=liisa.id, text="Hei")
    assert caught.value.response.status_code == 500
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=liisa.id, text="Hei")
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize(("kind", "effect"), [("hang", []), ("slow", ["Hei"])])
def test_client_gives_up_on_a_late_answer(ws, liisa, kind, effect):
    ws.faults.append(Fault("chat.postMessage", kind, seconds=30))
    impatient = WebClient(ws.bot_token, base_url=ws.api_url, retry_handlers=[], timeout=0.2)
    with pytest.raises(TimeoutError):
        impatient.chat_postMessage(channel=liisa.id, text="Hei")
    assert [one.text for one in liisa.messages()] == effect


def test_fault_hits_only_the_calls_it_is_for(ws, client, liisa, olli):
    ws.faults.append(Fault("chat.postMessage", "internal_error", when=lambda args: args["channel"] == olli.id))
    client.chat_postMessage(channel=liisa.id, text="Hei")
    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel=olli.id, text="Hei")
