"""Every main view under axe-core, at a desk and on a phone, light and dark: nothing serious, nothing cut off."""

import pytest
from playwright.sync_api import expect

from lamppu_bot.rehearsal import Rehearsal
from tests.browser.conftest import Enter
from tests.browser.test_round import CHANNEL
from tests.browser.visitor import FI, Visitor, said
from tests.e2e.acting import NEXT
from tests.e2e.conftest import at

LOOKS = [(1280, 800, "light"), (360, 740, "dark")]


@pytest.mark.parametrize(("width", "height", "colours"), LOOKS, ids=["desk", "phone"])
def test_every_view_is_accessible(
    enter: Enter, stage: tuple[Rehearsal, str], width: int, height: int, colours: str
) -> None:
    house, _ = stage
    look = {"width": width, "height": height, "colours": colours}
    katri = enter("Katri Koordinaattori", **look)
    sound(katri, "the empty messages")
    katri.move("next")
    katri.move("next")
    sound(katri, "the news of the calendar")
    oona = enter("Oona Ojala", **look)
    expect(oona.card).to_be_visible()
    sound(oona, "the card")
    oona.page.get_by_role("button", name=FI("card.write")).click()
    sound(oona, "the open menu")
    oona.page.keyboard.press("Escape")
    oona.press(NEXT, oona.card)
    sound(oona, "the form")
    oona.submit()
    expect(oona.text).to_have_attribute("aria-invalid", "true")
    sound(oona, "the form with an error")
    oona.page.keyboard.press("Escape")
    expect(oona.modal).to_be_hidden()
    oona.go(said("home"))
    sound(oona, "home")
    katri.go(CHANNEL)
    katri.write("/lamppu status")
    expect(katri.messages.filter(has_text=said("only_you")).last).to_be_visible()
    katri.page.get_by_role("main").get_by_role("textbox").fill("/")
    sound(katri, "the status and the completion")
    for command in katri.page.get_by_role("option").all():
        command.click(trial=True)  # nothing lies over it
    katri.page.keyboard.press("Escape")
    house.people["oona.ojala@example.org"].say("Terve!")
    house.clock.calendar = at("2012-06-01 09:00")  # at once to the morning after the due date
    house.bot.step()
    report = katri.message("kevään 2012 raportti")
    expect(report.locator("svg:visible")).to_be_visible()
    sound(katri, "the report")
    report.get_by_role("button", name=said("replies", count="")).click()
    expect(katri.thread.get_by_role("link").first).to_be_visible()
    sound(katri, "the thread with its files")


def sound(visitor: Visitor, what: str) -> None:
    assert visitor.findings() == [], what
    assert visitor.too_wide() == [], what
