"""Messages that belong to no chosen objective, messages of all kinds, and messages that Slack brings twice or again."""

import sqlite3
from io import BytesIO

from docx import Document

from lamppu_bot.project_file import ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person, VisibleMessage
from tests.e2e.acting import FI, card_of
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, REDU, at
from tests.e2e.talking import (
    DONE,
    METERS,
    NETWORK,
    NONE,
    SYSTEM,
    Kept,
    answers_of,
    arrive,
    count_revisions,
    forged,
    heard,
    press,
    repeat,
    replies,
    say,
    start_writing,
    write,
)


def stray_questions(person: Person) -> list[VisibleMessage]:
    return [message for message in person.everything() if NONE in message.buttons]


def test_stray_messages_are_asked_about_once_a_burst(spring: Rehearsal) -> None:
    niilo, redu = spring.people[MERI], spring.people[REDU]
    say(spring, niilo, "Kiitos, palaan huomenna!", "Tai ehkä jo tänään.")
    [question] = stray_questions(niilo)
    assert "Kiitos, palaan huomenna!" in question.text
    assert [label for label in question.buttons if label.startswith("Tavoite")][:2] == [NETWORK, METERS]
    assert answers_of(spring) == {}
    say(spring, niilo, "Mittareita on viisi.", "Kuudes on tulossa.")
    [_, second] = stray_questions(niilo)

    press(spring, niilo, NONE, question)
    assert question.text.startswith(FI("stray.settled.none"))
    press(spring, niilo, METERS, second)
    assert FI("stray.settled", title=METERS) in second.text
    assert answers_of(spring) == {"mittarit": ("draft", "Mittareita on viisi.\nKuudes on tulossa.")}
    assert FI("state.draft") in card_of(niilo).text
    assert [one.state for one in heard(spring)] == ["none", "none", "assigned", "assigned"]

    before = (count_revisions(spring), heard(spring), len(niilo.messages()))
    repeat(spring, "block_actions", 2)
    repeat(spring, "event_callback", 4)
    forged(spring, redu)
    assert (count_revisions(spring), heard(spring), len(niilo.messages())) == before
    assert stray_questions(niilo) == []


def test_words_of_a_stray_join_the_thread_that_is_open(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    write(spring, niilo, root, "Ketjussa")
    [stray] = say(spring, niilo, "Ketjun ulkopuolella")
    press(spring, niilo, METERS, stray_questions(niilo)[0])
    assert "Ketjun ulkopuolella" in replies(root)[-1].text
    write(spring, niilo, root, "Taas ketjussa")
    niilo.edit(stray, "Ulkopuolella")
    arrive(spring)
    assert answers_of(spring) == {"mittarit": ("draft", "Ketjussa\nUlkopuolella\nTaas ketjussa")}
    press(spring, niilo, DONE, root)
    assert answers_of(spring) == {"mittarit": ("answered", "Ketjussa\nUlkopuolella\nTaas ketjussa")}


def test_stray_in_a_finished_thread_is_asked_about_there(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    write(spring, niilo, root, "Valmista")
    press(spring, niilo, DONE, root)
    [late] = write(spring, niilo, root, "Unohdin tämän")
    [question] = stray_questions(niilo)
    assert question.thread_ts == root.ts
    press(spring, niilo, METERS, question)
    assert answers_of(spring) == {"mittarit": ("answered", "Valmista\nUnohdin tämän")}
    assert "1/4" in card_of(niilo).text

    niilo.edit(late, "Unohdin tämänkin")
    arrive(spring)
    [asked] = [message for message in niilo.messages() if FI("change.edited.take") in message.buttons]
    press(spring, niilo, FI("change.edited.take"), asked)
    assert answers_of(spring) == {"mittarit": ("answered", "Valmista\nUnohdin tämänkin")}


def test_edited_and_deleted_strays_are_asked_about_as_they_are(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    first, second = say(spring, niilo, "Yksi", "Kaksi")
    [question] = stray_questions(niilo)
    niilo.edit(first, "Ensimmäinen")
    niilo.delete(second)
    arrive(spring)
    assert "Ensimmäinen" in question.text
    assert "Kaksi" not in question.text
    niilo.delete(first)
    arrive(spring)
    assert question.buttons == []
    asked = len(niilo.messages())
    niilo.delete(niilo.say("Ei mitään"))
    arrive(spring)
    assert len(niilo.messages()) == asked, "nothing is left to ask about"
    assert answers_of(spring) == {}
    assert heard(spring) == [
        Kept("stray", True, ["Yksi", "Ensimmäinen"], []),
        Kept("stray", True, ["Kaksi"], []),
        Kept("stray", True, ["Ei mitään"], []),
    ]


def test_choices_name_the_partner_of_a_person_with_several(rehearse, project: ProjectDefinition) -> None:  # type: ignore[no-untyped-def]
    redu, kaarnikka, meri = project.partners
    both = kaarnikka.model_copy(update={"contact": meri.contact})
    house = rehearse(project.model_copy(update={"partners": (redu, both, meri)}))
    house.move_to(at("2012-05-09 09:00"), "the opening")
    niilo = house.people[MERI]
    say(house, niilo, "Kumman osahankkeen?")
    [question] = stray_questions(niilo)
    assert f"Kaarnikka · {METERS}" in question.buttons
    press(house, niilo, f"Perämeri · {METERS}", question)
    assert answers_of(house, "merilappi") == {"mittarit": ("draft", "Kumman osahankkeen?")}
    assert answers_of(house, "kaarnikka") == {}
    assert "Perämeren koulutussäätiö" in question.text
    root = start_writing(house, niilo, METERS, "Kaarnikan ammattiopisto")
    assert "Kaarnikan ammattiopisto" in root.text


def test_people_who_answer_for_nobody_are_told_whom_to_ask(spring: Rehearsal) -> None:
    stranger = spring.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org")
    for person in (stranger, spring.people[KATRI]):
        say(spring, person, "Hei!", "Mikä tämä on?")
        [told] = [message for message in person.messages() if message.message.bot_id]
        assert "Katri Koordinaattori" in told.text
        assert told.buttons == []
    assert [one.versions for one in heard(spring)] == [["Hei!"], ["Mikä tämä on?"]] * 2


def test_messages_of_every_kind_are_kept(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, SYSTEM)
    huge = "Pitkä kappale ääkkösiä täynnä. " * 1_300
    niilo.say("Kiitos <@U0LAMPPU> & <!channel> :tada: 🙂", thread_ts=root)
    niilo.say(huge, thread_ts=root)
    niilo.upload("malli.pdf", b"%PDF", "Kuvaus liitteenä", thread_ts=root)
    niilo.upload("kuva.png", b"png", thread_ts=root)
    arrive(spring)
    unfurled = next(
        d for d in spring.workspace.deliveries if "malli.pdf" in str(d.payload.get("event", {}).get("files"))
    )
    event = unfurled.payload["event"]
    shown = {**event, "attachments": [{"title": "A preview"}]}
    change = {"type": "message", "subtype": "message_changed", "channel": niilo.dm.id, "ts": "1.0", "message": shown}
    broadcast = {
        **{name: event[name] for name in ("type", "channel", "user", "channel_type")},
        "subtype": "thread_broadcast",
        "ts": f"{root.ts}9",
        "thread_ts": root.ts,
        "text": "Kaikille &amp; <https://redu.fi|REDU>",
    }
    before = count_revisions(spring)
    for sent in (change, broadcast):
        spring.workspace.deliver("events_api", {**unfurled.payload, "event_id": sent["ts"], "event": sent})
    arrive(spring)
    assert count_revisions(spring) == before + 1
    kept = heard(spring)
    assert sorted(one.versions[0] for one in kept) == sorted(
        [
            "Kiitos <@U0LAMPPU> & <!channel> :tada: 🙂",
            huge,
            "Kuvaus liitteenä\nmalli.pdf",
            "kuva.png",
            "Kaikille & REDU (https://redu.fi)",
        ]
    )
    assert [len(one.versions) for one in kept] == [1] * 5
    assert [one.files for one in kept if one.files] == [["malli.pdf"], ["kuva.png"]]
    assert FI("talk.earlier_left_out") in replies(root)[-1].text
    press(spring, niilo, DONE, root)
    [(state, text)] = answers_of(spring).values()
    assert state == "answered"
    assert huge in text


def test_message_that_the_database_cannot_take_comes_again(spring: Rehearsal) -> None:
    niilo = spring.people[MERI]
    root = start_writing(spring, niilo, METERS)
    other = sqlite3.connect(spring.database.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    niilo.say("Tärkeä viesti", thread_ts=root)
    delivery = spring.workspace.deliveries[-1]
    niilo.click(DONE, root)
    assert niilo.modal is not None
    assert FI("trouble.database") in niilo.modal.text
    niilo.close_modal()
    spring.workspace.wait_until(lambda: delivery.failures, 10, "the first attempt to fail")
    assert not delivery.acked
    other.execute("ROLLBACK")
    other.close()
    assert delivery.done.wait(10)
    assert delivery.acked
    spring.settle()
    assert heard(spring) == [Kept("collected", False, ["Tärkeä viesti"], [])]
    assert len(replies(root)) == 1


def test_draft_is_shown_in_the_report_once_due_and_not_before(spring: Rehearsal) -> None:
    oona, katri = spring.people[KAARNIKKA], spring.people[KATRI]
    root = start_writing(spring, oona, NETWORK)
    write(spring, oona, root, "Vielä keskeneräinen ajatus")
    katri.command("/lamppu", "report")
    spring.settle()
    assert all("keskeneräinen" not in message.text for message in katri.everything())

    spring.move_to(at("2012-06-01 09:00"), "the report")
    posted = katri.messages(spring.channel)
    [result] = [reply for message in posted for reply in message.thread if "keskeneräinen" in reply.text]
    assert FI("state.draft") in result.text
    forms = [file for reply in posted[-1].thread for file in reply.files if file.name.endswith(".docx")]
    assert len(forms) == 3
    assert all("keskeneräinen" not in words_of(form.content) for form in forms)
    [(state, _)] = answers_of(spring, "kaarnikka").values()
    assert state == "draft"


def words_of(form: bytes | None) -> str:
    document = Document(BytesIO(form or b""))
    return "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
