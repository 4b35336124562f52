"""The bot put together: what it hears, says and does. To import this takes longer than all that comes before it."""

from slack_bolt import App

from lamppu_bot.clock import Clock, present
from lamppu_bot.settings import SettingsError, SlackSettings
from lamppu_bot.slack.app import build_app
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.runtime import Machinery
from lamppu_bot.slack.signed_requests import SignedRequests
from storage.database import Database


def machinery(slack: SlackSettings, database: Database, clock: Clock = present) -> Machinery:
    client = build_client(slack.bot_token.get_secret_value(), slack.api_url)
    return Machinery(database, client, clock=clock)


def app_of(bot: Machinery) -> App:
    return build_app(bot.services, bot.client)


def signed_requests(bot: Machinery, slack: SlackSettings) -> SignedRequests:
    if slack.signing_secret is None:
        raise SettingsError("SLACK_SIGNING_SECRET is missing: HTTP needs it to know that a request comes from Slack.")
    return SignedRequests(app_of(bot), slack.signing_secret.get_secret_value())
