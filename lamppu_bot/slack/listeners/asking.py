"""Asking a partner a question: the form, asking further, and adding a reply to the answer."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from lamppu_bot import conversation
from lamppu_bot.errors import RefusedError
from lamppu_bot.messages import ids
from lamppu_bot.messages.ids import ToolRef
from lamppu_bot.messages.inquiry import build_ask_errors, build_ask_form, build_asked, parse_ask_form
from lamppu_bot.messages.message import View
from lamppu_bot.messages.returned import Place
from lamppu_bot.slack.failures import worded
from lamppu_bot.slack.picking import picked_or_form
from lamppu_bot.slack.services import Services, person_of
from lamppu_bot.steering import asking
from lamppu_bot.steering.asking import Question
from lamppu_bot.steering.permission import Form
from lamppu_bot.texts import texts_of
from storage import queries
from storage.queries import AnswerPlace
from storage.values import PersonView

Body = dict[str, Any]


class Asking:
    """Who may is decided in `steering.asking` and `conversation`."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.view(ids.ASK_FORM)(self.handle_ask)
        app.action(ids.INQUIRY_FURTHER)(self.handle_further)
        app.action(ids.INQUIRY_ADD)(self.handle_add)

    def open_form(self, session: Session, person: PersonView, ref: ToolRef, typed: str) -> View:
        found = picked_or_form(session, person, ref, typed, lambda _: True, none="refused.no_such_answer")
        if not isinstance(found, int):
            return found
        place = asking.require_askable(session, person, found)
        texts = texts_of(person, place.share.project.language)
        return build_ask_form(_place(session, place), typed=typed, texts=texts)

    def handle_further(self, ack: Ack, body: Body, client: WebClient) -> None:
        ref = ids.InquiryRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.read() as session:
            person = person_of(session, body)
            found, place = asking.require_further(session, person, ref.inquiry_id)
            texts = texts_of(person, place.share.project.language)
            view = build_ask_form(_place(session, place), typed="", texts=texts, further_to=found)
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def handle_ask(self, ack: Ack, body: Body, view: Body) -> None:
        submission = parse_ask_form(view)
        if not submission.text:
            said = self.services.texts_of(body)("ask_form.empty")
            ack(response_action="errors", errors=build_ask_errors(submission, said))
            return
        question = Question(submission.ref.answer_id, submission.text, submission.ref.inquiry_id)
        try:
            with self.services.database.write() as session:
                person = person_of(session, body)
                asked, place = asking.ask(session, Form(person, view["id"]), question, self.services.clock())
                shown = _place(session, place)
        except RefusedError as error:
            ack(
                response_action="errors",
                errors=build_ask_errors(submission, worded(error, self.services.texts_of(body))),
            )
            return
        self.services.wake()
        texts = texts_of(person, place.share.project.language)
        ack(response_action="update", view=build_asked(asked, shown, texts=texts))

    def handle_add(self, ack: Ack, body: Body) -> None:
        ref = ids.QuestionRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.write() as session:
            conversation.add_reply(session, person_of(session, body), ref.question_id, self.services.clock())
        self.services.wake(calendar=True)
        ack()


def _place(session: Session, place: AnswerPlace) -> Place:
    return queries.answers_of(session, place.share)[0], place.partner_id, place.objective_id
