"""Two coordinators, a coordinator and a contact, a coordinator and the calendar: at the same moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lamppu_bot import answers, richtext
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.steering import closing, extend, opening, people, remind, skipping
from lamppu_bot.steering.permission import Form
from storage import queries, rounds
from storage.database import Database
from storage.models import AuditEntry, Delivery, Participation, Round
from storage.values import AnswerState, PersonView, RoundSnapshot, RoundState, Source
from tests.storage.loading_rig import load
from tests.storage.test_rounds_at_once import advance, at_once, now

OPEN_DAY = "2012-05-09 09:00"


@dataclass(frozen=True)
class House:
    """The project with its first round, and who coordinates it."""

    database: Database
    round_id: int
    coordinator: PersonView

    def form(self, origin: str) -> Form:
        return Form(self.coordinator, origin)

    def steer(self, do: Callable[[Session, Now], object], moment: str = OPEN_DAY) -> Callable[[], None]:
        def doing() -> None:
            with self.database.write() as session:
                do(session, now(moment))

        return doing

    def snapshot(self) -> RoundSnapshot:
        with self.database.read() as session:
            return queries.snapshot(session, self.round_id)

    def count(self, table: type, *where: object) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


@pytest.fixture
def house(database: Database) -> House:
    load(database)
    with database.read() as session:
        (project,) = queries.list_projects(session)
        round_id = queries.list_rounds(session, project.id)[0].id
    return House(database, round_id, project.coordinators[0])


@pytest.fixture
def opened(house: House) -> House:
    advance(house.database, "2012-05-08 09:00")
    advance(house.database, OPEN_DAY)
    return house


def refusals(raised: list[BaseException | None]) -> list[str]:
    assert all(one is None or isinstance(one, RefusedError) for one in raised), raised
    return [one.key for one in raised if isinstance(one, RefusedError)]


def audits(house: House) -> int:
    return house.count(AuditEntry, AuditEntry.origin.is_not(None))


def test_two_coordinators_and_the_calendar_open_the_round_once(house: House) -> None:
    doings = [
        house.steer(lambda session, at, one=one: opening.open_now(session, house.form(one), house.round_id, at))
        for one in ("V1", "V2")
    ]
    raised = at_once(*doings, lambda: advance(house.database, OPEN_DAY))
    assert set(refusals(raised)) <= {"refused.opened_already", "refused.opened_already.by"}
    assert house.snapshot().round.state is RoundState.OPEN
    assert house.count(Delivery, Delivery.kind == "card") == 2


@pytest.mark.parametrize("origins", [("V1", "V1"), ("V1", "V2")])
def test_partner_is_left_out_once(opened: House, origins: tuple[str, str]) -> None:
    partner_id = opened.snapshot().partners[0].id
    raised = at_once(
        *(
            opened.steer(
                lambda session, at, one=one: skipping.skip(
                    session, opened.form(one), opened.round_id, partner_id, f"Syy {one}", at
                )
            )
            for one in origins
        )
    )
    assert refusals(raised) == ([] if origins[0] == origins[1] else ["refused.skipped_already"])
    assert audits(opened) == 1
    assert opened.count(Delivery, Delivery.kind == "steered") == 1


def test_reminder_of_two_forms_opened_at_once_goes_out_once(opened: House) -> None:
    def reminding(origin: str, seen: int = 0) -> Callable[[], None]:
        wanted = remind.Reminding(opened.round_id, None, "Hei", with_deputies=False, seen=seen)
        return opened.steer(lambda session, at: remind.remind_now(session, opened.form(origin), wanted, at))

    assert refusals(at_once(reminding("V1"), reminding("V1"))) == []
    once = opened.count(Delivery, Delivery.kind == "reminder")
    with opened.database.read() as session:
        seen = rounds.newest_audit(session, queries.list_projects(session)[0].id)
    assert refusals(at_once(reminding("V2", seen), reminding("V3", seen))) == []
    assert opened.count(Delivery, Delivery.kind == "reminder") == 2 * once
    assert audits(opened) == 2


def test_two_extensions_of_all_to_one_day_are_one(opened: House) -> None:
    wanted = extend.Extension(opened.round_id, (), date(2012, 6, 8))
    raised = at_once(
        *(
            opened.steer(lambda session, at, one=one: extend.extend(session, opened.form(one), wanted, at))
            for one in ("V1", "V2")
        )
    )
    assert refusals(raised) == ["refused.extension_day"]
    assert opened.snapshot().round.due_on == date(2012, 6, 8)
    assert audits(opened) == 1


def test_round_is_extended_or_due_but_never_half_of_both(opened: House) -> None:
    wanted = extend.Extension(opened.round_id, (), date(2012, 6, 8))
    moment = "2012-06-01 00:10"
    extending = opened.steer(lambda session, at: extend.extend(session, opened.form("V1"), wanted, at), moment)
    raised = at_once(extending, lambda: advance(opened.database, moment))
    assert refusals(raised) == []
    found = opened.snapshot().round
    assert (found.state, found.due_on) == (RoundState.OPEN, date(2012, 6, 8))


def test_round_is_closed_once_by_two_coordinators_and_the_calendar(opened: House) -> None:
    moment = "2012-06-30 09:00"
    closings = [
        opened.steer(
            lambda session, at, one=one: closing.close_now(session, opened.form(one), opened.round_id, at), moment
        )
        for one in ("V1", "V2")
    ]
    raised = at_once(*closings, lambda: advance(opened.database, moment))
    assert set(refusals(raised)) <= {"refused.closed_already", "refused.closed_already.by"}
    assert opened.snapshot().round.state is RoundState.CLOSED
    assert opened.count(Delivery, Delivery.kind == "overview") == 1
    with opened.database.read() as session:
        assert (session.scalar(select(Round.report_wanted).where(Round.id == opened.round_id)) or 0) >= 1


def answer_all(house: House, partner_id: int, but: int = 0) -> list[answers.Writing]:
    """What makes the partner's answers final; all are written but the last ones, which are returned."""
    found = house.snapshot()
    [partner] = [one for one in found.partners if one.id == partner_id]
    writings = [
        answers.Writing(one.id, one.version, AnswerState.ANSWERED, richtext.from_plain("Tehty."), Source.FORM, "V0")
        for one in found.answers_of(partner_id)
    ]
    now_, left = (writings[:-but], writings[-but:]) if but else (writings, [])
    for writing in now_:
        house.steer(lambda session, at, one=writing: answers.save(session, partner.contact, one, at))()
    return left


@pytest.mark.parametrize("attempt", range(3))
def test_last_answer_and_the_last_missing_partner_left_out_post_the_report(opened: House, attempt: int) -> None:
    first, second, *others = opened.snapshot().partners
    for one in others:
        answer_all(opened, one.id)
    [last] = answer_all(opened, first.id, but=1)
    saving = opened.steer(lambda session, at: answers.save(session, first.contact, last, at))
    leaving = opened.steer(
        lambda session, at: skipping.skip(session, opened.form("V1"), opened.round_id, second.id, "Fuusio", at)
    )
    assert refusals(at_once(saving, leaving)) == []
    with opened.database.read() as session:
        assert (session.scalar(select(Round.report_wanted).where(Round.id == opened.round_id)) or 0) >= 1


@pytest.mark.parametrize("attempt", range(3))
def test_answer_given_while_its_partner_is_left_out_is_kept_or_refused(opened: House, attempt: int) -> None:
    first = opened.snapshot().partners[0]
    [last] = answer_all(opened, first.id, but=1)
    saving = opened.steer(lambda session, at: answers.save(session, first.contact, last, at))
    leaving = opened.steer(
        lambda session, at: skipping.skip(session, opened.form("V1"), opened.round_id, first.id, "Fuusio", at)
    )
    assert set(refusals(at_once(saving, leaving))) <= {"refused.skipped"}
    assert opened.count(Participation, Participation.skipped_at.is_not(None)) == 1


def test_new_contact_named_by_two_at_once_is_one_person(opened: House) -> None:
    partner = opened.snapshot().partners[0]
    pia = people.Named("Pia Pohjola", "pia.pohjola@example.org", "")
    contact, nobody = partner.contact, people.Named("", "", "")
    seen = people.People(people.Named(contact.name, contact.email or "", contact.phone or ""), nobody)
    wanted = people.People(pia, nobody)
    raised = at_once(
        *(
            opened.steer(
                lambda session, at, one=one: people.change_people(
                    session, opened.form(one), opened.round_id, partner.id, seen, wanted, at
                )
            )
            for one in ("V1", "V2")
        )
    )
    assert refusals(raised) == []
    assert audits(opened) == 1
    assert opened.snapshot().partners[0].contact.name == "Pia Pohjola"
