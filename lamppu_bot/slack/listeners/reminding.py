"""Reminding now: the form, and what it sends in."""

from dataclasses import replace
from datetime import date
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from lamppu_bot.errors import RefusedError
from lamppu_bot.messages import ids
from lamppu_bot.messages.ids import ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.messages.remind_form import (
    RemindSubmission,
    build_remind_errors,
    build_remind_form,
    build_reminded,
    build_reminded_since,
    parse_remind_form,
)
from lamppu_bot.rounds import working_calendar
from lamppu_bot.slack.failures import worded
from lamppu_bot.slack.services import Services, person_of
from lamppu_bot.steering import remind
from lamppu_bot.steering.permission import Form, require_steered
from lamppu_bot.steering.remind import Met
from lamppu_bot.steering.remind import Reminding as Wanted
from lamppu_bot.texts import Texts, texts_of
from storage import rounds as rows
from storage.values import PartnerView, PersonView, ProjectView

Body = dict[str, Any]


class Reminding:
    """Who may is decided in `steering.remind`."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.view(ids.REMIND_FORM)(self.handle_remind)

    def open_form(self, session: Session, person: PersonView, ref: ToolRef, typed: str) -> View:
        steered, found, late = remind.require_remindable(session, person, ref.round_id, ref.partner_id)
        texts = texts_of(person, steered.project.language)
        begun = RemindSubmission(ref, typed, with_deputies=False, seen=rows.newest_audit(session, steered.project.id))
        return build_remind_form(found, late, begun, today=self._today(steered.project), texts=texts)

    def _today(self, project: ProjectView) -> date:
        return working_calendar(project).local_day(self.services.clock().calendar)

    def handle_remind(self, ack: Ack, body: Body, view: Body) -> None:
        sent = parse_remind_form(view)
        ref = sent.ref
        wanted = Wanted(ref.round_id, ref.partner_id, sent.words, sent.with_deputies, sent.seen)
        try:
            with self.services.database.write() as session:
                person = person_of(session, body)
                outcome = remind.remind_now(session, Form(person, view["id"]), wanted, self.services.clock())
                today = self._today(require_steered(session, person, ref.round_id).project)
        except RefusedError as error:
            ack(response_action="errors", errors=build_remind_errors(ref, worded(error, self.services.texts_of(body))))
            return
        self.services.wake()
        ack(response_action="update", view=_view_after(outcome, sent, today, self.services.texts_of(body)))


def _view_after(outcome: list[PartnerView] | Met, sent: RemindSubmission, today: date, texts: Texts) -> View:
    if not isinstance(outcome, Met):
        return build_reminded(outcome, today=today, texts=texts)
    news = build_reminded_since(outcome.found, outcome.reminded, person=outcome.by.name, at=outcome.at, texts=texts)
    again = replace(sent, seen=outcome.seen)
    return build_remind_form(outcome.found, outcome.late, again, today=today, texts=texts, news=[news])
