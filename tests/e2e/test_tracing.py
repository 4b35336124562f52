"""One id leads from what a person did to the message that came of it, and the log holds nobody's name or words."""

import io
import logging
import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from lamppu_bot.logs import set_up_logging
from lamppu_bot.project_file import ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from storage.models import Delivery, Person
from tests.e2e.acting import answer_all, card_of, hand_in
from tests.e2e.conftest import MERI, at


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged from here on, at the level that tells most."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logging("DEBUG", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def pairs_of(line: str) -> dict[str, str]:
    return {key: value.strip('"') for key, value in re.findall(r'(\w+)=("(?:[^"\\]|\\.)*"|\S+)', line)}


def lines_with(log: io.StringIO, **wanted: str) -> list[dict[str, str]]:
    return [said for said in map(pairs_of, log.getvalue().splitlines()) if wanted.items() <= said.items()]


def test_submission_is_followed_from_the_form_to_the_updated_card_by_one_id(
    spring: Rehearsal, log: io.StringIO
) -> None:
    hand_in(spring, spring.people[MERI], "Tehty.")
    [handled] = lines_with(log, msg="handled", kind="view_submission")
    assert (handled["name"], handled["status"]) == ("answer_form", "200")
    of_one_id = lines_with(log, cause=handled["cause"])
    assert [said["msg"] for said in of_one_id][-2:] == ["called Slack", "sent"]
    assert (of_one_id[-2]["method"], of_one_id[-1]["kind"]) == ("chat.update", "card")
    with spring.database.read() as session:
        key = of_one_id[-1]["key"]
        assert session.scalar(select(Delivery.cause).where(Delivery.key == key)) == handled["cause"]


def test_cards_of_one_opening_share_the_id_of_the_calendars_step(spring: Rehearsal) -> None:
    with spring.database.read() as session:
        causes = session.scalars(select(Delivery.cause).where(Delivery.kind == "card")).all()
    assert len(causes) == 3
    assert len(set(causes)) == 1


def test_log_at_debug_level_holds_nobodys_name_address_or_words(spring: Rehearsal, log: io.StringIO) -> None:
    niilo = spring.people[MERI]
    niilo.say("Yksityinen viesti")
    answer_all(spring, niilo, "Salainen tulos")
    niilo.command("/lamppu", "status")
    niilo.open_home()
    spring.settle()
    assert card_of(niilo)
    said = log.getvalue()
    assert len(lines_with(log, msg="handled")) > 5
    with spring.database.read() as session:
        people = session.scalars(select(Person)).all()
    names = {word for person in people for word in (person.name.split()[-1], person.email) if word}
    assert not [word for word in ("Yksityinen", "Salainen", *names) if word in said]


def test_fault_in_making_files_is_logged_with_where_it_was_under_the_id_of_what_ordered_them(
    rehearse: Callable[..., Rehearsal], project: ProjectDefinition, log: io.StringIO
) -> None:
    """They are made in another process; the log is one."""
    with_form = project.project.model_copy(update={"form_template": "form.docx"})
    house = rehearse(project.model_copy(update={"project": with_form}), template=b"no Word file at all")
    for moment in ("2012-05-09 09:00", "2012-06-01 09:00"):
        house.move_to(at(moment), "the opening, the report")
    [fault, *_] = [line for line in log.getvalue().splitlines() if "fault" in line and "kind=files" in line]
    assert "making.py" in fault
    assert "BadZipFile" in fault
    with house.database.read() as session:
        [ordered, *_] = session.scalars(select(Delivery.cause).where(Delivery.kind == "files")).all()
    assert pairs_of(fault)["cause"] == ordered
