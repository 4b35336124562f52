"""Leaving a partner out this semester and taking it back in: the forms, and what they send in."""

from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from lamppu_bot.errors import RefusedError
from lamppu_bot.messages import ids
from lamppu_bot.messages.ids import ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.messages.skip_forms import (
    build_skip_done,
    build_skip_errors,
    build_skip_form,
    build_take_back_form,
    parse_skip_reason,
)
from lamppu_bot.messages.tool_forms import parse_partner_ref
from lamppu_bot.slack.failures import worded
from lamppu_bot.slack.services import Services, person_of
from lamppu_bot.steering import skipping
from lamppu_bot.steering.permission import Form, require_share, require_steered
from lamppu_bot.texts import texts_of
from storage.values import PersonView

Body = dict[str, Any]


class Skipping:
    """Who may is decided in `steering.skipping`."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.view(ids.SKIP_FORM)(self.handle_skip)
        app.view(ids.TAKE_BACK_FORM)(self.handle_take_back)

    def open_form(self, session: Session, person: PersonView, ref: ToolRef, typed: str) -> View:
        steered = require_steered(session, person, ref.round_id)
        partner, share = require_share(session, steered, ref.partner_id or 0)
        texts = texts_of(person, steered.project.language)
        if partner.id in share.skipped:
            return build_take_back_form(share, partner.id, texts=texts)
        return build_skip_form(share, partner.id, typed=typed, texts=texts)

    def handle_skip(self, ack: Ack, body: Body, view: Body) -> None:
        ref, partner_id = parse_partner_ref(view)
        reason, now = parse_skip_reason(view), self.services.clock()
        try:
            if not reason:
                raise RefusedError("refused.no_reason")
            with self.services.database.write() as session:
                person = person_of(session, body)
                share = skipping.skip(session, Form(person, view["id"]), ref.round_id, partner_id, reason, now)
        except RefusedError as error:
            ack(response_action="errors", errors=build_skip_errors(ref, worded(error, self.services.texts_of(body))))
            return
        self.services.wake(calendar=True)
        texts = texts_of(person, share.project.language)
        ack(response_action="update", view=build_skip_done(share, partner_id, texts=texts))

    def handle_take_back(self, ack: Ack, body: Body, view: Body) -> None:
        ref, partner_id = parse_partner_ref(view)
        with self.services.database.write() as session:
            person = person_of(session, body)
            form, now = Form(person, view["id"]), self.services.clock()
            share = skipping.take_back(session, form, ref.round_id, partner_id, now)
        self.services.wake(calendar=True)
        texts = texts_of(person, share.project.language)
        ack(response_action="update", view=build_skip_done(share, partner_id, texts=texts))
