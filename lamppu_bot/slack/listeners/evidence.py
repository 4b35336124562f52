"""Links and files of an answer: opening their form over that of the answer, and what is sent in."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from lamppu_bot import evidence
from lamppu_bot.evidence import Full
from lamppu_bot.messages import ids
from lamppu_bot.messages.evidence_form import build_links_error, parse_evidence_form
from lamppu_bot.slack import forms
from lamppu_bot.slack.services import Services, person_of

Body = dict[str, Any]


class EvidenceForms:
    """The listeners of the form for links and files."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.action(ids.EVIDENCE_OPEN)(self.handle_open)
        app.view(ids.EVIDENCE_FORM)(self.handle_submission)

    def handle_open(self, ack: Ack, body: Body, client: WebClient) -> None:
        ref = ids.AnswerRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.read() as session:
            view = forms.evidence_form(session, person_of(session, body), ref.answer_id)
        client.views_push(trigger_id=body["trigger_id"], view=view)
        ack()

    def handle_submission(self, ack: Ack, body: Body, view: Body) -> None:
        submission = parse_evidence_form(view)
        if submission.wrong is not None:
            ack(response_action="errors", errors=build_links_error(submission, self.services.texts_of(body)))
            return
        if submission.is_empty:
            ack()
            return
        with self.services.database.write() as session:
            person, now = person_of(session, body), self.services.clock()
            outcome = evidence.change(
                session, person, submission.ref.answer_id, given=submission.given, removed=submission.removed, now=now
            )
        if isinstance(outcome, Full):
            errors = build_links_error(submission, self.services.texts_of(body), most=evidence.MOST)
            ack(response_action="errors", errors=errors)
            return
        ack(response_action="update", view=forms.evidence_after(person, outcome, submission))
