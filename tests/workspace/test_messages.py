"""Posting, changing, finding and deleting messages by the real WebClient."""

import pytest
from slack_sdk.errors import SlackApiError

KEY = {"event_type": "lamppu_delivery", "event_payload": {"key": "card:1"}}


def error_of(call, **args):
    with pytest.raises(SlackApiError) as caught:
        call(**args)
    return caught.value.response


def test_post_to_a_person_opens_their_dm(client, liisa):
    posted = client.chat_postMessage(channel=liisa.id, text="Hei")
    assert posted["channel"] == liisa.dm.id == client.conversations_open(users=liisa.id)["channel"]["id"]
    assert [one.text for one in liisa.messages()] == ["Hei"]


def test_message_is_found_by_its_metadata(client, liisa):
    posted = client.chat_postMessage(channel=liisa.id, text="Hei", metadata=KEY)
    client.chat_postMessage(channel=liisa.id, text="Toinen")
    found = client.conversations_history(channel=posted["channel"], include_all_metadata=True)["messages"]
    assert [one.get("metadata") for one in found] == [None, KEY]
    bare = client.conversations_history(channel=posted["channel"])["messages"]
    assert all("metadata" not in one for one in bare)


def test_thread_reply_is_in_replies_only(client, liisa):
    parent = client.chat_postMessage(channel=liisa.id, text="Kysymys")
    dm = parent["channel"]
    reply = client.chat_postMessage(channel=dm, text="Vastaus", thread_ts=parent["ts"], metadata=KEY)
    history = client.conversations_history(channel=dm)["messages"]
    assert [(one["ts"], one["reply_count"]) for one in history] == [(parent["ts"], 1)]
    replies = client.conversations_replies(channel=dm, ts=parent["ts"], include_all_metadata=True)["messages"]
    assert [one["ts"] for one in replies] == [parent["ts"], reply["ts"]]
    assert replies[1]["metadata"] == KEY
    assert [one.text for one in liisa.messages()[0].thread] == ["Vastaus"]


def test_history_pages_newest_first(client, liisa):
    ts = [client.chat_postMessage(channel=liisa.id, text=str(n))["ts"] for n in range(5)]
    pages = [
        [one["text"] for one in page["messages"]] for page in client.conversations_history(channel=liisa.dm.id, limit=2)
    ]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]
    between = client.conversations_history(channel=liisa.dm.id, oldest=ts[1], latest=ts[3])
    assert [one["text"] for one in between["messages"]] == ["2"]
    around = client.conversations_history(channel=liisa.dm.id, oldest=ts[1], latest=ts[3], inclusive=True)
    assert [one["text"] for one in around["messages"]] == ["3", "2", "1"]


def test_update_replaces_text_and_keeps_metadata(client, liisa):
    posted = client.chat_postMessage(channel=liisa.id, text="Vanha", metadata=KEY)
    client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Uusi")
    found = client.conversations_history(channel=posted["channel"], include_all_metadata=True)["messages"][0]
    assert (found["text"], found["metadata"]) == ("Uusi", KEY)


def test_update_of_what_is_not_the_bots_is_refused(client, liisa):
    said = liisa.say("Minun")
    dm = liisa.dm.id
    assert error_of(client.chat_update, channel=dm, ts=said.ts, text="x")["error"] == "cant_update_message"
    assert error_of(client.chat_update, channel=dm, ts="1.000001", text="x")["error"] == "message_not_found"
    assert error_of(client.chat_delete, channel=dm, ts=said.ts)["error"] == "cant_delete_message"


def test_deleted_parent_leaves_a_tombstone(client, liisa):
    parent = client.chat_postMessage(channel=liisa.id, text="Kysymys")
    client.chat_postMessage(channel=parent["channel"], text="Vastaus", thread_ts=parent["ts"])
    client.chat_delete(channel=parent["channel"], ts=parent["ts"])
    assert [one.text for one in liisa.messages()] == ["This message was deleted."]
    assert [one.text for one in liisa.messages()[0].thread] == ["Vastaus"]


def test_ephemeral_is_seen_by_one_and_kept_nowhere(ws, client, liisa, olli):
    channel = ws.add_channel("hanke", members=[liisa, olli])
    client.chat_postEphemeral(channel=channel.id, user=liisa.id, text="Vain sinulle")
    assert [one.text for one in liisa.ephemerals] == ["Vain sinulle"]
    assert olli.ephemerals == []
    assert client.conversations_history(channel=channel.id)["messages"] == []
    ws.remove(channel, olli)
    refused = error_of(client.chat_postEphemeral, channel=channel.id, user=olli.id, text="x")
    assert refused["error"] == "user_not_in_channel"


def test_channels_that_the_bot_cannot_write_to(ws, client, liisa):
    private = ws.add_channel("salainen", members=[liisa], private=True, bot=False)
    public = ws.add_channel("yleinen", members=[liisa], bot=False)
    archived = ws.add_channel("vanha", members=[liisa])
    ws.archive(archived)
    gone = ws.add_person("Gone", "gone@example.org", deactivated=True)
    stranger = ws.add_person("Stranger", "stranger@example.com", external=True)
    errors = {
        private.id: "channel_not_found",
        public.id: "not_in_channel",
        archived.id: "is_archived",
        gone.id: "user_disabled",
        stranger.id: "user_not_visible",
        "U0NOBODY": "user_not_found",
        "C0NOWHERE": "channel_not_found",
    }
    for channel, error in errors.items():
        assert error_of(client.chat_postMessage, channel=channel, text="x")["error"] == error
    ws.invite(public)
    assert client.chat_postMessage(channel=public.id, text="x")["ok"]


def test_switched_off_messages_tab_refuses_posts(ws, client, liisa):
    ws.settings.messages_tab_enabled = False
    assert error_of(client.chat_postMessage, channel=liisa.id, text="x")["error"] == "messages_tab_disabled"


@pytest.mark.filterwarnings("ignore:The top-level `text`")
def test_empty_message_is_refused(client, liisa):
    assert error_of(client.chat_postMessage, channel=liisa.id, text=" ")["error"] == "no_text"


def test_update_text_is_limited_to_4000_characters(client, liisa):
    posted = client.chat_postMessage(channel=liisa.id, text="x")
    place = {"channel": posted["channel"], "ts": posted["ts"]}
    assert client.chat_update(**place, text="x" * 4000)["ok"]
    assert error_of(client.chat_update, **place, text="x" * 4001)["error"] == "msg_too_long"


def test_message_text_is_cut_at_40000_characters(client, liisa):
    client.chat_postMessage(channel=liisa.id, text="x" * 40_001)
    assert len(liisa.messages()[0].text) == 40_000


def test_people_by_id_and_address(ws, client, liisa):
    info = client.users_info(user=liisa.id, include_locale=True)["user"]
    assert (info["locale"], info["tz"], info["profile"]["email"]) == ("fi-FI", "Europe/Helsinki", "liisa@example.org")
    assert "locale" not in client.users_info(user=liisa.id)["user"]
    assert client.users_lookupByEmail(email="LIISA@example.org")["user"]["id"] == liisa.id
    ws.deactivate(liisa)
    assert error_of(client.users_lookupByEmail, email="liisa@example.org")["error"] == "users_not_found"


def test_conversation_facts(ws, client, liisa, olli):
    channel = ws.add_channel("hanke", members=[liisa, olli])
    assert client.conversations_info(channel=channel.id)["channel"]["is_member"]
    assert set(client.conversations_members(channel=channel.id)["members"]) == {liisa.id, olli.id, ws.bot_user_id}
    assert [one["name"] for one in client.conversations_list()["channels"]] == ["hanke"]


def test_reaction_and_permalink(client, liisa):
    said = liisa.say("Hei")
    dm = liisa.dm.id
    assert error_of(client.reactions_add, channel=dm, timestamp=said.ts, name="eyes")["error"] == "missing_scope"
    link = client.chat_getPermalink(channel=dm, message_ts=said.ts)["permalink"]
    assert link.endswith(f"/archives/{dm}/p{said.ts.replace('.', '')}")


def test_reaction_with_the_scope(ws, client, liisa):
    ws.settings.scopes.add("reactions:write")
    said = liisa.say("Hei")
    client.reactions_add(channel=liisa.dm.id, timestamp=said.ts, name="eyes")
    found = client.conversations_history(channel=liisa.dm.id)["messages"][0]
    assert found["reactions"] == [{"name": "eyes", "users": [ws.bot_user_id], "count": 1}]
