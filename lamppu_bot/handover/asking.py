"""Asking a colleague to give some of the partner's answers."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lamppu_bot import answers, keys, status
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.handover.following import find_partner, record, show_on_cards
from storage import handovers, ledger, people, queries
from storage.values import AnswerView, HandoverView, PersonView, RoundSnapshot

# Slack's own helper, which Slack does not call a bot.
_SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of whom: one answer, or (None) all that are open. `origin` is the form it was asked in."""

    round_id: int
    partner_id: int
    answer_id: int | None
    slack_id: str
    message: str
    origin: str


def handing_over(session: Session, person: PersonView) -> list[tuple[RoundSnapshot, int]]:
    """What the person may hand over: the shares of their partners in which something is open."""
    found = [(queries.snapshot(session, *share), share[1]) for share in queries.open_shares(session, person.id)]
    return [(share, partner_id) for share, partner_id in found if status.waiting_answers(share, partner_id)]


def require_handing_over(session: Session, person: PersonView, round_id: int, partner_id: int) -> RoundSnapshot:
    """The partner's share, for the form that hands something of it over.

    Raises RefusedError unless the person is contact or deputy, and something of it is open.
    """
    found = _own_share(session, person, round_id, partner_id)
    if not status.waiting_answers(found, partner_id):
        raise RefusedError("handover.refused.nothing_open")
    return found


def ask(session: Session, person: PersonView, request: Request, now: Now) -> HandoverView:
    """Asks the colleague, who is told so and may decline. The same form once more, or the same again, changes nothing.

    Raises RefusedError unless the person is contact or deputy, the answers are open and with nobody else, and the
    colleague is somebody who can be asked.
    """
    participation_id = handovers.lock_participation(session, request.round_id, request.partner_id)
    if participation_id is None:
        raise RefusedError("refused.not_yours")
    if known := handovers.find_of_origin(session, request.origin):
        return known
    found = _own_share(session, person, request.round_id, request.partner_id)
    colleague = _colleague(session, person, request.slack_id)
    live = handovers.list_live_of_share(session, request.round_id, request.partner_id)
    wanted = _wanted(found, request)
    theirs = [one for one in live if one.colleague.id == colleague.id and one.answer_ids >= wanted]
    if theirs:
        return theirs[0]
    free = wanted - {answer_id for one in live for answer_id in one.answer_ids}
    if not free or (request.answer_id is not None and free != wanted):
        holders = {one.colleague.id: one.colleague.name for one in live if one.answer_ids & wanted}
        raise RefusedError("handover.refused.taken", people=", ".join(holders.values()))
    asked = handovers.add(
        session,
        participation_id,
        free,
        from_id=person.id,
        to_id=colleague.id,
        message=request.message,
        origin=request.origin,
        at=now.calendar,
    )
    record(session, found, asked, person.id, now)
    _send_out(session, found, asked, now)
    return asked


def _own_share(session: Session, person: PersonView, round_id: int, partner_id: int) -> RoundSnapshot:
    found = queries.snapshot(session, round_id, partner_id)
    partner = find_partner(found, partner_id)
    if partner is None or person.id not in {one.id for one in partner.people}:
        raise RefusedError("refused.not_yours")
    if found.is_archived:
        raise RefusedError("refused.archived", coordinators=answers.coordinator_names(session, found.project.id))
    return found


def _colleague(session: Session, person: PersonView, slack_id: str) -> PersonView:
    """Whom the person chose, known to us from now on. Raises RefusedError where nobody can be asked there."""
    if slack_id == person.slack_id:
        raise RefusedError("handover.refused.self")
    if slack_id == _SLACKBOT:
        raise RefusedError("handover.refused.bot")
    colleague = people.find_or_add(session, slack_id)
    if unfit := people.find_unfit(session, colleague.id):
        raise RefusedError(f"handover.refused.{unfit}", colleague=colleague.name)
    return colleague


def _wanted(found: RoundSnapshot, request: Request) -> frozenset[int]:
    """The open answers that are meant. Raises RefusedError where there are none."""
    waiting: list[AnswerView] = [answer for _, answer in status.waiting_answers(found, request.partner_id)]
    wanted = frozenset(answer.id for answer in waiting if request.answer_id in (None, answer.id))
    if not wanted:
        raise RefusedError("handover.refused.nothing_open")
    return wanted


def _send_out(session: Session, found: RoundSnapshot, asked: HandoverView, now: Now) -> None:
    subject = {"handover": asked.id, "round": asked.round_id, "partner": asked.partner_id}
    sent = (
        (keys.handover(asked.id), "handover", asked.colleague),
        (keys.handover_kept(asked.id), "handover-kept", asked.asker),
    )
    for key, kind, reader in sent:
        ledger.order(session, key, kind, now=now.real, person_id=reader.id, subject=subject)
    show_on_cards(session, found, asked, now)
