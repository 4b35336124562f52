"""A real browser, Debian's Chromium, before the real page with the real bot behind it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Request, expect, sync_playwright

from lamppu_bot.conversation import bursts
from lamppu_bot.project_file import ProjectDefinition, read_project
from lamppu_bot.rehearsal import Rehearsal
from lamppu_bot.rehearsal_page import open_page
from tests.browser.chromium import FLAGS, IS_REQUIRED, find_chromium
from tests.browser.visitor import Visitor

# Milliseconds that anything may take on a busy machine: the report is made into documents meanwhile.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def chromium() -> str:
    """Where it is; without it the tests are skipped, or fail where it is required."""
    path = find_chromium()
    if path is None:
        say = pytest.fail if IS_REQUIRED else pytest.skip
        say("there is no chromium here: on Debian and Ubuntu, apt install chromium")
    return path


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Started anew for each module: Playwright's loop would be in the way of tests that run one of their own."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def project() -> ProjectDefinition:
    return read_project(EXAMPLES / "lamppu-2012.toml")


@pytest.fixture
def stage(
    project: ProjectDefinition, steps_copied: None, hasty_sqlite: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Rehearsal, str]]:
    """The rehearsal with the bot at work, and the page's address. Bursts of messages are answered at once."""
    monkeypatch.setattr(bursts, "QUIET", timedelta(0))
    monkeypatch.setattr(bursts, "TOGETHER", timedelta(0))
    template = (EXAMPLES / project.project.form_template).read_bytes() if project.project.form_template else None
    with Rehearsal(project, template=template, say=lambda _: None) as house, open_page(house) as page:
        yield house, page.url


Enter = Callable[..., Visitor]


@pytest.fixture
def enter(browser: Browser, stage: tuple[Rehearsal, str]) -> Iterator[Enter]:
    """Opens a window of its own for somebody by name; in the end, nothing may have gone elsewhere or wrong."""
    house, url = stage
    requests: list[str] = []
    troubles: list[str] = []

    def note(request: Request) -> None:
        requests.append(request.url)

    with ExitStack() as stack:

        def open_window(name: str, *, width: int = 1280, height: int = 800, colours: str = "light") -> Visitor:
            size = {"width": width, "height": height}
            window: BrowserContext = browser.new_context(
                viewport=size, color_scheme=colours, locale="fi-FI", reduced_motion="reduce"
            )
            stack.callback(window.close)
            window.set_default_timeout(PATIENCE)
            window.on("request", note)
            page = window.new_page()
            page.on("websocket", lambda socket: requests.append(socket.url))
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
            person = next(one for one in house.people.values() if one.name == name)
            return Visitor(page, url, person.id)

        yield open_window
    address = url.removeprefix("http://").removesuffix("/")
    assert requests
    assert [one for one in requests if one.split("/")[2] != address] == []
    assert troubles == []
