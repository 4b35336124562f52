"""The HTTP face of the workspace: Web API, uploads, downloads, response URLs and the Socket Mode address."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

from aiohttp import web

from lamppu_bot.workspace import api
from lamppu_bot.workspace.errors import SlackError
from lamppu_bot.workspace.faults import ApiCall, Fault, FaultList
from lamppu_bot.workspace.rate_limits import RateLimits
from lamppu_bot.workspace.responses import respond
from lamppu_bot.workspace.socket_mode import SocketMode
from lamppu_bot.workspace.state import REMEMBERED, WorkspaceState

LARGEST_UPLOAD = 100 * 1024 * 1024

Work = Callable[[], dict[str, Any]]


class Server:
    """Answers HTTP requests; `calls` records those of the Web API, `faults` spoils them."""

    def __init__(self, state: WorkspaceState, sockets: SocketMode, rate_limits: RateLimits | None) -> None:
        self.state = state
        self.sockets = sockets
        self.rate_limits = rate_limits
        self.calls: deque[ApiCall] = deque(maxlen=REMEMBERED)
        self.faults = FaultList()

    def application(self) -> web.Application:
        """The routes."""
        app = web.Application(client_max_size=LARGEST_UPLOAD)
        app.router.add_route("*", "/api/{method}", self.api)
        app.router.add_post("/upload/{file_id}", self.upload)
        app.router.add_get("/files/{key}/{tail:.*}", self.download)
        app.router.add_post("/response/{key}", self.response_url)
        app.router.add_get("/link", self.sockets.serve)
        return app

    async def api(self, request: web.Request) -> web.StreamResponse:
        """One Web API call."""
        method = request.match_info["method"]
        try:
            args = await _arguments(request)
        except ValueError:
            return self._answer(SlackError("invalid_json").body())
        token = str(args.pop("token", "")) or request.headers.get("Authorization", "").removeprefix("Bearer ")
        call = ApiCall(method, args, self.state.monotonic())
        return await self._handle(request, call, lambda: self._dispatch(call, token))

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """The bytes of an upload, as the body or as a form's file."""
        content = await _upload_content(request)
        file_id = request.match_info["file_id"]
        call = ApiCall("upload", {"file": file_id}, self.state.monotonic())
        return await self._handle(request, call, lambda: self._store(file_id, content), error_status=400)

    async def response_url(self, request: web.Request) -> web.StreamResponse:
        """The bot's later answer to an interaction."""
        key = request.match_info["key"]
        args = json.loads(await request.text())
        call = ApiCall("response_url", args, self.state.monotonic())
        return await self._handle(request, call, lambda: self._respond(key, args), error_status=404)

    async def _handle(
        self, request: web.Request, call: ApiCall, work: Work, error_status: int = 200
    ) -> web.StreamResponse:
        """Do a call's work unless a fault is in its way, and record how it went."""
        self.calls.append(call)
        fault = self.faults.take(call.method, call.args)
        if fault is not None and fault.kind == "late":
            self.state.let_pass(fault.seconds)
            fault = None
        if fault is None or fault.does_the_work:
            status, headers = self._run(call, work, error_status)
        if fault is not None:
            call.outcome = fault.kind
        self.state.touch()
        if fault is None:
            return self._answer(call.response, status, headers)
        return await self._spoil(request, call, fault)

    def _run(self, call: ApiCall, work: Work, error_status: int) -> tuple[int, dict[str, str]]:
        """Do the work and note outcome and response on the call; returns the status and headers to answer with."""
        wait = self._wait(call)
        if wait:
            call.outcome, call.response = "ratelimited", SlackError("ratelimited").body()
            call.retry_after = wait
            return 429, {"Retry-After": str(wait)}
        try:
            call.response = work()
            call.outcome = "ok"
        except SlackError as error:
            call.outcome, call.response = error.code, error.body()
            return error_status, {}
        return 200, {}

    def _wait(self, call: ApiCall) -> int:
        if self.rate_limits is None:
            return 0
        target = str(call.args.get("channel", ""))
        user = self.state.users.get(target)
        channel = self.state.dm_with(user).id if user else target
        return self.rate_limits.retry_after(call.method, channel, call.at)

    def _dispatch(self, call: ApiCall, token: str) -> dict[str, Any]:
        identity = self.state.identity
        if call.method == "api.test":
            return api.call(self.state, call.method, call.args)
        if not token:
            raise SlackError("not_authed")
        if call.method == "apps.connections.open":
            if token != identity.app_token:
                raise SlackError("not_allowed_token_type" if token == identity.bot_token else "invalid_auth")
            address = self.state.url.replace("http", "ws", 1)
            return {"ok": True, "url": f"{address}/link?ticket={self.sockets.issue_ticket()}"}
        if token != identity.bot_token:
            raise SlackError("invalid_auth")
        if self.state.settings.token_error:
            raise SlackError(self.state.settings.token_error)
        return api.call(self.state, call.method, call.args)

    def _store(self, file_id: str, content: bytes) -> dict[str, Any]:
        file = self.state.files.get(file_id)
        if file is None or file.completed or len(content) != file.length:
            raise SlackError("upload_refused")
        file.content = content
        return {"ok": True, "size": len(content)}

    def _respond(self, key: str, args: dict[str, Any]) -> dict[str, Any]:
        respond(self.state, key, args)
        return {"ok": True}

    def _answer(self, body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
        settings = self.state.settings
        date = formatdate(time.time() + settings.clock_ahead, usegmt=True)
        told = {"x-oauth-scopes": ",".join(sorted(settings.scopes)), "Date": date}
        return web.json_response(body, status=status, headers=told | (headers or {}))

    async def _spoil(self, request: web.Request, call: ApiCall, fault: Fault) -> web.StreamResponse:
        """The answer, or its lack, that the fault makes of a call."""
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return self._answer(call.response)
        if fault.kind == "hang":
            await asyncio.Event().wait()  # ends by cancellation, when the client gives up or the server stops
        if fault.kind in ("cut_before", "cut_after") and request.transport is not None:
            request.transport.close()
        if fault.kind == "ratelimited":
            call.retry_after = fault.retry_after
            headers = {"Retry-After": str(fault.retry_after)}
            return self._answer(SlackError("ratelimited").body(), 429, headers)
        if fault.kind in ("error", "internal_error"):
            return self._answer(SlackError(fault.code).body())
        return web.Response(status=500, text="Internal Server Error")

    async def download(self, request: web.Request) -> web.Response:
        """A file's bytes, with the bot's token only."""
        if request.headers.get("Authorization") != f"Bearer {self.state.identity.bot_token}":
            raise web.HTTPForbidden(text="sign in first")
        file = self.state.files.get(request.match_info["key"].partition("-")[2])
        if file is None or file.content is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type="application/octet-stream")


async def _arguments(request: web.Request) -> dict[str, Any]:
    """The arguments of a call: the query, and a JSON or form body."""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        body = json.loads(text) if text else {}
        if not isinstance(body, dict):
            raise ValueError("the body is no object")
        return args | body
    return args | dict(await request.post())


async def _upload_content(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""
