"""A small project file to change and load again and again."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from lamppu_bot import answers, keys, loading, richtext, rounds
from lamppu_bot.clock import Now
from lamppu_bot.project_file import parse_project
from storage import claims, ledger, projects, queries
from storage.database import Database
from storage.models import Base, Delivery
from storage.values import AnswerState, PersonView, ProjectView, RoundSnapshot, RoundView, Source

PROJECT = """\
[project]
key = "lamppu"
name = "Laatua pohjoisessa"
short_name = "LAMPPU"
language = "fi"
time_zone = "Europe/Helsinki"
holidays = "FI"
channel = "C0123456789"

[calendar]
open_days_before = 15
remind_days_before = [10, 5, 2]

[[coordinators]]
name = "Katri Koordinaattori"
email = "katri@example.org"

[[partners]]
key = "rovaniemi"
name = "Rovaniemen koulutuskuntayhtymä"
short_name = "REDU"
contact = { name = "Oona Ojala", email = "oona@example.org", phone = "020 1" }

# kemi
[[partners]]
key = "kemi"
name = "Kemin opisto"
short_name = "Kemi"
contact = { name = "Niilo Niemelä", email = "niilo@example.org" }

# verkosto
[[objectives]]
key = "verkosto"
title = "Verkosto"
text = "Verkosto toimii."

# mittarit
[[objectives]]
key = "mittarit"
title = "Mittarit"
text = "Mittarit on valittu."

# 2012-spring
[[semesters]]
key = "2012-spring"
term = "spring"
year = 2012
ends = 2012-05-31

# 2012-autumn
[[semesters]]
key = "2012-autumn"
term = "autumn"
year = 2012
ends = 2012-12-14
"""

NEW_OBJECTIVE = """
[[objectives]]
key = "uusi"
title = "Uusi tavoite"
text = "Lisätty kesken."
"""


def changed(text: str, *replacements: tuple[str, str]) -> str:
    """The text with each first string, which must be there, replaced by the second."""
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return text


def without(text: str, key: str) -> str:
    """The text without the table under the comment with this key."""
    head, _, tail = text.partition(f"# {key}\n")
    assert tail
    return head + tail.partition("\n\n")[2]


def at(local: str) -> Now:
    """A moment such as 2012-05-10T09:00 on the project's clocks."""
    moment = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Helsinki"))
    return Now(moment, moment)


BEFORE = at("2012-04-02T12:00")
OPENING = at("2012-05-09T09:00")
OPEN = at("2012-05-14T12:00")
AFTERWARDS = at("2013-01-01T12:00").real
LEASE = timedelta(seconds=30)


def load(
    database: Database, text: str = PROJECT, now: Now = BEFORE, *, template: bytes | None = None
) -> loading.LoadPlan:
    with database.write() as session:
        plan = loading.plan_load(session, parse_project(text), template=template, now=now)
        loading.apply_load(session, plan, now)
    return plan


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with database.read() as session:
        tables = Base.metadata.sorted_tables
        return {table.name: sorted(map(tuple, session.execute(select(table))), key=repr) for table in tables}


def paths(plan: loading.LoadPlan) -> list[str]:
    return [f"{change.kind.value} {change.path}" for change in plan.changes]


def advance(database: Database, now: Now = OPENING) -> None:
    with database.write() as session:
        rounds.advance(session, now)


def project_of(session: Session) -> ProjectView:
    return queries.list_projects(session)[0]


def round_of(database: Database, key: str = "2012-spring") -> RoundView:
    with database.read() as session:
        return next(found for found in queries.list_rounds(session, project_of(session).id) if found.key == key)


def snapshot_of(database: Database, key: str = "2012-spring") -> RoundSnapshot:
    with database.read() as session:
        return queries.snapshot(session, round_of(database, key).id)


def asked(snapshot: RoundSnapshot) -> dict[str, list[str]]:
    """The keys of the objectives that each partner is asked."""
    return {partner.key: [o.key for o in snapshot.objectives_of(partner.id)] for partner in snapshot.partners}


def person(database: Database, ref: str) -> PersonView | None:
    """The person known by this e-mail or Slack id."""
    with database.read() as session:
        return next(iter(projects.list_people(session, [ref], [ref])), None)


def card(database: Database, partner: str, email: str) -> ledger.DeliveryView | None:
    """The card of the spring round for one of a partner's people, present or former."""
    found = person(database, email)
    assert found is not None
    with database.read() as session:
        return ledger.find(session, keys.card("lamppu", "2012-spring", partner, found.id))


def answer(database: Database, partner: str, objective: str, text: str, *, semester: str = "2012-spring") -> None:
    """The partner's contact says its last word in a round."""
    found = snapshot_of(database, semester)
    contact = next(view for view in found.partners if view.key == partner)
    asked_for = next(view for view in found.objectives if view.key == objective)
    place = found.answers[contact.id, asked_for.id]
    document = richtext.from_plain(text)
    writing = answers.Writing(place.id, place.version, AnswerState.ANSWERED, document, Source.FORM, "view")
    with database.write() as session:
        answers.save(session, contact.contact, writing, OPEN)


def texts_of(snapshot: RoundSnapshot, partner: str) -> dict[str, str]:
    """What a partner has answered, by the key of the objective."""
    found = next(view for view in snapshot.partners if view.key == partner)
    return {o.key: snapshot.answers[found.id, o.id].text for o in snapshot.objectives_of(found.id)}


def send_all(database: Database) -> None:
    """Everything that waits in the ledger reaches Slack."""
    while waiting(database):
        with database.write() as session:
            due = claims.due_ids(session, AFTERWARDS, limit=100)
            for claimed in claims.claim(session, due, AFTERWARDS, worker="w", lease=LEASE, limit=100):
                claims.settle_sent(session, claimed, AFTERWARDS, ts=f"1.{claimed.id}", shown=claimed.wanted)


def waiting(database: Database) -> list[str]:
    """The keys of what Slack does not show yet."""
    with database.read() as session:
        return sorted(session.scalars(select(Delivery.key).where(Delivery.state == ledger.DUE)))
