"""`bot.py check`: whether Slack lets the bot do what it must, and what to do about each finding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.refusals import CallError, Verdict
from storage import queries
from storage.database import Database
from storage.values import PersonView, ProjectView

# Each scope with what the bot needs it for; manifest.json asks for the same ones.
SCOPES = {
    "chat:write": "post cards, reminders and reports",
    "commands": "answer /lamppu",
    "im:write": "open direct messages",
    "im:history": "find what was posted and what people wrote while the bot was down",
    "files:read": "take the files that people give as evidence",
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


def check_slack(
    calls: Calls, app_token: str | None, projects: Sequence[ProjectView], database: Database
) -> Iterator[Finding]:
    """Looks at the tokens, the scopes, each project's channel and each person who must be reached, at Slack's pace.

    Ends where Slack gives no answer.
    """
    try:
        token, granted = _bot_token(calls)
        yield token
        if app_token is not None:
            yield _app_token(calls, app_token)
        if token.ok:
            yield from _scopes(granted)
            yield from _projects(calls, projects, database)
    except CallError as error:
        if error.verdict is Verdict.UNREACHABLE:
            advice = "check this machine's network, SLACK_API_URL and, behind a proxy, HTTPS_PROXY"
            yield Finding(False, "Slack cannot be reached", advice)
        else:
            yield Finding(False, f"{error.method}: Slack gives no answer ({error.code})", "try again later")


def _bot_token(calls: Calls) -> tuple[Finding, set[str]]:
    """What Slack says of the token, and the scopes that it has."""
    try:
        answer = calls.patient("auth.test")
    except CallError as error:
        advice = "copy the bot token (xoxb-…) anew from OAuth & Permissions into SLACK_BOT_TOKEN"
        return _refused("the bot token", error, advice), set()
    granted = {scope.strip() for scope in (answer.headers.get("x-oauth-scopes") or "").split(",")}
    return Finding(True, f"the bot token: {answer['user']} in {answer['team']}"), granted


def _app_token(calls: Calls, app_token: str) -> Finding:
    """Asks for the address of a socket, which is not opened."""
    try:
        calls.patient("apps.connections.open", app_token=app_token)
    except CallError as error:
        advice = "make an app-level token (xapp-…) with connections:write under Basic Information for SLACK_APP_TOKEN"
        return _refused("the app token", error, advice)
    return Finding(True, "the app token")


def _refused(what: str, error: CallError, advice: str) -> Finding:
    """Raises the error where Slack has not said no."""
    if error.verdict in (Verdict.UNREACHABLE, Verdict.UNKNOWN):
        raise error
    return Finding(False, f"{what}: Slack answers {error.code}", advice)


def _scopes(granted: set[str]) -> Iterator[Finding]:
    for scope, purpose in SCOPES.items():
        advice = f"needed to {purpose}: update the app from manifest.json and install it again"
        yield Finding(scope in granted, f"scope {scope}", "" if scope in granted else advice)


def _projects(calls: Calls, projects: Sequence[ProjectView], database: Database) -> Iterator[Finding]:
    for project in projects:
        yield _channel(calls, project)
        yield from _people(calls, project, database)


def _channel(calls: Calls, project: ProjectView) -> Finding:
    what = f"{project.key}: the coordinators' channel {project.channel}"
    try:
        channel = calls.patient("conversations.info", channel=project.channel)["channel"]
    except CallError as error:
        advice = "copy the channel's id from its details in Slack into the project file, and invite the bot to it"
        return _refused(what, error, advice)
    if channel.get("is_archived"):
        return Finding(False, what, "it is archived: unarchive it, or name another one in the project file")
    if not channel.get("is_member"):
        return Finding(False, what, f"invite the bot: write /invite @lamppu in #{channel['name']}")
    return Finding(True, f"{what} (#{channel['name']})")


def _people(calls: Calls, project: ProjectView, database: Database) -> Iterator[Finding]:
    with database.read() as session:
        partners = queries.list_partners(session, project.id)
    for person in project.coordinators:
        yield _person(calls, person, f"{project.key}: coordinator {person.name}")
    for partner in partners:
        for person in partner.people:
            yield _person(calls, person, f"{project.key}: {partner.key}: {person.name}")


def _person(calls: Calls, person: PersonView, what: str) -> Finding:
    try:
        if person.slack_id:
            user = calls.patient("users.info", user=person.slack_id)["user"]
        else:
            user = calls.patient("users.lookupByEmail", email=person.email or "")["user"]
    except CallError as error:
        advice = "correct the e-mail in the project file, or invite the person to the Slack workspace"
        return _refused(what, error, advice)
    if user.get("deleted"):
        return Finding(False, what, "the account is deactivated: name another person in the project file")
    return Finding(True, what)
