"""What a failed call means for the message: surely not sent, perhaps sent, never going to work, too fast."""

import http.client
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from urllib.error import HTTPError, URLError

from slack_sdk.errors import SlackApiError

FAILED_CALL = (SlackApiError, OSError, http.client.HTTPException)  # Slack said no, or the network did


class Verdict(Enum):
    """All but UNKNOWN mean that the call had no effect."""

    TOO_FAST = auto()
    BLOCKS = auto()  # Slack does not take these blocks; plainer ones may do
    MISSING = auto()  # the message to be updated is not there any more
    PERMANENT = auto()  # a person must do something first
    REFUSED = auto()  # no, for a reason that may pass
    UNREACHABLE = auto()  # the request never left
    UNKNOWN = auto()


class CallError(Exception):
    """A call to Slack that failed. `code` is Slack's own error code, or one of the same manner."""

    def __init__(self, method: str, code: str, verdict: Verdict, retry_after: float = 0) -> None:
        super().__init__(f"{method}: {code}")
        self.method = method
        self.code = code
        self.verdict = verdict
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a message is parked: the code, and a sentence in English that says what to do."""

    code: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.sentence} ({self.code})"


BLOCKS = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch", "too_many_blocks"}
MISSING = {"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"}
# Slack's documentation of fatal_error and its kin: some of the operation may have succeeded.
UNKNOWN = {"internal_error", "fatal_error", "request_timeout", "service_unavailable"}

_ACCESS = "Slack does not accept the bot's token: install the app again and give Lamppu the new token"
_PERMISSION = "The app lacks a permission: compare its scopes with the manifest and install it again"
_CHANNEL = "The bot cannot see the channel: check its id in the project file and invite the bot to it"
_PERSON = "The person cannot be reached in this Slack workspace: check their e-mail address or name another contact"
_CONTENT = "Slack does not take the message as it is: tell those who run Lamppu"
PERMANENT = {
    "account_inactive": _ACCESS,
    "invalid_auth": _ACCESS,
    "not_authed": _ACCESS,
    "not_allowed_token_type": _ACCESS,
    "token_expired": _ACCESS,
    "token_revoked": _ACCESS,
    "missing_scope": _PERMISSION,
    "no_permission": _PERMISSION,
    "channel_not_found": _CHANNEL,
    "not_in_channel": "The bot is not in the channel: invite it with /invite",
    "is_archived": "The channel is archived: unarchive it or name another one in the project file",
    "restricted_action": "The workspace's settings do not let the bot post there: ask its administrator",
    "messages_tab_disabled": "The app takes no messages: switch its Messages tab on in the app's settings",
    "user_disabled": _PERSON,
    "user_not_found": _PERSON,
    "user_not_visible": _PERSON,
    "users_not_found": _PERSON,
    "cannot_dm_bot": _PERSON,
    "no_address": "Neither an e-mail address nor a Slack account is known of this person: add one to the project file",
    "no_recipient": _CONTENT,
    "thread_not_found": "The message that this one replies to has been deleted",
    "invalid_arguments": _CONTENT,
    "invalid_metadata_format": _CONTENT,
    "invalid_metadata_schema": _CONTENT,
    "msg_too_long": _CONTENT,
    "no_text": _CONTENT,
}


def is_about_the_app(code: str) -> bool:
    """Whether Slack would refuse any such call, until somebody puts the app itself right."""
    return PERMANENT.get(code) in (_ACCESS, _PERMISSION)


def is_about_the_token(code: str) -> bool:
    """Whether Slack takes the bot for nobody, until somebody gives it another token."""
    return PERMANENT.get(code) == _ACCESS


def reason_for(code: str) -> Reason:
    return Reason(code, PERMANENT.get(code, "Slack keeps refusing the message or failing at it"))


def cannot_look(code: str) -> Reason:
    """An attempt was cut off and the bot cannot read the conversation to see what came of it."""
    sentence = "It is not known whether this message arrived, and the bot cannot read there to find out: look yourself"
    return Reason(f"cannot_look:{code}", sentence)


def call_error(method: str, error: SlackApiError | OSError | http.client.HTTPException) -> CallError:
    """What an exception of the Slack client says about the call."""
    if isinstance(error, SlackApiError):
        return _answered(method, error)
    if isinstance(error, HTTPError):  # of an upload; HTTPError is a URLError
        return CallError(method, f"http_{error.code}", Verdict.UNKNOWN if error.code >= 500 else Verdict.REFUSED)
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ConnectionRefusedError | socket.gaierror):
        return CallError(method, "unreachable", Verdict.UNREACHABLE)
    return CallError(method, "timeout" if isinstance(cause, TimeoutError) else "cut_off", Verdict.UNKNOWN)


def _answered(method: str, error: SlackApiError) -> CallError:
    status, headers = error.response.status_code, error.response.headers
    said = str(error.response.get("error") or "")
    code = said if re.fullmatch(r"[a-z0-9_]+", said) else f"http_{status}"
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return CallError(method, "ratelimited", Verdict.TOO_FAST, retry_after_of(headers))
    if status >= 500 or code != said:  # without Slack's own word nobody knows what it did
        return CallError(method, code, Verdict.UNKNOWN)
    return CallError(method, code, verdict_on(code))


def retry_after_of(headers: Mapping[str, str]) -> float:
    """Seconds; 30 when Slack does not say."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(value) if value.isdigit() else 30.0


def verdict_on(code: str) -> Verdict:
    for verdict, codes in (
        (Verdict.BLOCKS, BLOCKS),
        (Verdict.MISSING, MISSING),
        (Verdict.UNKNOWN, UNKNOWN),
        (Verdict.PERMANENT, PERMANENT),
    ):
        if code in codes:
            return verdict
    return Verdict.REFUSED
