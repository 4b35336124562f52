"""The page: a local workspace in the browser, where one acts as anybody in it."""

import asyncio
import json
import mimetypes
import threading
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from aiohttp import web

from lamppu_bot.workspace.errors import NotAcknowledgedError, NotOnScreenError, RefusedByWorkspaceError, SlackError
from lamppu_bot.workspace.hosting import HOST, HostThread
from lamppu_bot.workspace.page.acting import act, attach
from lamppu_bot.workspace.page.cast import Script
from lamppu_bot.workspace.page.clock import Clock, Moved, News
from lamppu_bot.workspace.page.guard import guard
from lamppu_bot.workspace.page.live import Live
from lamppu_bot.workspace.page.reading import Reading
from lamppu_bot.workspace.page.screen import HOME, Look, Screen
from lamppu_bot.workspace.people import Person
from lamppu_bot.workspace.workspace import Workspace

Json = dict[str, Any]

STATIC = Path(__file__).parent / "static"
LARGEST_UPLOAD = 100 * 1024 * 1024
# What a browser may show by itself; anything else is only saved, so that nothing in a file runs as part of the page.
SHOWN_INLINE = {"application/pdf", "image/png", "image/jpeg", "image/gif", "text/plain"}


class Page:
    """Serves the page on 127.0.0.1 while the context lasts; `port` 0 takes any.

    The workspace must have been started; `script` and `clock` come from whoever runs the rehearsal.
    """

    def __init__(self, workspace: Workspace, script: Script, clock: Clock, *, port: int = 0) -> None:
        self._workspace = workspace
        self._script = script
        self._clock = clock
        self._people = {role.person.id: role.person for role in script.roles}
        self._reading = Reading()
        self._screen = Screen(script.roles, self._reading)
        self._live = Live(workspace.state, self._describe)
        self._moving = threading.Lock()
        self._moved: Sequence[Moved] = ()
        self._host = HostThread(self._application(), port, self._on_start, self._live.stop, name="page")

    def __enter__(self) -> Self:
        self._host.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._host.stop()

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://{HOST}:{self._host.port}/"

    def _on_start(self) -> None:
        self._live.start(asyncio.get_running_loop())

    def _application(self) -> web.Application:
        app = web.Application(middlewares=[guard], client_max_size=LARGEST_UPLOAD)
        app.router.add_get("/", self.index)
        app.router.add_get("/script.json", self.script)
        app.router.add_get("/live", self._live.serve)
        app.router.add_post("/act", self.act)
        app.router.add_post("/move", self.move)
        app.router.add_post("/upload", self.upload)
        app.router.add_post("/attach", self.attach)
        app.router.add_get("/file/{id}/{name}", self.file)
        app.router.add_static("/static", STATIC)
        return app

    async def index(self, _request: web.Request) -> web.Response:
        """The empty page, in its language."""
        said = (STATIC / "index.html").read_text(encoding="utf-8")
        for name, value in (("language", self._script.language), ("title", self._script.title)):
            said = said.replace(f"{{{{{name}}}}}", escape(value))
        return web.Response(text=said, content_type="text/html")

    async def script(self, _request: web.Request) -> web.Response:
        """The page's own texts, whom one can be, and the commands."""
        commands = [{"command": one.command, "word": one.word, "does": one.does} for one in self._script.commands]
        first = next(iter(self._people), "")
        said = {"texts": dict(self._script.texts), "commands": commands, "first": first, "home": HOME}
        return web.json_response(said)

    def _describe(self, wanted: Json) -> Json | None:
        """What a look shows; where it names nobody or nothing, what is nearest."""
        person = self._people.get(str(wanted.get("as"))) or next(iter(self._people.values()), None)
        if person is None:
            return None
        place = str(wanted.get("place") or "")
        known = {channel.id for channel in person.state.channels_of(person.id)}
        place = place if place == HOME or place in known else person.dm.id
        if wanted.get("awake") and place != HOME and self._reading.read(person, person.state.channels[place]):
            self._workspace.state.touch()
        thread = str(wanted["thread"]) if wanted.get("thread") else None
        return {**self._screen.describe(Look(person, place, thread)), "clock": self._clock_json()}

    def _clock_json(self) -> Json:
        steps = [{"key": one.key, "moment": one.moment, "happens": one.happens} for one in self._clock.steps()]
        moved = [
            {"moment": one.moment, "what": one.what, "news": [_news(news) for news in one.news]} for one in self._moved
        ]
        return {"now": self._clock.now(), "steps": steps, "moved": moved, "moving": self._moving.locked()}

    async def act(self, request: web.Request) -> web.Response:
        """Somebody does something."""
        wish = await _json(request)
        person = self._person(wish.get("as"))
        return await _carried_out(lambda: act(person, wish))

    async def move(self, request: web.Request) -> web.Response:
        """The calendar moves on; a second press while it moves changes nothing."""
        key = str((await _json(request)).get("key"))
        return await _carried_out(lambda: self._move(key))

    def _move(self, key: str) -> None:
        if not self._moving.acquire(blocking=False):
            return
        try:
            self._workspace.state.touch()
            self._moved = self._clock.move(key)
        finally:
            self._moving.release()
            self._workspace.state.touch()

    async def upload(self, request: web.Request) -> web.Response:
        """Somebody posts a file: its bytes are the body, the rest stands in the query."""
        query, content = request.query, await request.read()
        person, name = self._person(query.get("as")), _file_name(query)
        thread = query.get("thread") or None
        return await _carried_out(lambda: person.upload(name, content, query.get("text", ""), query["channel"], thread))

    async def attach(self, request: web.Request) -> web.Response:
        """A file for a form."""
        person, name = self._person(request.query.get("as")), _file_name(request.query)
        return web.json_response(attach(person, name, await request.read()))

    async def file(self, request: web.Request) -> web.Response:
        """A file's bytes, to be shown where that is safe and else to be saved."""
        file = self._workspace.state.files.get(request.match_info["id"])
        if file is None or file.content is None:
            raise web.HTTPNotFound
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        how = "inline" if kind in SHOWN_INLINE else "attachment"
        headers = {"Content-Disposition": f"{how}; filename*=UTF-8''{quote(file.name)}"}
        charset = "utf-8" if kind.startswith("text/") else None
        return web.Response(body=file.content, content_type=kind, charset=charset, headers=headers)

    def _person(self, person_id: object) -> Person:
        person = self._people.get(str(person_id))
        if person is None:
            raise web.HTTPBadRequest(text="nobody here has this id")
        return person


def _news(news: News) -> Json:
    return {"text": news.text, "person": news.person_id, "place": news.channel_id, "thread": news.thread_ts}


async def _json(request: web.Request) -> Json:
    try:
        said = json.loads(await request.text())
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise web.HTTPBadRequest(text="a JSON object is wanted")
    return said


async def _carried_out(work: Callable[[], object]) -> web.Response:
    """Does the work on a thread, for the bot's acknowledgement is waited for; tells how it ended."""
    try:
        await asyncio.to_thread(work)
    except (NotOnScreenError, SlackError) as error:
        return _trouble("gone", error)
    except NotAcknowledgedError as error:
        return _trouble("unheard", error)
    except RefusedByWorkspaceError as error:
        return _trouble("refused", error)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise web.HTTPBadRequest(text="the page does not ask for such a thing") from error
    return web.json_response({"ok": True})


def _trouble(kind: str, error: Exception) -> web.Response:
    return web.json_response({"ok": False, "trouble": kind, "detail": str(error)})


def _file_name(query: Mapping[str, str]) -> str:
    name = Path(query.get("name", "").replace("\\", "/")).name
    if not name:
        raise web.HTTPBadRequest(text="the file has no name")
    return name
