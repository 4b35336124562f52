"""Handing answers over to a colleague: the form, and the buttons of the request."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from lamppu_bot import handover
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.messages import ids
from lamppu_bot.messages.handover_form import (
    build_decline_form,
    build_handover_errors,
    build_handover_form,
    build_handover_sent,
    parse_decline_form,
    parse_handover_form,
)
from lamppu_bot.slack.failures import worded
from lamppu_bot.slack.services import Services, person_of
from lamppu_bot.texts import texts_of
from storage import queries
from storage.values import PersonView

Body = dict[str, Any]
Press = Callable[[Session, PersonView, int, Now], None]


class HandingOver:
    """Who may is decided in `handover`, whatever the button says."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.action(ids.HANDOVER_OPEN)(self.handle_open)
        app.view(ids.HANDOVER_FORM)(self.handle_submission)
        app.action(ids.HANDOVER_ACCEPT)(self._pressed(handover.accept))
        app.action(ids.HANDOVER_WITHDRAW)(self._pressed(handover.withdraw))
        app.action(ids.HANDOVER_DECLINE)(self.handle_decline_open)
        app.view(ids.HANDOVER_DECLINE_FORM)(self.handle_decline)

    def handle_open(self, ack: Ack, body: Body, client: WebClient) -> None:
        ref = ids.PartnerRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.read() as session:
            person = person_of(session, body)
            share = handover.require_handing_over(session, person, ref.round_id, ref.partner_id)
            texts = texts_of(person, share.project.language)
            view = build_handover_form([(share, ref.partner_id)], texts=texts)
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def handle_submission(self, ack: Ack, body: Body, view: Body) -> None:
        submission = parse_handover_form(view)
        pick = submission.pick
        request = handover.Request(
            pick.round_id, pick.partner_id, pick.answer_id, submission.slack_id, submission.message, view["id"]
        )
        try:
            with self.services.database.write() as session:
                person = person_of(session, body)
                asked = handover.ask(session, person, request, self.services.clock())
                share = queries.snapshot(session, asked.round_id, asked.partner_id)
        except RefusedError as error:
            said = worded(error, self.services.texts_of(body))
            ack(response_action="errors", errors=build_handover_errors(error.key, said))
            return
        self.services.wake(calendar=True)  # who the colleague is, Slack is asked by the calendar
        texts = texts_of(person, share.project.language)
        ack(response_action="update", view=build_handover_sent(asked, share, texts=texts))

    def handle_decline_open(self, ack: Ack, body: Body, client: WebClient) -> None:
        ref = ids.HandoverRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.read() as session:
            person = person_of(session, body)
            asked, share = handover.require_asked(session, person, ref.handover_id)
            view = build_decline_form(asked, share, texts=texts_of(person, share.project.language))
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def handle_decline(self, ack: Ack, body: Body, view: Body) -> None:
        ref, reason = parse_decline_form(view)
        with self.services.database.write() as session:
            handover.decline(session, person_of(session, body), ref.handover_id, reason, self.services.clock())
        self.services.wake()
        ack()

    def _pressed(self, press: Press) -> Callable[[Ack, Body], None]:
        def handle_press(ack: Ack, body: Body) -> None:
            ref = ids.HandoverRef.decode(ids.value_of(body["actions"][0]))
            with self.services.database.write() as session:
                press(session, person_of(session, body), ref.handover_id, self.services.clock())
            self.services.wake()
            ack()

        return handle_press
