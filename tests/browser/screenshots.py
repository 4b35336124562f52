"""Retakes the pictures of the guides from the rehearsal page: `python -m tests.browser.screenshots docs/images`.

The spring of 2012 is played to where each picture wants it; each is taken at a desktop's and at a phone's size.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from lamppu_bot.project_file import read_answers, read_project
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.rehearsal_page import RehearsalClock, open_page
from lamppu_bot.workspace import Person
from tests.browser.chromium import FLAGS, find_chromium
from tests.e2e.acting import CHOICE, NEXT, READY, TEXT, card_of

ROOT = Path(__file__).parents[2]
SIZES = {"desktop": (1280, 800), "phone": (375, 740)}
SEMESTER = "2012-spring"


class Photographer:
    """Takes each picture in every size, in a window of its own, when what it is about is to be seen."""

    def __init__(self, browser_pages: dict[str, Page], url: str, out: Path) -> None:
        self._pages = browser_pages
        self._url = url
        self._out = out

    def take(self, name: str, person: Person, place: str, sight: str, *, top: bool = False) -> None:
        """`sight` is a selector of what must be there; with `top` it stands at the top of the picture."""
        for size, page in self._pages.items():
            page.goto("about:blank")
            page.goto(f"{self._url}#as={person.id}&at={place}")
            wanted = page.locator(sight).first if top else page.locator(sight).last
            wanted.wait_for()
            wanted.evaluate(f"node => node.scrollIntoView({{ block: '{'start' if top else 'nearest'}' }})")
            path = self._out / f"{name}-{size}.png"
            page.screenshot(path=path)
            print(path)  # noqa: T201 - says what it does, as a command


@contextmanager
def pages() -> Iterator[dict[str, Page]]:
    """A page for each size; in the same Chromium as the tests."""
    path = find_chromium()
    if path is None:
        raise SystemExit("there is no chromium here: on Debian and Ubuntu, apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield {
            name: browser.new_context(viewport={"width": width, "height": height}, locale="fi-FI").new_page()
            for name, (width, height) in SIZES.items()
        }
        browser.close()


def main(out: Path) -> None:
    """Plays the round and takes the pictures on the way."""
    out.mkdir(parents=True, exist_ok=True)
    file = ROOT / "examples" / "lamppu-2012.toml"
    project = read_project(file)
    written: dict[str, list[str]] = defaultdict(list)
    for one in read_answers(ROOT / "examples" / "lamppu-2012-answers.toml", project):
        if one.semester == SEMESTER:
            written[one.partner].append(one.text or one.nothing_to_report or "")
    with (
        Rehearsal(project, say=lambda _: None) as house,
        open_page(house) as page,
        pages() as windows,
    ):
        photographer, clock = Photographer(windows, page.url, out), RehearsalClock(house)
        katri, redu, oona, _, niilo = house.people.values()
        clock.move("next")
        clock.move("next")
        photographer.take("card", oona, oona.dm.id, "article")
        oona.click(NEXT, card_of(oona))
        oona.enter(TEXT, written["kaarnikka"][0])
        photographer.take("form", oona, oona.dm.id, "dialog[open] textarea")
        oona.close_modal()
        answer(redu, written["rovaniemi"])
        for person, name in ((oona, "home-contact"), (katri, "home-coordinator")):
            person.open_home()
            photographer.take(name, person, "home", ".home .header", top=True)
        katri.command("/lamppu", "status")
        katri.wait_for(lambda one: one.ephemerals)
        photographer.take("status", katri, katri.dm.id, "article.alone")
        answer(oona, written["kaarnikka"])
        answer(niilo, written["merilappi"])
        clock.move("due")
        clock.move("next")
        photographer.take("report", katri, house.channel.id, "article:has(.chart)", top=True)


def answer(person: Person, written: list[str]) -> None:
    """Answers one objective after the other in the form that moves on."""
    person.click(NEXT, card_of(person))
    for text in written:
        person.fill(TEXT, text)
        person.fill(CHOICE, READY)
        person.submit()
    person.close_modal()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
