"""Giving longer time: the form, and what it sends in."""

from datetime import date
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from lamppu_bot.errors import RefusedError
from lamppu_bot.messages import ids, words
from lamppu_bot.messages.extend_form import (
    build_extend_errors,
    build_extend_form,
    build_extended,
    parse_extend_form,
)
from lamppu_bot.messages.ids import ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.messages.tool_forms import parse_tool_ref
from lamppu_bot.rounds import working_calendar
from lamppu_bot.slack.failures import worded
from lamppu_bot.slack.services import Services, person_of
from lamppu_bot.steering import extend
from lamppu_bot.steering.permission import Form
from lamppu_bot.texts import texts_of
from storage import queries
from storage.values import PersonView, RoundSnapshot

Body = dict[str, Any]
_LONGER = 5  # working days that the form proposes


class Extending:
    """Who may is decided in `steering.extend`."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.view(ids.EXTEND_FORM)(self.handle_extend)

    def open_form(self, session: Session, person: PersonView, ref: ToolRef, typed: str) -> View:
        steered = extend.require_extendable(session, person, ref.round_id, ref.partner_id)
        found = queries.states(session, ref.round_id)
        day = self._proposed(found, ref.partner_id, typed)
        return build_extend_form(found, ref.partner_id, day=day, texts=texts_of(person, steered.project.language))

    def _proposed(self, found: RoundSnapshot, partner_id: int | None, typed: str) -> date:
        calendar = working_calendar(found.project)
        today = calendar.local_day(self.services.clock().calendar)
        due_on = found.round.due_on if partner_id is None else found.due_of(partner_id)
        return words.day_of(typed, today) or calendar.working_days_after(max(today, due_on), _LONGER)

    def handle_extend(self, ack: Ack, body: Body, view: Body) -> None:
        ref = parse_tool_ref(view)
        partner_ids, day = parse_extend_form(view, ref)
        wanted = extend.Extension(ref.round_id, partner_ids, day)
        try:
            with self.services.database.write() as session:
                person = person_of(session, body)
                done = extend.extend(session, Form(person, view["id"]), wanted, self.services.clock())
        except RefusedError as error:
            ack(response_action="errors", errors=build_extend_errors(ref, worded(error, self.services.texts_of(body))))
            return
        self.services.wake(calendar=True)
        texts = texts_of(person, done.project.language)
        ack(response_action="update", view=build_extended(done.partners, chosen=day, day=done.day, texts=texts))
