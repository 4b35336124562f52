"""From one semester to the next: what stands beside the question, what comes back as one, figures and room."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from lamppu_bot.project_file import IndicatorTable, ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.texts import texts_for
from lamppu_bot.workspace import Person
from storage.models import Answer, Objective, Participation, Partner, Revision, Round
from storage.values import AnswerDetails, Carried
from tests.e2e.acting import FI, NEXT, READY, TEXT, answer, answer_all, card_of
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, VARA, at
from tests.e2e.looking import channel
from tests.e2e.reading import card
from tests.e2e.talking import DONE, NETWORK, press, replies, start_writing, write
from tests.e2e.test_commands import ask

CARRIED, FOLLOW_UP = FI("carrying.carried"), FI("carrying.follow_up")
ON_IN_AUTUMN, ON_IN_SPRING = (FI("carrying.continuing", when=when) for when in ("syksyllä 2012", "keväällä 2013"))
FINISHED = FI("carrying.carried.finished")
TRAINED = "Koulutetut (henkilöä)"


@pytest.fixture
def planned(project: ProjectDefinition, rehearse: Callable[[ProjectDefinition], Rehearsal]) -> Rehearsal:
    """The first objective asks for a number, and its cell holds 50 characters."""
    first, *others = project.objectives
    trained = IndicatorTable(key="koulutetut", title="Koulutetut", unit="henkilöä")
    first = first.model_copy(update={"room": 50, "indicators": (trained,)})
    return rehearse(project.model_copy(update={"objectives": (first, *others)}))


@pytest.fixture
def counting(planned: Rehearsal) -> Rehearsal:
    """The spring round has opened."""
    planned.move_to(at("2012-05-09 09:00"), "the opening")
    return planned


def to_autumn(house: Rehearsal) -> None:
    house.move_to(at("2012-06-01 00:00"), "due")
    house.move_to(at("2012-06-15 00:00"), "closed")
    house.move_to(at("2012-11-22 09:00"), "autumn opens")


def details(house: Rehearsal, partner: str = "merilappi", semester: str = "2012-spring") -> AnswerDetails:
    """Those of a partner's answer to the first objective."""
    query = (
        select(Answer.details)
        .join(Participation, Participation.id == Answer.participation_id)
        .join(Round, Round.id == Participation.round_id)
        .join(Partner, Partner.id == Participation.partner_id)
        .join(Objective, Objective.id == Answer.objective_id)
        .where(Partner.key == partner, Round.key == semester, Objective.number == 1)
    )
    with house.database.read() as session:
        return session.scalars(query).one()


def revisions(house: Rehearsal) -> list[tuple[str, Any]]:
    with house.database.read() as session:
        return [(row.text, row.details) for row in session.scalars(select(Revision).order_by(Revision.id))]


def save(house: Rehearsal, person: Person, **entered: str) -> None:
    """Fills in the open form, by the names of inputs, and sends it."""
    person.fill(FI("answer_form.choice"), READY)
    for name, value in entered.items():
        person.fill(name, value)
    person.submit()
    house.settle()


def test_work_said_to_continue_comes_back_as_a_question_of_its_own(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    niilo.fill(ON_IN_AUTUMN, "Verkoston  kokoukset")
    answer(spring, niilo, "Verkosto kokoontui.")
    answer_all(spring, niilo)
    to_autumn(spring)
    niilo.click(NEXT, card_of(niilo, "syksy"))
    assert niilo.modal is not None
    assert "Verkosto kokoontui." in niilo.modal.text
    assert FI("carrying.follow_up.said").strip("*") in niilo.modal.text
    assert "Verkoston kokoukset" in niilo.modal.text
    niilo.fill(CARRIED, FINISHED)
    niilo.fill(FOLLOW_UP, "Kokouksia pidettiin kolme.")
    niilo.fill(ON_IN_SPRING, "Julkaisu")
    answer(spring, niilo, "Verkosto vakiintui.")
    kept = details(spring, semester="2012-autumn")
    assert (kept.carried, kept.continuing) == (Carried.FINISHED, "Julkaisu")
    assert "Kokouksia pidettiin kolme." in str(kept.follow_up)
    assert niilo.modal is not None
    assert "Mittarien kehittäminen" in niilo.modal.text
    assert FOLLOW_UP not in [found.label for found in niilo.modal.inputs]  # nothing was said to go on there


def test_work_said_to_continue_is_asked_about_in_a_thread_too(counting: Rehearsal) -> None:
    niilo = counting.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    niilo.fill(ON_IN_AUTUMN, "Verkoston kokoukset")
    answer(counting, niilo, "Työ etenee.")
    answer_all(counting, niilo)
    to_autumn(counting)
    root = start_writing(counting, niilo, NETWORK)
    assert FI.mrkdwn("carrying.follow_up.talk", work="Verkoston kokoukset") in root.text
    write(counting, niilo, root, "x" * 60)
    press(counting, niilo, DONE, replies(root)[-1])
    assert FI.plural("carrying.room.excess", 10) in replies(root)[-1].text


def test_form_reopened_holds_what_was_said_beside_the_text(counting: Rehearsal) -> None:
    niilo = counting.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    niilo.fill(TRAINED, "12,5")
    niilo.fill(ON_IN_AUTUMN, "Koulutus")
    answer(counting, niilo, "Tehty.")
    assert details(counting) == AnswerDetails(continuing="Koulutus", figures={"koulutetut": Decimal("12.5")})
    niilo.close_modal()
    niilo.click("Muuta", card_of(niilo), near="Laatuverkosto ja toimintamalli")
    assert niilo.modal is not None
    assert (niilo.modal.input(TRAINED).value, niilo.modal.input(ON_IN_AUTUMN).value) == ("12,5", "Koulutus")
    niilo.fill(TRAINED, "")
    save(counting, niilo)
    assert details(counting).figures == {}
    assert [len(kept.figures) for _, kept in revisions(counting)] == [1, 0]


def test_missing_figure_does_not_stop_an_answer(counting: Rehearsal) -> None:
    niilo = counting.people[MERI]
    answer(counting, niilo, "Tehty.")
    assert details(counting) == AnswerDetails()
    assert "1/4" in card_of(niilo).text


def test_figure_that_is_none_is_told_at_its_field_and_all_that_was_written_stays(counting: Rehearsal) -> None:
    niilo = counting.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    niilo.fill(TRAINED, "parikymmentä")
    answer(counting, niilo, "Tehty.")
    assert niilo.modal is not None
    assert niilo.modal.errors == {TRAINED: FI("carrying.figure.wrong")}
    assert (niilo.modal.input(TEXT).value, niilo.modal.input(TRAINED).value) == ("Tehty.", "parikymmentä")
    assert revisions(counting) == []
    niilo.fill(TRAINED, "20")
    niilo.submit()
    assert details(counting).figures == {"koulutetut": Decimal(20)}


def test_answer_longer_than_the_cell_is_kept_whole_and_told(counting: Rehearsal) -> None:
    niilo = counting.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    assert niilo.modal is not None
    answer(counting, niilo, "x" * 62)
    assert FI.plural("carrying.room.excess", 12) in niilo.modal.text
    assert revisions(counting)[0][0] == "x" * 62


def test_same_text_as_last_time_is_taken_and_told_gently(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    answer_all(spring, niilo, "Työ etenee.")
    to_autumn(spring)
    niilo.click(NEXT, card_of(niilo, "syksy"))
    answer(spring, niilo, "Työ etenee.")
    assert niilo.modal is not None
    assert FI("carrying.unchanged.saved") in niilo.modal.text
    assert "1/4" in card_of(niilo, "syksy").text
    answer(spring, niilo, "Työ valmistui.")
    assert niilo.modal is not None
    assert FI("carrying.unchanged.saved") not in niilo.modal.text


def test_same_submission_again_is_no_change_and_other_details_are_one(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    niilo.fill(ON_IN_AUTUMN, "Koulutus")
    answer(spring, niilo, "Tehty.")
    submission = next(d for d in reversed(spring.workspace.deliveries) if d.payload.get("type") == "view_submission")
    assert spring.workspace.deliver_again(submission).done.wait(5)
    assert len(revisions(spring)) == 1
    niilo.close_modal()
    niilo.click("Muuta", card_of(niilo), near="Laatuverkosto ja toimintamalli")
    save(spring, niilo)
    assert len(revisions(spring)) == 1
    niilo.close_modal()
    niilo.click("Muuta", card_of(niilo), near="Laatuverkosto ja toimintamalli")
    save(spring, niilo, **{ON_IN_AUTUMN: "Muu koulutus"})
    assert [kept.continuing for _, kept in revisions(spring)] == ["Koulutus", "Muu koulutus"]


def test_writing_in_a_thread_keeps_what_was_said_beside_the_text(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    niilo.fill(ON_IN_AUTUMN, "Koulutus")
    answer(spring, niilo, "Tehty.", FI("answer_form.choice.draft"))
    niilo.close_modal()
    root = start_writing(spring, niilo, NETWORK)
    write(spring, niilo, root, "Ja vielä tämä.")
    press(spring, niilo, DONE, replies(root)[-1])
    assert [kept.continuing for _, kept in revisions(spring)] == ["Koulutus"] * 3


def test_two_who_save_at_once_see_each_other_s_details(counting: Rehearsal) -> None:
    oona, veikko = counting.people[KAARNIKKA], counting.people[VARA]
    counting.move_to(at("2012-05-24 09:00"), "the deputy is announced")
    counting.move_to(at("2012-05-29 09:00"), "the deputy's turn")
    for person in (oona, veikko):
        person.click(NEXT, card_of(person))
    oona.fill(TRAINED, "12")
    answer(counting, oona, "Oonan teksti")
    veikko.fill(TRAINED, "13")
    veikko.fill(ON_IN_AUTUMN, "Veikon työ")
    answer(counting, veikko, "Veikon teksti")
    assert veikko.modal is not None
    assert "Koulutetut: 12 henkilöä" in veikko.modal.text
    assert (veikko.modal.input(TRAINED).value, veikko.modal.input(ON_IN_AUTUMN).value) == ("13", "Veikon työ")
    veikko.submit()
    assert details(counting, "kaarnikka") == AnswerDetails(continuing="Veikon työ", figures={"koulutetut": Decimal(13)})


def test_coordinators_see_what_is_unchanged_what_went_on_and_which_figure_is_missing(counting: Rehearsal) -> None:
    niilo, katri = counting.people[MERI], counting.people[KATRI]
    niilo.click(NEXT, card_of(niilo))
    niilo.fill(ON_IN_AUTUMN, "Verkoston kokoukset")
    answer(counting, niilo, "Työ etenee.")
    answer_all(counting, niilo, "Sama teksti.")
    to_autumn(counting)
    niilo.click(NEXT, card_of(niilo, "syksy"))
    niilo.fill(CARRIED, FINISHED)
    niilo.fill(FOLLOW_UP, "Kokouksia pidettiin kolme.")
    answer(counting, niilo, "Työ etenee.")
    for _ in range(3):
        answer(counting, niilo, "Sama teksti.")
    told = ask(counting, katri, "status Perämeri").text
    assert told.count(FI("mark.unchanged")) == 3  # of the first one there is more to read than the same text
    assert FI("carrying.figures.missing", titles="Koulutetut") in told
    counting.move_to(at("2012-12-15 00:00"), "due")
    counting.move_to(at("2012-12-17 09:00"), "the report")
    summary = [found for found in channel(counting) if found.lines[0].endswith("syksyn 2012 raportti")][-1]
    assert FI.plural("carrying.unchanged.count", 3) in summary.text
    first = next(reply for reply in summary.thread if reply.lines[0].startswith("Tavoite 1"))
    assert "Verkoston kokoukset" in first.text
    assert "Kokouksia pidettiin kolme." in first.text
    assert FI("mark.carried.finished") in first.text


@pytest.mark.parametrize(("language", "typed"), [("sv", "1 200,5"), ("en", "1200.5")])
def test_form_asks_in_the_person_s_language(planned: Rehearsal, language: str, typed: str) -> None:
    texts, niilo = texts_for(language), planned.people[MERI]
    niilo.user.locale = texts.tag
    planned.move_to(at("2012-05-09 09:00"), "the opening")
    niilo.click(texts("card.next"), card(niilo, texts))
    niilo.fill(texts("carrying.continuing", when=texts("semester.autumn.in", year=2012)), "Allt")
    niilo.fill(TRAINED, typed)
    niilo.fill(texts("answer_form.text"), "Gjort.")
    niilo.submit()
    assert details(planned) == AnswerDetails(continuing="Allt", figures={"koulutetut": Decimal("1200.5")})
