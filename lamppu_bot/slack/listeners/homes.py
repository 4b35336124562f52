"""The App Home: opened, its pages turned, a language chosen, earlier answers read."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from lamppu_bot import homes
from lamppu_bot.messages import ids
from lamppu_bot.messages.home_language import parse_language
from lamppu_bot.slack.services import Services, person_of

Body = dict[str, Any]


class Homes:
    """That a Home was opened is committed before Slack hears that it arrived; the worker shows it."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.event("app_home_opened")(self.handle_opened)
        app.action(ids.HOME_PAGE)(self.handle_page)
        app.action(ids.HOME_BACK)(self.handle_page)
        app.action(ids.LANGUAGE_PICK)(self.handle_language)
        app.action(ids.EARLIER_OPEN)(self.handle_earlier)
        app.action(ids.EARLIER_WHOLE)(self.handle_earlier_answer)

    def handle_opened(self, event: Body, client: WebClient) -> None:
        if event.get("tab") != "home":
            return
        with self.services.database.write() as session:
            strangers = homes.open_home(session, event["user"], self.services.clock())
        if strangers:
            client.views_publish(user_id=event["user"], view=strangers)
        else:
            self.services.wake()

    def handle_page(self, ack: Ack, body: Body) -> None:
        ref = ids.PageRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.write() as session:
            homes.turn_page(session, person_of(session, body), ref.page, self.services.clock())
        self.services.wake()
        ack()

    def handle_language(self, ack: Ack, body: Body) -> None:
        language = parse_language(ids.value_of(body["actions"][0]))
        with self.services.database.write() as session:
            homes.choose_language(session, person_of(session, body), language, self.services.clock())
        self.services.wake()
        ack()

    def handle_earlier(self, ack: Ack, body: Body, client: WebClient) -> None:
        """From the Home in a window of its own; the following objectives take its place."""
        ref = ids.EarlierRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.read() as session:
            view = homes.earlier(session, person_of(session, body), ref)
        if _is_in(body, ids.EARLIER):
            client.views_update(view_id=body["view"]["id"], view=view)
        else:
            client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def handle_earlier_answer(self, ack: Ack, body: Body, client: WebClient) -> None:
        """On top of the other answers; a further part of the same takes its place."""
        ref = ids.EarlierAnswerRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.read() as session:
            view = homes.earlier_answer(session, person_of(session, body), ref)
        if _is_in(body, ids.EARLIER_ANSWER):
            client.views_update(view_id=body["view"]["id"], view=view)
        else:
            client.views_push(trigger_id=body["trigger_id"], view=view)
        ack()


def _is_in(body: Body, callback_id: str) -> bool:
    """Whether the button stands in such a window."""
    view: Body = body.get("view") or {}
    return view.get("callback_id") == callback_id
