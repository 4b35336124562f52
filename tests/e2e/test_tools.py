"""The tools as a whole: each by button and by word, who may not, two at once, while somebody answers, what is kept."""

import csv
import json
import logging

import pytest
from click.testing import CliRunner

from bot import cli
from lamppu_bot.messages.words import TOOL_WORDS
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.workspace import Person, VisibleMessage, VisibleView
from tests.e2e.acting import FI, NEXT, TEXT, answer, card_of
from tests.e2e.conftest import KAARNIKKA, KAIJA, KATRI, MERI, VARA, at
from tests.e2e.handing_over import GIVE_BACK, WITHDRAW, accept, ask_colleague, decline
from tests.e2e.steering import ask, audit, send_in, steer
from tests.e2e.talking import DONE, METERS, SKILLS, SYSTEM, answers_of, press, replies, start_writing, write
from tests.e2e.test_absence import say_away, type_away

ALL = FI("tool.all")
NOTE, BEHALF, QUESTION = FI("return_form.note"), FI("behalf_form.text"), FI("ask_form.text")
# The tool in the menu, whether of the round or of Kaarnikka, and the word that opens the same form.
OF_ROUND = [("remind", "remind"), ("extend", "extend"), ("close_round", "close")]
OF_PARTNER = [
    ("remind", "remind Kaarnikka"),
    ("extend", "extend Kaarnikka"),
    ("return", "return Kaarnikka"),
    ("on_behalf", "behalf Kaarnikka"),
    ("skip", "skip Kaarnikka"),
    ("contact", "contact Kaarnikka"),
    ("ask", "ask Kaarnikka"),
]


def shown(person: Person) -> tuple[str, str]:
    """The form that is open; closes it, and what it was pushed upon."""
    assert person.modal is not None
    found = person.modal.title, person.modal.text
    while person.modal:
        person.close_modal()
    return found


def by_button(person: Person, tool: str, place: VisibleMessage | VisibleView) -> tuple[str, str]:
    if (label := FI(f"tool.{tool}")) in place.buttons:
        person.click(label, place)
    else:
        person.click(ALL, place)
        person.click(label)
    return shown(person)


def by_word(person: Person, words: str) -> tuple[str, str]:
    person.command("/lamppu", words)
    return shown(person)


@pytest.mark.parametrize(("tool", "words"), [*OF_ROUND, *OF_PARTNER])
def test_tool_opens_the_same_form_by_button_and_by_word(spring: Rehearsal, tool: str, words: str) -> None:
    katri = spring.people[KATRI]
    answer(spring, spring.people[KAARNIKKA], "Yksi on jo valmis.")
    [status] = ask(spring, katri, "status Kaarnikka" if "Kaarnikka" in words else "status")
    assert by_button(katri, tool, status) == by_word(katri, words)


@pytest.mark.parametrize(("label", "word"), [(FI("postpone.title"), "postpone"), (FI("tool.open_round"), "open")])
def test_round_to_come_is_steered_by_button_of_the_home_and_by_word(spring: Rehearsal, label: str, word: str) -> None:
    katri = spring.people[KATRI]
    katri.open_home()
    spring.settle()
    assert katri.home
    katri.click(label, katri.home)
    assert shown(katri) == by_word(katri, word)


@pytest.mark.parametrize("word", ["close", "open"])
def test_word_of_a_whole_round_is_not_taken_for_one_of_a_partner(spring: Rehearsal, word: str) -> None:
    katri = spring.people[KATRI]
    [said] = ask(spring, katri, f"{word} Kaarnikka")
    assert said.text == FI("tools.whole_round", word=word)
    assert katri.modal is None
    katri.command("/lamppu", f"{word} LAMPPU")
    assert katri.modal


@pytest.mark.parametrize("word", [*TOOL_WORDS, "report"])
def test_word_tells_everybody_else_who_may(spring: Rehearsal, word: str) -> None:
    stranger = spring.workspace.add_person("Ulla Ulkopuolinen", "ulla@example.org", locale="fi-FI")
    for person in (spring.people[KAARNIKKA], spring.people[VARA], spring.people[MERI], stranger):
        [said] = ask(spring, person, f"{word} Kaarnikka 1")
        assert said.text == FI("refused.coordinators_only", coordinators="Katri Koordinaattori")
        assert person.modal is None
    assert audit(spring) == []


@pytest.mark.parametrize(
    ("words", "filled", "told"),
    [
        ("close", {}, "Kaija Koordinaattori on jo sulkenut kierroksen (9.5.2012)."),
        ("extend 8.6.", {}, "myöhemmin kuin 8.6.2012"),
        ("extend Kaarnikka 8.6.", {}, "myöhemmin kuin 8.6.2012"),
        ("skip Kaarnikka Fuusio", {}, FI("refused.skipped_already", reason="Fuusio")),
        ("return Kaarnikka 1", {NOTE: "Kerro lisää."}, "Kaija Koordinaattori on jo palauttanut vastauksen"),
        ("behalf Kaarnikka 2", {BEHALF: "Näin kuulin."}, "Kaija Koordinaattori"),
    ],
)
def test_second_of_two_coordinators_reads_what_the_first_has_done(
    two: Rehearsal, words: str, filled: dict[str, str], told: str
) -> None:
    answer(two, two.people[KAARNIKKA], "Yksi on jo valmis.")
    katri, kaija = two.people[KATRI], two.people[KAIJA]
    for person in (katri, kaija):
        person.command("/lamppu", words)
        for label, value in filled.items():
            person.fill(label, f"{value} Terveisin {person.name}.")
    send_in(two, kaija)
    katri.submit()
    two.settle()
    assert katri.modal
    assert told in katri.modal.text + str(katri.modal.errors)
    assert len(audit(two)) == 1


def test_partner_taken_back_by_two_coordinators_is_told_once(two: Rehearsal) -> None:
    katri, kaija, oona = two.people[KATRI], two.people[KAIJA], two.people[KAARNIKKA]
    steer(two, katri, "skip Kaarnikka Fuusio")
    before = len(oona.messages())
    for person in (katri, kaija):
        person.command("/lamppu", "skip Kaarnikka")
    for person in (katri, kaija):
        assert "on taas mukana" in send_in(two, person)
    assert len(oona.messages()) == before + 1
    assert [action for action, _ in audit(two)] == ["skip-partner", "take-back-partner"]


@pytest.mark.parametrize(
    ("words", "filled"),
    [
        (["remind Kaarnikka Hei!"], {}),
        (["extend Kaarnikka 8.6."], {}),
        (["extend 8.6."], {}),
        (["ask Kaarnikka 1 Montako?"], {}),
        (["ask Kaarnikka 2 Montako?"], {}),
        (["skip Kaarnikka Fuusio", "skip Kaarnikka"], {}),
        (["contact Kaarnikka"], {FI("contact_form.deputy.name"): "Niilo N.", FI("contact_form.deputy.email"): MERI}),
        (["behalf Kaarnikka 3"], {BEHALF: "Näin kuulin."}),
        (["close", "extend Kaarnikka 8.6."], {}),
    ],
    ids=lambda found: "+".join(found) if isinstance(found, list) else "",
)
def test_who_is_answering_meanwhile_goes_on(spring: Rehearsal, words: list[str], filled: dict[str, str]) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    root = start_writing(spring, oona, METERS)
    write(spring, oona, root, "Ennen.")
    oona.click(NEXT, card_of(oona))
    oona.fill(TEXT, "Lomakkeella.")
    for said in words:
        steer(spring, katri, said, **filled)
    oona.submit()
    oona.close_modal()
    spring.settle()
    write(spring, oona, root, "Jälkeen.")
    press(spring, oona, DONE, replies(root)[-1])
    found = answers_of(spring, "kaarnikka")
    assert found["verkosto"] == ("answered", "Lomakkeella.")
    assert found["mittarit"] == ("answered", "Ennen.\nJälkeen.")


def test_who_is_away_meanwhile_goes_on_in_the_form_that_is_open(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    oona.click(NEXT, card_of(oona))
    oona.fill(TEXT, "Lomakkeella.")
    type_away(spring, oona, "25.5.")
    oona.submit()
    assert answers_of(spring, "kaarnikka") == {"verkosto": ("answered", "Lomakkeella.")}


def test_thread_gives_way_to_an_answer_that_is_entered(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    root = start_writing(spring, oona, METERS)
    write(spring, oona, root, "Omaa luonnosta.")
    steer(spring, katri, "behalf Kaarnikka 2", **{BEHALF: "Näin kuulin."})
    assert FI("talk.over") in root.text
    assert root.buttons == replies(root)[-1].buttons == []
    assert "Omaa luonnosta." in oona.messages()[-1].text, "both are there to be read"
    [asked] = [said for said in write_on(spring, oona, root) if FI("stray.none") in said.buttons]
    press(spring, oona, METERS, asked)
    assert answers_of(spring, "kaarnikka")["mittarit"][1].endswith("Vielä tämä.")


def write_on(house: Rehearsal, person: Person, root: VisibleMessage) -> list[VisibleMessage]:
    write(house, person, root, "Vielä tämä.")
    return replies(root)


def exported(house: Rehearsal) -> list[tuple[str, str, dict[str, object]]]:
    """(who, action, details) of what `audit` writes, the load left out."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        done = CliRunner().invoke(cli, ["audit"], env={"DATABASE_URL": str(house.database.url)})
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])
    assert done.exit_code == 0, done.output
    lines = list(csv.DictReader(done.stdout.splitlines()))
    return [(one["who"], one["action"], json.loads(one["details"])) for one in lines if one["action"] != "load"]


def test_all_that_steers_a_round_is_exported_with_who_did_it(house: Rehearsal) -> None:
    katri, oona = house.people[KATRI], house.people[KAARNIKKA]
    house.move_to(at("2012-05-08 09:00"), "the preview")
    steer(house, katri, "postpone 14.5.")
    steer(house, katri, "open")
    steer(house, katri, "remind Kaarnikka Hei!")
    steer(house, katri, "extend Kaarnikka 8.6.")
    steer(house, katri, "extend 11.6.")
    answer(house, oona, "Valmis.")
    oona.close_modal()
    steer(house, katri, "return Kaarnikka 1", **{NOTE: "Kerro lisää."})
    steer(house, katri, "return Kaarnikka 1", **{FI("return_form.choice"): FI("return_form.choice.accept")})
    steer(house, katri, "behalf Kaarnikka 2", **{BEHALF: "Näin kuulin."})
    steer(house, katri, "ask Kaarnikka 3", **{QUESTION: "Montako?"})
    deputy = {FI(f"contact_form.deputy.{field}"): "" for field in ("name", "email", "phone")}
    steer(house, katri, "contact Kaarnikka", **deputy)
    steer(house, katri, "skip Perämeri Fuusio")
    steer(house, katri, "skip Perämeri")
    steer(house, katri, "close")
    kaarnikka = {"round": "2012-spring", "partner": "kaarnikka"}
    meri = {"round": "2012-spring", "partner": "merilappi"}
    people = {"contact": KAARNIKKA, "deputy": VARA}
    assert exported(house) == [
        ("Katri Koordinaattori", action, details)
        for action, details in [
            ("postpone", {"round": "2012-spring", "from": "2012-05-09", "to": "2012-05-14"}),
            ("open-round", {"round": "2012-spring", "planned": "2012-05-14"}),
            (
                "remind",
                {"round": "2012-spring", "partners": ["kaarnikka"], "words": "Hei!", "deputies": False},
            ),
            ("extend", {"round": "2012-spring", "partners": ["kaarnikka"], "to": "2012-06-08"}),
            ("extend", {"round": "2012-spring", "from": "2012-05-31", "to": "2012-06-11"}),
            ("return", {**kaarnikka, "answer": 6, "version": 2, "open_until": "2012-06-11"}),
            ("accept-returned", {**kaarnikka, "answer": 6, "version": 3}),
            ("enter-on-behalf", {**kaarnikka, "answer": 7, "version": 1}),
            ("ask", {**kaarnikka, "answer": 8, "inquiry": 1, "text": "Montako?"}),
            ("change-people", {"partner": "kaarnikka", "from": people, "to": {**people, "deputy": None}}),
            ("skip-partner", {**meri, "reason": "Fuusio"}),
            ("take-back-partner", meri),
            ("close-round", {"round": "2012-spring", "was": "open"}),
        ]
    ]


def test_who_hands_over_or_is_away_is_exported_too_and_once(spring: Rehearsal) -> None:
    niilo, maija = spring.people[MERI], spring.workspace.add_person("Maija Mallikas", "maija@example.org")
    for _ in range(2):
        ask_colleague(spring, niilo, maija, METERS)
    accept(spring, maija)
    decline(spring, maija, "En ehdi.", GIVE_BACK)
    ask_colleague(spring, niilo, maija, SYSTEM)
    press(spring, niilo, WITHDRAW, next(one for one in niilo.messages() if WITHDRAW in one.buttons))
    ask_colleague(spring, niilo, maija, SKILLS)
    decline(spring, maija)
    say_away(spring, niilo, "2012-05-25")
    for typed in ("25.5.", "off", "off", "15.5."):
        type_away(spring, niilo, typed)
    spring.move_to(at("2012-05-16 09:00"), "the absence has ended by itself")
    meri = {"round": "2012-spring", "partner": "merilappi"}
    assert exported(spring) == [
        ("Niilo Niemelä", "hand-over-asked", {**meri, "handover": 1, "answers": [11]}),
        ("Maija Mallikas", "hand-over-accepted", {**meri, "handover": 1, "answers": [11]}),
        ("Maija Mallikas", "hand-over-declined", {**meri, "handover": 1, "answers": [11]}),
        ("Niilo Niemelä", "hand-over-asked", {**meri, "handover": 2, "answers": [12]}),
        ("Niilo Niemelä", "hand-over-withdrawn", {**meri, "handover": 2, "answers": [12]}),
        ("Niilo Niemelä", "hand-over-asked", {**meri, "handover": 3, "answers": [13]}),
        ("Maija Mallikas", "hand-over-declined", {**meri, "handover": 3, "answers": [13]}),
        ("Niilo Niemelä", "away", {"until": "2012-05-25"}),
        ("Niilo Niemelä", "back", {}),
        ("Niilo Niemelä", "away", {"until": "2012-05-15"}),
    ]
