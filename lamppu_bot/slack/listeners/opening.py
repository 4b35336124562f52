"""Opening and closing a round by hand: the forms that ask once more, and what they send in."""

from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from lamppu_bot.messages import ids
from lamppu_bot.messages.ids import ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.messages.opening import build_close_form, build_closed, build_open_form, build_opened
from lamppu_bot.messages.tool_forms import parse_tool_ref
from lamppu_bot.slack.services import Services, person_of
from lamppu_bot.steering import closing, opening
from lamppu_bot.steering.permission import Form
from lamppu_bot.texts import texts_of
from storage import queries
from storage.values import PersonView

Body = dict[str, Any]


class Opening:
    """Who may is decided in `steering.opening` and `steering.closing`."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.view(ids.OPEN_FORM)(self.handle_open)
        app.view(ids.CLOSE_FORM)(self.handle_close)

    def open_form(self, session: Session, person: PersonView, ref: ToolRef, typed: str) -> View:
        project = opening.require_openable(session, person, ref.round_id, self.services.clock()).project
        return build_open_form(queries.snapshot(session, ref.round_id), texts=texts_of(person, project.language))

    def handle_open(self, ack: Ack, body: Body, view: Body) -> None:
        ref = parse_tool_ref(view)
        with self.services.database.write() as session:
            person = person_of(session, body)
            opened = opening.open_now(session, Form(person, view["id"]), ref.round_id, self.services.clock())
        self.services.wake()
        ack(response_action="update", view=build_opened(opened, texts=texts_of(person, opened.project.language)))

    def close_form(self, session: Session, person: PersonView, ref: ToolRef, typed: str) -> View:
        project = closing.require_closable(session, person, ref.round_id).project
        return build_close_form(queries.states(session, ref.round_id), texts=texts_of(person, project.language))

    def handle_close(self, ack: Ack, body: Body, view: Body) -> None:
        ref = parse_tool_ref(view)
        with self.services.database.write() as session:
            person = person_of(session, body)
            project = closing.close_now(session, Form(person, view["id"]), ref.round_id, self.services.clock())
        self.services.wake(calendar=True)
        ack(response_action="update", view=build_closed(texts=texts_of(person, project.language)))
