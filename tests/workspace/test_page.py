"""The workspace's page: who may talk to it, what it tells of a conversation, what it does for a person."""

import asyncio
import http.client
import json
from collections.abc import Iterator, Sequence

import aiohttp
import pytest

from lamppu_bot.workspace import Person, Workspace
from lamppu_bot.workspace.page import Clock, Command, Moved, News, Page, Role, Script, Step


class Sundial:
    """A calendar of one step."""

    def __init__(self) -> None:
        self.hours = 9

    def now(self) -> str:
        return f"klo {self.hours}"

    def steps(self) -> Sequence[Step]:
        return [Step("next", f"klo {self.hours + 1}", ("tunti kuluu",)), Step("due")]

    def move(self, key: str) -> Sequence[Moved]:
        self.hours += 1
        return [Moved(self.now(), key, (News("Liisa: kortti", "U1", "D1"),))]


@pytest.fixture
def clock() -> Clock:
    return Sundial()


@pytest.fixture
def page(ws: Workspace, liisa: Person, olli: Person, clock: Clock) -> Iterator[Page]:
    roles = [Role(liisa, "yhteyshenkilö"), Role(olli, "koordinaattori")]
    script = Script("Harjoitus <1>", "fi", {"send": "Lähetä"}, roles, [Command("/lamppu", "help", "apua")])
    with Page(ws, script, clock) as page:
        yield page


def ask(page: Page, method: str, path: str, body: object = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """A request as a browser at the page makes it, unless the headers say otherwise."""
    host = page.url.removeprefix("http://").removesuffix("/")
    connection = http.client.HTTPConnection(host, timeout=10)
    own = {"Host": host, "Origin": f"http://{host}", "Content-Type": "application/json"} | headers
    content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
    connection.request(method, path, content, {name: value for name, value in own.items() if value})
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return found


def seen(page: Page, **look: object) -> dict[str, object]:
    """What an open page that looks there is sent."""

    async def look_once() -> dict[str, object]:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{page.url}live", origin=page.url.removesuffix("/")) as socket,
        ):
            await socket.send_str(json.dumps(look))
            return dict(await socket.receive_json(timeout=5))

    return asyncio.run(look_once())


def test_page_is_served_with_headers_that_allow_nothing_but_itself(page: Page) -> None:
    status, headers, body = ask(page, "GET", "/", Origin="")
    assert status == 200
    assert b'lang="fi"' in body
    assert b"Harjoitus &lt;1&gt;" in body
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'; ")
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    status, headers, _ = ask(page, "GET", "/static/main.js", Origin="")
    assert (status, headers["Content-Security-Policy"]) == (200, policy)


@pytest.mark.parametrize("host", ["example.org", "localhost.example.org:80", "127.0.0.1", "127.0.0.1:1"])
def test_request_by_another_name_is_turned_away(page: Page, host: str) -> None:
    """DNS rebinding: a name of somebody else's that leads to this machine."""
    for method, path in (("GET", "/"), ("GET", "/script.json"), ("POST", "/act")):
        assert ask(page, method, path, Host=host, Origin=f"http://{host}")[0] == 403


@pytest.mark.parametrize("origin", ["", "null", "https://example.org", "http://127.0.0.1", "http://127.0.0.1:1"])
def test_page_elsewhere_changes_nothing(page: Page, liisa: Person, clock: Sundial, origin: str) -> None:
    wish = {"as": liisa.id, "do": "say", "channel": liisa.dm.id, "text": "x"}
    assert ask(page, "POST", "/act", wish, Origin=origin)[0] == 403
    assert ask(page, "POST", "/move", {"key": "next"}, Origin=origin)[0] == 403
    assert ask(page, "POST", f"/upload?as={liisa.id}&channel={liisa.dm.id}&name=a", b"x", Origin=origin)[0] == 403
    handshake = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    assert ask(page, "GET", "/live", Origin=origin, **handshake)[0] == 403
    assert liisa.messages() == []
    assert clock.hours == 9


@pytest.mark.parametrize(
    "wish",
    [
        [],
        {},
        {"as": "U404", "do": "say"},
        {"do": "nothing"},
        {"do": "say"},
        {"do": "say", "channel": "here", "text": "  "},
        {"do": "press", "view": "", "channel": 7, "ts": None},
    ],
)
def test_what_the_page_never_asks_is_refused(page: Page, liisa: Person, wish: object) -> None:
    said = {"as": liisa.id, **wish} if isinstance(wish, dict) else wish
    status, _, body = ask(page, "POST", "/act", said)
    assert status == 400 or (status, json.loads(body)["trouble"]) == (200, "gone")
    assert liisa.messages() == []


def test_person_writes_edits_and_deletes(page: Page, liisa: Person) -> None:
    base = {"as": liisa.id, "channel": liisa.dm.id}
    assert ask(page, "POST", "/act", {**base, "do": "say", "text": "eka <b>"})[0] == 200
    [message] = liisa.messages()
    assert message.text == "eka <b>"
    ask(page, "POST", "/act", {**base, "do": "edit", "ts": message.ts, "text": "toka"})
    assert (message.text, message.is_edited) == ("toka", True)
    ask(page, "POST", "/act", {**base, "do": "delete", "ts": message.ts})
    assert liisa.messages() == []
    _, _, body = ask(page, "POST", "/act", {**base, "do": "delete", "ts": message.ts})
    assert json.loads(body)["trouble"] == "gone"


def test_nobody_edits_what_another_wrote_or_reads_what_is_not_theirs(page: Page, liisa: Person, olli: Person) -> None:
    message = liisa.say("minun")
    _, _, body = ask(
        page, "POST", "/act", {"as": olli.id, "do": "edit", "channel": liisa.dm.id, "ts": message.ts, "text": "x"}
    )
    assert json.loads(body)["trouble"] == "gone"
    assert message.text == "minun"
    assert seen(page, **{"as": olli.id, "place": liisa.dm.id})["place"] == olli.dm.id


def test_file_is_uploaded_and_opened_as_its_kind_allows(page: Page, liisa: Person) -> None:
    for name, kind, how in (
        ("sivu.html", "text/html", "attachment"),
        ("kuva.svg", "image/svg+xml", "attachment"),
        ("lomake.pdf", "application/pdf", "inline"),
        ("../näyte.txt", "text/plain", "inline"),
    ):
        query = f"as={liisa.id}&channel={liisa.dm.id}&name={name.replace('ä', '%C3%A4')}"
        assert ask(page, "POST", f"/upload?{query}", b"sisus")[0] == 200
        file = liisa.messages()[-1].files[0]
        status, headers, body = ask(page, "GET", f"/file/{file.id}/x", Origin="")
        assert (status, body) == (200, b"sisus")
        assert headers["Content-Type"].startswith(kind)
        assert headers["Content-Disposition"].startswith(how)
    assert file.name == "näyte.txt"


def test_what_is_seen_and_how_much_of_it_is_new(page: Page, ws: Workspace, client, liisa: Person, olli: Person) -> None:
    client.chat_postMessage(channel=liisa.id, text="*Hei* <@U0LAMPPU> &amp; <https://example.org|linkki>")
    ws.add_channel("yhteinen", members=[olli])
    shown = seen(page, **{"as": olli.id})
    assert [(one["name"], one["about"], one["unread"]) for one in shown["people"]] == [
        ("Liisa Lamppu", "yhteyshenkilö", 1),
        ("Olli Ohjaaja", "koordinaattori", 0),
    ]
    assert [one["name"] for one in shown["places"]] == ["directmessage", "yhteinen"]
    shown = seen(page, **{"as": liisa.id, "awake": True})
    [message] = shown["messages"]
    assert message["text"] == [
        {
            "p": "text",
            "runs": [
                {"b": True, "t": "Hei"},
                {"t": " "},
                {"t": "@Lamppu", "m": True},
                {"t": " & "},
                {"t": "linkki", "u": "https://example.org"},
            ],
        }
    ]
    assert [one["unread"] for one in seen(page, **{"as": olli.id})["people"]] == [0, 0]


def test_clock_moves_on_and_tells_what_came(page: Page) -> None:
    assert ask(page, "POST", "/move", {"key": "next"})[0] == 200
    clock = seen(page, place="")["clock"]
    assert clock["now"] == "klo 10"
    assert clock["steps"][1] == {"key": "due", "moment": "", "happens": []}
    [moved] = clock["moved"]
    assert moved["news"] == [{"text": "Liisa: kortti", "person": "U1", "place": "D1", "thread": None}]
