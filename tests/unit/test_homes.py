"""The App Home: within Slack's limits whatever it has to say, and how it comes apart into pages."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from lamppu_bot import richtext
from lamppu_bot.messages import ids
from lamppu_bot.messages.card_reading import Reading
from lamppu_bot.messages.earlier import build_earlier, build_earlier_answer
from lamppu_bot.messages.home import HomeContents, build_home, build_stranger_home
from lamppu_bot.messages.home_answering import Asked, Own
from lamppu_bot.messages.home_coordinating import Coordinated
from lamppu_bot.messages.home_language import parse_language
from lamppu_bot.messages.ids import MalformedPayloadError
from lamppu_bot.messages.message import View, plain_home
from lamppu_bot.texts import languages, texts_for
from lamppu_bot.workspace.validation import check_view
from storage.queries import Earlier
from storage.values import AnswerState, ProjectView, RoundSnapshot, RoundState
from tests.golden import messages_samples as samples
from tests.golden.homes_cases import AUTUMN_2011, CASES, COMING
from tests.golden.messages_samples import LIISA, PROJECT, ROVANIEMI, SPRING, TODAY
from tests.unit.test_messages_limits import HOSTILE, hostile

FI = texts_for("fi")
AFTER = SPRING.due_on + timedelta(days=1)


def project(number: int, like: ProjectView = PROJECT) -> ProjectView:
    return replace(like, id=number)


def coordinated(snapshot: RoundSnapshot, number: int = 1) -> Coordinated:
    """The round under way, with one before it and one to come."""
    own = replace(snapshot, project=project(number, snapshot.project), round=replace(snapshot.round, id=100 + number))
    return Coordinated(own.project, [AUTUMN_2011, own.round, replace(COMING, id=200 + number)], [own])


def answered(shares: Sequence[RoundSnapshot]) -> HomeContents:
    """Somebody who answers for the first partner of each of these rounds."""
    places = [(_numbered(one, number), one.partners[0].id) for number, one in enumerate(shares, 1)]
    own = [Own(found, place, Reading(found.partners[0].contact)) for found, place in places]
    asked = [Asked(found.project, place, found.partners[0].name, COMING) for found, place in places]
    before = [Earlier(AUTUMN_2011, place, found.partners[0].short_name, "LAMPPU") for found, place in places]
    return HomeContents(shares=own, asked=asked, earlier=before)


def _numbered(found: RoundSnapshot, number: int) -> RoundSnapshot:
    """The round and its answers under ids of their own; those of the first stay as they are."""
    answers = {place: replace(old, id=old.id + (number - 1) * 100_000) for place, old in found.answers.items()}
    return replace(found, round=replace(found.round, id=number), answers=answers)


def home(contents: HomeContents, page: int = 0, today: date = TODAY) -> View:
    return build_home(contents, LIISA, today=today, texts=FI, page=page)


def assert_fits(view: View) -> None:
    """As Slack takes it, in plain blocks too, with one button at most to go on with."""
    for shown in (view, plain_home(view)):
        check_view(shown, shown["type"], set())
        assert sum(element.get("style") == "primary" for element in elements(shown)) <= 1
    check_view(plain_home(view), view["type"], {"data_table", "data_visualization", "rich_text"})
    kinds = [block["type"] for block in view["blocks"]]
    assert kinds.count("data_visualization") <= 2
    assert sum(len(cell["text"]) for row in table_rows(view) for cell in row) <= 20_000


def elements(view: View) -> list[dict[str, Any]]:
    found = []
    for block in view["blocks"]:
        found += [block["accessory"]] if "accessory" in block else []
        found += block["elements"] if block["type"] == "actions" else []
    return found


def table_rows(view: View) -> list[list[dict[str, Any]]]:
    return [row for block in view["blocks"] if block["type"] == "data_table" for row in block["rows"][1:]]


def named(view: View) -> list[str]:
    """The partners in the tables, in their order."""
    return [row[0]["text"] for row in table_rows(view)]


def pages(contents: HomeContents, today: date = TODAY) -> Iterator[View]:
    """Every page that can be turned to."""
    page = 0
    while True:
        view = home(contents, page, today)
        yield view
        turn = [element for element in elements(view) if element["action_id"] == ids.HOME_PAGE]
        if not turn:
            return
        page = ids.PageRef.decode(turn[0]["value"]).page


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("language", languages())
def test_home_fits(name: str, language: str) -> None:
    view = CASES[name](texts_for(language))
    check_view(view, view["type"], set())


@pytest.mark.parametrize("words", HOSTILE)
def test_home_fits_whatever_people_write(words: str) -> None:
    found = hostile(HOSTILE[words])
    contents = replace(answered([found] * 12), coordinated=[coordinated(found, number) for number in range(1, 8)])
    for view in pages(contents):
        assert_fits(view)
    for view in pages(replace(contents, coordinated=())):
        assert_fits(view)
    assert_fits(build_stranger_home([found.project] * 200, texts=FI))


def test_thousand_partners_stand_on_pages_of_ninety_nine_late_ones_first() -> None:
    big = samples.big(1_000, 5)
    late = range(701, 721)
    answers = {
        key: replace(old, state=AnswerState.MISSING if key[0] in late else AnswerState.ANSWERED)
        for key, old in big.answers.items()
    }
    contents = HomeContents(coordinated=[coordinated(replace(big, answers=answers))])
    found = list(pages(contents, AFTER))
    assert [len(table_rows(view)) for view in found] == [99] * 10 + [10]
    names = [name for view in found for name in named(view)]
    assert len(set(names)) == 1_000
    assert names[:20] == [f"Osahanke {number}" for number in late]
    for view in found:
        assert_fits(view)
    late_lines = [block for block in found[0]["blocks"] if "Myöhässä: määräpäivä" in str(block.get("text"))]
    assert sum(block["text"]["text"].count("Myöhässä: määräpäivä") for block in late_lines) >= 10


def test_thousand_partners_of_long_names_fit_too() -> None:
    contents = HomeContents(coordinated=[coordinated(samples.big(1_000, 25, name="Koulutuskuntayhtymä " * 4))])
    seen = 0
    for view in pages(contents, AFTER):
        assert_fits(view)
        seen += len(table_rows(view))
    assert seen == 1_000


def test_page_beyond_the_last_is_the_last_and_one_before_the_first_the_first() -> None:
    contents = HomeContents(coordinated=[coordinated(samples.big(120, 3))])
    assert home(contents, 99) == home(contents, 1)
    assert home(contents, -5) == home(contents, 0)
    assert [e["action_id"] for e in elements(home(contents, 1)) if "page" in e["action_id"] or "back" in e["action_id"]]


def test_many_projects_share_pages_and_each_is_named() -> None:
    contents = HomeContents(
        coordinated=[coordinated(samples.big(3, 2), 1), *(Coordinated(project(n), [COMING], []) for n in range(2, 40))]
    )
    found = list(pages(contents))
    assert len(found) < 20
    heads = [block for view in found for block in view["blocks"] if block["type"] == "header"]
    assert len(heads) == 39
    for view in found:
        assert_fits(view)


@pytest.mark.parametrize("shares", [1, 5, 20, 60])
@pytest.mark.parametrize("objectives", [1, 5, 20, 21, 60])
def test_contact_of_many_partners_finds_as_many_as_there_is_room_for(shares: int, objectives: int) -> None:
    contents = answered([samples.big(1, objectives)] * shares)
    view = home(contents)
    assert_fits(view)
    onward = [element for element in elements(view) if element["action_id"] == ids.ANSWER_NEXT]
    assert len(onward) == shares or f"vielä {shares - len(onward)} osahanketta" in str(view)
    assert len(onward) >= min(shares, 40)
    assert_fits(home(replace(contents, coordinated=[coordinated(samples.big(30, objectives))])))


def test_what_is_open_comes_before_what_is_done_and_the_soonest_due_first() -> None:
    done = samples.with_states(AnswerState.ANSWERED)
    later = samples.snapshot(due_on={ROVANIEMI.id: TODAY + timedelta(days=90)})
    soon = samples.snapshot(due_on={ROVANIEMI.id: TODAY + timedelta(days=1)})
    view = home(answered([done, later, soon]))
    onward = [e for e in elements(view) if e["action_id"] == ids.ANSWER_NEXT]
    assert [ids.PartnerRef.decode(e["value"]).round_id for e in onward] == [3, 2]
    assert [e.get("style") for e in onward] == ["primary", None]


def test_contact_whose_round_has_closed_has_nothing_to_press_but_what_was_returned() -> None:
    closed = samples.snapshot(round=samples.in_state(RoundState.CLOSED))
    pressed = [e for e in elements(home(answered([closed]))) if e["action_id"] == ids.ANSWER_OPEN]
    assert [ids.AnswerRef.decode(e["value"]).answer_id for e in pressed] == [1003]


def test_language_menu_offers_every_language_and_knows_the_choice() -> None:
    for chosen in (None, *languages()):
        menu = elements(build_home(HomeContents(), replace(LIISA, language=chosen), today=TODAY, texts=FI))[-1]
        assert parse_language(menu["initial_option"]["value"]) == chosen
        assert {parse_language(option["value"]) for option in menu["options"]} == {None, *languages()}


@pytest.mark.parametrize("value", ["tlh", "", None, 7, "fi "])
def test_language_that_is_no_choice_is_malformed(value: object) -> None:
    with pytest.raises(MalformedPayloadError):
        parse_language(value)


@pytest.mark.parametrize("words", HOSTILE)
def test_earlier_answers_fit_whatever_people_wrote(words: str) -> None:
    found = hostile(HOSTILE[words])
    check_view(build_earlier(found, ROVANIEMI.id, texts=FI), "modal", set())
    check_view(build_earlier_answer(found, ROVANIEMI.id, 101, texts=FI), "modal", set())


def test_earlier_answers_of_many_objectives_go_on_in_the_same_window() -> None:
    found = samples.big(1, 70, text="Tehty.")
    seen: list[str] = []
    start: int | None = 0
    while start is not None:
        view = build_earlier(found, 1, start=start, texts=FI)
        check_view(view, "modal", set())
        seen += [
            b["text"]["text"] for b in view["blocks"] if b["type"] == "section" and "Tavoite " in b["text"]["text"]
        ]
        onward = [element for element in elements(view) if element["action_id"] == ids.EARLIER_OPEN]
        start = ids.EarlierRef.decode(onward[0]["value"]).start if onward else None
    assert len(seen) == 70
    assert "ei ole vastauksia" in str(build_earlier(found, 1, start=500, texts=FI))


def test_extremely_long_answer_is_read_to_its_end_part_by_part() -> None:
    lines = [f"Rivi numero {number} päättyy tähän." for number in range(5_000)]
    place = (ROVANIEMI.id, 101)
    found = samples.snapshot()
    long = replace(found.answers[place], document=richtext.from_plain("\n".join(lines)))
    found = replace(found, answers={**found.answers, place: long})
    said, part = "", 0
    while True:
        view = build_earlier_answer(found, *place, part=part, texts=FI)
        check_view(view, "modal", set())
        said += str(view)
        onward = [element for element in elements(view) if element["action_id"] == ids.EARLIER_WHOLE]
        if not onward:
            break
        part = ids.EarlierAnswerRef.decode(onward[0]["value"]).part
    assert part > 0
    assert all(f"numero {number} " in said for number in range(5_000))
