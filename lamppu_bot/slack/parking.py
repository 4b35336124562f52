"""What becomes of parked messages: the coordinators are told of them, and they are tried again when people work."""

from datetime import timedelta

from sqlalchemy.orm import Session

from lamppu_bot import keys
from lamppu_bot.clock import Now
from lamppu_bot.faults import guarded
from lamppu_bot.rounds import working_calendar
from lamppu_bot.slack.refusals import Reason
from storage import conversations, ledger, queries
from storage.claims import Claimed
from storage.database import Database
from storage.ledger import DeliveryView
from storage.rounds import get_progress
from storage.values import ProjectView

# So long after it was parked a message is tried again: perhaps whoever was told has put it right.
TRY_AGAIN_AFTER = timedelta(hours=1)


def try_again(database: Database, now: Now) -> None:
    """Gives what is parked another chance, in the prompting hours of its project: it may be a card or a reminder."""
    ready = []
    with database.read() as session:
        for parked in ledger.list_parked(session, before=now.real - TRY_AGAIN_AFTER):
            with guarded(f"the next try of delivery {parked.id}"):
                if _may_prompt(session, parked, now):
                    ready.append(parked.id)
    if ready:
        with database.write() as session:
            ledger.unpark(session, ready, now=now.real)


def _may_prompt(session: Session, parked: DeliveryView, now: Now) -> bool:
    project = project_of(session, parked)
    return project is None or working_calendar(project).in_prompting_hours(now.calendar)


def tell(session: Session, claimed: Claimed, reason: Reason, now: Now) -> None:
    """Tells the coordinators, in the transaction that parks the message. Of such word itself nobody is told."""
    project = project_of(session, claimed)
    if claimed.kind == "problem" or project is None:
        return
    subject = {"delivery": claimed.id, "reason": reason.code}
    if claimed.channel != project.channel:
        key = keys.problem(claimed.id)
        ledger.order(session, key, "problem", now=now.real, channel=project.channel, subject=subject)
        return
    for person in project.coordinators:  # the channel itself is the trouble
        key = keys.problem(claimed.id, person.id)
        ledger.order(session, key, "problem", now=now.real, person_id=person.id, subject=subject)


def project_of(session: Session, delivery: Claimed | DeliveryView) -> ProjectView | None:
    """The project that a message is about; of words that belong to no answer, one that their writer answers in."""
    about = delivery.subject.get("delivery")
    if about is not None:  # word of another message
        found = ledger.get(session, about)
        return project_of(session, found) if found else None
    round_id = _round_of(session, delivery)
    if round_id is not None:
        return queries.get_project(session, get_progress(session, round_id).project_id)
    own = queries.partners_of(session, delivery.person_id) if delivery.person_id else []
    return queries.get_project(session, own[0][0]) if own else None


def _round_of(session: Session, delivery: Claimed | DeliveryView) -> int | None:
    subject = delivery.subject
    if "round" in subject:
        return int(subject["round"])
    if shares := subject.get("shares"):
        return int(shares[0]["round"])
    answer_id = _answer_of(session, delivery)
    return queries.get_answer_place(session, answer_id).round_id if answer_id else None


def _answer_of(session: Session, delivery: Claimed | DeliveryView) -> int | None:
    """The answer that a message of a conversation is about."""
    conversation_id = delivery.subject.get("conversation")
    if "message" in delivery.subject:
        conversation_id = conversations.get_heard(session, delivery.subject["message"]).conversation_id
    if conversation_id is not None:
        found = conversations.get_conversation(session, conversation_id)
        return found.answer_id if found else None
    asked = conversations.list_of_question(session, delivery.id)
    return next((heard.answer_id for heard in asked if heard.answer_id), None)
