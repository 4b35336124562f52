"""A PDF file as the checks see it: through its structure tree, which is what a screen reader reads."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from typing import Any

import pdfplumber
from pypdf import PdfReader

from tests.unit.accessibility.checks import TableFound
from tests.unit.accessibility.colours import BLACK, WHITE, Colour, Pair

Element = Any


class PdfFile:
    def __init__(self, content: bytes) -> None:
        self.reader = PdfReader(BytesIO(content))
        self.root = self.reader.trailer["/Root"]
        self.pages = {page.indirect_reference.idnum: number for number, page in enumerate(self.reader.pages)}
        with pdfplumber.open(BytesIO(content)) as opened:
            self.laid_out = [(page.chars, page.rects) for page in opened.pages]

    @property
    def title(self) -> str:
        return self.reader.metadata.title or ""

    @property
    def shows_title(self) -> bool:
        return bool(self.root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False))

    @property
    def languages(self) -> set[str]:
        own = {element["/Lang"] for element in self.elements() if "/Lang" in element}
        return own | ({self.root["/Lang"]} if "/Lang" in self.root else set())

    @property
    def is_tagged(self) -> bool:
        """Marked, said to be PDF/UA-1, and every letter either in the tree or decoration."""
        marked = "/StructTreeRoot" in self.root and bool(self.root.get("/MarkInfo", {}).get("/Marked", False))
        claims = b"<pdfuaid:part>1</pdfuaid:part>" in self.root["/Metadata"].get_data()
        ordered = all(page.get("/Tabs") == "/S" for page in self.reader.pages if page.get("/Annots"))
        return marked and claims and ordered and not self._letters_outside_the_tree()

    @property
    def is_locked(self) -> bool:
        return bool(self.reader.is_encrypted)

    def fonts_without_letters(self) -> list[str]:
        fonts = [font.get_object() for page in self.reader.pages for font in page["/Resources"]["/Font"].values()]
        return [font["/BaseFont"] for font in fonts if "/ToUnicode" not in font]

    @property
    def floating(self) -> list[str]:
        """The structure tree is the order of reading, and has nothing beside it."""
        return []

    @property
    def headings(self) -> list[tuple[int, str]]:
        found = [element for element in self.elements() if element["/S"] in ("/H1", "/H2", "/H3", "/H4")]
        return [(int(element["/S"][2]), self.text_of(element)) for element in found]

    @property
    def tables(self) -> list[TableFound]:
        found, name = [], ""
        for element in self.elements():
            if element["/S"] in ("/H1", "/H2", "/H3"):
                name = self.text_of(element)
            elif element["/S"] == "/Table":
                found.append(self._table(element, name))
        return found

    def _table(self, element: Element, name: str) -> TableFound:
        heads = [row for row in self.elements("/TR", element) if _parent(row)["/S"] == "/THead"]
        cells = [cell for row in heads for cell in self.elements(None, row) if cell["/S"] in ("/TH", "/TD")]
        return TableFound(
            name=name,
            rows=len(self.elements("/TR", element)),
            header_rows=len(heads),
            headers_are_marked=all(cell["/S"] == "/TH" and "/Scope" in cell["/A"][0] for cell in cells),
            headers_repeat=True,  # what is in a THead is set anew on each page, as decoration
            is_nested=len(self.elements("/Table", element)) > 1,
        )

    @property
    def empty_paragraphs(self) -> int:
        return sum(not self.text_of(element).strip() for element in self.elements("/P"))

    @property
    def pictures(self) -> list[str]:
        return [str(element.get("/Alt", "")) for element in self.elements("/Figure")]

    @property
    def links(self) -> list[tuple[str, str]]:
        notes = [note.get_object() for page in self.reader.pages for note in page.get("/Annots", [])]
        unsaid = [("", note["/A"]["/URI"]) for note in notes if not note.get("/Contents")]
        return unsaid + [(self.text_of(element), "a place") for element in self.elements("/Link")]

    @property
    def colours(self) -> set[Pair]:
        return {
            (_colour(letter["non_stroking_color"]), _ground(letter, rects))
            for chars, rects in self.laid_out
            for letter in chars
        }

    @property
    def read_aloud(self) -> str:
        return " ".join(self._spoken(self.root["/StructTreeRoot"]["/K"]))

    def read_by_element(self) -> list[str]:
        """What is read aloud, a line for each element that holds words itself: P, H1, TH ..."""
        kinds = ("/Title", "/H1", "/H2", "/P", "/Figure", "/TH", "/TD", "/LBody")
        lines = []
        for element in self.elements():
            inner = [one for one in self.elements(None, element)[1:] if one["/S"] in kinds]
            if element["/S"] in kinds and not inner and (text := self.text_of(element)):
                lines.append(f"[{element['/S'][1:]}] {text}")
        return lines

    def elements(self, kind: str | None = None, under: Element = None) -> list[Element]:
        """Elements in the order of reading, `under` itself first."""
        start = self.root["/StructTreeRoot"]["/K"] if under is None else under
        return [element for element in _below(start) if kind in (None, element["/S"])]

    def text_of(self, element: Element) -> str:
        return " ".join(" ".join(self._spoken(element)).split())

    def _spoken(self, node: Element, page: int | None = None) -> Iterator[str]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                yield from self._spoken(child, page)
        elif isinstance(node, dict):
            page = self.pages[node.raw_get("/Pg").idnum] if "/Pg" in node else page
            if "/Alt" in node and node.get("/S") == "/Figure":
                yield str(node["/Alt"])
            elif node.get("/Type") == "/MCR":
                yield self._marked[page, int(node["/MCID"])]
            else:
                yield from self._spoken(node.get("/K", []), page)
        elif isinstance(node, int):
            yield self._marked[page, int(node)]

    @cached_property
    def _marked(self) -> dict[tuple[int | None, int], str]:
        found: dict[tuple[int | None, int], str] = defaultdict(str)
        for number, (chars, _) in enumerate(self.laid_out):
            for letter in chars:
                if letter.get("mcid") is not None:
                    found[number, letter["mcid"]] += letter["text"]
        return found

    def _letters_outside_the_tree(self) -> list[str]:
        """Those that are not said to be decoration either, as running titles and repeated header rows are.

        A hyphen at a line's end stands in a mark of its own, which says that it is none, within that of its word.
        """
        letters = [letter for chars, _ in self.laid_out for letter in chars if letter.get("mcid") is None]
        return [one["text"] for one in letters if one.get("tag") != "Artifact" and one["text"] != "-"]


def _below(node: Element) -> Iterator[Element]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from _below(child)
    elif isinstance(node, dict) and "/S" in node:
        yield node
        yield from _below(node.get("/K", []))


def _parent(element: Element) -> Element:
    return element["/P"].get_object()


def _colour(parts: Any) -> Colour:
    if parts is None:
        return BLACK
    if len(parts) == 1:
        return parts[0], parts[0], parts[0]
    red, green, blue = parts
    return red, green, blue


def _ground(letter: dict[str, Any], rects: list[dict[str, Any]]) -> Colour:
    """What is painted behind the middle of a letter; the last that was painted counts."""
    x, y = (letter["x0"] + letter["x1"]) / 2, (letter["top"] + letter["bottom"]) / 2
    behind = [r for r in rects if r["fill"] and r["x0"] <= x <= r["x1"] and r["top"] <= y <= r["bottom"]]
    return _colour(behind[-1]["non_stroking_color"]) if behind else WHITE
