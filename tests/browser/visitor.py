"""Somebody at the page: what they press, write and see, by what stands there to be read."""

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Locator, Page, expect

from lamppu_bot.texts import texts_for

FI = texts_for("fi")
TEXT = FI("answer_form.text")


def said(name: str, /, **values: object) -> str:
    """A text of the page's own."""
    return FI(f"page.{name}", **values)


class Visitor:
    """One window of the browser, in which one acts as a person."""

    def __init__(self, page: Page, url: str, person_id: str) -> None:
        self.page = page
        self.page.goto(f"{url}#as={person_id}")
        self.page.wait_for_selector(f'body[data-ready^="{person_id} "]')
        self.modal = page.get_by_role("dialog")
        self.messages = page.get_by_role("main").get_by_role("article")
        self.thread = page.get_by_role("complementary", name=said("thread"))
        self.clock = page.get_by_role("region", name=said("clock"), exact=True)

    @property
    def coming(self) -> Locator:
        """What the calendar says of what comes next."""
        return self.clock.get_by_role("paragraph").filter(has_text=said("next_is"))

    def go(self, place: str) -> None:
        """Opens Home, the messages or a channel."""
        self.page.get_by_role("navigation", name=said("places")).get_by_role("button", name=place).click()
        expect(self.page.get_by_role("heading", level=1, name=place)).to_be_visible()

    def move(self, step: str) -> Locator:
        """Moves the calendar on; returns the news of it."""
        moment = self.clock.get_by_role("status")
        before = moment.inner_text()
        self.clock.get_by_role("button", name=said(f"step_{step}")).click()
        expect(moment).not_to_have_text(before)
        expect(moment).not_to_have_text(said("moving"))
        return self.page.get_by_role("region", name=said("moved"))

    def message(self, text: str) -> Locator:
        """The newest message that holds this text."""
        return self.messages.filter(has_text=text).last

    @property
    def card(self) -> Locator:
        """The card with what is asked: the oldest message."""
        return self.messages.first

    def press(self, label: str, place: Locator | None = None) -> None:
        (place or self.page).get_by_role("button", name=label, exact=True).click()

    @property
    def text(self) -> Locator:
        """The input for what was achieved, in the open form."""
        return self.modal.get_by_role("textbox", name=TEXT)

    def choose(self, label: str) -> None:
        self.modal.get_by_label(label, exact=True).check()

    def submit(self) -> None:
        self.modal.locator("button[type=submit]").click()

    def write(self, text: str, place: Locator | None = None) -> None:
        """Writes a message and sends it."""
        box = (place or self.page.get_by_role("main")).get_by_role("textbox")
        box.fill(text)
        box.press("Enter")
        expect(box.locator("xpath=ancestor::form")).to_have_attribute("aria-busy", "false")
        expect(box).to_have_value("")

    def focused(self) -> str:
        """What has the focus, by what a screen reader would call it."""
        return str(self.page.evaluate(_FOCUSED))

    def tab_to(self, name: str, key: str = "Tab") -> None:
        """Goes by keyboard until the focus is on what has this name."""
        for _ in range(60):
            if self.focused().startswith(name):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} does not lead to {name!r}; the focus is on {self.focused()!r}")

    def findings(self) -> list[str]:
        """What axe-core finds serious or critical on what is to be seen now."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(_axe())
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]

    def too_wide(self) -> list[str]:
        """What stands out to the right of the window, though it cannot be scrolled to by itself."""
        found: list[str] = self.page.evaluate(_TOO_WIDE)
        return found


_FOCUSED = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return "";
  const labelled = node.labels?.length ? node.labels[0].innerText : "";
  const copy = node.cloneNode(true);
  for (const one of copy.querySelectorAll("[aria-hidden=true], .unseen")) one.remove();
  return (node.getAttribute("aria-label") || labelled || copy.textContent || node.id).trim();
}"""


_TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
    .map((node) => `${node.tagName} ${node.className} ${node.getBoundingClientRect().right}`)"""


@cache
def _axe() -> str:
    folder = Path(axe_playwright_python.__file__).parent
    return (folder / "axe.min.js").read_text(encoding="utf-8")
