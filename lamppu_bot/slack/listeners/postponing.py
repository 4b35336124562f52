"""Moving the opening of a round: the form, and what it sends in."""

from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from lamppu_bot.errors import RefusedError
from lamppu_bot.messages import ids, words
from lamppu_bot.messages.ids import ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.messages.postpone_form import (
    build_postpone_done,
    build_postpone_errors,
    build_postpone_form,
    parse_postpone_form,
)
from lamppu_bot.rounds import working_calendar
from lamppu_bot.slack.failures import worded
from lamppu_bot.slack.services import Services, person_of
from lamppu_bot.steering import postponing
from lamppu_bot.steering.permission import Form
from lamppu_bot.texts import texts_of
from storage import queries
from storage.values import PersonView

Body = dict[str, Any]


class Postponing:
    """Who may is decided in `steering.postponing`."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.view(ids.POSTPONE_FORM)(self.handle_postpone)

    def open_form(self, session: Session, person: PersonView, ref: ToolRef, typed: str) -> View:
        project = postponing.require_postponable(session, person, ref.round_id).project
        found = queries.snapshot(session, ref.round_id)
        today = working_calendar(project).local_day(self.services.clock().calendar)
        day = words.day_of(typed, today) or found.round.opens_on
        return build_postpone_form(found, day=day, texts=texts_of(person, project.language))

    def handle_postpone(self, ack: Ack, body: Body, view: Body) -> None:
        sent = parse_postpone_form(view)
        try:
            with self.services.database.write() as session:
                person = person_of(session, body)
                form, now = Form(person, view["id"]), self.services.clock()
                found = postponing.postpone(session, form, sent.ref.round_id, sent.seen, sent.opens_on, now)
        except RefusedError as error:
            ack(
                response_action="errors",
                errors=build_postpone_errors(sent, worded(error, self.services.texts_of(body))),
            )
            return
        self.services.wake()
        texts = texts_of(person, found.project.language)
        ack(response_action="update", view=build_postpone_done(found, texts=texts))
