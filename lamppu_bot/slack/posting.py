"""One delivery's protocol, by kind of content: a message posted or updated, a Home shown, files uploaded, an answer."""

import http
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from lamppu_bot.slack.addressing import Addresses
from lamppu_bot.slack.booking import Book
from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.client import build_responder
from lamppu_bot.slack.content import File, Obstacle, Post, Publish, Relay, Respond, Sayable, Upload
from lamppu_bot.slack.fetching import Fetching
from lamppu_bot.slack.lookup import metadata_of
from lamppu_bot.slack.pauses import RESPONSE_URL
from lamppu_bot.slack.refusals import BLOCKS, CallError, Verdict, retry_after_of
from lamppu_bot.slack.tracing import about
from storage.claims import Claimed

T = TypeVar("T")

logger = logging.getLogger(__name__)

SHARING = "files.completeUploadExternal"
# Of a view that has a block it does not take, Slack says this.
_VIEW_REFUSED = {*BLOCKS, "invalid_arguments"}


class Posting:
    """Every method settles the row, or raises CallError, TooEarlyError or LeaseLostError and leaves that to others."""

    def __init__(self, calls: Calls, book: Book, addresses: Addresses) -> None:
        self.calls = calls
        self.book = book
        self.addresses = addresses
        self.fetching = Fetching(calls)

    def post(self, claimed: Claimed, post: Post) -> None:
        channel = self.addresses.channel_of(claimed)
        ts = _first_accepted(claimed, post, lambda message: self._say(claimed, channel, message))
        self.book.sent(claimed, ts)

    def _say(self, claimed: Claimed, channel: str, message: Sayable) -> str:
        self.calls.pacer.wait_turn("chat.postMessage", channel)
        self.book.begin(claimed, channel)
        place = {"channel": channel, "thread_ts": claimed.thread_ts}
        quiet = {"unfurl_links": False, "unfurl_media": False}
        return str(self.calls.now("chat.postMessage", **place, **_said(claimed, message), **quiet)["ts"])

    def update(self, claimed: Claimed, post: Post) -> None:
        """A message that is gone from Slack stays gone: whoever deleted it meant it."""
        place = {"channel": claimed.channel, "ts": claimed.ts}

        def say(message: Sayable) -> None:
            self.calls.paced("chat.update", **place, **_said(claimed, message))

        try:
            _first_accepted(claimed, post, say)
        except CallError as refusal:
            if refusal.verdict is not Verdict.MISSING:
                raise
            logger.warning("cannot be updated: %s", refusal.code, extra=about(claimed))
        self.book.sent(claimed, claimed.ts)

    def publish(self, claimed: Claimed, home: Publish) -> None:
        """Takes the place of what stands there, so an attempt of unknown outcome is simply made again."""
        slack_id = self.addresses.slack_id_of(claimed)
        try:
            self._show(slack_id, home)
        except CallError as error:
            if error.verdict is not Verdict.UNKNOWN:
                raise
            raise CallError(error.method, error.code, Verdict.REFUSED) from None
        self.book.shown(claimed, home.digest)

    def _show(self, slack_id: str, home: Publish) -> None:
        try:
            self.calls.paced("views.publish", user_id=slack_id, view=home.view)
        except CallError as refusal:
            if refusal.code not in _VIEW_REFUSED:
                raise
            logger.warning("the Home of %s is shown in plain blocks: %s", slack_id, refusal.code)
            self.calls.paced("views.publish", user_id=slack_id, view=home.fallback)

    def upload(self, claimed: Claimed, upload: Upload) -> None:
        """Files that are up already, but known not to be shared, are shared as they are: Slack does that only once."""
        file_ids = list(claimed.file_ids) if claimed.shown == claimed.wanted else []
        self.book.put_up(claimed, file_ids)  # rendering them took its time
        channel = self.addresses.channel_of(claimed)
        for file in upload.files[len(file_ids) :]:
            file_ids.append(self._put_up(*file))
            self.book.put_up(claimed, file_ids)
        titles = [title for _, title, _ in upload.files]
        shared = [{"id": file_id, "title": title} for file_id, title in zip(file_ids, titles, strict=True)]
        self.calls.pacer.wait_turn(SHARING, channel)
        self.book.begin(claimed, channel, file_ids)
        self.calls.now(
            SHARING,
            files=shared,
            channel_id=channel,
            initial_comment=upload.comment,
            thread_ts=claimed.thread_ts,
        )
        self.book.sent(claimed, None)

    def relay(self, claimed: Claimed, relay: Relay) -> None:
        """As `upload`, with a file that is in Slack, but not where it is wanted. One that is up is not fetched anew."""
        is_up = bool(claimed.file_ids) and claimed.shown == claimed.wanted
        file = File(relay.title, relay.title, b"") if is_up else self._fetched(claimed, relay)
        if isinstance(file, Obstacle):
            self.post(claimed, relay.instead[file])
        else:
            self.upload(claimed, Upload((file,), relay.comment))

    def _fetched(self, claimed: Claimed, relay: Relay) -> File | Obstacle:
        found = self.fetching.find(relay.file_id)
        if isinstance(found, Obstacle):
            return found
        content = self.fetching.fetch(found, lambda: self.book.put_up(claimed, []))
        return content if isinstance(content, Obstacle) else File(found.name, relay.title, content)

    def _put_up(self, name: str, _title: str, content: bytes) -> str:
        place = self.calls.paced("files.getUploadURLExternal", filename=name, length=len(content))
        self.calls.upload(str(place["upload_url"]), content)
        return str(place["file_id"])

    def respond(self, claimed: Claimed, answer: Respond) -> None:
        """Tried once, unless Slack says that it is too fast: nobody can look whether an ephemeral message arrived."""
        self.calls.pacer.refuse_held(RESPONSE_URL)
        self.book.begin(claimed, claimed.channel)
        try:
            refusal = self._refusal_of(answer)
        except CallError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, there is no second try
            self.book.dropped(claimed, type(error).__name__)
            return
        if refusal is None:
            self.book.sent(claimed, None)
        else:
            self.book.dropped(claimed, refusal)

    def _refusal_of(self, answer: Respond) -> str | None:
        """Why Slack refused the answer; None when it took it. Raises CallError where it was too fast for any of it."""
        for number, post in enumerate(_posts(answer)):
            try:
                refusal = _respond(answer, post)
            except CallError as early:
                self.calls.pacer.hold(RESPONSE_URL, early.retry_after)
                if number == 0:
                    raise
                refusal = early.code  # what is there already must not come twice
            if refusal:
                return refusal
        return None


def _posts(answer: Respond) -> Iterator[Post]:
    yield Post(answer.message, answer.fallback)
    yield from answer.more


def _respond(answer: Respond, post: Post) -> str | None:
    """Why Slack refused the answer; None when it took it."""
    refusal = _answered(answer, post.message)
    if refusal in BLOCKS:  # nothing was shown, so saying it otherwise doubles nothing
        refusal = _answered(answer, post.fallback)
    return refusal


def _answered(answer: Respond, message: Sayable) -> str | None:
    """As `_respond`, of one try. Raises CallError where it comes too fast.

    The word stands in the body, as plain text or in JSON; Slack does not document the HTTP status beside it.
    """
    blocks = [dict(block) for block in message.blocks]
    client = build_responder(answer.response_url)
    sent = client.send(text=message.text, blocks=blocks, response_type="ephemeral", replace_original=answer.replaces)
    if sent.status_code == http.HTTPStatus.TOO_MANY_REQUESTS:
        raise CallError(RESPONSE_URL, "ratelimited", Verdict.TOO_FAST, retry_after_of(sent.headers))
    said = re.findall("[a-z_]+", str(sent.body))
    for word in said:
        if word in BLOCKS:
            return str(word)
    return None if sent.status_code == http.HTTPStatus.OK and "error" not in said else f"http_{sent.status_code}"


def _said(claimed: Claimed, message: Sayable) -> dict[str, Any]:
    blocks: list[Mapping[str, Any]] = list(message.blocks)
    return {"text": message.text, "blocks": blocks, "metadata": metadata_of(claimed.key)}


def _first_accepted(claimed: Claimed, post: Post, say: Callable[[Sayable], T]) -> T:
    try:
        return say(post.message)
    except CallError as refusal:
        if refusal.verdict is not Verdict.BLOCKS:
            raise
        logger.warning("goes out in plain blocks: %s", refusal.code, extra=about(claimed))
        return say(post.fallback)
