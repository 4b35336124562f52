"""The App Home as people see it: who finds what in it, how it keeps up, and what can be done from it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from lamppu_bot import homes, loading
from lamppu_bot.errors import RefusedError
from lamppu_bot.messages.ids import EarlierRef, value_of
from lamppu_bot.project_file import ContactTable, ProjectDefinition
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.texts import texts_for
from lamppu_bot.workspace import Fault, Person, VisibleView
from storage import queries
from storage.models import HomeTab, Partner
from tests.e2e.acting import CHOICE, DRAFT, FI, NEXT, READY, TEXT, answer_all, card_of, hand_in
from tests.e2e.conftest import KAARNIKKA, KATRI, MERI, REDU, VARA, at
from tests.e2e.faulty import wait
from tests.e2e.handing_over import HAND_OVER, accept, send
from tests.e2e.looking import forge, newest_payload, reminders
from tests.e2e.talking import METERS, NETWORK, SKILLS, SYSTEM, root_of

WRITING = {NETWORK, METERS, SYSTEM, SKILLS}
EN, SV = texts_for("en"), texts_for("sv")
WHOLE, CHOOSE = FI("earlier.whole"), FI("home.earlier.choose")
NOTHING_OPEN = FI("home.own.nothing")
POSTPONE = FI("postpone.title")
NEXT_TRY = 6.0  # seconds; five after the first


def opened(house: Rehearsal, person: Person) -> VisibleView:
    """The Home as it is once the bot has heard that it was opened."""
    person.open_home()
    house.workspace.wait_delivered()
    house.settle()
    return home_of(person)


def home_of(person: Person) -> VisibleView:
    assert person.home is not None
    return person.home


def shown(house: Rehearsal, person: Person) -> int:
    """How often the person's Home was shown."""
    return sum(call.args["user_id"] == person.id for call in house.workspace.calls_to("views.publish"))


def opened_ago(house: Rehearsal, minutes: float) -> None:
    """As if all Homes had been opened so long ago."""
    with house.database.write() as session:
        session.execute(update(HomeTab).values(opened_at=house.clock().real - timedelta(minutes=minutes)))


def block_types(view: VisibleView) -> list[str]:
    return [block["type"] for block in view.view.body["blocks"]]


def test_contact_finds_what_is_open_and_goes_on_from_there(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    home = opened(spring, oona)
    assert "Kaarnikan ammattiopisto* · LAMPPU · kevät 2012" in home.text
    assert "torstaina 31. toukokuuta" in home.text
    assert "Vastattu 0/4." in home.text
    assert "LAMPPU: @Katri Koordinaattori" in home.text
    assert "Perämer" not in home.text
    oona.click(NEXT, home)
    oona.fill(TEXT, "Verkosto on koolla.")
    oona.fill(CHOICE, READY)
    oona.submit()
    oona.close_modal()
    spring.settle()
    assert "Vastattu 1/4." in home_of(oona).text
    assert "Vastattu 1/4." in card_of(oona).text
    oona.click(FI("card.button.missing"), home_of(oona), near="Tavoite 3")
    assert oona.modal is not None
    assert oona.modal.title == "Tavoite 3/4"


def test_colleague_finds_what_they_have_taken_over_and_nothing_else(spring: Rehearsal) -> None:
    oona, kolli = spring.people[KAARNIKKA], spring.workspace.add_person("Kolli Kollega", "kolli@example.org")
    oona.click(HAND_OVER, opened(spring, oona))
    send(spring, oona, kolli, FI("objective.title", number=2, title="Mittarien kehittäminen"))
    home = opened(spring, kolli)
    assert "*Pyyntö kollegalta:* @Oona Ojala." in home.text
    assert "Kaarnikan" not in home.text
    accept(spring, kolli)
    home = opened(spring, kolli)
    assert "Kaarnikan ammattiopisto* · LAMPPU · kevät 2012" in home.text
    assert "Tavoite 2" in home.text
    assert "Tavoite 1" not in home.text
    assert HAND_OVER not in home.buttons
    assert "LAMPPU: @Katri Koordinaattori" in home.text
    kolli.click(FI("card.button.missing"), home)
    kolli.fill(TEXT, "Mittarit valittiin.")
    kolli.fill(CHOICE, READY)
    kolli.submit()
    kolli.close_modal()
    spring.settle()
    assert "Vastattu 1/1." in home_of(kolli).text
    assert "Vastattu 1/4." in home_of(oona).text


def test_deputy_reads_the_same_as_the_contact(spring: Rehearsal) -> None:
    assert opened(spring, spring.people[VARA]).text == opened(spring, spring.people[KAARNIKKA]).text


def test_contact_with_nothing_left_is_told_so_and_what_comes_next(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    answer_all(spring, oona)
    home = opened(spring, oona)
    assert NOTHING_OPEN in home.text
    assert NEXT not in home.buttons
    spring.move_to(at("2012-06-15 09:00"), "the closing")
    home = opened(spring, oona)
    assert "seuraava raportointi on syksy 2012" in home.text
    assert "22.11.2012" in home.text


def test_coordinator_finds_rounds_progress_and_who_is_late(spring: Rehearsal) -> None:
    katri, oona = spring.people[KATRI], spring.people[KAARNIKKA]
    hand_in(spring, oona, "Tehty.")
    home = opened(spring, katri)
    assert "kevät 2012: käynnissä" in home.text
    assert "syksy 2012: tulossa. Alkaa 22.11.2012" in home.text
    assert "Kaarnikka | 1 | 0 | 0 | 3" in home.text
    assert {"data_table", "data_visualization"} <= set(block_types(home))
    assert "Myöhässä:" not in home.text
    spring.move_to(at("2012-06-01 09:00"), "the due day is over")
    home = home_of(katri)
    assert "*Kaarnikan ammattiopisto*\nMyöhässä: määräpäivä oli 31.5.2012. Avoinna: 2." in home.text
    assert "Yhteyshenkilö Oona Ojala." in home.text
    katri.click(POSTPONE, home)
    assert katri.modal is not None
    assert katri.modal.title == FI("postpone.title")


def test_every_button_of_a_home_opens_something(spring: Rehearsal) -> None:
    hand_in(spring, spring.people[KAARNIKKA], "Tehty.")
    languages = {"English", "Suomi", "Svenska", FI("home.language.slack", language="suomi")}
    for email in (KATRI, KAARNIKKA):
        person = spring.people[email]
        home = opened(spring, person)
        labels = dict.fromkeys(label for label in home.buttons if label not in languages)
        assert len(labels) >= 4
        for label in labels:
            if label in WRITING:
                continue
            person.click(label, home_of(person))
            assert person.modal is not None, label
            assert person.modal.title != FI("trouble.title"), person.modal.text
            while person.modal is not None:
                person.close_modal()


def test_answering_by_writing_begins_from_the_home(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    oona.click(METERS, opened(spring, oona))
    spring.settle()
    assert root_of(oona, METERS)


def test_somebody_who_is_both_finds_both(house: Rehearsal, project: ProjectDefinition) -> None:
    katri_answers = project.partners[1].model_copy(
        update={"contact": ContactTable(name="Katri Koordinaattori", email=KATRI), "deputy": None}
    )
    changed = project.model_copy(
        update={
            "project": project.project.model_copy(update={"channel": house.channel.id}),
            "partners": (project.partners[0], katri_answers, project.partners[2]),
        }
    )
    with house.database.write() as session:
        plan = loading.plan_load(session, changed, template=None, now=house.clock())
        loading.apply_load(session, plan, house.clock())
    house.move_to(at("2012-05-09 09:00"), "the opening")
    text = opened(house, house.people[KATRI]).text
    assert text.index("Kaarnikan ammattiopisto* · LAMPPU") < text.index("LAMPPU: raportoinnin tilanne")


@pytest.mark.parametrize("external", [False, True])
def test_stranger_is_told_what_this_is_and_whom_to_ask(spring: Rehearsal, *, external: bool) -> None:
    stranger = spring.workspace.add_person("Veli Vieras", "veli@elsewhere.example", external=external)
    home = opened(spring, stranger)
    assert FI("home.stranger.heading") in home.text
    assert "LAMPPU: @Katri Koordinaattori" in home.text
    assert "kevät" not in home.text
    assert home.buttons == []


def test_somebody_who_has_left_is_told_so_and_keeps_their_language(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    opened(spring, oona)
    oona.click("English", home_of(oona))
    with spring.database.write() as session:
        katri = queries.find_person(session, spring.people[KATRI].id)
        assert katri is not None
        session.execute(update(Partner).values(contact_id=katri.id, deputy_id=None))
    assert EN("home.stranger.heading") in opened(spring, oona).text


def test_messages_tab_shows_nothing(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    oona.open_home("messages")
    spring.workspace.wait_delivered()
    spring.settle()
    assert oona.home is None
    assert spring.workspace.calls_to("views.publish") == []


def test_opened_home_follows_what_others_do(spring: Rehearsal) -> None:
    oona, katri = spring.people[KAARNIKKA], spring.people[KATRI]
    for person in (oona, katri):
        opened(spring, person)
    spring.settle()
    before = shown(spring, oona), shown(spring, katri)
    spring.settle()
    assert (shown(spring, oona), shown(spring, katri)) == before
    hand_in(spring, spring.people[MERI], "Valmis.", "Kesken.", choice=READY)
    assert "Perämeri | 2 | 0 | 0 | 2" in home_of(katri).text
    assert (shown(spring, oona), shown(spring, katri)) == (before[0], before[1] + 1)


def test_home_follows_its_reader_s_card_without_waiting_for_the_calendar(spring: Rehearsal) -> None:
    oona, katri = spring.people[KAARNIKKA], spring.people[KATRI]
    opened(spring, oona)
    opened(spring, katri)
    oona.click(NEXT, home_of(oona))
    oona.fill(TEXT, "Tehty.")
    oona.fill(CHOICE, READY)
    oona.submit()
    spring.bot.worker.drain(spring.clock().real + timedelta(minutes=1))
    assert "Vastattu 1/4." in home_of(oona).text
    assert "Kaarnikka | 0" in home_of(katri).text  # that of others waits for the calendar's next step
    opened_ago(spring, 11)
    before = shown(spring, oona)
    oona.fill(TEXT, "Tehty tämäkin.")
    oona.fill(CHOICE, READY)
    oona.submit()
    spring.settle()
    assert "Vastattu 2/4." in card_of(oona).text
    assert shown(spring, oona) == before


def test_home_opened_long_ago_is_left_alone_until_it_is_opened_again(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    opened(spring, katri)
    opened_ago(spring, 10.1)
    before = shown(spring, katri)
    hand_in(spring, spring.people[MERI], "Valmis.")
    assert shown(spring, katri) == before
    assert "Perämeri | 1" in opened(spring, katri).text


def test_home_opened_just_within_ten_minutes_follows(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    opened(spring, katri)
    opened_ago(spring, 9)
    hand_in(spring, spring.people[MERI], "Valmis.")
    assert "Perämeri | 1" in home_of(katri).text


def test_home_opened_twice_at_once_is_shown_as_it_is(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    for _ in range(3):
        oona.open_home()
    spring.workspace.wait_delivered()
    spring.settle()
    assert "Vastattu 0/4." in home_of(oona).text
    assert 1 <= shown(spring, oona) <= 3


def test_home_is_shown_in_plain_blocks_where_slack_refuses_new_ones(spring: Rehearsal) -> None:
    spring.workspace.settings.refused_block_types.update({"data_table", "data_visualization"})
    katri = spring.people[KATRI]
    home = opened(spring, katri)
    assert not {"data_table", "data_visualization"} & set(block_types(home))
    assert "Kaarnikka: vastattu 0; luonnos 0" in home.text
    assert POSTPONE in home.buttons


@pytest.mark.parametrize("kind", ["cut_after", "cut_before", "http_500", "internal_error"])
def test_home_of_unknown_outcome_is_shown_again(spring: Rehearsal, kind: str) -> None:
    spring.workspace.faults.append(Fault("views.publish", kind))  # type: ignore[arg-type]
    oona = spring.people[KAARNIKKA]
    oona.open_home()
    spring.workspace.wait_delivered()
    spring.settle()
    reads = len(spring.workspace.calls_to("conversations.history"))
    wait(spring, NEXT_TRY)
    assert "Vastattu 0/4." in home_of(oona).text
    assert len(spring.workspace.calls_to("conversations.history")) == reads


def test_home_that_slack_refuses_is_nobody_s_trouble(spring: Rehearsal) -> None:
    spring.workspace.faults.append(Fault("views.publish", "error", error="not_enabled", times=1_000))
    oona, katri = spring.people[KAARNIKKA], spring.people[KATRI]
    said = len(katri.messages(spring.channel))
    oona.open_home()
    spring.workspace.wait_delivered()
    spring.settle()
    assert len(katri.messages(spring.channel)) == said
    hand_in(spring, oona, "Tehty.")
    assert "Vastattu 1/4." in card_of(oona).text
    spring.workspace.faults.clear()
    assert "Vastattu 1/4." in opened(spring, oona).text


def test_language_chosen_is_read_everywhere_at_once(spring: Rehearsal) -> None:
    spring.move_to(at("2012-05-21 09:00"), "the first reminder")
    oona, veikko = spring.people[KAARNIKKA], spring.people[VARA]
    opened(spring, oona)
    opened(spring, veikko)
    assert reminders(oona)
    oona.click("Svenska", home_of(oona))
    spring.settle()
    assert SV("home.own.heading") in home_of(oona).text
    assert any(SV("card.progress", done=0, total=4) in message.text for message in oona.messages())
    assert reminders(oona, SV("reminder.greeting"))
    assert not reminders(oona)
    assert FI("home.own.heading") in home_of(veikko).text
    before = shown(spring, oona)
    oona.click("Svenska", home_of(oona))
    spring.settle()
    assert shown(spring, oona) == before
    oona.click(SV("home.language.slack", language="suomi"), home_of(oona))
    spring.settle()
    assert FI("home.own.heading") in home_of(oona).text
    assert reminders(oona)


def test_coordinator_reads_english_and_the_channel_stays_finnish(spring: Rehearsal) -> None:
    katri = spring.people[KATRI]
    opened(spring, katri)
    katri.click("English", home_of(katri))
    spring.settle()
    assert "autumn 2012: planned" in home_of(katri).text
    spring.move_to(at("2012-06-01 09:00"), "the due day is over")
    assert any("kevään 2012 raportti" in message.text for message in katri.messages(spring.channel))


def test_language_that_is_none_is_refused(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    opened(spring, oona)
    oona.click("Svenska", home_of(oona))
    payload = newest_payload(spring, "block_actions")
    payload["actions"][0]["selected_option"]["value"] = "tlh"
    forge(spring, payload, oona)
    assert oona.modal is not None
    assert SV("home.own.heading") in home_of(oona).text


def test_earlier_answers_are_read_and_long_ones_open_as_a_whole(spring: Rehearsal) -> None:
    oona = spring.people[KAARNIKKA]
    long = "\n".join(f"Kävimme läpi mittarin numero {number}." for number in range(200))
    hand_in(spring, oona, "Verkosto kokoontui.", long)
    hand_in(spring, oona, "Kesken.", choice=DRAFT)
    assert CHOOSE not in opened(spring, oona).text
    spring.move_to(at("2012-06-15 09:00"), "the closing")
    home = opened(spring, oona)
    choice = FI("home.earlier.choice", semester="kevät 2012", partner="Kaarnikka", project="LAMPPU")
    oona.click(choice, home)
    assert oona.modal is not None
    assert oona.modal.title == FI("earlier.title")
    assert "Verkosto kokoontui." in oona.modal.text
    assert "numero 5." in oona.modal.text
    assert "numero 199." not in oona.modal.text
    oona.click(WHOLE)
    assert oona.modal is not None
    assert "numero 199." in oona.modal.text
    oona.close_modal()
    assert oona.modal is not None
    assert "Verkosto kokoontui." in oona.modal.text


def test_earlier_answers_of_others_are_refused(spring: Rehearsal) -> None:
    oona, niilo = spring.people[KAARNIKKA], spring.people[MERI]
    hand_in(spring, oona, "Vain meille.")
    spring.move_to(at("2012-06-15 09:00"), "the closing")
    opened(spring, oona)
    oona.click(FI("home.earlier.choice", semester="kevät 2012", partner="Kaarnikka", project="LAMPPU"), home_of(oona))
    oona.close_modal()
    chosen = newest_payload(spring, "block_actions")
    forge(spring, chosen, niilo)
    assert niilo.modal is None
    ref = EarlierRef.decode(value_of(chosen["actions"][0]))
    with spring.database.read() as session:
        person = queries.find_person(session, niilo.id)
        assert person is not None
        with pytest.raises(RefusedError, match="not_yours"):
            homes.earlier(session, person, ref)


def test_home_of_one_that_fails_leaves_the_others(
    spring: Rehearsal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    oona, katri = spring.people[KAARNIKKA], spring.people[KATRI]
    for person in (oona, katri):
        opened(spring, person)
    build: Callable[..., object] = homes.build_home

    def faulty(contents: object, person: object, **rest: object) -> object:
        if getattr(person, "slack_id", None) == oona.id:
            raise ValueError("a fault")
        return build(contents, person, **rest)

    monkeypatch.setattr(homes, "build_home", faulty)
    hand_in(spring, spring.people[REDU], "Tehty.")
    assert "REDU | 1" in home_of(katri).text
    assert "the Home of person" in caplog.text
