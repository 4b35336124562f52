"""Links and files that show what an answer tells: given in a form or with messages, and taken away again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from lamppu_bot import answers
from lamppu_bot.clock import Now
from lamppu_bot.given import file_of
from storage import answers as answer_rows
from storage import evidence as rows
from storage import queries
from storage.queries import AnswerPlace
from storage.values import NewEvidence, PersonView, RoundSnapshot

MOST: Final = 20
"""Pieces that a form takes for one answer; what comes with messages is kept whatever its number."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The evidence stands as it was wanted, in the partner's share of the round as it is now."""

    place: AnswerPlace
    share: RoundSnapshot


@dataclass(frozen=True, slots=True)
class Full:
    """It would have been more than an answer takes, so nothing was changed."""


def change(
    session: Session,
    person: PersonView,
    answer_id: int,
    *,
    given: Collection[NewEvidence],
    removed: Collection[int],
    now: Now,
) -> Kept | Full:
    """Takes evidence away and adds some; what is there already, or gone, changes nothing.

    Raises RefusedError where the person may not write the answer or it takes no changes.
    """
    place = answers.writable_place(session, person, answer_id)
    left = {address for address, id_ in rows.standing(session, answer_id).items() if id_ not in removed}
    if given and len(left | {one.address for one in given}) > MOST:
        return Full()
    was_taken = rows.take_away(session, answer_id, removed, now.calendar)
    was_given = rows.put(session, answer_id, given, person.id, now.calendar)
    if was_taken or was_given:
        _tell_report(session, place)
    return Kept(place, queries.answers_of(session, place.share)[0])


def take_files(session: Session, answer_id: int, files: Iterable[dict[str, Any]], person_id: int, now: Now) -> None:
    """What was attached to a message whose words belong to an answer is evidence of it."""
    given = [found for found in map(file_of, files) if found]
    if given and rows.put(session, answer_id, given, person_id, now.calendar):
        _tell_report(session, queries.get_answer_place(session, answer_id))


def drop_files(session: Session, answer_id: int, files: Iterable[dict[str, Any]], now: Now) -> None:
    """The message to which they were attached is no part of the answer any more."""
    addresses = {str(file.get("id")) for file in files}
    gone = [id_ for address, id_ in rows.standing(session, answer_id).items() if address in addresses]
    if gone and rows.take_away(session, answer_id, gone, now.calendar):
        _tell_report(session, queries.get_answer_place(session, answer_id))


def _tell_report(session: Session, place: AnswerPlace) -> None:
    """A report that has been posted lists the evidence too."""
    if place.report_wanted:
        answer_rows.want_report(session, place.round_id)
