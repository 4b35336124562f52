"""The coordinators' buttons under a report: posting it, accepting a draft."""

from typing import Any

from slack_bolt import Ack, App

from lamppu_bot import accepting, keys, reporting
from lamppu_bot.messages import ids
from lamppu_bot.slack.services import Services, person_of
from storage import ledger

Body = dict[str, Any]


class Coordinating:
    """Who may is decided in `reporting` and `accepting`, whatever the button says."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def register(self, app: App) -> None:
        app.action(ids.REPORT_POST)(self.handle_report_post)
        app.action(ids.DRAFT_ACCEPT)(self.handle_draft_accept)

    def handle_report_post(self, ack: Ack, body: Body) -> None:
        ref = ids.RoundRef.decode(ids.value_of(body["actions"][0]))
        now = self.services.clock()
        with self.services.database.write() as session:
            person = person_of(session, body)
            reporting.request(session, person, ref.round_id, now)
            subject = {"round": ref.round_id, "person": person.id, "response_url": body["response_url"]}
            key = keys.offer_posted(body["trigger_id"])
            ledger.order(session, key, "offer-posted", now=now.real, subject=subject)
        self.services.wake(calendar=True)
        ack()

    def handle_draft_accept(self, ack: Ack, body: Body) -> None:
        ref = ids.AnswerRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.write() as session:
            person = person_of(session, body)
            accepting.accept_draft(session, person, ref.answer_id, ref.version, self.services.clock())
        self.services.wake(calendar=True)
        ack()
