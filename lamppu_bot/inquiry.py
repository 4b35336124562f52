"""A coordinator's question in the thread of an objective: to whom it goes, and where it and its replies are shown."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot import keys
from lamppu_bot.clock import Now
from storage import inquiries, ledger
from storage.queries import AnswerPlace
from storage.values import InquiryView, PartnerView, PersonView

# The kind of message that tells the writer of replies that they were passed on, with the button that adds them.
CONFIRM: Final = "inquiry-confirm"


def put(
    session: Session,
    subject: Mapping[str, int],
    asker: PersonView,
    asked: PersonView,
    text: str,
    origin: str,
    now: Now,
    further_to: InquiryView | None = None,
) -> InquiryView:
    """Orders the question in the person's DM: in the thread of the question before, where that was theirs.

    `subject` is the answer's, see `subject_of`.
    """
    thread = thread_of(session, further_to, asked) if further_to else None
    delivery_id = ledger.order(
        session,
        keys.inquiry(origin),
        "inquiry",
        now=now.real,
        person_id=asked.id,
        subject=subject,
        thread_of=thread.delivery_id if thread else None,
    )
    return inquiries.add(
        session,
        subject["answer"],
        root_id=further_to.root if further_to else None,
        person_id=asker.id,
        to_id=asked.id,
        text=text,
        origin=origin,
        delivery_id=delivery_id,
        at=now.calendar,
    )


def thread_of(session: Session, inquiry: InquiryView, asked: PersonView) -> InquiryView | None:
    """The question of the same family whose thread is in the person's DM; a further one stands in a thread itself."""
    family = inquiries.list_family(session, inquiry.root)
    theirs = [found for found in family if found.asked.id == asked.id]
    return theirs[0] if theirs else None


def subject_of(place: AnswerPlace) -> dict[str, int]:
    return {"answer": place.answer_id, "round": place.round_id, "partner": place.partner_id}


def order_in_channel(
    session: Session,
    place: AnswerPlace,
    key: str,
    kind: str,
    more: Mapping[str, int],
    now: Now,
    not_before: datetime | None = None,
) -> int:
    """Wants a message in the coordinators' channel: in the thread of the question `root`, where `more` names it."""
    root = ledger.find(session, keys.inquiry_root(more["root"])) if "root" in more else None
    return ledger.order(
        session,
        key,
        kind,
        now=now.real,
        channel=place.share.project.channel,
        subject={**subject_of(place), **more},
        thread_of=root.id if root else None,
        not_before=not_before,
    )


def pass_on(session: Session, round_id: int, partners: Iterable[PartnerView], today: date, now: Now) -> None:
    """The partners' people may be others now: messages say so, and what nobody has replied to goes to who is asked."""
    asked = {partner.id: partner for partner in partners}
    for partner_id, is_replied, family in inquiries.list_families(session, round_id):
        partner = asked.get(partner_id)
        if partner is None:
            continue
        gone = [one for one in family if one.asked.id not in {person.id for person in partner.people}]
        ledger.change_ids(session, [one.delivery_id for one in family], now=now.real)
        ledger.change_sent(session, CONFIRM, {one.asked.id for one in family}, now=now.real)
        if len(gone) == len(family) and not is_replied:
            _put_again(session, round_id, partner, family, partner.asked_on(today), now)


def _put_again(
    session: Session, round_id: int, partner: PartnerView, family: Sequence[InquiryView], asked: PersonView, now: Now
) -> None:
    """All that was asked, as one question."""
    newest = family[-1]
    texts = [one.text for one in family if one.asked.id == newest.asked.id]
    subject = {"answer": newest.answer_id, "round": round_id, "partner": partner.id}
    origin = f"{keys.inquiry_root(newest.root)}:{asked.id}"
    put(session, subject, newest.asker, asked, "\n\n".join(texts), origin, now, newest)
    ledger.change(session, [keys.inquiry_root(newest.root)], now=now.real)
