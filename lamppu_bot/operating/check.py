"""`bot.py check`: everything that is looked at, in its order, and what is told of it."""

from collections.abc import Iterator
from contextlib import closing
from itertools import chain

import click

from lamppu_bot.clock import present
from lamppu_bot.logs import set_up_logging
from lamppu_bot.operating.checking_database import commit_finding, condition_findings, guarded, shape_finding
from lamppu_bot.operating.checking_work import health_findings, work_findings
from lamppu_bot.operating.findings import Finding, fail, summary, tell
from lamppu_bot.settings import DEFAULT_HTTP_PORT, Settings, SettingsError
from lamppu_bot.slack.accounts import Accounts
from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.checking import AppCheck, settings_findings
from lamppu_bot.slack.checking_people import ProjectCheck
from lamppu_bot.slack.client import build_client
from lamppu_bot.slack.pacing import SLACK_LIMITS, Pacer
from storage import queries
from storage.database import Database


def check(settings: Settings) -> bool:
    """Tells what it finds, as it finds it; returns whether nothing has to be put right."""
    if settings.log_level == "INFO":
        set_up_logging("WARNING")  # what Slack refuses is told as a finding
    with closing(Database(settings.database_url.get_secret_value())) as database:
        found = list(_look(settings, database))
    click.echo(summary(found))
    return not any(finding.is_failure for finding in found)


def _look(settings: Settings, database: Database) -> Iterator[Finding]:
    looked = list(tell("Database", _database(database)))
    yield from looked
    is_there, *is_writable = (not finding.is_failure for finding in looked[:2])
    try:
        slack = settings.for_slack()
    except SettingsError as error:
        what, _, advice = str(error).partition(": ")
        yield from tell("Slack", [fail(what, advice)])
    else:
        client = build_client(slack.bot_token.get_secret_value(), slack.api_url)
        calls = Calls(client, Pacer(database, SLACK_LIMITS, present))
        app = AppCheck(calls, slack)
        yield from tell("Slack", chain(settings_findings(settings), app.findings()))
        if app.answers and all(is_writable) and is_there:  # Slack's limits are kept in the database
            yield from _projects(calls, database)
    port = settings.port or (DEFAULT_HTTP_PORT if settings.slack_app_token is None else None)
    work = guarded(work_findings(database, present().real)) if is_there else ()
    yield from tell("At work", chain(work, health_findings(port)))


def _database(database: Database) -> Iterator[Finding]:
    """Whether it is there, whether it can be written to, and the rest."""
    shape = shape_finding(database)
    yield shape
    if shape.is_ok:
        now = present().real
        yield commit_finding(database, now)
        yield from guarded(condition_findings(database, now))


def _projects(calls: Calls, database: Database) -> Iterator[Finding]:
    with database.read() as session:
        projects = [(one, queries.list_partners(session, one.id)) for one in queries.list_projects(session)]
    if not projects:
        yield from tell("Projects", [fail("no project is loaded", "run: python bot.py load FILE")])
    everybody = [
        person
        for project, partners in projects
        for person in chain(project.coordinators, *(partner.people for partner in partners))
    ]
    people = ProjectCheck(calls, Accounts(calls, everybody))
    for project, partners in projects:
        yield from tell(f"Project {project.key}", guarded(people.findings(project, partners)))
