"""Writing messages on the page: nothing is lost while something else is on its way, or when it does not go out."""

from playwright.sync_api import expect

from lamppu_bot.rehearsal import Rehearsal
from tests.browser.conftest import Enter
from tests.browser.visitor import said


def test_messages_go_out_in_the_order_in_which_they_were_written(enter: Enter, stage: tuple[Rehearsal, str]) -> None:
    oona = enter("Oona Ojala")
    box = oona.page.get_by_role("main").get_by_role("textbox")
    with stage[0].workspace.state.lock:  # nothing arrives meanwhile
        for text in ("ensimmäinen", "toinen"):
            box.press_sequentially(text)
            box.press("Enter")
            expect(box).to_have_value("")
        box.press_sequentially("kolmas on kes")
    said_by_her = oona.messages.filter(has=oona.page.get_by_role("button", name=said("edit")))
    expect(said_by_her).to_have_count(2)
    expect(said_by_her.first).to_contain_text("ensimmäinen")
    expect(said_by_her.last).to_contain_text("toinen")
    expect(box).to_have_value("kolmas on kes")


def test_what_is_refused_comes_back_before_what_was_written_since(enter: Enter, stage: tuple[Rehearsal, str]) -> None:
    oona = enter("Oona Ojala")
    box = oona.page.get_by_role("main").get_by_role("textbox")
    with stage[0].workspace.state.lock:
        for text in ("Terve!", "/lampu status"):
            box.press_sequentially(text)
            box.press("Enter")
            expect(box).to_have_value("")
        box.press_sequentially("ja vielä tämä")
    expect(oona.page.get_by_role("alert")).to_contain_text(said("unknown_command", command="/lampu"))
    expect(box).to_have_value("/lampu status\nja vielä tämä")


def test_file_that_did_not_go_out_comes_back_where_it_was_attached(enter: Enter, stage: tuple[Rehearsal, str]) -> None:
    katri = enter("Katri Koordinaattori")
    box = katri.page.get_by_role("main").get_by_role("textbox")
    file = {"name": "muistio.txt", "mimeType": "text/plain", "buffer": b"x"}
    katri.page.locator("main input[type=file]").set_input_files(file)
    box.fill("Muistio liitteenä")
    katri.page.route("**/upload?**", lambda route: route.fulfill(json={"ok": False, "trouble": "failed"}))
    box.press("Enter")
    expect(katri.page.get_by_role("alert")).to_contain_text(said("trouble_failed"))
    expect(box).to_have_value("Muistio liitteenä")
    expect(katri.page.get_by_role("main").get_by_text(said("attached", name="muistio.txt"))).to_be_visible()
    katri.page.unroute("**/upload?**")
    box.press("Enter")
    expect(katri.message("Muistio liitteenä").get_by_role("link")).to_contain_text("muistio.txt")


def test_words_stay_and_the_reason_is_said_when_the_rehearsal_is_out_of_reach(
    enter: Enter, stage: tuple[Rehearsal, str]
) -> None:
    oona = enter("Oona Ojala")
    box = oona.page.get_by_role("main").get_by_role("textbox")
    nobody_listens = "() => { window.fetch = () => Promise.reject(new TypeError()); }"
    oona.page.evaluate(nobody_listens)
    box.fill("Terve!")
    box.press("Enter")
    expect(oona.page.get_by_role("alert")).to_contain_text(said("trouble_lost"))
    expect(box).to_have_value("Terve!")
