"""Where a handover shows: cards, requests, the colleague's reminders and threads."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from lamppu_bot import entrusted, keys
from lamppu_bot.clock import Now
from storage import conversations, handovers, ledger, queries, rounds
from storage.values import HandoverView, PartnerView, RoundSnapshot


def record(session: Session, found: RoundSnapshot, asked: HandoverView, by: int | None, now: Now) -> None:
    """That somebody has brought the request where it stands; `by` is None where it came to that by itself."""
    partner = find_partner(found, asked.partner_id)
    details: dict[str, Any] = {"partner": partner.key if partner else None, "answers": sorted(asked.answer_ids)}
    action = f"hand-over-{asked.state}"
    rounds.add_audit(
        session, found.project.id, by, action, now.calendar, round=found.round.key, handover=asked.id, **details
    )


def follow_round(session: Session, round_ids: Iterable[int], now: Now) -> None:
    """Something about these rounds has changed: requests, and the cards of those who accepted, say so."""
    for round_id in round_ids:
        _follow(session, handovers.list_live_of_round(session, round_id), now)


def follow_share(session: Session, round_id: int, partner_id: int, now: Now) -> None:
    """As `follow_round`, of one partner in a round."""
    _follow(session, handovers.list_live_of_share(session, round_id, partner_id), now)


def _follow(session: Session, live: Iterable[HandoverView], now: Now) -> None:
    for asked in live:
        found = queries.snapshot(session, asked.round_id, asked.partner_id)
        follow_colleague(session, found, asked, now)
        ledger.change(session, [keys.handover(asked.id), keys.handover_kept(asked.id)], now=now.real)


def find_partner(found: RoundSnapshot, partner_id: int) -> PartnerView | None:
    return next((partner for partner in found.partners if partner.id == partner_id), None)


def show_on_cards(session: Session, found: RoundSnapshot, asked: HandoverView, now: Now) -> None:
    """The cards of the partner's people say with whom an answer is."""
    partner = find_partner(found, asked.partner_id)
    shown_to = {person.id for person in partner.people} if partner else set()
    taken = {one.colleague.id for one in entrusted.colleagues(session, asked.round_id, asked.partner_id)}
    ledger.change(session, [_card(found, asked, one) for one in sorted(shown_to | taken)], now=now.real)


def _card(found: RoundSnapshot, asked: HandoverView, person_id: int) -> str:
    partner = find_partner(found, asked.partner_id)
    key = partner.key if partner else ""
    return keys.card(found.project.key, found.round.key, key, person_id)


def follow_colleague(session: Session, found: RoundSnapshot, asked: HandoverView, now: Now) -> None:
    """The colleague's card, reminders and threads are theirs no more, or theirs again."""
    colleague = asked.colleague.id
    ledger.change(session, [_card(found, asked, colleague)], now=now.real)
    ledger.change_sent(session, "reminder", {colleague}, now=now.real)
    running = conversations.list_open_of(session, asked.round_id, asked.partner_id)
    theirs = [one for one in running if one.person_id == colleague and one.answer_id in asked.answer_ids]
    ledger.change_ids(session, conversations.deliveries_of(session, theirs), now=now.real)
