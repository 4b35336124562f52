"""Leaving a partner out this semester: who may, what its people read, how it is counted, and taking it back."""

import pytest
from sqlalchemy import select

from lamppu_bot import overview
from lamppu_bot.rehearsal import Rehearsal
from storage.models import Participation
from tests.e2e.acting import DRAFT, FI, NEXT, TEXT, answer, answer_all, card_of
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, REDU, VARA, at
from tests.e2e.looking import cards, channel, forge, newest_payload, posts, reminders, summary, titles
from tests.e2e.steering import ask, audit, send_in, steer
from tests.e2e.talking import NETWORK, start_writing, write

REASON, SKIP, BACK = FI("skip_form.reason"), FI("tool.skip"), FI("tool.skip.take_back")
ACCEPT = FI("results.accept")
WHY = "Yhteyshenkilö on äitiyslomalla"


def skip(house: Rehearsal, partner: str = "Kaarnikka", why: str = WHY) -> str:
    katri = house.people[KATRI]
    katri.command("/lamppu", f"skip {partner} {why}")
    return send_in(house, katri)


def reasons(house: Rehearsal) -> list[str | None]:
    with house.database.read() as session:
        return list(session.scalars(select(Participation.skip_reason).order_by(Participation.partner_id)))


def test_partner_is_left_out_by_word_and_its_people_read_why(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    answer(spring, oona, "Aloitettu.")
    katri.command("/lamppu", f"skip Kaarnikka {WHY}")
    assert katri.modal
    assert katri.modal.input(REASON).value == WHY
    assert "Yksi tavoite on jo vastattu" in katri.modal.text
    assert "Kaarnikan ammattiopisto ei raportoi" in send_in(spring, katri)
    card = card_of(oona)
    assert WHY in card.text
    assert "Katri Koordinaattori" in card.text
    assert "Vastattu 1/4" not in card.text
    assert "vastattu" in card.text  # what was answered is still shown
    assert card.buttons == []
    assert WHY in oona.messages()[-1].text
    assert audit(spring) == [("skip-partner", {"round": "2012-spring", "partner": "kaarnikka", "reason": WHY})]


def test_partner_left_out_is_counted_and_reminded_no_more(
    spring: Rehearsal, capsys: pytest.CaptureFixture[str]
) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    skip(spring)
    [status] = ask(spring, katri, "status")
    assert "Osahankkeista on valmiina 0/2." in status.text
    assert "Tavoitteista on vastattu 0/9." in status.text
    assert f"Kaarnikan ammattiopisto: {WHY}" in status.text
    assert "Kaarnikka (ei raportoi)" in status.fallback
    [one] = ask(spring, katri, "status Kaarnikka")
    assert WHY in one.text
    with spring.database.read() as session:
        [project] = overview.of_all_projects(session)
    assert [one["skipped"] for one in project["round"]["partners"]] == [None, WHY, None]
    overview.show([project])
    told = capsys.readouterr().out
    assert f"kaarnikka is not asked this time: {WHY}" in told
    for heading in ("partner", *overview.COUNTS, "reminded"):
        assert heading in told.split(), "all of it, in a window of 80 columns"
    for day in ("2012-05-16 09:00", "2012-05-24 09:00", "2012-05-29 09:00"):
        spring.move_to(at(day), "a reminder")
    assert reminders(oona) == []
    assert len(reminders(spring.people[MERI])) == 3
    assert "Kaarnikan" not in channel(spring)[-1].text


def test_round_is_complete_without_it_and_the_report_names_it_with_its_reason(spring: Rehearsal) -> None:
    answer_all(spring, spring.people[MERI])
    answer_all(spring, spring.people[REDU])
    assert len(channel(spring)) == 1
    skip(spring)
    assert titles(channel(spring))[1:] == ["LAMPPU: kevään 2012 raportti"]
    report = summary(spring)
    assert f"Kaarnikan ammattiopisto: {WHY}" in report.text
    assert "valmiina 2/2" in report.text
    assert "Vielä puuttuu" not in report.text
    assert "Kaarnikka: tavoite 1 ei raportoi" in report.fallback
    assert max(posts(spring).values()) == 1


def test_last_missing_partner_left_out_after_the_due_day_completes_the_posted_report(spring: Rehearsal) -> None:
    answer_all(spring, spring.people[MERI])
    answer_all(spring, spring.people[REDU])
    spring.move_to(at("2012-06-01 09:00"), "the report")
    assert "Vielä puuttuu" in summary(spring).text
    skip(spring)
    assert "Vielä puuttuu" not in summary(spring).text
    assert "nyt täydellinen" in channel(spring)[-1].text


def test_partner_is_left_out_before_the_round_opens_and_not_asked_then(house: Rehearsal) -> None:
    katri, oona = house.people[KATRI], house.people[KAARNIKKA]
    house.move_to(at("2012-05-07 09:00"), "before the preview")
    skip(house)
    assert oona.messages() == []
    [none] = ask(house, katri, "status")
    assert none.text == FI("status.no_round", projects="LAMPPU")
    house.move_to(at("2012-05-08 09:00"), "the preview")
    preview = channel(house)[0]
    assert "2 osahanketta" in preview.text
    assert "Oona Ojala" not in preview.text
    assert WHY in preview.text
    house.move_to(at("2012-05-09 09:00"), "the opening")
    assert (len(cards(oona)), len(cards(house.people[MERI]))) == (0, 1)
    katri.command("/lamppu", "skip Kaarnikka")
    send_in(house, katri)
    assert len(cards(oona)) == 1
    assert len(oona.messages()) == 1


def test_partner_is_taken_back_with_all_that_it_had_answered(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    answer(spring, oona, "Aloitettu.")
    skip(spring)
    katri.command("/lamppu", "status Kaarnikka")
    katri.click(BACK, katri.ephemerals[-1])
    assert katri.modal
    assert WHY in katri.modal.text
    assert "on taas mukana" in send_in(spring, katri)
    card = card_of(oona)
    assert "Vastattu 1/4." in card.text
    assert NEXT in card.buttons
    assert "sittenkin" in oona.messages()[-1].text
    assert [action for action, _ in audit(spring)] == ["skip-partner", "take-back-partner"]
    again = newest_payload(spring, "view_submission")
    forge(spring, again, katri)
    assert len(audit(spring)) == 2
    spring.move_to(at("2012-05-16 09:00"), "the first reminder")
    assert len(reminders(oona)) == 1
    assert reasons(spring) == [None, None, None]


def test_contact_who_is_answering_meanwhile_keeps_the_text_and_reads_why(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    oona.click(NEXT, card_of(oona))
    oona.fill(TEXT, "Olen juuri kirjoittamassa tätä.")
    skip(spring)
    oona.submit()
    assert oona.modal
    assert WHY in oona.modal.text + str(oona.modal.errors)
    oona.close_modal()
    assert "Vastattu" not in card_of(oona).text


def test_thread_in_which_somebody_writes_says_why_and_keeps_what_is_written(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    root = start_writing(spring, oona, NETWORK)
    write(spring, oona, root, "Ensimmäinen rivi.")
    skip(spring)
    assert WHY in root.text
    assert root.buttons == []
    write(spring, oona, root, "Toinen rivi.")
    assert "Ensimmäinen rivi." not in root.text
    katri.command("/lamppu", "skip Kaarnikka")
    send_in(spring, katri)
    assert WHY not in root.text
    assert "luonnos" in card_of(oona).text


def test_what_was_returned_or_entered_is_asked_for_no_more_until_the_partner_is_back(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    answer(spring, oona, "Aloitettu.")
    oona.close_modal()
    steer(spring, katri, "return Kaarnikka 1 Kerro lisää.")
    steer(spring, katri, "behalf Kaarnikka 2", **{FI("behalf_form.text"): "Näin kuulin."})
    returned, entered = oona.messages()[-2:]
    assert [len(one.buttons) for one in (returned, entered)] == [2, 2]
    skip(spring)
    assert "täydennystäkään ei tarvita" in returned.text
    assert returned.buttons == []
    assert entered.buttons == [FI("entered.confirm")]
    steer(spring, katri, "skip Kaarnikka")
    assert "Kerro lisää." in returned.text
    assert [len(one.buttons) for one in (returned, entered)] == [2, 2]


def test_draft_of_a_partner_left_out_is_not_accepted(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    for _ in range(2):
        answer(spring, oona, "Kesken.", DRAFT)
    spring.move_to(at("2012-06-01 09:00"), "the report")
    first, second = (reply for reply in summary(spring).thread if ACCEPT in reply.buttons)
    [button] = [block["accessory"] for block in second.message.blocks if "accessory" in block]
    katri.click(ACCEPT, first)
    pressed = newest_payload(spring, "block_actions")
    pressed["actions"][0]["value"] = button["value"]
    skip(spring)
    assert ACCEPT not in second.buttons
    forge(spring, pressed, katri)
    assert [action for action, _ in audit(spring)] == ["accept-draft", "skip-partner"]


def test_only_coordinators_leave_out_and_each_form_acts_once(spring: Rehearsal) -> None:
    katri, niilo = spring.people[KATRI], spring.people[MERI]
    stranger = spring.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org")
    for person in (niilo, stranger):
        [refused] = ask(spring, person, "skip Kaarnikka")
        assert "Katri Koordinaattori" in refused.text
    katri.command("/lamppu", "status Kaarnikka")
    katri.click(SKIP, katri.ephemerals[-1])
    pressed = newest_payload(spring, "block_actions")
    forge(spring, pressed, niilo)
    assert niilo.modal is None
    katri.fill(REASON, WHY)
    katri.submit()
    katri.close_modal()
    spring.settle()
    submission = newest_payload(spring, "view_submission")
    assert "ei raportoi" in str(forge(spring, submission, katri))
    for forger, origin, said in ((niilo, "V0A", "Katri"), (stranger, "V0B", "vastaajien"), (katri, "V0C", WHY)):
        submission["view"]["id"] = origin
        assert said in str(forge(spring, submission, forger))
    submission["view"]["private_metadata"] = "[5,1,99,null]"
    assert FI("refused.no_such_partner") in str(forge(spring, submission, katri))
    assert len(audit(spring)) == 1
    assert len([m for m in spring.people[KAARNIKKA].messages() if WHY in m.text]) == 2  # card and notice


@pytest.mark.parametrize("typed", ["", "   "])
def test_reason_is_wanted_and_what_was_typed_stays(spring: Rehearsal, typed: str) -> None:
    katri = spring.people[KATRI]
    katri.command("/lamppu", "skip kaarnikka")
    katri.fill(REASON, typed)
    katri.submit()
    assert katri.modal
    assert katri.modal.errors
    assert audit(spring) == []


def test_word_without_a_partner_or_with_a_mistyped_one_says_how_to_write_it(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    [said] = ask(spring, katri, "skip")
    assert "/lamppu skip REDU" in said.text
    [said] = ask(spring, katri, "skip Karnika sairaana")
    assert "Tarkoititko ”Kaarnikka”?" in said.text
    [said] = ask(spring, katri, "skip koulutus sairaana")
    assert "Perämeren koulutussäätiö" in said.text
    assert katri.modal is None


def test_deputy_who_was_asked_is_told_too(spring: Rehearsal) -> None:
    veikko = spring.people[VARA]
    for day in ("2012-05-16 09:00", "2012-05-24 09:00"):
        spring.move_to(at(day), "a reminder")
    skip(spring)
    assert veikko.messages() == []
    spring.people[KATRI].command("/lamppu", "skip Kaarnikka")
    send_in(spring, spring.people[KATRI])
    spring.move_to(at("2012-05-29 09:00"), "the deputies' turn")
    skip(spring)
    assert [WHY in message.text for message in veikko.messages()] == [True] * len(veikko.messages())
    assert len(veikko.messages()) == 3  # reminder, card, and word of it
