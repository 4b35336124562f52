"""Files that people shared with the bot: what Slack knows of them, and their bytes, fetched from Slack alone."""

import http.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from slack_sdk import WebClient

from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.client import HTTP_SECONDS
from lamppu_bot.slack.content import Obstacle
from lamppu_bot.slack.refusals import CallError, Verdict, call_error

LARGEST: Final = 50_000_000
"""Bytes of a file that is handed on: it is held in memory on its way."""

_CHUNK = 1_000_000
_SLACK, _SLACK_FILES = "slack.com", "files.slack.com"
_GONE = frozenset({"file_not_found", "file_deleted"})
_GONE_MODES = frozenset({"tombstone", "hidden_by_limit"})
_GONE_STATUS = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Found:
    name: str
    url: str
    size: int


class Fetching:
    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self._opener = _opener(calls.client)

    def find(self, file_id: str) -> Found | Obstacle:
        """Where the file is and how large. Raises CallError, TooEarlyError."""
        try:
            file = self.calls.paced("files.info", file=file_id)["file"]
        except CallError as refusal:
            if refusal.code in _GONE:
                return Obstacle.GONE
            raise
        return self._found(file)

    def _found(self, file: Mapping[str, Any]) -> Found | Obstacle:
        if file.get("mode") in _GONE_MODES:
            return Obstacle.GONE
        url = str(file.get("url_private_download") or file.get("url_private") or "")
        if file.get("is_external") or not is_slack_s(url, str(self.calls.client.base_url)):
            return Obstacle.ELSEWHERE
        found = Found(str(file.get("name") or file["id"]), url, int(file.get("size") or 0))
        return Obstacle.TOO_LARGE if found.size > LARGEST else found

    def fetch(self, found: Found, alive: Callable[[], None]) -> bytes | Obstacle:
        """The file's bytes, all of them; `alive` is called every now and then. Raises CallError."""
        token = {"Authorization": f"Bearer {self.calls.client.token}"}
        content = bytearray()
        try:
            with self._opener.open(Request(found.url, headers=token), timeout=HTTP_SECONDS) as answer:  # noqa: S310
                while chunk := answer.read(_CHUNK):
                    content += chunk
                    if len(content) > found.size:  # a page that asks to sign in, for one
                        break
                    alive()
        except HTTPError as error:
            if error.code in _GONE_STATUS:
                return Obstacle.GONE
            raise _refused(call_error("download", error).code) from None
        except (OSError, http.client.HTTPException) as error:
            raise _refused(call_error("download", error).code) from None
        if len(content) != found.size:
            raise _refused("wrong_length")
        return bytes(content)


def _refused(code: str) -> CallError:
    """Nothing has been sent yet, whatever went wrong, so nothing need be looked for."""
    return CallError("download", code, Verdict.REFUSED)


def is_slack_s(url: str, api_url: str) -> bool:
    """Whether the bot's token may go there: to where the API is, and to Slack's own host of files."""
    there, api = urlsplit(url), urlsplit(api_url)
    if (there.scheme, there.netloc) == (api.scheme, api.netloc):
        return True
    return api.hostname == _SLACK and (there.scheme, there.netloc) == ("https", _SLACK_FILES)


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would carry the token to wherever it leads."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _opener(client: WebClient) -> OpenerDirector:
    return build_opener(_NoRedirect, HTTPSHandler(context=client.ssl))
