"""What becomes of a request: accepted, declined, given back, taken back, or addressed to nobody."""

from dataclasses import replace

from sqlalchemy.orm import Session

from lamppu_bot import answers, keys, ladder, status
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.handover.following import find_partner, follow_colleague, record, show_on_cards
from storage import handovers, ledger, queries
from storage.values import HandoverState, HandoverView, PersonView, RoundSnapshot


def accept(session: Session, person: PersonView, handover_id: int, now: Now) -> None:
    """The colleague takes the answers over and has a card of their own. Pressed again it changes nothing.

    Raises RefusedError for anybody else, and where it was taken back or nothing of it can be answered any more.
    """
    asked = _asked_of(session, person, handover_id)
    if asked.state is HandoverState.ACCEPTED:
        return
    found = _still_open(session, asked)
    _settle(session, found, asked, HandoverState.ACCEPTED, person.id, now)
    partner = find_partner(found, asked.partner_id)
    if partner is not None:
        ladder.order_card(session, found.project, found.round, partner, person.id, now)
    follow_colleague(session, found, asked, now)


def decline(session: Session, person: PersonView, handover_id: int, reason: str, now: Now) -> None:
    """The colleague does not take them, or gives them back. Pressed again it changes nothing; refused as `accept`."""
    asked = _asked_of(session, person, handover_id)
    if asked.state is HandoverState.DECLINED:
        return
    found = _require_live(session, asked)
    _settle(session, found, asked, HandoverState.DECLINED, person.id, now, reason)
    follow_colleague(session, found, asked, now)


def require_asked(session: Session, person: PersonView, handover_id: int) -> tuple[HandoverView, RoundSnapshot]:
    """What the person may decline now, for the form that asks why. Refused as `decline`."""
    asked = _asked_of(session, person, handover_id)
    return asked, _require_live(session, asked)


def withdraw(session: Session, person: PersonView, handover_id: int, now: Now) -> None:
    """The partner's people take the answers back, whatever the colleague has said; what is over stays as it is.

    Raises RefusedError for anybody else.
    """
    asked = handovers.find(session, handover_id, lock=True)
    found = queries.snapshot(session, asked.round_id, asked.partner_id) if asked else None
    partner = find_partner(found, asked.partner_id) if asked and found else None
    if asked is None or found is None or partner is None or person.id not in {one.id for one in partner.people}:
        raise RefusedError("refused.not_yours")
    if not asked.state.is_live:
        return
    _settle(session, found, asked, HandoverState.WITHDRAWN, person.id, now)
    follow_colleague(session, found, asked, now)


def give_up(session: Session, person_id: int, now: Now) -> None:
    """Nobody is there any more to be asked, or to answer: whoever has asked them hears of it while it matters."""
    for asked in handovers.list_live_of(session, person_id):
        found = queries.snapshot(session, asked.round_id, asked.partner_id)
        _settle(session, found, asked, HandoverState.VOID, None, now)
        follow_colleague(session, found, asked, now)


def _asked_of(session: Session, person: PersonView, handover_id: int) -> HandoverView:
    asked = handovers.find(session, handover_id, lock=True)
    if asked is None or asked.colleague.id != person.id:
        raise RefusedError("refused.not_yours")
    return asked


def _require_live(session: Session, asked: HandoverView) -> RoundSnapshot:
    if not asked.state.is_live:
        raise RefusedError("handover.refused.over", asker=asked.asker.name)
    return queries.snapshot(session, asked.round_id, asked.partner_id)


def _still_open(session: Session, asked: HandoverView) -> RoundSnapshot:
    found = _require_live(session, asked)
    names = answers.coordinator_names(session, found.project.id)
    if found.is_archived:
        raise RefusedError("refused.archived", coordinators=names)
    if not _is_open(found, asked):
        raise RefusedError("refused.closed", coordinators=names)
    return found


def _is_open(found: RoundSnapshot, asked: HandoverView) -> bool:
    theirs = [answer for answer in found.answers_of(asked.partner_id) if answer.id in asked.answer_ids]
    return any(status.takes_changes(found, answer) for answer in theirs)


def _settle(
    session: Session,
    found: RoundSnapshot,
    asked: HandoverView,
    state: HandoverState,
    by: int | None,
    now: Now,
    reason: str = "",
) -> None:
    """Keeps what was said, and by whom, shows it where the handover shows, and tells the other side."""
    handovers.settle(session, asked.id, state, now.calendar, reason)
    record(session, found, replace(asked, state=state), by, now)
    ledger.change(session, [keys.handover(asked.id), keys.handover_kept(asked.id)], now=now.real)
    show_on_cards(session, found, asked, now)
    told = _told(found, asked, state)
    if told is None:
        return
    subject = {"handover": asked.id, "round": asked.round_id, "partner": asked.partner_id, "state": state.value}
    key = keys.handover_outcome(asked.id, state)
    ledger.order(session, key, "handover-outcome", now=now.real, person_id=told, subject=subject)


def _told(found: RoundSnapshot, asked: HandoverView, state: HandoverState) -> int | None:
    """Who is to hear of it: the asker, or who is contact now in their stead; of a withdrawal, who had accepted."""
    if state is HandoverState.WITHDRAWN:
        return asked.colleague.id if asked.state is HandoverState.ACCEPTED else None
    if state is HandoverState.VOID and not _is_open(found, asked):
        return None
    partner = find_partner(found, asked.partner_id)
    if partner is None or asked.asker.id in {person.id for person in partner.people}:
        return asked.asker.id
    return partner.contact.id
