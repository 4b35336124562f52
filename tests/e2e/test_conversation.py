"""Answering by writing: a thread for the chosen objective, its draft, edits and deletions, *done*."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lamppu_bot.conversation import bursts
from lamppu_bot.messages import ids
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person, VisibleMessage
from storage.models import Answer, Delivery
from tests.e2e.acting import FI, answer, card_of
from tests.e2e.conftest import KATRI, MERI, at
from tests.e2e.looking import forge, newest_payload
from tests.e2e.talking import (
    DONE,
    METERS,
    NETWORK,
    OVER,
    Kept,
    answers_of,
    arrive,
    count_revisions,
    forged,
    heard,
    press,
    repeat,
    replies,
    root_of,
    start_writing,
    write,
)

FORM = FI("talk.button.form")
TAKE_EDIT, LEAVE_EDIT = FI("change.edited.take"), FI("change.edited.leave")
TAKE_DELETION, LEAVE_DELETION = FI("change.deleted.take"), FI("change.deleted.leave")


def test_writing_in_a_thread_becomes_the_answer(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    for shown in ("LAMPPU", "Perämeren koulutussäätiö", "ohjaavien mittareiden kehittäminen."):
        assert shown in root.text
    start_writing(spring, niilo, METERS)
    repeat(spring, "block_actions")
    assert len([m for m in niilo.messages() if m.lines[0] == METERS]) == 1, "one thread, however often it is asked for"

    press(spring, niilo, DONE, root)
    assert niilo.modal is not None
    assert FI("refused.nothing_written") in niilo.modal.text
    niilo.close_modal()

    write(spring, niilo, root, "Mittareita on nyt viisi:", "- läpäisy\n- palaute", "Katso https://redu.fi/laatu")
    [reply] = replies(root)
    assert "Luonnoksessa on nyt 3 viestiä" in reply.text
    assert "läpäisy" in reply.text
    assert FI("state.draft") in card_of(niilo).text
    assert "0/4" in card_of(niilo).text
    written = "Mittareita on nyt viisi:\n• läpäisy\n• palaute\nKatso https://redu.fi/laatu"
    assert answers_of(spring) == {"mittarit": ("draft", written)}

    write(spring, niilo, root, "Siinä kaikki.")
    first, second = replies(root)
    assert DONE not in first.buttons
    press(spring, niilo, DONE, second)
    assert answers_of(spring) == {"mittarit": ("answered", f"{written}\nSiinä kaikki.")}
    assert "1/4" in card_of(niilo).text
    assert OVER in root.text
    assert FI("talk.done", title=METERS) in second.text
    assert first.text == FI("burst.superseded")
    assert [DONE in message.buttons for message in (root, first, second)] == [False, False, False]
    with spring.database.read() as session:
        [document] = session.scalars(select(Answer.document).where(Answer.state == "answered"))
    assert [block["type"] for block in document] == [
        "rich_text_section",
        "rich_text_list",
        "rich_text_section",
        "rich_text_section",
    ]
    assert document[2]["elements"][1] == {"type": "link", "url": "https://redu.fi/laatu"}

    before = (count_revisions(spring), len(root.thread), second.text)
    repeat(spring, "block_actions")
    assert (count_revisions(spring), len(root.thread), second.text) == before


def test_last_answer_by_writing_brings_thanks(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, NETWORK)
    answer_all_but_first(spring)
    assert FI("card.write") in card_of(niilo).buttons, "with one objective left it is a button, not a menu"
    write(spring, niilo, root_of(niilo, NETWORK), "Verkosto perustettiin.")
    press(spring, niilo, DONE, root)
    assert "4/4" in card_of(niilo).text
    thanks = niilo.messages()[-1]
    assert next(file.name for reply in thanks.thread for file in reply.files).endswith(".docx")


def answer_all_but_first(house: Rehearsal) -> None:
    """Answers all objectives with the form but the one that is being written."""
    niilo = house.people[MERI]
    for title in ("Mittarien kehittäminen", "Toimintajärjestelmän kuvaus", "Laatuosaamisen kehittäminen"):
        niilo.click("Vastaa", card_of(niilo), near=title)
        niilo.fill(FI("answer_form.text"), "Tehty.")
        niilo.fill(FI("answer_form.choice"), FI("answer_form.choice.answered"))
        niilo.submit()
        niilo.close_modal()
        house.settle()


def test_edits_and_deletions_change_the_draft(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    first, second, third = write(spring, niilo, root, "Yksi", "Kaksi", "Kolme")
    niilo.edit(first, "Ensimmäinen")
    niilo.edit(first, "Ensimmäiseksi")
    niilo.delete(second)
    arrive(spring)
    assert answers_of(spring) == {"mittarit": ("draft", "Ensimmäiseksi\nKolme")}
    assert "Ensimmäiseksi" in replies(root)[-1].text
    assert "Kaksi" not in replies(root)[-1].text
    assert [DONE in reply.buttons for reply in replies(root)] == [False, True]
    kept = [
        Kept("collected", False, ["Yksi", "Ensimmäinen", "Ensimmäiseksi"], []),
        Kept("collected", True, ["Kaksi"], []),
        Kept("collected", False, ["Kolme"], []),
    ]
    assert heard(spring) == kept

    before = (count_revisions(spring), len(root.thread))
    repeat(spring, "event_callback", 6)
    assert (heard(spring), count_revisions(spring), len(root.thread)) == (kept, *before)

    niilo.delete(first)
    niilo.delete(third)
    arrive(spring)
    assert answers_of(spring) == {"mittarit": ("draft", "")}
    press(spring, niilo, DONE, replies(root)[-1])
    assert niilo.modal is not None
    assert FI("refused.nothing_written") in niilo.modal.text


def test_events_in_any_order_come_to_the_same(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    spring.workspace.settings.events.discard("message.im")
    edited = niilo.say("Yksi", thread_ts=root)
    deleted = niilo.say("Kaksi", thread_ts=root)
    spring.workspace.settings.events.add("message.im")
    posted = [one.message for one in (edited, deleted)]
    written = [
        {"type": "message", "channel": niilo.dm.id, "user": niilo.id, "ts": m.ts, "thread_ts": root.ts, "text": m.text}
        for m in posted
    ]
    niilo.edit(edited, "Toinen")
    niilo.edit(edited, "Kolmas")
    niilo.delete(deleted)
    events = [d for d in spring.workspace.deliveries if d.payload.get("event", {}).get("user") is None][-3:]
    arrive(spring)
    for event in written:
        sample = {**events[0].payload, "event_id": f"Ev{event['ts']}", "event": event}
        assert spring.workspace.deliver("events_api", sample).done.wait(10)
    for delivery in events[:2]:
        spring.workspace.deliver_again(delivery)
    arrive(spring)
    assert answers_of(spring) == {"mittarit": ("draft", "Kolmas")}
    assert heard(spring) == [
        Kept("collected", False, ["Yksi", "Toinen", "Kolmas"], []),
        Kept("collected", True, ["Kaksi"], []),
    ]


def test_changes_after_done_are_asked_about(spring: Rehearsal) -> None:
    niilo, katri = spring.people[MERI], spring.people[KATRI]
    root = start_writing(spring, niilo, METERS)
    first, second, third, fourth = write(spring, niilo, root, "Yksi", "Kaksi", "Kolme", "Neljä")
    press(spring, niilo, DONE, root)
    answered = count_revisions(spring)

    niilo.edit(first, "Uusi")
    niilo.edit(first, "Uusin")
    arrive(spring)
    [left] = questions(niilo, LEAVE_EDIT)
    assert "Uusin" in left.text
    assert METERS in left.text
    niilo.delete(second)
    arrive(spring)
    [kept] = questions(niilo, LEAVE_DELETION)
    assert "Kaksi" in kept.text
    niilo.delete(third)
    niilo.edit(fourth, "Nelonen")
    arrive(spring)
    assert answers_of(spring)["mittarit"] == ("answered", "Yksi\nKaksi\nKolme\nNeljä"), "nothing changes unasked"

    press(spring, niilo, LEAVE_EDIT, left)
    press(spring, niilo, LEAVE_DELETION, kept)
    forged(spring, katri)
    assert count_revisions(spring) == answered
    press(spring, niilo, TAKE_DELETION, questions(niilo, TAKE_DELETION)[0])
    press(spring, niilo, TAKE_EDIT, questions(niilo, TAKE_EDIT)[0])
    repeat(spring, "block_actions", 5)
    assert answers_of(spring)["mittarit"] == ("answered", "Yksi\nKaksi\nNelonen"), "only what was taken over"
    assert count_revisions(spring) == answered + 2
    assert [questions(niilo, label) for label in (TAKE_EDIT, TAKE_DELETION)] == [[], []]
    assert [FI("change.left", title=METERS) in one.text for one in (left, kept)] == [True, True]

    niilo.edit(first, "Vielä uudempi")
    arrive(spring)
    press(spring, niilo, TAKE_EDIT, questions(niilo, TAKE_EDIT)[0])
    assert answers_of(spring)["mittarit"] == ("answered", "Vielä uudempi\nKaksi\nNelonen")


def questions(person: Person, label: str) -> list[VisibleMessage]:
    """The questions outside threads that still offer a button."""
    return [message for message in person.messages() if label in message.buttons]


def test_change_after_editing_with_the_form_is_left_to_the_form(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    [said] = write(spring, niilo, root, "Ketjussa kirjoitettu")
    press(spring, niilo, DONE, root)
    niilo.click("Muuta", card_of(niilo), near="Mittarien kehittäminen")
    answer(spring, niilo, "Lomakkeella kirjoitettu")
    niilo.close_modal()
    niilo.edit(said, "Ketjussa muutettu")
    arrive(spring)
    press(spring, niilo, TAKE_EDIT, questions(niilo, TAKE_EDIT)[0])
    assert niilo.modal is not None
    assert FI("refused.edited_since") in niilo.modal.text
    assert answers_of(spring)["mittarit"] == ("answered", "Lomakkeella kirjoitettu")
    niilo.close_modal()
    press(spring, niilo, LEAVE_EDIT, questions(niilo, LEAVE_EDIT)[0])
    assert questions(niilo, TAKE_EDIT) == []


def test_thread_ends_when_the_form_answers(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    write(spring, niilo, root, "Aloitin ketjussa")
    press(spring, niilo, FI("talk.button.form"), replies(root)[-1])
    assert niilo.modal is not None
    assert niilo.modal.input(FI("answer_form.text")).value == "Aloitin ketjussa"
    answer(spring, niilo, "Jatkoin lomakkeella")
    niilo.close_modal()
    assert OVER in root.text
    assert OVER in replies(root)[-1].text
    assert [message.buttons for message in (root, *replies(root))] == [[], []]
    assert answers_of(spring)["mittarit"] == ("answered", "Jatkoin lomakkeella")


def test_choosing_again_goes_on_in_a_new_thread(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    [said] = write(spring, niilo, root, "Alku")
    newer = start_writing(spring, niilo, METERS)
    assert newer.ts != root.ts
    assert "Alku" in newer.text
    assert OVER in root.text
    assert [message.buttons for message in (root, *replies(root))] == [[], []]
    niilo.edit(said, "Uusi alku")
    arrive(spring)
    press(spring, niilo, TAKE_EDIT, questions(niilo, TAKE_EDIT)[0])
    assert niilo.modal is not None
    assert FI("refused.edited_since") in niilo.modal.text
    niilo.close_modal()
    write(spring, niilo, newer, "Loppu")
    press(spring, niilo, DONE, newer)
    assert answers_of(spring)["mittarit"] == ("answered", "Alku\nLoppu")


def test_reply_waits_for_quiet_and_is_put_off_by_each_message(
    spring: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    monkeypatch.setattr(bursts, "QUIET", timedelta(seconds=20))
    waits = []
    for text in ("Yksi", "Kaksi"):
        write(spring, niilo, root, text)
        assert replies(root) == []
        with spring.database.read() as session:
            [moment] = session.scalars(select(Delivery.not_before).where(Delivery.kind == "burst"))
            waits.append((moment - spring.clock().real).total_seconds())
    assert all(15 < seconds <= 20 for seconds in waits)
    assert answers_of(spring) == {"mittarit": ("draft", "Yksi\nKaksi")}, "only the reply waits"


def test_writing_after_the_round_has_closed_is_kept_and_told_so(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    [said] = write(spring, niilo, root, "Ajoissa")
    spring.move_to(at("2012-06-01 09:00"), "the report")
    write(spring, niilo, root, "Myöhässä, mutta vielä mukaan")
    assert answers_of(spring) == {"mittarit": ("draft", "Ajoissa\nMyöhässä, mutta vielä mukaan")}
    press(spring, niilo, FORM, replies(root)[-1])
    niilo.close_modal()
    done = newest_payload(spring, "block_actions")
    done["actions"][0]["action_id"] = ids.TALK_DONE
    spring.move_to(at("2012-06-15 00:00"), "closed")
    for message in (root, replies(root)[-1]):
        assert message.buttons == []
        assert "@Katri Koordinaattori" in message.text
    write(spring, niilo, root, "Liian myöhään")
    assert FI("stray.kept") in replies(root)[-1].text
    niilo.edit(said, "Muutettu liian myöhään")
    arrive(spring)
    question = questions(niilo, TAKE_EDIT)[0]
    press(spring, niilo, question.buttons[0], question)
    assert niilo.modal is not None
    assert "Katri Koordinaattori" in niilo.modal.text
    niilo.close_modal()
    forge(spring, done, niilo)  # pressed where the thread is shown still as it was
    assert answers_of(spring) == {"mittarit": ("draft", "Ajoissa\nMyöhässä, mutta vielä mukaan")}
    assert heard(spring)[-1] == Kept("stray", False, ["Liian myöhään"], [])
