"""Two transactions on PostgreSQL that meet halfway: one is held open until the other waits for it, or need not."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lamppu_bot import absence, answers, conversation, handover, keys, loading, richtext
from lamppu_bot.answers import Saved, Writing
from lamppu_bot.conversation import Heard
from lamppu_bot.errors import RefusedError
from lamppu_bot.following import follow_share
from lamppu_bot.project_file import parse_project
from lamppu_bot.steering import asking, behalf, people, skipping
from lamppu_bot.steering.asking import Question
from lamppu_bot.steering.permission import Form, require_steered
from storage import conversations, handovers, inquiries, ledger, recipients
from storage.database import Database
from storage.models import Delivery, Person
from storage.values import AnswerState, AnswerView, HandoverState, PartnerView, PersonView, RoundSnapshot, Source
from tests.conftest import EMPTYING, admin_of
from tests.storage.loading_rig import PROJECT, changed, load
from tests.storage.test_rounds_at_once import advance, asked, is_anybody_waiting, now, report_wanted, wait_until

OPEN_DAY = now("2012-05-09 09:00")
Write = Callable[[Session], object]


@dataclass(frozen=True)
class House:
    """A round that is open; `partner` is the one of whom the tests tell, `first` and `last` are its answers."""

    database: Database
    found: RoundSnapshot

    @property
    def partner(self) -> PartnerView:
        return self.found.partners[0]

    @property
    def contact(self) -> PersonView:
        return self.partner.contact

    @property
    def first(self) -> AnswerView:
        return self.found.answers_of(self.partner.id)[0]

    @property
    def last(self) -> AnswerView:
        return self.found.answers_of(self.partner.id)[-1]

    def form(self, origin: str) -> Form:
        return Form(self.found.project.coordinators[0], origin)

    def write(self, write: Write) -> None:
        with self.database.write() as session:
            write(session)

    def save(self, answer: AnswerView, state: AnswerState = AnswerState.ANSWERED) -> Write:
        writing = Writing(answer.id, 0, state, richtext.from_plain("Tehty."), Source.FORM, f"V{answer.id}")
        return lambda session: answers.save(session, self.contact, writing, OPEN_DAY)

    def begin(self) -> Write:
        return lambda session: conversation.begin(session, self.contact, self.first.id, OPEN_DAY)

    def meet(self, held: Write, meeting: Write, then: Write | None = None) -> None:
        """`held` is open while `meeting` is written, until that waits or is done; it goes on with `then`, and ends."""
        with ThreadPoolExecutor(1) as pool:
            with self.database.write() as session:
                held(session)
                met = pool.submit(self.write, meeting)
                wait_until(lambda: is_anybody_waiting(self.database) or met.done())
                if then:
                    then(session)
            met.result(10)


@pytest.fixture
def house(tabled_postgres_url: str) -> Iterator[House]:
    with closing(Database(tabled_postgres_url)) as database:
        with admin_of(tabled_postgres_url) as admin:
            admin.exec_driver_sql(EMPTYING)
        load(database)
        advance(database, "2012-05-09 09:00")
        yield House(database, asked(database))


def test_form_ends_the_writing_that_was_begun_while_it_waited(house: House) -> None:
    house.meet(house.begin(), house.save(house.first))
    with house.database.read() as session:
        assert conversations.list_open(session, house.first.id) == []


def test_report_that_fell_due_while_a_writer_waited_has_reason_to_change(house: House) -> None:
    advance(house.database, "2012-06-01 00:00")
    house.meet(
        house.save(house.first),
        house.save(house.last, AnswerState.DRAFT),
        lambda _: advance(house.database, "2012-06-01 09:00"),
    )
    assert report_wanted(house.database) == 2


def people_of(partner: PartnerView) -> people.People:
    contact = partner.contact
    return people.People(people.Named(contact.name, contact.email or "", contact.phone or ""), people.Named("", "", ""))


def change_contact(house: House) -> Write:
    seen = people_of(house.partner)
    wanted = people.People(people.Named("Pia Pohjola", "pia.pohjola@example.org", ""), seen.deputy)
    where = (house.found.round.id, house.partner.id)
    return lambda session: people.change_people(session, house.form("V-people"), *where, seen, wanted, OPEN_DAY)


def test_question_is_passed_on_while_the_last_answer_is_given(house: House) -> None:
    house.write(house.save(house.first))
    question = Question(house.last.id, "Montako?")
    house.write(lambda session: asking.ask(session, house.form("V-ask"), question, OPEN_DAY))
    katri = house.form("V").person
    text = richtext.from_plain("Tehty.")
    writing = Writing(
        house.last.id, 0, AnswerState.ANSWERED, text, Source.ON_BEHALF, "V-behalf", entered_by_id=katri.id
    )
    house.meet(
        lambda session: behalf.require_enterable(session, katri, house.last.id),
        change_contact(house),
        lambda session: behalf.enter(session, katri, writing, OPEN_DAY),
    )
    with house.database.read() as session:
        [(_, _, family)] = inquiries.list_families(session, house.found.round.id)
    assert [one.asked.name for one in family] == [house.contact.name, "Pia Pohjola"]


def test_question_that_is_asked_while_the_contact_changes_reaches_the_new_one(house: House) -> None:
    question = Question(house.first.id, "Montako?")
    house.meet(change_contact(house), lambda session: asking.ask(session, house.form("V-ask"), question, OPEN_DAY))
    with house.database.read() as session:
        [(_, _, family)] = inquiries.list_families(session, house.found.round.id)
    assert family[-1].asked.name == "Pia Pohjola"


DM = "D0CONTACT"


def write_in_thread(house: House) -> int:
    """The contact has written about the first answer in its thread; returns the conversation."""
    house.write(lambda session: recipients.remember_dm_channel(session, house.contact.id, DM))
    house.write(house.begin())
    with house.database.write() as session:
        [running] = conversations.list_open(session, house.first.id)
        root = session.get_one(Delivery, running.delivery_id)
        root.channel, root.ts, root.state = DM, "1000.000000", ledger.SENT
    heard = Heard(DM, "1001.000000", "U0C", "Tehty.", richtext.from_plain("Tehty."), "1000.000000")
    house.write(lambda session: conversation.hear(session, house.contact, heard, OPEN_DAY))
    return running.id


def steered_share(house: House) -> Write:
    """What follows for the partner's people when a coordinator steers."""

    def follow(session: Session) -> None:
        steered = require_steered(session, house.form("V").person, house.found.round.id)
        follow_share(session, steered.project, steered.progress, house.partner, OPEN_DAY)

    return follow


def test_last_answer_is_done_in_its_thread_while_the_round_is_steered(house: House) -> None:
    talk = write_in_thread(house)
    house.write(house.save(house.last))
    house.meet(
        lambda session: require_steered(session, house.form("V").person, house.found.round.id),
        lambda session: conversation.finish(session, house.contact, talk, OPEN_DAY),
        steered_share(house),
    )
    assert asked(house.database).answers_of(house.partner.id)[0].state is AnswerState.ANSWERED


def test_form_ends_the_writing_while_the_round_is_steered(house: House) -> None:
    write_in_thread(house)
    card = keys.card(house.found.project.key, house.found.round.key, house.partner.key, house.contact.id)
    answer = asked(house.database).answers_of(house.partner.id)[0]
    writing = Writing(answer.id, answer.version, AnswerState.ANSWERED, richtext.from_plain("A"), Source.FORM, "V")
    outcomes: list[object] = []
    house.meet(
        lambda session: ledger.change(session, [card], now=OPEN_DAY.real),  # as what follows begins
        lambda session: outcomes.append(answers.save(session, house.contact, writing, OPEN_DAY)),
        steered_share(house),
    )
    assert isinstance(outcomes[0], Saved)


def test_partner_is_left_out_while_the_project_file_is_loaded(house: House) -> None:
    where = (house.found.round.id, house.partner.id)
    file = parse_project(changed(PROJECT, ('short_name = "REDU"', 'short_name = "Redu"')))

    def load_again(session: Session) -> None:
        plan = loading.plan_load(session, file, template=None, now=OPEN_DAY)
        loading.apply_load(session, plan, OPEN_DAY)

    house.meet(
        lambda session: require_steered(session, house.form("V").person, house.found.round.id),
        load_again,
        lambda session: skipping.skip(session, house.form("V"), *where, "Fuusio", OPEN_DAY),
    )
    found = asked(house.database)
    assert house.partner.id in found.skipped
    assert found.partners[0].short_name == "Redu"


def test_absence_that_begins_while_the_one_before_is_ended_stays(house: House) -> None:
    house.write(lambda session: absence.set_away(session, house.contact, date(2012, 5, 10), OPEN_DAY))
    later = now("2012-05-11 09:00")
    house.meet(
        lambda session: absence.set_away(session, house.contact, date(2012, 5, 31), later),
        lambda session: absence.end_past(session, later),
    )
    with house.database.read() as session:
        until = session.scalar(select(Person.away_until).where(Person.id == house.contact.id))
    assert until == date(2012, 5, 31)


def test_writing_that_a_form_has_just_ended_does_not_take_its_place(house: House) -> None:
    talk = write_in_thread(house)
    answer = asked(house.database).answers_of(house.partner.id)[0]
    newer = Writing(answer.id, answer.version, AnswerState.DRAFT, richtext.from_plain("Uusi."), Source.FORM, "V")
    more = Heard(DM, "1002.000000", "U0C", "Lisää.", richtext.from_plain("Lisää."), "1000.000000")
    for late in (
        lambda session: conversation.finish(session, house.contact, talk, OPEN_DAY),
        lambda session: conversation.hear(session, house.contact, more, OPEN_DAY),
    ):
        house.meet(lambda session: answers.save(session, house.contact, newer, OPEN_DAY), late)
        assert asked(house.database).answers_of(house.partner.id)[0].text == "Uusi."


def test_thread_is_posted_while_a_form_ends_it(house: House) -> None:
    write_in_thread(house)

    def posted(session: Session) -> None:
        [running] = conversations.list_open(session, house.first.id)
        ledger.change_ids(session, [running.delivery_id], now=OPEN_DAY.real)  # as settling it does
        conversation.find_thread(session, running.delivery_id, OPEN_DAY)

    answer = asked(house.database).answers_of(house.partner.id)[0]
    writing = Writing(answer.id, answer.version, AnswerState.ANSWERED, richtext.from_plain("A"), Source.FORM, "V")
    house.meet(
        lambda session: answers.writable_place(session, house.contact, answer.id),
        posted,
        lambda session: answers.save(session, house.contact, writing, OPEN_DAY),
    )
    assert asked(house.database).answers_of(house.partner.id)[0].text == "A"


def test_message_is_deleted_while_its_thread_is_done(house: House) -> None:
    talk = write_in_thread(house)

    def begin_to_forget(session: Session) -> None:
        conversations.take_turn(session, DM)
        message = conversations.find_heard(session, DM, "1001.000000")
        assert message is not None
        conversations.set_heard(session, message.id, counted=None)

    with pytest.raises(RefusedError, match="nothing_written"):
        house.meet(
            begin_to_forget,
            lambda session: conversation.finish(session, house.contact, talk, OPEN_DAY),
            lambda session: conversation.forget(session, DM, "1001.000000", "1002.000000", OPEN_DAY),
        )


def test_who_turns_out_to_have_left_while_they_decline_has_declined(house: House) -> None:
    request = handover.Request(house.found.round.id, house.partner.id, house.first.id, "UMAIJA", "", "V-hand-over")
    with house.database.write() as session:
        wanted = handover.ask(session, house.contact, request, OPEN_DAY)
    house.meet(
        lambda session: handover.decline(session, wanted.colleague, wanted.id, "Kiire", OPEN_DAY),
        lambda session: handover.give_up(session, wanted.colleague.id, OPEN_DAY),
    )
    with house.database.read() as session:
        found = handovers.find(session, wanted.id)
    assert found is not None
    assert (found.state, found.reason) == (HandoverState.DECLINED, "Kiire")
