"""What people write is shown as they wrote it, on every face of the page, and never does anything."""

from playwright.sync_api import expect

from lamppu_bot.rehearsal import Rehearsal
from tests.browser.conftest import Enter
from tests.browser.visitor import said
from tests.e2e.acting import NEXT

SCRIPT = "<script>document.title='x'</script><img src=x onerror=\"document.title='x'\">"
ESCAPED = "a &amp; b &lt;i&gt; <!channel> <@U0LAMPPU> *ei _lihava_*"
ARABIC = "\u202eمرحبا بالعالم\u202c"
LONG = "Pitkäsana" * 60
HOSTILE = (SCRIPT, ESCAPED, ARABIC, LONG)


def test_hostile_texts_stay_texts(enter: Enter, stage: tuple[Rehearsal, str]) -> None:
    katri = enter("Katri Koordinaattori")
    katri.move("next")
    katri.move("next")
    oona = enter("Oona Ojala", width=360, height=740)
    title = oona.page.title()
    for text in HOSTILE:
        oona.write(text)
        expect(oona.messages.last).to_be_visible()
        expect(oona.page.get_by_role("main")).to_contain_text(text)
    oona.press(NEXT, oona.card)
    oona.text.fill("\n".join(HOSTILE))
    oona.submit()
    expect(oona.modal).to_contain_text("Tavoite 2")
    oona.page.keyboard.press("Escape")
    katri.write("/lamppu report")
    report = katri.messages.filter(has_text="Tavoite 1").filter(has_text=said("only_you")).last
    for text in HOSTILE:
        expect(report).to_contain_text(text.strip("\u202e\u202c"))  # marks that turn what follows are left out
    for visitor in (katri, oona):
        assert visitor.page.title() == title
        assert visitor.too_wide() == []
        assert visitor.page.locator("#content script, #content img").count() == 0


def test_file_with_markup_is_saved_and_not_shown(enter: Enter, stage: tuple[Rehearsal, str]) -> None:
    """A file of HTML would run as the page if the browser showed it; a picture or a PDF may be shown."""
    oona = enter("Oona Ojala")
    file = {"name": "näyte <b>.html", "mimeType": "text/html", "buffer": SCRIPT.encode()}
    oona.page.locator("main input[type=file]").set_input_files([file])
    expect(oona.page.get_by_text(said("attached", name="näyte <b>.html"))).to_be_visible()
    oona.press(said("send"))
    link = oona.page.get_by_role("main").get_by_role("link", name="näyte <b>.html")
    with oona.page.expect_download() as download:
        link.click()
    assert download.value.path().read_bytes() == SCRIPT.encode()
