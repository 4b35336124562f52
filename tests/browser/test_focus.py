"""What somebody is at stays theirs while the page changes around them."""

from playwright.sync_api import expect

from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.rehearsal_page import RehearsalClock
from tests.browser.conftest import Enter
from tests.browser.visitor import FI, TEXT, Visitor, said
from tests.e2e.acting import NEXT, READY


def test_focus_goes_back_to_the_button_that_did_the_same(enter: Enter, stage: tuple[Rehearsal, str]) -> None:
    """Its block has another id after every answer, and after the language was chosen."""
    oona = home_of(enter, stage, "Oona Ojala")
    keys = oona.page.keyboard
    home = oona.page.get_by_role("region", name=said("home"))
    home.get_by_role("button", name=NEXT).focus()
    keys.press("Enter")
    expect(oona.text).to_be_focused()
    keys.type("Verkosto koolla")
    keys.press("Control+Enter")
    expect(oona.modal).to_contain_text("Tavoite 2")
    expect(home).to_contain_text("1/4")
    keys.press("Escape")
    expect(oona.modal).to_be_hidden()
    expect(home.get_by_role("button", name=NEXT)).to_be_focused()

    home.get_by_role("button", name=FI("home.language.slack", language="suomi")).focus()
    keys.press("Enter")
    expect(oona.page.get_by_role("menuitemradio").first).to_be_focused()
    keys.press("End")
    keys.press("Enter")
    expect(home.get_by_role("heading", name="Dina svar")).to_be_visible()
    expect(home.get_by_role("button", name="Svenska")).to_be_focused()


def test_figures_of_a_chart_stay_unfolded_when_the_chart_changes(enter: Enter, stage: tuple[Rehearsal, str]) -> None:
    katri, house = home_of(enter, stage, "Katri Koordinaattori"), stage[0]
    figures = katri.page.locator("summary")
    figures.focus()
    katri.page.keyboard.press("Enter")
    table = katri.page.get_by_role("figure").get_by_role("table")
    expect(table).to_be_visible()
    oona = house.people["oona.ojala@example.org"]
    oona.click(NEXT)
    oona.fill(TEXT, "Verkosto koolla")
    oona.fill(FI("answer_form.choice"), READY)
    oona.submit()
    house.bot.step()
    expect(table.get_by_role("row").filter(has_text="Kaarnikka")).to_contain_text("1")
    expect(table).to_be_visible()
    expect(figures).to_be_focused()


def test_menu_at_the_end_of_a_conversation_is_seen_as_a_whole(enter: Enter, stage: tuple[Rehearsal, str]) -> None:
    opened(stage[0])
    oona = enter("Oona Ojala", height=640)
    write = oona.card.get_by_role("button", name=FI("card.write"))
    write.evaluate("(node) => { node.scrollIntoView({ block: 'end' }); node.closest('.log').scrollTop += 80; }")
    write.click()
    menu = oona.page.get_by_role("menu").bounding_box()
    log = oona.page.get_by_role("log").first.bounding_box()
    assert menu
    assert log
    assert menu["y"] + menu["height"] < log["y"] + log["height"] + 1  # scrolled to a whole pixel


def test_names_of_rows_stay_in_view_however_far_a_table_is_scrolled(enter: Enter, stage: tuple[Rehearsal, str]) -> None:
    katri = home_of(enter, stage, "Katri Koordinaattori", width=360)
    table = katri.page.get_by_role("main").get_by_role("table")
    table.evaluate("(node) => { node.scrollIntoView({ block: 'center' }); node.parentElement.scrollLeft = 9999; }")
    expect(table.get_by_role("cell", name="31.5.2012").first).to_be_in_viewport()
    expect(table.get_by_role("rowheader", name="REDU")).to_be_in_viewport()
    expect(table.get_by_role("columnheader").first).to_be_in_viewport()


def test_buttons_of_the_calendar_stay_where_they_are(enter: Enter, stage: tuple[Rehearsal, str]) -> None:
    """Whoever presses one of them again and again need not look for it."""
    katri = enter("Katri Koordinaattori")
    step = katri.clock.get_by_role("button", name=said("step_next"))
    before = step.bounding_box()
    for _ in range(2):
        katri.move("next")
        assert step.bounding_box() == before


def home_of(enter: Enter, stage: tuple[Rehearsal, str], name: str, *, width: int = 1280) -> Visitor:
    """Somebody before their Home, once the round is open."""
    opened(stage[0])
    visitor = enter(name, width=width)
    visitor.go(said("home"))
    expect(visitor.page.get_by_role("region", name=said("home")).get_by_role("heading").first).to_be_visible()
    return visitor


def opened(house: Rehearsal) -> None:
    clock = RehearsalClock(house)
    clock.move("next")
    clock.move("next")
