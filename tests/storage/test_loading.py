"""Loading a project file: what is added, changed, archived and restored."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import func, select, update

from lamppu_bot import loading
from lamppu_bot.project_file import parse_project
from storage import projects, queries
from storage.database import Database, DatabaseUnavailableError
from storage.models import AuditEntry, Project
from storage.values import RoundState
from tests.storage.loading_rig import (
    BEFORE,
    PROJECT,
    advance,
    at,
    changed,
    contents,
    load,
    paths,
    project_of,
    round_of,
    without,
)

OWN_TEMPLATE = Path("lamppu_bot/report/templates/form.docx").read_bytes()
WITH_TEMPLATE = changed(PROJECT, ('channel = "C0123456789"', 'channel = "C0123456789"\nform_template = "form.docx"'))


def audits(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "load")) or 0


def test_load_new_project(database: Database) -> None:
    plan = load(database)
    assert paths(plan) == [
        "added project",
        "added partners.rovaniemi",
        "added partners.kemi",
        "added objectives.verkosto",
        "added objectives.mittarit",
        "added semesters.2012-spring",
        "added semesters.2012-autumn",
    ]
    assert plan.conflicts == ()
    with database.read() as session:
        project = project_of(session)
        assert (project.key, project.name, project.channel) == ("lamppu", "Laatua pohjoisessa", "C0123456789")
        assert project.calendar == {
            "open_days_before": 15,
            "remind_days_before": [10, 5, 2],
            "hour": "09:00",
            "closes_days_after": 10,
        }
        assert [found.name for found in project.coordinators] == ["Katri Koordinaattori"]
        expected = queries.expected_snapshot(session, round_of(database).id)
    assert [found.contact.email for found in expected.partners] == ["oona@example.org", "niilo@example.org"]
    assert [(found.number, found.key) for found in expected.objectives] == [(1, "verkosto"), (2, "mittarit")]
    spring = round_of(database)
    assert spring.state is RoundState.PLANNED
    assert (spring.opens_on, spring.due_on, spring.closes_on) == (
        date(2012, 5, 9),
        date(2012, 5, 31),
        date(2012, 6, 14),
    )


def test_load_twice_writes_nothing(database: Database) -> None:
    load(database)
    before = contents(database)
    plan = load(database, now=at("2012-06-01T12:00"))
    assert (plan.changes, plan.is_empty) == ((), True)
    assert contents(database) == before
    assert loading.describe(plan) == ["lamppu: nothing has changed since the file was last loaded"]


def test_load_dry_run_writes_nothing(database: Database) -> None:
    before = contents(database)
    with database.write() as session:
        plan = loading.plan_load(session, parse_project(PROJECT), template=None, now=BEFORE)
    assert len(plan.changes) == 7
    assert contents(database) == before


def test_load_rename_and_reword_keep_rows(database: Database) -> None:
    load(database)
    advance(database)
    before = contents(database)
    text = changed(
        PROJECT,
        ("Kemin opisto", "Kemin ammattiopisto"),
        ("Mittarit on valittu.", "Mittarit on valittu ja otettu käyttöön."),
    )
    plan = load(database, text)
    assert paths(plan) == ["changed partners.kemi.name", "changed objectives.mittarit.text"]
    assert (plan.changes[0].before, plan.changes[0].after) == ("Kemin opisto", "Kemin ammattiopisto")
    assert contents(database)["answer"] == before["answer"]
    assert audits(database) == 2


def test_load_left_out_is_archived_and_comes_back(database: Database) -> None:
    load(database)
    advance(database)
    before = contents(database)
    smaller = without(without(without(PROJECT, "kemi"), "verkosto"), "2012-autumn")
    plan = load(database, smaller)
    assert paths(plan) == [
        "changed objectives.mittarit.number",
        "archived partners.kemi",
        "archived objectives.verkosto",
        "archived semesters.2012-autumn",
    ]
    assert load(database, smaller).is_empty
    back = load(database)
    assert paths(back) == [
        "restored partners.kemi",
        "restored objectives.verkosto",
        "changed objectives.mittarit.number",
        "restored semesters.2012-autumn",
    ]
    after = contents(database)
    for table in ("partner", "objective", "round", "answer", "participation"):
        assert after[table] == before[table]


def test_load_restored_takes_what_the_file_says_now(database: Database) -> None:
    load(database)
    load(database, without(PROJECT, "kemi"))
    plan = load(database, changed(PROJECT, ("Kemin opisto", "Meren opisto")))
    assert paths(plan) == ["restored partners.kemi", "changed partners.kemi.name"]


def test_load_other_order_renumbers(database: Database) -> None:
    load(database)
    first, second = 'key = "verkosto"\ntitle = "Verkosto"', 'key = "mittarit"\ntitle = "Mittarit"'
    swapped = changed(PROJECT, (first, "HERE"), (second, first), ("HERE", second))
    plan = load(database, swapped)
    assert "changed objectives.mittarit.number" in paths(plan)
    with database.read() as session:
        found = queries.expected_snapshot(session, round_of(database).id).objectives
    assert [(view.number, view.key) for view in found] == [(1, "mittarit"), (2, "verkosto")]


def test_load_partners_in_other_order_is_one_change(database: Database) -> None:
    load(database)
    rovaniemi = 'key = "rovaniemi"\nname = "Rovaniemen koulutuskuntayhtymä"\nshort_name = "REDU"\ncontact = '
    kemi = 'key = "kemi"\nname = "Kemin opisto"\nshort_name = "Kemi"\ncontact = '
    oona, niilo = PROJECT.partition(rovaniemi)[2].partition("\n")[0], PROJECT.partition(kemi)[2].partition("\n")[0]
    swapped = changed(PROJECT, (rovaniemi + oona, "HERE"), (kemi + niilo, rovaniemi + oona), ("HERE", kemi + niilo))
    plan = load(database, swapped)
    assert [(change.path, change.before, change.after) for change in plan.changes] == [
        ("partners", "rovaniemi, kemi", "kemi, rovaniemi")
    ]
    with database.read() as session:
        found = queries.expected_snapshot(session, round_of(database).id).partners
    assert [view.key for view in found] == ["kemi", "rovaniemi"]
    assert load(database, swapped).is_empty


def test_load_template_is_stored_and_its_change_told(database: Database) -> None:
    load(database)
    plan = load(database, WITH_TEMPLATE, template=OWN_TEMPLATE)
    assert paths(plan) == ["changed project.form_template"]
    assert plan.changes[0].before is None
    assert load(database, WITH_TEMPLATE, template=OWN_TEMPLATE).is_empty
    with database.read() as session:
        assert queries.form_template(session, project_of(session).id) == OWN_TEMPLATE
    other = OWN_TEMPLATE + b"\0"
    assert paths(load(database, WITH_TEMPLATE, template=other)) == ["changed project.form_template"]
    assert paths(load(database)) == ["changed project.form_template"]
    with database.read() as session:
        assert queries.form_template(session, project_of(session).id) is None


def test_load_two_projects_stand_side_by_side(database: Database) -> None:
    load(database)
    other = changed(PROJECT, ('key = "lamppu"', 'key = "toinen"'))
    assert paths(load(database, other))[0] == "added project"
    assert load(database).is_empty
    with database.read() as session:
        assert [project.key for project in queries.list_projects(session)] == ["lamppu", "toinen"]


def test_load_of_an_archived_project_brings_it_back(database: Database) -> None:
    load(database)
    with database.write() as session:
        session.execute(update(Project).values(archived_at=BEFORE.real))
    plan = load(database)
    assert paths(plan) == ["restored project"]
    with database.read() as session:
        assert project_of(session).key == "lamppu"


def test_load_by_two_at_once_adds_the_project_once(database: Database) -> None:
    both_ready = threading.Barrier(2)

    def patient_load() -> int:
        deadline = time.monotonic() + 30
        both_ready.wait(timeout=30)
        while True:
            try:
                return len(load(database).changes)
            except DatabaseUnavailableError:
                assert time.monotonic() < deadline

    with ThreadPoolExecutor(2) as pool:
        loads = [pool.submit(patient_load) for _ in range(2)]
        assert sorted(found.result() for found in loads) == [0, 7]


def test_describe_tells_each_change_on_a_line(database: Database) -> None:
    load(database)
    text = changed(
        without(PROJECT, "2012-autumn"),
        ("Mittarit on valittu.", "Mittarit on valittu ja kuvattu. " + 10 * "Niitä seurataan. "),
        ("open_days_before = 15", "open_days_before = 12"),
        ("niilo@example.org", "nn@example.org"),
    )
    assert loading.describe(load(database, text)) == [
        "changed   calendar.open_days_before: 15 -> 12",
        "changed   partners.kemi.contact: Niilo Niemelä <niilo@example.org> -> Niilo Niemelä <nn@example.org>",
        "changed   objectives.mittarit.text: Mittarit on valittu. -> Mittarit on valittu ja kuvattu. Niitä seurataan. "
        "Niitä seurataan. Niitä seurataan. Niitä seurataan.…",
        "changed   semesters.2012-spring.opens_on: 2012-05-09 -> 2012-05-14",
        "archived  semesters.2012-autumn: autumn 2012: opens 2012-11-22, due 2012-12-14, closes 2013-01-03 "
        "(kept with its answers, comes back with its key)",
    ]


ROOM_AND_INDICATORS = """\
room = 700

[[objectives.indicators]]
key = "koulutetut"
title = "Koulutetut"
unit = "henkilöä"
target = 120

[[objectives.indicators]]
key = "kokoukset"
title = "Kokoukset"
unit = "kpl"
"""
WITH_INDICATORS = changed(PROJECT, ('text = "Verkosto toimii."\n', f'text = "Verkosto toimii."\n{ROOM_AND_INDICATORS}'))


def indicators(database: Database) -> list[tuple[str, str, Decimal | None, bool]]:
    """Those of the objective that has them, as they are asked."""
    with database.read() as session:
        stored = projects.find_stored(session, "lamppu")
        assert stored is not None
        found = stored.objectives[0].view
    assert found.room == 700
    return [(one.key, one.unit, one.target, one.is_archived) for one in found.indicators]


def test_load_room_and_indicators(database: Database) -> None:
    load(database)
    plan = load(database, WITH_INDICATORS)
    assert loading.describe(plan) == [
        "changed   objectives.verkosto.room: nothing -> 700",
        "changed   objectives.verkosto.indicators: nothing -> Koulutetut (henkilöä, target 120), Kokoukset (kpl)",
    ]
    assert indicators(database) == [("koulutetut", "henkilöä", Decimal(120), False), ("kokoukset", "kpl", None, False)]
    assert load(database, WITH_INDICATORS).is_empty


def test_load_indicator_left_out_is_archived_and_comes_back(database: Database) -> None:
    load(database, WITH_INDICATORS)
    left_out = WITH_INDICATORS.partition('[[objectives.indicators]]\nkey = "koulutetut"')
    without_first = left_out[0] + "[[objectives.indicators]]" + left_out[2].partition("[[objectives.indicators]]")[2]
    plan = load(database, changed(without_first, ('unit = "kpl"', 'unit = "kokousta"')))
    assert paths(plan) == ["changed objectives.verkosto.indicators"]
    assert indicators(database) == [
        ("kokoukset", "kokousta", None, False),
        ("koulutetut", "henkilöä", Decimal(120), True),
    ]
    load(database, WITH_INDICATORS)
    assert indicators(database) == [("koulutetut", "henkilöä", Decimal(120), False), ("kokoukset", "kpl", None, False)]


def test_load_room_of_the_whole_project(database: Database) -> None:
    load(database)
    plan = load(database, changed(PROJECT, ('language = "fi"', 'language = "fi"\nroom = 700')))
    assert paths(plan) == ["changed objectives.verkosto.room", "changed objectives.mittarit.room"]
