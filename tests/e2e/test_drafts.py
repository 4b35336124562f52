"""Accepting a draft in the posted report: who may, when, and what follows."""

import pytest
from sqlalchemy import select

from lamppu_bot.rehearsal import Rehearsal
from storage.models import Answer, AuditEntry, Revision
from tests.e2e.acting import DRAFT, FI, answer, card_of, hand_in
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, VARA, at
from tests.e2e.looking import channel, forge, newest_payload, part, summary, uploads

ACCEPT = FI("results.accept")


@pytest.fixture
def drafted(spring: Rehearsal) -> Rehearsal:
    """Kaarnikka has answered three and drafted the first; the report was posted with the draft in it."""
    oona = spring.people[KAARNIKKA]
    answer(spring, oona, "Oonan luonnos", DRAFT)
    oona.close_modal()
    oona.click("Vastaa", card_of(oona), near="Mittarien")
    for text in ("Toinen", "Kolmas", "Neljäs"):
        answer(spring, oona, text)
    oona.close_modal()
    spring.move_to(at("2012-06-01 09:00"), "the report")
    return spring


def newest(house: Rehearsal) -> tuple[str, str, str, int]:
    """Text, state, source and number of the newest revision."""
    with house.database.read() as session:
        row = session.scalars(select(Revision).order_by(Revision.id.desc())).first()
        return row.text, row.state, row.source, row.number


def accepted(house: Rehearsal) -> list[dict[str, object]]:
    with house.database.read() as session:
        return list(session.scalars(select(AuditEntry.details).where(AuditEntry.action == "accept-draft")))


def drafts(house: Rehearsal) -> int:
    with house.database.read() as session:
        return len(session.scalars(select(Answer.id).where(Answer.state == "draft")).all())


def test_coordinator_accepts_a_draft_and_it_enters_the_form(drafted: Rehearsal) -> None:
    katri, oona = drafted.people[KATRI], drafted.people[KAARNIKKA]
    assert "– vahvistamaton luonnos" in part(drafted, "1").text
    first_form = uploads(drafted)[0].files[2].content
    katri.click(ACCEPT, part(drafted, "1"))
    drafted.settle()
    assert newest(drafted) == ("Oonan luonnos", "answered", "accepted", 2)
    assert part(drafted, "1").buttons == [FI("results.return")]
    assert "luonnos\n" not in part(drafted, "1").text.replace("Oonan luonnos", "")
    assert "Kaarnikan ammattiopisto" in summary(drafted).text.split("Vielä puuttuu")[0]
    assert "4/4" in card_of(oona).text
    assert "Kiitos" in oona.messages()[-1].text
    assert [message.text for message in katri.messages()] == []
    [details] = accepted(drafted)
    assert details["version"] == 1
    drafted.move_to(at("2012-06-04 09:00"), "the next working day")
    newer = uploads(drafted)[1]
    assert [file.name for file in newer.files] == [
        "lamppu-2012-kaarnikan-ammattiopisto.docx",
        "lamppu-2012-kaarnikan-ammattiopisto.pdf",
        "lamppu-2012-raportti.pdf",
        "lamppu-2012-tulokset.xlsx",
    ]
    assert newer.files[0].content != first_form


def test_accepting_twice_changes_nothing_the_second_time(drafted: Rehearsal) -> None:
    katri = drafted.people[KATRI]
    katri.click(ACCEPT, part(drafted, "1"))
    drafted.settle()
    pressed = newest_payload(drafted, "block_actions")
    before = newest(drafted), len(channel(drafted)), accepted(drafted)
    forge(drafted, pressed, katri)
    assert katri.modal is None
    assert (newest(drafted), len(channel(drafted)), accepted(drafted)) == before


@pytest.mark.parametrize("who", [KAARNIKKA, VARA])
def test_contact_and_deputy_accept_their_own_draft(drafted: Rehearsal, who: str) -> None:
    person = drafted.people[who]
    drafted.workspace.invite(drafted.channel, person)
    replies = person.messages(drafted.channel, summary(drafted).ts)
    person.click(ACCEPT, next(reply for reply in replies if ACCEPT in reply.buttons))
    drafted.settle()
    assert newest(drafted)[1:3] == ("answered", "accepted")
    assert accepted(drafted) == []
    assert any("Kiitos" in message.text for message in person.messages())


def test_others_may_not_accept_a_draft(drafted: Rehearsal) -> None:
    niilo = drafted.people[MERI]
    stranger = drafted.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org")
    for person, said in ((niilo, "refused.not_yours"), (stranger, "refused.stranger")):
        drafted.workspace.invite(drafted.channel, person)
        replies = person.messages(drafted.channel, summary(drafted).ts)
        person.click(ACCEPT, next(reply for reply in replies if ACCEPT in reply.buttons))
        assert person.modal is not None
        assert person.modal.text == FI(said)
        person.close_modal()
    assert drafts(drafted) == 1


def test_draft_that_has_moved_on_is_not_accepted(drafted: Rehearsal) -> None:
    katri, oona = drafted.people[KATRI], drafted.people[KAARNIKKA]
    seen = part(drafted, "1")
    stale = next(b["accessory"] for b in seen.message.blocks if "accessory" in b)["value"]
    answer(drafted, oona, "Oonan uudempi luonnos", DRAFT)
    next(b["accessory"] for b in seen.message.blocks if "accessory" in b)["value"] = stale
    katri.click(ACCEPT, seen)
    assert katri.modal is not None
    assert katri.modal.text == FI("refused.draft_moved_on")
    assert drafts(drafted) == 1
    assert "Oonan uudempi luonnos" in part(drafted, "1").text


def test_draft_is_neither_offered_nor_accepted_before_due_and_after_closing(spring: Rehearsal) -> None:
    katri, niilo = spring.people[KATRI], spring.people[MERI]
    hand_in(spring, niilo, "Niilon luonnos", choice=DRAFT)
    katri.command("/lamppu", "report")
    spring.settle()
    katri.click(FI("offer.publish"))
    spring.settle()
    assert ACCEPT not in part(spring, "1").buttons
    with spring.database.read() as session:
        draft = session.scalars(select(Answer).where(Answer.state == "draft")).one()
    pressed = newest_payload(spring, "block_actions")
    press = {**pressed["actions"][0], "action_id": "draft_accept", "value": f"[{draft.id},{draft.version}]"}
    forge(spring, {**pressed, "actions": [press]}, katri)
    assert drafts(spring) == 1
    spring.move_to(at("2012-06-01 09:00"), "due")
    assert ACCEPT in part(spring, "1").buttons
    spring.move_to(at("2012-06-15 08:00"), "closed")
    assert part(spring, "1").buttons == []
    assert "vahvistamaton luonnos" in part(spring, "1").text
    forge(spring, {**pressed, "actions": [press]}, katri)
    assert drafts(spring) == 1
