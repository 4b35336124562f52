"""Forms open while what they are about comes to an end: sent in then, they say so, and what was typed stays."""

from collections.abc import Callable

import pytest

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person
from tests.e2e.acting import FI, NEXT, TEXT, card_of
from tests.e2e.conftest import KATRI, MERI
from tests.e2e.handing_over import DECLINE, REASON, WITHDRAW, ask_colleague, kept_by, request_of
from tests.e2e.looking import forge, newest_payload
from tests.e2e.steering import send_in, steer
from tests.e2e.talking import METERS, answers_of, press
from tests.e2e.test_evidence import LINKS, kept, open_links

End = Callable[[Rehearsal], None]

WRITTEN = "Tämä on kirjoitettu pitkään ja huolella."
CLOSED = FI("refused.closed", coordinators="Katri Koordinaattori")
SKIPPED = FI("refused.skipped", reason="Ei toimintaa.", coordinators="Katri Koordinaattori")


def close(house: Rehearsal) -> None:
    house.people[KATRI].command("/lamppu", "close")
    send_in(house, house.people[KATRI])


def skip(house: Rehearsal) -> None:
    steer(house, house.people[KATRI], "skip Perämeri", **{FI("skip_form.reason"): "Ei toimintaa."})


ENDS = pytest.mark.parametrize(("end", "said"), [(close, CLOSED), (skip, SKIPPED)])


@ENDS
def test_answer_keeps_its_text(spring: Rehearsal, end: End, said: str) -> None:
    niilo = spring.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    niilo.fill(TEXT, WRITTEN)
    end(spring)
    niilo.submit()
    assert niilo.modal
    assert niilo.modal.errors == {TEXT: said}
    assert niilo.modal.input(TEXT).value == WRITTEN
    assert answers_of(spring) == {}


@ENDS
def test_links_stay_in_their_form(spring: Rehearsal, end: End, said: str) -> None:
    niilo = spring.people[MERI]
    open_links(niilo)
    niilo.fill(LINKS, "https://www.example.org/muistio")
    end(spring)
    niilo.submit()
    assert niilo.modal
    assert niilo.modal.errors == {LINKS: said}
    assert niilo.modal.input(LINKS).value == "https://www.example.org/muistio"
    assert kept(spring) == []


def test_reason_for_declining_stays_when_the_request_was_taken_back(spring: Rehearsal) -> None:
    niilo, maija = spring.people[MERI], spring.workspace.add_person("Maija Mallikas", "maija@example.org")
    ask_colleague(spring, niilo, maija, METERS)
    maija.click(DECLINE, request_of(maija))
    maija.fill(REASON, WRITTEN)
    press(spring, niilo, WITHDRAW, kept_by(niilo))
    maija.submit()
    assert maija.modal
    assert maija.modal.errors == {REASON: FI("handover.refused.over", asker="Niilo Niemelä")}
    assert maija.modal.input(REASON).value == WRITTEN


def test_form_that_an_older_version_has_opened_keeps_its_text(spring: Rehearsal) -> None:
    niilo: Person = spring.people[MERI]
    niilo.click(NEXT, card_of(niilo))
    niilo.fill(TEXT, WRITTEN)
    niilo.submit()
    submission = newest_payload(spring, "view_submission")
    submission["view"]["private_metadata"] = "[1]"
    answered = forge(spring, submission, niilo)
    [(block, said)] = answered["errors"].items()
    assert block.startswith("answer_text")
    assert said.startswith(FI("trouble.reference", reference="").rstrip("."))
