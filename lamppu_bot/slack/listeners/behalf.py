"""Entering an answer on a partner's behalf, and the partner's confirming it; correcting is the form of any answer."""

from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from lamppu_bot.answers import Met, Saved, Writing
from lamppu_bot.errors import RefusedError
from lamppu_bot.messages import ids
from lamppu_bot.messages.answer_form import AnswerSubmission, is_complete
from lamppu_bot.messages.behalf import (
    build_behalf_conflict,
    build_behalf_done,
    build_behalf_errors,
    build_behalf_form,
    build_behalf_refusal,
    parse_behalf_form,
)
from lamppu_bot.messages.ids import ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.slack.failures import worded
from lamppu_bot.slack.picking import picked_or_form
from lamppu_bot.slack.services import Services, person_of
from lamppu_bot.steering import behalf
from lamppu_bot.texts import texts_of
from storage import queries
from storage.values import PersonView, Source

Body = dict[str, Any]


class Behalf:
    """Who may is decided in `steering.behalf`."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.view(ids.BEHALF_FORM)(self.handle_entry)
        app.action(ids.ENTRY_CONFIRM)(self.handle_confirm)

    def open_form(self, session: Session, person: PersonView, ref: ToolRef, typed: str) -> View:
        found = picked_or_form(session, person, ref, typed, lambda _: True, none="refused.no_such_answer")
        if not isinstance(found, int):
            return found
        place = behalf.require_enterable(session, person, found)
        share = queries.answers_of(session, place.share)[0]
        texts = texts_of(person, share.project.language)
        return build_behalf_form((share, place.partner_id, place.objective_id), typed=typed, texts=texts)

    def handle_entry(self, ack: Ack, body: Body, view: Body) -> None:
        submission = parse_behalf_form(view)
        if not is_complete(submission):
            ack(response_action="errors", errors=build_behalf_errors(submission, self.services.texts_of(body)))
            return
        try:
            with self.services.database.write() as session:
                person = person_of(session, body)
                writing = _writing(person, submission, view["id"])
                outcome = behalf.enter(session, person, writing, self.services.clock())
        except RefusedError as error:
            said = worded(error, self.services.texts_of(body))
            ack(response_action="errors", errors=build_behalf_refusal(submission, said))
            return
        self.services.wake(calendar=True)
        ack(response_action="update", view=_view_after(person, outcome, submission))

    def handle_confirm(self, ack: Ack, body: Body) -> None:
        ref = ids.AnswerRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.write() as session:
            person = person_of(session, body)
            behalf.confirm(session, person, ref.answer_id, ref.version, self.services.clock())
        self.services.wake(calendar=True)
        ack()


def _writing(person: PersonView, submission: AnswerSubmission, origin: str) -> Writing:
    return Writing(
        answer_id=submission.answer_id,
        version=submission.version,
        state=submission.choice,
        document=submission.document,
        source=Source.ON_BEHALF,
        origin=origin,
        details=submission.details.said,
        entered_by_id=person.id,
    )


def _view_after(person: PersonView, outcome: Saved | Met, submission: AnswerSubmission) -> View:
    texts = texts_of(person, outcome.share.project.language)
    whose = (outcome.share, outcome.place.partner_id, outcome.place.objective_id)
    if isinstance(outcome, Met):
        return build_behalf_conflict(whose, submission, texts=texts)
    return build_behalf_done(whose, texts=texts)
