"""Changing a partner's contact and deputy: the form, and what it sends in."""

from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from lamppu_bot.errors import RefusedError
from lamppu_bot.messages import ids
from lamppu_bot.messages.contact_form import (
    FIELDS,
    build_contact_done,
    build_contact_errors,
    build_contact_form,
    build_contact_refusal,
    parse_contact_form,
)
from lamppu_bot.messages.ids import ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.messages.tool_forms import parse_partner_ref
from lamppu_bot.slack.failures import worded
from lamppu_bot.slack.services import Services, person_of
from lamppu_bot.steering import people
from lamppu_bot.steering.people import Named, People
from lamppu_bot.steering.permission import Form
from lamppu_bot.texts import texts_of
from storage import queries
from storage.values import PersonView

Body = dict[str, Any]


class ChangingPeople:
    """Who may is decided in `steering.people`."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.view(ids.CONTACT_FORM)(self.handle_change)

    def open_form(self, session: Session, person: PersonView, ref: ToolRef, typed: str) -> View:
        steered, partner = people.require_partner(session, person, ref.round_id, ref.partner_id or 0)
        found = queries.expected_snapshot(session, ref.round_id)
        return build_contact_form(found, partner, typed=typed, texts=texts_of(person, steered.project.language))

    def handle_change(self, ack: Ack, body: Body, view: Body) -> None:
        ref, partner_id = parse_partner_ref(view)
        written = parse_contact_form(view)
        contact, deputy = (Named(*(written[role, field] for field in FIELDS)) for role in ("contact", "deputy"))
        wanted = People(contact, deputy)
        if problems := people.problems_of(wanted):
            texts = self.services.texts_of(body)
            ack(response_action="errors", errors=build_contact_errors(ref, problems, texts))
            return
        try:
            with self.services.database.write() as session:
                form, now = Form(person_of(session, body), view["id"]), self.services.clock()
                partner = people.change_people(session, form, ref.round_id, partner_id, wanted, now)
        except RefusedError as error:
            said = worded(error, self.services.texts_of(body))
            ack(response_action="errors", errors=build_contact_refusal(ref, said))
            return
        self.services.wake(calendar=True)
        ack(response_action="update", view=build_contact_done(partner, texts=self.services.texts_of(body)))
