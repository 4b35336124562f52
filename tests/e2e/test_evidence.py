"""Links and files of an answer: given in a form over its form, or attached to what one writes in its thread."""

from typing import Any

from sqlalchemy import select

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person
from storage import queries
from storage.models import Answer, Evidence, HeardMessage, Round
from storage.values import EvidenceView
from tests.e2e.acting import FI, NEXT, TEXT, answer_all, card_of
from tests.e2e.conftest import KAARNIKKA, MERI, REDU, VARA, at
from tests.e2e.handing_over import accept, ask_colleague
from tests.e2e.looking import forge, newest_payload
from tests.e2e.talking import DONE, METERS, NETWORK, SKILLS, arrive, press, repeat, replies, start_writing

ADD, LINKS, FILES, REMOVED = (FI(f"evidence.{key}") for key in ("open", "links", "files", "removed"))
PDF = ("raportti.pdf", b"%PDF-1.7 ...")


def open_links(person: Person) -> None:
    """The form for links and files, over that of the next open objective."""
    if person.modal is None:
        person.click(NEXT, card_of(person))
    assert person.modal is not None
    person.click(next(label for label in person.modal.buttons if label in (ADD, FI("evidence.open.some", count=1))))


def kept(house: Rehearsal) -> list[EvidenceView]:
    """All the evidence that stands."""
    with house.database.read() as session:
        round_id = session.scalars(select(Round.id).order_by(Round.id)).first() or 0
        return [one for found in queries.snapshot(session, round_id).evidence.values() for one in found]


def rows(house: Rehearsal) -> list[tuple[str, bool]]:
    with house.database.read() as session:
        return [
            (row.address, row.removed_at is None) for row in session.scalars(select(Evidence).order_by(Evidence.id))
        ]


def attach(house: Rehearsal, person: Person, **where: Any) -> None:
    person.upload(*PDF, text="Tässä muistio.", **where)
    arrive(house)


def test_links_and_files_are_kept_and_the_answer_s_form_is_still_there(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    niilo.fill(TEXT, "Verkosto kokoontui.")
    open_links(niilo)
    niilo.fill(LINKS, "https://www.example.org/a Muistio\nhttps://www.example.org/b")
    niilo.fill(FILES, PDF)
    niilo.submit()
    assert niilo.modal is not None
    assert FI("evidence.saved").partition("*.")[0].strip("*") in niilo.modal.text
    assert "raportti.pdf (tiedosto)" in niilo.modal.text
    assert niilo.modal.input(LINKS).value == ""
    assert [(one.title, one.size, one.mimetype) for one in kept(spring)] == [
        ("Muistio", None, None),
        ("https://www.example.org/b", None, None),
        ("raportti.pdf", len(PDF[1]), "application/pdf"),
    ]
    niilo.close_modal()
    assert niilo.modal is not None
    assert niilo.modal.input(TEXT).value == "Verkosto kokoontui."
    niilo.submit()
    spring.settle()
    assert "1/4" in card_of(niilo).text


def test_what_is_no_link_is_told_and_all_that_was_written_stays(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    open_links(niilo)
    niilo.fill(LINKS, "https://www.example.org/a\nwww.example.org")
    niilo.submit()
    assert niilo.modal is not None
    assert niilo.modal.errors == {LINKS: FI("evidence.links.wrong", line=2)}
    assert "www.example.org" in niilo.modal.input(LINKS).value
    assert rows(spring) == []


def test_empty_form_only_goes_back(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    open_links(niilo)
    niilo.submit()
    assert niilo.modal is not None
    assert niilo.modal.title == "Tavoite 1/4"


def test_evidence_taken_away_stays_as_a_row_and_comes_back_as_the_same(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    open_links(niilo)
    niilo.fill(LINKS, "https://www.example.org/a Muistio")
    niilo.submit()
    niilo.fill(REMOVED, ["Muistio"])
    niilo.submit()
    assert kept(spring) == []
    assert rows(spring) == [("https://www.example.org/a", False)]
    niilo.fill(LINKS, "https://www.example.org/a Toinen nimi")
    niilo.submit()
    assert [one.title for one in kept(spring)] == ["Toinen nimi"]
    assert rows(spring) == [("https://www.example.org/a", True)]


def test_same_submission_twice_changes_nothing_the_second_time(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    open_links(niilo)
    niilo.fill(LINKS, "https://www.example.org/a")
    niilo.fill(FILES, PDF)
    niilo.submit()
    before = rows(spring)
    repeat(spring, "view_submission")
    assert rows(spring) == before
    assert len(before) == 2


def test_two_people_at_once_add_to_the_same_answer(spring: Rehearsal) -> None:
    oona, veikko = spring.people[KAARNIKKA], spring.people[VARA]
    spring.move_to(at("2012-05-24 09:00"), "the deputy is announced")
    spring.move_to(at("2012-05-29 09:00"), "the deputy's turn")
    for person, link in ((oona, "https://www.example.org/a"), (veikko, "https://www.example.org/b")):
        open_links(person)
        person.fill(LINKS, f"{link}\nhttps://www.example.org/c")
    oona.submit()
    veikko.submit()
    assert sorted(address for address, _ in rows(spring)) == [f"https://www.example.org/{x}" for x in "abc"]
    assert veikko.modal is not None
    assert "www.example.org/a" in veikko.modal.text


def test_more_than_an_answer_takes_is_told_and_stays_in_the_form(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    open_links(niilo)
    niilo.fill(LINKS, "\n".join(f"https://www.example.org/{number}" for number in range(21)))
    niilo.submit()
    assert niilo.modal is not None
    assert niilo.modal.errors == {LINKS: FI("evidence.many", most=20)}
    assert rows(spring) == []


def test_form_for_another_partner_s_answer_is_refused(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    with spring.database.read() as session:
        foreign = session.scalars(select(Answer.id).order_by(Answer.id)).first()
    open_links(niilo)
    assert niilo.modal is not None
    niilo.modal.view.body["private_metadata"] = f"[{foreign},0]"
    niilo.fill(LINKS, "https://www.example.org/a")
    niilo.submit()
    assert niilo.modal is not None
    assert niilo.modal.errors == {LINKS: FI("refused.not_yours")}
    assert rows(spring) == []


def test_button_pressed_in_another_s_name_shows_nothing(spring: Rehearsal) -> None:
    redu, niilo = spring.people[REDU], spring.people[MERI]
    open_links(redu)
    pressed = newest_payload(spring, "block_actions")
    niilo.click(NEXT, card_of(niilo))
    with spring.workspace.state.lock:
        trigger = spring.workspace.state.issue_trigger(niilo.id)
    payload = {**pressed, "user": {**pressed["user"], "id": niilo.id}, "trigger_id": trigger}
    assert spring.workspace.deliver("interactive", payload).done.wait(10)
    assert niilo.modal is not None
    assert FI("refused.not_yours") in niilo.modal.text
    niilo.close_modal()
    assert niilo.modal is not None  # the form below is still there
    assert niilo.modal.title == "Tavoite 1/4"


def test_colleague_who_was_asked_gives_links_for_that_answer_alone(spring: Rehearsal) -> None:
    niilo, maija = spring.people[MERI], spring.workspace.add_person("Maija Mallikas", "maija@example.org")
    ask_colleague(spring, niilo, maija, METERS)
    accept(spring, maija)
    open_links(maija)
    maija.fill(LINKS, "https://www.example.org/a")
    maija.submit()
    assert [one.address for one in kept(spring)] == ["https://www.example.org/a"]
    open_links(niilo)  # the first objective, which is still his
    niilo.fill(LINKS, "https://www.example.org/b")
    niilo.submit()
    refused = FI("refused.yours_no_more", people="Niilo Niemelä", coordinators="Katri Koordinaattori")
    assert refused in str(forge(spring, newest_payload(spring, "view_submission"), maija))
    assert sorted(one.address for one in kept(spring)) == ["https://www.example.org/a", "https://www.example.org/b"]


def test_closed_round_takes_no_more_links(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    open_links(niilo)
    spring.move_to(at("2012-06-01 00:00"), "due")
    spring.move_to(at("2012-06-15 00:00"), "closed")
    niilo.fill(LINKS, "https://www.example.org/a")
    niilo.submit()
    assert niilo.modal is not None
    assert "Katri Koordinaattori" in niilo.modal.errors[LINKS]
    assert rows(spring) == []


def test_file_posted_in_an_answer_s_thread_is_evidence_of_it(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, NETWORK)
    attach(spring, niilo, thread_ts=root)
    repeat(spring, "event_callback")
    [found] = kept(spring)
    assert (found.title, found.size, found.mimetype) == ("raportti.pdf", len(PDF[1]), "application/pdf")


def test_file_of_a_deleted_message_is_evidence_no_more(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, NETWORK)
    said = niilo.upload(*PDF, text="Tässä muistio.", thread_ts=root)
    arrive(spring)
    niilo.delete(said)
    arrive(spring)
    assert kept(spring) == []
    assert [stands for _, stands in rows(spring)] == [False]


def test_file_of_a_message_deleted_after_done_is_evidence_until_the_person_says_otherwise(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, NETWORK)
    niilo.say("Verkosto kokoontui.", thread_ts=root)
    said = niilo.upload(*PDF, text="Tässä muistio.", thread_ts=root)
    arrive(spring)
    press(spring, niilo, DONE, replies(root)[-1])
    niilo.delete(said)
    arrive(spring)
    assert len(kept(spring)) == 1
    press(spring, niilo, FI("change.deleted.take"), niilo.messages()[-1])
    assert kept(spring) == []


def test_file_of_a_stray_message_goes_with_it_to_the_answer(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    attach(spring, niilo)
    assert kept(spring) == []
    press(spring, niilo, SKILLS, niilo.messages()[-1])
    assert [one.title for one in kept(spring)] == ["raportti.pdf"]
    with spring.database.read() as session:
        assert session.scalars(select(HeardMessage.state)).all() == ["assigned"]


def test_posted_report_is_made_anew_when_evidence_comes_or_goes(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    answer_all(spring, niilo)
    spring.move_to(at("2012-06-01 00:00"), "due")
    spring.move_to(at("2012-06-01 09:00"), "the report")
    wanted = reasons(spring)
    niilo.click("Muuta", card_of(niilo), near="Laatuverkosto ja toimintamalli")
    open_links(niilo)
    niilo.fill(LINKS, "https://www.example.org/a Muistio")
    niilo.submit()
    assert reasons(spring) == wanted + 1
    repeat(spring, "view_submission")
    assert reasons(spring) == wanted + 1
    niilo.fill(REMOVED, ["Muistio"])
    niilo.submit()
    assert reasons(spring) == wanted + 2


def reasons(house: Rehearsal) -> int:
    """How often the spring report had reason to be posted."""
    with house.database.read() as session:
        return session.scalar(select(Round.report_wanted).where(Round.key == "2012-spring")) or 0
