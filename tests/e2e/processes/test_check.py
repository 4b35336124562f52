"""`bot.py check`: each thing that can be wrong, and what is said of it."""

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from lamppu_bot.slack import accounts
from lamppu_bot.slack.health import Health
from lamppu_bot.slack.http import HttpServer
from lamppu_bot.workspace import Fault, RateLimits
from storage import pulse
from storage.database import Database
from storage.migrate import known_revisions
from storage.models import Delivery, Partner, Person, Pulse
from storage.process_lock import Role, process_lock
from tests.conftest import admin_of
from tests.e2e.processes import House, free_port
from tests.e2e.processes.test_operating import invoke

NIILO = "niilo.niemela@example.org"
KATRI = "katri.koordinaattori@example.org"
VEIKKO = "veikko.vaara@example.org"


@dataclass(frozen=True)
class Checked:
    """What `check` said: by level, each finding with its advice in one line."""

    exit_code: int
    text: str

    def said(self, level: str) -> list[str]:
        found: list[str] = []
        lines = self.text.splitlines()
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            if line.startswith(f"  {level:<5} "):
                advice = following.strip() if following.startswith(" " * 8) else ""
                found.append(f"{line[8:]} | {advice}" if advice else line[8:])
        return found

    @property
    def failure(self) -> str:
        [only] = self.said("FAIL")
        return only


def check(house: House, **variables: str) -> Checked:
    done = invoke(house, "check", **variables)
    assert "Traceback" not in done.output
    secrets = (house.workspace.bot_token, house.workspace.app_token, house.workspace.signing_secret)
    assert not [secret for secret in secrets if secret in done.output]
    return Checked(done.exit_code, done.stdout)


def test_all_that_is_well_is_a_line_each(house: House) -> None:
    with closing(Database(house.database_url)) as database, process_lock(database, Role.RUN):
        found = check(house)
    assert found.exit_code == 0
    assert found.text.endswith("All is well.\n")
    assert not found.said("FAIL") + found.said("note")
    for line in (
        f"SQLite: there, in the newest shape ({known_revisions()[-1]})",
        "all 12 scopes are granted",
        "the bot token: lamppu in the workspace Rehearsal",
        "coordinators: Katri Koordinaattori",
        "Kaarnikka: Oona Ojala, Veikko Vaara",
        "the bot is at work on this database",
        "no message is parked",
    ):
        assert line in found.said("ok")


def test_a_bot_that_is_not_at_work_is_to_be_known_of_and_no_failure(house: House) -> None:
    found = check(house)
    assert found.said("note") == [
        "the bot is not at work now | start it: python bot.py run (or work), or let cron run tick"
    ]
    assert (found.exit_code, found.text.splitlines()[-1]) == (0, "Nothing to put right; 1 to know of.")


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("invalid_auth", "Slack does not know it: copy it anew"),
        ("token_revoked", "it was revoked: install the app to the workspace again"),
        ("account_inactive", "the app was taken out of the workspace: install"),
        ("token_expired", "it has expired: take the app's token rotation back"),
        ("org_login_required", "Slack does not know it"),
    ],
)
def test_a_bot_token_that_slack_refuses(house: House, code: str, advice: str) -> None:
    house.workspace.revoke_token(code)
    found = check(house)
    assert found.failure.startswith(f"the bot token: Slack answers {code} | {advice}")
    assert "the app token: Socket Mode can be opened" in found.said("ok")
    assert found.exit_code == 1


def test_tokens_that_were_swapped(house: House) -> None:
    workspace = house.workspace
    done = invoke(house, "check", SLACK_BOT_TOKEN=workspace.app_token, SLACK_APP_TOKEN=workspace.bot_token)
    assert done.exit_code == 1
    assert "SLACK_BOT_TOKEN is wrong (it holds an app-level token" in done.stderr
    assert "SLACK_APP_TOKEN is wrong (it holds a bot token" in done.stderr
    assert workspace.bot_token not in done.output


def test_a_token_that_is_missing(house: House) -> None:
    assert check(house, SLACK_BOT_TOKEN="").failure.startswith("SLACK_BOT_TOKEN is missing | write the bot token")
    assert check(house, SLACK_APP_TOKEN="").failure.startswith("SLACK_APP_TOKEN is missing | write an app-level")


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("invalid_auth", "Slack does not know it, or it was revoked: make a new one with connections:write"),
        ("missing_scope", "it lacks connections:write"),
        ("not_allowed_token_type", "it is a token of another kind"),
    ],
)
def test_an_app_token_that_slack_refuses(house: House, code: str, advice: str) -> None:
    house.workspace.faults.append(Fault("apps.connections.open", "error", error=code))
    found = check(house)
    assert found.failure.startswith(f"the app token: Slack answers {code} | {advice}")
    assert "Perämeri: Niilo Niemelä" in found.said("ok")


def test_tokens_of_two_apps(house: House) -> None:
    house.workspace.state.identity.app_id = "A0OTHER"
    assert check(house).failure.startswith("the app token is of another app (A0LAMPPU) than the bot token (A0OTHER)")


def test_each_missing_scope_is_named_with_what_it_is_for(house: House) -> None:
    house.workspace.settings.scopes -= {"files:write", "im:history"}
    first, second = check(house).said("FAIL")
    assert first.startswith("the scope im:history is missing: it is needed to find what was posted")
    assert second.startswith(
        "the scope files:write is missing: it is needed to post the report's files | update the app"
    )


def test_a_missing_scope_that_the_look_itself_needs_is_not_laid_on_the_people(house: House) -> None:
    house.workspace.settings.scopes.discard("users:read")
    found = check(house)
    assert [one.partition(" | ")[0] for one in found.said("FAIL")] == [
        "the scope users:read is missing: it is needed to know people by their Slack id",
        "users.info: Slack answers missing_scope, so nothing more is looked at here",
    ]


@pytest.mark.parametrize(
    ("ahead", "level", "said"),
    [
        (-20, "ok", "this machine's clock and Slack's: 20 s apart (it matters from 30 s on)"),
        (100, "note", "this machine's clock is 100 s behind Slack's | it matters where processes run on several"),
        (-400, "FAIL", "this machine's clock is 400 s ahead of Slack's | from 300 s on Slack's requests are refused"),
    ],
)
def test_the_clock_is_compared_with_slacks(house: House, ahead: float, level: str, said: str) -> None:
    house.workspace.settings.clock_ahead = ahead
    found = check(house)
    # A busy machine may take a second over the call.
    close = {said.replace(f"{abs(ahead)} s", f"{abs(ahead) + off} s") for off in (-1, 0, 1)}
    assert any(one.startswith(tuple(close)) for one in found.said(level))


def test_slack_that_cannot_be_reached(house: House) -> None:
    found = check(house, SLACK_API_URL=f"http://127.0.0.1:{free_port()}/api/")
    assert found.failure.startswith("Slack cannot be reached | check this machine's network")
    assert found.exit_code == 1


@pytest.mark.parametrize(("fault", "code"), [("ratelimited", "ratelimited"), ("internal_error", "internal_error")])
@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open", "bots.info"])
def test_slack_that_gives_no_answer(house: House, method: str, fault: str, code: str) -> None:
    house.workspace.faults.append(Fault(method, fault))  # type: ignore[arg-type]
    assert check(house).failure == f"{method}: Slack gives no answer ({code}) | try again later"


def test_slack_that_gives_no_answer_half_way(house: House) -> None:
    house.workspace.faults.append(Fault("users.info", "http_500"))
    assert check(house).failure == "users.info: Slack gives no answer (http_500) | try again later"


def test_slacks_limits_are_waited_for(house: House) -> None:
    house.workspace.faults.append(Fault("users.info", "ratelimited", times=2))
    assert not check(house).said("FAIL")


def add_partners(house: House, count: int) -> list[str]:
    """As many partners more, each with a contact who has an account; returns the contacts' addresses."""
    emails = [f"contact.{number}@example.org" for number in range(count)]
    with closing(Database(house.database_url)) as database, database.write() as session:
        contacts = [Person(name=f"Contact {number}", email=email) for number, email in enumerate(emails)]
        session.add_all(contacts)
        session.flush()
        for number, contact in enumerate(contacts):
            names = {"key": f"p{number}", "name": f"Partner {number}", "short_name": f"Partner {number}"}
            session.add(Partner(project_id=1, **names, position=number, contact_id=contact.id))
    for number, email in enumerate(emails):
        house.people[email] = house.workspace.add_person(f"Contact {number}", email)
    return emails


def test_of_many_people_slacks_list_is_read_and_only_the_others_are_asked_for(house: House) -> None:
    """A thousand questions one by one would take a quarter of an hour at Slack's limits."""
    for number in range(400):
        house.workspace.add_person(f"Member {number}", f"member.{number}@example.org")
    emails = add_partners(house, 1000)
    gone, elsewhere, again = (house.people[email].user for email in emails[:3])
    gone.deactivated = elsewhere.external = again.deactivated = True
    house.workspace.add_person("Contact 2", emails[2])
    with closing(Database(house.database_url)) as database, database.write() as session:
        session.execute(update(Person).where(Person.email == emails[0]).values(slack_id=gone.id))
        session.execute(update(Person).where(Person.email == emails[3]).values(email="nobody@example.org"))
    house.workspace.server.rate_limits = RateLimits()
    found = check(house)
    assert [one.partition(" | ")[0] for one in found.said("FAIL")] == [
        f"Partner 0: Contact 0 ({emails[0]}): the account is deactivated",
        "Partner 3: Contact 3 (nobody@example.org) is not found in Slack: Slack answers users_not_found",
    ]
    assert f"Partner 1: Contact 1 ({emails[1]}) belongs to another organisation" in found.said("note")[0]
    assert {f"Partner {number}: Contact {number}" for number in range(4, 1000)} | {"Partner 2: Contact 2"} <= set(
        found.said("ok")
    )
    calls = house.workspace.calls_to
    assert len(calls("users.list")) == -(-len(house.workspace.state.users) // 500)
    assert [call.args["email"] for call in calls("users.lookupByEmail")[-2:]] == [emails[1], "nobody@example.org"]
    assert not [call for call in house.workspace.calls if call.outcome == "ratelimited"]


def test_of_many_people_a_list_that_slack_does_not_give_leaves_the_questions(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "MANY", 4)
    house.workspace.faults.append(Fault("users.list", "http_500"))
    found = check(house)
    assert not found.said("FAIL")
    assert "Perämeri: Niilo Niemelä" in found.said("ok")
    assert len(house.workspace.calls_to("users.list")) == 1


def test_a_channel_that_the_bot_is_not_in_or_that_is_archived_or_unknown(house: House) -> None:
    house.workspace.remove(house.channel)
    name = house.channel.name
    assert check(house).failure == f"the bot is not in #{name} | invite it: write /invite @Lamppu in #{name}"
    house.workspace.invite(house.channel)
    house.workspace.archive(house.channel)
    assert check(house).failure.startswith(f"#{name} is archived | unarchive it")
    house.workspace.archive(house.channel, archived=False)
    house.workspace.faults.append(Fault("conversations.info", "error", error="channel_not_found"))
    assert check(house).failure.startswith(f"the coordinators' channel {house.channel.id}: Slack answers channel_not")


@pytest.mark.parametrize(
    ("email", "fact", "level", "said"),
    [
        (NIILO, "deactivated", "FAIL", "the account is deactivated | name another person in the project file"),
        (KATRI, "is_bot", "FAIL", "is a bot | name another person"),
        (VEIKKO, "external", "note", "belongs to another organisation | they are reached while they share a channel"),
        (NIILO, "guest", "note", "is a guest | see with them"),
    ],
)
def test_contact_coordinator_and_deputy_who_cannot_or_can_hardly_be_reached(
    house: House, email: str, fact: str, level: str, said: str
) -> None:
    setattr(house.people[email].user, fact, True)
    found = check(house)
    assert any(f"({email})" in one and said in one for one in found.said(level))
    assert found.exit_code == (1 if level == "FAIL" else 0)


def test_people_who_are_not_found_or_have_no_address(house: House) -> None:
    with closing(Database(house.database_url)) as database, database.write() as session:
        session.execute(update(Person).where(Person.email == NIILO).values(slack_id=None, email="nobody@example.org"))
        session.execute(update(Person).where(Person.email == KATRI).values(slack_id=None, email=None))
    katri, niilo = check(house).said("FAIL")
    assert katri.startswith("coordinators: Katri Koordinaattori has no address | write an e-mail address")
    assert niilo.startswith(
        "Perämeri: Niilo Niemelä (nobody@example.org) is not found in Slack: Slack answers users_not_"
    )
    assert "correct the e-mail address in the project file" in niilo


def test_http_settings(house: House) -> None:
    signed = {"SLACK_APP_TOKEN": "", "PORT": "8080"}
    well = check(house, SLACK_SIGNING_SECRET=house.workspace.signing_secret, **signed)
    assert "HTTP: Slack posts to /slack/events, at port 8080 (SLACK_APP_TOKEN is not set)" in well.said("ok")
    assert not well.said("FAIL")
    wrong = check(house, SLACK_SIGNING_SECRET="hunter2", **signed)
    assert wrong.failure.startswith("SLACK_SIGNING_SECRET is none: Slack's have 32 digits")
    assert "hunter2" not in wrong.text


@pytest.mark.parametrize(
    ("health", "level", "said"),
    [
        (Health(True), "ok", "well"),
        (Health(False, {"advice": ["do this", "and that"]}), "FAIL", "ill | do this; and that"),
    ],
)
def test_what_the_bot_says_of_itself_at_its_port(house: House, health: Health, level: str, said: str) -> None:
    server = HttpServer(lambda: health, port=0)
    server.start()
    try:
        found = check(house, PORT=str(server.port))
    finally:
        server.stop()
    assert f"/healthz at port {server.port}: {said}" in found.said(level)


def test_a_port_where_nobody_or_something_else_answers(house: House) -> None:
    port = str(free_port())
    told = check(house, PORT=port).said("note")
    assert any(one.startswith(f"/healthz at port {port}: nobody answers | is the bot at work") for one in told)
    port = house.workspace.url.rpartition(":")[2]
    told = check(house, PORT=port).said("note")
    assert any(one.startswith(f"/healthz at port {port}: something else than Lamppu answers | give") for one in told)


def test_a_database_that_is_not_there_is_not_made(house: House) -> None:
    file = house.folder / "other.db"
    found = check(house, DATABASE_URL=f"sqlite:///{file}")
    assert found.failure.startswith(f"there is no file {file} | load a project, which makes it")
    assert not file.exists()
    assert "At work" not in found.text


def test_a_database_that_is_empty_older_newer_or_no_database(house: House) -> None:
    file = house.folder / "other.db"
    other = {"DATABASE_URL": f"sqlite:///{file}"}
    file.write_bytes(b"")
    assert check(house, **other).failure == "the database is empty | load a project: python bot.py load FILE"
    file.write_text("no database " * 1000, encoding="utf-8")
    assert check(house, **other).failure.startswith(
        "the database cannot be read | file is not a database: stop the bot"
    )
    for revision, said in (
        ("0001", "has the shape 0001, this Lamppu wants"),
        ("9999", "shape 9999, which this version"),
    ):
        with closing(Database(house.database_url)) as database, database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
        assert said in check(house).failure


def test_a_database_without_a_project(house: House) -> None:
    with closing(Database(house.database_url)) as database, database.engine.begin() as connection:
        connection.execute(text("UPDATE project SET archived_at = '2099-01-01 00:00:00'"))
    assert check(house).failure == "no project is loaded | run: python bot.py load FILE"


def test_messages_that_wait_too_long_and_those_that_are_parked(house: House) -> None:
    due = datetime.now(UTC) - timedelta(hours=3, minutes=1)
    with closing(Database(house.database_url)) as database, database.write() as session:
        kinds = update(Delivery).where(Delivery.kind == "card")
        session.execute(kinds.values(state="parked", error="not_in_channel", not_before=due))
        session.add(
            Delivery(key="late", kind="card", channel="C1", subject={}, state="due", not_before=due, created_at=due)
        )
    late, stuck = check(house).said("FAIL")
    assert late.startswith("1 message is not sent yet, the oldest for 3 hours | is the bot at work")
    assert stuck == "3 messages are parked, for a person to see to | `python bot.py deliveries` says why"


def test_on_postgres_version_connections_clock_and_worker_are_told(shared_house: House) -> None:
    found = check(shared_house)
    assert found.exit_code == 0
    assert any(one.startswith("PostgreSQL 18.") for one in found.said("ok"))
    assert any(one.endswith("connections are free") for one in found.said("ok"))
    assert "this machine's clock and PostgreSQL's: 0 s apart (it matters from 30 s on)" in found.said("ok")
    assert any(one.startswith("a worker was seen ") for one in found.said("ok"))  # the tick that opened the round
    with closing(Database(shared_house.database_url)) as database, database.write() as session:
        pulse.beat(session, datetime.now(UTC) - timedelta(minutes=5))
    assert "no worker was seen for 5 minutes | start it" in "\n".join(check(shared_house).said("note"))
    with closing(Database(shared_house.database_url)) as database, database.write() as session:
        session.execute(delete(Pulse))
    assert "no worker has ever been at work on this database | start it" in "\n".join(check(shared_house).said("note"))


def test_on_postgres_too_few_connections_and_settings_that_lose_commits(shared_house: House) -> None:
    with admin_of(shared_house.database_url) as admin:
        admin.execute(text("DROP ROLE IF EXISTS narrow"))
        admin.execute(text("CREATE ROLE narrow LOGIN SUPERUSER CONNECTION LIMIT 4"))
    try:
        narrow = shared_house.database_url.replace("postgres:@", "narrow:@")
        notes = check(shared_house, DATABASE_URL=narrow).said("note")
    finally:
        with admin_of(shared_house.database_url) as admin:
            admin.execute(text("DROP ROLE narrow"))
    assert any("of 4 connections are free | one more `run` or `work` takes up to 7" in one for one in notes)
    assert any(one.startswith("a power cut may lose what people were told is saved") for one in notes)


def test_a_database_that_this_account_may_not_write_to(shared_house: House) -> None:
    with admin_of(shared_house.database_url) as admin:
        admin.execute(text("DROP ROLE IF EXISTS reader"))
        admin.execute(text("CREATE ROLE reader LOGIN"))
        admin.execute(text("GRANT pg_read_all_data TO reader"))
    found = check(shared_house, DATABASE_URL=shared_house.database_url.replace("postgres:@", "reader:@"))
    assert found.failure.startswith("nothing can be written: permission denied for table pulse | see to this account's")
    assert "all 12 scopes are granted" in found.said("ok")
    assert "no message is parked" in found.said("ok")


def test_a_database_that_is_read_only(shared_house: House) -> None:
    with admin_of(shared_house.database_url) as admin:
        admin.execute(text("ALTER DATABASE processes SET default_transaction_read_only = on"))
    failure = check(shared_house).failure
    assert failure.startswith(
        "nothing can be written: the database cannot be used: cannot execute INSERT in a read-only"
    )


def test_sqlite_that_is_damaged(house: House) -> None:
    file = Path(house.database_url.removeprefix("sqlite:///"))
    with closing(Database(house.database_url)) as database, database.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).close()
        [page] = connection.execute(text("SELECT rootpage FROM sqlite_master WHERE name = 'partner'")).one()
        size = connection.execute(text("PRAGMA page_size")).scalar_one()
    with file.open("r+b") as content:
        content.seek((page - 1) * size)
        content.write(b"damage" * (size // 6))
    failures = check(house).said("FAIL")
    assert failures[0].startswith(f"{file} (")
    assert "is damaged: " in failures[0]
    assert "put a backup back" in failures[0]


def test_postgres_that_does_not_answer(house: House) -> None:
    found = check(house, DATABASE_URL=f"postgresql://lamppu:hunter2@127.0.0.1:{free_port()}/lamppu")
    assert "connection failed" in found.failure
    assert "see that it runs" in found.failure
    assert "hunter2" not in found.text
    assert "all 12 scopes are granted" in found.said("ok")
