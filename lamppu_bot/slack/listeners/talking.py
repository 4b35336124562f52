"""Answering by writing: messages of the DM, their edits and deletions, and the buttons of the conversation."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App
from sqlalchemy.orm import Session

from lamppu_bot import conversation
from lamppu_bot.clock import Now
from lamppu_bot.messages import ids
from lamppu_bot.slack.hearing import hear_event, is_of_bot
from lamppu_bot.slack.services import Services, person_of
from storage.values import PersonView

Body = dict[str, Any]
Press = Callable[[Session, PersonView, object, Now], object]


class Talking:
    """The listeners of the conversation. A message is committed before Slack hears that it arrived."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.event("message")(self.handle_message)
        presses: Mapping[str, Press] = {
            ids.ANSWER_WRITE: _begin,
            ids.TALK_DONE: _finish,
            ids.STRAY_PICK: _settle_stray,
            ids.STRAY_NONE: _settle_stray,
            ids.CHANGE_TAKE: _take_change,
            ids.CHANGE_LEAVE: _leave_change,
        }
        for action_id, press in presses.items():
            app.action(action_id)(self._pressed(press))

    def handle_message(self, event: Body) -> None:
        if is_of_bot(event):
            return
        with self.services.database.write() as session:
            hear_event(session, event, self.services.clock())
        self.services.wake()

    def _pressed(self, press: Press) -> Callable[[Ack, Body], None]:
        def handle_press(ack: Ack, body: Body) -> None:
            with self.services.database.write() as session:
                value = ids.value_of(body["actions"][0])
                press(session, person_of(session, body), value, self.services.clock())
            self.services.wake(calendar=True)
            ack()

        return handle_press


def _begin(session: Session, person: PersonView, value: object, now: Now) -> None:
    conversation.begin(session, person, ids.AnswerRef.decode(value).answer_id, now)


def _finish(session: Session, person: PersonView, value: object, now: Now) -> None:
    conversation.finish(session, person, ids.TalkRef.decode(value).conversation_id, now)


def _settle_stray(session: Session, person: PersonView, value: object, now: Now) -> None:
    ref = ids.StrayRef.decode(value)
    conversation.settle_stray(session, person, ref.question_id, ref.answer_id, now)


def _take_change(session: Session, person: PersonView, value: object, now: Now) -> None:
    conversation.settle_changed(session, person, ids.QuestionRef.decode(value).question_id, take_over=True, now=now)


def _leave_change(session: Session, person: PersonView, value: object, now: Now) -> None:
    conversation.settle_changed(session, person, ids.QuestionRef.decode(value).question_id, take_over=False, now=now)
