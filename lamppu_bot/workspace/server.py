"""The HTTP face of the workspace: Web API, uploads, downloads, response URLs and the Socket Mode address."""

import asyncio
import json
import time
from typing import Any

from aiohttp import web

from lamppu_bot.workspace import api
from lamppu_bot.workspace.errors import SlackError
from lamppu_bot.workspace.faults import AFTER_EFFECT, ApiCall, Fault, FaultList
from lamppu_bot.workspace.rate_limits import RateLimits
from lamppu_bot.workspace.responses import respond
from lamppu_bot.workspace.socket_mode import SocketMode
from lamppu_bot.workspace.state import WorkspaceState

LARGEST_UPLOAD = 100 * 1024 * 1024


class Server:
    """Answers HTTP requests; `calls` records those of the Web API, `faults` spoils them."""

    def __init__(self, state: WorkspaceState, sockets: SocketMode, rate_limits: RateLimits | None) -> None:
        self.state = state
        self.sockets = sockets
        self.rate_limits = rate_limits
        self.calls: list[ApiCall] = []
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
        args = await _arguments(request)
        token = str(args.pop("token", "")) or request.headers.get("Authorization", "").removeprefix("Bearer ")
        call = ApiCall(method, args, time.monotonic())
        return await self._handle(request, call, token)

    async def _handle(self, request: web.Request, call: ApiCall, token: str) -> web.StreamResponse:
        """Run a call, with the fault that hits it, and record both."""
        self.calls.append(call)
        fault = self.faults.take(call.method, call.args)
        if fault is None:
            status, headers = self._run(call, token)
            return self._answer(call.response, status, headers)
        if fault.kind in AFTER_EFFECT:
            self._run(call, token)
        else:
            call.outcome = fault.kind
        with self.state.lock:
            self.state.touch()
        return await self._spoil(request, call, fault)

    def _run(self, call: ApiCall, token: str) -> tuple[int, dict[str, str]]:
        """Do the call's work; its outcome and response are noted on it."""
        try:
            wait = self._wait(call)
            if wait:
                call.outcome, call.response = "ratelimited", SlackError("ratelimited").body()
                return 429, {"Retry-After": str(wait)}
            call.response = self._dispatch(call, token)
            call.outcome = "ok"
        except SlackError as error:
            call.outcome, call.response = error.code, error.body()
        return 200, {}

    def _wait(self, call: ApiCall) -> int:
        if self.rate_limits is None:
            return 0
        return self.rate_limits.retry_after(call.method, str(call.args.get("channel", "")))

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
        return api.call(self.state, call.method, call.args)

    def _answer(self, body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
        scopes = ",".join(sorted(self.state.settings.scopes))
        answer = web.json_response(body, status=status, headers=headers)
        answer.headers["x-oauth-scopes"] = scopes
        return answer

    async def _spoil(self, request: web.Request, call: ApiCall, fault: Fault) -> web.StreamResponse:
        """The answer, or its lack, that the fault makes of a call."""
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return self._answer(call.response)
        if fault.kind == "hang":
            await self._until_gone(request)
        if fault.kind in ("hang", "cut_before", "cut_after"):
            if request.transport is not None:
                request.transport.close()
            return web.Response(status=500)
        if fault.kind == "http_500":
            return web.Response(status=500, text="Internal Server Error")
        if fault.kind == "ratelimited":
            headers = {"Retry-After": str(fault.retry_after)}
            return self._answer(SlackError("ratelimited").body(), 429, headers)
        code = fault.error if fault.kind == "error" else fault.kind
        return self._answer(SlackError(code).body())

    @staticmethod
    async def _until_gone(request: web.Request) -> None:
        while request.transport is not None and not request.transport.is_closing():
            await asyncio.sleep(0.02)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """The bytes of an upload, as the body or as a form's file."""
        file = self.state.files.get(request.match_info["file_id"])
        content = await _upload_content(request)
        call = ApiCall("upload", {"file": request.match_info["file_id"]}, time.monotonic())
        self.calls.append(call)
        fault = self.faults.take(call.method, call.args)
        if fault is not None and fault.kind not in AFTER_EFFECT:
            call.outcome = fault.kind
            return await self._spoil(request, call, fault)
        if file is None or file.completed or len(content) != file.length:
            call.outcome = "refused"
            return web.Response(status=400, text="upload refused")
        file.content, call.outcome = content, "ok"
        if fault is not None:
            return await self._spoil(request, call, fault)
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.Response:
        """A file's bytes, with the bot's token only."""
        file = self.state.files.get(request.match_info["key"].partition("-")[2])
        if request.headers.get("Authorization") != f"Bearer {self.state.identity.bot_token}":
            raise web.HTTPForbidden(text="sign in first")
        if file is None or file.content is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type="application/octet-stream")

    async def response_url(self, request: web.Request) -> web.StreamResponse:
        """The bot's later answer to an interaction."""
        args = json.loads(await request.text())
        call = ApiCall("response_url", {**args, "key": request.match_info["key"]}, time.monotonic())
        self.calls.append(call)
        fault = self.faults.take(call.method, call.args)
        if fault is not None and fault.kind not in AFTER_EFFECT:
            call.outcome = fault.kind
            return await self._spoil(request, call, fault)
        try:
            respond(self.state, request.match_info["key"], args)
        except SlackError as error:
            call.outcome = error.code
            return web.json_response(error.body(), status=404)
        call.outcome = "ok"
        if fault is not None:
            return await self._spoil(request, call, fault)
        return web.Response(text="ok")


async def _arguments(request: web.Request) -> dict[str, Any]:
    """The arguments of a call: the query, and a JSON or form body."""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        return args | (json.loads(text) if text else {})
    return args | dict(await request.post())


async def _upload_content(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""
