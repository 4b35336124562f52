"""What is said of a single answer beside its card: returned, come back, lapsed, entered on the partner's behalf."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot import entrusted
from lamppu_bot.messages.behalf import build_entry_message, build_entry_settled
from lamppu_bot.messages.card import build_released
from lamppu_bot.messages.message import Message
from lamppu_bot.messages.returned import (
    Place,
    build_came_back,
    build_lapsed,
    build_return_message,
    build_return_settled,
    is_still_asked,
)
from lamppu_bot.steering.lapsing import LAPSED
from lamppu_bot.texts import Texts
from storage import answers, queries
from storage.answers import RevisionView
from storage.claims import Claimed
from storage.values import AnswerState, AnswerView, Source

Renderer = Callable[[Session, Claimed, Texts], Message | None]


class AnswerOutbox:
    """Renderers of the messages that `notices` orders."""

    def __init__(self) -> None:
        self.kinds: Final[Mapping[str, Renderer]] = {
            "returned": self._returned,
            "came-back": self._came_back,
            "lapsed": self._lapsed,
            "entered": self._entered,
        }

    def _returned(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        place = _place(session, claimed)
        this, *later = _revisions(session, claimed)
        if gone := _released(session, place, claimed, texts):
            return gone if claimed.ts else None
        outcome = _outcome_of_return(place, later)
        if outcome is None:
            return build_return_message(place, by=this.person, note=this.note or "", texts=texts)
        return build_return_settled(place, outcome, texts=texts) if claimed.ts else None

    def _entered(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        place = _place(session, claimed)
        before, this, later = _around(session, claimed)
        if gone := _released(session, place, claimed, texts):
            return gone if claimed.ts else None
        answer = place[0].answers[place[1], place[2]]
        if later:
            outcome = _outcome_of_entry(answer, this, later)
            settled = build_entry_settled(place, outcome, document=this.document, by=later[0].person, texts=texts)
            return settled if claimed.ts else None
        draft = before.document if before and before.state is AnswerState.DRAFT else None
        by = answer.entered_by or this.person
        return build_entry_message(place, by=by, document=this.document, draft=draft, texts=texts)

    def _came_back(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        revisions = answers.list_revisions(session, claimed.subject["answer"])
        version = claimed.subject["version"]
        returns = [one for one in revisions if one.source is Source.RETURNED and one.number < version]
        this = next(one for one in revisions if one.number == version)
        asked_by = queries.get_person(session, returns[-1].person_id)
        return build_came_back(_place(session, claimed), asked_by=asked_by, by=this.person, texts=texts)

    def _lapsed(self, session: Session, claimed: Claimed, texts: Texts) -> Message | None:
        """Of what has come back by the time it is said, nothing is said."""
        snapshot = queries.snapshot(session, claimed.subject["round"])
        asked = set(claimed.subject["answers"])
        left = [one for one in snapshot.answers.values() if one.id in asked and one.note is not None]
        return build_lapsed(snapshot, left, texts=texts) if left else None


def _place(session: Session, claimed: Claimed) -> Place:
    place = queries.get_answer_place(session, claimed.subject["answer"])
    return queries.answers_of(session, place.share)[0], place.partner_id, place.objective_id


def _revisions(session: Session, claimed: Claimed) -> list[RevisionView]:
    return answers.list_revisions(session, claimed.subject["answer"], claimed.subject["version"])


def _around(session: Session, claimed: Claimed) -> tuple[RevisionView | None, RevisionView, Sequence[RevisionView]]:
    """The revision that the message is about, the one before it, and those after."""
    version = claimed.subject["version"]
    found = answers.list_revisions(session, claimed.subject["answer"], version - 1)
    before = found.pop(0) if found[0].number < version else None
    return before, found[0], found[1:]


def _released(session: Session, place: Place, claimed: Claimed, texts: Texts) -> Message | None:
    """What is said to somebody who does not answer for the partner any more."""
    snapshot, partner_id, objective_id = place
    mine = entrusted.seen_by(session, snapshot, partner_id, claimed.person_id)
    if mine and (partner_id, objective_id) in mine.answers and not snapshot.is_archived:
        return None
    return build_released(snapshot, partner_id, texts=texts)


def _outcome_of_return(place: Place, later: Sequence[RevisionView]) -> str | None:
    """None while it is still asked for."""
    snapshot, partner_id, objective_id = place
    answer = snapshot.answers[partner_id, objective_id]
    if answer.note is not None:
        if any(one.source is Source.RETURNED and not one.origin.startswith(LAPSED) for one in later):
            return "again"
        if partner_id in snapshot.skipped:
            return "skipped"
        return None if is_still_asked(place) else "lapsed"
    return _end_of_return(answer, later, {person.id for person in snapshot.project.coordinators})


def _end_of_return(answer: AnswerView, later: Sequence[RevisionView], coordinators: set[int]) -> str:
    if answer.entered_by:
        return "entered"
    last_word = next((one for one in later if one.state.is_final), None)
    if last_word and last_word.source is Source.ACCEPTED and last_word.person_id in coordinators:
        return "accepted"
    return "done"


def _outcome_of_entry(answer: AnswerView, this: RevisionView, later: Sequence[RevisionView]) -> str:
    if answer.entered_by:  # there is a newer message to confirm
        return "again"
    is_same = later[0].document == this.document and later[0].state is this.state
    return "confirmed" if is_same else "corrected"
