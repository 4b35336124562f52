"""The contacts' guide is one page: printed in the browser on A4, in type that one can read."""

from io import BytesIO
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.unit.pages import GUIDE_LANGUAGES, page_of, text_of

# DejaVu's letters are wide: nine points of it are as large as eleven of Times.
STYLE = """
@page { size: A4; margin: 14mm }
body { margin: 0; font: 9pt/1.3 "DejaVu Sans" }
h1 { font-size: 16pt; margin: 0 } h2 { font-size: 11pt; margin: 7pt 0 0 }
p, ul { margin: 3pt 0 } img { height: 48mm } table { margin: auto } th, td { padding: 0 8mm; font-size: 9pt }
"""


@pytest.mark.parametrize("language", GUIDE_LANGUAGES)
def test_guide_for_contacts_is_one_page(browser: Browser, language: str, tmp_path: Path) -> None:
    guide = page_of("contacts", language)
    laid_out = tmp_path / "guide.html"
    words = MarkdownIt("commonmark").enable("table").render(text_of(guide))
    laid_out.write_text(f'<meta charset="utf-8"><base href="{guide.as_uri()}"><style>{STYLE}</style>{words}', "utf-8")
    page = browser.new_page()
    page.goto(laid_out.as_uri())
    assert page.evaluate("[...document.images].map((image) => image.naturalWidth > 0)") == [True] * 3
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    page.close()
    assert len(printed.pages) == 1
