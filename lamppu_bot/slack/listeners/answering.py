"""Answering with the form: opening it from the card, and what is sent in."""

from typing import Any

from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient

from lamppu_bot import answers, conversation
from lamppu_bot.answers import Saved, Writing
from lamppu_bot.messages import ids
from lamppu_bot.messages.answer_form import build_form_errors, is_complete, parse_answer_form
from lamppu_bot.slack import forms
from lamppu_bot.slack.responses import json_response
from lamppu_bot.slack.services import Services, person_of, slack_id_of
from storage.values import Source

Body = dict[str, Any]


class Answering:
    """The listeners of the answer form. Each parses, calls one function and answers."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.view(ids.ANSWER_FORM)(self.handle_submission)  # first, for Bolt asks one listener after the other
        app.action(ids.ANSWER_OPEN)(self.handle_open)
        app.action(ids.ANSWER_NEXT)(self.handle_next)
        app.action(ids.TALK_FORM)(self.handle_open_from_talk)

    def handle_open(self, ack: Ack, body: Body, client: WebClient) -> None:
        ref = ids.AnswerRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.read() as session:
            view = forms.answer_form(session, person_of(session, body), ref.answer_id)
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def handle_next(self, ack: Ack, body: Body, client: WebClient) -> None:
        ref = ids.PartnerRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.read() as session:
            view = forms.next_form(session, person_of(session, body), ref)
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def handle_open_from_talk(self, ack: Ack, body: Body, client: WebClient) -> None:
        ref = ids.TalkRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.read() as session:
            answer_id = conversation.answer_of(session, ref.conversation_id)
            view = forms.answer_form(session, person_of(session, body), answer_id)
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def handle_submission(self, body: Body, view: Body) -> BoltResponse:
        submission = parse_answer_form(view)
        if not is_complete(submission):
            errors = build_form_errors(submission, self.services.texts_of(body))
            return json_response({"response_action": "errors", "errors": errors})
        writing = Writing(
            answer_id=submission.answer_id,
            version=submission.version,
            state=submission.choice,
            document=submission.document,
            source=Source.FORM,
            origin=view["id"],
            details=submission.details.said,
        )
        with self.services.database.write() as session:
            person, outcome = answers.save_by(session, slack_id_of(body), writing, self.services.clock())
            build = forms.form_after(person, outcome, submission)
        if isinstance(outcome, Saved) and outcome.was_last:  # cards can wait until the worker looks by itself
            self.services.wake(calendar=outcome.ends_round)
        return json_response({"response_action": "update", "view": build()})
