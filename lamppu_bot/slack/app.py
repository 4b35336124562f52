"""The Bolt app: its listeners, registered one by one."""

import logging
from typing import Protocol

from slack_bolt import App
from slack_sdk import WebClient

from lamppu_bot.messages.ids import Tool
from lamppu_bot.slack.failures import Failures
from lamppu_bot.slack.installation import Installation, OwnContext
from lamppu_bot.slack.listeners.absences import Absences
from lamppu_bot.slack.listeners.answering import Answering
from lamppu_bot.slack.listeners.asking import Asking
from lamppu_bot.slack.listeners.behalf import Behalf
from lamppu_bot.slack.listeners.changing_people import ChangingPeople
from lamppu_bot.slack.listeners.commands import Commands
from lamppu_bot.slack.listeners.coordinating import Coordinating
from lamppu_bot.slack.listeners.evidence import EvidenceForms
from lamppu_bot.slack.listeners.extending import Extending
from lamppu_bot.slack.listeners.handing_over import HandingOver
from lamppu_bot.slack.listeners.homes import Homes
from lamppu_bot.slack.listeners.opening import Opening
from lamppu_bot.slack.listeners.postponing import Postponing
from lamppu_bot.slack.listeners.reminding import Reminding
from lamppu_bot.slack.listeners.returning import Returning
from lamppu_bot.slack.listeners.skipping import Skipping
from lamppu_bot.slack.listeners.talking import Talking
from lamppu_bot.slack.listeners.tool_words import ToolWords
from lamppu_bot.slack.pauses import ClickClient, Pauses
from lamppu_bot.slack.services import Services
from lamppu_bot.slack.tools import Openers, Tools, open_all_tools
from lamppu_bot.slack.tracing import TracedApp


class Listeners(Protocol):
    """Those of one use case."""

    def register(self, app: App) -> None: ...


def build_app(services: Services, client: WebClient) -> App:
    """The app answers Slack after its listener has committed, never before (`process_before_response`).

    It takes what it is given for Slack's: what comes by HTTP is looked at before, by `SignedRequests`.
    """
    # Bolt reads SLACK_BOT_TOKEN too and warns that it goes unused, as it should: the client has it.
    logging.getLogger("slack_bolt.App").addFilter(lambda record: "`token` will be unused" not in record.getMessage())
    pauses = Pauses(services.database, services.clock)
    clicks = ClickClient(client, pauses)
    clicks.token = None  # each request gives it
    app = TracedApp(
        name="lamppu",  # unnamed, Bolt looks for its caller's file among those of all modules
        client=clicks,
        before_authorize=OwnContext(clicks),
        authorize=Installation(client.token or ""),
        request_verification_enabled=False,
        token_verification_enabled=False,  # `check` and the connection itself tell more kindly what is wrong
        process_before_response=True,
    )
    for listeners in _listeners(services):
        listeners.register(app)
    Failures(services, pauses).register(app)
    return app


def _listeners(services: Services) -> tuple[Listeners, ...]:
    opening, reminding, skipping = Opening(services), Reminding(services), Skipping(services)
    returning, behalf = Returning(services), Behalf(services)
    absences, asking = Absences(services), Asking(services)
    extending, people, postponing = Extending(services), ChangingPeople(services), Postponing(services)
    openers: Openers = {
        Tool.REMIND: reminding.open_form,
        Tool.ASK: asking.open_form,
        Tool.EXTEND: extending.open_form,
        Tool.CONTACT: people.open_form,
        Tool.ALL: open_all_tools,
        Tool.OPEN_ROUND: opening.open_form,
        Tool.CLOSE_ROUND: opening.close_form,
        Tool.POSTPONE: postponing.open_form,
        Tool.SKIP: skipping.open_form,
        Tool.RETURN: returning.open_form,
        Tool.ON_BEHALF: behalf.open_form,
    }
    return (
        Answering(services),
        Talking(services),
        EvidenceForms(services),
        Commands(services, ToolWords(openers).words(), {"away": absences.word}),
        Coordinating(services),
        Tools(services, openers),
        opening,
        postponing,
        reminding,
        extending,
        people,
        skipping,
        Homes(services),
        HandingOver(services),
        returning,
        behalf,
        absences,
        asking,
    )
