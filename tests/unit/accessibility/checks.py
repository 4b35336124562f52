"""The checks: each looks at a file through what `Readable` tells of it and says what is wrong, a line a finding."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from tests.unit.accessibility.colours import Pair, contrast

ENOUGH_CONTRAST = 4.5  # WCAG 2.1, 1.4.3


@dataclass(frozen=True)
class TableFound:
    """`name` is what a screen reader announces: the heading before the table, or its own caption."""

    name: str
    rows: int
    header_rows: int
    headers_are_marked: bool
    headers_repeat: bool
    is_nested: bool


class Readable(Protocol):
    """What there is to know of a file, whatever its kind."""

    title: str
    shows_title: bool
    languages: set[str]
    is_tagged: bool
    is_locked: bool
    floating: list[str]  # boxes and frames that have no place in the order of reading
    headings: list[tuple[int, str]]
    tables: list[TableFound]
    empty_paragraphs: int  # outside cells that have nothing to say
    pictures: list[str]  # their alternative texts
    links: list[tuple[str, str]]  # text, address
    colours: set[Pair]
    read_aloud: str

    def fonts_without_letters(self) -> list[str]: ...


Check = Callable[[Readable], Iterator[str]]


def title_is_given_and_shown(file: Readable) -> Iterator[str]:
    if not file.title.strip():
        yield "the document has no title"
    if not file.shows_title:
        yield "the title is not shown to readers"


def language_is_one_and_named(file: Readable) -> Iterator[str]:
    if len(file.languages) != 1:
        yield f"languages: {sorted(file.languages)}"
    yield from (f"{tag!r} names no country" for tag in file.languages if "-" not in tag)


def content_is_tagged_and_open(file: Readable) -> Iterator[str]:
    if not file.is_tagged:
        yield "what the parts of the text are is not told"
    if file.is_locked:
        yield "the file keeps assistive technology out"
    yield from (f"the letters of {font} cannot be told" for font in file.fonts_without_letters())


def order_of_reading_is_that_of_the_text(file: Readable) -> Iterator[str]:
    yield from (f"{found} floats beside the text" for found in file.floating)


def headings_go_down_one_level_at_a_time(file: Readable) -> Iterator[str]:
    levels = [level for level, _ in file.headings]
    if levels[:1] != [1]:
        yield f"the first heading is of level {levels[:1]}"
    yield from (f"level {after} follows {before}" for before, after in pairwise(levels) if after > before + 1)
    yield from ("a heading is empty" for _, text in file.headings if not text.strip())


def tables_have_headers_that_repeat_and_a_name(file: Readable) -> Iterator[str]:
    for table in file.tables:
        if not table.name.strip():
            yield "a table has no name"
        if not table.header_rows or not table.headers_are_marked:
            yield f"{table.name}: the header row is not marked"
        if not table.headers_repeat:
            yield f"{table.name}: the header row does not repeat on the next page"
        if table.header_rows >= table.rows:
            yield f"{table.name}: all rows are headers"
        if table.is_nested:
            yield f"{table.name}: stands inside another table"


def nothing_empty_makes_space(file: Readable) -> Iterator[str]:
    if file.empty_paragraphs:
        yield f"{file.empty_paragraphs} empty paragraphs"


def pictures_have_an_alternative_text(file: Readable) -> Iterator[str]:
    yield from ("a picture has no alternative text" for said in file.pictures if not said.strip())


def links_say_where_they_lead(file: Readable) -> Iterator[str]:
    yield from (f"the link to {address} has no text" for text, address in file.links if not text.strip())


def letters_stand_out(file: Readable) -> Iterator[str]:
    for ink, ground in file.colours:
        if contrast(ink, ground) < ENOUGH_CONTRAST:
            yield f"{ink} on {ground} is only {contrast(ink, ground):.1f}:1"


CHECKS: Sequence[Check] = (
    title_is_given_and_shown,
    language_is_one_and_named,
    content_is_tagged_and_open,
    order_of_reading_is_that_of_the_text,
    headings_go_down_one_level_at_a_time,
    tables_have_headers_that_repeat_and_a_name,
    nothing_empty_makes_space,
    pictures_have_an_alternative_text,
    links_say_where_they_lead,
    letters_stand_out,
)
