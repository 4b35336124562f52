"""The coordinators' buttons: postponing a round, posting the report, accepting a draft."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from lamppu_bot import accepting, keys, reporting, rounds
from lamppu_bot.errors import RefusedError
from lamppu_bot.messages import ids
from lamppu_bot.messages.preview import build_postpone_errors, build_postpone_form, parse_postpone_form
from lamppu_bot.slack.failures import worded
from lamppu_bot.slack.services import Services, person_of
from lamppu_bot.texts import texts_of
from storage import ledger, queries

Body = dict[str, Any]


class Coordinating:
    """Who may is decided in `rounds`, `reporting` and `accepting`, whatever the button says."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.action(ids.POSTPONE_OPEN)(self.handle_postpone_open)
        app.view(ids.POSTPONE_FORM)(self.handle_postpone)
        app.action(ids.REPORT_POST)(self.handle_report_post)
        app.action(ids.DRAFT_ACCEPT)(self.handle_draft_accept)

    def handle_postpone_open(self, ack: Ack, body: Body, client: WebClient) -> None:
        ref = ids.RoundRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.read() as session:
            person = person_of(session, body)
            project, _ = rounds.require_postponable(session, person, ref.round_id)
            texts = texts_of(person, project.language)
            view = build_postpone_form(queries.snapshot(session, ref.round_id), texts=texts)
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def handle_postpone(self, ack: Ack, body: Body, view: Body) -> None:
        submission = parse_postpone_form(view)
        try:
            with self.services.database.write() as session:
                person = person_of(session, body)
                rounds.postpone(session, person, submission.round_id, submission.opens_on, self.services.clock())
        except RefusedError as error:
            said = worded(error, self.services.texts_of(body))
            ack(response_action="errors", errors=build_postpone_errors(submission, said))
            return
        self.services.wake()
        ack()

    def handle_report_post(self, ack: Ack, body: Body) -> None:
        ref = ids.RoundRef.decode(ids.value_of(body["actions"][0]))
        now = self.services.clock()
        with self.services.database.write() as session:
            person = person_of(session, body)
            reporting.request(session, person, ref.round_id, now)
            subject = {"round": ref.round_id, "person": person.id, "response_url": body["response_url"]}
            key = keys.offer_posted(body["trigger_id"])
            ledger.order(session, key, "offer-posted", now=now.real, subject=subject)
        self.services.wake(calendar=True)
        ack()

    def handle_draft_accept(self, ack: Ack, body: Body) -> None:
        ref = ids.AnswerRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.write() as session:
            person = person_of(session, body)
            accepting.accept_draft(session, person, ref.answer_id, ref.version, self.services.clock())
        self.services.wake(calendar=True)
        ack()
