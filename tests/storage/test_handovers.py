"""Handovers and questions on both databases: what happens at the same moment happens once."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from lamppu_bot import answers, handover, richtext
from lamppu_bot.answers import Writing
from lamppu_bot.errors import RefusedError
from lamppu_bot.steering import asking
from lamppu_bot.steering.asking import Question
from lamppu_bot.steering.permission import Form
from storage import handovers, people, queries
from storage.database import Database
from storage.models import AuditEntry, Delivery, Handover, Inquiry
from storage.values import AnswerState, HandoverState, PersonView, RoundSnapshot, Source
from tests.storage.loading_rig import PROJECT, load
from tests.storage.test_rounds_at_once import advance, at_once, now

WITH_DEPUTY = PROJECT.replace(
    'contact = { name = "Niilo Niemelä", email = "niilo@example.org" }',
    'contact = { name = "Niilo Niemelä", email = "niilo@example.org" }\n'
    'deputy = { name = "Veikko Vaara", email = "veikko@example.org" }',
)
MOMENT = "2012-05-10 09:00"


@dataclass
class Scene:
    """A round that is open, and who takes part in it for one partner."""

    database: Database
    share: RoundSnapshot
    katri: PersonView

    @property
    def partner_id(self) -> int:
        return self.share.partners[0].id

    @property
    def answer_id(self) -> int:
        return self.share.answers_of(self.partner_id)[0].id

    @property
    def people(self) -> tuple[PersonView, ...]:
        return self.share.partners[0].people

    def ask(self, person: PersonView, slack_id: str, origin: str, answer_id: int | None = None) -> int:
        where = (self.share.round.id, self.partner_id, answer_id or self.answer_id)
        with self.database.write() as session:
            return handover.ask(session, person, handover.Request(*where, slack_id, "", origin), now(MOMENT)).id

    def colleague(self, slack_id: str) -> PersonView:
        with self.database.read() as session:
            found = queries.find_person(session, slack_id)
        assert found is not None
        return found

    def states(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(select(Handover.state).order_by(Handover.id)))


@pytest.fixture
def scene(database: Database) -> Scene:
    load(database, WITH_DEPUTY)
    advance(database, "2012-05-08 09:00")
    advance(database, "2012-05-09 09:00")
    with database.read() as session:
        (project,) = queries.list_projects(session)
        kemi = next(one for one in queries.list_partners(session, project.id) if one.key == "kemi")
        share = queries.snapshot(session, queries.list_rounds(session, project.id)[0].id, kemi.id)
    return Scene(database, share, project.coordinators[0])


def test_contact_and_deputy_asking_at_once_ask_one_colleague(scene: Scene) -> None:
    contact, deputy = scene.people
    raised = at_once(lambda: scene.ask(contact, "UMAIJA", "V1"), lambda: scene.ask(deputy, "UPEKKA", "V2"))
    assert sorted(type(error).__name__ for error in raised) == ["NoneType", "RefusedError"]
    assert scene.states() == ["asked"]


def test_same_form_at_once_asks_once(scene: Scene) -> None:
    contact, _ = scene.people
    assert at_once(*[lambda: scene.ask(contact, "UMAIJA", "V1")] * 4) == [None] * 4
    assert scene.states() == ["asked"]


def test_person_added_at_once_is_one(scene: Scene) -> None:
    def add() -> None:
        with scene.database.write() as session:
            people.find_or_add(session, "UMAIJA")

    assert at_once(*[add] * 4) == [None] * 4
    assert scene.colleague("UMAIJA").name == "UMAIJA"


def settled(scene: Scene, do: Callable[..., None], person: PersonView, handover_id: int, *more: str) -> None:
    with scene.database.write() as session:
        do(session, person, handover_id, *more, now(MOMENT))


@pytest.mark.parametrize("attempt", range(3))
def test_accepting_declining_and_withdrawing_at_once_tell_of_each_once(scene: Scene, attempt: int) -> None:
    contact, _ = scene.people
    asked = scene.ask(contact, "UMAIJA", "V1")
    maija = scene.colleague("UMAIJA")
    raised = at_once(
        lambda: settled(scene, handover.accept, maija, asked),
        lambda: settled(scene, handover.accept, maija, asked),
        lambda: settled(scene, handover.decline, maija, asked, ""),
        lambda: settled(scene, handover.withdraw, contact, asked),
    )
    assert all(error is None or isinstance(error, RefusedError) for error in raised)
    [state] = scene.states()
    assert state in (HandoverState.DECLINED, HandoverState.WITHDRAWN)
    with scene.database.read() as session:
        outcomes = session.scalars(select(Delivery.key).where(Delivery.kind == "handover-outcome")).all()
    assert len(outcomes) == len(set(outcomes))


def test_colleague_writes_while_it_is_withdrawn(scene: Scene) -> None:
    contact, _ = scene.people
    asked = scene.ask(contact, "UMAIJA", "V1")
    maija = scene.colleague("UMAIJA")
    settled(scene, handover.accept, maija, asked)

    def save() -> None:
        writing = Writing(
            scene.answer_id, 0, AnswerState.ANSWERED, richtext.from_plain("Valmis"), Source.FORM, "VMAIJA"
        )
        with scene.database.write() as session:
            answers.save(session, maija, writing, now(MOMENT))

    raised = at_once(save, lambda: settled(scene, handover.withdraw, contact, asked))
    assert raised[1] is None
    with scene.database.read() as session:
        found = queries.get_answer_place(session, scene.answer_id)
    assert found.state is (AnswerState.ANSWERED if raised[0] is None else AnswerState.MISSING)
    assert not found.has_handover
    with pytest.raises(RefusedError), scene.database.write() as session:
        answers.writable_place(session, maija, scene.answer_id)


def test_colleague_writes_what_was_handed_over_and_nothing_else(scene: Scene) -> None:
    contact, _ = scene.people
    asked = scene.ask(contact, "UMAIJA", "V1")
    settled(scene, handover.accept, scene.colleague("UMAIJA"), asked)
    first, second = (answer.id for answer in scene.share.answers_of(scene.partner_id))
    with scene.database.read() as session:
        maija = scene.colleague("UMAIJA")
        assert answers.writable_place(session, maija, first).has_handover
        with pytest.raises(RefusedError):
            answers.readable_place(session, maija, second)
        assert [found.answer_ids for found in handovers.list_taken(session, maija.id)] == [frozenset({first})]
        assert queries.find_language(session, maija.id) == "fi"


def test_question_sent_at_once_is_asked_once(scene: Scene) -> None:
    def ask() -> None:
        with scene.database.write() as session:
            asking.ask(session, Form(scene.katri, "V1"), Question(scene.answer_id, "Montako?"), now(MOMENT))

    assert at_once(*[ask] * 4) == [None] * 4
    with scene.database.read() as session:
        assert session.scalar(select(func.count(Inquiry.id))) == 1
        assert session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == "ask")) == 1


def test_who_turns_out_to_be_somebody_known_by_mail_becomes_them(scene: Scene) -> None:
    contact, _ = scene.people
    scene.ask(contact, "UVARA", "V1")
    told = people.Known(locale="fi-FI", name="Veikko V.", email="VEIKKO@example.org")
    with scene.database.write() as session:
        people.remember(session, scene.colleague("UVARA"), told, now(MOMENT).real)
    found = scene.colleague("UVARA")
    assert (found.name, found.email) == ("Veikko Vaara", "veikko@example.org")
    with scene.database.read() as session:
        [live] = handovers.list_live_of_share(session, scene.share.round.id, scene.partner_id)
    assert live.colleague.id == found.id == scene.people[1].id
