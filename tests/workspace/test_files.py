"""Uploads step by step, by the SDK's helper, and by people; response URLs."""

import urllib.error
import urllib.request

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from lamppu_bot.workspace import Fault


def put(url, content):
    with urllib.request.urlopen(urllib.request.Request(url, data=content, method="POST"), timeout=5) as answer:
        return answer.status


def start(client, name, content):
    answer = client.files_getUploadURLExternal(filename=name, length=len(content))
    put(answer["upload_url"], content)
    return answer["file_id"]


def test_upload_of_several_files_makes_one_message_without_a_ts(client, liisa):
    client.chat_postMessage(channel=liisa.id, text="Raportti")
    parent = liisa.messages()[0]
    ids = [start(client, name, b"PK" + name.encode()) for name in ("lomake.docx", "taulukko.xlsx")]
    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_info(file=ids[0])
    answer = client.files_completeUploadExternal(
        files=[{"id": one, "title": f"Tiedosto {n}"} for n, one in enumerate(ids)],
        channel_id=liisa.dm.id,
        thread_ts=parent.ts,
        initial_comment="Lomakkeet",
    )
    assert [set(file) for file in answer["files"]] == [{"id", "title"}] * 2
    (reply,) = parent.thread
    assert reply.text == "Lomakkeet\n(Tiedosto 0)\n(Tiedosto 1)"
    assert [file.content for file in reply.files] == [b"PKlomake.docx", b"PKtaulukko.xlsx"]
    shares = client.files_info(file=ids[1])["file"]["shares"]
    assert shares["private"][liisa.dm.id][0]["ts"] == reply.ts
    assert shares["private"][liisa.dm.id][0]["thread_ts"] == parent.ts


def test_completing_works_only_once(client, liisa):
    file_id = start(client, "lomake.docx", b"PK")
    client.files_completeUploadExternal(files=[{"id": file_id}], channel_id=liisa.dm.id)
    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_completeUploadExternal(files=[{"id": file_id}], channel_id=liisa.dm.id)
    assert len(liisa.messages()) == 1


def test_completing_whose_answer_is_cut_is_found_by_file_id(ws, client, liisa):
    file_id = start(client, "lomake.docx", b"PK")
    ws.faults.append(Fault("files.completeUploadExternal", "cut_after"))
    with pytest.raises(OSError, match=r"closed|reset"):
        client.files_completeUploadExternal(files=[{"id": file_id}], channel_id=liisa.dm.id)
    shares = client.files_info(file=file_id)["file"]["shares"]
    assert shares["private"][liisa.dm.id][0]["ts"] == liisa.messages()[0].ts


def test_upload_of_another_length_is_refused(client):
    answer = client.files_getUploadURLExternal(filename="a.txt", length=3)
    with pytest.raises(urllib.error.HTTPError, match="400"):
        put(answer["upload_url"], b"four")
    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_completeUploadExternal(files=[{"id": answer["file_id"]}])


def test_sdk_helper_uploads(ws, client, liisa):
    channel = ws.add_channel("hanke", members=[liisa])
    client.files_upload_v2(channel=channel.id, content="sisältö", filename="a.txt", title="Liite")
    (message,) = liisa.messages("hanke")
    assert [(file.title, file.content) for file in message.files] == [("Liite", "sisältö".encode())]
    assert "public" in client.files_info(file=message.files[0].id)["file"]["shares"]


def test_upload_of_a_person_is_told_and_downloaded(ws, app, connected, liisa):
    heard = []
    app.event("message")(lambda body: heard.append(body["event"]))
    with connected(app):
        liisa.upload("näyttö kuva.png", b"\x89PNG", "Tässä")
        ws.wait_until(lambda: heard, what="the event")
    assert (heard[0]["subtype"], heard[0]["text"]) == ("file_share", "Tässä")
    url = heard[0]["files"][0]["url_private_download"]
    signed = urllib.request.Request(url, headers={"Authorization": f"Bearer {ws.bot_token}"})
    with urllib.request.urlopen(signed, timeout=5) as answer:
        assert answer.read() == b"\x89PNG"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(url, timeout=5)


@pytest.fixture
def webhook(app, client, connected, liisa):
    """The response URL of a click on a message in the DM."""
    urls = []

    @app.action("press")
    def press(ack, body):
        urls.append(body["response_url"])
        ack()

    button = {"type": "button", "text": {"type": "plain_text", "text": "Paina"}, "action_id": "press"}
    client.chat_postMessage(channel=liisa.id, text="Alku", blocks=[{"type": "actions", "elements": [button]}])
    with connected(app):
        liisa.click("Paina")
    return WebhookClient(urls[0], retry_handlers=[])


def test_response_url_works_five_times(webhook, liisa):
    for number in range(5):
        assert webhook.send(text=str(number)).status_code == 200
    refused = webhook.send(text="5")
    assert (refused.status_code, "used_url" in refused.body) == (404, True)
    assert [one.text for one in liisa.ephemerals] == ["0", "1", "2", "3", "4"]


def test_response_url_replaces_posts_and_deletes(webhook, liisa):
    webhook.send(text="Korvattu", replace_original=True)
    assert [(one.text, one.buttons) for one in liisa.messages()] == [("Korvattu", [])]
    webhook.send(text="Kaikille", response_type="in_channel")
    webhook.send(delete_original=True)
    assert [one.text for one in liisa.messages()] == ["Kaikille"]
    assert liisa.ephemerals == []


def test_unknown_response_url(ws):
    answer = WebhookClient(f"{ws.url}/response/none").send(text="x")
    assert (answer.status_code, "expired_url" in answer.body) == (404, True)
