"""Every button and form that the bot knows, pressed and sent in by people who may not, with the values of others."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from slack_bolt import App
from sqlalchemy import select

from lamppu_bot import loading
from lamppu_bot.project_file import ContactTable, CoordinatorTable, PartnerTable, ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.slack.app import build_app
from lamppu_bot.workspace import Person
from storage.models import Base
from tests.e2e.acting import FI, READY, answer
from tests.e2e.conftest import KATRI, MERI, at
from tests.e2e.forging import Values, forgeries
from tests.e2e.handing_over import accept, ask_colleague
from tests.e2e.steering import steer
from tests.e2e.talking import DONE, METERS, SKILLS, SYSTEM, arrive, press, replies, say, start_writing, write
from tests.e2e.test_asking import question_of

PEKKA, LAINE = "pekka.pulkkinen@example.org", "leena.laine@example.org"
Rows = Mapping[str, Mapping[object, Mapping[str, Any]]]


@pytest.fixture
def busy(rehearse: Callable[[ProjectDefinition], Rehearsal], project: ProjectDefinition) -> Rehearsal:
    """LAMPPU in the middle of everything, and beside it the project of Leena and Pekka."""
    house = rehearse(project)
    for name, email in (("Leena Laine", LAINE), ("Pekka Pulkkinen", PEKKA)):
        house.people[email] = house.workspace.add_person(name, email, locale="fi-FI")
    channel = house.workspace.add_channel("toiset", members=[house.people[LAINE]], private=True)
    with house.database.write() as session:
        plan = loading.plan_load(session, _other(project, channel.id), template=None, now=house.clock())
        loading.apply_load(session, plan, house.clock())
    house.move_to(at("2012-05-09 09:00"), "the openings")
    _keep_busy(house)
    return house


def _other(project: ProjectDefinition, channel: str) -> ProjectDefinition:
    own = PartnerTable(
        key="oma",
        name="Oma koulu",
        short_name="Oma",
        contact=ContactTable(name="Pekka Pulkkinen", email=PEKKA),
    )
    table = project.project.model_copy(update={"key": "toinen", "short_name": "TOINEN", "channel": channel})
    return project.model_copy(
        update={
            "project": table,
            "coordinators": (CoordinatorTable(name="Leena Laine", email=LAINE),),
            "partners": (own,),
            "objectives": project.objectives[:1],
        }
    )


def _keep_busy(house: Rehearsal) -> None:
    """An answer entered, one returned, one in a thread, one handed over; a question with a reply, a stray, an edit."""
    niilo, katri = house.people[MERI], house.people[KATRI]
    maija = house.workspace.add_person("Maija Mallikas", "maija@example.org")
    root = start_writing(house, niilo, METERS)
    [said] = write(house, niilo, root, "Mittareita on viisi.")
    press(house, niilo, DONE, replies(root)[-1])
    niilo.edit(said, "Mittareita on kuusi.")
    write(house, niilo, start_writing(house, niilo, SYSTEM), "Luonnos.")
    say(house, niilo, "Kiitos, palaan huomenna!")
    ask_colleague(house, niilo, maija, SKILLS)
    accept(house, maija)
    steer(house, katri, "ask Perämeri 2", **{FI("ask_form.text"): "Montako mittaria on?"})
    write(house, niilo, question_of(niilo), "Kuusi.")
    steer(house, katri, "return Perämeri 2 Tarkentakaa")
    steer(house, katri, "behalf Perämeri 1 Puhelimessa kerrottu.")
    answer(house, house.people["yhteyshenkilo@example.org"], "Valmis.", READY)
    for person in house.people.values():
        while person.modal:
            person.close_modal()
    arrive(house)


@pytest.fixture
def known(busy: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, set[str]]:
    """The ids that the app listens to, by what they are of."""
    found: dict[str, set[str]] = {"action": set(), "view": set()}

    def remember(kind: str) -> None:
        register = getattr(App, kind)

        def registering(app: App, constraints: str, *others: Any) -> Any:
            found[kind].add(constraints)
            return register(app, constraints, *others)

        monkeypatch.setattr(App, kind, registering)

    for kind in found:
        remember(kind)
    build_app(busy.bot.services, busy.bot.client)
    return found


def rows(house: Rehearsal, leaving_out: int | None) -> Rows:
    """All that is kept, save what is of this person's own."""
    with house.database.read() as session:
        return {
            table.name: {
                tuple(row._mapping[column] for column in table.primary_key.columns): dict(row._mapping.items())
                for row in session.execute(select(table))
                if leaving_out is None or not _is_of(table.name, dict(row._mapping.items()), leaving_out)
            }
            for table in Base.metadata.sorted_tables
            if table.name != "pacing"
        }


def _is_of(table: str, row: Mapping[Any, Any], person_id: int) -> bool:
    named = {str(getattr(key, "name", key)): value for key, value in row.items()}
    if table == "person":
        return named["id"] == person_id
    if table == "delivery":
        return person_id in (named["person_id"], named["subject"].get("person"))
    return table == "home_tab" and named["person_id"] == person_id


def person_id(house: Rehearsal, person: Person) -> int | None:
    person_table = Base.metadata.tables["person"]
    with house.database.read() as session:
        return session.scalar(select(person_table.c.id).where(person_table.c.slack_id == person.id))


def test_nobody_changes_or_reads_anything_by_forging(busy: Rehearsal, known: Mapping[str, set[str]]) -> None:
    values = Values(busy)
    assert set(values.of_actions()) == known["action"], "say here what the new button carries"
    assert set(values.of_forms()) == known["view"], "say here what the new form carries"
    fault = FI("trouble.reference", reference="").rstrip(".")
    ulla = busy.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org", locale="fi-FI")
    for person in (ulla, busy.people[PEKKA], busy.people[LAINE]):
        who = person_id(busy, person)
        before, calls = rows(busy, who), len(busy.workspace.calls_to("chat.postMessage"))
        said = dict(forgeries(busy, person, stranger=who is None))
        wrong = {forged: words for forged, words in said.items() if not words or fault in words}
        assert not wrong, (person, wrong)
        leaked = {forged: words for forged, words in said.items() if "Mittareita" in words or "Puhelimessa" in words}
        assert not leaked, (person, leaked)
        after = rows(busy, who)
        assert {name: found for name, found in after.items() if found != before[name]} == {}, person
        arrive(busy)
        assert len(busy.workspace.calls_to("chat.postMessage")) == calls
