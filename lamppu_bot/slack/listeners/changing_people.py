"""Changing a partner's contact and deputy: the form, and what it sends in."""

from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from lamppu_bot.errors import RefusedError
from lamppu_bot.messages import ids
from lamppu_bot.messages.contact_form import (
    FIELDS,
    ROLES,
    Written,
    build_contact_conflict,
    build_contact_done,
    build_contact_errors,
    build_contact_form,
    build_contact_refusal,
    parse_contact_form,
)
from lamppu_bot.messages.ids import ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.slack.failures import worded
from lamppu_bot.slack.services import Services, person_of
from lamppu_bot.steering import people
from lamppu_bot.steering.people import Met, Named, People
from lamppu_bot.steering.permission import Form
from lamppu_bot.texts import Texts, texts_of
from storage import queries
from storage.values import PartnerView, PersonView, RoundSnapshot

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
        submission = parse_contact_form(view)
        seen, wanted = _people(submission.seen), _people(submission.written)
        if problems := people.problems_of(wanted):
            texts = self.services.texts_of(body)
            ack(response_action="errors", errors=build_contact_errors(submission, problems, texts))
            return
        place, now = (submission.ref.round_id, submission.partner_id), self.services.clock()
        try:
            with self.services.database.write() as session:
                form = Form(person_of(session, body), view["id"])
                outcome = people.change_people(session, form, *place, seen, wanted, now)
                found = queries.expected_snapshot(session, place[0])
        except RefusedError as error:
            said = worded(error, self.services.texts_of(body))
            ack(response_action="errors", errors=build_contact_refusal(submission, said))
            return
        self.services.wake(calendar=True)
        ack(response_action="update", view=_view_after(found, outcome, self.services.texts_of(body)))


def _people(written: Written) -> People:
    contact, deputy = (Named(*(written[role, field] for field in FIELDS)) for role in ROLES)
    return People(contact, deputy)


def _view_after(found: RoundSnapshot, outcome: PartnerView | Met, texts: Texts) -> View:
    if not isinstance(outcome, Met):
        return build_contact_done(outcome, texts=texts)
    wanted = outcome.wanted
    written = {(role, field): getattr(getattr(wanted, role), field) for role in ROLES for field in FIELDS}
    return build_contact_conflict(found, outcome.partner, written, texts=texts)
