"""Where people are still named when they are erased: in answers and other words, for somebody to look at."""

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy.orm import Session

from lamppu_bot.operating.naming import Names
from storage.free_texts import FreeText, list_free_texts
from storage.values import PersonView

HEADING = "their names may stand in what stays, which is left as it is; look at each:"
AROUND = 40  # characters on either side of a name


def left(
    session: Session, people: Iterable[PersonView], project_ids: Collection[int] = ()
) -> Iterator[tuple[FreeText, str]]:
    """What is left when these people are erased, and what is beside the answers of these projects, and seems to name
    one of them; each with the words around the first name in it."""
    people = list(people)
    names, ids = Names(people), {person.id for person in people}
    for one in list_free_texts(session):
        goes = one.is_beside and (one.writer_id in ids or one.project_id in project_ids)
        if not goes and (found := names.found_in(one.text)):
            yield one, _excerpt(one.text, found)


def told(found: Iterable[tuple[FreeText, str]]) -> Iterator[str]:
    """For the command line; nothing where there is nothing."""
    heading = HEADING
    for one, excerpt in found:
        if heading:
            yield heading
            heading = ""
        yield f"  {one.place}: {excerpt}"


def _excerpt(text: str, found: list[tuple[int, int]]) -> str:
    start, end = found[0]
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    said = " ".join(text[first:last].split())
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"“{'…' if first else ''}{said}{'…' if last < len(text) else ''}”{more}"
