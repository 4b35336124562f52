"""Whose an answer is to give: all of them the partner's own people's, some a colleague's who has taken them over."""

from sqlalchemy.orm import Session

from lamppu_bot import keys
from storage import handovers, queries
from storage.queries import AnswerPlace
from storage.values import HandoverState, HandoverView, RoundSnapshot


def may_write(session: Session, place: AnswerPlace, person_id: int) -> bool:
    """Whether the person answers for the partner, or has taken over this answer. Of the former nobody is asked."""
    if person_id in place.people or not place.has_handover:
        return person_id in place.people
    return place.answer_id in _taken(session, place, person_id)


def part_of(session: Session, place: AnswerPlace, person_id: int) -> frozenset[int] | None:
    """What a colleague sees in giving an answer: those they have taken over. None for everybody else, who sees all.

    A coordinator who has taken over one answer may enter another on the partner's behalf.
    """
    if person_id in place.people or not place.has_handover:
        return None
    taken = _taken(session, place, person_id)
    return taken if place.answer_id in taken else None


def _taken(session: Session, place: AnswerPlace, person_id: int) -> frozenset[int]:
    return handovers.taken_answers(session, place.round_id, place.partner_id, person_id)


def seen_by(session: Session, found: RoundSnapshot, partner_id: int, person_id: int | None) -> RoundSnapshot | None:
    """A partner's share as the person answers for it now: all of it, or what they have taken over.

    None for somebody who does not answer for the partner: they may have, when their message was sent.
    """
    people = {person.id for partner in found.partners if partner.id == partner_id for person in partner.people}
    if person_id is None or person_id in people:
        return found if person_id else None
    taken = handovers.taken_answers(session, found.round.id, partner_id, person_id)
    return found.only(taken) if taken else None


def shares_of(session: Session, person_id: int) -> list[tuple[RoundSnapshot, int]]:
    """What somebody has taken over, a partner in a round after the other, in projects that are there still."""
    places: dict[tuple[int, int], frozenset[int]] = {}
    for taken in handovers.list_taken(session, person_id):
        place = taken.round_id, taken.partner_id
        places[place] = places.get(place, frozenset()) | taken.answer_ids
    own = set(queries.open_shares(session, person_id))  # of these they give all answers anyway
    found = [(queries.snapshot(session, *place), place, ids) for place, ids in places.items() if place not in own]
    return [(share.only(ids), place[1]) for share, place, ids in found if share.partners]


def colleagues(session: Session, round_id: int, partner_id: int) -> list[HandoverView]:
    """What colleagues have taken over of a partner's answers."""
    live = handovers.list_live_of_share(session, round_id, partner_id)
    return [found for found in live if found.state is HandoverState.ACCEPTED]


def card_keys(session: Session, place: AnswerPlace) -> list[str]:
    """The cards that show the partner's answers."""
    people = set(place.people)
    if place.has_handover:
        people |= {found.colleague.id for found in colleagues(session, place.round_id, place.partner_id)}
    return [keys.card(place.project_key, place.round_key, place.partner_key, person_id) for person_id in sorted(people)]
