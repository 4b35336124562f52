"""Being away and being back: the form, and the buttons of the card."""

from datetime import date
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from lamppu_bot import absence
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.messages import ids, words
from lamppu_bot.messages.absence import (
    build_away,
    build_away_done,
    build_away_errors,
    build_away_form,
    build_back,
    build_back_view,
    build_no_day,
    parse_away_form,
)
from lamppu_bot.messages.message import Message
from lamppu_bot.slack.failures import worded
from lamppu_bot.slack.listeners.commands import Answer, Asked
from lamppu_bot.slack.services import Services, person_of, reader_texts
from storage.values import PersonView

Body = dict[str, Any]


class Absences:
    """Who may is decided in `absence`."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.action(ids.AWAY_OPEN)(self.handle_open)
        app.action(ids.AWAY_END)(self.handle_end)
        app.view(ids.AWAY_FORM)(self.handle_submission)

    def handle_open(self, ack: Ack, body: Body, client: WebClient) -> None:
        with self.services.database.read() as session:
            person = person_of(session, body)
            today = absence.today_of(session, person, self.services.clock())
            view = build_away_form(person, today=today, texts=reader_texts(session, person))
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def handle_submission(self, ack: Ack, body: Body, view: Body) -> None:
        until, now = parse_away_form(view), self.services.clock()
        try:
            with self.services.database.write() as session:
                person = person_of(session, body)
                partners = absence.set_away(session, person, until, now)
                today, texts = absence.today_of(session, person, now), reader_texts(session, person)
        except RefusedError as error:
            ack(response_action="errors", errors=build_away_errors(worded(error, self.services.texts_of(body))))
            return
        self.services.wake()
        ack(response_action="update", view=build_away_done(until, partners, today=today, texts=texts))

    def handle_end(self, ack: Ack, body: Body, client: WebClient) -> None:
        with self.services.database.write() as session:
            person = person_of(session, body)
            absence.end(session, person, self.services.clock())
            texts = reader_texts(session, person)
        self.services.wake()
        client.views_open(trigger_id=body["trigger_id"], view=build_back_view(texts=texts))
        ack()

    def word(self, asked: Asked) -> Answer:
        """`/lamppu away`: opens the form, takes the day that follows, or ends the absence."""
        person = asked.person
        if person is None:
            raise RefusedError("absence.refused.not_asked")
        today = absence.today_of(asked.session, person, self.services.clock())
        if not asked.rest:
            return Answer(form=build_away_form(person, today=today, texts=asked.texts))
        if asked.rest.casefold() in words.BACK:
            return Answer(act=lambda session, now: _end(session, person, now))
        until = words.day_of(asked.rest, today)
        if until is None:
            return Answer(build_no_day(asked.rest, texts=asked.texts))
        return Answer(act=lambda session, now: _set_away(session, person, until, now))


def _end(session: Session, person: PersonView, now: Now) -> Message:
    absence.end(session, person, now)
    return build_back(texts=reader_texts(session, person))


def _set_away(session: Session, person: PersonView, until: date, now: Now) -> Message:
    partners = absence.set_away(session, person, until, now)
    today = absence.today_of(session, person, now)
    return build_away(until, partners, today=today, texts=reader_texts(session, person))
