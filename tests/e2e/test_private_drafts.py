"""What is not finished yet is its writers' own until their due day is over: drafts of those who have longer, links."""

from sqlalchemy import select

from lamppu_bot.messages import ids
from lamppu_bot.rehearsal import Rehearsal
from storage.models import Answer
from tests.e2e.acting import DRAFT, FI, answer, card_of
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, at
from tests.e2e.looking import forge, newest_payload, part, summary
from tests.e2e.steering import steer
from tests.e2e.test_evidence import FILES, LINKS, PDF, open_links
from tests.e2e.test_evidence_in_report import attachments

SECRET = "Vielä aivan kesken."


def extend(house: Rehearsal, day: str = "2012-06-08") -> None:
    steer(house, house.people[KATRI], "extend Kaarnikka", **{FI("extend_form.day"): day})


def posted(house: Rehearsal) -> str:
    return house.workspace.transcript(house.channel)


def test_draft_of_a_partner_with_longer_time_waits_for_its_own_day(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    answer(spring, oona, SECRET, DRAFT)
    extend(spring)
    spring.move_to(at("2012-06-01 09:00"), "the report")
    assert SECRET not in posted(spring)
    assert "Oona Ojala" in card_of(oona).text.partition("Luonnokset näkyvät vain vastaajille")[2]
    spring.move_to(at("2012-06-11 09:00"), "its own day is over")
    assert SECRET in part(spring, "1").text
    assert FI("results.accept") in part(spring, "1").buttons
    assert "Luonnokset ovat nyt mukana raportissa" in card_of(oona).text


def test_draft_is_its_writers_own_again_when_longer_time_is_given_late(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    answer(spring, oona, SECRET, DRAFT)
    spring.move_to(at("2012-06-01 09:00"), "the report")
    assert SECRET in posted(spring)
    katri.click(FI("results.accept"), part(spring, "1"))
    accepting = newest_payload(spring, "block_actions")
    assert accepting["actions"][0]["action_id"] == ids.DRAFT_ACCEPT
    spring.settle()
    oona.click(FI("card.button.answered"), card_of(oona))
    answer(spring, oona, f"{SECRET} Taas.", DRAFT)
    extend(spring)
    assert SECRET not in posted(spring)
    with spring.database.read() as session:
        found = session.scalars(select(Answer).where(Answer.state == "draft")).one()
    press = {**accepting["actions"][0], "value": f"[{found.id},{found.version}]"}
    forge(spring, {**accepting, "actions": [press]}, katri)
    with spring.database.read() as session:
        assert session.get_one(Answer, found.id).state == "draft"


def test_links_and_files_of_what_is_not_answered_yet_are_in_no_report(spring: Rehearsal) -> None:
    katri, niilo = spring.people[KATRI], spring.people[MERI]
    open_links(niilo)
    niilo.fill(LINKS, "https://www.example.org/kesken Kesken")
    niilo.fill(FILES, PDF)
    niilo.submit()
    katri.command("/lamppu", "report")
    spring.settle()
    katri.click(FI("offer.publish"))
    spring.settle()
    assert summary(spring).thread
    assert attachments(spring) == []
    assert "example.org/kesken" not in posted(spring)
    spring.move_to(at("2012-06-01 09:00"), "due")
    assert len(attachments(spring)) == 1
