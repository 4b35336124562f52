"""A colleague who has taken answers over is there no more: they left Slack, or were taken out of the database."""

from sqlalchemy import select, update

from lamppu_bot import handover
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person
from storage import person_records
from storage.models import Delivery
from storage.models import Person as PersonRow
from tests.e2e.acting import DRAFT, answer, card_of
from tests.e2e.conftest import MERI, at
from tests.e2e.handing_over import accept, ask_colleague, kept_by
from tests.e2e.talking import METERS, answers_of
from tests.e2e.test_handover import states


def taken_over(house: Rehearsal) -> Person:
    maija = house.workspace.add_person("Maija Mallikas", "maija@example.org")
    ask_colleague(house, house.people[MERI], maija, METERS)
    accept(house, maija)
    assert "Vastaajana @Maija Mallikas" in card_of(house.people[MERI]).text
    return maija


def remind_thrice(house: Rehearsal) -> None:
    for day in ("2012-05-16 09:00", "2012-05-24 09:00", "2012-05-29 09:00"):
        house.move_to(at(day), "a reminder")


def parked(house: Rehearsal) -> list[str]:
    with house.database.read() as session:
        return list(session.scalars(select(Delivery.key).where(Delivery.state == "parked")))


def check_given_back(house: Rehearsal) -> None:
    niilo = house.people[MERI]
    assert states(house) == ["void"]
    assert "Vastaajana" not in card_of(niilo).text
    assert kept_by(niilo).buttons == []
    assert "Vastaat yhä itse" in niilo.messages()[-1].text
    remind_thrice(house)
    assert parked(house) == []


def test_answers_of_who_has_left_slack_are_the_contact_s_again(spring: Rehearsal) -> None:
    maija = taken_over(spring)
    spring.workspace.deactivate(maija)
    with spring.database.write() as session:
        session.execute(update(PersonRow).values(locale_asked_at=None))
    for _ in range(2):
        spring.settle()
    check_given_back(spring)


def test_answers_of_who_was_erased_are_the_contact_s_again(spring: Rehearsal) -> None:
    maija = taken_over(spring)
    answer(spring, maija, "Viisi mittaria.", DRAFT)
    with spring.database.write() as session:
        row = session.scalars(select(PersonRow).where(PersonRow.slack_id == maija.id)).one()
        handover.give_up(session, row.id, spring.clock())
        person_records.erase(session, {row.id: "N. N. 9"})
    spring.settle()
    check_given_back(spring)
    assert answers_of(spring) == {"mittarit": ("draft", "Viisi mittaria.")}
