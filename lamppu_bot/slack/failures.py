"""The one place where what went wrong becomes words: what a person is told, and what the log keeps."""

import http
import logging
import secrets
from collections.abc import Sequence
from typing import Any

from slack_bolt import App, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from lamppu_bot.errors import RefusedError
from lamppu_bot.messages import ids
from lamppu_bot.messages.answer_form import build_storage_errors, parse_answer_form
from lamppu_bot.messages.endings import build_trouble_view
from lamppu_bot.slack.client import CLICK_SECONDS, build_responder
from lamppu_bot.slack.pacing import TooEarlyError
from lamppu_bot.slack.pauses import RESPONSE_URL, UNDONE_CALL, Pauses
from lamppu_bot.slack.refusals import FAILED_CALL, Verdict, call_error, is_about_the_app, reason_for
from lamppu_bot.slack.responses import json_response
from lamppu_bot.slack.services import Services
from lamppu_bot.texts import Texts, languages, texts_for, texts_of
from storage.database import DatabaseUnavailableError

log = logging.getLogger(__name__)

Body = dict[str, Any]

_PASSING = (Verdict.TOO_FAST, Verdict.UNREACHABLE, Verdict.UNKNOWN)


class Failures:
    """Answers for a listener that raised. An event is answered 500, so that Slack sends it again."""

    def __init__(self, services: Services, pauses: Pauses) -> None:
        self.services = services
        self._pauses = pauses

    def register(self, app: App) -> None:
        app.error(self.handle)

    def handle(self, error: Exception, body: Body, client: WebClient) -> BoltResponse:
        if "event" in body:
            _logged(error)
            return BoltResponse(status=500)
        texts, *others = self._texts(error, body)
        said = _said(error, texts, others)
        if body.get("type") == "view_submission":
            return json_response(_submission_answer(error, said, body["view"], texts))
        if "command" in body:
            return json_response({"response_type": "ephemeral", "text": said})
        is_told = self._tell(client, body, error, said, texts)
        return BoltResponse(status=200 if is_told else 503)

    def _texts(self, error: Exception, body: Body) -> Sequence[Texts]:
        """What the person reads; where the database itself is the trouble, there is no time to ask it once more."""
        if isinstance(error, DatabaseUnavailableError):
            return _texts_on_screen(body)
        try:
            return (self.services.texts_of(body),)
        except DatabaseUnavailableError:
            return _texts_on_screen(body)

    def _tell(self, client: WebClient, body: Body, error: Exception, said: str, texts: Texts) -> bool:
        """Tells the person who pressed a button: in a small window, or beside the message when it cannot be opened.

        False where neither can be done: then the press is not acknowledged, and Slack itself shows that it failed.
        """
        url = body.get("response_url")
        if not (url and _took_too_long(error)) and _is_shown(client, body, said, texts):
            return True
        return bool(url) and self._is_answered(str(url), said)

    def _is_answered(self, url: str, said: str) -> bool:
        try:
            self._pauses.respect(RESPONSE_URL)
            answer = build_responder(url, CLICK_SECONDS).send(
                text=said, response_type="ephemeral", replace_original=False
            )
        except UNDONE_CALL as untold:
            log.warning("the person could not be told: %s", _named(untold))
            return False
        self._pauses.note_answered(answer)
        return answer.status_code == http.HTTPStatus.OK


def _texts_on_screen(body: Body) -> Sequence[Texts]:
    """The language of the button that was pressed, or of the form's; all of them where neither tells."""
    pressed = [action.get("text") or action.get("placeholder") or {} for action in body.get("actions", ())]
    labels = {found.get("text") for found in (*pressed, (body.get("view") or {}).get("close") or {})}
    known = [texts_of(None), *map(texts_for, languages())]
    speaking = [texts for texts in known if any(labels & set(forms) for forms in texts.entries.values())]
    return speaking[:1] or tuple(dict.fromkeys(known))


def _said(error: Exception, texts: Texts, others: Sequence[Texts]) -> str:
    """What the person reads. An error that nobody foresaw is logged under the reference they are given."""
    if isinstance(error, RefusedError):
        return worded(error, texts)
    reference = _logged(error)
    return "\n".join(one(_trouble(error), reference=reference) for one in (texts, *others))


def _trouble(error: Exception) -> str:
    """The sentence that says what is wrong and what to do."""
    if _is_slacks(error):
        return "trouble.slack"
    if _is_shut_out(error):
        return "trouble.access"
    return "trouble.database" if isinstance(error, DatabaseUnavailableError) else "trouble.reference"


def _logged(error: Exception) -> str:
    """Keeps in the log what nobody foresaw; returns the reference it stands under there."""
    reference = secrets.token_hex(3)
    if isinstance(error, DatabaseUnavailableError):
        log.warning("the database was not there: %s", error)
    elif _is_slacks(error):
        log.warning("Slack did not do what a listener asked for: %s", _named(error))
    elif _is_shut_out(error):
        log.error("Slack lets no listener do anything: %s", reason_for(_named(error)))
    elif not isinstance(error, RefusedError):
        log.error("reference %s", reference, exc_info=error)
    return reference


def _is_slacks(error: Exception) -> bool:
    """Whether a call came to nothing for a reason that passes: of Slack, of the network, or a click that took long."""
    if isinstance(error, TooEarlyError):
        return True
    if not isinstance(error, FAILED_CALL):
        return False
    failed = call_error("listener", error)
    return failed.verdict in _PASSING or failed.code in ("expired_trigger_id", "exchanged_trigger_id")


def _is_shut_out(error: Exception) -> bool:
    """Whether Slack takes no call of the app, until somebody puts its token or permissions right."""
    return isinstance(error, SlackApiError) and is_about_the_app(_named(error))


def _submission_answer(error: Exception, said: str, view: Body, texts: Texts) -> Body:
    """A form stays open with what was typed in it, whatever is wrong; one that asks for nothing gives way."""
    if isinstance(error, DatabaseUnavailableError) and view["callback_id"] == ids.ANSWER_FORM:
        return {"response_action": "errors", "errors": build_storage_errors(parse_answer_form(view), texts)}
    if (block_id := _input_of(view)) is not None:
        return {"response_action": "errors", "errors": {block_id: said}}
    return {"response_action": "update", "view": build_trouble_view(said, texts=texts)}


def worded(error: RefusedError, texts: Texts) -> str:
    return texts(error.key, **error.values)


def _input_of(view: Body) -> str | None:
    """The input beside which it is told why the form was not taken: that of the answer's text, or the first."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    texts = [block for block in inputs if block["element"]["action_id"] == ids.ANSWER_TEXT]
    return next((str(block["block_id"]) for block in (*texts, *inputs)), None)


def _took_too_long(error: Exception) -> bool:
    """Whether the three seconds in which a window can be opened are as good as over."""
    return isinstance(error, FAILED_CALL) and call_error("listener", error).code in ("timeout", "expired_trigger_id")


def _is_shown(client: WebClient, body: Body, said: str, texts: Texts) -> bool:
    is_in_form = (body.get("view") or {}).get("type") == "modal"
    try:
        show = client.views_push if is_in_form else client.views_open  # a form that is open stays, under it
        show(trigger_id=body["trigger_id"], view=build_trouble_view(said, texts=texts))
    except UNDONE_CALL as unopened:
        log.info("the explanation could not be opened: %s", _named(unopened))
        return False
    return True


def _named(error: Exception) -> str:
    """Not the exception's own text: that holds the whole request."""
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else type(error).__name__
