"""A whole round on the page: three people in three windows, from the first prompt to the posted report."""

import re
import zipfile
from pathlib import Path

from playwright.sync_api import expect

from lamppu_bot.rehearsal import Rehearsal
from tests.browser.conftest import Enter
from tests.browser.visitor import FI, said
from tests.e2e.acting import NEXT, NOTHING, READY

CHANNEL = f"#{FI('rehearsal.channel')}"


def test_round_from_the_first_prompt_to_the_posted_report(enter: Enter, stage: tuple[Rehearsal, str]) -> None:
    katri, oona, niilo = enter("Katri Koordinaattori"), enter("Oona Ojala"), enter("Niilo Niemelä")

    expect(katri.page.get_by_text(said("banner"))).to_be_visible()
    expect(katri.coming).to_contain_text(FI("happening.preview"))
    expect(katri.move("next")).to_contain_text(CHANNEL)
    katri.go(CHANNEL)
    expect(katri.message("raportointi alkaa pian")).to_contain_text("Oona Ojala")
    expect(katri.coming).to_contain_text(FI("happening.opens"))
    expect(katri.move("next").get_by_role("listitem").filter(has_text="Niilo Niemelä").first).to_be_visible()

    # Oona answers by the form; an empty one stays open, with the error beside its field.
    card = oona.card
    oona.press(NEXT, card)
    expect(oona.modal.get_by_role("heading", level=2).first).to_have_text("Tavoite 1/4")
    oona.submit()
    expect(oona.text).to_have_attribute("aria-invalid", "true")
    expect(oona.text).to_be_focused()
    expect(oona.modal).to_contain_text(FI("slack.required"))
    for number in range(1, 5):
        expect(oona.modal.get_by_role("heading", level=2).first).to_have_text(f"Tavoite {number}/4")
        oona.text.fill(f"Oonan tulos {number}:\n- ensimmäinen\n- toinen")
        oona.choose(READY)
        oona.submit()
    expect(oona.modal).to_contain_text("Kiitos!")
    oona.page.keyboard.press("Escape")
    expect(oona.modal).to_be_hidden()
    expect(card).to_contain_text("4/4")

    # Niilo writes in the thread of an objective, corrects himself, and leaves the rest without results.
    niilo.write("Hei, vastaan tänään!")
    expect(niilo.message("Hei, vastaan tänään!")).to_be_in_viewport()
    niilo.press(FI("card.write"), niilo.card)
    niilo.page.get_by_role("menuitemradio").first.click()
    niilo.press(said("reply"), niilo.message("Kirjoita vastauksesi tähän ketjuun"))
    expect(niilo.thread.get_by_role("article")).to_contain_text("Kirjoita vastauksesi tähän ketjuun")
    niilo.thread.get_by_role("textbox").fill("/lamppu status")
    niilo.thread.get_by_role("textbox").press("Enter")
    expect(niilo.page.get_by_role("alert")).to_contain_text(said("no_commands"))
    niilo.write("Verkosto koolla kolmasti", niilo.thread)
    expect(niilo.thread).to_contain_text("kolmasti")
    expect(niilo.thread.get_by_role("button", name=said("replies", count=""))).to_have_count(0)  # one is there already
    niilo.thread.get_by_role("article").filter(has_text="kolmasti").get_by_role("button", name=said("edit")).click()
    niilo.page.get_by_label(said("edit_label")).fill("Verkosto koolla neljästi")
    niilo.page.keyboard.press("Enter")
    expect(niilo.thread).to_contain_text(f"({said('edited')})")
    niilo.thread.get_by_role("button", name=FI("talk.button.done")).last.click()
    expect(niilo.card).to_contain_text("1/4")
    niilo.press(said("close_thread"))
    niilo.press(NEXT, niilo.card)
    for number in range(2, 5):
        expect(niilo.modal.get_by_role("heading", level=2).first).to_have_text(f"Tavoite {number}/4")
        niilo.text.fill("Työ alkaa syksyllä.")
        niilo.choose(NOTHING)
        niilo.submit()
    expect(niilo.modal).to_contain_text("Kiitos!")
    niilo.page.keyboard.press("Escape")
    expect(niilo.modal).to_be_hidden()

    # Katri asks by the slash command, completed from what she began to write; the answer is for her alone.
    box = katri.page.get_by_role("main").get_by_role("textbox")
    box.press_sequentially("/lam")
    expect(katri.page.get_by_role("option")).not_to_have_count(0)
    box.press_sequentially("ppu st")
    box.press("Tab")
    expect(box).to_have_value("/lamppu status")
    box.press("Enter")
    expect(katri.messages.filter(has_text=said("only_you")).last).to_contain_text("Kaarnikka")

    # The due date passes, and the report is there with its files.
    news = katri.move("due")
    expect(news).to_contain_text(FI("happening.due"))
    katri.move("next")
    report = katri.message("kevään 2012 raportti")
    expect(report).to_be_visible()
    report.get_by_role("button", name=said("replies", count="")).click()
    file = katri.thread.get_by_role("link").filter(has_text="docx").first
    with katri.page.expect_download() as download:
        file.click()
    assert zipfile.is_zipfile(Path(download.value.path()))


def test_page_opens_at_the_coordinator_s_home(enter: Enter, stage: tuple[Rehearsal, str]) -> None:
    katri = enter("Katri Koordinaattori")
    katri.page.goto("about:blank")
    katri.page.goto(stage[1])
    expect(katri.page.get_by_role("region", name=said("home"))).to_contain_text("kevät 2012: tulossa")


def test_longer_step_says_what_lies_on_the_way(enter: Enter, stage: tuple[Rehearsal, str]) -> None:
    katri = enter("Katri Koordinaattori")
    coming = katri.coming.inner_text().removeprefix(said("next_is") + ": ")
    assert coming.endswith(f"· kevät 2012: {FI('happening.preview')}")
    expect(katri.clock.get_by_role("button", name=said("step_next"))).to_have_accessible_description(coming)
    due = katri.clock.get_by_role("button", name=said("step_due"))
    due.hover()
    for happening in ("preview", "opens", "due"):
        expect(katri.clock.get_by_role("listitem").filter(has_text=FI(f"happening.{happening}"))).to_be_visible()
    expect(due).to_have_accessible_description(re.compile(FI("happening.reminder", number=3)))
