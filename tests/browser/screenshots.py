"""Retakes the pictures of the guides from the rehearsal page: `make pictures`.

The spring of 2012 is played to where each picture wants it; each is taken at a desktop's and at a phone's size.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

from lamppu_bot.conversation import bursts
from lamppu_bot.project_file import ProjectDefinition, read_answers, read_project
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.rehearsal_page import RehearsalClock, open_page
from lamppu_bot.workspace import Person
from tests.browser.chromium import FLAGS, find_chromium
from tests.e2e.acting import CHOICE, DRAFT, FI, NEXT, READY, TEXT, card_of
from tests.e2e.talking import METERS, root_of

ROOT = Path(__file__).parents[2]
SIZES = {"desktop": (1280, 800), "phone": (375, 740)}
SEMESTER = "2012-spring"
# What a picture wants: the selector of what must be there.
NEWEST, FORM, CHART, HOME = "article", "dialog[open] textarea", "article:has(.chart)", ".home .header"
MOMENT = 250  # milliseconds
COLOURS = 128  # all that the page has, its smoothed letters included: a third of the bytes


class Photographer:
    """Takes each picture in every size, in a window of its own, when what it is about is to be seen."""

    def __init__(self, browser_pages: dict[str, Page], url: str, out: Path) -> None:
        self._pages = browser_pages
        self._url = url
        self._out = out

    def take(
        self, name: str, person: Person, place: str, sight: str, *, top: bool = False, thread: str | None = None
    ) -> None:
        """`sight` is a selector of what must be there; with `top` it stands at the top of the picture."""
        at = f"#as={person.id}&at={place}" + (f"&thread={thread}" if thread else "")
        for size, page in self._pages.items():
            page.goto("about:blank")
            page.goto(f"{self._url}{at}")
            wanted = page.locator(sight).first if top else page.locator(sight).last
            wanted.wait_for()
            path = self._out / f"{name}-{size}.png"
            keep(picture_at_rest(page, wanted, "start" if top else "nearest"), path)
            print(path)  # noqa: T201 - says what it does, as a command


def picture_at_rest(page: Page, wanted: Locator, block: str) -> bytes:
    """When two in a row are the same: what arrives late may move what was scrolled to its place."""
    taken: bytes = b""
    before: bytes | None = None
    while taken != before:
        before = taken
        wanted.evaluate("(node, block) => node.scrollIntoView({ block })", block)
        page.wait_for_timeout(MOMENT)
        taken = page.screenshot()
    return taken


def keep(picture: bytes, path: Path) -> None:
    """With a palette: nobody sees the difference, and the repository is spared the bytes."""
    with Image.open(BytesIO(picture)) as taken:
        taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


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


def written_by(project: ProjectDefinition) -> dict[str, list[str]]:
    """What each partner answered that spring, objective by objective."""
    written: dict[str, list[str]] = defaultdict(list)
    for one in read_answers(ROOT / "examples" / "lamppu-2012-answers.toml", project):
        if one.semester == SEMESTER:
            written[one.partner].append(one.text or one.nothing_to_report or "")
    return written


def main(out: Path) -> None:
    """Plays the round and takes the pictures on the way."""
    out.mkdir(parents=True, exist_ok=True)
    project = read_project(ROOT / "examples" / "lamppu-2012.toml")
    with Rehearsal(project, say=lambda _: None) as house, open_page(house) as page, pages() as windows:
        photographer, clock = Photographer(windows, page.url, out), RehearsalClock(house)
        written = written_by(project)
        katri, redu, oona, _, niilo = house.people.values()
        clock.move("next")
        photographer.take("preview", katri, house.channel.id, NEWEST, top=True)
        clock.move("next")
        photographer.take("card", oona, oona.dm.id, NEWEST)
        take_answering(photographer, oona, written["kaarnikka"])
        answer(redu, written["rovaniemi"])
        take_looking(photographer, katri, oona)
        answer(oona, written["kaarnikka"])
        answer(niilo, written["merilappi"])
        clock.move("due")
        clock.move("next")
        take_report(photographer, katri, house.channel.id)


def take_answering(photographer: Photographer, person: Person, written: list[str]) -> None:
    """The form, writing in a thread, and asking a colleague; leaves two drafts behind."""
    person.click(NEXT, card_of(person))
    person.enter(TEXT, written[0])
    photographer.take("form", person, person.dm.id, FORM)
    person.enter(CHOICE, DRAFT)
    person.submit()
    person.close_modal()
    person.click(METERS, card_of(person))
    person.wait_for(FI("talk.how"))
    root = root_of(person, METERS)
    for text in written[1].split("\n\n"):
        person.say(text, thread_ts=root)
    person.wait_for(FI("burst.how"), bursts.QUIET.seconds + 20)
    photographer.take("writing", person, person.dm.id, "#thread article", thread=root.ts)
    person.click(FI("card.hand_over"), card_of(person))
    photographer.take("handover", person, person.dm.id, "dialog[open]")
    person.close_modal()


def take_looking(photographer: Photographer, coordinator: Person, contact: Person) -> None:
    """Both Homes, the status, and a tool's form."""
    for person, name in ((contact, "home-contact"), (coordinator, "home-coordinator")):
        person.open_home()
        photographer.take(name, person, "home", HOME, top=True)
    coordinator.command("/lamppu", "status")
    coordinator.wait_for(lambda one: one.ephemerals)
    photographer.take("status", coordinator, coordinator.dm.id, "article.alone")
    coordinator.command("/lamppu", "remind Kaarnikka Ehdittekö perjantaiksi? Autan mielelläni.")
    photographer.take("remind", coordinator, coordinator.dm.id, FORM)
    coordinator.close_modal()


def take_report(photographer: Photographer, coordinator: Person, channel: str) -> None:
    """The posted report, and its thread."""
    photographer.take("report", coordinator, channel, CHART, top=True)
    root = next(one for one in coordinator.messages(channel) if one.thread)
    photographer.take("report-thread", coordinator, channel, "#thread article", thread=root.ts)


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
