"""Retakes the pictures of the guides from the rehearsal page: `make pictures`.

The spring of 2012 is played to where each picture wants it; each is taken at a desktop's and at a phone's size. It is
played once in each language: the other guides than the Finnish ones have theirs in folders of their own.
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
from lamppu_bot.texts import Texts, texts_for
from lamppu_bot.workspace import Person, VisibleMessage
from tests.browser.chromium import FLAGS, find_chromium
from tests.e2e.reading import in_language
from tests.unit.pages import GUIDE_LANGUAGES, ROOT, guides_in, images_of

SIZES = {"desktop": (1280, 800), "phone": (375, 740)}
SEMESTER = "2012-spring"
FIRST = GUIDE_LANGUAGES[0]
# What the coordinator adds to a reminder.
ENCOURAGING = {
    "fi": "Ehdittekö perjantaiksi? Autan mielelläni.",
    "sv": "Hinner ni till fredag? Jag hjälper gärna till.",
    "en": "Can you make it by Friday? I am glad to help.",
}
# What a picture wants: the selector of what must be there.
NEWEST, FORM, CHART, HOME = "article", "dialog[open] textarea", "article:has(.chart)", ".home .header"
MOMENT = 250  # milliseconds
COLOURS = 128  # all that the page has, its smoothed letters included: a third of the bytes


def pictures_of(language: str) -> set[str]:
    """The pictures that the guides of a language show, by their paths from docs/images."""
    targets = {target for page in guides_in(language) for _, target in images_of(page)}
    return {target.removeprefix("images/") for target in targets}


class Photographer:
    """Takes each picture in every size, in a window of its own, when what it is about is to be seen."""

    def __init__(self, browser_pages: dict[str, Page], url: str, out: Path, language: str) -> None:
        self._pages = browser_pages
        self._url = url
        self._out = out
        self._language = language

    def take(
        self, name: str, person: Person, place: str, sight: str, *, top: bool = False, thread: str | None = None
    ) -> None:
        """`sight` is a selector of what must be there; with `top` it stands at the top of the picture."""
        at = f"#as={person.id}&at={place}" + (f"&thread={thread}" if thread else "")
        for size, page in self._pages.items():
            path = self._path(f"{name}-{size}.png")
            if path is None:
                continue
            page.goto("about:blank")
            page.goto(f"{self._url}{at}")
            wanted = page.locator(sight).first if top else page.locator(sight).last
            wanted.wait_for()
            keep(picture_at_rest(page, wanted, "start" if top else "nearest"), path)
            print(path)  # noqa: T201 - says what it does, as a command

    def _path(self, name: str) -> Path | None:
        """Where it goes; all in Finnish, in another language only what its guides show."""
        if self._language == FIRST:
            return self._out / name
        shown = f"{self._language}/{name}"
        return self._out / shown if shown in pictures_of(self._language) else None


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


class Round:
    """The spring of 2012 in one language, and what its people do in it."""

    def __init__(self, language: str) -> None:
        self.texts: Texts = texts_for(language)
        self.project = in_language(read_project(ROOT / "examples" / "lamppu-2012.toml"), language)
        self.written = written_by(self.project)

    def card_of(self, person: Person) -> VisibleMessage:
        semester = self.texts("semester.spring.of", year=2012)
        return self._newest(person, self.texts("card.heading", project="LAMPPU", semester=semester))

    def start_thread(self, person: Person, number: int) -> VisibleMessage:
        """Presses *answer by writing* for an objective, and waits for the thread."""
        objective = self.project.objectives[number - 1]
        title = self.texts("objective.title", number=number, title=objective.title)
        person.click(title, self.card_of(person))
        person.wait_for(self.texts("talk.how"))
        return self._newest(person, title)

    def fill(self, person: Person, text: str, choice: str) -> None:
        person.enter(self.texts("answer_form.text"), text)
        person.enter(self.texts("answer_form.choice"), self.texts(f"answer_form.choice.{choice}"))

    def answer(self, person: Person, partner: str) -> None:
        """Answers one objective after the other in the form that moves on."""
        person.click(self.texts("card.next"), self.card_of(person))
        for text in self.written[partner]:
            self.fill(person, text, "answered")
            person.submit()
        person.close_modal()

    def _newest(self, person: Person, heading: str) -> VisibleMessage:
        return [message for message in person.messages() if message.lines and message.lines[0] == heading][-1]


def main(out: Path) -> None:
    """Plays the round in each language and takes the pictures on the way."""
    for language in GUIDE_LANGUAGES:
        take_all(Round(language), out)


def take_all(played: Round, out: Path) -> None:
    language = played.texts.language
    (out if language == FIRST else out / language).mkdir(parents=True, exist_ok=True)
    with Rehearsal(played.project, say=lambda _: None) as house, open_page(house) as page, pages() as windows:
        photographer, clock = Photographer(windows, page.url, out, language), RehearsalClock(house)
        katri, redu, oona, _, niilo = house.people.values()
        clock.move("next")
        photographer.take("preview", katri, house.channel.id, NEWEST, top=True)
        clock.move("next")
        photographer.take("card", oona, oona.dm.id, NEWEST)
        take_answering(photographer, played, oona, played.written["kaarnikka"])
        played.answer(redu, "rovaniemi")
        take_looking(photographer, katri, oona, ENCOURAGING[language])
        played.answer(oona, "kaarnikka")
        played.answer(niilo, "merilappi")
        clock.move("due")
        clock.move("next")
        take_report(photographer, katri, house.channel.id)


def take_answering(photographer: Photographer, played: Round, person: Person, written: list[str]) -> None:
    """The form, writing in a thread, and asking a colleague; leaves two drafts behind."""
    person.click(played.texts("card.next"), played.card_of(person))
    played.fill(person, written[0], "draft")
    photographer.take("form", person, person.dm.id, FORM)
    person.submit()
    person.close_modal()
    root = played.start_thread(person, 2)
    for text in written[1].split("\n\n"):
        person.say(text, thread_ts=root)
    person.wait_for(played.texts("burst.how"), bursts.QUIET.seconds + 20)
    photographer.take("writing", person, person.dm.id, "#thread article", thread=root.ts)
    person.click(played.texts("card.hand_over"), played.card_of(person))
    photographer.take("handover", person, person.dm.id, "dialog[open]")
    person.close_modal()


def take_looking(photographer: Photographer, coordinator: Person, contact: Person, words: str) -> None:
    """Both Homes, the status, and a tool's form."""
    for person, name in ((contact, "home-contact"), (coordinator, "home-coordinator")):
        person.open_home()
        photographer.take(name, person, "home", HOME, top=True)
    coordinator.command("/lamppu", "status")
    coordinator.wait_for(lambda one: one.ephemerals)
    photographer.take("status", coordinator, coordinator.dm.id, "article.alone", top=True)
    coordinator.command("/lamppu", f"remind Kaarnikka {words}")
    photographer.take("remind", coordinator, coordinator.dm.id, FORM)
    coordinator.close_modal()


def take_report(photographer: Photographer, coordinator: Person, channel: str) -> None:
    """The posted report, and its thread."""
    photographer.take("report", coordinator, channel, CHART, top=True)
    root = next(one for one in coordinator.messages(channel) if one.thread)
    photographer.take("report-thread", coordinator, channel, "#thread article", thread=root.ts)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images")
