"""A real Bolt app in Socket Mode: messages, clicks and commands there and back."""

import pytest

from lamppu_bot.workspace import NotAcknowledgedError


def test_message_is_answered_in_its_thread(app, connected, liisa):
    @app.event("message")
    def answer(event, client):
        client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text=f"Heard: {event['text']}")

    with connected(app):
        said = liisa.say("a & b <x>")
        liisa.wait_for("Heard: a & b <x>")
    assert [one.text for one in said.thread] == ["Heard: a & b <x>"]


def test_click_updates_the_card(app, client, connected, liisa):
    card = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Open*"}},
        {
            "type": "actions",
            "elements": [
                {"type": "button", "text": {"type": "plain_text", "text": "Done"}, "action_id": "done", "value": "7"}
            ],
        },
    ]

    @app.action("done")
    def done(ack, action, body, client):
        ack()
        client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text=f"Closed {action['value']}")

    client.chat_postMessage(channel=liisa.id, text="Open", blocks=card)
    with connected(app):
        liisa.click("Done")
        liisa.wait_for("Closed 7")
    assert liisa.messages()[0].is_edited
    assert liisa.messages()[0].buttons == []


def test_click_without_listener_shows_a_warning(ws, app, client, connected, liisa):
    card = [{"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Lost"}}]}]
    client.chat_postMessage(channel=liisa.id, text="card", blocks=card)
    ws.sockets.ack_timeout = 0.1
    with connected(app), pytest.raises(NotAcknowledgedError, match="timeout"):
        liisa.click("Lost")


def test_command_answer_in_the_ack_is_ephemeral(app, connected, liisa):
    @app.command("/lamppu")
    def status(ack, command):
        ack(f"You said {command['text']}")

    with connected(app):
        answers = liisa.command("/lamppu", "status")
    assert [one.text for one in answers] == ["You said status"]
    assert liisa.messages() == []
