"""Events that are redelivered, sent twice, lost; connections that are refreshed and dropped."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import aiohttp
from slack_bolt import App

from lamppu_bot.workspace import Workspace


def test_event_of_a_raising_listener_comes_again(ws, app, connected, liisa):
    tries = []

    @app.event("message")
    def fail_twice(body, request):
        tries.append((body["event_id"], *map(request.headers.get, ("x-slack-retry-num", "x-slack-retry-reason"))))
        if len(tries) < 3:
            raise RuntimeError("not yet")

    with connected(app):
        ws.sockets.ack_timeout = 0.4
        liisa.say("Hei")
        ws.wait_delivered()
    event_id = tries[0][0]
    assert tries == [(event_id, ["0"], [""]), (event_id, ["1"], ["timeout"]), (event_id, ["2"], ["timeout"])]
    assert (ws.deliveries[-1].acked, ws.deliveries[-1].failures) == (True, ["timeout", "timeout"])


def test_event_without_a_bot_is_given_up_and_stays_in_history(ws, client, liisa):
    said = liisa.say("Kuuleeko kukaan?")
    assert ws.deliveries[-1].done.wait(5)
    assert ws.deliveries[-1].failures == ["connection_failed"] * 4
    history = client.conversations_history(channel=liisa.dm.id)["messages"]
    assert [one["ts"] for one in history] == [said.ts]


def test_same_event_can_be_delivered_twice(ws, app, connected, liisa):
    heard = []
    app.event("message")(lambda body: heard.append(body["event_id"]))
    with connected(app):
        liisa.say("Hei")
        ws.wait_until(lambda: len(heard) == 1, what="the message")
        ws.deliver_again(ws.deliveries[-1]).done.wait(5)
    assert heard == [heard[0]] * 2


def test_edits_and_deletions_arrive(app, connected, liisa):
    heard = []

    @app.event("message")
    def note(event):
        heard.append(event)

    with connected(app):
        said = liisa.say("yksi")
        liisa.wait_for(lambda _: len(heard) == 1)
        liisa.edit(said, "kaksi <3")
        liisa.wait_for(lambda _: len(heard) == 2)
        liisa.delete(said)
        liisa.wait_for(lambda _: len(heard) == 3)
    posted, changed, deleted = heard
    assert (posted["channel_type"], posted["text"]) == ("im", "yksi")
    assert changed["subtype"] == "message_changed"
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("kaksi &lt;3", "yksi")
    assert changed["message"]["edited"]["user"] == liisa.id
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", posted["ts"])
    assert liisa.messages() == []


def test_bots_own_messages_do_not_reach_its_listeners(ws, app, client, connected, liisa):
    heard = []
    app.event("message")(lambda event: heard.append(event["text"]))
    with connected(app):
        client.chat_postMessage(channel=liisa.id, text="Hei")
        ws.wait_delivered()
    assert ws.deliveries[-1].acked
    assert heard == []


def test_unsubscribed_events_are_not_sent(ws, app, connected, liisa):
    channel = ws.add_channel("hanke", members=[liisa])
    with connected(app):
        liisa.say("Hei", channel)
        assert list(ws.deliveries) == []
        ws.settings.events.add("message.channels")
        liisa.say("Hei", "hanke")
        assert [one.payload["event"]["channel_type"] for one in ws.deliveries] == ["channel"]


def test_each_envelope_goes_to_one_of_two_connections(ws, app, connected, liisa):
    heard = []
    app.event("message")(lambda event: heard.append(event["text"]))
    with connected(app), connected(app):
        ws.wait_connected(2)
        for number in range(10):
            liisa.say(str(number))
        ws.wait_until(lambda: len(heard) >= 10, what="ten messages")
    assert sorted(heard, key=int) == [str(number) for number in range(10)]


def test_refreshed_connection_goes_on(ws, app, connected, liisa):
    heard = []
    app.event("message")(lambda event: heard.append(event["text"]))
    with connected(app):
        before = list(ws.sockets.connections)
        ws.refresh_sockets()
        ws.wait_until(lambda: ws.sockets.connections and before[0] not in ws.sockets.connections, what="a new one")
        liisa.say("Hei")
        ws.wait_until(lambda: heard == ["Hei"], what="the message")


def test_cut_connections_end_without_a_word(ws, client):
    async def until_cut():
        async with aiohttp.ClientSession() as session:
            url = client.apps_connections_open(app_token=ws.app_token)["url"]
            socket = await session.ws_connect(url)
            hello = await socket.receive_json()
            await asyncio.to_thread(ws.drop_sockets)
            return hello["type"], (await socket.receive()).type, socket.close_code

    assert asyncio.run(until_cut()) == ("hello", aiohttp.WSMsgType.CLOSED, aiohttp.WSCloseCode.ABNORMAL_CLOSURE)
    assert ws.sockets.connections == []


def test_eleventh_connection_is_turned_away(ws, client):
    async def open_all(count):
        async with aiohttp.ClientSession() as session:
            urls = [client.apps_connections_open(app_token=ws.app_token)["url"] for _ in range(count)]
            sockets = [await session.ws_connect(url) for url in urls]
            return [await socket.receive_json() for socket in sockets]

    first = asyncio.run(open_all(11))
    assert [frame["type"] for frame in first] == ["hello"] * 10 + ["disconnect"]
    assert first[-1]["reason"] == "too_many_websockets"


def test_http_mode_signs_retries_and_verifies(http_bot):
    with http_bot() as (app, ws):
        liisa = ws.add_person("Liisa", "liisa@example.org")
        tries = []

        @app.event("message")
        def fail_once(request):
            tries.append([request.headers.get(f"x-slack-retry-{name}") for name in ("num", "reason")])
            if len(tries) == 1:
                raise RuntimeError("not yet")

        @app.command("/lamppu")
        def status(ack, command):
            ack(f"{command['text']} å")

        assert ws.verify_request_url()
        liisa.say("Hei")
        ws.wait_until(lambda: ws.deliveries[-1].acked, what="the acknowledgement")
        assert tries == [[None, None], [["1"], ["http_error"]]]
        assert [one.text for one in liisa.command("/lamppu", "status")] == ["status å"]


def test_event_whose_acknowledgement_is_lost_by_http_comes_again(http_bot):
    with http_bot() as (app, ws):
        heard = []
        app.event("message")(lambda body: heard.append(body["event_id"]))
        ws.lose_acknowledgement()
        ws.add_person("Liisa", "liisa@example.org").say("Hei")
        ws.wait_delivered()
        assert heard == [heard[0]] * 2
        assert ws.deliveries[-1].failures == ["connection_failed"]


def test_switch_to_socket_mode_and_back_brings_everything_the_other_way(http_bot, connected):
    with http_bot() as (app, ws):
        liisa, heard = ws.add_person("Liisa", "liisa@example.org"), []
        by_socket = App(client=app.client, signing_secret=ws.signing_secret, process_before_response=True)
        app.event("message")(lambda event: heard.append(("http", event["text"])))
        by_socket.event("message")(lambda event: heard.append(("socket", event["text"])))
        with connected(by_socket, ws):
            for enabled in (True, False):
                ws.use_socket_mode(enabled=enabled)
                liisa.say("Hei")
                ws.wait_delivered()
    assert heard == [("socket", "Hei"), ("http", "Hei")]


def test_http_mode_carries_clicks(http_bot):
    button = {"type": "button", "text": {"type": "plain_text", "text": "Valmis"}, "action_id": "done"}
    with http_bot() as (app, ws):
        liisa = ws.add_person("Liisa", "liisa@example.org")
        app.action("done")(lambda ack, say: (ack(), say("Kiitos")))
        app.client.chat_postMessage(channel=liisa.id, text="x", blocks=[{"type": "actions", "elements": [button]}])
        liisa.click("Valmis")
        liisa.wait_for("Kiitos")


def test_forged_signature_is_refused(http_bot):
    with http_bot() as (app, ws):
        liisa = ws.add_person("Liisa", "liisa@example.org")
        heard = []
        app.event("message")(lambda: heard.append(1))
        ws.http.signing_secret = "another"
        liisa.say("Hei")
        ws.wait_delivered()
        assert ws.deliveries[-1].failures == ["http_error"] * 4
        assert heard == []


def test_timestamps_follow_the_clock_and_never_repeat():
    now = [1_337_000_000.0]
    with Workspace(clock=lambda: now[0]) as ws:
        liisa = ws.add_person("Liisa", "liisa@example.org")
        first, second = liisa.say("a"), liisa.say("b")
        now[0] += 3600
        third = liisa.say("c")
    assert [first.ts, second.ts, third.ts] == ["1337000000.000000", "1337000000.000001", "1337003600.000000"]


def test_many_people_at_once_are_all_heard(ws, client, connected):
    app = App(client=client, process_before_response=True)
    heard = []
    app.event("message")(lambda event: heard.append(event["user"]))
    people = [ws.add_person(f"P{n}", f"p{n}@example.org") for n in range(8)]
    with connected(app), ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda person: [person.say(str(n)) for n in range(10)], people))
        ws.wait_until(lambda: len(heard) == 80, what="eighty messages")
    assert {user: heard.count(user) for user in heard} == {person.id: 10 for person in people}


def test_stopping_gives_up_what_is_under_way():
    with Workspace() as ws:
        liisa = ws.add_person("Liisa", "liisa@example.org")
        liisa.say("Hei")
        under_way = ws.deliveries[-1]
    assert under_way.done.wait(5)
    assert not under_way.acked
