"""Returning an answer: the form, for the answer that a button or a word names or that is picked first."""

from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from lamppu_bot.errors import RefusedError
from lamppu_bot.messages import ids
from lamppu_bot.messages.ids import ToolRef
from lamppu_bot.messages.message import View
from lamppu_bot.messages.return_form import (
    ReturnSubmission,
    build_return_conflict,
    build_return_done,
    build_return_errors,
    build_return_form,
    build_return_refusal,
    parse_return_form,
)
from lamppu_bot.slack.failures import worded
from lamppu_bot.slack.picking import picked_or_form
from lamppu_bot.slack.services import Services, person_of
from lamppu_bot.status import can_be_returned
from lamppu_bot.steering import returning
from lamppu_bot.steering.returning import Moved, Return, Steered
from lamppu_bot.texts import texts_of
from storage import queries
from storage.values import PersonView

Body = dict[str, Any]


class Returning:
    """Who may is decided in `steering.returning`."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.view(ids.RETURN_FORM)(self.handle_return)

    def open_form(self, session: Session, person: PersonView, ref: ToolRef, typed: str) -> View:
        found = picked_or_form(
            session,
            person,
            ref,
            typed,
            lambda answer: can_be_returned(answer.state),
            none="refused.none_to_return",
        )
        if not isinstance(found, int):
            return found
        place = returning.require_returnable(session, person, found)
        share = queries.answers_of(session, place.share)[0]
        day = place.open_until or returning.usual_day(place, self.services.clock())
        texts = texts_of(person, share.project.language)
        whose = (share, place.partner_id, place.objective_id)
        return build_return_form(whose, note=typed or place.note or "", day=day, texts=texts)

    def handle_return(self, ack: Ack, body: Body, view: Body) -> None:
        submission = parse_return_form(view)
        if not (submission.note or submission.accepts):
            ack(response_action="errors", errors=build_return_errors(submission, self.services.texts_of(body)))
            return
        try:
            with self.services.database.write() as session:
                person = person_of(session, body)
                outcome = self._steer(session, person, submission, view["id"])
        except RefusedError as error:
            said, is_of_day = worded(error, self.services.texts_of(body)), error.key == "refused.return_day"
            ack(response_action="errors", errors=build_return_refusal(submission, said, is_of_day=is_of_day))
            return
        self.services.wake(calendar=True)
        ack(response_action="update", view=_view_after(person, outcome, submission))

    def _steer(
        self, session: Session, person: PersonView, submission: ReturnSubmission, origin: str
    ) -> Steered | Moved:
        seen, now = submission.ref, self.services.clock()
        if submission.accepts:
            return returning.accept_as_it_is(session, person, seen.answer_id, seen.version, origin, now)
        wanted = Return(seen.answer_id, seen.version, submission.note, submission.open_until, origin)
        return returning.send_back(session, person, wanted, now)


def _view_after(person: PersonView, outcome: Steered | Moved, submission: ReturnSubmission) -> View:
    texts = texts_of(person, outcome.share.project.language)
    whose = (outcome.share, outcome.place.partner_id, outcome.place.objective_id)
    if isinstance(outcome, Moved):
        return build_return_conflict(whose, submission, texts=texts)
    return build_return_done(whose, texts=texts)
