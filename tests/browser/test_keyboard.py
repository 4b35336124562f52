"""The page by keyboard alone: from the calendar to a sent answer, and back out of everything by Escape."""

from playwright.sync_api import expect

from lamppu_bot.rehearsal import Rehearsal
from tests.browser.conftest import Enter
from tests.browser.visitor import FI, Visitor, said
from tests.e2e.acting import DRAFT, NEXT, READY

WRITE = FI("card.write")


def test_answer_is_given_by_keyboard_alone(enter: Enter, stage: tuple[Rehearsal, str]) -> None:
    visitor = enter("Katri Koordinaattori")
    keys = visitor.page.keyboard
    keys.press("Tab")
    assert visitor.focused() == said("skip")
    keys.press("Enter")
    assert visitor.focused() == "content" or visitor.page.evaluate("document.activeElement.id") == "content"
    open_the_round(visitor)
    visitor.tab_to("Oona Ojala")
    keys.press("Enter")
    expect(visitor.card).to_be_visible()

    visitor.tab_to(NEXT)
    keys.press("Enter")
    expect(visitor.text).to_be_focused()
    keys.type("Verkosto koolla\n")
    keys.type("kahdesti")
    stays_inside(visitor)
    visitor.tab_to(READY)
    keys.press("ArrowDown")
    assert visitor.focused().startswith(DRAFT)
    keys.press("Escape")
    expect(visitor.modal).to_be_hidden()
    expect(visitor.card.get_by_role("button", name=NEXT)).to_be_focused()

    keys.press("Enter")
    expect(visitor.text).to_be_focused()
    keys.type("Mallista sovittu")
    keys.press("Control+Enter")
    expect(visitor.modal).to_contain_text("Tavoite 2")
    expect(visitor.text).to_be_focused()
    keys.press("Escape")
    expect(visitor.card).to_contain_text("1/4")


def test_menus_messages_and_questions_obey_the_keyboard(enter: Enter, stage: tuple[Rehearsal, str]) -> None:
    visitor = enter("Katri Koordinaattori")
    keys = visitor.page.keyboard
    open_the_round(visitor)
    visitor.tab_to("Niilo Niemelä")
    keys.press("Enter")
    visitor.tab_to(WRITE)
    keys.press("ArrowDown")
    expect(visitor.page.get_by_role("menuitemradio").first).to_be_focused()
    keys.press("ArrowUp")
    expect(visitor.page.get_by_role("menuitemradio").last).to_be_focused()
    keys.press("Escape")
    expect(visitor.page.get_by_role("menu")).to_be_hidden()
    assert visitor.focused() == WRITE

    visitor.tab_to(said("write"))
    keys.type("/")
    expect(visitor.page.get_by_role("option")).not_to_have_count(0)
    keys.press("Escape")
    expect(visitor.page.get_by_role("option")).to_have_count(0)
    keys.press("Backspace")
    keys.type("Huomenna lisää!")
    keys.press("Enter")
    message = visitor.message("Huomenna lisää!")
    expect(message).to_be_visible()
    visitor.tab_to(said("delete"), "Shift+Tab")
    keys.press("Enter")
    expect(visitor.page.get_by_role("dialog", name=said("delete_sure"))).to_be_visible()
    assert visitor.focused() == said("cancel")
    keys.press("Escape")
    expect(message).to_be_visible()
    visitor.tab_to(said("delete"))
    keys.press("Enter")
    visitor.tab_to(said("delete"))
    keys.press("Enter")
    expect(visitor.messages.filter(has_text="Huomenna lisää!").get_by_role("button", name=said("edit"))).to_have_count(
        0
    )


def open_the_round(visitor: Visitor) -> None:
    """Two steps of the calendar: the preview, the opening."""
    for happening in ("opens", "reminder"):
        visitor.tab_to(said("step_next"), "Shift+Tab" if visitor.focused() == "" else "Tab")
        visitor.page.keyboard.press("Enter")
        expect(visitor.coming).to_contain_text(FI(f"happening.{happening}", number=1))
        expect(visitor.clock).to_have_attribute("aria-busy", "false")


def stays_inside(visitor: Visitor) -> None:
    """However often one presses Tab, the focus stays in the form (or on the browser's own frame)."""
    for _ in range(12):
        visitor.page.keyboard.press("Tab")
        where = visitor.page.evaluate("document.activeElement.closest('dialog, body').tagName")
        outside = visitor.page.evaluate("document.activeElement === document.body")
        assert where == "DIALOG" or outside
