"""The people of a project file: known by Slack id, else by e-mail, whatever they do and in how many projects."""

import pytest
from sqlalchemy import select

from lamppu_bot import loading
from storage import queries, recipients
from storage.database import Database
from storage.models import AuditEntry, Person
from tests.storage.loading_rig import BEFORE, PROJECT, changed, load, paths, person, project_of, snapshot_of

KATRI = 'name = "Katri Koordinaattori"\nemail = "katri@example.org"'
NIILO = '{ name = "Niilo Niemelä", email = "niilo@example.org" }'
OTHER_PROJECT = changed(PROJECT, ('key = "lamppu"', 'key = "toinen"'))


def people(database: Database) -> list[tuple[str, str | None, str | None]]:
    with database.read() as session:
        rows = session.execute(select(Person.name, Person.email, Person.slack_id).order_by(Person.id))
        return [(row.name, row.email, row.slack_id) for row in rows]


def found_in_slack(database: Database, email: str, slack_id: str) -> None:
    known = person(database, email)
    assert known is not None
    with database.write() as session:
        recipients.remember_slack_id(session, known.id, slack_id, BEFORE.real)
        recipients.remember_dm_channel(session, known.id, f"D{slack_id}")


def dm_of(database: Database, ref: str) -> str | None:
    known = person(database, ref)
    assert known is not None
    with database.read() as session:
        return recipients.get_recipient(session, known.id).dm_channel


def contacts(database: Database) -> dict[str, str | None]:
    return {partner.key: partner.contact.email for partner in snapshot_of(database).partners}


def test_person_of_two_partners_and_coordinator_is_one(database: Database) -> None:
    katri = '{ name = "Katri Koordinaattori", email = "Katri@Example.org", phone = "020 9" }'
    text = changed(
        PROJECT, (NIILO, katri), ('{ name = "Oona Ojala", email = "oona@example.org", phone = "020 1" }', katri)
    )
    load(database, text)
    assert people(database) == [("Katri Koordinaattori", "katri@example.org", None)]
    assert contacts(database) == {"rovaniemi": "katri@example.org", "kemi": "katri@example.org"}
    assert load(database, text).is_empty


def test_person_renamed_with_new_phone_is_the_same(database: Database) -> None:
    load(database)
    before = person(database, "oona@example.org")
    plan = load(database, changed(PROJECT, ("Oona Ojala", "Oona Ojala-Aho"), ('phone = "020 1"', 'phone = "020 2"')))
    assert paths(plan) == ["changed people.oona@example.org.name", "changed people.oona@example.org.phone"]
    after = person(database, "oona@example.org")
    assert before is not None
    assert after is not None
    assert (after.id, after.name, after.phone) == (before.id, "Oona Ojala-Aho", "020 2")


def test_person_phone_left_out_is_removed(database: Database) -> None:
    load(database)
    text = changed(PROJECT, (', phone = "020 1"', ""))
    assert paths(load(database, text)) == ["changed people.oona@example.org.phone"]
    assert load(database, text).is_empty


def test_person_with_new_email_is_somebody_else(database: Database) -> None:
    load(database)
    plan = load(database, changed(PROJECT, ("niilo@example.org", "niilo.niemela@example.org")))
    assert [(change.path, change.before, change.after) for change in plan.changes] == [
        (
            "partners.kemi.contact",
            "Niilo Niemelä <niilo@example.org>",
            "Niilo Niemelä <niilo.niemela@example.org>",
        )
    ]
    assert person(database, "niilo@example.org") is not None
    assert contacts(database)["kemi"] == "niilo.niemela@example.org"


def test_person_with_new_email_and_known_slack_id_is_the_same(database: Database) -> None:
    load(database)
    found_in_slack(database, "niilo@example.org", "U00000001")
    before = person(database, "U00000001")
    text = changed(PROJECT, (NIILO, '{ name = "Niilo Niemelä", email = "nn@example.org", slack = "U00000001" }'))
    plan = load(database, text)
    assert paths(plan) == ["changed people.niilo@example.org.email"]
    after = person(database, "nn@example.org")
    assert before is not None
    assert after is not None
    assert after.id == before.id
    assert dm_of(database, "nn@example.org") == "DU00000001"
    assert load(database, text).is_empty


def test_person_with_another_slack_id_gets_another_dm(database: Database) -> None:
    load(database)
    found_in_slack(database, "niilo@example.org", "U00000001")
    assert load(database).is_empty
    text = changed(PROJECT, (NIILO, '{ name = "Niilo Niemelä", email = "niilo@example.org", slack = "U00000002" }'))
    assert paths(load(database, text)) == ["changed people.niilo@example.org.slack"]
    assert dm_of(database, "U00000002") is None
    assert load(database, text).is_empty


def test_coordinator_known_by_slack_id_only_gets_an_email(database: Database) -> None:
    load(database, changed(PROJECT, (KATRI, 'name = "Katri Koordinaattori"\nslack = "U00000001"')))
    text = changed(PROJECT, (KATRI, f'{KATRI}\nslack = "U00000001"'))
    assert paths(load(database, text)) == ["changed people.u00000001.email"]
    assert people(database)[0] == ("Katri Koordinaattori", "katri@example.org", "U00000001")
    assert load(database, text).is_empty


def test_two_rows_that_the_file_joins_become_one(database: Database) -> None:
    katri = '{ name = "Katri Koordinaattori", email = "katri@example.org" }'
    load(database, changed(PROJECT, (KATRI, 'name = "Katri Koordinaattori"\nslack = "U00000001"'), (NIILO, katri)))
    coordinator, contact = person(database, "U00000001"), person(database, "katri@example.org")
    assert coordinator is not None
    assert contact is not None
    with database.write() as session:
        recipients.remember_dm_channel(session, coordinator.id, "D1")
        session.add(AuditEntry(project_id=1, person_id=coordinator.id, action="remind", details={}))
    text = changed(PROJECT, (KATRI, f'{KATRI}\nslack = "U00000001"'), (NIILO, katri))
    plan = load(database, text)
    assert paths(plan) == ["changed people.katri@example.org"]
    with database.read() as session:
        assert [view.id for view in project_of(session).coordinators] == [contact.id]
        steered = session.scalars(select(AuditEntry.person_id).where(AuditEntry.action == "remind")).all()
    assert steered == [contact.id]
    assert person(database, "U00000001") == person(database, "katri@example.org")
    assert dm_of(database, "U00000001") == "D1"
    assert load(database, text).is_empty


def test_two_people_with_emails_are_not_joined(database: Database) -> None:
    load(database)
    found_in_slack(database, "niilo@example.org", "U00000001")
    before = people(database)
    with pytest.raises(loading.LoadError, match=r"U00000001 is that of Niilo Niemelä <niilo@example\.org>"):
        load(database, changed(PROJECT, (KATRI, f'{KATRI}\nslack = "U00000001"')))
    assert people(database) == before


def test_old_email_for_somebody_new_is_refused(database: Database) -> None:
    load(database)
    found_in_slack(database, "niilo@example.org", "U00000001")
    before = people(database)
    moved_on = '{ name = "Niilo Niemelä", email = "nn@example.org", slack = "U00000001" }'
    text = changed(PROJECT, (NIILO, moved_on), (KATRI, 'name = "Uusi Vetäjä"\nemail = "niilo@example.org"'))
    with pytest.raises(loading.LoadError, match=r"niilo@example\.org and nn@example\.org are both those of Niilo"):
        load(database, text)
    assert people(database) == before


def test_coordinators_are_replaced_as_listed(database: Database) -> None:
    load(database)
    text = changed(PROJECT, (KATRI, f'name = "Uusi Vetäjä"\nemail = "uusi@example.org"\n\n[[coordinators]]\n{KATRI}'))
    plan = load(database, text)
    assert [(change.path, change.before, change.after) for change in plan.changes] == [
        (
            "project.coordinators",
            "Katri Koordinaattori <katri@example.org>",
            "Uusi Vetäjä <uusi@example.org>, Katri Koordinaattori <katri@example.org>",
        )
    ]
    with database.read() as session:
        assert [view.name for view in project_of(session).coordinators] == ["Uusi Vetäjä", "Katri Koordinaattori"]
    load(database)
    with database.read() as session:
        assert [view.name for view in project_of(session).coordinators] == ["Katri Koordinaattori"]


def test_person_changed_by_another_project_is_a_conflict(database: Database) -> None:
    load(database)
    plan = load(database, changed(OTHER_PROJECT, ('phone = "020 1"', 'phone = "020 2"')))
    assert "changed people.oona@example.org.phone" in paths(plan)
    assert load(database).is_empty
    third = changed(PROJECT, ('phone = "020 1"', 'phone = "020 3"'))
    for _ in range(2):
        plan = load(database, third)
        assert [(conflict.path, conflict.slack) for conflict in plan.conflicts] == [
            ("people.oona@example.org.phone", "020 2")
        ]
    assert load(database, changed(PROJECT, ('phone = "020 1"', 'phone = "020 2"'))).conflicts == ()


def test_deputy_comes_and_goes(database: Database) -> None:
    load(database)
    deputy = 'deputy = { name = "Veikko Vaara", email = "veikko@example.org" }'
    plan = load(database, changed(PROJECT, (f"contact = {NIILO}", f"contact = {NIILO}\n{deputy}")))
    assert (plan.changes[0].before, plan.changes[0].after) == (None, "Veikko Vaara <veikko@example.org>")
    with database.read() as session:
        kemi = queries.list_partners(session, project_of(session).id)[1]
    assert kemi.deputy is not None
    assert kemi.deputy.name == "Veikko Vaara"
    assert paths(load(database)) == ["changed partners.kemi.deputy"]
