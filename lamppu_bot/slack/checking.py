"""`bot.py check`: whether Slack takes the tokens and grants the scopes, and whether its clock agrees with ours."""

import re
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.web import SlackResponse

from lamppu_bot.operating.checking_clock import clock_finding
from lamppu_bot.operating.findings import Finding, fail, note, ok
from lamppu_bot.settings import DEFAULT_HTTP_PORT, Settings, SlackSettings
from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.refusals import CallError, Verdict, is_about_the_app

# Each scope with what the bot needs it for; manifest.json asks for the same ones.
SCOPES = {
    "chat:write": "post cards, reminders and reports",
    "commands": "answer /lamppu",
    "im:write": "open direct messages",
    "im:history": "find what was posted and what people wrote while the bot was down",
    "files:read": "take the files that people give as evidence",
    "files:write": "post the report's files",
    "users:read": "know people by their Slack id",
    "users:read.email": "find contacts by their e-mail",
    "channels:read": "see the coordinators' channel",
    "groups:read": "see the coordinators' channel where it is private",
    "channels:history": "find a posted report again",
    "groups:history": "find a posted report again in a private channel",
}

_BOT_TOKENS = "OAuth & Permissions on the app's page"
_NEW_BOT_TOKEN = f"install the app to the workspace again, and copy the new token (xoxb-…; {_BOT_TOKENS})"
BOT_TOKEN_ADVICE = {
    "invalid_auth": f"Slack does not know it: copy it anew (xoxb-…; {_BOT_TOKENS})",
    "token_revoked": f"it was revoked: {_NEW_BOT_TOKEN}",
    "account_inactive": f"the app was taken out of the workspace: {_NEW_BOT_TOKEN}",
    "token_expired": f"it has expired: take the app's token rotation back, {_NEW_BOT_TOKEN}",
    "not_allowed_token_type": f"it is a token of another kind: copy the bot's (xoxb-…; {_BOT_TOKENS})",
}
_APP_TOKENS = "Basic Information, App-Level Tokens"
APP_TOKEN_ADVICE = {
    "invalid_auth": f"Slack does not know it, or it was revoked: make a new one with connections:write ({_APP_TOKENS})",
    "not_allowed_token_type": f"it is a token of another kind: an app-level one begins with xapp- ({_APP_TOKENS})",
    "missing_scope": f"it lacks connections:write: make a new one that has it ({_APP_TOKENS})",
}
NO_ANSWER = (Verdict.UNREACHABLE, Verdict.UNKNOWN, Verdict.TOO_FAST)
_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")
_APP_OF_TOKEN = re.compile(r"xapp-\d+-(A[A-Z0-9]+)-")


def settings_findings(settings: Settings) -> Iterator[Finding]:
    """Which way Slack reaches the bot, and whether what that takes is set; what else is wrong stopped us before."""
    if settings.slack_app_token is not None:
        yield ok("Socket Mode: the bot connects to Slack (SLACK_APP_TOKEN is set)")
    else:
        port = settings.port or DEFAULT_HTTP_PORT
        yield ok(f"HTTP: Slack posts to /slack/events, at port {port} (SLACK_APP_TOKEN is not set)")
    secret = settings.slack_signing_secret
    if secret is not None and not _SIGNING_SECRET.fullmatch(secret.get_secret_value()):
        advice = "copy it anew (Basic Information, App Credentials, Signing Secret): every request would be refused"
        yield fail("SLACK_SIGNING_SECRET is none: Slack's have 32 digits, 0-9 and a-f", advice)
    elif secret is not None:
        yield ok("SLACK_SIGNING_SECRET looks like one; whether it is this app's shows when Slack first calls")


class AppCheck:
    """What Slack says of the app. `answers` tells afterwards whether it is of use to ask for more."""

    def __init__(self, calls: Calls, slack: SlackSettings) -> None:
        self._calls = calls
        self._slack = slack
        self.answers = False

    def findings(self) -> Iterator[Finding]:
        """The tokens, the scopes and the clock."""
        try:
            yield from self._findings()
        except CallError as error:
            self.answers = False
            yield unanswered(error)

    def _findings(self) -> Iterator[Finding]:
        answer = None
        began = time.time()
        try:
            answer = self._calls.at_once("auth.test")
        except CallError as error:
            yield refusal("the bot token", error, BOT_TOKEN_ADVICE)
        else:
            self.answers = True
            yield ok(f"the bot token: {answer['user']} in the workspace {answer['team']}")
            yield from _clock(answer, (began + time.time()) / 2)
            yield from _scopes(answer)
        if self._slack.app_token is not None:
            yield from _app_token(self._calls, self._slack.app_token.get_secret_value(), answer)


def _clock(answer: SlackResponse, now: float) -> Iterator[Finding]:
    """`now` in seconds since the epoch, in the middle of the call. Slack tells whole seconds, cut off."""
    said = next((value for name, value in answer.headers.items() if name.lower() == "date"), None)
    if said is None:
        yield note("Slack's answer tells no time", "a proxy may take its headers away: look at the clock yourself")
    else:
        yield clock_finding("Slack's", now - parsedate_to_datetime(said).timestamp() - 0.5)


def _app_token(calls: Calls, app_token: str, answer: SlackResponse | None) -> Iterator[Finding]:
    """Asks for the address of a socket and opens none: what came in there would miss the bot."""
    try:
        calls.at_once("apps.connections.open", app_token=app_token)
    except CallError as error:
        yield refusal("the app token", error, APP_TOKEN_ADVICE)
        return
    app, of_token = _app_of(calls, answer), _APP_OF_TOKEN.match(app_token)
    if app and of_token and app != of_token[1]:
        advice = "take both tokens from the page of one app: what people press would reach the other"
        yield fail(f"the app token is of another app ({of_token[1]}) than the bot token ({app})", advice)
    else:
        yield ok("the app token: Socket Mode can be opened")


def _app_of(calls: Calls, answer: SlackResponse | None) -> str | None:
    """The id of the bot token's app; None where Slack does not tell."""
    if answer is None:
        return None
    try:
        bot: Mapping[str, Any] = calls.at_once("bots.info", bot=answer["bot_id"])["bot"]
    except CallError as error:
        if error.verdict in NO_ANSWER:
            raise
        return None
    return bot.get("app_id")


def refusal(what: str, error: CallError, advice: Mapping[str, str]) -> Finding:
    """Slack has said no. Raises the error where it has not."""
    if error.verdict in NO_ANSWER:
        raise error
    otherwise = "see docs.slack.dev for the word" if is_about_the_app(error.code) else next(iter(advice.values()))
    return fail(f"{what}: Slack answers {error.code}", advice.get(error.code, otherwise))


def unanswered(error: CallError) -> Finding:
    if error.verdict is Verdict.UNREACHABLE:
        advice = "check this machine's network, SLACK_API_URL and, behind a proxy, HTTPS_PROXY"
        return fail("Slack cannot be reached", advice)
    return fail(f"{error.method}: Slack gives no answer ({error.code})", "try again later")


def _scopes(answer: SlackResponse) -> Iterator[Finding]:
    granted = {scope.strip() for scope in (answer.headers.get("x-oauth-scopes") or "").split(",")}
    missing = [scope for scope in SCOPES if scope not in granted]
    for scope in missing:
        advice = "update the app from manifest.json and install it to the workspace again (docs/install.md)"
        yield fail(f"the scope {scope} is missing: it is needed to {SCOPES[scope]}", advice)
    if not missing:
        yield ok(f"all {len(SCOPES)} scopes are granted")
