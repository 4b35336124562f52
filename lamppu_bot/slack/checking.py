"""`bot.py check`: whether Slack lets the bot do what it must, and what to do about each finding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from storage import queries
from storage.database import Database
from storage.values import PersonView, ProjectView

# Each scope with what the bot needs it for; manifest.json asks for the same ones.
SCOPES = {
    "chat:write": "post cards, reminders and reports",
    "commands": "answer /lamppu",
    "im:write": "open direct messages",
    "im:history": "find what was posted and what people wrote while the bot was down",
    "files:write": "post the report's files",
    "users:read": "know people by their Slack id",
    "users:read.email": "find contacts by their e-mail",
    "channels:read": "see the coordinators' channel",
    "groups:read": "see the coordinators' channel where it is private",
    "channels:history": "find a posted report again",
    "groups:history": "find a posted report again in a private channel",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is in order and, where it is not, what to do."""

    ok: bool
    what: str
    advice: str = ""


def check_slack(client: WebClient, projects: Sequence[ProjectView], database: Database) -> Iterator[Finding]:
    """Looks at the token, the scopes, each project's channel and each person who must be reached."""
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        advice = "copy the bot token (xoxb-…) anew from OAuth & Permissions into SLACK_BOT_TOKEN"
        yield Finding(False, f"the bot token: Slack answers {error.response['error']}", advice)
        return
    yield Finding(True, f"the bot token: {answer['user']} in {answer['team']}")
    granted = {scope.strip() for scope in (answer.headers.get("x-oauth-scopes") or "").split(",")}
    yield from _scopes(granted)
    for project in projects:
        yield _channel(client, project)
        yield from _people(client, project, database)


def _scopes(granted: set[str]) -> Iterator[Finding]:
    for scope, purpose in SCOPES.items():
        advice = f"needed to {purpose}: update the app from manifest.json and install it again"
        yield Finding(scope in granted, f"scope {scope}", "" if scope in granted else advice)


def _channel(client: WebClient, project: ProjectView) -> Finding:
    what = f"{project.key}: the coordinators' channel {project.channel}"
    try:
        channel = client.conversations_info(channel=project.channel)["channel"]
    except SlackApiError as error:
        advice = "copy the channel's id from its details in Slack into the project file, and invite the bot to it"
        return Finding(False, f"{what}: Slack answers {error.response['error']}", advice)
    if channel.get("is_archived"):
        return Finding(False, what, "it is archived: unarchive it, or name another one in the project file")
    if not channel.get("is_member"):
        return Finding(False, what, f"invite the bot: write /invite @lamppu in #{channel['name']}")
    return Finding(True, f"{what} (#{channel['name']})")


def _people(client: WebClient, project: ProjectView, database: Database) -> Iterator[Finding]:
    with database.read() as session:
        partners = queries.list_partners(session, project.id)
    for person in project.coordinators:
        yield _person(client, person, f"{project.key}: coordinator {person.name}")
    for partner in partners:
        for person in partner.people:
            yield _person(client, person, f"{project.key}: {partner.key}: {person.name}")


def _person(client: WebClient, person: PersonView, what: str) -> Finding:
    try:
        if person.slack_id:
            user = client.users_info(user=person.slack_id)["user"]
        else:
            user = client.users_lookupByEmail(email=person.email or "")["user"]
    except SlackApiError as error:
        advice = "correct the e-mail in the project file, or invite the person to the Slack workspace"
        return Finding(False, f"{what}: Slack answers {error.response['error']}", advice)
    if user.get("deleted"):
        return Finding(False, what, "the account is deactivated: name another person in the project file")
    return Finding(True, what)
