"""Loading a project file: what is added, changed, archived and restored, and what is a conflict."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from lamppu_bot import loading, rounds
from lamppu_bot.project_file import parse_project
from lamppu_bot.report.template import TemplateError
from storage import queries
from storage.database import Database
from storage.models import AuditEntry, Base, Round
from storage.values import RoundState
from tests.storage.loading_rig import (
    BEFORE,
    PROJECT,
    advance,
    at,
    changed,
    load,
    paths,
    person,
    project_of,
    round_of,
    without,
)

OWN_TEMPLATE = Path("lamppu_bot/report/templates/form.docx").read_bytes()
WITH_TEMPLATE = changed(PROJECT, ('channel = "C0123456789"', 'channel = "C0123456789"\nform_template = "form.docx"'))


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with database.read() as session:
        tables = Base.metadata.sorted_tables
        return {table.name: sorted(map(tuple, session.execute(select(table))), key=repr) for table in tables}


def audits(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "load")) or 0


def postpone(database: Database, opens_on: date) -> None:
    katri = person(database, "katri@example.org")
    assert katri is not None
    with database.write() as session:
        rounds.postpone(session, katri, round_of(database).id, opens_on, BEFORE)


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


def test_load_old_semester_is_created_closed(database: Database) -> None:
    plan = load(database, now=at("2012-06-15T00:00"))
    assert round_of(database).state is RoundState.CLOSED
    assert round_of(database, "2012-autumn").state is RoundState.PLANNED
    assert "which is past: nobody is asked" in "\n".join(loading.describe(plan))


def test_load_semester_on_its_last_day_is_planned(database: Database) -> None:
    load(database, now=at("2012-06-14T23:59"))
    assert round_of(database).state is RoundState.PLANNED


def test_load_semester_added(database: Database) -> None:
    load(database, without(PROJECT, "2012-autumn"))
    plan = load(database)
    assert paths(plan) == ["added semesters.2012-autumn"]
    assert round_of(database, "2012-autumn").due_on == date(2012, 12, 14)


def test_load_calendar_moves_planned_rounds(database: Database) -> None:
    load(database)
    plan = load(database, changed(PROJECT, ("open_days_before = 15", "open_days_before = 12")))
    assert paths(plan) == [
        "changed calendar.open_days_before",
        "changed semesters.2012-spring.opens_on",
        "changed semesters.2012-autumn.opens_on",
    ]
    assert round_of(database).opens_on == date(2012, 5, 14)
    with database.read() as session:
        assert project_of(session).calendar["open_days_before"] == 12
        assert project_of(session).calendar["closes_days_after"] == 10


def test_load_postponed_and_calendar_changed_is_a_conflict(database: Database) -> None:
    load(database)
    postpone(database, date(2012, 5, 21))
    assert load(database).is_empty
    text = changed(PROJECT, ("open_days_before = 15", "open_days_before = 12"))
    plan = load(database, text)
    assert [(conflict.path, conflict.file, conflict.slack) for conflict in plan.conflicts] == [
        ("semesters.2012-spring.opens_on", "2012-05-14", "2012-05-21")
    ]
    assert "changed semesters.2012-autumn.opens_on" in paths(plan)
    assert round_of(database).opens_on == date(2012, 5, 21)
    before = contents(database)
    again = load(database, text)
    assert (again.conflicts, again.changes) == (plan.conflicts, ())
    assert contents(database) == before
    assert "semesters.2012-spring.opens_on: the file says 2012-05-14" in loading.describe(again)[0]


def test_load_conflict_ends_when_file_agrees(database: Database) -> None:
    load(database)
    postpone(database, date(2012, 5, 21))
    twelve = changed(PROJECT, ("open_days_before = 15", "open_days_before = 12"))
    load(database, twelve)
    agreed = changed(twelve, ("ends = 2012-05-31", "ends = 2012-05-31\nopens = 2012-05-21"))
    plan = load(database, agreed)
    assert (plan.changes, plan.conflicts) == ((), ())
    assert load(database, agreed).is_empty
    moved = load(database, changed(agreed, ("opens = 2012-05-21", "opens = 2012-05-22")))
    assert paths(moved) == ["changed semesters.2012-spring.opens_on"]


def test_load_conflict_ends_when_database_agrees(database: Database) -> None:
    load(database)
    postpone(database, date(2012, 5, 21))
    text = changed(PROJECT, ("open_days_before = 15", "open_days_before = 12"))
    load(database, text)
    postpone(database, date(2012, 5, 14))
    assert load(database, text).conflicts == ()
    assert load(database, text).is_empty


def test_load_due_before_postponed_opening_is_not_applied(database: Database) -> None:
    load(database)
    postpone(database, date(2012, 5, 28))
    plan = load(database, changed(PROJECT, ("ends = 2012-05-31", "ends = 2012-05-31\ndue = 2012-05-25")))
    assert [conflict.path.rpartition(".")[2] for conflict in plan.conflicts] == ["opens_on", "due_on", "closes_on"]
    assert "would not open before it is due" in plan.conflicts[1].reason
    assert (round_of(database).due_on, round_of(database).closes_on) == (date(2012, 5, 31), date(2012, 6, 14))


def test_load_open_round_keeps_its_opening_and_moves_what_lies_ahead(database: Database) -> None:
    load(database)
    advance(database)
    text = changed(PROJECT, ("ends = 2012-05-31", "ends = 2012-05-31\nopens = 2012-05-07\ncloses = 2012-06-20"))
    plan = load(database, text)
    assert paths(plan) == ["changed semesters.2012-spring.closes_on"]
    assert [conflict.reason for conflict in plan.conflicts] == ["the round has opened already"]
    assert load(database, text).conflicts == plan.conflicts
    assert (round_of(database).opens_on, round_of(database).closes_on) == (date(2012, 5, 9), date(2012, 6, 20))


def test_load_calendar_leaves_past_dates_without_a_word(database: Database) -> None:
    load(database)
    with database.write() as session:
        session.execute(update(Round).where(Round.key == "2012-spring").values(state="closed"))
    plan = load(database, changed(PROJECT, ("open_days_before = 15", "open_days_before = 12")))
    assert paths(plan) == ["changed calendar.open_days_before", "changed semesters.2012-autumn.opens_on"]
    assert plan.conflicts == ()


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


def test_load_template_that_is_none_changes_nothing(database: Database) -> None:
    before = contents(database)
    with pytest.raises(TemplateError, match="no Word document"):
        load(database, WITH_TEMPLATE, template=b"hello")
    assert contents(database) == before


def test_load_language_without_texts_changes_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lamppu_bot.loading.planning.languages", lambda: ("xx",))
    before = contents(database)
    with pytest.raises(loading.LoadError, match='no texts in "fi" yet: write one of xx'):
        load(database)
    assert contents(database) == before


def test_load_two_projects_stand_side_by_side(database: Database) -> None:
    load(database)
    other = changed(PROJECT, ('key = "lamppu"', 'key = "toinen"'))
    assert paths(load(database, other))[0] == "added project"
    assert load(database).is_empty
    with database.read() as session:
        assert [project.key for project in queries.list_projects(session)] == ["lamppu", "toinen"]
